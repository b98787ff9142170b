//! A group of changes in the making: each sees the state that all before it leave.

use foldhash::HashMap;

use super::StoreError;
use super::change::{Change, Commit, Condition, Primary};
use super::index::NumberedChange;
use super::key;
use super::trees::Trees;
use crate::customer::CustomerId;

/// The changes of a group in the making, over the state that they will change.
pub struct Group<'t> {
    trees: &'t Trees,
    first: u64,
    changes: Vec<NumberedChange>,
    /// Where in `changes` a row was changed last.
    latest: HashMap<(Primary, Vec<u8>), usize>,
}

impl<'t> Group<'t> {
    /// An empty group whose first change will have the number `first`.
    pub fn new(trees: &'t Trees, first: u64) -> Group<'t> {
        let (changes, latest) = (Vec::new(), HashMap::default());
        Group { trees, first, changes, latest }
    }

    /// Adds a change, reading what it replaces.
    pub fn push(&mut self, change: Change) -> Result<(), StoreError> {
        let old = self.current(change.tree, &change.key)?;
        self.add(change, old);
        Ok(())
    }

    /// Adds a change of which is known what it replaces.
    pub fn add(&mut self, change: Change, old: Option<Vec<u8>>) {
        let number = self.next_number();
        self.latest.insert((change.tree, change.key.clone()), self.changes.len());
        self.changes.push(NumberedChange { number, change, old });
    }

    /// The changes, in order.
    pub fn changes(&self) -> &[NumberedChange] {
        &self.changes
    }

    /// The changes, in order, without what they were read from.
    pub fn into_changes(self) -> Vec<NumberedChange> {
        self.changes
    }

    /// The customers that are changed.
    pub fn customers(&self) -> impl Iterator<Item = CustomerId> {
        let customers = self.changes.iter().map(|numbered| &numbered.change);
        let customers = customers.filter(|change| change.tree == Primary::Customer);
        customers.filter_map(|change| key::customer_id(&change.key).ok())
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The number that the next change gets.
    pub fn next_number(&self) -> u64 {
        self.first + self.changes.len() as u64
    }

    /// What each change of a commit replaces whose conditions hold; where several change one row, that
    /// is the one before.
    pub fn replaced_by(&self, commit: &Commit) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        // What stands where there is a condition need not be read again.
        let known = commit.conditions.iter();
        let mut latest: HashMap<(Primary, &[u8]), Option<&Vec<u8>>> = known
            .map(|known| ((known.tree, known.key.as_slice()), known.expected.as_ref()))
            .collect();
        let replaced = commit.changes.iter().map(|change| {
            match latest.insert((change.tree, &change.key), change.value.as_ref()) {
                Some(before) => Ok(before.cloned()),
                None => self.current(change.tree, &change.key),
            }
        });
        replaced.collect()
    }

    /// The value under a key once the group is written.
    fn current(&self, tree: Primary, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let latest = self.latest.get(&(tree, key.to_vec()));
        match latest.and_then(|&position| self.changes.get(position)) {
            Some(numbered) => Ok(numbered.change.value.clone()),
            None => Ok(self.trees.get(tree.tree(), key)?.map(|value| value.to_vec())),
        }
    }

    /// Whether a condition holds once the group is written.
    pub fn holds(&self, condition: &Condition) -> Result<bool, StoreError> {
        Ok(self.current(condition.tree, &condition.key)? == condition.expected)
    }
}
