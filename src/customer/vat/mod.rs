//! VAT numbers: what is accepted as one, how it is stored, and what its country's rules say of it.
//!
//! A VAT number is the customer's tax identity, so a slip in it is worth telling at once; but the
//! published general form (two letters and eleven digits) is accepted for every country, so
//! acceptance and verdict are two things. [`VatNumber::parse`] decides what is taken,
//! [`VatNumber::verdict`] says what is to be thought of it.
//!
//! Structures: European Commission, VIES, "What is the format of a VAT number"
//! (<https://ec.europa.eu/taxation_customs/vies/#/faq>). Check digits: each country names its own
//! source; the paper most of them name is "UID-Konstruktionsregeln" (November 2020) of the
//! Austrian Bundesministerium für Finanzen, called "BMF paper" in these files. The comparison is
//! python-stdnum 2.2, whose judgement of thousands of numbers the tests hold these rules to.

mod central;
mod check_digit;
mod country;
mod date;
mod east;
mod finding;
mod message;
mod north;
mod outside;
mod south;
mod table;
mod west;

use std::fmt;

use compact_str::CompactString;
use finding::Finding;
use table::Country;

/// The longest text `parse` looks at, in bytes: the longest number has 16 characters, the rest is
/// room for separators.
const LONGEST_INPUT: usize = 64;

/// A VAT number in its stored form: upper case, no separators.
///
/// The prefix stays as it was written: a Greek number given as `GR…` is not rewritten to `EL…`,
/// and the Swiss and Norwegian suffixes (`MWST`, `MVA`, …) are kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VatNumber(CompactString);

/// What the rules of the country say of a [`VatNumber`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Structure and check digits are right, or the structure is right and the country has no
    /// check digit.
    Valid,
    /// Nothing is claimed: the prefix is of a real country whose rules are not in the table, or
    /// the number is a Ukrainian one of 12 digits, whose check digit has no published rule.
    NotChecked,
    /// The structure is right, one or more check digits are wrong.
    WrongCheckDigit {
        /// What is wrong and, where one value is right, what it should be.
        message: String,
    },
    /// Accepted only because of the published general form; the country would never issue it, or
    /// there is no such country.
    WrongStructure {
        /// What the country's numbers look like and how this one differs.
        message: String,
    },
}

/// Why a text is no VAT number at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VatFault {
    /// What is wrong, where, and what would be right.
    pub message: String,
    /// The VAT number that was clearly meant, where one was.
    pub suggestion: Option<String>,
}

impl fmt::Display for VatFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for VatFault {}

impl VatNumber {
    /// Normalises a text and accepts it as a VAT number.
    ///
    /// Normalising means upper case and no white space, dots, slashes and hyphens (U+002D and
    /// U+2010 to U+2015). Accepted are the structure of the number's own country and, for every
    /// prefix, the published general form `^[A-Z]{2}\d{11}$` (ASCII). Wrong check digits are no
    /// ground for refusal; [`VatNumber::verdict`] tells them.
    ///
    /// # Errors
    ///
    /// A [`VatFault`] if the text is blank, longer than 64 bytes, holds a character that cannot be
    /// in a VAT number, does not begin with two letters, or has neither the form of the country it
    /// names nor the general form.
    pub fn parse(text: &str) -> Result<VatNumber, VatFault> {
        let number = normalise(text)?;
        if !number.bytes().take(2).all(|byte| byte.is_ascii_alphabetic()) || number.len() < 2 {
            return Err(without_prefix(&number));
        }
        match judge(&number) {
            Verdict::WrongStructure { message } if !has_general_form(&number) => {
                Err(VatFault { message, suggestion: british_number_meant(&number) })
            }
            _ => Ok(VatNumber(number.into())),
        }
    }

    /// Trusts a text that an earlier [`VatNumber::parse`] produced, such as one read back from
    /// disk. Any other text is harmless, but gets no useful verdict.
    pub fn from_stored(text: impl Into<CompactString>) -> VatNumber {
        VatNumber(text.into())
    }

    /// The number in its stored form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number in its stored form, taken out.
    pub fn into_string(self) -> String {
        self.0.into()
    }

    /// What the country's rules say of the number.
    ///
    /// Cheap enough for every read: nothing is allocated unless the number is wrong.
    pub fn verdict(&self) -> Verdict {
        judge(&self.0)
    }

    /// The ISO 3166-1 alpha-2 code of the country whose VAT the number belongs to.
    ///
    /// `EL` is Greece (`GR`) and `XI`, Northern Ireland, is part of the United Kingdom (`GB`);
    /// any other prefix is the code itself, if that code is assigned.
    pub fn market(&self) -> Option<&str> {
        match self.0.get(..2)? {
            "EL" => Some("GR"),
            "XI" => Some("GB"),
            prefix if country::is_assigned(prefix) => Some(prefix),
            _ => None,
        }
    }
}

/// The stored form of a text, if every character of it may be in a VAT number.
fn normalise(text: &str) -> Result<String, VatFault> {
    if text.len() > LONGEST_INPUT {
        return Err(fault(message::too_long(text.len())));
    }
    let mut number = String::with_capacity(text.len());
    for (index, character) in text.chars().enumerate() {
        if is_separator(character) {
            continue;
        }
        if !may_be_in_number(character) {
            return Err(fault(message::bad_character(character, index + 1)));
        }
        number.push(character.to_ascii_uppercase());
    }
    if number.is_empty() {
        return Err(fault(message::blank()));
    }
    Ok(number)
}

/// Whether people write this character between the parts of a number without meaning it.
fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '.' | '/' | '-' | '\u{2010}'..='\u{2015}')
}

/// Letters and digits, and the two signs that old Irish numbers hold.
fn may_be_in_number(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '*')
}

/// The published general form, `^[A-Z]{2}\d{11}$`.
fn has_general_form(number: &str) -> bool {
    let bytes = number.as_bytes();
    bytes.len() == 13
        && bytes.iter().take(2).all(u8::is_ascii_uppercase)
        && bytes.iter().skip(2).all(u8::is_ascii_digit)
}

/// What the rules say of a number in its stored form.
fn judge(number: &str) -> Verdict {
    let Some((prefix, body)) = number.as_bytes().split_first_chunk::<2>() else {
        return wrong_structure(message::no_prefix(number));
    };
    match table::find(*prefix) {
        Some(rules) => match (rules.check)(body) {
            Ok(()) => Verdict::Valid,
            Err(finding) => wrong(rules, number, &finding),
        },
        None => judge_without_rules(number),
    }
}

/// The verdict on a number whose prefix has no row in the table.
fn judge_without_rules(number: &str) -> Verdict {
    let known = number.get(..2).is_some_and(country::is_assigned);
    match (known, has_general_form(number)) {
        (true, true) => Verdict::NotChecked,
        (true, false) => wrong_structure(message::rules_unknown(number)),
        (false, _) => wrong_structure(message::no_such_country(number)),
    }
}

/// The verdict that a country's finding amounts to.
fn wrong(rules: &Country, number: &str, finding: &Finding) -> Verdict {
    match finding {
        Finding::Unchecked => Verdict::NotChecked,
        Finding::Form => wrong_structure(message::wrong_form(rules, number)),
        Finding::Part(why) => wrong_structure(message::wrong_part(rules, number, why)),
        Finding::Check(check) => {
            Verdict::WrongCheckDigit { message: message::wrong_check(number, check) }
        }
    }
}

fn wrong_structure(message: String) -> Verdict {
    Verdict::WrongStructure { message }
}

fn fault(message: String) -> VatFault {
    VatFault { message, suggestion: None }
}

/// The fault of a number that does not begin with two letters.
fn without_prefix(number: &str) -> VatFault {
    VatFault { message: message::no_prefix(number), suggestion: italian_number_meant(number) }
}

/// `IT` and the number, if it is a valid Italian one and of no other country that has 11 digits.
fn italian_number_meant(number: &str) -> Option<String> {
    let is_valid_in = |prefix: &str| judge(&format!("{prefix}{number}")) == Verdict::Valid;
    let ambiguous = ["FR", "HR", "LV", "TR"].into_iter().any(is_valid_in);
    (is_valid_in("IT") && !ambiguous).then(|| format!("IT{number}"))
}

/// The number under `GB`, if it was written under `UK` and is a valid British one.
fn british_number_meant(number: &str) -> Option<String> {
    let british = format!("GB{}", number.strip_prefix("UK")?);
    (judge(&british) == Verdict::Valid).then_some(british)
}
