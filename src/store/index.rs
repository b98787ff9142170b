//! Everything that is derived from a change: index rows, events, counts. Creating, changing,
//! deleting, replaying and checking all come here, so they cannot disagree.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::StoreError;
use super::assessment_record::{advisory_number, category_number};
use super::change::{Change, Primary};
use super::codec::{self, Kind};
use super::key;
use super::record::{self, RollupDayV1, RollupTotalV2};
use super::trees::{RowBatch, Tree, Trees};
use super::vocabulary::Vocabulary;
use super::word_marks::WordMarks;
use crate::customer::assessment::AdvisoryCode;
use crate::customer::{Customer, CustomerId, Event, EventKind, likeness, words};

const MILLISECONDS_PER_DAY: i64 = 86_400_000;

/// A change with its number and what it replaces.
pub struct NumberedChange {
    /// Its number in the journal: the first ever is 1.
    pub number: u64,
    /// The change.
    pub change: Change,
    /// The value that stood under its key before.
    pub old: Option<Vec<u8>>,
}

/// Where an index leads to a customer from: the tree, the key and the value.
pub type IndexRow = (Tree, Vec<u8>, Vec<u8>);

/// The index rows of a customer: one in each tree, but in by_name one for each of its words, in
/// by_person one for each of its last names, and in by_duplicate one only if there is one.
pub fn index_rows(namespace: &[u8], customer: &Customer) -> Vec<IndexRow> {
    let details = &customer.details;
    let row = |tree, text: &str| (tree, key::index(namespace, text, customer.id), Vec::new());
    let mut rows = vec![
        row(Tree::ByEmail, &likeness::canonical_email(&details.email)),
        row(Tree::ByVat, details.vat_number.as_str()),
        row(Tree::ByMarket, market(customer)),
        row(Tree::ByCategory, customer.assessment.category.as_str()),
    ];
    rows.extend(likeness::person_keys(details).iter().map(|key| row(Tree::ByPerson, key)));
    let duplicate = customer.assessment.duplicate();
    rows.extend(duplicate.map(|other| row(Tree::ByDuplicate, &other.id.to_string())));
    let words = words::of(details);
    // With each word stand all, so that a search for several need not read the customer.
    let marks = WordMarks::of(&words);
    rows.extend(words.iter().map(|word| {
        let word = key::word(namespace, word.in_name, &word.text);
        (Tree::ByName, key::by_name(&word, customer.id), marks.to_bytes())
    }));
    rows
}

/// All rows that a group of changes sets, the changed rows themselves and how far they go included.
pub fn rows(group: &[NumberedChange], trees: &Trees) -> Result<RowBatch, StoreError> {
    let mut batch = RowBatch::default();
    let mut counts = Counts::default();
    let mut vocabulary = Vocabulary::default();
    let mut last_id = None;
    for numbered in group {
        let change = &numbered.change;
        batch.set(change.tree.tree(), change.key.clone(), change.value.clone());
        if change.tree == Primary::Customer {
            let id = customer_rows(numbered, &mut batch, &mut counts, &mut vocabulary)?;
            last_id = last_id.max(Some(id));
        }
    }
    counts.write(trees, &mut batch)?;
    vocabulary.write(trees, &mut batch)?;
    set_last_id(trees, last_id, &mut batch)?;
    if let Some(last) = group.last() {
        let number = last.number.to_be_bytes().to_vec();
        batch.set(Tree::Meta, key::META_APPLIED.to_vec(), Some(number));
    }
    Ok(batch)
}

fn set_last_id(
    trees: &Trees,
    id: Option<CustomerId>,
    batch: &mut RowBatch,
) -> Result<(), StoreError> {
    if let Some(id) = id
        && Some(id) > last_customer_id(trees)?
    {
        let value = Some(id.to_bytes().to_vec());
        batch.set(Tree::Meta, key::META_LAST_ID.to_vec(), value);
    }
    Ok(())
}

/// The highest customer id ever kept.
pub fn last_customer_id(trees: &Trees) -> Result<Option<CustomerId>, StoreError> {
    let value = trees.get(Tree::Meta, key::META_LAST_ID)?;
    value.map(|value| key::customer_id(&value)).transpose()
}

fn customer_rows(
    numbered: &NumberedChange,
    batch: &mut RowBatch,
    counts: &mut Counts,
    vocabulary: &mut Vocabulary,
) -> Result<CustomerId, StoreError> {
    let change = &numbered.change;
    let (namespace, id) = key::split_id(&change.key)?;
    let decode = |value: &Vec<u8>| record::decode_customer(id, value);
    let old = numbered.old.as_ref().map(decode).transpose()?;
    let new = change.value.as_ref().map(decode).transpose()?;
    for (tree, key, _) in old.iter().flat_map(|old| index_rows(namespace, old)) {
        vocabulary.note(tree, &key, false)?;
        batch.set(tree, key, None);
    }
    for (tree, key, value) in new.iter().flat_map(|new| index_rows(namespace, new)) {
        vocabulary.note(tree, &key, true)?;
        batch.set(tree, key, Some(value));
    }
    counts.count_totals(namespace, old.as_ref(), new.as_ref());
    if let Some(event) = event(id, old.as_ref(), new.as_ref(), change.at) {
        counts.count_event(namespace, &event);
        let value = record::encode_event(&event)?;
        batch.set(Tree::Event, key::event(namespace, numbered.number), Some(value));
    }
    Ok(id)
}

fn event(
    customer: CustomerId,
    old: Option<&Customer>,
    new: Option<&Customer>,
    at: Timestamp,
) -> Option<Event> {
    let kind = match (old, new) {
        (None, Some(_)) => EventKind::Created,
        // Understood otherwise is not changed.
        (Some(old), Some(new)) if old.details == new.details => return None,
        (Some(_), Some(_)) => EventKind::Updated,
        (Some(_), None) => EventKind::Deleted,
        (None, None) => return None,
    };
    let latest = new.or(old)?;
    let market = Some(market(latest)).filter(|market| !market.is_empty()).map(str::to_owned);
    let category = Some(latest.assessment.category).filter(|_| latest.assessment.version > 0);
    Some(Event { kind, customer, market, category, at })
}

/// The customer's market; empty where it has none.
fn market(customer: &Customer) -> &str {
    customer.details.vat_number.market().unwrap_or_default()
}

/// The day that a time lies in (UTC), counted from 1 January 1970.
pub fn day(at: Timestamp) -> i32 {
    // A Timestamp spans years -9999 to 9999: under four million days either way.
    i32::try_from(at.as_millisecond().div_euclid(MILLISECONDS_PER_DAY)).unwrap_or(i32::MAX)
}

/// What a group of changes adds to the counts, by the key of the count.
#[derive(Default)]
pub struct Counts {
    days: BTreeMap<Vec<u8>, RollupDayV1>,
    totals: BTreeMap<Vec<u8>, TotalDelta>,
}

#[derive(Default)]
struct TotalDelta {
    customers: i64,
    by_market: BTreeMap<String, i64>,
    by_category: BTreeMap<u8, i64>,
    by_advisory: BTreeMap<u8, i64>,
}

impl Counts {
    fn count_event(&mut self, namespace: &[u8], event: &Event) {
        let day = self.days.entry(key::rollup_day(namespace, day(event.at))).or_default();
        match event.kind {
            EventKind::Created => day.created += 1,
            EventKind::Updated => day.updated += 1,
            EventKind::Deleted => day.deleted += 1,
        }
    }

    fn count_totals(&mut self, namespace: &[u8], old: Option<&Customer>, new: Option<&Customer>) {
        let total = self.totals.entry(key::rollup_total(namespace)).or_default();
        for (customer, delta) in [(old, -1), (new, 1)] {
            if let Some(customer) = customer {
                total.count(customer, delta);
            }
        }
    }

    fn write(self, trees: &Trees, batch: &mut RowBatch) -> Result<(), StoreError> {
        for (key, delta) in self.days {
            let mut day: RollupDayV1 = stored(trees, &key, Kind::RollupDay, 1)?;
            day.created += delta.created;
            day.updated += delta.updated;
            day.deleted += delta.deleted;
            batch.set(Tree::Rollup, key, Some(codec::encode(Kind::RollupDay, 1, &day)?));
        }
        for (key, delta) in self.totals {
            let mut total: RollupTotalV2 = stored(trees, &key, Kind::RollupTotal, 2)?;
            delta.add_to(&mut total);
            batch.set(Tree::Rollup, key, Some(codec::encode(Kind::RollupTotal, 2, &total)?));
        }
        Ok(())
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

    fn add_to(self, total: &mut RollupTotalV2) {
        total.customers = total.customers.saturating_add_signed(self.customers);
        add(self.by_market, &mut total.by_market);
        add(self.by_category, &mut total.by_category);
        add(self.by_advisory, &mut total.by_advisory);
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
pub fn add_to_total(customer: &Customer, total: &mut RollupTotalV2) {
    let mut delta = TotalDelta::default();
    delta.count(customer, 1);
    delta.add_to(total);
}

/// What is counted of a company; nothing where it has never had a customer.
pub fn total(trees: &Trees, namespace: &[u8]) -> Result<RollupTotalV2, StoreError> {
    stored(trees, &key::rollup_total(namespace), Kind::RollupTotal, 2)
}

fn stored<T: Default + serde::de::DeserializeOwned>(
    trees: &Trees,
    key: &[u8],
    kind: Kind,
    version: u8,
) -> Result<T, StoreError> {
    match trees.get(Tree::Rollup, key)? {
        Some(value) => codec::decode_only(kind, version, &value),
        None => Ok(T::default()),
    }
}
