//! The parts of a text: words, numbers, signs, and the values that have a form of their own.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::{number, pattern, spoken};
use crate::customer::CustomerId;
use crate::customer::vat::VatNumber;
use crate::customer::words::{MAX_WORD, fold};

/// What a part is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Letters, perhaps with digits.
    Word,
    /// Digits, perhaps with dots between them.
    Number,
    /// Anything else that draws something.
    Sign,
    /// An address, normalised.
    Email(String),
    /// A VAT number.
    Vat(VatNumber),
    /// The id of a customer.
    Id(CustomerId),
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// Where it is, in bytes.
    pub range: Range<usize>,
    /// Without case, accents and what is no letter or digit; of a sign, the sign.
    pub folded: String,
    /// What it is.
    pub kind: Kind,
}

impl Token {
    /// How it is written in `text`, which it is of.
    pub fn written<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.range.clone()).unwrap_or_default()
    }

    /// Whether it is a word.
    pub fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }
}

/// The parts of a text, in their order.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut end = 0;
    for (range, kind) in pattern::values(text) {
        plain(text, end..range.start, &mut tokens);
        end = range.end;
        let folded = String::new();
        tokens.push(Token { range, folded, kind });
    }
    plain(text, end..text.len(), &mut tokens);
    number::join(text, spoken::join(text, tokens))
}

/// Words, numbers and signs of a piece that holds no value.
fn plain(text: &str, piece: Range<usize>, to: &mut Vec<Token>) {
    let mut from = piece.start;
    while let Some(rest) = text.get(from..piece.end).filter(|rest| !rest.is_empty()) {
        let end = from + length(rest);
        let written = text.get(from..end).unwrap_or_default();
        if !written.chars().all(char::is_whitespace) {
            to.push(token(written, from..end));
        }
        from = end;
    }
}

fn token(written: &str, range: Range<usize>) -> Token {
    if !written.chars().any(char::is_alphanumeric) {
        return Token { range, folded: written.to_owned(), kind: Kind::Sign };
    }
    let is_number = !written.chars().any(char::is_alphabetic);
    let kind = if is_number { Kind::Number } else { Kind::Word };
    Token { range, folded: folded(written), kind }
}

/// As [`fold`] does it, which takes longer.
fn folded(written: &str) -> String {
    if !written.is_ascii() || written.len() > MAX_WORD {
        return fold(written);
    }
    let kept = written.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|character| character.to_ascii_lowercase()).collect()
}

/// How many bytes the first part of a text has that is not empty.
fn length(rest: &str) -> usize {
    let mut characters = rest.char_indices().peekable();
    let Some((_, first)) = characters.next() else { return 0 };
    if !is_part(first) {
        return suffix_length(rest, first).unwrap_or(first.len_utf8());
    }
    let mut end = first.len_utf8();
    while let Some((place, character)) = characters.next() {
        if is_part(character) {
            end = place + character.len_utf8();
            continue;
        }
        let next = characters.peek().map(|(_, next)| *next).filter(|next| is_part(*next));
        if is_apostrophe(character) {
            return apostrophe(rest, place, character);
        }
        if next.is_none() || !matches!(character, '-' | '.' | '_' | '‑') {
            let is_initial = character == '.' && first.is_uppercase() && end == first.len_utf8();
            return if is_initial { end + 1 } else { end };
        }
    }
    end
}

/// The possessive of English as a part of its own: `'s`.
fn suffix_length(rest: &str, first: char) -> Option<usize> {
    let behind = rest.get(first.len_utf8()..)?;
    let is_possessive = is_apostrophe(first) && behind.starts_with(['s', 'S']);
    let ends = behind.get(1..).is_some_and(|more| !more.starts_with(is_part));
    (is_possessive && ends).then_some(first.len_utf8() + 1)
}

/// Where a word ends that has an apostrophe at `place`: `l'|email`, `anna|'s`, `don't`.
fn apostrophe(rest: &str, place: usize, sign: char) -> usize {
    let behind = place + sign.len_utf8();
    let tail: String = rest.get(behind..).unwrap_or_default().chars().take(3).collect();
    let tail = tail.to_ascii_lowercase();
    let letters = tail.chars().take_while(|c| is_part(*c)).count();
    match tail.get(..letters) {
        Some("s" | "") => place,
        Some("t" | "d" | "m" | "re" | "ll" | "ve") => behind + letters,
        _ => behind,
    }
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || is_combining_mark(character)
}

/// What is written as an apostrophe.
pub fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '‘' | 'ʼ' | '`' | '´')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|token| token.written(text)).collect()
    }

    #[test]
    fn words_are_parted_where_people_part_them() {
        for (text, expected) in [
            ("what's Anna's e-mail?", vec!["what", "'s", "Anna", "'s", "e-mail", "?"]),
            ("l'email dell’Anna", vec!["l'", "email", "dell’", "Anna"]),
            ("don't, you're", vec!["don't", ",", "you're"]),
            ("tutti quelli di @acme.it.", vec!["tutti", "quelli", "di", "@", "acme.it", "."]),
            ("王 伟…", vec!["王", "伟", "…"]),
            ("'s' x", vec!["'s", "'", "x"]),
            ("", vec![]),
        ] {
            assert_eq!(parts(text), expected);
        }
    }

    #[test]
    fn values_are_one_part() {
        let text = "mario@libero.it, IT 0123 4567890 01JD8Z3M6Q4X9T2V7B5N1C0KRE";
        let kinds: Vec<Kind> = tokens(text).into_iter().map(|token| token.kind).collect();
        let vat = VatNumber::parse("IT01234567890").unwrap();
        let id = CustomerId::parse("01JD8Z3M6Q4X9T2V7B5N1C0KRE").unwrap();
        let email = Kind::Email("mario@libero.it".to_owned());
        assert_eq!(kinds, [email, Kind::Sign, Kind::Vat(vat), Kind::Id(id)]);
    }
}
