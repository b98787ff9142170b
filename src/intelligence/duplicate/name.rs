//! A name as it is compared, and how well two of them agree.

use super::FieldAgreement;
use super::slips::{are_numbered_apart, are_within};
use crate::customer::likeness::{is_particle, name_words, without_digraphs};
use crate::customer::words::fold;
use crate::intelligence::names::nickname::akin;

/// A first or last name, prepared to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The words that tell people apart, in their [`form`]: all but particles such as `de`, or all
    /// where there are only those.
    pub words: Vec<String>,
    /// All words without anything between them, so that `De Luca` is `DeLuca`.
    pub joined: String,
    /// The same, but folded only: what was typed, as far as slips of the key go.
    pub typed: String,
    /// Its first word in its [`form`], empty where there is none.
    pub first: String,
    /// Its first word, folded only: what a list of names knows.
    pub first_typed: String,
}

impl Name {
    /// Prepares a name.
    pub fn of(text: &str) -> Name {
        let typed = name_words(text);
        let mut words: Vec<String> = typed.iter().cloned().map(without_digraphs).collect();
        let (joined, first) = (words.concat(), words.first().cloned().unwrap_or_default());
        if !words.iter().all(|word| is_particle(word)) {
            words.retain(|word| !is_particle(word));
        }
        let first_typed = typed.first().cloned().unwrap_or_default();
        Name { words, joined, first, first_typed, typed: typed.concat() }
    }

    fn is_near(&self, other: &Name) -> bool {
        let near = are_near(&self.joined, &other.joined) || are_near(&self.typed, &other.typed);
        near && !are_numbered_apart(&self.joined, &other.joined)
    }

    /// Whether one is the other with more words, each of the fewer words being one of the others
    /// or its initial: `Anna` is a part of `Anna Maria`, but `Anna Lisa` is another name.
    fn is_part_of_or_has(&self, other: &Name) -> bool {
        self.is_part_of(other) || other.is_part_of(self)
    }

    fn is_part_of(&self, other: &Name) -> bool {
        let is_initial_there =
            |word: &str| other.words.iter().any(|theirs| is_initial(word, theirs));
        self.words.iter().all(|word| other.has(word) || is_initial_there(word))
            && self.shared_word(other).is_some()
    }

    /// The whole word that both have; of several always the same, whoever asks.
    pub fn shared_word(&self, other: &Name) -> Option<&str> {
        self.words.iter().map(String::as_str).filter(|word| other.has(word)).min()
    }

    fn has(&self, word: &str) -> bool {
        word.len() > 1 && self.words.iter().any(|mine| mine == word)
    }
}

/// A word as it is compared: folded, and with `ae`, `oe`, `ue` and `aa` as one letter, for that is
/// how `ä`, `ö`, `ü` and `å` are written where a keyboard has none.
pub fn form(word: &str) -> String {
    without_digraphs(fold(word))
}

/// How well two first names agree.
pub fn compare_first(a: &Name, b: &Name) -> FieldAgreement {
    let (word, theirs) = (a.first.as_str(), b.first.as_str());
    // Of two double names, the first ones alone tell nothing.
    let may_be_short = a.words.len() < 2 || b.words.len() < 2;
    if a.joined == b.joined {
        FieldAgreement::Exact
    } else if is_initial(word, theirs) || is_initial(theirs, word) {
        FieldAgreement::Initial
    } else if a.is_part_of_or_has(b) {
        FieldAgreement::Part
    } else if may_be_short && akin(&a.first_typed, &b.first_typed) {
        FieldAgreement::Nickname
    } else if a.is_near(b) || may_be_short && are_near(&a.first_typed, &b.first_typed) {
        FieldAgreement::Near
    } else {
        FieldAgreement::Different
    }
}

/// How well two last names agree.
pub fn compare_last(a: &Name, b: &Name) -> FieldAgreement {
    if a.joined == b.joined {
        FieldAgreement::Exact
    } else if a.is_part_of_or_has(b) {
        FieldAgreement::Part
    } else if a.is_near(b) {
        FieldAgreement::Near
    } else {
        FieldAgreement::Different
    }
}

fn is_initial(short: &str, long: &str) -> bool {
    short.len() == 1 && long.starts_with(short)
}

/// Whether two words are as many slips of the key apart as happen in words of their length: one,
/// from eight letters on two. In words of two letters a slip makes another name.
pub fn are_near(a: &str, b: &str) -> bool {
    let shorter = a.len().min(b.len());
    let slips = if shorter < 3 { 0 } else { 1 + usize::from(shorter >= 8) };
    slips > 0 && are_within(a, b, slips)
}

#[cfg(test)]
mod tests {
    use super::FieldAgreement::*;
    use super::*;

    fn first(a: &str, b: &str) -> FieldAgreement {
        compare_first(&Name::of(a), &Name::of(b))
    }

    fn last(a: &str, b: &str) -> FieldAgreement {
        compare_last(&Name::of(a), &Name::of(b))
    }

    #[test]
    fn case_diacritics_and_spelt_out_umlauts_make_no_other_name() {
        assert_eq!(last("Müller", "MUELLER"), Exact);
        assert_eq!(last("Weiß", "weiss"), Exact);
        assert_eq!(last("De Luca", "DeLuca"), Exact);
        assert_eq!(last("O'Brien", "O’Brien"), Exact);
        assert_eq!(last("Ångström", "Aangstroem"), Exact);
        assert_eq!(first("Jean-Pierre", "jean pierre"), Exact);
        assert_eq!(first("Ольга", "Olga"), Exact);
    }

    #[test]
    fn a_double_name_agrees_in_part_with_each_of_its_names() {
        assert_eq!(last("Rossi-Bianchi", "Rossi"), Part);
        assert_eq!(last("Bianchi", "Rossi Bianchi"), Part);
        assert_eq!(first("Anna Maria", "Maria"), Part);
        assert_eq!(first("Anna Maria", "Anna M."), Part);
        assert_eq!(first("Anna Maria", "Anna Lisa"), Different);
    }

    #[test]
    fn a_particle_alone_makes_no_agreement() {
        assert_eq!(last("De Luca", "De Rosa"), Different);
        assert_eq!(last("van der Berg", "van der Meer"), Different);
    }

    #[test]
    fn an_initial_agrees_with_the_names_that_begin_with_it() {
        assert_eq!(first("M.", "Mario"), Initial);
        assert_eq!(first("Mario Luigi", "M"), Initial);
        assert_eq!(first("P.", "Mario"), Different);
    }

    #[test]
    fn a_slip_of_the_key_is_near_and_two_only_in_a_long_name() {
        assert_eq!(last("Bianchi", "Binachi"), Near);
        assert_eq!(last("Rossi", "Russi"), Near);
        assert_eq!(last("Rossi", "Bassi"), Different);
        assert_eq!(last("Papadopoulos", "Papadoopulo"), Near);
        assert_eq!(last("Li", "Lu"), Different);
        assert_eq!(last("Customer 12", "Customer 13"), Different);
    }
}
