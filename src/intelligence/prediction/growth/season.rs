//! How much of a difference between the days of the week is noise.

use super::super::WEEK;

/// The variance of a day around what is usual on its day of the week, over the variance of what is
/// usual: so many weeks must show a season until it is believed by half.
pub(super) fn noise_weeks(counts: &[f64]) -> f64 {
    let ratios = ratios(counts);
    let weeks = (counts.len() as f64 / WEEK as f64).max(1.0);
    let (mut between, mut within) = (0.0, 0.0);
    for weekday in 0..WEEK {
        let own: Vec<f64> = ratios.iter().skip(weekday).step_by(WEEK).copied().collect();
        let number = own.len().max(1) as f64;
        let mean = own.iter().sum::<f64>() / number;
        between += mean * mean / WEEK as f64;
        within += own.iter().map(|ratio| (ratio - mean).powi(2)).sum::<f64>();
    }
    let within = within / (ratios.len() as f64 - WEEK as f64).max(1.0);
    // What differs by chance alone is taken off; a season is never quite ruled out.
    let season = (between - within / weeks).max(within / 1_000.0).max(1e-9);
    within / season
}

/// By what part of the week around it each day is above or below that.
fn ratios(counts: &[f64]) -> Vec<f64> {
    let overall = counts.iter().sum::<f64>() / counts.len().max(1) as f64;
    let of = |(day, count): (usize, &f64)| {
        let first = day.saturating_sub(WEEK / 2).min(counts.len().saturating_sub(WEEK));
        let week = counts.get(first..counts.len().min(first + WEEK)).unwrap_or_default();
        let level = week.iter().sum::<f64>() / week.len().max(1) as f64;
        (count - level) / (level + 0.3 * overall + 0.1)
    };
    counts.iter().enumerate().map(of).collect()
}
