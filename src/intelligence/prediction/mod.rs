//! What a company's past says of its future and of its odd days.
//!
//! - [`growth`] expects the customers created in the days to come, with intervals.
//! - [`retention`] says how probable it is that a customer is still there after some time.
//! - [`anomaly`] finds the days whose creations or deletions stand out.
//!
//! All of it is arithmetic over a count a day, or over two counts a day of age, so that it costs the
//! same at a thousand customers and at a million.

pub mod anomaly;
mod baseline;
pub mod growth;
pub mod retention;

/// The days after which a season comes back.
const WEEK: usize = 7;
