//! VAT numbers, however people part, prefix or say them.

use std::borrow::Cow;

use super::spoken;
use super::token::{Kind, Token};
use crate::customer::vat::{VatNumber, Verdict};

/// Longest number, in letters and digits.
const LONGEST: usize = 16;

/// Fewest digits of a number.
const FEWEST_DIGITS: usize = 7;

/// Prefixes that are words, too: written small and apart they are taken for these.
const WORDS: [&str; 6] = ["at", "be", "es", "no", "se", "si"];

/// Words before a number to be called.
const CALLS: [&str; 18] = [
    "call",
    "cell",
    "cellulare",
    "chiamare",
    "fax",
    "fisso",
    "fon",
    "mob",
    "mobile",
    "mobil",
    "phone",
    "ring",
    "t",
    "tel",
    "telefono",
    "telephone",
    "whatsapp",
    "cel",
];

/// The parts of a text with its VAT numbers made one part each.
pub fn join(text: &str, tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    while let Some(first) = rest.first() {
        let found = if is_call(&joined) { None } else { longest(text, rest) };
        let (length, token) = found.unwrap_or_else(|| (1, first.clone()));
        joined.push(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    joined
}

/// Whether what comes next is a number to be called.
fn is_call(before: &[Token]) -> bool {
    let mut before = before.iter().rev().take(3).filter(|token| token.folded != ".").take(2);
    before.any(|token| token.folded == "+" || CALLS.contains(&token.folded.as_str()))
}

/// The longest VAT number at the start of `tokens`, and how many parts it has.
fn longest(text: &str, tokens: &[Token]) -> Option<(usize, Token)> {
    let first = tokens.first()?;
    if !may_begin(text, first, tokens.get(1)) {
        return None;
    }
    let is_small = first.written(text).bytes().any(|byte| byte.is_ascii_lowercase());
    let mut code = String::new();
    let mut best = None;
    for (place, token) in tokens.iter().enumerate().take(2 * LONGEST) {
        let Some(piece) = piece(text, token) else { break };
        code.push_str(&piece);
        if code.len() > LONGEST {
            break;
        }
        if let Some(number) = vat_number(&code, is_small) {
            best = Some((place + 1, number, token.range.end));
        }
    }
    let (length, number, end) = best?;
    let range = first.range.start..end;
    Some((length, Token { range, folded: String::new(), kind: Kind::Vat(number) }))
}

fn may_begin(text: &str, first: &Token, second: Option<&Token>) -> bool {
    let folded = first.folded.as_str();
    match first.kind {
        Kind::Number => true,
        Kind::Word if folded.len() > 3 || spoken::digit(folded).is_some() => {
            folded.bytes().any(|byte| byte.is_ascii_digit()) || spoken::digit(folded).is_some()
        }
        Kind::Word => {
            let is_small = first.written(text).bytes().any(|byte| byte.is_ascii_lowercase());
            let is_austrian = folded == "at" && second.is_some_and(|second| second.folded == "u");
            let is_word = is_small && WORDS.contains(&folded) && !is_austrian;
            !is_word && second.is_some_and(|second| piece(text, second).is_some())
        }
        _ => false,
    }
}

/// What a part adds to a number: its letters and digits, if there are not too many letters.
fn piece<'t>(text: &str, token: &'t Token) -> Option<Cow<'t, str>> {
    let folded = token.folded.as_str();
    match token.kind {
        Kind::Number if !token.written(text).contains(',') => Some(Cow::Borrowed(folded)),
        Kind::Sign if matches!(folded, "-" | "/" | "." | "–") => Some(Cow::Borrowed("")),
        Kind::Word => match spoken::digit(folded) {
            Some(digit) => Some(Cow::Borrowed(digit)),
            None => {
                let has_digit = folded.bytes().any(|byte| byte.is_ascii_digit());
                (has_digit || folded.len() <= 4).then(|| Cow::Owned(folded.to_ascii_uppercase()))
            }
        },
        _ => None,
    }
}

/// The VAT number that letters and digits are; eleven digits alone are an Italian one. Small letters
/// may be a word before a number, and must be a country that has such numbers.
fn vat_number(code: &str, is_small: bool) -> Option<VatNumber> {
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    if digits < FEWEST_DIGITS {
        return None;
    }
    if digits == code.len() {
        return (digits == 11).then(|| VatNumber::parse(&format!("IT{code}")).ok()).flatten();
    }
    let number = VatNumber::parse(code).ok()?;
    let is_right = || matches!(number.verdict(), Verdict::Valid | Verdict::WrongCheckDigit { .. });
    (!is_small || code.starts_with("IT") || is_right()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let numbers = tokens(text).into_iter().filter_map(|token| match token.kind {
            Kind::Vat(number) => Some(number.into_string()),
            _ => None,
        });
        numbers.collect()
    }

    #[test]
    fn a_number_is_found_however_it_is_parted() {
        for (text, number) in [
            ("vat IT 0187 4420 369", "IT01874420369"),
            ("p.iva 02871440369.", "IT02871440369"),
            ("it04562190378?", "IT04562190378"),
            ("BE 0456.810.810", "BE0456810810"),
            ("CHE-218.774.501 MWST", "CHE218774501MWST"),
            ("nl 8044.12.903.b01", "NL804412903B01"),
            ("AT U 44 810 927", "ATU44810927"),
            ("IT-03391270248,", "IT03391270248"),
            ("PL 779 243 31 41", "PL7792433141"),
            ("piva 0 4 3 2 1 0 9 8 7 6 5", "IT04321098765"),
            ("it zero uno uno due due tre tre quattro quattro sei sei", "IT01122334466"),
            ("ora ha la 05522370286", "IT05522370286"),
            ("VAT at u 38 51 90 46", "ATU38519046"),
            ("it zero one two three four five six seven eight nine zero", "IT01234567890"),
        ] {
            assert_eq!(found(text), [number], "{text}");
        }
    }

    #[test]
    fn what_is_none_is_not_found() {
        for text in ["+39 333 1234567", "call 0171 555 0192", "ordine 4471", "12.05.2026", "no 1"] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
