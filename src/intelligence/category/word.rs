//! Words of domains, addresses and names that stand for a kind of customer: `comune`, `gmbh`,
//! `studio`. The list is `data/domains/words.tsv`.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use foldhash::HashMap;

use super::clue::{Clue, Clues};
use super::suffix::lines;
use crate::customer::words::fold;

const WORDS: &str = include_str!("../../../data/domains/words.tsv");

/// What a word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An authority.
    Authority,
    /// Something that authorities and firms run.
    MaybeAuthority,
    /// A school.
    School,
    /// Something that schools and firms run.
    MaybeSchool,
    /// A firm that calls itself a school.
    NotSchool,
    /// The legal form of a firm.
    Form,
    /// What a firm does.
    Trade,
    /// A profession that persons have on their own.
    Practice,
}

/// Where a word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// In domains only.
    Domain,
    /// Also before the @, and in names of several words.
    Names,
    /// In any name.
    Alone,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    kind: Kind,
    reach: Reach,
}

#[derive(Default)]
struct Words {
    whole: HashMap<&'static str, Entry>,
    starts: Affixes,
    ends: Affixes,
}

/// Words that others begin or end with.
#[derive(Default)]
struct Affixes {
    kinds: HashMap<&'static str, Kind>,
    /// How many bytes they have, the longest first: `fahrschule` is found before `schule`.
    lengths: BTreeSet<Reverse<usize>>,
}

impl Affixes {
    fn add(&mut self, word: &'static str, kind: Kind) {
        self.kinds.insert(word, kind);
        self.lengths.insert(Reverse(word.len()));
    }

    /// The kind of the longest that `text` begins with and that `fits`.
    fn start_of(&self, text: &str, fits: impl Fn(&str, Kind) -> bool) -> Option<Kind> {
        self.longest(|length| text.get(..length), fits)
    }

    /// The kind of the longest that `text` ends with and that `fits`.
    fn end_of(&self, text: &str, fits: impl Fn(&str, Kind) -> bool) -> Option<Kind> {
        self.longest(|length| text.get(text.len().checked_sub(length)?..), fits)
    }

    fn longest<'t>(
        &self,
        part: impl Fn(usize) -> Option<&'t str>,
        fits: impl Fn(&str, Kind) -> bool,
    ) -> Option<Kind> {
        let parts = self.lengths.iter().filter_map(|Reverse(length)| part(*length));
        let mut kinds = parts.filter_map(|part| Some((part, *self.kinds.get(part)?)));
        kinds.find(|(part, kind)| fits(part, *kind)).map(|(_, kind)| kind)
    }
}

static LIST: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words::default();
    for (word, place, entry) in lines(WORDS).filter_map(parse) {
        match place {
            "whole" => drop(words.whole.insert(word, entry)),
            "start" => words.starts.add(word, entry.kind),
            _ => words.ends.add(word, entry.kind),
        }
    }
    words
});

fn parse(line: &'static str) -> Option<(&'static str, &'static str, Entry)> {
    let mut cells = line.split('\t');
    let (word, place) = (cells.next()?, cells.next()?);
    let kind = match cells.next()? {
        "authority" => Kind::Authority,
        "maybe-authority" => Kind::MaybeAuthority,
        "school" => Kind::School,
        "maybe-school" => Kind::MaybeSchool,
        "not-school" => Kind::NotSchool,
        "form" => Kind::Form,
        "trade" => Kind::Trade,
        "practice" => Kind::Practice,
        _ => return None,
    };
    let reach = match cells.next()? {
        "domain" => Reach::Domain,
        "names" => Reach::Names,
        "alone" => Reach::Alone,
        _ => return None,
    };
    Some((word, place, Entry { kind, reach }))
}

/// Calls `found` with the kind of each word in the parts of a domain between its dots.
pub fn of_labels<'a>(labels: impl Iterator<Item = &'a str>, mut found: impl FnMut(Kind)) {
    for label in labels {
        of_label(label, &mut found);
    }
}

fn of_label(label: &str, found: &mut impl FnMut(Kind)) {
    let words = &*LIST;
    for part in label.split('-') {
        if let Some(entry) = words.whole.get(part) {
            found(entry.kind);
        }
    }
    // A word that is all of the label was found above.
    let start = words.starts.start_of(label, |word, _| label.len() > word.len());
    start.into_iter().for_each(&mut *found);
    for part in label.split('-').filter(|part| !words.whole.contains_key(part)) {
        words.ends.end_of(part, |_, _| true).into_iter().for_each(&mut *found);
    }
}

/// Adds what the words before the @ tell of a mailbox that many have.
pub fn clues_of_local(local: &str, clues: &mut Clues) {
    let local = local.to_ascii_lowercase();
    let mut found = |kind| match kind {
        Kind::Authority => add(clues, Clue::AuthorityAddress),
        Kind::School => add(clues, Clue::SchoolAddress),
        Kind::Form => add(clues, Clue::FormInAddress),
        Kind::Practice => add(clues, Clue::PracticeInAddress),
        _ => {}
    };
    let words = &*LIST;
    for part in local.split(['.', '_', '-']) {
        match words.whole.get(part) {
            Some(entry) if entry.reach > Reach::Domain => found(entry.kind),
            _ => of_affix(words, part, &mut found),
        }
    }
}

/// The shortest beginning or end of a word before the @ that is believed: `comunedi`, `srl`.
const SHORTEST_AFFIX: usize = 3;

fn of_affix(words: &Words, part: &str, found: &mut impl FnMut(Kind)) {
    let is_rest = |word: &str| part.len() >= word.len() + SHORTEST_AFFIX;
    let is_long = |word: &str, _| word.len() >= 2 * SHORTEST_AFFIX && is_rest(word);
    let is_form = |word: &str, kind| kind == Kind::Form && is_rest(word);
    let start = words.starts.start_of(part, is_long);
    start.into_iter().chain(words.ends.end_of(part, is_form)).for_each(found);
}

/// Adds what the words of a first or last name tell: `Rossi Srl`, `Avv. Bianchi`.
pub fn clues_of_name(name: &str, clues: &mut Clues) {
    let is_several = name.contains(' ');
    for word in name.split(' ').filter(|word| word.chars().any(char::is_alphabetic)) {
        let needed = if is_several || word.ends_with('.') { Reach::Names } else { Reach::Alone };
        match LIST.whole.get(fold(word).as_str()) {
            Some(entry) if entry.reach >= needed => add_name(entry.kind, clues),
            _ => {}
        }
    }
}

fn add_name(kind: Kind, clues: &mut Clues) {
    match kind {
        Kind::Authority => add(clues, Clue::AuthorityName),
        Kind::School => add(clues, Clue::SchoolName),
        Kind::Form => add(clues, Clue::FormInName),
        Kind::Trade => add(clues, Clue::TradeInName),
        Kind::Practice => add(clues, Clue::PracticeInName),
        Kind::MaybeAuthority | Kind::MaybeSchool | Kind::NotSchool => {}
    }
}

/// Adds a clue that is not among them yet.
pub(super) fn add(clues: &mut Clues, clue: Clue) {
    if !clues.contains(&clue) {
        clues.push(clue);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(label: &str) -> Vec<Kind> {
        let mut kinds = Vec::new();
        of_labels(std::iter::once(label), |kind| kinds.push(kind));
        kinds
    }

    fn of_name(name: &str) -> Clues {
        let mut clues = Clues::new();
        clues_of_name(name, &mut clues);
        clues
    }

    #[test]
    fn every_line_is_understood() {
        assert!(lines(WORDS).all(|line| parse(line).is_some()));
    }

    #[test]
    fn a_word_is_found_in_its_place() {
        assert_eq!(of("comune"), [Kind::Authority]);
        assert_eq!(of("stadt-koeln")[0], Kind::Authority);
        assert_eq!(of("goethegymnasium"), [Kind::School]);
        assert_eq!(of("liceo"), [Kind::School]);
        assert_eq!(of("rossisrl"), [Kind::Form]);
        assert_eq!(of("unilever"), []);
        assert_eq!(of("comunello"), []);
    }

    #[test]
    fn a_driving_school_is_no_school() {
        assert_eq!(of("fahrschule-meier"), [Kind::NotSchool, Kind::NotSchool]);
        assert_eq!(of("meierfahrschule"), [Kind::NotSchool]);
    }

    #[test]
    fn a_surname_that_is_a_word_elsewhere_tells_nothing_alone() {
        for name in ["Sa", "Ike", "Ing", "Store", "Ville", "Graf", "Sia", "De Stadt"] {
            assert_eq!(of_name(name), [], "{name}");
        }
    }

    #[test]
    fn a_firm_and_a_title_are_seen_in_a_name() {
        assert_eq!(of_name("Rossi S.r.l."), [Clue::FormInName]);
        assert_eq!(of_name("GmbH"), [Clue::FormInName]);
        assert_eq!(of_name("Avv. Bianchi"), [Clue::PracticeInName]);
        assert_eq!(of_name("Comune di"), [Clue::AuthorityName]);
    }
}
