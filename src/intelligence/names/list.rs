//! The names that are known, with how common each is as a first and as a last name, and the models
//! learnt from them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::letters::Script;
use super::model::Model;

/// A name in a line: folded, then how common it is as a first and as a last name, in hexadecimal.
const LINES: &str = include_str!("../../../data/names/names.txt");

const CYRILLIC: &str = include_str!("../../../data/names/cyrillic.txt");

const GREEK: &str = include_str!("../../../data/names/greek.txt");

/// How common a name is among the people of the list that has it most: 0 is never, and each step
/// from 1, one in a million, doubles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commonness {
    /// As a first name.
    pub first: u8,
    /// As a last name.
    pub last: u8,
}

impl Commonness {
    fn parse(digits: &str) -> Option<Commonness> {
        let both = u8::from_str_radix(digits, 16).ok()?;
        Some(Commonness { first: both >> 4, last: both & 15 })
    }
}

static KNOWN: LazyLock<HashMap<&'static str, Commonness>> =
    LazyLock::new(|| names(LINES).collect());

fn names(lines: &'static str) -> impl Iterator<Item = (&'static str, Commonness)> {
    let cells = lines.lines().filter_map(|line| line.split_once(' '));
    cells.filter_map(|(name, digits)| Some((name, Commonness::parse(digits)?)))
}

/// How common a folded word is, where it is known at all.
pub fn commonness(word: &str) -> Option<Commonness> {
    KNOWN.get(word).copied()
}

/// The models of Latin letters: of first and of last names.
pub struct Latin {
    /// Of first names.
    pub first: Model,
    /// Of last names.
    pub last: Model,
}

static LATIN: LazyLock<Latin> = LazyLock::new(|| {
    let model = || Model::new(Script::Latin.size(), 4);
    let mut latin = Latin { first: model(), last: model() };
    for (name, commonness) in names(LINES) {
        let letters = Script::Latin.letters(name);
        if commonness.first > 0 {
            latin.first.learn(&letters);
        }
        if commonness.last > 0 {
            latin.last.learn(&letters);
        }
    }
    latin
});

/// The models of Latin letters.
pub fn latin() -> &'static Latin {
    &LATIN
}

static OF_CYRILLIC: LazyLock<Model> = LazyLock::new(|| learnt(Script::Cyrillic, CYRILLIC));

static OF_GREEK: LazyLock<Model> = LazyLock::new(|| learnt(Script::Greek, GREEK));

fn learnt(script: Script, lines: &str) -> Model {
    let mut model = Model::new(script.size(), 3);
    let words = lines.lines().filter(|line| !line.starts_with('#'));
    words.for_each(|word| model.learn(&script.letters(word)));
    model
}

/// The natural logarithm of the probability of a word among names, first and last ones alike.
pub fn log_probability(script: Script, letters: &[u8]) -> f64 {
    match script {
        Script::Latin => {
            let first = LATIN.first.log_probability(letters);
            let last = LATIN.last.log_probability(letters);
            let most = first.max(last);
            most + (((first - most).exp() + (last - most).exp()) / 2.0).ln()
        }
        Script::Cyrillic => OF_CYRILLIC.log_probability(letters),
        Script::Greek => OF_GREEK.log_probability(letters),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::words::fold;

    #[test]
    fn every_line_of_the_lists_is_understood() {
        let lines = LINES.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(lines.clone().count(), KNOWN.len());
        assert!(lines.is_sorted());
        assert!(KNOWN.iter().all(|(name, _)| fold(name) == *name));
        for (script, lines) in [(Script::Cyrillic, CYRILLIC), (Script::Greek, GREEK)] {
            let mut words = lines.lines().filter(|line| !line.starts_with('#'));
            assert!(words.all(|word| Script::of(word) == Some(script)));
        }
    }

    #[test]
    fn first_and_last_names_are_told_apart() {
        let (maria, rossi) = (commonness("maria").unwrap(), commonness("rossi").unwrap());
        assert!(maria.first > maria.last + 3 && rossi.last > rossi.first + 3);
        assert_eq!(commonness("qwertz"), None);
    }
}
