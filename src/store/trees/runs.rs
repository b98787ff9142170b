//! Index rows, events and idempotency records: what lies at random places or in great number, as sorted
//! runs on the disk that are merged in the background (a log-structured merge tree), because sled spends
//! some 15 µs and up to 450 bytes of memory on each such row.
//!
//! ```text
//! sled/runs/current, v…, tables/…     the runs, as the crate lsm-tree keeps them, each with checksums
//! sled/runs/<first batch>.rows        what is in memory only so far (row_log.rs)
//! ```
//!
//! A batch that is written goes to the log of rows and into memory. What is in memory becomes a run
//! when it has grown (merger.rs); sled is flushed before, so that the runs are never ahead of it. A
//! process that was killed leaves runs and sled that lack the last batches: they are read from the log.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lsm_tree::config::FilterPolicy;
use lsm_tree::{AbstractTree, AnyTree, Cache, Config, Guard, SeqNo, SequenceNumberCounter};

use super::Bytes;
use super::merger::Merger;
use super::row_log::{self, RowLog};
use super::write_buffer::TreeRows;
use crate::store::disk;

/// Rows to set or, without a value, to remove; by their keys.
pub type Rows = BTreeMap<Vec<u8>, Option<Bytes>>;

/// A batch that sled does not hold yet: its number, and the rows for sled.
pub type Later = (u64, TreeRows);

/// A row that was read.
pub type Row = (lsm_tree::UserKey, lsm_tree::UserValue);

/// Bytes of rows in memory that become a run.
const RUN_BYTES: u64 = 16 * 1024 * 1024;

/// Where the number of the last batch stands: behind the keys of all trees.
const BATCH: &[u8] = b"\xff";

/// Reads see everything that was written.
const NOW: SeqNo = SeqNo::MAX;

/// Why runs cannot be read or written.
#[derive(Debug)]
pub enum RunsError {
    /// The crate says so.
    Tree(lsm_tree::Error),
    /// The log of rows cannot be read or written.
    Log(io::Error),
    /// They lack rows that were written, or have others.
    Damaged(String),
}

impl RunsError {
    /// Whether there is no room on the disk, and nothing else is wrong.
    pub fn is_full(&self) -> bool {
        match self {
            RunsError::Tree(lsm_tree::Error::Io(error)) | RunsError::Log(error) => {
                disk::is_full(error)
            }
            RunsError::Tree(_) | RunsError::Damaged(_) => false,
        }
    }
}

impl fmt::Display for RunsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunsError::Tree(error) => error.fmt(f),
            RunsError::Log(error) => write!(f, "the log of rows: {error}"),
            RunsError::Damaged(what) => f.write_str(what),
        }
    }
}

impl From<lsm_tree::Error> for RunsError {
    fn from(error: lsm_tree::Error) -> RunsError {
        RunsError::Tree(error)
    }
}

impl From<io::Error> for RunsError {
    fn from(error: io::Error) -> RunsError {
        RunsError::Log(error)
    }
}

/// How runs are opened.
pub struct RunsOptions {
    /// Where they are; made where there are none.
    pub dir: PathBuf,
    /// Memory for blocks that were read, in bytes.
    pub cache_bytes: u64,
    /// Whether what is in memory outlives a kill. Trees that are made aside do without.
    pub is_logged: bool,
}

/// The runs, open.
pub struct Runs {
    tree: AnyTree,
    /// Numbers versions of rows.
    seqno: SequenceNumberCounter,
    log: Option<Mutex<RowLog>>,
    merger: Merger,
}

impl Runs {
    /// Opens the runs, with all batches up to that which sled holds, and what is in the log behind it: all
    /// that a process wrote that was killed. `flush` makes sled write out what it was given; called from
    /// another thread.
    ///
    /// # Errors
    /// They cannot be read, or lack a batch that sled holds.
    pub fn open(
        options: &RunsOptions,
        in_sled: u64,
        flush: impl Fn() -> sled::Result<()> + Send + 'static,
    ) -> Result<(Runs, Vec<Later>), RunsError> {
        let (tree, seqno) = open_tree(options)?;
        let held = held(&tree)?;
        if held > in_sled {
            return Err(RunsError::Damaged(format!("it holds batch {held}, sled only {in_sled}")));
        }
        let mut later = Vec::new();
        let last = row_log::replay(&options.dir, held + 1, |batch, rows, for_sled| {
            // The log of an earlier release has no rows for sled.
            let is_whole = batch <= in_sled || !for_sled.is_empty();
            if is_whole {
                insert(&tree, &seqno, batch, rows);
                later.extend((batch > in_sled).then_some((batch, for_sled)));
            }
            is_whole
        })?;
        if last < in_sled {
            let missing = format!("batch {} of {in_sled} is missing", last + 1);
            return Err(RunsError::Damaged(missing));
        }
        let log = match options.is_logged {
            true => Some(Mutex::new(RowLog::begin(&options.dir, last + 1)?)),
            false => None,
        };
        let merger = Merger::start(tree.clone(), seqno.clone(), &options.dir, flush)?;
        Ok((Runs { tree, seqno, log, merger }, later))
    }

    /// The value under `key`.
    pub fn get(&self, key: &[u8]) -> lsm_tree::Result<Option<lsm_tree::UserValue>> {
        self.tree.get(key, NOW)
    }

    /// The rows from the key `from` on, up to but without the key `to`, in order.
    pub fn range(
        &self,
        from: Vec<u8>,
        to: Vec<u8>,
    ) -> impl DoubleEndedIterator<Item = lsm_tree::Result<Row>> + Send + use<> {
        self.tree.range(from..to, NOW, None).map(Guard::into_inner)
    }

    /// The first row whose key is not before `from`. An end would have to be found in every run, too.
    pub fn first(&self, from: Vec<u8>) -> lsm_tree::Result<Option<Row>> {
        self.tree.range(from.., NOW, None).next().map(Guard::into_inner).transpose()
    }

    /// Takes room on the disk for the log of `bytes` more.
    ///
    /// # Errors
    /// There is none.
    pub fn make_room(&self, bytes: u64) -> io::Result<()> {
        if let Some(failure) = self.merger.is_stuck_for_room() {
            return Err(io::Error::new(io::ErrorKind::StorageFull, failure));
        }
        match &self.log {
            Some(log) => log.lock().unwrap_or_else(PoisonError::into_inner).make_room(bytes),
            None => Ok(()),
        }
    }

    /// Writes the batch with the number `batch`, and to the log also what sled gets of it. One thread
    /// writes.
    ///
    /// # Errors
    /// The log cannot be written: then nothing is.
    pub fn write(&self, batch: u64, rows: Rows, in_sled: &TreeRows) -> Result<(), RunsError> {
        if let Some(log) = &self.log {
            log.lock().unwrap_or_else(PoisonError::into_inner).append(batch, &rows, in_sled)?;
        }
        insert(&self.tree, &self.seqno, batch, rows);
        Ok(())
    }

    /// Where what is in memory, up to `batch`, has grown, it is to become a run. Sled was given that
    /// batch, too: once it is flushed, the run is not ahead of it. Waits while runs are written more
    /// slowly than rows come.
    ///
    /// # Errors
    /// The log cannot go on in another file.
    pub fn seal_if_grown(&self, batch: u64) -> Result<(), RunsError> {
        if self.tree.active_memtable().size() < RUN_BYTES {
            return Ok(());
        }
        if let Some(log) = &self.log {
            log.lock().unwrap_or_else(PoisonError::into_inner).go_on(batch + 1)?;
        }
        let part = self.tree.rotate_memtable();
        self.merger.sealed(batch, part);
        self.merger.wait_for_turn();
        Ok(())
    }

    /// What went wrong in the background, where anything did that is no mere lack of room.
    pub fn failure(&self) -> Option<String> {
        self.merger.failure()
    }

    /// Writes out everything that is in memory. Where there is no room for it, it is in the log.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn close(&self, batch: u64) -> Result<(), RunsError> {
        self.merger.stop();
        self.tree.rotate_memtable();
        match self.merger.write_run(batch) {
            Err(error) if error.is_full() && self.log.is_some() => Ok(()),
            written => written,
        }
    }

    /// The same, and merges all runs into one.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn close_merged(&self, batch: u64) -> Result<(), RunsError> {
        self.close(batch)?;
        Ok(self.tree.major_compact(super::merger::TABLE_BYTES, self.seqno.get())?)
    }
}

fn open_tree(options: &RunsOptions) -> Result<(AnyTree, SequenceNumberCounter), RunsError> {
    let seqno = SequenceNumberCounter::default();
    let cache = Arc::new(Cache::with_capacity_bytes(options.cache_bytes));
    let tree = Config::new(&options.dir, seqno.clone(), SequenceNumberCounter::default())
        .use_cache(cache)
        // Hardly a row is looked for that may not be there: nearly all reads are of ranges.
        .filter_policy(FilterPolicy::disabled())
        .open()?;
    seqno.set(tree.get_highest_seqno().map_or(1, |highest| highest + 1));
    Ok((tree, seqno))
}

/// The last batch that is in the runs; 0 where there is none.
fn held(tree: &AnyTree) -> Result<u64, RunsError> {
    let damaged = |_| RunsError::Damaged("the number of its last batch".to_owned());
    match tree.get(BATCH, NOW)? {
        Some(value) => Ok(u64::from_be_bytes((&*value).try_into().map_err(damaged)?)),
        None => Ok(0),
    }
}

fn insert(tree: &AnyTree, seqno: &SequenceNumberCounter, batch: u64, rows: Rows) {
    let version = seqno.next();
    for (key, value) in rows {
        match value {
            Some(value) => tree.insert(key, &*value, version),
            None => tree.remove(key, version),
        };
    }
    tree.insert(BATCH, batch.to_be_bytes(), version);
}

/// Where the runs of trees in `dir` are.
pub fn dir(trees: &Path) -> PathBuf {
    trees.join("runs")
}
