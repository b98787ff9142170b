//! Days that stand out: on which far more or far fewer customers were created, or deleted, than on
//! an ordinary day of that time and of that day of the week.
//!
//! A day stands out when its count, on the scale of the square root where counts are scattered
//! alike at every level, is more than `THRESHOLD` deviations off. The deviation is measured by the
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

/// The days that stand out in a history of daily counts, oldest first, one a day without gaps and
/// whole days only; none while there are fewer than [`LEAST_HISTORY`].
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

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK_OF_A_SHOP: [u64; 7] = [21, 18, 19, 20, 24, 9, 0];

    fn found(counts: &[u64]) -> Vec<(usize, Direction)> {
        anomalies(counts).iter().map(|anomaly| (anomaly.day, anomaly.direction)).collect()
    }

    #[test]
    fn an_ordinary_week_has_no_day_that_stands_out() {
        assert_eq!(found(&WEEK_OF_A_SHOP.repeat(10)), []);
    }

    #[test]
    fn five_times_as_many_and_a_business_day_without_any_stand_out() {
        let mut counts = WEEK_OF_A_SHOP.repeat(10);
        (counts[23], counts[42]) = (90, 0);
        assert_eq!(found(&counts), [(23, Direction::Above), (42, Direction::Below)]);
    }

    #[test]
    fn a_sunday_on_which_a_closed_shop_has_ten_stands_out() {
        let mut counts = WEEK_OF_A_SHOP.repeat(10);
        counts[34] = 10;
        assert_eq!(found(&counts), [(34, Direction::Above)]);
    }

    #[test]
    fn the_range_says_what_would_have_been_ordinary() {
        let mut counts = WEEK_OF_A_SHOP.repeat(10);
        counts[23] = 90;
        let Anomaly { observed, expected, low, high, .. } = anomalies(&counts)[0];
        assert!(low < expected && expected < high && high < observed as f64);
        assert!((expected - 19.0).abs() < 6.0, "{expected}");
    }

    #[test]
    fn where_most_days_are_without_one_or_two_are_nothing_and_twenty_are() {
        let mut counts: Vec<u64> = (0..120).map(|day| u64::from(day * day % 11 == 5)).collect();
        counts[50] = 2;
        assert_eq!(found(&counts), []);
        counts[50] = 20;
        assert_eq!(found(&counts), [(50, Direction::Above)]);
    }

    #[test]
    fn where_all_days_are_alike_a_little_more_is_nothing() {
        let mut counts = vec![1; 90];
        counts[40] = 3;
        assert_eq!(found(&counts), []);
        counts[40] = 30;
        assert_eq!(found(&counts), [(40, Direction::Above)]);
    }

    #[test]
    fn steady_growth_is_nothing_that_stands_out() {
        let counts: Vec<u64> = (0..365).map(|day| 5 + day / 6 + day % 3).collect();
        assert_eq!(found(&counts), []);
    }

    #[test]
    fn less_than_three_weeks_tell_nothing() {
        let mut counts = vec![5; LEAST_HISTORY];
        counts[10] = 5_000;
        assert_eq!(found(&counts), [(10, Direction::Above)]);
        counts.pop();
        assert_eq!(found(&counts), []);
    }
}
