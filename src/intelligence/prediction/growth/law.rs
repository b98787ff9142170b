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
    let q = 1.0 - mean / variance.max(f64::MIN_POSITIVE);
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

/// The first and last of the shortest run that holds about [`SHARE`].
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
