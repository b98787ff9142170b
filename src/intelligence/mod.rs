//! What is understood of a customer: pure functions, no disk, no clock, no HTTP.

pub mod category;
pub mod duplicate;
pub mod mail;
pub mod names;
pub mod quality;
mod vat_number;

use std::fmt;

use crate::customer::assessment::Advisory;
use crate::customer::{Customer, Details};

/// Grows with every change of what [`assess`] says, so that an `ETag` never names two answers.
pub const ASSESSMENT_VERSION: u32 = 1;

/// What is understood of one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// ISO 3166 country of the VAT number, where its prefix belongs to one.
    pub market: Option<String>,
    /// What a clerk should look at; never a reason to refuse.
    pub advisories: Vec<Advisory>,
}

/// Assesses the details of a customer.
pub fn assess(details: &Details) -> Assessment {
    Assessment {
        market: details.vat_number.market().map(str::to_owned),
        advisories: vat_number::advisory(&details.vat_number).into_iter().collect(),
    }
}

/// Identifies the state of a customer and of what is understood of it: the inside of its `ETag`.
pub fn state_tag(customer: &Customer) -> impl fmt::Display {
    let (revision, changed) = (customer.revision, customer.updated_at.as_millisecond());
    fmt::from_fn(move |f| write!(f, "{revision:x}-{changed:x}-{ASSESSMENT_VERSION:x}"))
}
