//! The forecast against statsmodels' Holt-Winters, and how often a day falls within its interval.

use std::collections::BTreeMap;

use smart_customer::intelligence::prediction::growth::{Expected, growth};

use super::series::{self, Series};

/// What a series is at least wrong by, so that one which both foretell hardly counts.
const LEAST_ERROR: f64 = 0.02;
/// The days ahead that the two halves of a horizon end with.
const HALVES: [usize; 2] = [7, 30];
/// Every day the same, or as good as: their intervals are a single count or two, which hold all.
const EVEN: [&str; 2] = ["constant", "by_appointment"];
/// Statsmodels takes an import for growth, and a mean over series with such errors would say nothing.
const IMPORTED: [&str; 2] = ["moved_in", "moved_here"];

/// Errors and coverage of some series.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    compared: f64,
    /// Sums of the absolute errors, of ours and of the reference.
    absolute: [f64; 2],
    /// Sums of the logarithms of the ratios of those, and of the roots of the squared errors.
    ratios: [f64; 2],
    /// Days within the interval and all, by half of the horizon.
    within: [[f64; 2]; HALVES.len()],
}

impl Tally {
    fn add(&mut self, forecast: &[Expected], series: &Series) {
        for (ahead, (day, count)) in forecast.iter().zip(&series.after).enumerate() {
            let half = usize::from(ahead >= HALVES[0]);
            self.within[half][0] += f64::from(day.low <= *count && *count <= day.high);
            self.within[half][1] += 1.0;
        }
        let Some(reference) = &series.reference else { return };
        let ours: Vec<f64> = forecast.iter().map(|day| day.expected).collect();
        let errors = [errors(&ours, &series.after), errors(reference, &series.after)];
        self.compared += 1.0;
        self.absolute[0] += errors[0].0;
        self.absolute[1] += errors[1].0;
        let ratio = |one: f64, other: f64| ((one + LEAST_ERROR) / (other + LEAST_ERROR)).ln();
        self.ratios[0] += ratio(errors[0].0, errors[1].0);
        self.ratios[1] += ratio(errors[0].1, errors[1].1);
    }

    fn coverage(&self, half: usize) -> f64 {
        self.within[half][0] / self.within[half][1]
    }

    fn coverage_of_all(&self) -> f64 {
        (self.within[0][0] + self.within[1][0]) / (self.within[0][1] + self.within[1][1])
    }

    /// The mean (geometric) of the ratios of the absolute errors, and of the squared ones' roots.
    fn ratio(&self) -> [f64; 2] {
        self.ratios.map(|sum| (sum / self.compared).exp())
    }

    fn report(&self, kind: &str) {
        let (soon, later) = (self.coverage(0), self.coverage(1));
        print!("  {kind:<24} within, 1-7 days {soon:.2}, 8-30 days {later:.2}");
        if self.compared > 0.0 {
            let ([absolute, root], [ours, theirs]) = (self.ratio(), self.absolute);
            let (ours, theirs) = (ours / self.compared, theirs / self.compared);
            print!("; MAE {ours:.2} to {theirs:.2}, ratio {absolute:.3}, of RMSE {root:.3}");
        }
        println!();
    }
}

/// The mean absolute error and the root of the mean squared error.
fn errors(expected: &[f64], counts: &[f64]) -> (f64, f64) {
    let off = expected.iter().zip(counts).map(|(expected, count)| (expected - count).abs());
    let (absolute, squared) =
        off.fold((0.0, 0.0), |(one, two), error| (one + error, two + error * error));
    let days = counts.len() as f64;
    (absolute / days, (squared / days).sqrt())
}

/// The tally of all kinds but those of imports, and of each kind.
fn judged(title: &str, set: &[Series]) -> (Tally, BTreeMap<&'static str, Tally>) {
    let (mut all, mut kinds) = (Tally::default(), BTreeMap::<&str, Tally>::new());
    println!("growth, {title}: {} series", set.len());
    assert!(set.iter().all(|series| series.after.len() == HALVES[1] && !series.known.is_empty()));
    for series in set {
        let forecast = growth(&series.known, series.after.len()).forecast;
        let mut own = Tally::default();
        own.add(&forecast, series);
        own.report(&format!("{} {}", series.kind, series.name));
        kinds.entry(series.kind).or_default().add(&forecast, series);
        if !IMPORTED.contains(&series.kind) {
            all.add(&forecast, series);
        }
    }
    println!("growth, {title}, by kind:");
    kinds.iter().for_each(|(kind, tally)| tally.report(kind));
    all.report("all but imports");
    (all, kinds)
}

fn must_hold(all: &Tally, kinds: &BTreeMap<&'static str, Tally>) {
    let [absolute, root] = all.ratio();
    assert!(absolute <= 1.0 && root <= 1.0, "{absolute} {root}");
    assert!(all.absolute[0] <= 1.02 * all.absolute[1], "{:?}", all.absolute);
    for half in 0..HALVES.len() {
        assert!((0.75..=0.9).contains(&all.coverage(half)), "{half}: {}", all.coverage(half));
    }
    for (kind, tally) in kinds.iter().filter(|(kind, _)| !EVEN.contains(kind)) {
        assert!((0.7..=0.95).contains(&tally.coverage_of_all()), "{kind}: {tally:?}");
    }
    for kind in IMPORTED.iter().filter_map(|kind| kinds.get(kind)) {
        assert!(kind.ratio()[0] < 0.5, "{kind:?}");
    }
}

#[test]
fn series_never_seen_are_foretold_at_least_as_well_as_by_statsmodels() {
    let (all, kinds) = judged("judging set", &series::test());
    must_hold(&all, &kinds);
}

#[test]
fn series_of_the_kinds_it_was_made_for_are_foretold_at_least_as_well_as_by_statsmodels() {
    let (all, kinds) = judged("training set", &series::train());
    must_hold(&all, &kinds);
}

#[test]
fn the_days_of_the_history_fall_within_what_was_expected_of_them() {
    for series in series::test().iter().filter(|series| !EVEN.contains(&series.kind)) {
        let fitted = growth(&series.known, 0).fitted;
        let within = fitted
            .iter()
            .zip(&series.known)
            .filter(|(day, count)| (day.low..=day.high).contains(&(**count as f64)));
        let share = within.count() as f64 / fitted.len() as f64;
        assert!(share > 0.6, "{} {}: {share}", series.kind, series.name);
    }
}
