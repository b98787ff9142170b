//! The words that a customer is found by, and those of a search: both folded alike, so that case,
//! diacritics and script do not matter.

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Details;

/// Longest word that is compared, in bytes; what is behind it does not matter.
pub const MAX_WORD: usize = 64;

/// Most words of a search.
pub const MAX_SEARCH_WORDS: usize = 8;

/// Longest text of a search, in characters.
pub const MAX_SEARCH_CHARS: usize = 200;

/// What no customer has as a word, as it is no letter.
const NO_WORD: &str = "\u{FFFD}";

/// A word of a customer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    /// The word, folded.
    pub text: String,
    /// Whether it is in a name; otherwise it is in the email only.
    pub in_name: bool,
}

/// The words of a customer, each once. A name with an apostrophe (O'Brien) is also one word
/// without it.
pub fn of(details: &Details) -> Vec<Word> {
    let mut words = Vec::with_capacity(6);
    for name in [&details.first_name, &details.last_name] {
        split(name, is_part).for_each(|text| add(&mut words, text, true));
        if name.contains(is_apostrophe) {
            split(name, |c| is_part(c) || is_apostrophe(c))
                .for_each(|text| add(&mut words, text, true));
        }
    }
    split(&details.email, is_part).for_each(|text| add(&mut words, text, false));
    words
}

fn add(words: &mut Vec<Word>, text: String, in_name: bool) {
    if !words.iter().any(|word| word.text == text) {
        words.push(Word { text, in_name });
    }
}

/// The words of a search, each once.
///
/// What is refused can be told without knowing what a letter is beyond ASCII, so that clients can
/// check it: there a word is any run of ASCII letters and digits and characters beyond ASCII. In
/// one of these runs there may be several words, or none: a search without any finds nothing.
///
/// # Errors
/// What is wrong, in a sentence: there is no word in it, or too much.
pub fn of_search(text: &str) -> Result<Vec<String>, String> {
    if text.chars().nth(MAX_SEARCH_CHARS).is_some() {
        return Err(format!("a search has at most {MAX_SEARCH_CHARS} characters"));
    }
    let runs = text.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric());
    match runs.filter(|run| !run.is_empty()).count() {
        0 => return Err("a search has at least one letter or digit".to_owned()),
        1..=MAX_SEARCH_WORDS => {}
        _ => return Err(format!("a search has at most {MAX_SEARCH_WORDS} words")),
    }
    let mut words: Vec<String> = Vec::new();
    for word in split(text, is_part) {
        if words.len() < MAX_SEARCH_WORDS && !words.contains(&word) {
            words.push(word);
        }
    }
    if words.is_empty() {
        words.push(NO_WORD.to_owned());
    }
    Ok(words)
}

/// The words of any text, folded, in their order.
pub fn of_text(text: &str) -> impl Iterator<Item = String> {
    split(text, is_part)
}

/// The longest runs of characters of which `is_part` holds, folded.
fn split(text: &str, is_part: fn(char) -> bool) -> impl Iterator<Item = String> {
    text.split(move |c| !is_part(c))
        .filter(|run| !run.is_empty())
        .map(fold)
        .filter(|word| !word.is_empty())
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || is_combining_mark(character)
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | 'ʼ' | '`' | '´')
}

/// A word without case and diacritics, in Latin letters where there is a transliteration: `Müller`
/// is `muller`, `Иванова` is `ivanova`. What is no letter or digit is left out.
pub fn fold(word: &str) -> String {
    // In most there is nothing to transliterate, and each name of a customer is folded many times.
    let mut folded = match word.is_ascii() {
        true => plain_ascii(word),
        false => transliterated(word),
    };
    if folded.is_empty() {
        folded = word.to_lowercase();
    }
    let end = folded.floor_char_boundary(MAX_WORD);
    folded.truncate(end);
    folded
}

fn plain_ascii(word: &str) -> String {
    let mut letters = word.to_ascii_lowercase();
    letters.retain(|letter| letter.is_ascii_alphanumeric());
    letters
}

fn plain_letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase())
}

fn transliterated(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for character in word.nfc() {
        folded.extend(plain_letters(any_ascii_char(character)));
        if folded.len() >= MAX_WORD {
            break;
        }
    }
    folded
}

/// The mark of a word: the folded FNV-1a hash (Fowler, Noll, Vo). It is stored, so it
/// must never change.
pub fn mark(word: &str) -> u16 {
    let hash = word
        .bytes()
        .fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let [a, b, c, d] = hash.to_be_bytes();
    u16::from_be_bytes([a, b]) ^ u16::from_be_bytes([c, d])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::customer::{Draft, Given};

    fn words(first: &str, last: &str, email: &str) -> Vec<(String, bool)> {
        let text = |text: &str| Given::Text(text.to_owned());
        let draft = Draft {
            first_name: text(first),
            last_name: text(last),
            email: text(email),
            vat_number: text("IT12345678901"),
        };
        let words = of(&draft.check().unwrap());
        words.into_iter().map(|word| (word.text, word.in_name)).collect()
    }

    fn in_names(first: &str, last: &str) -> Vec<String> {
        let words = words(first, last, "a@b.cd");
        words.into_iter().filter(|word| word.1).map(|word| word.0).collect()
    }

    #[test]
    fn words_are_those_of_the_names_and_then_of_the_email() {
        let words = words("Anna Maria", "Müller-Lüdenscheidt", "anna.mueller@Example.com");
        let expected = [
            ("anna", true),
            ("maria", true),
            ("muller", true),
            ("ludenscheidt", true),
            ("mueller", false),
            ("example", false),
            ("com", false),
        ];
        assert_eq!(words, expected.map(|(text, in_name)| (text.to_owned(), in_name)));
    }

    #[test]
    fn every_script_is_folded_to_letters_that_can_be_typed() {
        assert_eq!(in_names("Ольга", "Иванова"), ["olga", "ivanova"]);
        assert_eq!(in_names("Γιώργος", "Straße"), ["giorgos", "strasse"]);
        assert_eq!(in_names("Łukasz", "Ørsted"), ["lukasz", "orsted"]);
        assert!(!in_names("明", "प्रिया")[0].is_empty());
    }

    #[test]
    fn an_apostrophe_parts_words_and_joins_them() {
        assert_eq!(in_names("Conan", "O'Brien"), ["conan", "o", "brien", "obrien"]);
        assert_eq!(in_names("Rita", "D’Angelo"), ["rita", "d", "angelo", "dangelo"]);
    }

    #[test]
    fn a_search_has_one_to_eight_words() {
        assert_eq!(of_search(" Müller, müller ANNA ").unwrap(), ["muller", "anna"]);
        assert!(of_search(" - ").is_err());
        assert!(of_search("a b c d e f g h i").is_err());
        assert!(of_search(&"a".repeat(201)).is_err());
        assert_eq!(of_search(&"a".repeat(200)).unwrap(), ["a".repeat(64)]);
    }

    #[test]
    fn a_search_for_signs_beyond_ascii_looks_for_what_no_customer_has() {
        assert_eq!(of_search("☃ ☃").unwrap(), [NO_WORD]);
        assert_eq!(of_search("a☃b☃c☃d☃e☃f☃g☃h☃i").unwrap().len(), MAX_SEARCH_WORDS);
    }

    #[test]
    fn the_mark_of_a_word_is_what_it_was_when_it_was_stored() {
        assert_eq!((mark("rossi"), mark("mario"), mark("")), (0x0C57, 0x7A71, 0x1CD9));
    }

    proptest! {
        #[test]
        fn what_needs_no_transliteration_is_folded_as_with_it(word in "[ -~]{0,80}") {
            let transliterated = transliterated(&word);
            let end = transliterated.floor_char_boundary(MAX_WORD);
            let expected = match transliterated.get(..end) {
                Some("") | None => word.to_lowercase().chars().take(MAX_WORD).collect(),
                Some(letters) => letters.to_owned(),
            };
            prop_assert_eq!(fold(&word), expected);
        }
    }
}
