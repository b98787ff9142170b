//! What is counted of a company: its customers now, and by day and by age what became of them. Each
//! change adds to it, so a company's insight costs the same however many customers there are.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;
use super::assessment_record::{advisory_number, category_number};
use super::clusters::ClusterChange;
use super::codec::{self, Kind};
use super::key;
use super::record::{RollupAgeV1, RollupDayV2, RollupTotalV3};
use super::trees::{Bytes, RowBatch, Tree, Trees};
use crate::customer::assessment::{AdvisoryCode, Category};
use crate::customer::figures::{age, day};
use crate::customer::{Customer, Event, EventKind};

/// The version in which counts of each kind are kept. They are made anew whenever the layout of the
/// trees changes, so there is no older version to read.
const DAY_VERSION: u8 = 2;
const TOTAL_VERSION: u8 = 3;
const AGE_VERSION: u8 = 1;

/// The customer's market; empty where it has none.
pub fn market(customer: &Customer) -> &str {
    customer.details.vat_number.market().unwrap_or_default()
}

/// What a group of changes adds to the counts, by the key of the count.
#[derive(Default)]
pub struct Counts {
    days: BTreeMap<Vec<u8>, DayDelta>,
    ages: BTreeMap<Vec<u8>, BTreeMap<u8, i64>>,
    totals: BTreeMap<Vec<u8>, TotalDelta>,
}

#[derive(Default)]
struct DayDelta {
    created: u64,
    updated: u64,
    deleted: u64,
    here: BTreeMap<u8, i64>,
}

#[derive(Default)]
struct TotalDelta {
    customers: i64,
    by_market: BTreeMap<String, i64>,
    by_category: BTreeMap<u8, i64>,
    by_advisory: BTreeMap<u8, i64>,
    clusters: ClusterChange,
}

impl Counts {
    /// Counts what happened on its day, to a customer who was created at `created_at`.
    pub fn count_event(&mut self, namespace: &[u8], event: &Event, created_at: Timestamp) {
        let day = self.days.entry(key::rollup_day(namespace, day(event.at))).or_default();
        match event.kind {
            EventKind::Created => day.created += 1,
            EventKind::Updated => day.updated += 1,
            EventKind::Deleted => day.deleted += 1,
        }
        if event.kind == EventKind::Deleted {
            let key = key::rollup_age(namespace, age(created_at, event.at));
            let category = event_category(event.category);
            *self.ages.entry(key).or_default().entry(category).or_default() += 1;
        }
    }

    /// Counts `new` among the company's customers instead of `old`.
    pub fn count_customer(
        &mut self,
        namespace: &[u8],
        old: Option<&Customer>,
        new: Option<&Customer>,
    ) {
        let total = self.totals.entry(key::rollup_total(namespace)).or_default();
        for (customer, delta) in [(old, -1), (new, 1)] {
            if let Some(customer) = customer {
                total.count(customer, delta);
                let day = key::rollup_day(namespace, day(customer.created_at));
                let category = category_number(customer.assessment.category);
                *self.days.entry(day).or_default().here.entry(category).or_default() += delta;
            }
        }
    }

    /// Counts what became of clusters of possible duplicates.
    pub fn count_clusters(&mut self, namespace: &[u8], change: ClusterChange) {
        if change != ClusterChange::default() {
            self.totals.entry(key::rollup_total(namespace)).or_default().clusters += change;
        }
    }

    /// Adds everything to what is stored.
    pub fn write(self, trees: &Trees, batch: &mut RowBatch) -> Result<(), StoreError> {
        // The day on which a customer was created that is changed now stays as it is, mostly.
        for (key, delta) in self.days.into_iter().filter(|(_, delta)| !delta.is_nothing()) {
            let row = (Kind::RollupDay, DAY_VERSION);
            update(trees, batch, key, row, |day: &mut RollupDayV2| delta.add_to(day))?;
        }
        for (key, delta) in self.ages {
            let row = (Kind::RollupAge, AGE_VERSION);
            update(trees, batch, key, row, |age: &mut RollupAgeV1| add(delta, &mut age.gone))?;
        }
        for (key, delta) in self.totals {
            let row = (Kind::RollupTotal, TOTAL_VERSION);
            update(trees, batch, key, row, |total: &mut RollupTotalV3| delta.add_to(total))?;
        }
        Ok(())
    }
}

/// The number of the category that stands in an event.
pub fn event_category(category: Option<Category>) -> u8 {
    category_number(category.unwrap_or(Category::Unknown))
}

impl DayDelta {
    fn is_nothing(&self) -> bool {
        let events = self.created + self.updated + self.deleted;
        events == 0 && self.here.values().all(|delta| *delta == 0)
    }

    fn add_to(self, day: &mut RollupDayV2) {
        day.created += self.created;
        day.updated += self.updated;
        day.deleted += self.deleted;
        add(self.here, &mut day.here);
    }
}

impl TotalDelta {
    fn count(&mut self, customer: &Customer, delta: i64) {
        let assessment = &customer.assessment;
        self.customers += delta;
        *self.by_market.entry(market(customer).to_owned()).or_default() += delta;
        *self.by_category.entry(category_number(assessment.category)).or_default() += delta;
        for code in codes(customer) {
            *self.by_advisory.entry(advisory_number(code)).or_default() += delta;
        }
    }

    fn add_to(self, total: &mut RollupTotalV3) {
        total.customers = total.customers.saturating_add_signed(self.customers);
        add(self.by_market, &mut total.by_market);
        add(self.by_category, &mut total.by_category);
        add(self.by_advisory, &mut total.by_advisory);
        total.clusters = total.clusters.saturating_add_signed(self.clusters.clusters);
        total.in_clusters = total.in_clusters.saturating_add_signed(self.clusters.customers);
    }
}

/// The kinds of advisory that a customer has, each once.
fn codes(customer: &Customer) -> BTreeSet<AdvisoryCode> {
    customer.assessment.advisories().iter().map(|advisory| advisory.code).collect()
}

fn add<K: Ord>(deltas: BTreeMap<K, i64>, counts: &mut BTreeMap<K, u64>) {
    for (key, delta) in deltas {
        let count = counts.entry(key).or_default();
        *count = count.saturating_add_signed(delta);
    }
    counts.retain(|_, count| *count > 0);
}

/// What a company's customers are, by the customers alone.
pub fn add_to_total(customer: &Customer, total: &mut RollupTotalV3) {
    let mut delta = TotalDelta::default();
    delta.count(customer, 1);
    delta.add_to(total);
}

/// What is counted of a company; nothing where it has never had a customer.
pub fn total(trees: &Trees, namespace: &[u8]) -> Result<RollupTotalV3, StoreError> {
    let value = stored_total(trees, namespace)?;
    value.map_or_else(|| Ok(RollupTotalV3::default()), |value| decode_total(&value))
}

/// How many customers a company has: the same, without the rest of what is counted.
pub fn customers(trees: &Trees, namespace: &[u8]) -> Result<u64, StoreError> {
    let first = |value: Bytes| codec::decode_first(Kind::RollupTotal, TOTAL_VERSION, &value);
    stored_total(trees, namespace)?.map_or(Ok(0), first)
}

fn stored_total(trees: &Trees, namespace: &[u8]) -> Result<Option<Bytes>, StoreError> {
    trees.get(Tree::Rollup, &key::rollup_total(namespace))
}

/// The counts of a day from their bytes.
///
/// # Errors
/// The bytes are damaged or of another release.
pub fn decode_day(value: &[u8]) -> Result<RollupDayV2, StoreError> {
    codec::decode_only(Kind::RollupDay, DAY_VERSION, value)
}

/// The counts of an age from their bytes.
///
/// # Errors
/// As [`decode_day`].
pub fn decode_age(value: &[u8]) -> Result<RollupAgeV1, StoreError> {
    codec::decode_only(Kind::RollupAge, AGE_VERSION, value)
}

/// The counts of a company from their bytes.
///
/// # Errors
/// As [`decode_day`].
pub fn decode_total(value: &[u8]) -> Result<RollupTotalV3, StoreError> {
    codec::decode_only(Kind::RollupTotal, TOTAL_VERSION, value)
}

/// Changes the counts under a key, or those that were nothing so far.
fn update<T: Default + Serialize + DeserializeOwned>(
    trees: &Trees,
    batch: &mut RowBatch,
    key: Vec<u8>,
    (kind, version): (Kind, u8),
    change: impl FnOnce(&mut T),
) -> Result<(), StoreError> {
    let old = trees.get(Tree::Rollup, &key)?;
    let mut counts = match &old {
        Some(value) => codec::decode_only(kind, version, value)?,
        None => T::default(),
    };
    change(&mut counts);
    let new = codec::encode(kind, version, &counts)?;
    batch.set(Tree::Rollup, key, old.as_deref(), Some(new.into()));
    Ok(())
}
