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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_closed_on_sundays_has_a_season_at_once() {
        let weeks = [5.0, 6.0, 5.0, 5.0, 7.0, 6.0, 0.0].repeat(3);
        assert!(noise_weeks(&weeks) < 0.3, "{}", noise_weeks(&weeks));
    }

    #[test]
    fn chance_is_not_taken_for_a_season() {
        // Digits of pi.
        let digits = "31415926535897932384626433832795028841971693993751";
        let counts: Vec<f64> = digits.bytes().map(|digit| f64::from(digit - b'0')).collect();
        assert!(noise_weeks(&counts) > 100.0, "{}", noise_weeks(&counts));
    }

    #[test]
    fn no_days_and_equal_days_have_an_answer() {
        for counts in [vec![], vec![3.0], vec![0.0; 40], vec![5.0; 40]] {
            assert!(noise_weeks(&counts).is_finite(), "{counts:?}");
        }
    }
}
