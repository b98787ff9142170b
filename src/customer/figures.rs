//! A company in figures: what is counted of its customers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::assessment::{AdvisoryCode, Category};

const MILLISECONDS_PER_DAY: i64 = 86_400_000;

/// What is counted of a company.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many customers it has.
    pub customers: u64,
    /// How many in each category; only those that it has.
    pub by_category: BTreeMap<Category, u64>,
    /// How many in each market; those without one are under the empty text.
    pub by_market: BTreeMap<String, u64>,
    /// How many with each kind of advisory; only those that it has.
    pub by_advisory: BTreeMap<AdvisoryCode, u64>,
    /// Clusters of customers that are possible duplicates of each other.
    pub clusters: u64,
    /// Customers in those clusters.
    pub in_clusters: u64,
    /// The days on which something happened, counted from 1 January 1970 (UTC).
    pub days: BTreeMap<i32, DayFigures>,
    /// How many went at which age, in days begun, by their category then.
    pub gone: BTreeMap<u32, BTreeMap<Category, u64>>,
}

impl Figures {
    /// The share of customers with an advisory of this kind, 0 to 1.
    pub fn share_with(&self, code: AdvisoryCode) -> f64 {
        let with = self.by_advisory.get(&code).copied().unwrap_or(0);
        with as f64 / self.customers.max(1) as f64
    }
}

/// What happened on one day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayFigures {
    /// Customers created.
    pub created: u64,
    /// Customers deleted.
    pub deleted: u64,
    /// Of those created, how many are still here, by their category now.
    pub here: BTreeMap<Category, u64>,
}

/// The day that a time lies in (UTC), counted from 1 January 1970.
pub fn day(at: Timestamp) -> i32 {
    // A Timestamp spans years -9999 to 9999: under four million days either way.
    i32::try_from(at.as_millisecond().div_euclid(MILLISECONDS_PER_DAY)).unwrap_or(i32::MAX)
}

/// In which day of its life a customer went: 1 within its first 24 hours. So whoever was deleted by
/// the age of 30 whole days is exactly who is counted under 30 or less.
pub fn age(created_at: Timestamp, deleted_at: Timestamp) -> u32 {
    let lived = deleted_at.as_millisecond().saturating_sub(created_at.as_millisecond()).max(0);
    u32::try_from(lived.saturating_add(MILLISECONDS_PER_DAY - 1) / MILLISECONDS_PER_DAY)
        .unwrap_or(u32::MAX)
}

/// The date of a day that is counted from 1 January 1970; the nearest that there is.
pub fn date(day: i32) -> Date {
    let days = jiff::Span::new().try_days(i64::from(day)).unwrap_or_default();
    jiff::civil::date(1970, 1, 1).saturating_add(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_age_is_the_day_of_its_life_in_which_a_customer_goes() {
        let created = at("2026-01-01T18:00:00Z");
        assert_eq!(age(created, created), 0);
        assert_eq!(age(created, at("2026-01-01T18:00:00.001Z")), 1);
        assert_eq!(age(created, at("2026-01-31T18:00:00Z")), 30);
        assert_eq!(age(created, at("2026-01-31T18:00:00.001Z")), 31);
        assert_eq!(age(created, at("2025-12-31T00:00:00Z")), 0, "a clock that was set back");
    }

    #[test]
    fn a_day_begins_at_midnight_utc_also_before_1970() {
        assert_eq!(day(at("1970-01-01T23:59:59.999Z")), 0);
        assert_eq!(day(at("1970-01-02T00:00:00Z")), 1);
        assert_eq!(day(at("1969-12-31T23:59:59Z")), -1);
    }
}
