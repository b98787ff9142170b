//! Advisories: what looks wrong in a customer that is accepted all the same.

use crate::customer::vat::{VatNumber, Verdict};

/// One thing a clerk should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    /// The field it is about.
    pub field: &'static str,
    /// What kind of thing.
    pub code: AdvisoryCode,
    /// What looks wrong, in words for a clerk.
    pub message: String,
    /// The value that was probably meant, where there is one.
    pub suggestion: Option<String>,
}

/// The kinds of advisory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdvisoryCode {
    /// A VAT number whose check digits do not hold.
    VatChecksum,
    /// A VAT number in the general form that its country would never issue.
    VatStructure,
}

impl AdvisoryCode {
    /// Every kind, for whoever lists them.
    pub const ALL: [AdvisoryCode; 2] = [AdvisoryCode::VatChecksum, AdvisoryCode::VatStructure];

    /// The code as clients see it.
    pub fn as_str(self) -> &'static str {
        match self {
            AdvisoryCode::VatChecksum => "vat-checksum",
            AdvisoryCode::VatStructure => "vat-structure",
        }
    }
}

/// What the country's own rules say of a VAT number.
pub fn vat_number(number: &VatNumber) -> Option<Advisory> {
    let (code, message) = match number.verdict() {
        Verdict::Valid | Verdict::NotChecked => return None,
        Verdict::WrongCheckDigit { message } => (AdvisoryCode::VatChecksum, message),
        Verdict::WrongStructure { message } => (AdvisoryCode::VatStructure, message),
    };
    // A wrong digit may be any of them: correcting the check digit would invent a number.
    Some(Advisory { field: "vat-number", code, message, suggestion: None })
}
