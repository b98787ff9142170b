//! Rows that were written and are in no run yet, by their keys in the runs. Reads look here first, so they
//! see a row from the moment it is written on.
//!
//! They are in parts: one that is written to, and those that have grown so much that they are to become
//! runs. A part stays until its run can be read: whoever looks here first and into the runs then misses
//! nothing.
//!
//! The parts are B-trees: in the skip list that the crate lsm-tree brings, a row took more than three times
//! the instructions, and nearly all of them to find its place.

use std::collections::btree_map::Range;
use std::iter::Peekable;
use std::ops::Bound;
use std::sync::Arc;

use super::Bytes;
use super::runs::Rows;
use super::write_buffer::{Order, Waiting};

/// Bytes that a row takes beside its key and value, about.
const OVERHEAD: usize = 64;

/// All parts.
#[derive(Default)]
pub struct Memory {
    /// What is written to.
    open: Part,
    /// What is to become runs, the oldest first.
    sealed: Vec<Arc<Part>>,
}

/// Rows of batches that follow each other.
#[derive(Default)]
pub struct Part {
    /// The rows, as the last of the batches left them.
    pub rows: Rows,
    /// The last batch.
    pub last: u64,
    bytes: usize,
}

impl Memory {
    /// Adds the rows of the batch with the number `batch`.
    pub fn add(&mut self, batch: u64, rows: Rows) {
        let part = &mut self.open;
        part.last = batch;
        for (key, value) in rows {
            part.bytes += OVERHEAD + key.len() + value.as_ref().map_or(0, |value| value.len());
            part.rows.insert(key, value);
        }
    }

    /// Bytes that what is written to takes, about.
    pub fn bytes(&self) -> usize {
        self.open.bytes
    }

    /// Writes go to another part from now on, where there were any.
    pub fn seal(&mut self) {
        if self.open.last > 0 {
            self.sealed.push(Arc::new(std::mem::take(&mut self.open)));
        }
    }

    /// The oldest part that is to become a run.
    pub fn oldest(&self) -> Option<Arc<Part>> {
        self.sealed.first().cloned()
    }

    /// Forgets the oldest part, which is a run now. To give its memory back takes some milliseconds:
    /// whoever has the last one should let go of it where nobody waits.
    pub fn forget_oldest(&mut self) {
        drop(self.sealed.drain(..self.sealed.len().min(1)));
    }

    /// The parts, the newest first.
    fn parts(&self) -> impl Iterator<Item = &Rows> {
        let sealed = self.sealed.iter().rev().map(|part| &part.rows);
        std::iter::once(&self.open.rows).chain(sealed)
    }

    /// The row under `key`, where it was written.
    pub fn get(&self, key: &[u8]) -> Option<Option<Bytes>> {
        self.parts().find_map(|rows| rows.get(key).cloned())
    }

    /// The first rows from the key `from` on, up to but without the key `to`, without the number of their
    /// tree: `most` of them at most, those that are removed among them.
    pub fn range(&self, from: &[u8], to: &[u8], order: Order, most: usize) -> Vec<Waiting> {
        let bounds = (Bound::Included(from), Bound::Excluded(to));
        let ranges = self.parts().map(|rows| rows.range::<[u8], _>(bounds));
        let ranges: Vec<Range<'_, _, _>> =
            ranges.filter(|rows| rows.clone().next().is_some()).collect();
        match order {
            Order::Forward => first_of(ranges.into_iter().map(Iterator::peekable), order, most),
            Order::Back => {
                let back = ranges.into_iter().map(|rows| rows.rev().peekable());
                first_of(back, order, most)
            }
        }
    }
}

/// The first rows of several parts together; of those with the same key, the one of the first part.
fn first_of<'r, R: Iterator<Item = (&'r Vec<u8>, &'r Option<Bytes>)>>(
    parts: impl Iterator<Item = Peekable<R>>,
    order: Order,
    most: usize,
) -> Vec<Waiting> {
    let (mut parts, mut found) = (parts.collect::<Vec<_>>(), Vec::new());
    while found.len() < most {
        let keys = parts.iter_mut().filter_map(|rows| Some(rows.peek()?.0));
        let first = keys.reduce(|one, other| if order.is_before(other, one) { other } else { one });
        let Some(first) = first else { break };
        let rows = parts.iter_mut().filter_map(|rows| rows.next_if(|(key, _)| *key == first));
        if let Some((key, value)) = rows.reduce(|newest, _| newest) {
            found.push((key.get(1..).unwrap_or_default().into(), value.clone()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Keys behind the number of a tree.
    fn keys() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(0..3_u8, 0..3).prop_map(|key| [&[7], key.as_slice()].concat())
    }

    fn batches() -> impl Strategy<Value = Rows> {
        let values = prop::option::of((0..9_u8).prop_map(|byte| Bytes::from(&[byte])));
        prop::collection::btree_map(keys(), values, 0..12)
    }

    proptest! {
        #[test]
        fn the_last_word_on_each_row_is_seen_whichever_part_it_is_in(
            parts in prop::collection::vec(batches(), 1..4),
            (from, to) in (keys(), keys()),
            order in prop_oneof![Just(Order::Forward), Just(Order::Back)],
            most in 0..6_usize,
        ) {
            prop_assume!(from < to);
            let (mut memory, mut all) = (Memory::default(), Rows::new());
            for (batch, rows) in (1..).zip(&parts) {
                if batch > 1 {
                    memory.seal();
                }
                memory.add(batch, rows.clone());
                all.extend(rows.clone());
            }
            let mut expected: Vec<Waiting> = all
                .range(from.clone()..to.clone())
                .map(|(key, value)| (key[1..].into(), value.clone()))
                .collect();
            if order == Order::Back {
                expected.reverse();
            }
            expected.truncate(most);
            prop_assert_eq!(memory.range(&from, &to, order, most), expected);
            for (key, value) in &all {
                prop_assert_eq!(memory.get(key), Some(value.clone()));
            }
        }
    }

    #[test]
    fn a_part_is_seen_until_it_is_forgotten() {
        let row = |value: u8| BTreeMap::from([(vec![7, value], Some(Bytes::from(&[value])))]);
        let mut memory = Memory::default();
        memory.add(1, row(1));
        assert!(memory.bytes() > 0 && memory.oldest().is_none());
        memory.seal();
        memory.add(2, row(2));
        memory.seal();
        assert_eq!((memory.bytes(), memory.oldest().map(|part| part.last)), (0, Some(1)));
        assert_eq!(memory.range(&[7], &[8], Order::Forward, 9).len(), 2);
        memory.forget_oldest();
        assert_eq!(
            (memory.get(&[7, 1]), memory.get(&[7, 2])),
            (None, Some(Some(Bytes::from(&[2]))))
        );
        assert_eq!(memory.oldest().map(|part| part.last), Some(2));
    }
}
