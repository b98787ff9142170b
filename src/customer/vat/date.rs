//! Whether a date of birth inside a personal number exists: a few countries' numbers hold one, and
//! a thirtieth of February is never issued.

/// Whether the day exists in the Gregorian calendar.
pub(super) fn exists(year: u32, month: u32, day: u32) -> bool {
    (1..=days_in(year, month)).contains(&day)
}

/// The days of a month; none for a month that does not exist.
fn days_in(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

#[cfg(test)]
mod tests {
    use super::exists;

    #[test]
    fn february_has_29_days_in_2000_and_28_in_1900() {
        assert!(exists(2000, 2, 29));
        assert!(!exists(1900, 2, 29));
        assert!(exists(1900, 2, 28));
    }

    #[test]
    fn day_and_month_zero_and_month_13_do_not_exist() {
        assert!(!exists(2000, 1, 0));
        assert!(!exists(2000, 0, 1));
        assert!(!exists(2000, 13, 1));
    }
}
