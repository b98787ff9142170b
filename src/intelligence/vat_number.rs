//! What the country's own rules say of a VAT number, as an advisory.

use crate::customer::assessment::{Advisory, AdvisoryCode};
use crate::customer::vat::{VatNumber, Verdict};

/// What a clerk should know of `number`, if anything.
pub fn advisory(number: &VatNumber) -> Option<Advisory> {
    let (code, message) = match number.verdict() {
        Verdict::Valid | Verdict::NotChecked => return None,
        Verdict::WrongCheckDigit { message } => (AdvisoryCode::VatChecksum, message),
        Verdict::WrongStructure { message } => (AdvisoryCode::VatStructure, message),
    };
    // A wrong digit may be any of them: correcting the check digit would invent a number.
    Some(Advisory { field: "vat-number", code, message, suggestion: None })
}
