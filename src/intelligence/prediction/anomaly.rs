//! Days that stand out: on which far more or far fewer customers were created, or deleted, than on
//! an ordinary day of that time and of that day of the week.
//!
//! A day stands out when its count, on the scale of the square root where counts are scattered
//! alike at every level, is more than [`THRESHOLD`] deviations off. The deviation is measured by the
//! median of absolute deviations, that days which stand out cannot stretch, and is never less than
//! that of Poisson's law, so that a shop of one customer every day may once have three.

use super::WEEK;
use super::baseline::Baseline;

/// The fewest days that tell what is ordinary.
pub const LEAST_HISTORY: usize = 3 * WEEK;
/// In simulated years of Poisson, negative binomial and weekly counts less than one day a year was
/// beyond it by chance.
const THRESHOLD: f64 = 3.5;

/// To which side a day stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More than usual.
    Above,
    /// Fewer than usual.
    Below,
}

/// A day that stands out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anomaly {
    /// Its place in the history, from 0.
    pub day: usize,
    /// Its count.
    pub observed: u64,
    /// The count to be expected of such a day, 0 or more.
    pub expected: f64,
    /// The least count that would not stand out.
    pub low: f64,
    /// The greatest count that would not stand out.
    pub high: f64,
    /// To which side it stands out.
    pub direction: Direction,
}

/// The days that stand out in a history of daily counts, oldest first, one a day without gaps; none
/// while there are fewer than [`LEAST_HISTORY`].
pub fn anomalies(counts: &[u64]) -> Vec<Anomaly> {
    if counts.len() < LEAST_HISTORY {
        return Vec::new();
    }
    let numbers: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
    let baseline = Baseline::of(&numbers);
    let days = counts.iter().zip(&baseline.expected).enumerate();
    days.filter_map(|(day, (count, expected))| judged(&baseline, day, *count, *expected)).collect()
}

/// A day, if it stands out.
fn judged(baseline: &Baseline, day: usize, observed: u64, expected: f64) -> Option<Anomaly> {
    let (low, high) = baseline.range(expected, THRESHOLD);
    let direction = match observed as f64 {
        count if count > high => Direction::Above,
        count if count < low => Direction::Below,
        _ => return None,
    };
    let (low, high) = (low.ceil(), high.floor());
    Some(Anomaly { day, observed, expected, low, high, direction })
}
