//! A company in figures: what is counted of its customers, read as a whole.

use std::collections::BTreeMap;

use super::assessment_record::{advisory_from, category_from};
use super::counts::{self, Row};
use super::record::{RollupDayV2, RollupTotalV3};
use super::trees::{Bytes, Tree, Trees};
use super::{Store, StoreError, key};
use crate::customer::Namespace;
use crate::customer::assessment::{AdvisoryCode, Category};

/// Rows of counts that are read at once.
const PAGE: usize = 512;

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

impl Store {
    /// What is counted of a company; nothing where it has never had a customer. Its cost grows with
    /// the days on which something happened, not with the customers.
    ///
    /// # Errors
    /// The state cannot be read.
    pub async fn figures(&self, namespace: &Namespace) -> Result<Figures, StoreError> {
        let trees = self.engine.trees()?;
        let prefix = namespace.prefix().as_bytes();
        let mut figures = Figures::of(counts::total(&trees, prefix)?)?;
        for_each_row(&trees, &key::rollup_days(prefix), |key, row| {
            if let Row::Day(day) = row {
                figures.days.insert(key::day_of(key)?, DayFigures::of(day)?);
            }
            Ok(())
        })?;
        for_each_row(&trees, &key::rollup_ages(prefix), |key, row| {
            if let Row::Age(age) = row {
                figures.gone.insert(key::age_of(key)?, known(age.gone, category_from)?);
            }
            Ok(())
        })?;
        Ok(figures)
    }
}

impl Figures {
    fn of(total: RollupTotalV3) -> Result<Figures, StoreError> {
        Ok(Figures {
            customers: total.customers,
            by_category: known(total.by_category, category_from)?,
            by_market: total.by_market,
            by_advisory: known(total.by_advisory, advisory_from)?,
            clusters: total.clusters,
            in_clusters: total.in_clusters,
            ..Figures::default()
        })
    }
}

impl DayFigures {
    fn of(day: RollupDayV2) -> Result<DayFigures, StoreError> {
        let here = known(day.here, category_from)?;
        Ok(DayFigures { created: day.created, deleted: day.deleted, here })
    }
}

/// Counts by what their numbers stand for.
fn known<K: Ord>(
    counts: BTreeMap<u8, u64>,
    name: impl Fn(u8) -> Result<K, StoreError>,
) -> Result<BTreeMap<K, u64>, StoreError> {
    counts.into_iter().map(|(number, count)| Ok((name(number)?, count))).collect()
}

fn for_each_row(
    trees: &Trees,
    prefix: &[u8],
    mut each: impl FnMut(&[u8], Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut after: Option<Bytes> = None;
    loop {
        let rows = trees.scan(Tree::Rollup, prefix, after.as_deref(), PAGE)?;
        for (key, value) in &rows {
            each(key, counts::decode(value)?)?;
        }
        match rows.last() {
            Some((last, _)) if rows.len() == PAGE => after = Some(last.clone()),
            _ => return Ok(()),
        }
    }
}
