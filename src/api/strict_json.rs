//! JSON objects as they come in: an unknown or a repeated field is a fault, and every fault is
//! found before any is reported.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Deserialize, IgnoredAny, MapAccess, Visitor};

use crate::customer::{Code, Violation};

/// Most unknown or repeated fields that are reported: a body full of them is one mistake.
pub const REPORTED: usize = 100;

/// Longest part of an unknown field's name that is shown, in characters.
const SHOWN: usize = 64;

/// Why a body does not hold what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyError {
    /// It is not JSON, or no object: what is wrong and where.
    NotAnObject(String),
    /// Every fault of every field.
    Violations(Vec<Violation>),
}

/// The fields that an object may have.
#[derive(Clone, Copy)]
pub struct Known {
    /// Those that are read.
    pub fields: &'static [&'static str],
    /// Those that a client may send back from an answer, and that are not read.
    pub ignored: &'static [&'static str],
}

/// An object that was read.
pub struct Object<V> {
    /// The known fields in the order in which they were given, repeated ones too.
    pub fields: Vec<(&'static str, V)>,
    /// Every unknown and every repeated field.
    pub faults: Vec<Violation>,
}

/// The object in a body.
///
/// # Errors
/// The body is not JSON, or no object: what is wrong and where.
pub fn read<'b, V: Deserialize<'b>>(body: &'b [u8], known: Known) -> Result<Object<V>, String> {
    // serde_json does not look at the bytes of a string that is ignored.
    let text = std::str::from_utf8(body).map_err(not_utf_8)?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let visitor = ObjectVisitor { known, value: PhantomData };
    let read = reader.deserialize_any(visitor).and_then(|read| reader.end().map(|()| read));
    read.map_err(|error| not_an_object(body, known, &error))
}

fn not_utf_8(error: std::str::Utf8Error) -> String {
    let at = error.valid_up_to();
    format!("the body is not valid JSON: byte {at} is not UTF-8")
}

fn not_an_object(body: &[u8], known: Known, error: &serde_json::Error) -> String {
    if body.trim_ascii().is_empty() {
        let (last, others) = known.fields.split_last().unwrap_or((&"", &[]));
        let others = others.join(", ");
        format!("the body is empty; a JSON object with {others} and {last} is wanted")
    } else if error.is_data() {
        // serde_json's own words would quote the value.
        "the body must be a JSON object".to_owned()
    } else {
        format!("the body is not valid JSON: {error}")
    }
}

struct ObjectVisitor<V> {
    known: Known,
    value: PhantomData<V>,
}

impl<'de, V: Deserialize<'de>> Visitor<'de> for ObjectVisitor<V> {
    type Value = Object<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<V>, A::Error> {
        let Known { fields, ignored } = self.known;
        let mut object = Object { fields: Vec::new(), faults: Vec::new() };
        let mut seen: Vec<&'static str> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let known = fields.iter().chain(ignored).find(|known| **known == name);
            let Some(&known) = known else {
                map.next_value::<IgnoredAny>()?;
                report(&mut object.faults, || unknown_field(&name, fields));
                continue;
            };
            if seen.contains(&known) {
                report(&mut object.faults, || duplicate_field(known));
            }
            seen.push(known);
            if fields.contains(&known) {
                object.fields.push((known, map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(object)
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

/// The fault of a field that does not exist, with the known one that is nearest.
pub fn unknown_field(name: &str, fields: &[&'static str]) -> Violation {
    let shown: String = name.chars().take(SHOWN).filter(|c| !c.is_control()).collect();
    let nearest = nearest(&shown, fields);
    let message = format!("there is no field '{shown}'; the nearest known one is {nearest}");
    Violation::new(shown, Code::UnknownField, message).suggesting(Some(nearest.to_owned()))
}

/// The known name that is spelt most like `name`, whatever the style of its compounds.
pub fn nearest(name: &str, known: &[&'static str]) -> &'static str {
    let plain = |name: &str| name.to_lowercase().replace(['-', '_', ' '], "");
    let name = plain(name);
    let likeness = |field: &&str| strsim::jaro_winkler(&plain(field), &name);
    let nearest = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    nearest.copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_field_is_named_in_any_style() {
        for (typed, meant) in [
            ("firstName", "first-name"),
            ("last_name", "last-name"),
            ("e-mail", "email"),
            ("vat", "vat-number"),
            ("VATNumber", "vat-number"),
        ] {
            let known = ["first-name", "last-name", "email", "vat-number"];
            assert_eq!(nearest(typed, &known), meant);
        }
    }
}
