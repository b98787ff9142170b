//! Whether what was read of a customer still holds, told without reading it again: each customer has a
//! stamp, which it shares with some others, and which is another one after each change.
//!
//! While a change is being made there is none. So whoever keeps what was read with the stamp from
//! before, and shows it only as long as the stamp is the same, never shows what is over once anybody
//! was shown what came after.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::customer::CustomerId;

/// How many stamps there are, in half a MiB: one for each value of the last two bytes of an id, which
/// are random. With fewer, changes would too often make others look changed.
const STAMPS: usize = 1 << 16;

/// The stamps of all customers. One thread changes customers at a time.
pub struct Freshness(Box<[AtomicU64]>);

/// The state of a customer, of which nothing is known but whether it is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u64);

/// Changes that are being made, until it is dropped.
pub struct Changing<'f> {
    freshness: &'f Freshness,
    places: Vec<usize>,
}

impl Default for Freshness {
    fn default() -> Freshness {
        Freshness((0..STAMPS).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Freshness {
    /// The stamp of a customer, there or not; none while it may be changing.
    pub fn stamp(&self, id: CustomerId) -> Option<Stamp> {
        // Odd while something is changing.
        let stamp = self.0.get(place(id))?.load(Ordering::Acquire);
        stamp.is_multiple_of(2).then_some(Stamp(stamp))
    }

    /// From now on these customers are being changed.
    pub fn change(&self, ids: impl Iterator<Item = CustomerId>) -> Changing<'_> {
        let mut places: Vec<usize> = ids.map(place).collect();
        places.sort_unstable();
        places.dedup();
        self.step(&places, 1);
        Changing { freshness: self, places }
    }

    /// All customers may be others now.
    pub fn renew(&self) {
        // What is changing still is.
        for stamp in &self.0 {
            stamp.fetch_add(2, Ordering::AcqRel);
        }
    }

    fn step(&self, places: &[usize], by: u64) {
        for stamp in places.iter().filter_map(|&place| self.0.get(place)) {
            stamp.fetch_add(by, Ordering::AcqRel);
        }
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        self.freshness.step(&self.places, 1);
    }
}

fn place(id: CustomerId) -> usize {
    let [.., high, low] = id.to_bytes();
    usize::from(u16::from_be_bytes([high, low]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> CustomerId {
        CustomerId::from_bytes([number; 16])
    }

    #[test]
    fn a_customer_has_no_stamp_while_it_changes_and_another_one_afterwards() {
        let freshness = Freshness::default();
        let before = [1, 2].map(|number| freshness.stamp(id(number)));
        let changing = freshness.change([id(1), id(1)].into_iter());
        assert_eq!([1, 2].map(|number| freshness.stamp(id(number))), [None, before[1]]);
        drop(changing);
        let after = freshness.stamp(id(1));
        assert!(after.is_some() && after != before[0]);
    }

    #[test]
    fn all_have_other_stamps_once_the_trees_are_others_and_what_changes_goes_on_to() {
        let freshness = Freshness::default();
        let before = freshness.stamp(id(1));
        let changing = freshness.change([id(2)].into_iter());
        freshness.renew();
        assert!(freshness.stamp(id(1)).is_some_and(|stamp| Some(stamp) != before));
        assert_eq!(freshness.stamp(id(2)), None);
        drop(changing);
        assert!(freshness.stamp(id(2)).is_some());
    }
}
