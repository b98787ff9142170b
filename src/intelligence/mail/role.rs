//! Mailboxes of functions: `info@`, `vendite@`, `ufficio.acquisti@`.
//!
//! The whole local part is judged: `sales` is a surname, too, and `martin.sales` is a person.

use std::sync::LazyLock;

use foldhash::HashMap;

use crate::customer::words::fold;
use crate::intelligence::lines::lines;

/// What a word of a local part tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// A function, as nobody is called so.
    Role,
    /// A function, unless there is another name beside it.
    RoleOrName,
    /// Nothing by itself: a region, a department, a preposition.
    Part,
}

static WORDS: LazyLock<HashMap<&'static str, Word>> = LazyLock::new(|| {
    lines(include_str!("../../../data/mail/roles.tsv"))
        .filter_map(|line| line.split_once('\t'))
        .map(|(word, kind)| (word, kind_of(kind)))
        .collect()
});

/// Shortest word that is recognised when it is joined with another.
const SHORTEST_JOINED: usize = 4;

fn kind_of(kind: &str) -> Word {
    match kind {
        "role" => Word::Role,
        "name" => Word::RoleOrName,
        _ => Word::Part,
    }
}

/// Whether the mailbox is one of a function, shared by whoever holds it.
pub fn is_role(local_part: &str) -> bool {
    let untagged = local_part.split('+').next().unwrap_or(local_part);
    let words: Vec<String> = split(untagged).collect();
    let said: Vec<Option<Word>> = words.iter().map(|word| meaning(word)).collect();
    // A function at the start says it all: `info.milano`, `amministrazione.acme`.
    said.first() == Some(&Some(Word::Role)) || all_of_functions(&said) || is_apart(&words)
}

fn all_of_functions(said: &[Option<Word>]) -> bool {
    let is_function = |word: &Option<Word>| matches!(word, Some(Word::Role | Word::RoleOrName));
    said.iter().all(Option::is_some) && said.iter().any(is_function)
}

/// `no-reply`, `risorse.umane`: a word of a function with separators in it. One letter alone is an
/// initial: `p.ress` is a person.
fn is_apart(words: &[String]) -> bool {
    let is_whole = words.len() > 1 && words.iter().all(|word| word.len() > 1);
    is_whole && WORDS.get(words.concat().as_str()) == Some(&Word::Role)
}

/// The words of a local part, folded: what is between separators and digits.
fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(fold)
}

fn meaning(word: &str) -> Option<Word> {
    WORDS.get(word).copied().or_else(|| joined(word))
}

/// The meaning of two words in one: `ufficioacquisti`, `salesitaly`.
fn joined(word: &str) -> Option<Word> {
    let ends = SHORTEST_JOINED..=word.len().saturating_sub(SHORTEST_JOINED);
    let mut pairs = ends.filter_map(|end| {
        let (one, other) = word.split_at_checked(end)?;
        Some([*WORDS.get(one)?, *WORDS.get(other)?])
    });
    let has_role = |pair: &[Word; 2]| pair.iter().any(|&word| word != Word::Part);
    pairs.find(has_role).map(|_| Word::Role)
}

#[cfg(test)]
mod tests {
    use super::{WORDS, is_role};

    #[test]
    fn a_function_is_told_in_any_form() {
        for role in [
            "info",
            "INFO",
            "info2",
            "sales",
            "sales.emea",
            "sales-italy",
            "ufficio.acquisti",
            "ufficio-vendite",
            "ufficioacquisti",
            "no-reply",
            "noreply",
            "do_not_reply",
            "contabilità",
            "Büro",
            "info+web",
            "amministrazione.acme",
            "servizio_clienti",
            "kundenservice",
            "hr",
            "risorse.umane",
            "service.client",
        ] {
            assert!(is_role(role), "{role}");
        }
    }

    #[test]
    fn a_person_is_not_a_function() {
        for person in [
            "anna",
            "anna.rossi",
            "martin.sales",
            "sales.martin",
            "m.sales",
            "john.office",
            "de.la",
            "p.ress",
            "j.smith2",
            "",
            "+tag",
            "1234",
            "用户",
        ] {
            assert!(!is_role(person), "{person}");
        }
    }

    #[test]
    fn every_word_is_folded() {
        assert!(WORDS.keys().all(|word| crate::customer::words::fold(word) == *word));
        assert!(WORDS.len() > 500);
    }
}
