//! From what a client gave to what is kept: a draft either becomes details or *all* its violations.

use compact_str::CompactString;

use super::vat::VatNumber;
use super::violation::{Code, Violation};
use super::{email, name};

/// One field as it was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Given {
    /// The field was not there.
    #[default]
    Missing,
    /// It was there, but no string: what it was instead, such as `a number`.
    NotAString(&'static str),
    /// Its text, as sent.
    Text(String),
}

/// The four fields of a request, unchecked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// `first-name`
    pub first_name: Given,
    /// `last-name`
    pub last_name: Given,
    /// `email`
    pub email: Given,
    /// `vat-number`
    pub vat_number: Given,
}

/// The four fields, checked and in their stored form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// NFC, trimmed, white space folded.
    pub first_name: CompactString,
    /// NFC, trimmed, white space folded.
    pub last_name: CompactString,
    /// Domain in lower case, local part as given.
    pub email: CompactString,
    /// Upper case, without separators.
    pub vat_number: VatNumber,
}

/// Some of the four fields, checked and in their stored form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    first_name: Option<CompactString>,
    last_name: Option<CompactString>,
    email: Option<CompactString>,
    vat_number: Option<VatNumber>,
}

impl Change {
    /// `details` with what is changed.
    pub fn apply(&self, details: &Details) -> Details {
        fn new<T: Clone>(given: &Option<T>, current: &T) -> T {
            given.as_ref().unwrap_or(current).clone()
        }
        Details {
            first_name: new(&self.first_name, &details.first_name),
            last_name: new(&self.last_name, &details.last_name),
            email: new(&self.email, &details.email),
            vat_number: new(&self.vat_number, &details.vat_number),
        }
    }
}

impl Draft {
    /// Checks the fields that are given; the error holds every violation, in the order of the
    /// fields.
    pub fn check_given(&self) -> Result<Change, Vec<Violation>> {
        let mut faults = Vec::new();
        let change = Change {
            first_name: if_given("first-name", &self.first_name, checked_name, &mut faults),
            last_name: if_given("last-name", &self.last_name, checked_name, &mut faults),
            email: if_given("email", &self.email, checked_email, &mut faults),
            vat_number: if_given("vat-number", &self.vat_number, parse_vat_number, &mut faults),
        };
        if faults.is_empty() { Ok(change) } else { Err(faults) }
    }

    /// Checks every field; the error holds every violation, in the order of the fields.
    pub fn check(&self) -> Result<Details, Vec<Violation>> {
        let first_name = field("first-name", &self.first_name, checked_name);
        let last_name = field("last-name", &self.last_name, checked_name);
        let email = field("email", &self.email, checked_email);
        let vat_number = field("vat-number", &self.vat_number, parse_vat_number);
        match (first_name, last_name, email, vat_number) {
            (Ok(first_name), Ok(last_name), Ok(email), Ok(vat_number)) => {
                Ok(Details { first_name, last_name, email, vat_number })
            }
            (first_name, last_name, email, vat_number) => {
                Err([first_name.err(), last_name.err(), email.err(), vat_number.err()]
                    .into_iter()
                    .flatten()
                    .collect())
            }
        }
    }
}

fn field<T>(
    field: &'static str,
    given: &Given,
    check: impl Fn(&'static str, &str) -> Result<T, Violation>,
) -> Result<T, Violation> {
    match given {
        Given::Text(text) => check(field, text),
        Given::Missing => {
            let message = format!("{field} is required");
            Err(Violation::new(field, Code::Missing, message))
        }
        Given::NotAString(kind) => {
            let message = format!("{field} must be a string, not {kind}");
            Err(Violation::new(field, Code::NotAString, message))
        }
    }
}

fn if_given<T>(
    name: &'static str,
    given: &Given,
    check: impl Fn(&'static str, &str) -> Result<T, Violation>,
    faults: &mut Vec<Violation>,
) -> Option<T> {
    if *given == Given::Missing {
        return None;
    }
    field(name, given, check).map_err(|fault| faults.push(fault)).ok()
}

fn checked_name(field: &'static str, text: &str) -> Result<CompactString, Violation> {
    name::normalise(field, text).map(CompactString::from)
}

fn checked_email(_: &'static str, text: &str) -> Result<CompactString, Violation> {
    email::normalise(text).map(CompactString::from)
}

fn parse_vat_number(field: &'static str, text: &str) -> Result<VatNumber, Violation> {
    VatNumber::parse(text).map_err(|fault| {
        Violation::new(field, Code::InvalidVatNumber, fault.message).suggesting(fault.suggestion)
    })
}
