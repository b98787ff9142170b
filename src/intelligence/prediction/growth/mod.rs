//! How many customers are created in the days to come, by how many were created until now.
//!
//! Damped Holt-Winters with a weekly season, in several forms that share the forecast by how well
//! each foretold the history, every day of it from the days before. A day far beyond the ordinary
//! (an import of a whole base) hardly teaches. The 80 % intervals are those of a law of counts (`law`)
//! whose variance is what the errors along the history had (`spread`).
//!
//! `tests/intelligence/prediction/` compares it with statsmodels on series that it never saw.

mod form;
mod law;
mod season;
mod smoothing;
mod spread;

use form::{Form, History};
use smoothing::State;
use spread::{Errors, Spread};

use super::WEEK;
use super::baseline::Baseline;

/// A day further off the ordinary than so many deviations counts as one that is just so far off;
/// one far above as one that is the less so the farther it is: it is an import.
const ORDINARY: f64 = 4.0;
/// With fewer days nothing shows whether they are ordinary or those of moving in: what they have
/// above [`FEW`] counts by its logarithm only.
const FIRST_DAYS: usize = 3;
const FEW: f64 = 10.0;
/// Errors are measured from this day on, or from the middle of a shorter history.
const FIRST_MEASURED: usize = WEEK;

/// What is expected of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The mean of the count, 0 or more.
    pub expected: f64,
    /// The least count of the 80 % interval; not above what is expected.
    pub low: f64,
    /// The greatest count of the 80 % interval; not below what is expected.
    pub high: f64,
}

/// What was expected of the days that have been, and what is of those to come.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    /// Of each day of the history, by the days before it.
    pub fitted: Vec<Expected>,
    /// Of each day after it.
    pub forecast: Vec<Expected>,
}

/// The growth by a history of customers created a day, oldest first, one count a day without gaps
/// and whole days only; with a forecast for `horizon` days. Any history will do: the shorter and the emptier it is, the
/// simpler is what is believed of it.
pub fn growth(counts: &[u64], horizon: usize) -> Growth {
    let (counts, weights) = ordinary(counts);
    let noise_weeks = season::noise_weeks(&counts);
    let history = History { counts: &counts, weights: &weights, noise_weeks };
    let forms = form::fitted(history);
    let mut forecaster = Forecaster::before(history, &forms);
    let (means, errors) = forecaster.follow(&counts);
    let mean = counts.iter().sum::<f64>() / counts.len().max(1) as f64;
    let gain = forms.iter().map(|(form, share)| share * form.level_gain()).sum();
    let spread = Spread::of(&errors, mean, counts.len(), gain);
    let ahead = 1..=horizon;
    Growth {
        fitted: means.into_iter().map(|mean| expected(&spread, 1, mean)).collect(),
        forecast: ahead.map(|day| expected(&spread, day, forecaster.expected(day))).collect(),
    }
}

/// The counts, with those beyond the ordinary brought back to it, and how much the squared error of
/// each counts: a day's variance is about its mean, and the less it is, the more an error tells.
fn ordinary(counts: &[u64]) -> (Vec<f64>, Vec<f64>) {
    let is_new = counts.len() < FIRST_DAYS;
    let counts = counts.iter().map(|count| *count as f64);
    let counts: Vec<f64> =
        counts.map(|count| if is_new { no_import(count) } else { count }).collect();
    let baseline = Baseline::of(&counts);
    let back = |(count, usual): (&f64, &f64)| {
        let off = baseline.score(*count, *usual);
        let most = if off > ORDINARY { ORDINARY * ORDINARY / off } else { ORDINARY };
        let (low, high) = baseline.range(*usual, most);
        count.clamp(low, high)
    };
    let counts: Vec<f64> = counts.iter().zip(&baseline.expected).map(back).collect();
    let mean = counts.iter().sum::<f64>() / counts.len().max(1) as f64;
    let weights = baseline.expected.iter().map(|usual| 1.0 / (usual + 0.1 * mean + 0.01));
    (counts, weights.collect())
}

/// A count of the first days, less what is likely the import of a base.
fn no_import(count: f64) -> f64 {
    if count <= FEW { count } else { FEW * (1.0 + (count / FEW).ln()) }
}

fn expected(spread: &Spread, ahead: usize, mean: f64) -> Expected {
    let (low, high) = law::interval(mean, spread.variance(ahead, mean));
    Expected { expected: mean, low: low.min(mean), high: high.max(mean) }
}

/// The forms on their way through a history.
struct Forecaster {
    /// What each form knows, and its share in what is expected.
    states: Vec<(State, f64)>,
    /// The days they have seen.
    days: usize,
}

impl Forecaster {
    fn before(history: History<'_>, forms: &[(Form, f64)]) -> Forecaster {
        let states = forms.iter().map(|(form, share)| (form.before(history), *share)).collect();
        Forecaster { states, days: 0 }
    }

    /// The mean count `ahead` days after the last day seen.
    fn expected(&self, ahead: usize) -> f64 {
        let weekday = self.days + ahead - 1;
        self.states.iter().map(|(state, share)| share * state.expected(ahead, weekday)).sum()
    }

    /// Goes through the history; answers what was expected of each day, and the errors.
    fn follow(&mut self, counts: &[f64]) -> (Vec<f64>, Errors) {
        let mut means = Vec::with_capacity(counts.len());
        let mut errors = Errors::default();
        let first = FIRST_MEASURED.min(counts.len() / 2);
        for (day, count) in counts.iter().enumerate() {
            let learn = |(state, share): &mut (State, f64)| *share * state.learn(day, *count);
            let mean = self.states.iter_mut().map(learn).sum();
            if day >= first {
                errors.add(mean, *count);
            }
            means.push(mean);
            self.days += 1;
        }
        (means, errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK_OF_A_SHOP: [u64; 7] = [6, 5, 4, 5, 7, 6, 0];

    fn told(growth: &Growth, day: usize) -> (f64, f64, f64) {
        let Expected { low, expected, high } = growth.forecast[day];
        (low, expected, high)
    }

    #[test]
    fn every_day_of_the_history_and_of_the_horizon_has_an_expectation() {
        for days in [0, 1, 2, 6, 13, 14, 20, 60] {
            let growth = growth(&vec![3; days], 30);
            assert_eq!((growth.fitted.len(), growth.forecast.len()), (days, 30));
        }
    }

    #[test]
    fn of_a_company_without_customers_none_are_expected() {
        for history in [vec![], vec![0], vec![0; 400]] {
            assert_eq!(told(&growth(&history, 30), 29), (0.0, 0.0, 0.0), "{history:?}");
        }
    }

    #[test]
    fn what_never_changes_goes_on() {
        let (low, expected, high) = told(&growth(&[5; 60], 30), 20);
        assert!((expected - 5.0).abs() < 1e-6 && low >= 4.0 && high <= 6.0, "{low} {high}");
    }

    #[test]
    fn a_shop_is_expected_to_be_closed_on_sunday() {
        let forecast = growth(&WEEK_OF_A_SHOP.repeat(8), 30).forecast;
        for (day, expected) in forecast.iter().enumerate() {
            let count = WEEK_OF_A_SHOP[day % 7] as f64;
            assert!((expected.expected - count).abs() < 1.0, "{day}: {expected:?}");
            assert!(expected.low <= count && count <= expected.high, "{day}: {expected:?}");
        }
    }

    #[test]
    fn a_base_imported_on_the_first_day_does_not_count_as_growth() {
        let mut shop = WEEK_OF_A_SHOP.repeat(8);
        let plain = growth(&shop, 30);
        shop[0] = 50_000;
        let imported = growth(&shop, 30);
        for (one, other) in plain.forecast.iter().zip(&imported.forecast) {
            assert!((one.expected - other.expected).abs() < 1.0, "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_base_imported_this_week_is_not_taken_for_every_day_s_business() {
        for history in [&[50_000][..], &[50_000, 3], &[50_000, 3, 0], &[50_000, 20_000, 5, 2]] {
            let (_, expected, _) = told(&growth(history, 30), 0);
            assert!(expected < 100.0, "{history:?}: {expected}");
        }
        let (_, expected, _) = told(&growth(&[50_000, 3, 4, 5, 1, 0, 4], 30), 0);
        assert!(expected < 6.0, "{expected}");
    }

    #[test]
    fn an_import_amid_the_history_is_forgotten() {
        let mut shop = WEEK_OF_A_SHOP.repeat(20);
        shop[70] = 20_000;
        shop[71] = 10_000;
        let all: f64 = growth(&shop, 7).forecast.iter().map(|day| day.expected).sum();
        assert!((all - 33.0).abs() < 4.0, "{all}");
    }

    #[test]
    fn one_now_and_then_is_none_or_one_a_day() {
        let history: Vec<u64> = (0..200).map(|day| u64::from(day * day % 11 == 5)).collect();
        let (low, expected, high) = told(&growth(&history, 30), 15);
        assert!(low == 0.0 && high <= 1.0 && expected > 0.1 && expected < 0.3, "{expected} {high}");
    }

    #[test]
    fn growth_is_expected_to_go_on_for_a_while() {
        let history: Vec<u64> = (0..120).map(|day| 10 + day / 2).collect();
        let [soon, later] = [0, 29].map(|day| told(&growth(&history, 30), day).1);
        assert!(soon > 66.0 && later > soon + 5.0 && later < 90.0, "{soon} {later}");
    }
}
