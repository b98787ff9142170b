//! What one write does to the trees, gathered before any of it is done.

use super::runs::Rows;
use super::write_buffer::TreeRows;
use super::{Bytes, Tree};
use crate::store::digest::Digests;

/// Row changes over all trees, to be written in one step.
#[derive(Default)]
pub struct RowBatch {
    /// Those in sled.
    pub(super) in_sled: TreeRows,
    /// Those in the runs.
    pub(super) in_runs: Rows,
    /// What the changes add to the digests.
    pub(super) digests: Digests,
}

impl RowBatch {
    /// Sets or removes one row that was `old` so far; the last word on a key counts.
    pub fn set(&mut self, tree: Tree, key: Vec<u8>, old: Option<&[u8]>, new: Option<Bytes>) {
        if let Some(digest) = self.digests.of_mut(tree as usize) {
            old.inspect(|old| digest.remove(&key, old));
            new.as_ref().inspect(|new| digest.add(&key, new));
        }
        if tree.is_in_runs() {
            self.in_runs.insert(tree.own_key_in_runs(key), new);
            return;
        }
        let rows = self.in_sled.entry(tree).or_default();
        rows.insert(key.into(), new);
    }

    /// Sets what is known of the trees themselves.
    pub fn set_meta(&mut self, key: &[u8], value: Vec<u8>) {
        self.in_sled.entry(Tree::Meta).or_default().insert(key.into(), Some(value.into()));
    }
}
