//! Which customers are probably the same: Fellegi-Sunter record linkage.
//!
//! Fellegi and Sunter, "A Theory for Record Linkage" (1969), weigh how well each field of two
//! records agrees. Plain, that takes agreements to be independent among different people, which
//! customers are not: colleagues share the VAT number and the mail domain, relatives the surname
//! too, and `info@` is anybody's. So here a pair is of one of several [`Kind`]s, each with its own
//! chances of agreement and its own expected number per customer, and the probability of a
//! duplicate is the share of the kinds that are one person. Agreement on a name counts by how
//! common the name is.
//!
//! The way of a pair: [`blocking`] finds candidates, [`profile`] prepares each customer once,
//! [`comparison`] grades how each field agrees, [`model`] turns the grades into a probability, and
//! [`estimate`] fits the model to a company's own customers, without labels.

pub mod agreement;
pub mod blocking;
pub mod comparison;
pub mod estimate;
pub mod frequency;
pub mod kind;
pub mod mailbox;
pub mod model;
pub mod name;
pub mod profile;
mod shipped;
mod slips;

pub use agreement::{Agreement, FieldAgreement};
pub use blocking::Lookups;
pub use comparison::Comparison;
pub use estimate::estimate;
pub use frequency::Frequencies;
pub use kind::Kind;
pub use model::{Context, Duplicate, Model};
pub use profile::Profile;

/// From this probability on, two customers are said to be the same.
pub const THRESHOLD: f64 = 0.5;
