//! How long customers stay, against the estimate of lifelines.

use std::collections::BTreeMap;

use smart_customer::intelligence::prediction::retention::{Curve, Lifetimes, still_here_after};

const SETS: &str = include_str!("../../../data/eval/prediction/lifetimes.tsv");
const AGES: [u32; 3] = [30, 90, 365];

/// Lifetimes, and what lifelines says of their survival and its standard error at the [`AGES`].
struct Set {
    name: &'static str,
    lifetimes: Lifetimes,
    survival: Vec<Option<f64>>,
    errors: Vec<Option<f64>>,
}

fn histogram(cell: &str) -> BTreeMap<u32, u64> {
    let pairs = cell.split_whitespace().filter_map(|pair| pair.split_once(':'));
    pairs.filter_map(|(age, number)| Some((age.parse().ok()?, number.parse().ok()?))).collect()
}

fn sets() -> Vec<Set> {
    let numbers = |cell: &str| cell.split(' ').map(|number| number.parse().ok()).collect();
    let lines = SETS.lines().filter(|line| !line.starts_with('#'));
    let cells = lines.map(|line| line.split('\t').collect::<Vec<_>>());
    let set = |cells: Vec<&'static str>| Set {
        name: cells[0],
        lifetimes: Lifetimes { gone: histogram(cells[1]), here: histogram(cells[2]) },
        survival: numbers(cells[3]),
        errors: numbers(cells[4]),
    };
    cells.map(set).collect()
}

/// How far what is said is from the reference; what the one cannot say the other must not.
fn off(said: Option<f64>, reference: Option<f64>) -> f64 {
    match (said, reference) {
        (Some(said), Some(reference)) => (said - reference).abs(),
        (None, None) => 0.0,
        _ => f64::INFINITY,
    }
}

#[test]
fn survival_and_its_standard_error_are_those_of_lifelines() {
    let sets = sets();
    let mut worst: f64 = 0.0;
    for Set { name, lifetimes, survival, errors } in &sets {
        let curve = Curve::of(lifetimes);
        for (place, age) in AGES.into_iter().enumerate() {
            let of_survival = off(curve.survival(age), survival[place]);
            let of_error = off(curve.standard_error(age), errors[place]);
            assert!(
                of_survival < 1e-9 && of_error < 1e-9,
                "{name} {age}: {of_survival} {of_error}"
            );
            worst = worst.max(of_survival).max(of_error);
        }
    }
    println!("retention: {} sets, at most {worst:.1e} off lifelines", sets.len());
}

#[test]
fn the_lifetimes_of_the_categories_add_up_to_the_company_s() {
    let sets = sets();
    let mut all = Lifetimes::default();
    sets.iter()
        .filter(|set| set.name.starts_with("company:"))
        .for_each(|set| all.add(&set.lifetimes));
    assert_eq!(sets.iter().find(|set| set.name == "company").map(|set| &set.lifetimes), Some(&all));
}

#[test]
fn a_customer_is_judged_by_its_category_and_a_young_company_judges_none() {
    let sets = sets();
    let curve =
        |name: &str| Curve::of(&sets.iter().find(|set| set.name == name).unwrap().lifetimes);
    let company = curve("company");
    let in_90_days = |category: &str| still_here_after(&curve(category), &company, 30, 90);
    let [education, unknown] = ["company:education", "company:unknown"].map(in_90_days);
    // Made to stay 4,000 and 120 days in the mean: e^(-90/4000) and e^(-90/120).
    assert!(education.is_some_and(|share| (share - 0.978).abs() < 0.02), "{education:?}");
    assert!(unknown.is_some_and(|share| (share - 0.472).abs() < 0.1), "{unknown:?}");
    for young in ["one-day-old", "since-spring", "few"] {
        assert_eq!(curve(young).still_here_after(0, 90), None, "{young}");
    }
}
