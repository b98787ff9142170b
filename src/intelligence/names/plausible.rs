//! Whether anybody is called that: what no name holds, words that stand for none, and letters that
//! come as they do under hands on a keyboard and not as in names.

use std::sync::LazyLock;

use foldhash::HashSet;

use super::letters::Script;
use super::{company, keyboard, list};

/// What stands in a field where no name is meant; one in a line.
const PLACEHOLDERS: &str = include_str!("../../../data/names/placeholders.txt");

/// How much likelier random keys must be than a name before a word is doubted: the natural
/// logarithm of about a thousand to one, as few customers are made up and few names
/// are in the lists.
const DOUBT: f64 = 7.0;

/// The same where the other name of the customer is certainly none.
const DOUBT_BESIDE_JUNK: f64 = 2.0;

/// The same where three letters or more come twice, as hands do it; but so do Tingting and Tintin.
const DOUBT_DOUBLED: f64 = 2.0;

/// From this many letters on, a word is judged by its letters; shorter ones can be any name.
const MIN_LETTERS: usize = 3;

static WORDS_FOR_NOBODY: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| PLACEHOLDERS.lines().filter(|line| !line.starts_with('#')).collect());

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// An email address.
    Email,
    /// The address of a page.
    WebAddress,
    /// So many digits that they are a number of something.
    Number,
    /// A digit.
    Digit,
    /// A sign that names do not have.
    Sign(char),
    /// Nothing that is written in letters.
    NoLetter,
    /// A word that stands for any name, or for none.
    Placeholder,
    /// The same letters again and again.
    Repetition,
    /// Keys in a row.
    Walk,
    /// Letters of which none is a vowel.
    NoVowel,
    /// Letters in an order that no names have.
    Random,
}

/// Why a name is none, if it is; a first or a last name as it is kept.
pub fn doubt(name: &str) -> Option<Doubt> {
    signs(name).or_else(|| is_placeholder(name).then_some(Doubt::Placeholder)).or_else(|| {
        let is_firm = company::is_in(name);
        words(name).find_map(|word| by_letters(word, if is_firm { f64::MAX } else { DOUBT }))
    })
}

/// Why a name is none, where the other name of the customer is none for certain.
pub fn doubt_beside_junk(name: &str) -> Option<Doubt> {
    words(name).find_map(|word| by_letters(word, DOUBT_BESIDE_JUNK))
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '.' | '/' | ','))
        .filter(|word| !word.is_empty())
}

fn signs(name: &str) -> Option<Doubt> {
    if name.contains('@') {
        let is_address = name.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'));
        return Some(if is_address { Doubt::Email } else { Doubt::Sign('@') });
    }
    if is_web_address(name) {
        return Some(Doubt::WebAddress);
    }
    if !name.chars().any(char::is_alphanumeric) {
        return Some(Doubt::NoLetter);
    }
    match digits(name) {
        0 => name.chars().find(|&c| is_no_sign_of_names(c)).map(Doubt::Sign),
        1..6 => Some(Doubt::Digit),
        _ => Some(Doubt::Number),
    }
}

fn is_web_address(name: &str) -> bool {
    let is_at_start =
        |start: &str| name.get(..start.len()).is_some_and(|s| s.eq_ignore_ascii_case(start));
    name.contains("://") || is_at_start("www.") || {
        let end = name.rsplit_once('.').map_or("", |(_, end)| end).to_ascii_lowercase();
        matches!(end.as_str(), "com" | "net" | "org" | "eu" | "info" | "it" | "de" | "fr")
            && !name.contains(' ')
    }
}

/// Digits other than those of ordinals (John Smith 3rd) and the letters that are Roman numerals.
fn digits(name: &str) -> usize {
    let is_ordinal = |word: &str| {
        let end = word.trim_start_matches(|c: char| c.is_ascii_digit());
        end.len() + 1 == word.len() && matches!(end, "st" | "nd" | "rd" | "th")
    };
    let words = name.split(' ').filter(|word| !is_ordinal(word));
    words.flat_map(str::chars).filter(|&c| c.is_numeric() && !matches!(c, 'Ⅰ'..='ↈ' | '〇')).count()
}

fn is_no_sign_of_names(character: char) -> bool {
    match character {
        '#'..='%' | '*' | '+' | ':'..='?' | '['..='_' | '{'..='~' | '!' => true,
        '¡'..='©' | '«'..='¶' | '»'..='¿' | '×' | '÷' => character != '´',
        '€' | '₿' | '←'..='⯿' | '\u{1F000}'..='\u{1FAFF}' => true,
        _ => false,
    }
}

fn is_placeholder(name: &str) -> bool {
    let small = name.to_lowercase();
    let is_word = |word: &str| WORDS_FOR_NOBODY.contains(word);
    is_word(&small) || words(&small).count() > 1 && words(&small).all(is_word)
}

/// What the letters of a word tell. `threshold` is how much likelier random keys must be.
fn by_letters(word: &str, threshold: f64) -> Option<Doubt> {
    let script = Script::of(word)?;
    let letters = script.letters(word);
    if is_repetition(&letters, word) {
        return Some(Doubt::Repetition);
    }
    if letters.len() < MIN_LETTERS || list::commonness(script, word).is_some() || is_roman(word) {
        return None;
    }
    if is_walk(script, &letters) {
        return Some(Doubt::Walk);
    }
    if script == Script::Latin && letters.len() >= 5 && !letters.iter().any(|&l| is_vowel(l)) {
        return Some(Doubt::NoVowel);
    }
    let threshold = if is_doubled(&letters) { threshold.min(DOUBT_DOUBLED) } else { threshold };
    let least = keyboard::log_probability(script, &letters) - threshold;
    (!list::is_as_probable(script, &letters, least)).then_some(Doubt::Random)
}

/// Whether five keys of a row stand in a word, or it is four of them; but Reza lies on a French row.
fn is_walk(script: Script, letters: &[u8]) -> bool {
    let walk = keyboard::longest_walk(script, letters);
    let vowels = letters.iter().filter(|&&letter| is_vowel(letter)).count();
    walk >= 5 || walk == 4 && letters.len() == 4 && (script != Script::Latin || vowels < 2)
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter + b'a' - 1, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// Whether a word is in Roman numerals, as those who bear a name are counted.
pub fn is_roman(word: &str) -> bool {
    word.len() < 6 && word.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X'))
}

/// Whether letters come again and again: one letter (but not as initials, JJ, or a vowel, which is
/// Finnish or Burmese), a letter four times on end, or a few letters thrice.
fn is_repetition(letters: &[u8], word: &str) -> bool {
    let count = letters.len();
    let all_alike = letters.windows(2).all(|pair| pair[0] == pair[1]);
    if all_alike && !is_roman(word) {
        return count > 2
            || count == 2 && !is_initials(word) && !letters.iter().all(|&l| is_vowel(l));
    }
    let repeats = |period: usize| count >= 3 * period && period > 0 && has_period(letters, period);
    letters.windows(4).any(|four| four.iter().all(|&letter| letter == four[0]))
        || (2..5).any(repeats)
}

fn is_doubled(letters: &[u8]) -> bool {
    letters.len() > 5 && letters.len().is_multiple_of(2) && has_period(letters, letters.len() / 2)
}

fn is_initials(word: &str) -> bool {
    !word.chars().any(char::is_lowercase)
}

fn has_period(letters: &[u8], period: usize) -> bool {
    letters.iter().zip(letters.iter().skip(period)).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_the_world_are_not_doubted() {
        for name in [
            "Ng",
            "Ho",
            "Xu",
            "Ó",
            "Li",
            "Nguyen",
            "Mbeki",
            "Hrvoje",
            "Krzysztof",
            "Szczęsny",
            "Brzęczyszczykiewicz",
            "Tkachenko",
            "Mstislav",
            "Þórdís",
            "Ngũgĩ",
            "Xhaka",
            "Nkrumah",
            "Wójcik",
            "J.",
            "J",
            "JJ",
            "Test-Rossi",
            "Rossi S.r.l.",
            "O'Brien",
            "Ng'ang'a",
            "III",
            "Smith 3rd",
            "Ortega y Gasset",
            "'t Hart",
            "Иванов",
            "Щерба",
            "Ξενάκης",
            "王",
            "محمد",
            "Vlk",
            "Krk",
            "Aa",
            "Foo",
            "Lulu",
            "Tingting",
            "Kuʻulei",
            "Ⅳ",
            "St. John",
            "Anna/Maria",
        ] {
            assert_eq!(doubt(name), None, "{name}");
        }
    }

    #[test]
    fn what_no_name_holds_is_told() {
        for (name, expected) in [
            ("anna@example.com", Doubt::Email),
            ("www.example.com", Doubt::WebAddress),
            ("https://example.com", Doubt::WebAddress),
            ("IT12345678901", Doubt::Number),
            ("Mari0", Doubt::Digit),
            ("M@rio", Doubt::Sign('@')),
            ("Mario#", Doubt::Sign('#')),
            ("???", Doubt::NoLetter),
            ("-", Doubt::NoLetter),
            ("Test", Doubt::Placeholder),
            ("n/a", Doubt::Placeholder),
            ("PROVA PROVA", Doubt::Placeholder),
            ("test prova", Doubt::Placeholder),
            ("δοκιμή", Doubt::Placeholder),
            ("aaaa", Doubt::Repetition),
            ("xxx", Doubt::Placeholder),
            ("hjhjhj", Doubt::Repetition),
            ("Anna qwerty", Doubt::Walk),
            ("lkjhg", Doubt::Walk),
            ("фывапр", Doubt::Walk),
            ("Bcdrfgt", Doubt::NoVowel),
            ("dfkjghdfkjg", Doubt::NoVowel),
            ("asdkjfhe", Doubt::Random),
            ("wqeoixzu", Doubt::Random),
            ("ылвоаыжд", Doubt::Random),
        ] {
            assert_eq!(doubt(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn a_word_beside_junk_is_doubted_sooner() {
        assert_eq!(doubt("okmijn"), None);
        assert_eq!(doubt_beside_junk("okmijn"), Some(Doubt::Random));
        assert_eq!(doubt_beside_junk("Xu"), None);
    }

    #[test]
    fn every_placeholder_is_doubted() {
        for placeholder in WORDS_FOR_NOBODY.iter() {
            assert!(doubt(placeholder).is_some(), "{placeholder}");
        }
    }
}
