//! How far counts fall from what is expected of them.
//!
//! Of the next day that is measured: the squares of the errors along the history, as a multiple of
//! what Poisson's law has. Of later days theory says how much is added, as the level wanders with its
//! gain, is an estimate itself and may have a trend that so few days do not show. In back-tests
//! intervals by this covered as many days, in every kind of series, as those by errors measured
//! over thirty days, which cost a second run and say little of a short history.

/// Days whose errors are put in beforehand, with the variance that new companies have: that of
/// Poisson's law and so much of the square of the mean.
const PRIOR_DAYS: f64 = 4.0;
const PRIOR_EXCESS: f64 = 0.15;
/// The variance, as a part of the square of the level, by which a trend unseen has moved it when
/// as many days have gone by as are known; and for how many times as many that is reckoned.
const UNSEEN_TREND: f64 = 0.2;
const UNSEEN_FOR: f64 = 2.0;
/// The variance of a count of which none is expected.
const LEAST_VARIANCE: f64 = 0.02;

/// The errors of what was expected of each next day.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Errors {
    days: f64,
    squares: f64,
    variances: f64,
}

impl Errors {
    /// Adds what was expected of a day, and its count.
    pub fn add(&mut self, expected: f64, count: f64) {
        self.days += 1.0;
        self.squares += (count - expected).powi(2);
        self.variances += expected + LEAST_VARIANCE;
    }

    /// The variance of a day's count, as a multiple of Poisson's; the mean of all days is `mean`.
    fn ratio(&self, mean: f64) -> f64 {
        let usual = if self.days > 0.0 { self.variances / self.days } else { 1.0 };
        let prior = PRIOR_DAYS * usual;
        (self.squares + prior * (1.0 + PRIOR_EXCESS * mean)) / (self.variances + prior)
    }
}

/// The variance of counts to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    /// The next day's, as a multiple of Poisson's at the mean.
    next: f64,
    mean: f64,
    days: f64,
    gain: f64,
}

impl Spread {
    /// By the errors along so many days of a mean, of which a level learns with a gain.
    pub fn of(errors: &Errors, mean: f64, days: usize, gain: f64) -> Spread {
        Spread { next: errors.ratio(mean), mean, days: days.max(1) as f64, gain }
    }

    /// The variance of a count that is `expected`, `ahead` days before. What is more than Poisson's
    /// grows with the square of the mean, as the negative binomial law has it.
    pub fn variance(&self, ahead: usize, expected: f64) -> f64 {
        let ratio = if ahead <= 1 { self.next } else { self.later(ahead as f64) };
        if ratio <= 1.0 {
            return ratio * expected;
        }
        expected + (ratio - 1.0) * expected * expected / self.mean.max(LEAST_VARIANCE)
    }

    fn later(&self, ahead: f64) -> f64 {
        let level = (ahead - 1.0) * self.gain.powi(2) + 1.0 / self.days;
        let trend = (ahead / self.days).min(UNSEEN_FOR).powi(2);
        self.next * (1.0 + level) + UNSEEN_TREND * self.mean * trend
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(off: f64) -> Errors {
        let mut errors = Errors::default();
        for day in 0..300 {
            errors.add(10.0, if day % 2 == 0 { 10.0 + off } else { 10.0 - off });
        }
        errors
    }

    #[test]
    fn errors_of_chance_are_those_of_poisson() {
        let variance = Spread::of(&errors(10_f64.sqrt()), 10.0, 300, 0.1).variance(1, 10.0);
        assert!((variance - 10.0).abs() < 0.5, "{variance}");
    }

    #[test]
    fn more_than_chance_grows_with_the_square_of_the_mean() {
        let spread = Spread::of(&errors(40_f64.sqrt()), 10.0, 300, 0.1);
        let [at_mean, above] = [10.0, 20.0].map(|mean| spread.variance(1, mean) - mean);
        assert!((at_mean - 30.0).abs() < 1.0 && (above - 4.0 * at_mean).abs() < 1e-9, "{at_mean}");
    }

    #[test]
    fn the_farther_off_the_less_is_known_and_a_level_that_moves_tells_least() {
        let [still, moving] = [0.0, 0.4].map(|gain| Spread::of(&errors(3.0), 10.0, 300, gain));
        let variances: Vec<f64> = (1..60).map(|ahead| moving.variance(ahead, 10.0)).collect();
        assert!(variances.is_sorted(), "{variances:?}");
        assert!(moving.variance(30, 10.0) > 3.0 * still.variance(30, 10.0));
    }

    #[test]
    fn days_that_never_differ_have_next_to_no_variance() {
        assert!(Spread::of(&errors(0.0), 10.0, 300, 0.0).variance(1, 10.0) < 0.5);
    }

    #[test]
    fn few_days_are_not_trusted() {
        let variance = Spread::of(&Errors::default(), 10.0, 5, 0.0).variance(25, 10.0);
        assert!(variance > 50.0, "{variance}");
    }
}
