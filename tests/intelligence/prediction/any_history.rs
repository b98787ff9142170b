//! Whatever the history is, what is predicted is a number that makes sense.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use smart_customer::intelligence::prediction::anomaly::anomalies;
use smart_customer::intelligence::prediction::growth::{Expected, growth};
use smart_customer::intelligence::prediction::retention::{Curve, Lifetimes};

/// Counts of all sizes, many of them small or none, and some beyond any company.
fn count() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => Just(0),
        6 => 0_u64..12,
        3 => 0_u64..400,
        1 => 0_u64..100_000,
        1 => any::<u64>(),
    ]
}

/// A history as it comes, or a few days over and over.
fn history() -> impl Strategy<Value = Vec<u64>> {
    let repeated = (vec(count(), 1..9), 1_usize..40).prop_map(|(days, times)| days.repeat(times));
    prop_oneof![vec(count(), 0..130), vec(0_u64..3, 0..130), repeated]
}

fn lifetimes() -> impl Strategy<Value = BTreeMap<u32, u64>> {
    btree_map(prop_oneof![0_u32..400, any::<u32>()], 0_u64..50, 0..30)
}

fn makes_sense(day: &Expected) -> bool {
    let Expected { expected, low, high } = *day;
    [expected, low, high].iter().all(|number| number.is_finite())
        && 0.0 <= low
        && low <= expected
        && expected <= high
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn growth_is_never_negative_nor_outside_its_interval(counts in history(), horizon in 0_usize..60) {
        let growth = growth(&counts, horizon);
        prop_assert_eq!((growth.fitted.len(), growth.forecast.len()), (counts.len(), horizon));
        for day in growth.fitted.iter().chain(&growth.forecast) {
            prop_assert!(makes_sense(day), "{:?}", day);
        }
    }

    #[test]
    fn no_more_is_expected_than_ever_was(counts in vec(0_u64..1_000, 0..100)) {
        let most = counts.iter().copied().max().unwrap_or(0) as f64;
        for day in growth(&counts, 30).forecast {
            prop_assert!(day.expected <= 3.0 * most + 1.0, "{:?}", day);
        }
    }

    #[test]
    fn a_day_that_stands_out_is_outside_its_range(counts in history()) {
        for one in anomalies(&counts) {
            prop_assert_eq!(one.observed, counts[one.day]);
            prop_assert!(0.0 <= one.low && one.low <= one.high && one.expected.is_finite(), "{:?}", one);
            let observed = one.observed as f64;
            prop_assert!(observed < one.low || observed > one.high, "{:?}", one);
        }
    }

    #[test]
    fn survival_falls_from_one_and_stays_a_share(gone in lifetimes(), here in lifetimes(), age in 0_u32..500) {
        let curve = Curve::of(&Lifetimes { gone, here });
        let mut before = 1.0;
        for days in (0..500).chain([u32::MAX - 1, u32::MAX]) {
            let Some(share) = curve.survival(days) else { continue };
            prop_assert!((0.0..=before).contains(&share), "{} after {}", share, before);
            before = share;
        }
        for days in [0, 90, u32::MAX] {
            let share = curve.still_here_after(age, days);
            prop_assert!(share.is_none_or(|share| (0.0..=1.0).contains(&share)), "{:?}", share);
        }
    }
}
