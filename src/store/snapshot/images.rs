//! What rows were like when a snapshot was begun that were changed since: with them a walk through
//! trees that go on changing sees every row as it was at one moment.
//!
//! The writer notes the value that a row had before its first change since, and does so before the
//! trees show the change. So whoever reads a row first and looks here then finds either nothing, and
//! has read the row as it was, or what it was like.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::store::index::NumberedChange;
use crate::store::trees::{Bytes, Tree};

/// Rows by tree and key, with the values they had; `None` where there was no row.
type Rows = BTreeMap<(Tree, Vec<u8>), Option<Vec<u8>>>;

/// The rows that were changed since a snapshot was begun; nothing while none is taken. Clones share
/// it.
#[derive(Clone, Default)]
pub struct Images(Arc<Mutex<Option<Rows>>>);

impl Images {
    fn rows(&self) -> MutexGuard<'_, Option<Rows>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on what rows were like is kept.
    pub fn begin(&self) {
        *self.rows() = Some(Rows::new());
    }

    /// From now on it is not.
    pub fn end(&self) {
        *self.rows() = None;
    }

    /// Notes what the rows of a group are like before it is applied.
    pub fn note(&self, group: &[NumberedChange]) {
        if let Some(rows) = &mut *self.rows() {
            for NumberedChange { change, old, .. } in group {
                let row = (change.tree.tree(), change.key.clone());
                rows.entry(row).or_insert_with(|| old.clone());
            }
        }
    }

    /// The rows of `page`, which were read behind the key `after` and up to the end of the tree or,
    /// where there are more, up to the last of the page, as they were when the snapshot was begun.
    pub fn restore(
        &self,
        tree: Tree,
        after: Option<&[u8]>,
        page: Vec<(Bytes, Bytes)>,
        has_more: bool,
    ) -> Vec<(Vec<u8>, Vec<u8>)> {
        let from = match after {
            Some(after) => Bound::Excluded((tree, after.to_vec())),
            None => Bound::Included((tree, Vec::new())),
        };
        let last = page.last().map(|(key, _)| key.to_vec());
        let mut rows: BTreeMap<Vec<u8>, Vec<u8>> =
            page.into_iter().map(|(key, value)| (key.to_vec(), value.to_vec())).collect();
        let images = self.rows();
        let changed = images.iter().flat_map(|rows| rows.range((from.clone(), Bound::Unbounded)));
        let is_in_page = |key: &Vec<u8>| !has_more || last.as_ref().is_some_and(|last| key <= last);
        for ((_, key), old) in
            changed.take_while(|((of, key), _)| *of == tree && is_in_page(key))
        {
            match old {
                Some(old) => rows.insert(key.clone(), old.clone()),
                None => rows.remove(key),
            };
        }
        rows.into_iter().collect()
    }
}
