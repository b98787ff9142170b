//! A customer's JSON as it comes in: every fault of it is found before any is reported.

use std::fmt;

use serde::Deserializer;
use serde::de::{Deserialize, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::customer::{Code, Details, Draft, Given, Violation};

/// The fields a request may have.
const FIELDS: [&str; 4] = ["first-name", "last-name", "email", "vat-number"];

/// Fields of an answer that a client may send back; they are ignored.
const READ_ONLY: [&str; 4] = ["id", "created-at", "updated-at", "ai"];

/// Most unknown or repeated fields that are reported: a body full of them is one mistake.
const REPORTED: usize = 100;

/// Longest part of an unknown field's name that is shown, in characters.
const SHOWN: usize = 64;

/// Why a body holds no customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftError {
    /// It is not JSON, or no object: what is wrong and where.
    NotAnObject(String),
    /// Every fault of every field.
    Violations(Vec<Violation>),
}

/// The customer in a JSON body.
///
/// # Errors
/// [`DraftError`], with all faults together.
pub fn parse(body: &[u8]) -> Result<Details, DraftError> {
    // serde_json does not look at the bytes of a string that is ignored.
    let text = std::str::from_utf8(body).map_err(not_utf_8)?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = reader.deserialize_any(DraftVisitor).and_then(|read| reader.end().map(|()| read));
    let (draft, mut violations) = read.map_err(|error| not_an_object(body, &error))?;
    match draft.check() {
        Ok(details) if violations.is_empty() => Ok(details),
        Ok(_) => Err(DraftError::Violations(violations)),
        Err(faults) => {
            violations.splice(..0, faults);
            Err(DraftError::Violations(violations))
        }
    }
}

fn not_utf_8(error: std::str::Utf8Error) -> DraftError {
    let at = error.valid_up_to();
    DraftError::NotAnObject(format!("the body is not valid JSON: byte {at} is not UTF-8"))
}

fn not_an_object(body: &[u8], error: &serde_json::Error) -> DraftError {
    let message = if body.trim_ascii().is_empty() {
        "the body is empty; a JSON object with first-name, last-name, email and vat-number is wanted"
            .to_owned()
    } else if error.is_data() {
        // serde_json's own words would quote the value.
        "the body must be a JSON object".to_owned()
    } else {
        format!("the body is not valid JSON: {error}")
    };
    DraftError::NotAnObject(message)
}

struct DraftVisitor;

impl<'de> Visitor<'de> for DraftVisitor {
    type Value = (Draft, Vec<Violation>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut draft = Draft::default();
        let mut violations = Vec::new();
        let mut seen: Vec<&'static str> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let known = FIELDS.iter().chain(&READ_ONLY).find(|known| **known == name);
            let Some(&known) = known else {
                map.next_value::<IgnoredAny>()?;
                report(&mut violations, || unknown_field(&name));
                continue;
            };
            if seen.contains(&known) {
                report(&mut violations, || duplicate_field(known));
            }
            seen.push(known);
            match field(&mut draft, known) {
                Some(field) => *field = map.next_value::<GivenJson>()?.0,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok((draft, violations))
    }
}

fn field<'d>(draft: &'d mut Draft, name: &str) -> Option<&'d mut Given> {
    match name {
        "first-name" => Some(&mut draft.first_name),
        "last-name" => Some(&mut draft.last_name),
        "email" => Some(&mut draft.email),
        "vat-number" => Some(&mut draft.vat_number),
        _ => None,
    }
}

fn report(violations: &mut Vec<Violation>, violation: impl FnOnce() -> Violation) {
    if violations.len() < REPORTED {
        violations.push(violation());
    }
}

fn duplicate_field(name: &'static str) -> Violation {
    Violation::new(name, Code::DuplicateField, format!("{name} is given more than once"))
}

fn unknown_field(name: &str) -> Violation {
    let shown: String = name.chars().take(SHOWN).filter(|c| !c.is_control()).collect();
    let nearest = nearest_field(&shown);
    let message = format!("there is no field '{shown}'; the nearest known one is {nearest}");
    Violation::new(shown, Code::UnknownField, message).suggesting(Some(nearest.to_owned()))
}

/// The known field that is spelt most like `name`, whatever the style of its compounds.
fn nearest_field(name: &str) -> &'static str {
    let plain = |name: &str| name.to_lowercase().replace(['-', '_', ' '], "");
    let name = plain(name);
    let likeness = |field: &&str| strsim::jaro_winkler(&plain(field), &name);
    let nearest = FIELDS.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    nearest.unwrap_or(&FIELDS[0])
}

/// A value that should be a string, and what it was instead.
struct GivenJson(Given);

impl<'de> Deserialize<'de> for GivenJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<GivenJson, D::Error> {
        deserializer.deserialize_any(GivenVisitor).map(GivenJson)
    }
}

struct GivenVisitor;

impl<'de> Visitor<'de> for GivenVisitor {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Given, E> {
        Ok(Given::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Given, E> {
        Ok(Given::Text(text))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Given, E> {
        Ok(Given::NotAString("a boolean"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Given, E> {
        Ok(Given::NotAString("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Given, E> {
        Ok(Given::NotAString("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Given, E> {
        Ok(Given::NotAString("a number"))
    }

    fn visit_unit<E>(self) -> Result<Given, E> {
        Ok(Given::NotAString("null"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Given, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Given::NotAString("an array"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Given::NotAString("an object"))
    }
}

#[cfg(test)]
mod tests {
    use super::{DraftError, parse};

    fn codes(body: &str) -> Vec<(String, &'static str)> {
        match parse(body.as_bytes()) {
            Err(DraftError::Violations(violations)) => violations
                .iter()
                .map(|violation| (violation.field.to_string(), violation.code.as_str()))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_fault_is_reported_at_once() {
        let body =
            r#"{"first-name": 1, "last-name": " ", "e-mail": "x", "email": "a@", "email": null}"#;
        let expected = [
            ("first-name", "not-a-string"),
            ("last-name", "blank"),
            ("email", "not-a-string"),
            ("vat-number", "missing"),
            ("e-mail", "unknown-field"),
            ("email", "duplicate-field"),
        ];
        assert_eq!(codes(body), expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn the_nearest_field_is_named_in_any_style() {
        for (typed, meant) in [
            ("firstName", "first-name"),
            ("last_name", "last-name"),
            ("e-mail", "email"),
            ("vat", "vat-number"),
            ("VATNumber", "vat-number"),
        ] {
            assert_eq!(super::nearest_field(typed), meant);
        }
    }

    #[test]
    fn what_is_no_object_is_told_without_quoting_it() {
        for body in
            ["", " ", "[]", "\"secret\"", "7", "null", "{\"a\":", "{}x", "\u{FEFF}{}", "{'a':1}"]
        {
            match parse(body.as_bytes()) {
                Err(DraftError::NotAnObject(message)) => assert!(!message.contains("secret")),
                other => panic!("{body}: {other:?}"),
            }
        }
    }
}
