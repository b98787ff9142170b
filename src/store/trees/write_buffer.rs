//! Rows that were written and that sled is still to take. Reads look here first, so they see a row from
//! the moment it is written on.
//!
//! Whoever reads several rows takes what waits here first and then sled's: a row that sled takes meanwhile
//! is in both, and one that is written meanwhile may be seen or not.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::{Bytes, Tree};

/// Rows to set or, without a value, to remove; by their trees and keys.
pub type TreeRows = BTreeMap<Tree, BTreeMap<Bytes, Option<Bytes>>>;

/// A row that waits, by its key; without a value where it is removed.
pub type Waiting = (Bytes, Option<Bytes>);

/// The rows that wait.
#[derive(Default)]
pub struct WriteBuffer {
    trees: BTreeMap<Tree, BTreeMap<Bytes, Row>>,
    /// The last batch.
    batch: u64,
}

struct Row {
    value: Option<Bytes>,
    /// The batch that wrote it last.
    batch: u64,
}

/// From the first key to the last, or the other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// From the first to the last.
    Forward,
    /// From the last to the first.
    Back,
}

impl Order {
    /// Whether the key `one` comes before `other`.
    pub fn is_before(self, one: &[u8], other: &[u8]) -> bool {
        match self {
            Order::Forward => one < other,
            Order::Back => one > other,
        }
    }
}

/// Which rows of a tree are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Span<'k> {
    /// From this key on.
    pub from: &'k [u8],
    /// Up to but without this one; without it, up to the last.
    pub to: Option<&'k [u8]>,
    /// Which of them come first.
    pub order: Order,
    /// How many of them at most.
    pub limit: usize,
}

/// From where to where.
type Bounds<'k> = (Bound<&'k [u8]>, Bound<&'k [u8]>);

impl<'k> Span<'k> {
    /// Its ends; `None` where nothing can be between them.
    pub fn bounds(&self) -> Option<Bounds<'k>> {
        let is_empty = self.to.is_some_and(|to| self.from >= to);
        let end = self.to.map_or(Bound::Unbounded, Bound::Excluded);
        (!is_empty).then_some((Bound::Included(self.from), end))
    }
}

impl WriteBuffer {
    /// Adds the rows of the batch with the number `batch`.
    pub fn add(&mut self, batch: u64, rows: TreeRows) {
        self.batch = batch;
        for (tree, rows) in rows {
            let rows = rows.into_iter().map(|(key, value)| (key, Row { value, batch }));
            self.trees.entry(tree).or_default().extend(rows);
        }
    }

    /// How many rows wait.
    pub fn rows(&self) -> usize {
        self.trees.values().map(BTreeMap::len).sum()
    }

    /// The row under `key`, where one waits.
    pub fn get(&self, tree: Tree, key: &[u8]) -> Option<Option<Bytes>> {
        self.trees.get(&tree)?.get(key).map(|row| row.value.clone())
    }

    /// The rows that wait in `span`: as many as it takes for as many of them to be there as are asked for.
    pub fn range(&self, tree: Tree, span: &Span<'_>) -> Vec<Waiting> {
        let (Some(rows), Some(bounds)) = (self.trees.get(&tree), span.bounds()) else {
            return Vec::new();
        };
        let rows = rows.range::<[u8], _>(bounds);
        match span.order {
            Order::Forward => first_of(rows, span.limit),
            Order::Back => first_of(rows.rev(), span.limit),
        }
    }

    /// The last batch.
    pub fn batch(&self) -> u64 {
        self.batch
    }

    /// Everything that waits, by trees.
    pub fn waiting(&self) -> impl Iterator<Item = (Tree, impl Iterator<Item = Waiting>)> {
        self.trees.iter().map(|(tree, rows)| (*tree, rows.iter().map(waiting)))
    }

    /// Forgets the rows that nothing has changed since the batch `batch`: sled has them.
    pub fn forget_until(&mut self, batch: u64) {
        self.trees.retain(|_, rows| {
            rows.retain(|_, row| row.batch > batch);
            !rows.is_empty()
        });
    }
}

fn first_of<'r>(rows: impl Iterator<Item = (&'r Bytes, &'r Row)>, limit: usize) -> Vec<Waiting> {
    let mut there = 0;
    let rows = rows.take_while(|(_, row)| {
        let is_wanted = there < limit;
        there += usize::from(row.value.is_some());
        is_wanted
    });
    rows.map(waiting).collect()
}

fn waiting((key, row): (&Bytes, &Row)) -> Waiting {
    (key.clone(), row.value.clone())
}

/// The rows of sled with those that wait laid over them; both in the same order.
pub fn laid_over<E>(
    waiting: Vec<Waiting>,
    rows: impl Iterator<Item = Result<(Bytes, Bytes), E>>,
    order: Order,
) -> impl Iterator<Item = Result<(Bytes, Bytes), E>> {
    let (mut waiting, mut rows) = (waiting.into_iter().peekable(), rows.peekable());
    std::iter::from_fn(move || {
        loop {
            let Some((key, _)) = waiting.peek() else { return rows.next() };
            match rows.peek() {
                Some(Err(_)) => return rows.next(),
                Some(Ok((other, _))) if order.is_before(other, key) => return rows.next(),
                Some(Ok((other, _))) if other == key => drop(rows.next()),
                _ => {}
            }
            if let Some((key, Some(value))) = waiting.next() {
                return Some(Ok((key, value)));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    type Model = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

    fn rows(rows: &Model) -> TreeRows {
        let bytes = |bytes: &Vec<u8>| Bytes::from(bytes.as_slice());
        let rows = rows.iter().map(|(key, value)| (bytes(key), value.as_ref().map(bytes)));
        [(Tree::Customer, rows.collect())].into()
    }

    fn keys() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(0..3_u8, 0..4)
    }

    fn models() -> impl Strategy<Value = Model> {
        prop::collection::btree_map(
            keys(),
            prop::option::of(prop::collection::vec(0..9_u8, 1)),
            0..12,
        )
    }

    fn apply(model: &Model, rows: &mut BTreeMap<Vec<u8>, Vec<u8>>) {
        for (key, value) in model {
            match value {
                Some(value) => rows.insert(key.clone(), value.clone()),
                None => rows.remove(key),
            };
        }
    }

    proptest! {
        #[test]
        fn what_waits_is_seen_as_if_sled_had_taken_it(
            below in models(),
            (first, second) in (models(), models()),
            (from, to) in (keys(), prop::option::of(keys())),
            order in prop_oneof![Just(Order::Forward), Just(Order::Back)],
            limit in 0..6_usize,
        ) {
            let mut sled = BTreeMap::new();
            apply(&below, &mut sled);
            let mut buffer = WriteBuffer::default();
            buffer.add(1, rows(&first));
            buffer.add(2, rows(&second));
            let mut expected = sled.clone();
            apply(&first, &mut expected);
            apply(&second, &mut expected);
            let is_within = |key: &&Vec<u8>| **key >= from && to.as_ref().is_none_or(|to| *key < to);
            let ordered = |rows: &BTreeMap<Vec<u8>, Vec<u8>>| {
                let rows = rows.iter().filter(|(key, _)| is_within(key));
                let mut rows: Vec<(Bytes, Bytes)> = rows
                    .map(|(key, value)| (key.as_slice().into(), value.as_slice().into()))
                    .collect();
                if order == Order::Back {
                    rows.reverse();
                }
                rows
            };
            let span = Span { from: &from, to: to.as_deref(), order, limit };
            let waiting = buffer.range(Tree::Customer, &span);
            let below = ordered(&sled).into_iter().map(Ok::<_, Infallible>);
            let found: Vec<_> = laid_over(waiting, below, order).take(limit).map(Result::unwrap).collect();
            let expected_rows: Vec<_> = ordered(&expected).into_iter().take(limit).collect();
            prop_assert_eq!(found, expected_rows);
            for (key, value) in &second {
                let value = value.as_deref().map(Bytes::from);
                prop_assert_eq!(buffer.get(Tree::Customer, key), Some(value));
            }
            // Sled takes the first batch: what the second wrote still waits, and nothing else.
            buffer.forget_until(1);
            prop_assert_eq!(buffer.rows(), second.len());
            buffer.forget_until(2);
            prop_assert_eq!(buffer.rows(), 0);
        }
    }
}
