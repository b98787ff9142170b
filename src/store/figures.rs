//! What is counted of a company, read as a whole.

use std::collections::BTreeMap;

use super::assessment_record::{advisory_from, category_from};
use super::counts;
use super::record::{RollupDayV2, RollupTotalV3};
use super::trees::{Bytes, Tree, Trees};
use super::{Store, StoreError, key};
use crate::customer::Namespace;
use crate::customer::figures::{DayFigures, Figures};

/// Rows of counts that are read at once.
const PAGE: usize = 512;

impl Store {
    /// What is counted of a company; nothing where it has never had a customer. Its cost grows with
    /// the days on which something happened, not with the customers.
    ///
    /// # Errors
    /// The state cannot be read.
    pub async fn figures(&self, namespace: &Namespace) -> Result<Figures, StoreError> {
        let trees = self.engine.trees()?;
        self.engine.noticed(read(&trees, namespace.prefix().as_bytes()))
    }
}

fn read(trees: &Trees, prefix: &[u8]) -> Result<Figures, StoreError> {
    let mut figures = of_total(counts::total(trees, prefix)?)?;
    for_each_row(trees, &key::rollup_days(prefix), |key, value| {
        figures.days.insert(key::day_of(key)?, of_day(counts::decode_day(value)?)?);
        Ok(())
    })?;
    for_each_row(trees, &key::rollup_ages(prefix), |key, value| {
        let gone = counts::decode_age(value)?.gone;
        figures.gone.insert(key::age_of(key)?, known(gone, category_from)?);
        Ok(())
    })?;
    Ok(figures)
}

fn of_total(total: RollupTotalV3) -> Result<Figures, StoreError> {
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

fn of_day(day: RollupDayV2) -> Result<DayFigures, StoreError> {
    let here = known(day.here, category_from)?;
    Ok(DayFigures { created: day.created, deleted: day.deleted, here })
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
    mut each: impl FnMut(&[u8], &[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut after: Option<Bytes> = None;
    loop {
        let rows = trees.scan(Tree::Rollup, prefix, after.as_deref(), PAGE)?;
        for (key, value) in &rows {
            each(key, value)?;
        }
        match rows.last() {
            Some((last, _)) if rows.len() == PAGE => after = Some(last.clone()),
            _ => return Ok(()),
        }
    }
}
