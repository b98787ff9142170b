//! What is understood of a customer: pure functions, no disk, no clock, no HTTP.

pub mod category;
pub mod duplicate;
pub mod mail;
pub mod names;
pub mod quality;
mod vat_number;

use std::borrow::Cow;
use std::fmt;

use crate::customer::assessment::{Advisory, Assessment, Category, Hundredths};
use crate::customer::{Customer, Details};

/// Grows with every change of what [`assess`] says, so that an `ETag` never names two answers and a
/// customer judged by an earlier version is judged anew.
pub const ASSESSMENT_VERSION: u32 = 2;

/// Assesses the details of a customer by themselves, without a look at other customers.
pub fn assess(details: &Details) -> Assessment {
    let advisories: Vec<Advisory> = vat_number::advisory(&details.vat_number).into_iter().collect();
    let classification = (Category::Unknown, Hundredths::of(0.0));
    Assessment::new(ASSESSMENT_VERSION, classification, Hundredths::of(1.0), advisories)
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
pub fn explain(_customer: &Customer) -> Explanation {
    Explanation { category: Vec::new(), quality: Vec::new() }
}

#[allow(missing_docs)]
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    pub code: &'static str,
    pub message: String,
}
#[allow(missing_docs)]
#[derive(Debug, Clone, PartialEq)]
pub struct Lowering {
    pub code: &'static str,
    pub message: String,
    pub by: f64,
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
pub fn state_tag(customer: &Customer) -> impl fmt::Display {
    let (revision, changed) = (customer.revision, customer.updated_at.as_millisecond());
    fmt::from_fn(move |f| write!(f, "{revision:x}-{changed:x}-{ASSESSMENT_VERSION:x}"))
}
