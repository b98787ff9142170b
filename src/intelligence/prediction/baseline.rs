//! What is ordinary for each day of a history, whatever a few days did: the level of the three
//! weeks around it times what is usual on that day of the week.

use super::WEEK;

/// Days around a day by which its level is judged: whole weeks, so that each day of the week counts
/// alike, and more than twice as many as an import takes.
const AROUND: usize = 3 * WEEK;
/// As many of the same day of the week, nearest first, say what is usual on it.
const SAME_WEEKDAY: usize = 17;
/// A day counts no more than the median of its days and so many deviations in the level.
const CAP: f64 = 3.0;
/// A day of which less is expected says nothing of how far days are scattered.
const LEAST_OPEN: f64 = 0.3;
/// Turns the median of absolute deviations into a standard deviation, under the normal law.
const MAD_TO_DEVIATION: f64 = 1.4826;
/// The median and the ninth decile of the square of a normal deviation.
const MEDIAN_SQUARE: f64 = 0.455;
const DECILE_SQUARE: f64 = 2.706;

/// What is ordinary in a history.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Baseline {
    /// What is expected of each day.
    pub expected: Vec<f64>,
    /// By what share of its mean the variance of a count is above that of Poisson's law, a mean
    /// of one: the dispersion of the negative binomial law, 0 or more.
    excess: f64,
}

impl Baseline {
    /// That of a history, a count a day.
    pub fn of(counts: &[f64]) -> Baseline {
        let around: Vec<(f64, f64)> = (0..counts.len()).map(|day| level(counts, day)).collect();
        let levels: Vec<f64> = around.iter().map(|(level, _)| *level).collect();
        let capped: Vec<f64> =
            counts.iter().zip(&around).map(|(count, (_, cap))| count.min(*cap)).collect();
        let expected: Vec<f64> =
            (0..counts.len()).map(|day| levels[day] * usual(&capped, &levels, day)).collect();
        let excess = excess(counts, &expected);
        Baseline { expected, excess }
    }

    /// By how many of this history's deviations a count is above what is expected of a day.
    pub fn score(&self, count: f64, expected: f64) -> f64 {
        deviation(count, expected) / (1.0 + self.excess * expected).sqrt()
    }

    /// The counts at most `score` deviations below and above what is expected of a day.
    pub fn range(&self, expected: f64, score: f64) -> (f64, f64) {
        let step = score * (1.0 + self.excess * expected).sqrt() / 2.0;
        let root = (expected + 0.375).sqrt();
        let count = |root: f64| (root.max(0.0).powi(2) - 0.375).max(0.0);
        (count(root - step), count(root + step))
    }
}

/// By how many deviations of a Poisson law a count is off its mean: Anscombe's transform, under
/// which its deviation is 1 at any mean but the least.
fn deviation(count: f64, mean: f64) -> f64 {
    2.0 * ((count + 0.375).sqrt() - (mean + 0.375).sqrt())
}

/// How much more than by Poisson's law the days are scattered, by the median of the absolute
/// deviations; where most days have none and the median says nothing, by their ninth decile. A few
/// days that stand out stretch neither.
fn excess(counts: &[f64], expected: &[f64]) -> f64 {
    let has_few = median(counts.to_vec()) < 1.0;
    let (square, share) = if has_few { (DECILE_SQUARE, 0.9) } else { (MEDIAN_SQUARE, 0.5) };
    // The square of a deviation is to be `square` (1 + excess mean) at that share of the days. Days
    // that are always without, as closed ones, would make the others seem scattered less.
    let open = counts.iter().zip(expected).filter(|(_, mean)| **mean > LEAST_OPEN);
    let needed = |count: f64, mean: f64| (deviation(count, mean).powi(2) / square - 1.0) / mean;
    quantile(open.map(|(count, mean)| needed(*count, *mean)).collect(), share).max(0.0)
}

/// The mean of the days around a day, none counted above the cap that is answered with it.
fn level(counts: &[f64], day: usize) -> (f64, f64) {
    let first = day.saturating_sub(AROUND / 2).min(counts.len().saturating_sub(AROUND));
    let around = counts.get(first..counts.len().min(first + AROUND)).unwrap_or_default();
    let middle = median(around.to_vec());
    let off = median(around.iter().map(|count| (count - middle).abs()).collect());
    let cap = middle + CAP * (MAD_TO_DEVIATION * off).max((middle + 1.0).sqrt());
    let floor = 2.0 * middle - cap;
    let total: f64 = around.iter().map(|count| count.clamp(floor, cap)).sum();
    (total / around.len().max(1) as f64, cap)
}

/// What share of the level is usual on the day of the week of `day`; 1 in the first weeks.
fn usual(capped: &[f64], levels: &[f64], day: usize) -> f64 {
    if capped.len() < AROUND {
        return 1.0;
    }
    let weekday = day % WEEK;
    let weeks = (capped.len() - weekday).div_ceil(WEEK);
    let first =
        (day / WEEK).saturating_sub(SAME_WEEKDAY / 2).min(weeks.saturating_sub(SAME_WEEKDAY));
    let days = (first..weeks.min(first + SAME_WEEKDAY)).map(|week| week * WEEK + weekday);
    let (mut counts, mut usual) = (1.0, 1.0);
    for day in days {
        counts += capped[day];
        usual += levels[day];
    }
    counts / usual
}

/// The value that a share of them is not above; 0 of nothing.
fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let place = ((values.len() - 1) as f64 * share) as usize;
    *values.select_nth_unstable_by(place, f64::total_cmp).1
}

/// The median, the lower one of two; 0 of nothing.
fn median(values: Vec<f64>) -> f64 {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_far_off_hardly_moves_what_is_ordinary_around_it() {
        let mut counts = vec![5.0; 60];
        counts[30] = 50_000.0;
        let Baseline { expected, .. } = Baseline::of(&counts);
        assert!(expected.iter().all(|mean| (mean - 5.0).abs() < 1.2), "{expected:?}");
    }

    #[test]
    fn the_day_of_the_week_is_ordinary() {
        let counts = [20.0, 15.0, 15.0, 15.0, 20.0, 4.0, 0.0].repeat(9);
        let Baseline { expected, .. } = Baseline::of(&counts);
        assert!(counts.iter().zip(&expected).all(|(count, mean)| (count - mean).abs() < 0.6));
    }

    #[test]
    fn a_level_that_shifts_is_followed_at_once() {
        let counts = [[10.0; 40], [60.0; 40]].concat();
        let Baseline { expected, .. } = Baseline::of(&counts);
        assert!(expected[36] < 20.0 && expected[43] > 45.0, "{expected:?}");
    }

    #[test]
    fn closed_days_do_not_make_the_open_ones_seem_regular() {
        let saturdays = [9.0, 2.0, 16.0, 5.0, 30.0, 3.0, 12.0, 7.0];
        let counts: Vec<f64> = (0..280)
            .map(|day| if day % 7 == 5 { saturdays[day / 7 % saturdays.len()] } else { 0.0 })
            .collect();
        assert!(Baseline::of(&counts).excess > 0.3, "{}", Baseline::of(&counts).excess);
    }

    #[test]
    fn what_is_ordinary_is_never_below_none_and_holds_what_is_expected() {
        for expected in [0.0, 0.1, 1.0, 7.0, 1e6] {
            let (low, high) = Baseline { expected: Vec::new(), excess: 0.5 }.range(expected, 3.5);
            assert!(0.0 <= low && low <= expected && expected <= high, "{expected}: {low} {high}");
        }
    }

    #[test]
    fn the_median_is_the_lower_of_two() {
        assert_eq!(median(vec![9.0, 1.0, 3.0, 2.0]), 2.0);
        assert_eq!(median(Vec::new()), 0.0);
    }
}
