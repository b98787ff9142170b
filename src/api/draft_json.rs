//! A customer's JSON as it comes in: every fault of it is found before any is reported.

use std::fmt;

use jiff::Timestamp;
use serde::Deserializer;
use serde::de::{Deserialize, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::strict_json::{self, BodyError, Known};
use crate::customer::{Change, Details, Draft, Given, GivenHistory, History, Violation};

/// The fields a request may have.
pub const FIELDS: [&str; 4] = ["first-name", "last-name", "email", "vat-number"];

/// Fields of an answer that a client may send back; they are ignored, but for the history's.
const READ_ONLY: [&str; 4] = ["id", "created-at", "updated-at", "ai"];

/// The fields of a request that brings a history along.
const FIELDS_WITH_HISTORY: [&str; 6] =
    ["first-name", "last-name", "email", "vat-number", "created-at", "deleted-at"];

/// What of an answer such a request may send back; it is ignored.
const READ_ONLY_WITH_HISTORY: [&str; 3] = ["id", "updated-at", "ai"];

/// The customer in a JSON body.
///
/// # Errors
/// [`BodyError`], with all faults together.
pub fn parse(body: &[u8]) -> Result<Details, BodyError> {
    let read = read(body, PLAIN)?;
    let checked = read.draft.check();
    read.unless_faulty(checked)
}

/// The change in a JSON body (JSON Merge Patch, RFC 7396, on an object whose fields are all
/// required: null is a fault).
///
/// # Errors
/// [`BodyError`], with all faults together.
pub fn parse_change(body: &[u8]) -> Result<Change, BodyError> {
    let read = read(body, PLAIN)?;
    let checked = read.draft.check_given();
    read.unless_faulty(checked)
}

/// The customer in a JSON body, and when it was created and deleted, not after `now`.
///
/// # Errors
/// [`BodyError`], with all faults together.
pub fn parse_with_history(body: &[u8], now: Timestamp) -> Result<(Details, History), BodyError> {
    let read = read(body, WITH_HISTORY)?;
    let checked = match (read.draft.check(), read.history.check(now)) {
        (Ok(details), Ok(history)) => Ok((details, history)),
        (details, history) => {
            let faults = [details.err(), history.err()];
            Err(faults.into_iter().flatten().flatten().collect())
        }
    };
    read.unless_faulty(checked)
}

/// The customer among fields that were read before, such as the arguments of a tool.
///
/// # Errors
/// Every fault of the four fields.
pub fn details(fields: &Map<String, Value>) -> Result<Details, Vec<Violation>> {
    draft(fields).check()
}

/// The change among fields that were read before.
///
/// # Errors
/// Every fault of those of the four fields that are given.
pub fn change(fields: &Map<String, Value>) -> Result<Change, Vec<Violation>> {
    draft(fields).check_given()
}

fn draft(fields: &Map<String, Value>) -> Draft {
    let mut read = Read::default();
    for name in FIELDS {
        // A value that was read before can be read again, whatever it is.
        let given = fields.get(name).and_then(|value| GivenJson::deserialize(value).ok());
        read.take(name, given.map_or(Given::Missing, |GivenJson(given)| given));
    }
    read.draft
}

const PLAIN: Known = Known { fields: &FIELDS, ignored: &READ_ONLY };
const WITH_HISTORY: Known =
    Known { fields: &FIELDS_WITH_HISTORY, ignored: &READ_ONLY_WITH_HISTORY };

/// What a body held, unchecked.
#[derive(Default)]
struct Read {
    draft: Draft,
    history: GivenHistory,
    /// Fields that may not be there.
    violations: Vec<Violation>,
}

impl Read {
    /// Takes the value of the field `name`.
    fn take(&mut self, name: &str, given: Given) {
        let field = match name {
            "first-name" => &mut self.draft.first_name,
            "last-name" => &mut self.draft.last_name,
            "email" => &mut self.draft.email,
            "created-at" => &mut self.history.created_at,
            "deleted-at" => &mut self.history.deleted_at,
            _ => &mut self.draft.vat_number,
        };
        *field = given;
    }

    /// What was `checked`, or all faults: first those of the values, then those of the names.
    fn unless_faulty<T>(self, checked: Result<T, Vec<Violation>>) -> Result<T, BodyError> {
        match checked {
            Ok(value) if self.violations.is_empty() => Ok(value),
            checked => {
                let faults = checked.err().into_iter().flatten().chain(self.violations);
                Err(BodyError::Violations(faults.collect()))
            }
        }
    }
}

fn read(body: &[u8], known: Known) -> Result<Read, BodyError> {
    let object = strict_json::read(body, known).map_err(BodyError::NotAnObject)?;
    let mut read = Read { violations: object.faults, ..Read::default() };
    for (name, GivenJson(given)) in object.fields {
        read.take(name, given);
    }
    Ok(read)
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
    use super::{BodyError, parse};

    fn codes(body: &str) -> Vec<(String, &'static str)> {
        match parse(body.as_bytes()) {
            Err(BodyError::Violations(violations)) => violations
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
    fn what_is_no_object_is_told_without_quoting_it() {
        for body in
            ["", " ", "[]", "\"secret\"", "7", "null", "{\"a\":", "{}x", "\u{FEFF}{}", "{'a':1}"]
        {
            match parse(body.as_bytes()) {
                Err(BodyError::NotAnObject(message)) => assert!(!message.contains("secret")),
                other => panic!("{body}: {other:?}"),
            }
        }
    }
}
