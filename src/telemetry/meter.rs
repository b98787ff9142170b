//! What is counted while it happens. To count costs an atomic addition or two: places are fixed
//! beforehand, nothing is looked up, nobody waits for anybody.

use std::array;
use std::sync::atomic::{AtomicU64, Ordering};

/// The version of the program, with the commit that it was made from where that is known.
pub const VERSION: &str = env!("SMART_CUSTOMER_VERSION");

/// The commit that the program was made from; empty where it is not known.
pub const COMMIT: &str = env!("SMART_CUSTOMER_COMMIT");

/// Counts of `N` kinds of things.
#[derive(Debug)]
pub struct Counters<const N: usize>([AtomicU64; N]);

impl<const N: usize> Default for Counters<N> {
    fn default() -> Counters<N> {
        Counters(array::from_fn(|_| AtomicU64::new(0)))
    }
}

impl<const N: usize> Counters<N> {
    /// One more of the kind at `place`; there is none at `N` and behind.
    pub fn add(&self, place: usize) {
        if let Some(counter) = self.0.get(place) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many of each there were.
    pub fn read(&self) -> [u64; N] {
        array::from_fn(|place| self.0[place].load(Ordering::Relaxed))
    }
}

/// How values are spread: how many lie within each of `N` bounds.
#[derive(Debug)]
pub struct Histogram<const N: usize> {
    bounds: &'static [u64; N],
    within: Counters<N>,
    above: Counters<1>,
    sum: AtomicU64,
}

/// What a histogram has seen.
#[derive(Debug, PartialEq, Eq)]
pub struct Spread {
    /// Each bound, and how many values lie within it and above the one before it.
    pub within: Vec<(u64, u64)>,
    /// How many values lie above all bounds.
    pub above: u64,
    /// The sum of all values.
    pub sum: u64,
}

impl<const N: usize> Histogram<N> {
    /// One with these bounds, each above the one before it.
    pub fn new(bounds: &'static [u64; N]) -> Histogram<N> {
        let (within, above) = (Counters::default(), Counters::default());
        Histogram { bounds, within, above, sum: AtomicU64::new(0) }
    }

    /// Takes in a value.
    pub fn observe(&self, value: u64) {
        match self.bounds.iter().position(|&bound| value <= bound) {
            Some(place) => self.within.add(place),
            None => self.above.add(0),
        }
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// What it has seen so far.
    pub fn read(&self) -> Spread {
        let within = self.bounds.iter().copied().zip(self.within.read()).collect();
        let [above] = self.above.read();
        Spread { within, above, sum: self.sum.load(Ordering::Relaxed) }
    }
}

impl Spread {
    /// How many values there were.
    pub fn count(&self) -> u64 {
        self.within.iter().map(|(_, count)| count).sum::<u64>() + self.above
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_lies_within_the_first_bound_that_it_does_not_exceed() {
        let histogram = Histogram::new(&[1, 10]);
        for value in [0, 1, 2, 10, 11, 500] {
            histogram.observe(value);
        }
        let spread = histogram.read();
        assert_eq!((spread.count(), spread.sum), (6, 524));
        assert_eq!((spread.within, spread.above), (vec![(1, 2), (10, 2)], 2));
    }

    #[test]
    fn what_has_no_place_is_not_counted() {
        let counters = Counters::<2>::default();
        (0..4).for_each(|place| counters.add(place));
        counters.add(1);
        assert_eq!(counters.read(), [1, 2]);
    }
}
