//! How well customers are told apart, on addresses that the weights were not fitted to.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, too")]

use std::collections::BTreeMap;

use smart_customer::customer::Details;
use smart_customer::customer::assessment::Category;
use smart_customer::customer::vat::VatNumber;
use smart_customer::intelligence::category::{category_of, classify};

use crate::report::{Calibration, Counts};

const TEST: &str = include_str!("../../data/eval/category/test.tsv");
const TRAIN: &str = include_str!("../../data/eval/category/train.tsv");

/// A customer and what it is.
fn parse(line: &str) -> (Category, Details) {
    let cells: Vec<&str> = line.split('\t').collect();
    let details = Details {
        first_name: cells[1].into(),
        last_name: cells[2].into(),
        email: cells[3].into(),
        vat_number: VatNumber::parse(cells[4]).unwrap(),
    };
    (Category::parse(cells[0]).unwrap(), details)
}

fn rows(set: &str) -> Vec<(Category, Details)> {
    set.lines().filter(|line| !line.starts_with('#')).map(parse).collect()
}

/// What came out of one set.
#[derive(Default)]
struct Outcome {
    counts: BTreeMap<Category, Counts>,
    calibration: Calibration,
    right: u32,
    all: u32,
}

impl Outcome {
    fn of(set: &str) -> Outcome {
        let mut outcome = Outcome::default();
        for (truth, details) in rows(set) {
            let (said, confidence) = category_of(&details);
            for category in Category::ALL {
                let counts = outcome.counts.entry(category).or_default();
                counts.add(said == category, truth == category);
            }
            outcome.calibration.add(confidence, said == truth);
            outcome.right += u32::from(said == truth);
            outcome.all += 1;
            if said != truth {
                show(truth, &details);
            }
        }
        outcome
    }

    fn accuracy(&self) -> f64 {
        f64::from(self.right) / f64::from(self.all)
    }

    fn print(&self, title: &str) {
        println!("{title}: accuracy {:.3} of {}", self.accuracy(), self.all);
        for (category, counts) in &self.counts {
            println!("  {:<14} {counts}", category.as_str());
        }
        println!("{}", self.calibration);
    }
}

/// A wrong answer with its reasons, for whoever improves the rules.
fn show(truth: Category, details: &Details) {
    let answer = classify(details);
    let codes: Vec<&str> = answer.reasons.iter().map(|reason| reason.code).collect();
    println!(
        "  {} is {}, not {} ({:.2}): {} {} {codes:?}",
        details.email,
        truth.as_str(),
        answer.category.as_str(),
        answer.confidence,
        details.last_name,
        details.vat_number.as_str(),
    );
}

#[test]
fn categories_are_told_on_customers_never_seen() {
    let outcome = Outcome::of(TEST);
    outcome.print("categories, judging set");
    assert!(outcome.accuracy() >= 0.94, "{}", outcome.accuracy());
    for (category, counts) in &outcome.counts {
        assert!(counts.f1() >= 0.9, "{category:?}: {counts}");
    }
    assert!(outcome.calibration.expected_error() <= 0.06, "{}", outcome.calibration);
}

#[test]
fn categories_are_told_in_the_training_part_too() {
    let outcome = Outcome::of(TRAIN);
    outcome.print("categories, training part");
    assert!(outcome.accuracy() >= 0.9);
}
