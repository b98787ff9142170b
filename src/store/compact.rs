//! A data directory made small: sled never gives room back, and the journal keeps what was deleted
//! until a snapshot takes its place.
//!
//! A snapshot is taken, the trees are copied row by row in the order of their keys, which leaves sled
//! the least to write twice, the copy is put in the place of the old ones, and only then does the
//! journal before the snapshot go. Whenever it is stopped, the next start finds either trees or a
//! snapshot that everything can be had from.

use std::io;
use std::path::Path;

use super::data_dir::require_store;
use super::journal::AppendError;
use super::opening::{self, Opened};
use super::remake::{REBUILD, put_in_place, take_snapshot};
use super::size::bytes_in;
use super::trees::{self, RowBatch, Tree, Trees};
use super::{OpenError, Store, StoreError, StoreOptions, key, restore};

/// Rows that are copied in one step.
const PAGE: usize = 4096;

/// How many bytes the parts of a data directory take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The journal.
    pub journal: u64,
    /// The snapshots.
    pub snapshots: u64,
    /// The trees.
    pub trees: u64,
    /// What was set aside as damaged.
    pub aside: u64,
}

impl Sizes {
    /// Each part by its name, and at last all together.
    pub fn parts(&self) -> [(&'static str, u64); 5] {
        let Sizes { journal, snapshots, trees, aside } = *self;
        [
            ("journal", journal),
            ("snapshots", snapshots),
            ("queryable state", trees),
            ("set aside as damaged", aside),
            ("all", journal + snapshots + trees + aside),
        ]
    }

    /// Those of the data directory `dir`.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of(dir: &Path) -> io::Result<Sizes> {
        let mut sizes = Sizes::default();
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            let name = entry.file_name();
            let part = match name.to_string_lossy().as_ref() {
                "journal" => &mut sizes.journal,
                "snapshot" => &mut sizes.snapshots,
                "sled" => &mut sizes.trees,
                name if is_aside(name) => &mut sizes.aside,
                _ => continue,
            };
            *part += bytes_in(&entry.path())?;
        }
        Ok(sizes)
    }
}

/// Whether something of that name in a data directory was set aside as damaged.
pub(super) fn is_aside(name: &str) -> bool {
    name.starts_with("sled.damaged-") || name.starts_with("journal.damaged-")
}

/// What a directory took before, and takes now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// Before.
    pub before: Sizes,
    /// Afterwards.
    pub after: Sizes,
}

/// Makes the data directory of `options` small, which no process may be using. Calls `progress` now
/// and then with the rows that were taken over.
///
/// # Errors
/// There is no store in it, another process uses it, it is damaged beyond repair, or there is no room
/// for what takes the place of the old: nothing is lost.
pub async fn compact(
    options: StoreOptions,
    progress: impl FnMut(u64) + Send + 'static,
) -> Result<Compacted, OpenError> {
    let dir = options.data_dir.clone();
    require_store(&dir)?;
    let fault = |error: io::Error| OpenError::path("cannot read", &dir, error);
    let before = Sizes::of(&dir).map_err(fault)?;
    let small = options.clone();
    restore::blocking(move || make_small(&small, progress)).await?;
    // Opened once: it is then known to open, and closed in order.
    let store = restore::blocking(move || Store::open(options)).await?;
    store.close().await.map_err(|error| OpenError(format!("it cannot be closed: {error}")))?;
    Ok(Compacted { before, after: Sizes::of(&dir).map_err(fault)? })
}

fn make_small(options: &StoreOptions, progress: impl FnMut(u64)) -> Result<(), OpenError> {
    let dir = &*options.data_dir;
    let fault = |error: io::Error| OpenError::path("cannot write to", dir, error);
    let Opened { trees, mut journal, lock, .. } = opening::open(options)?;
    let last = journal.last();
    take_snapshot(options, &trees, last)?;
    let copied = copy(&trees, &dir.join(REBUILD), options.cache_bytes, progress)
        .and_then(|()| trees.close());
    copied.map_err(|error| OpenError::path("cannot write to", dir, error))?;
    // Stopped in between, the next start finds no trees and makes them of the snapshot.
    put_in_place(options).map_err(fault)?;
    journal.end_file().map_err(|error| match error {
        AppendError::DiskFull => OpenError("the disk is full".to_owned()),
        AppendError::Broken(error) => fault(error),
    })?;
    journal.remove_until(last).map_err(fault)?;
    remove_aside(dir).map_err(fault)?;
    drop(lock);
    Ok(())
}

/// Copies all trees into the directory `to`, which is not there yet. How far they go is written at
/// the end: a copy that says nothing of it is not whole.
fn copy(
    trees: &Trees,
    to: &Path,
    cache_bytes: u64,
    mut progress: impl FnMut(u64),
) -> Result<(), StoreError> {
    let copy = Trees::open_to_fill(to, cache_bytes)
        .map_err(|error| StoreError::Fault(format!("sled does not open: {error:?}")))?;
    let mut done = 0;
    for tree in trees::ALL {
        let mut after: Option<Vec<u8>> = None;
        loop {
            let page = trees.scan(tree, b"", after.as_deref(), PAGE)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.to_vec());
            done += page.len() as u64;
            let mut batch = RowBatch::default();
            for (key, value) in page {
                batch.set(tree, key.to_vec(), None, Some(value));
            }
            copy.write(batch)?;
            progress(done);
        }
    }
    if !copy.agrees_with(trees) {
        return Err(StoreError::Fault("the copy has other rows".to_owned()));
    }
    let mut batch = RowBatch::default();
    for key in [key::META_LAST_ID, key::META_APPLIED] {
        if let Some(value) = trees.get(Tree::Meta, key)? {
            batch.set_meta(key, value.to_vec());
        }
    }
    copy.write(batch)?;
    copy.close()
}

fn remove_aside(dir: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if is_aside(&entry.file_name().to_string_lossy()) {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
