//! How good the duplicates are that the service tells, with all that is between the model and a
//! client: the indexes that lead to candidates, the limits on what is read, and the model that is
//! learnt in the background. The data is that of `tests/intelligence/duplicates.rs`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/many.rs"]
mod many;
#[path = "intelligence/report.rs"]
mod report;
mod support;

use std::collections::{BTreeMap, HashMap};

use report::{Calibration, Counts};
use serde_json::json;
use smart_customer::customer::CustomerId;
use smart_customer::operation::learn::learn_what_is_due;
use smart_customer::operation::{Registry, bulk, insight};
use support::TestApp;

/// What a line of the data says: whose customer it is, and the customer.
fn read(set: &str) -> Vec<(String, bulk::Line)> {
    let path = format!("{}/data/eval/duplicates/{set}.tsv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let line = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let body = json!({
            "first-name": fields[2], "last-name": fields[3], "email": fields[4],
            "vat-number": fields[5]
        });
        let details = many::details(&body.to_string());
        (fields[1].to_owned(), bulk::Line { details, history: None, key: None })
    };
    text.lines().skip(1).map(line).collect()
}

/// Keeps the customers; who each of them is.
async fn keep(registry: &Registry, set: &str) -> HashMap<CustomerId, String> {
    let (persons, lines): (Vec<String>, Vec<bulk::Line>) = read(set).into_iter().unzip();
    let mut kept = HashMap::new();
    let mut lines = lines.into_iter().peekable();
    let mut persons = persons.into_iter();
    while lines.peek().is_some() {
        let batch = lines.by_ref().take(256).collect();
        for created in bulk::create_all(registry, &many::acme(), batch).await {
            kept.insert(created.unwrap().customer.id, persons.next().unwrap());
        }
    }
    kept
}

fn true_pairs(persons: &HashMap<CustomerId, String>) -> usize {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    persons.values().for_each(|person| *sizes.entry(person).or_default() += 1);
    sizes.values().map(|size| size * (size - 1) / 2).sum()
}

/// The pairs that insights tell, with their probabilities.
async fn told(
    registry: &Registry,
    persons: &HashMap<CustomerId, String>,
) -> BTreeMap<(CustomerId, CustomerId), f64> {
    let mut pairs = BTreeMap::new();
    for &id in persons.keys() {
        let insight = insight::customer(registry, &many::acme(), id).await.unwrap();
        for found in insight.duplicates {
            pairs.insert((id.min(found.id), id.max(found.id)), found.duplicate.probability);
        }
    }
    pairs
}

async fn judge(set: &str) -> (f64, f64, f64) {
    let app = TestApp::start().await;
    let registry = app.running().service().registry();
    let persons = keep(registry, set).await;
    learn_what_is_due(registry).await.unwrap();
    let told = told(registry, &persons).await;
    let (mut counts, mut calibration) = (Counts::default(), Calibration::default());
    for (&(one, other), &probability) in &told {
        let is_one = persons[&one] == persons[&other];
        calibration.add(probability, is_one);
        counts.add(probability >= 0.5, is_one && probability >= 0.5);
    }
    let missed = true_pairs(&persons) - counts.true_positives as usize;
    counts.false_negatives += missed as u32;
    println!("{set}: {} customers, told at 0.5: {counts}\n{calibration}", persons.len());
    (counts.precision(), counts.recall(), counts.f1())
}

#[tokio::test]
async fn duplicates_are_told_in_a_company_of_firms() {
    let (precision, recall, f1) = judge("test-a").await;
    assert!(precision > 0.80 && recall > 0.85 && f1 > 0.85, "{precision} {recall} {f1}");
}

#[tokio::test]
async fn plain_slips_are_forgiven_through_the_door_too() {
    let (precision, recall, f1) = judge("test-c").await;
    assert!(precision > 0.97 && recall > 0.95 && f1 > 0.97, "{precision} {recall} {f1}");
}
