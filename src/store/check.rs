//! Compares everything that is stored with everything it must agree with: records with index rows
//! and back, events with records, counts with events.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::StoreError;
use super::assessment_record::category_number;
use super::codec::{self, Kind};
use super::counts;
use super::index;
use super::key;
use super::record::{self, RollupAgeV1, RollupDayV2, RollupTotalV3};
use super::trees::{Tree, Trees};
use crate::customer::{Customer, CustomerId, Event, EventKind, figures};

/// Most disagreements that are described; all are counted.
pub(super) const DESCRIBED: usize = 20;

/// The trees that lead to customers.
const INDEXES: [Tree; 7] = [
    Tree::ByEmail,
    Tree::ByVat,
    Tree::ByMarket,
    Tree::ByCategory,
    Tree::ByPerson,
    Tree::ByDuplicate,
    Tree::ByName,
];

/// What a check saw.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Customers read.
    pub customers: u64,
    /// Index rows read.
    pub index_rows: u64,
    /// Events read.
    pub events: u64,
    /// Rows of counts read.
    pub rollups: u64,
    /// Tokens read.
    pub tokens: u64,
    /// Idempotency records read.
    pub idempotency: u64,
    /// Disagreements found.
    pub faults: u64,
    /// The first of them, in words without personal data.
    pub described: Vec<String>,
}

impl Report {
    fn fault(&mut self, what: impl Into<String>) {
        self.faults += 1;
        if self.described.len() < DESCRIBED {
            self.described.push(what.into());
        }
    }
}

/// What events say of a company.
#[derive(Default)]
struct Company {
    /// Who is there, and since when.
    alive: BTreeMap<CustomerId, Timestamp>,
    days: BTreeMap<Vec<u8>, RollupDayV2>,
    ages: BTreeMap<Vec<u8>, RollupAgeV1>,
}

impl Company {
    /// Counts an event; whether it can follow those before.
    fn count(&mut self, namespace: &[u8], event: &Event) -> bool {
        let day = self.days.entry(key::rollup_day(namespace, figures::day(event.at))).or_default();
        match event.kind {
            EventKind::Created => {
                day.created += 1;
                self.alive.insert(event.customer, event.at).is_none()
            }
            EventKind::Updated => {
                day.updated += 1;
                self.alive.contains_key(&event.customer)
            }
            EventKind::Deleted => {
                day.deleted += 1;
                let Some(since) = self.alive.remove(&event.customer) else {
                    return false;
                };
                let key = key::rollup_age(namespace, figures::age(since, event.at));
                let gone = &mut self.ages.entry(key).or_default().gone;
                *gone.entry(counts::event_category(event.category)).or_default() += 1;
                true
            }
        }
    }
}

/// Walks all trees.
pub fn check(trees: &Trees) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let mut companies = read_events(trees, &mut report)?;
    let expected = check_customers(trees, &mut companies, &mut report)?;
    for (namespace, company) in &companies {
        for id in company.alive.keys() {
            report.fault(format!("{id} has events but no record in {}", show(namespace)));
        }
    }
    check_index_sizes(trees, &expected.index_rows, &mut report)?;
    check_vocabulary(trees, &mut report)?;
    check_rollups(trees, companies, expected.totals, &mut report)?;
    if let Err(error) = trees.verify() {
        report.fault(error.to_string());
    }
    check_others(trees, &mut report)?;
    Ok(report)
}

/// What nothing else has to agree with must be readable at least.
fn check_others(trees: &Trees, report: &mut Report) -> Result<(), StoreError> {
    for row in trees.rows(Tree::Token) {
        let (key, value) = row?;
        report.tokens += 1;
        if let Err(error) = key::token_hash(&key).and(record::decode_token(&value)) {
            report.fault(error.to_string());
        }
    }
    for row in trees.rows(Tree::Idempotency) {
        let (_, value) = row?;
        report.idempotency += 1;
        if let Err(error) = record::decode_idempotency(&value) {
            report.fault(error.to_string());
        }
    }
    for row in trees.rows(Tree::Model) {
        let (_, value) = row?;
        if let Err(error) = codec::open(Kind::Model, &value) {
            report.fault(error.to_string());
        }
    }
    Ok(())
}

fn show(namespace: &[u8]) -> String {
    String::from_utf8_lossy(namespace).into_owned()
}

/// Who must be there, and how often what happened on which day, by the events alone.
fn read_events(
    trees: &Trees,
    report: &mut Report,
) -> Result<BTreeMap<Vec<u8>, Company>, StoreError> {
    let mut companies: BTreeMap<Vec<u8>, Company> = BTreeMap::new();
    for row in trees.rows(Tree::Event) {
        let (key, value) = row?;
        report.events += 1;
        let event = record::decode_event(&value)?;
        let namespace = key.get(..key.len().saturating_sub(8)).unwrap_or_default();
        let company = companies.entry(namespace.to_vec()).or_default();
        if !company.count(namespace, &event) {
            report.fault(format!("the events of {} do not follow each other", event.customer));
        }
    }
    Ok(companies)
}

/// What the records alone must have led to.
#[derive(Default)]
struct Expected {
    totals: BTreeMap<Vec<u8>, RollupTotalV3>,
    /// Who is kept as a possible duplicate of whom, by company.
    names: BTreeMap<Vec<u8>, Vec<(CustomerId, CustomerId)>>,
    /// How many rows each index has.
    index_rows: BTreeMap<Tree, u64>,
}

/// Checks each record and takes it out of the companies.
fn check_customers(
    trees: &Trees,
    companies: &mut BTreeMap<Vec<u8>, Company>,
    report: &mut Report,
) -> Result<Expected, StoreError> {
    let mut expected = Expected::default();
    for row in trees.rows(Tree::Customer) {
        let (key, value) = row?;
        report.customers += 1;
        let (namespace, id) = key::split_id(&key)?;
        let customer = match record::decode_customer(id, &value) {
            Ok(customer) => customer,
            Err(error) => {
                report.fault(format!("{id}: {error}"));
                continue;
            }
        };
        for (tree, row, value) in index::index_rows(namespace, &customer) {
            *expected.index_rows.entry(tree).or_default() += 1;
            if trees.get(tree, &row)?.as_deref() != Some(&*value) {
                report.fault(format!("{id} has no row, or another one, in {tree:?}"));
            }
        }
        let company = companies.entry(namespace.to_vec()).or_default();
        if company.alive.remove(&id) != Some(customer.created_at) {
            report.fault(format!("{id} has a record but no event that says so"));
        }
        count_customer(namespace, &customer, company, &mut expected);
    }
    for (namespace, names) in &expected.names {
        let total = expected.totals.entry(key::rollup_total(namespace)).or_default();
        (total.clusters, total.in_clusters) = clusters(names);
    }
    Ok(expected)
}

/// Counts a customer by its record alone.
fn count_customer(
    namespace: &[u8],
    customer: &Customer,
    company: &mut Company,
    expected: &mut Expected,
) {
    let total = expected.totals.entry(key::rollup_total(namespace)).or_default();
    counts::add_to_total(customer, total);
    let day = key::rollup_day(namespace, figures::day(customer.created_at));
    let here = &mut company.days.entry(day).or_default().here;
    *here.entry(category_number(customer.assessment.category)).or_default() += 1;
    if let Some(other) = customer.assessment.duplicate() {
        expected.names.entry(namespace.to_vec()).or_default().push((customer.id, other.id));
    }
}

/// How many clusters the names make, and how many customers are in them: found by walking all,
/// other than the counts (clusters.rs), so that the two can disagree.
fn clusters(names: &[(CustomerId, CustomerId)]) -> (u64, u64) {
    let mut neighbours: BTreeMap<CustomerId, Vec<CustomerId>> = BTreeMap::new();
    for (one, other) in names.iter().filter(|(one, other)| one != other) {
        neighbours.entry(*one).or_default().push(*other);
        neighbours.entry(*other).or_default().push(*one);
    }
    let (mut clusters, mut seen) = (0, BTreeSet::new());
    for &start in neighbours.keys() {
        let mut waiting = vec![start];
        clusters += u64::from(!seen.contains(&start));
        while let Some(customer) = waiting.pop() {
            if seen.insert(customer) {
                waiting.extend(neighbours.get(&customer).into_iter().flatten());
            }
        }
    }
    (clusters, seen.len() as u64)
}

/// Every record has its rows; so an index with more rows has some that lead nowhere.
fn check_index_sizes(
    trees: &Trees,
    expected: &BTreeMap<Tree, u64>,
    report: &mut Report,
) -> Result<(), StoreError> {
    for tree in INDEXES {
        let mut rows = 0;
        for row in trees.rows(tree) {
            let (key, _) = row?;
            rows += 1;
            // The customer's namespace ends with the third slash; an index text has none before.
            let customer = customer_key(&key)?;
            if trees.get(Tree::Customer, &customer)?.is_none() {
                report.fault(format!("a row of {tree:?} leads to no customer"));
            }
        }
        report.index_rows += rows;
        let expected = expected.get(&tree).copied().unwrap_or(0);
        if rows != expected {
            report.fault(format!("{tree:?} has {rows} rows instead of {expected}"));
        }
    }
    Ok(())
}

/// The vocabulary holds each word that leads to a customer, and no other.
fn check_vocabulary(trees: &Trees, report: &mut Report) -> Result<(), StoreError> {
    let mut used: Option<Vec<u8>> = None;
    let mut count = 0u64;
    for row in trees.rows(Tree::ByName) {
        let (key, _) = row?;
        let word = key::word_of(&key)?;
        if used.as_deref() != Some(word) {
            count += 1;
            used = Some(word.to_vec());
            if trees.get(Tree::Word, word)?.is_none() {
                report.fault("a word that leads to a customer is not in the vocabulary");
            }
        }
    }
    let words = trees.rows(Tree::Word).count() as u64;
    if words != count {
        report.fault(format!("the vocabulary has {words} words, {count} lead to customers"));
    }
    Ok(())
}

/// The key of the customer that an index row leads to.
fn customer_key(index_key: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (head, id) = key::split_id(index_key)?;
    let parts = head.split_inclusive(|&byte| byte == b'/').take(3);
    Ok(parts.flatten().copied().chain(id.to_bytes()).collect())
}

fn check_rollups(
    trees: &Trees,
    companies: BTreeMap<Vec<u8>, Company>,
    mut totals: BTreeMap<Vec<u8>, RollupTotalV3>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let (mut days, mut ages) = (BTreeMap::new(), BTreeMap::new());
    for company in companies.into_values() {
        days.extend(company.days);
        ages.extend(company.ages);
    }
    for row in trees.rows(Tree::Rollup) {
        let (key, value) = row?;
        report.rollups += 1;
        // Where one of a kind is expected it must be of that kind, and all others must be nothing.
        let agrees = match codec::kind(&value) {
            Some(Kind::RollupDay) => {
                counts::decode_day(&value)? == days.remove(&*key).unwrap_or_default()
            }
            Some(Kind::RollupAge) => {
                counts::decode_age(&value)? == ages.remove(&*key).unwrap_or_default()
            }
            _ => counts::decode_total(&value)? == totals.remove(&*key).unwrap_or_default(),
        };
        if !agrees {
            report.fault(format!("counts of {} do not agree", show(&key)));
        }
    }
    for key in days.keys().chain(ages.keys()).chain(totals.keys()) {
        report.fault(format!("counts of {} are missing", show(key)));
    }
    Ok(())
}
