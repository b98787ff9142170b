//! What is understood of a customer: pure functions, no disk, no clock, no HTTP.
//!
//! - [`mail`], [`names`] and `vat_number` say what looks wrong in a field (advisories).
//! - [`category`] says what kind of customer it is and why, [`quality`] how genuine the record looks.
//! - [`duplicate`] says how probable it is that two customers are one.
//! - [`intent`] says what a sentence asks for, and with which values.
//! - [`prediction`] says what counts tell of days to come: growth, retention, odd days; [`outlook`]
//!   what a company's figures tell.
//!
//! What they know beforehand is in `data/`, built into the binary. `tests/intelligence/` measures
//! each on data that it never saw.

pub mod category;
pub mod duplicate;
pub mod intent;
mod lines;
pub mod mail;
pub mod names;
pub mod outlook;
pub mod prediction;
pub mod quality;
mod vat_number;

use std::borrow::Cow;
use std::fmt;

use crate::customer::assessment::{Advisory, Assessment, Hundredths, PossibleDuplicate};
use crate::customer::vat::VatNumber;
use crate::customer::{Customer, Details};
pub use category::Reason;
pub use quality::Lowering;

/// Grows with every change of what [`assess`] says, so that an `ETag` never names two answers and a
/// customer judged by an earlier version is judged anew.
pub const ASSESSMENT_VERSION: u32 = 2;

/// Assesses the details of a customer by themselves, without a look at other customers.
pub fn assess(details: &Details) -> Assessment {
    let advisories = advisories(details);
    let (category, confidence) = category::category_of(details);
    let quality = Hundredths::of(quality::quality(details, &advisories));
    let classification = (category, Hundredths::of(confidence));
    Assessment::new(ASSESSMENT_VERSION, classification, quality, advisories)
}

/// Reads the lists and makes the models of names, which takes some tens of milliseconds: so that
/// no request waits for it.
pub fn prepare() {
    for name in ["Anna", "Анна", "Άννα"] {
        let vat_number = VatNumber::from_stored("IT00743110157");
        let email = "anna@acme.example".into();
        assess(&Details { first_name: name.into(), last_name: name.into(), email, vat_number });
        names::nickname::forms_of(name);
    }
}

/// What a clerk should look at in a customer by itself, in the order of its fields.
pub fn advisories(details: &Details) -> Vec<Advisory> {
    let mut advisories = names::advisories(&details.first_name, &details.last_name);
    advisories.extend(mail::advisories(&details.email));
    advisories.extend(vat_number::advisory(&details.vat_number));
    advisories
}

/// Why a customer is judged as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What speaks for the category, the weightiest first.
    pub category: Vec<Reason>,
    /// What lowers the quality, the weightiest first.
    pub quality: Vec<Lowering>,
}

/// Why a customer is judged as it is, by its details alone.
pub fn explain(details: &Details) -> Explanation {
    Explanation {
        category: category::classify(details).reasons,
        quality: quality::lowered_by(details, &advisories(details)),
    }
}

/// What is understood of a customer now: what is kept with it, unless an earlier version judged.
pub fn assessment_of(customer: &Customer) -> Cow<'_, Assessment> {
    let kept = &customer.assessment;
    if kept.version == ASSESSMENT_VERSION {
        return Cow::Borrowed(kept);
    }
    Cow::Owned(assess(&customer.details).with_duplicate(kept.duplicate().copied()))
}

/// Identifies the state of a customer and of what is understood of it: the inside of its `ETag`.
/// Behind a dot stands what other customers have to do with it, which changes with them.
pub fn state_tag(customer: &Customer) -> impl fmt::Display {
    let (revision, changed) = (customer.revision, customer.updated_at.as_millisecond());
    let duplicate = customer.assessment.duplicate().copied();
    fmt::from_fn(move |f| {
        write!(f, "{revision:x}-{changed:x}-{ASSESSMENT_VERSION:x}")?;
        match duplicate {
            Some(PossibleDuplicate { id, probability, .. }) => {
                write!(f, ".{id}-{:x}", probability.percent())
            }
            None => Ok(()),
        }
    })
}

/// What of a [`state_tag`] is about the customer's own details: whoever knows these may change
/// them, whatever has become of others meanwhile.
pub fn own_state(tag: &[u8]) -> &[u8] {
    tag.split(|&byte| byte == b'.').next().unwrap_or(tag)
}
