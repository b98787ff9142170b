//! How far counts fall from what was expected of them, by how many days ahead it was expected.
//!
//! Measured, not derived: the forms are run over the history once more, and from every fifth day
//! the thirty days after it are compared with what would have been expected of them. So whatever
//! the forms do not know (levels that shift, trends that end) is in the intervals as far as this
//! history has shown it. What a short history cannot show is put in beforehand, as so many errors of
//! the size that theory has for them.

/// The last days of the spans that are told apart.
const SPANS: [usize; 4] = [1, 7, 15, 30];
/// How many days ahead a span is in the middle.
const MIDDLE: [f64; SPANS.len()] = [1.0, 4.0, 11.0, 22.0];
/// Days whose errors are put in beforehand for the next day, and for a later one.
const PRIOR_NEXT: f64 = 4.0;
const PRIOR_LATER: f64 = 60.0;
/// Beforehand the variance is that of Poisson's law and so much of the square of the mean.
const PRIOR_EXCESS: f64 = 0.15;
/// The variance, as a part of the square of the level, by which a trend unseen has moved it when
/// as many days have gone by as are known; and for how many times as many that is reckoned.
const UNSEEN_TREND: f64 = 0.2;
const UNSEEN_FOR: f64 = 2.0;
/// The variance of a count of which none is expected.
const LEAST_VARIANCE: f64 = 0.02;

/// How a history was expected, on the whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Known {
    /// The days.
    pub days: f64,
    /// The mean of their counts.
    pub mean: f64,
    /// What part of an error the level learns in the end, in 0..=1.
    pub gain: f64,
}

/// The errors of expectations, by the span of days ahead.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Errors([Sums; SPANS.len()]);

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    errors: f64,
    squares: f64,
    variances: f64,
}

impl Errors {
    /// Adds what was expected `ahead` days before of a day, and its count.
    pub fn add(&mut self, ahead: usize, expected: f64, count: f64) {
        if let Some(sums) = self.0.get_mut(span(ahead)) {
            sums.errors += 1.0;
            sums.squares += (count - expected).powi(2);
            sums.variances += expected + LEAST_VARIANCE;
        }
    }

    /// What they say about the days to come.
    pub fn spread(&self, known: Known) -> Spread {
        let prior = 1.0 + PRIOR_EXCESS * known.mean;
        let next = self.0[0].ratio(prior, PRIOR_NEXT);
        let (mut ratios, mut least) = ([next; SPANS.len()], next);
        for ((ratio, sums), middle) in ratios.iter_mut().zip(&self.0).zip(MIDDLE).skip(1) {
            // What is farther off is not known better.
            least = sums.ratio(known.later(next, middle), PRIOR_LATER).max(least);
            *ratio = least;
        }
        Spread { ratios, mean: known.mean }
    }
}

impl Sums {
    /// The variance as a multiple of Poisson's, `prior` being put in as many times as `weight` says.
    fn ratio(&self, prior: f64, weight: f64) -> f64 {
        let usual = if self.errors > 0.0 { self.variances / self.errors } else { 1.0 };
        (self.squares + prior * weight * usual) / (self.variances + weight * usual)
    }
}

impl Known {
    /// What theory has for a day `ahead`, if the next day's is `next`: the level moves by its gain
    /// from each error, is itself an estimate, and may have a trend that so few days do not show.
    fn later(&self, next: f64, ahead: f64) -> f64 {
        let days = self.days.max(1.0);
        let moves = next * ((ahead - 1.0) * self.gain.powi(2) + 1.0 / days);
        next + moves + UNSEEN_TREND * self.mean * (ahead / days).min(UNSEEN_FOR).powi(2)
    }
}

/// The variance of counts to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    /// As a multiple of Poisson's at the mean, by span.
    ratios: [f64; SPANS.len()],
    mean: f64,
}

impl Spread {
    /// The variance of a count that is `expected`, `ahead` days before. What is more than Poisson's
    /// grows with the square of the mean, as the negative binomial law has it.
    pub fn variance(&self, ahead: usize, expected: f64) -> f64 {
        let ratio = self.ratios.get(span(ahead)).copied().unwrap_or(1.0);
        if ratio <= 1.0 {
            return ratio * expected;
        }
        expected + (ratio - 1.0) * expected * expected / self.mean.max(LEAST_VARIANCE)
    }
}

fn span(ahead: usize) -> usize {
    SPANS.iter().position(|last| ahead <= *last).unwrap_or(SPANS.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known = Known { days: 365.0, mean: 10.0, gain: 0.05 };

    fn errors(next: f64, later: f64) -> Errors {
        let mut errors = Errors::default();
        for day in 0..300 {
            let side = if day % 2 == 0 { 1.0 } else { -1.0 };
            errors.add(1, 10.0, 10.0 + side * next);
            errors.add(20, 10.0, 10.0 + side * later);
        }
        errors
    }

    #[test]
    fn errors_of_chance_are_those_of_poisson() {
        let variance = errors(10_f64.sqrt(), 10_f64.sqrt()).spread(KNOWN).variance(1, 10.0);
        assert!((variance - 10.0).abs() < 0.5, "{variance}");
    }

    #[test]
    fn what_is_farther_off_is_not_known_better() {
        let spread = errors(6.0, 2.0).spread(KNOWN);
        assert!(spread.variance(20, 10.0) >= spread.variance(1, 10.0));
        let spread = errors(3.0, 9.0).spread(KNOWN);
        assert!(spread.variance(20, 10.0) > 4.0 * spread.variance(1, 10.0));
        assert!(spread.variance(500, 10.0) >= spread.variance(20, 10.0));
    }

    #[test]
    fn days_that_never_differ_have_next_to_no_variance() {
        assert!(errors(0.0, 0.0).spread(KNOWN).variance(1, 10.0) < 0.5);
    }

    #[test]
    fn few_days_are_not_trusted() {
        let few = Known { days: 5.0, ..KNOWN };
        let variance = Errors::default().spread(few).variance(25, 10.0);
        assert!(variance > 50.0, "{variance}");
    }
}
