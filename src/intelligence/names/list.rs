//! The names that are known, with how common each is as a first and as a last name, and the models
//! learnt from them.

use std::sync::LazyLock;

use super::letters::Script;
use super::model::Model;
use crate::customer::words::fold;
use crate::intelligence::lines::Lines;

/// A name in a line: without case and accents, then how common it is as a first and as a last name, in hexadecimal.
const LINES: &str = include_str!("../../../data/names/names.txt");

/// People, `f` or `l`, names parted by spaces: few of each people, but of the whole world.
const WORLD: &str = include_str!("../../../data/names/written.tsv");

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

static KNOWN_LATIN: LazyLock<Lines> = LazyLock::new(|| Lines::new(LINES));
static KNOWN_CYRILLIC: LazyLock<Lines> = LazyLock::new(|| Lines::new(CYRILLIC));
static KNOWN_GREEK: LazyLock<Lines> = LazyLock::new(|| Lines::new(GREEK));

fn names(lines: &'static str) -> impl Iterator<Item = (&'static str, Commonness)> {
    let cells = lines.lines().filter_map(|line| line.split_once(' '));
    cells.filter_map(|(name, digits)| Some((name, Commonness::parse(digits)?)))
}

/// How common a word of a script is, in any case and with or without accents, where it is known at
/// all: in its own script, or in Latin letters.
pub fn commonness(script: Script, word: &str) -> Option<Commonness> {
    let own = match script {
        Script::Latin => return in_latin(word),
        Script::Cyrillic => &KNOWN_CYRILLIC,
        Script::Greek => &KNOWN_GREEK,
    };
    let digits = own.get(&script.plain(word));
    digits.and_then(Commonness::parse).or_else(|| in_latin(word))
}

fn in_latin(word: &str) -> Option<Commonness> {
    KNOWN_LATIN.get(&fold(word)).and_then(Commonness::parse)
}

/// The models of Latin letters.
pub struct Latin {
    /// Of first names.
    pub first: Model,
    /// Of last names.
    pub last: Model,
    /// Of names of the whole world, where the many of Europe do not drown the others.
    world: Model,
}

static LATIN: LazyLock<Latin> = LazyLock::new(|| {
    let of = |is_such: fn(Commonness) -> bool| {
        let such = names(LINES).filter(move |(_, commonness)| is_such(*commonness));
        model(Script::Latin, 4, such.map(|(name, _)| name))
    };
    let world = WORLD.lines().filter_map(|line| line.rsplit_once('\t'));
    let world = world.flat_map(|(_, names)| names.split([' ', '-']));
    let world = world.filter(|name| Script::of(name) == Some(Script::Latin));
    Latin {
        first: of(|commonness| commonness.first > 0),
        last: of(|commonness| commonness.last > 0),
        world: model(Script::Latin, 4, world),
    }
});

fn model(script: Script, order: u32, words: impl Iterator<Item = &'static str>) -> Model {
    Model::of(script.size(), order, words.map(|word| script.letters(word)))
}

/// The models of Latin letters.
pub fn latin() -> &'static Latin {
    &LATIN
}

static OF_CYRILLIC: LazyLock<Model> = LazyLock::new(|| learnt(Script::Cyrillic, CYRILLIC));

static OF_GREEK: LazyLock<Model> = LazyLock::new(|| learnt(Script::Greek, GREEK));

fn learnt(script: Script, lines: &'static str) -> Model {
    model(script, 3, names(lines).map(|(name, _)| name))
}

/// Whether a word is so probable among names of all kinds; `least` is the natural logarithm of the
/// probability.
pub fn is_as_probable(script: Script, letters: &[u8], least: f64) -> bool {
    match script {
        Script::Latin => {
            let models = [&LATIN.first, &LATIN.last, &LATIN.world];
            let mut logarithms = [f64::NEG_INFINITY; 3];
            // Of a name, one of them mostly says enough.
            (0..models.len()).any(|next| {
                logarithms[next] = models[next].log_probability(letters);
                mean(logarithms) >= least
            })
        }
        Script::Cyrillic => OF_CYRILLIC.log_probability(letters) >= least,
        Script::Greek => OF_GREEK.log_probability(letters) >= least,
    }
}

/// The logarithm of the mean of probabilities that are given as logarithms.
pub fn mean<const N: usize>(logarithms: [f64; N]) -> f64 {
    let most = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logarithms.iter().map(|logarithm| (logarithm - most).exp()).sum();
    most + (sum / N as f64).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_lists_is_understood() {
        for (script, list) in
            [(Script::Latin, LINES), (Script::Cyrillic, CYRILLIC), (Script::Greek, GREEK)]
        {
            let lines = list.lines().filter(|line| !line.starts_with('#'));
            assert_eq!(lines.clone().count(), names(list).count());
            assert!(lines.is_sorted());
            assert!(names(list).all(|(name, _)| script.plain(name) == name));
            assert!(names(list).all(|(name, _)| Script::of(name) == Some(script)));
        }
    }

    #[test]
    fn first_and_last_names_are_told_apart() {
        let known = |script, word| commonness(script, word).unwrap();
        let (maria, rossi) = (known(Script::Latin, "María"), known(Script::Cyrillic, "Иванов"));
        assert!(maria.first > maria.last + 3 && rossi.last > rossi.first + 3);
        assert_eq!(commonness(Script::Latin, "qwertz"), None);
    }
}
