//! Which days stand out: hardly any of ordinary noise, and those that were made to.

use std::collections::BTreeMap;

use smart_customer::intelligence::prediction::anomaly::{Direction, LEAST_HISTORY, anomalies};

use super::series::{self, Series};

/// The kinds that are nothing but chance around a level or a week.
const NOISE: [&str; 6] =
    ["poisson", "negative_binomial", "closed_sundays", "office_week", "soft_week", "sparse"];
/// A business day that usually has so many is missed when it has none.
const BUSY: f64 = 15.0;

fn noise() -> Vec<Series> {
    let all = series::train().into_iter();
    all.filter(|series| NOISE.contains(&series.kind) && series.known.len() > LEAST_HISTORY)
        .collect()
}

#[test]
fn ordinary_noise_has_less_than_a_day_a_year_that_stands_out() {
    let mut kinds: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for series in noise() {
        for kind in [series.kind, "all"] {
            let (found, days) = kinds.entry(kind).or_default();
            *found += anomalies(&series.known).len() as f64;
            *days += series.known.len() as f64;
        }
    }
    for (kind, (found, days)) in &kinds {
        println!("anomalies, {kind}: {found} of {days} days");
    }
    let (found, days) = kinds["all"];
    assert!(found / days * 365.0 < 0.7, "{kinds:?}");
    // Three years and a half of each kind: so few that chance may make it some more.
    assert!(kinds.values().all(|(found, days)| found / days * 365.0 < 1.5), "{kinds:?}");
}

/// Of some days in turn, how many stand out to that side when their count is changed.
fn caught(series: &[Series], changed: impl Fn(f64) -> Option<u64>, to: Direction) -> f64 {
    let (mut caught, mut all) = (0.0, 0.0);
    for Series { known, .. } in series {
        for day in (0..known.len()).step_by(known.len() / 10) {
            let same: Vec<f64> =
                known.iter().skip(day % 7).step_by(7).map(|count| *count as f64).collect();
            let Some(count) = changed(same.iter().sum::<f64>() / same.len() as f64) else {
                continue;
            };
            let mut counts = known.clone();
            counts[day] = count;
            let found = anomalies(&counts).iter().any(|one| one.day == day && one.direction == to);
            caught += f64::from(found);
            all += 1.0;
        }
    }
    println!("anomalies: {caught} of {all} {to:?}");
    caught / all
}

#[test]
fn a_day_of_five_times_the_usual_and_a_business_day_without_any_stand_out() {
    let chance: Vec<Series> =
        noise().into_iter().filter(|series| series.kind != "negative_binomial").collect();
    let five_times = |usual: f64| (usual >= 5.0).then_some((5.0 * usual) as u64);
    assert!(caught(&chance, five_times, Direction::Above) >= 0.95);
    let none = |usual: f64| (usual >= BUSY).then_some(0);
    assert!(caught(&chance, none, Direction::Below) >= 0.97);
}

#[test]
fn an_import_stands_out_whatever_the_series() {
    for Series { kind, name, mut known, .. } in series::test() {
        let day = known.len() / 2;
        known[day] = 50_000;
        let found = anomalies(&known);
        assert!(found.iter().any(|one| one.day == day), "{kind} {name}");
    }
}
