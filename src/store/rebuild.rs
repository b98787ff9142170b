//! The trees made anew from the rows of a snapshot: what is kept is taken over, and everything that
//! is derived is derived again, by the same functions as when it was written.

use std::collections::HashMap;
use std::io::{self, Read};

use jiff::Timestamp;

use super::clusters::Clusters;
use super::counts::Counts;
use super::snapshot::{Row, SnapshotReader};
use super::trees::{RowBatch, Tree, Trees};
use super::vocabulary::Vocabulary;
use super::{StoreError, index, key, record};
use crate::customer::{CustomerId, EventKind};

/// Rows that are written in one step.
const STEP: usize = 512;

/// Why a snapshot could not be taken over.
#[derive(Debug)]
pub enum LoadError {
    /// It cannot be read, or is not whole.
    Snapshot(io::Error),
    /// The trees take nothing.
    Store(StoreError),
}

/// Fills empty trees from a snapshot, and notes at the very end how far they go: trees that say
/// nothing of it are not whole. Calls `progress` now and then with the rows taken over so far.
///
/// # Errors
/// [`LoadError`]; then the trees are not to be used.
pub fn load(
    trees: &Trees,
    mut snapshot: SnapshotReader<impl Read>,
    mut progress: impl FnMut(u64),
) -> Result<(), LoadError> {
    let mut loader = Loader { trees, lives: Lives::default(), last_id: None };
    let mut rows = 0;
    while let Some(block) = snapshot.next_block().map_err(LoadError::Snapshot)? {
        for step in block.chunks(STEP) {
            loader.take(step).map_err(LoadError::Store)?;
            rows += step.len() as u64;
            progress(rows);
        }
    }
    loader.finish(snapshot.header().last).map_err(LoadError::Store)
}

struct Loader<'t> {
    trees: &'t Trees,
    lives: Lives,
    /// The highest id that is named anywhere.
    last_id: Option<CustomerId>,
}

/// Since when the customers of one company are there, as its events are read in order.
#[derive(Default)]
struct Lives {
    namespace: Vec<u8>,
    since: HashMap<CustomerId, Timestamp>,
}

impl Loader<'_> {
    fn take(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        let mut batch = RowBatch::default();
        let mut counts = Counts::default();
        let mut vocabulary = Vocabulary::default();
        let mut clusters = Clusters::over(self.trees);
        for Row { tree, key, value } in rows {
            batch.set(*tree, key.clone(), None, Some(value.as_slice().into()));
            match tree {
                Tree::Customer => {
                    let (namespace, id) = key::split_id(key)?;
                    let customer = record::decode_customer(id, value)?;
                    for (tree, key, value) in index::index_rows(namespace, &customer) {
                        vocabulary.note(tree, &key, true)?;
                        batch.set(tree, key, None, Some(value));
                    }
                    counts.count_customer(namespace, None, Some(&customer));
                    let change = clusters.change(namespace, id, None, Some(&customer))?;
                    counts.count_clusters(namespace, change);
                    self.last_id = self.last_id.max(Some(id));
                }
                Tree::Event => self.take_event(key, value, &mut counts)?,
                _ => {}
            }
        }
        counts.write(self.trees, &mut batch)?;
        vocabulary.write(self.trees, &mut batch)?;
        self.trees.write(batch)
    }

    fn take_event(
        &mut self,
        key: &[u8],
        value: &[u8],
        counts: &mut Counts,
    ) -> Result<(), StoreError> {
        let event = record::decode_event(value)?;
        let namespace = key.get(..key.len().saturating_sub(8)).unwrap_or_default();
        if self.lives.namespace != namespace {
            self.lives = Lives { namespace: namespace.to_vec(), since: HashMap::new() };
        }
        let since = &mut self.lives.since;
        let created_at = match event.kind {
            EventKind::Created => since.insert(event.customer, event.at),
            EventKind::Updated => None,
            EventKind::Deleted => since.remove(&event.customer),
        };
        counts.count_event(namespace, &event, created_at.unwrap_or(event.at));
        // A company all of whose customers are gone has its total, too: it is nothing.
        counts.count_customer(namespace, None, None);
        self.last_id = self.last_id.max(Some(event.customer));
        Ok(())
    }

    fn finish(self, last: u64) -> Result<(), StoreError> {
        let mut batch = RowBatch::default();
        if let Some(id) = self.last_id {
            batch.set_meta(key::META_LAST_ID, id.to_bytes().to_vec());
        }
        batch.set_meta(key::META_APPLIED, last.to_be_bytes().to_vec());
        self.trees.write(batch)
    }
}
