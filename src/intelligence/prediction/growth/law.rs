//! The law of a day's count, given its mean and variance, and the days in the middle of it.
//!
//! Counts more scattered than Poisson's are negative binomial. The interval is the shortest with
//! about 80 % of the law, not the one between two quantiles: where most days bring none, the tenth
//! part that a quantile leaves above is more than there is, and the interval would hold everything.

/// The share of the days that an interval is to hold.
const SHARE: f64 = 0.8;
/// Where whole counts hold either more or less, the nearer is taken, but no less than this.
const LEAST_SHARE: f64 = 0.72;
/// Above this mean the law is as good as continuous.
const CONTINUOUS: f64 = 60.0;
/// The tenth and ninetieth percentile of the normal law, in deviations.
const DECILE: f64 = 1.281_551_565_544_6;
/// No interval is looked for beyond so many counts.
const MOST: usize = 1_000;

/// The least and the greatest count of the interval.
pub(super) fn interval(mean: f64, variance: f64) -> (f64, f64) {
    if mean <= 0.0 {
        return (0.0, 0.0);
    }
    if mean > CONTINUOUS {
        return continuous(mean, variance);
    }
    let (first, shares) =
        if variance >= mean { (0, scattered(mean, variance)) } else { regular(mean, variance) };
    let (low, high) = shortest(&shares);
    ((first + low) as f64, (first + high) as f64)
}

/// The deciles of the gamma law, by Wilson and Hilferty's cube root.
fn continuous(mean: f64, variance: f64) -> (f64, f64) {
    let ninth = variance / (mean * mean) / 9.0;
    let decile =
        |deviations: f64| mean * (1.0 - ninth + deviations * ninth.sqrt()).max(0.0).powi(3);
    (decile(-DECILE).round(), decile(DECILE).round())
}

/// The negative binomial law (Poisson's where the variance is the mean), from 0.
fn scattered(mean: f64, variance: f64) -> Vec<f64> {
    // With q = 1 - mean/variance: p(k+1) = p(k) (mean (1-q) + k q) / (k + 1).
    let q = 1.0 - mean / variance;
    let none = if q < 1e-9 { -mean } else { mean * (1.0 - q) / q * (1.0 - q).ln() };
    let mut share = none.exp();
    let mut held = share;
    let mut shares = vec![share];
    while held < 0.99 && shares.len() < MOST {
        let count = shares.len() as f64;
        share *= (mean * (1.0 - q) + (count - 1.0) * q) / count;
        held += share;
        shares.push(share);
    }
    shares
}

/// Counts less scattered than Poisson's: the normal law over whole counts, with its first count.
fn regular(mean: f64, variance: f64) -> (usize, Vec<f64>) {
    let deviation = variance.max(1e-6).sqrt();
    let first = (mean - 4.0 * deviation).max(0.0).round();
    let last = (mean + 4.0 * deviation).round();
    let below =
        |count: f64| if count < 0.0 { 0.0 } else { normal((count + 0.5 - mean) / deviation) };
    let counts = (0..=(last - first) as usize).map(|step| first + step as f64);
    (first as usize, counts.map(|count| below(count) - below(count - 1.0)).collect())
}

/// The normal distribution function, by the logistic one, within 0.0002 (Bowling and others, 2009).
fn normal(deviations: f64) -> f64 {
    1.0 / (1.0 + (-0.07056 * deviations.powi(3) - 1.5976 * deviations).exp())
}

/// The first and last of the shortest run that holds about `SHARE`.
fn shortest(shares: &[f64]) -> (usize, usize) {
    let mode = (0..shares.len()).max_by(|one, other| shares[*one].total_cmp(&shares[*other]));
    let (mut low, mut high) = (mode.unwrap_or(0), mode.unwrap_or(0));
    let at = |place: usize| shares.get(place).copied().unwrap_or(0.0);
    let mut held = at(low);
    while held < SHARE {
        let below = if low > 0 { at(low - 1) } else { 0.0 };
        let above = at(high + 1);
        let next = held + below.max(above);
        let is_nearer = next - SHARE > SHARE - held;
        if below.max(above) <= 0.0 || (is_nearer && held >= LEAST_SHARE) {
            break;
        }
        if below > above {
            low -= 1
        } else {
            high += 1
        }
        held = next;
    }
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_most_days_bring_none_the_interval_is_none() {
        assert_eq!(interval(0.2, 0.2), (0.0, 0.0));
        assert_eq!(interval(0.5, 0.5), (0.0, 1.0));
        assert_eq!(interval(0.0, 0.0), (0.0, 0.0));
    }

    #[test]
    fn about_four_days_in_five_are_in_the_interval() {
        for (mean, variance) in [(2.0, 2.0), (7.5, 7.5), (7.5, 30.0), (20.0, 20.0), (50.0, 900.0)] {
            let (low, high) = interval(mean, variance);
            let shares = scattered(mean, variance);
            let held: f64 = shares[low as usize..=high as usize].iter().sum();
            assert!(
                (LEAST_SHARE..0.9).contains(&held),
                "{mean} {variance}: {low} to {high} {held}"
            );
        }
    }

    #[test]
    fn the_law_has_the_mean_and_the_variance_it_was_given() {
        for (mean, variance) in [(3.0, 3.0), (3.0, 12.0), (40.0, 60.0)] {
            let shares = scattered(mean, variance);
            let all: f64 = shares.iter().sum();
            let of = |(count, share): (usize, &f64)| count as f64 * share;
            let found: f64 = shares.iter().enumerate().map(of).sum();
            assert!(all > 0.989 && all < 1.001, "{all}");
            assert!((found / mean - 1.0).abs() < 0.06, "{found} for {mean}");
        }
    }

    #[test]
    fn a_count_that_never_differs_is_told_exactly() {
        assert_eq!(interval(5.0, 0.001), (5.0, 5.0));
        assert_eq!(interval(5.0, 1.0), (4.0, 6.0));
    }

    #[test]
    fn many_are_told_as_few_are() {
        for spread in [1.0, 4.0] {
            let (low, high) = interval(CONTINUOUS, CONTINUOUS * spread);
            let (low_above, high_above) = continuous(CONTINUOUS, CONTINUOUS * spread);
            assert!((low - low_above).abs() <= 3.0 * spread, "{low} {low_above}");
            assert!((high - high_above).abs() <= 3.0 * spread, "{high} {high_above}");
        }
    }
}
