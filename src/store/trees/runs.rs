//! Index rows, events and idempotency records: what lies at random places or in great number, as sorted
//! runs on the disk that are merged in the background (a log-structured merge tree), because sled spends
//! some 15 µs and up to 450 bytes of memory on each such row.
//!
//! ```text
//! sled/runs/current, v…, tables/…     the runs, as the crate lsm-tree keeps them, each with checksums
//! sled/runs/<first batch>.rows        what is in memory only so far (row_log.rs)
//! ```
//!
//! A batch that is written goes to the log of rows and into memory (memory.rs). What is in memory becomes
//! a run when it has grown (merger.rs); sled is flushed before, so that the runs are never ahead of it. A
//! process that was killed leaves runs and sled that lack the last batches: they are read from the log.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use lsm_tree::config::FilterPolicy;
use lsm_tree::{AbstractTree, AnyTree, Cache, Config, Guard, SeqNo, SequenceNumberCounter};

use super::memory::{Memory, Part};
use super::merger::Merger;
use super::row_log::{self, RowLog};
use super::write_buffer::{Order, Span, TreeRows, Waiting, laid_over};
use super::{Bytes, Tree};
use crate::store::disk;

/// Rows to set or, without a value, to remove; by their keys.
pub type Rows = BTreeMap<Vec<u8>, Option<Bytes>>;

/// A batch that sled does not hold yet: its number, and the rows for sled.
pub type Later = (u64, TreeRows);

/// Bytes of rows in memory that become a run.
const RUN_BYTES: usize = 16 * 1024 * 1024;

/// The fewest rows that are taken of what is in memory at once.
const PIECE: usize = 8;

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
    /// The runs themselves; nothing is ever in its own memory.
    tree: AnyTree,
    /// Numbers the runs, so that of two with the same row it is known which is newer.
    seqno: SequenceNumberCounter,
    memory: SharedMemory,
    log: Option<Mutex<RowLog>>,
    merger: Merger,
}

/// What is in memory, for all who read and write it.
#[derive(Clone, Default)]
pub struct SharedMemory(Arc<RwLock<Memory>>);

impl SharedMemory {
    /// To be read.
    pub fn read(&self) -> RwLockReadGuard<'_, Memory> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// To be changed.
    pub fn write(&self) -> RwLockWriteGuard<'_, Memory> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
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
        let (mut later, memory) = (Vec::new(), SharedMemory::default());
        let last = row_log::replay(&options.dir, held + 1, |batch, rows, for_sled| {
            // The log of an earlier release has no rows for sled.
            let is_whole = batch <= in_sled || !for_sled.is_empty();
            if is_whole {
                memory.write().add(batch, rows);
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
        let merged = (tree.clone(), seqno.clone());
        let merger = Merger::start(merged, memory.clone(), &options.dir, flush)?;
        Ok((Runs { tree, seqno, memory, log, merger }, later))
    }

    /// The value under `key`.
    ///
    /// # Errors
    /// The runs cannot be read.
    pub fn get(&self, tree: Tree, key: &[u8]) -> lsm_tree::Result<Option<Bytes>> {
        let key = tree.key_in_runs(key);
        let in_memory = self.memory.read().get(&key);
        match in_memory {
            Some(value) => Ok(value),
            None => Ok(self.tree.get(key, NOW)?.map(|value| Bytes::from(&*value))),
        }
    }

    /// The rows in `span`, in its order.
    ///
    /// # Errors
    /// The runs cannot be read.
    pub fn range(&self, tree: Tree, span: &Span<'_>) -> lsm_tree::Result<Vec<(Bytes, Bytes)>> {
        self.range_by(tree, span, PIECE)
    }

    /// The same, by pieces of `piece` rows of what is in memory at least: it may be rows without end that
    /// are removed.
    fn range_by(
        &self,
        tree: Tree,
        span: &Span<'_>,
        piece: usize,
    ) -> lsm_tree::Result<Vec<(Bytes, Bytes)>> {
        let Span { order, limit, .. } = *span;
        if span.bounds().is_none() {
            return Ok(Vec::new());
        }
        let mut from = tree.key_in_runs(span.from);
        let mut to = span.to.map_or_else(|| tree.end_in_runs(b""), |to| tree.key_in_runs(to));
        // An end would have to be found in every run; without it, that of the tree is seen.
        let is_open = span.to.is_none() && order == Order::Forward;
        let (mut found, mut most) = (Vec::new(), limit.max(piece));
        while found.len() < limit && from < to {
            let in_memory = self.memory.read().range(&from, &to, order, most);
            let last = in_memory.get(most - 1).map(|(key, _)| tree.key_in_runs(key));
            let end = if is_open { Bound::Unbounded } else { Bound::Excluded(to.clone()) };
            let bounds = match (order, last.clone()) {
                (Order::Forward, last) => {
                    (Bound::Included(from.clone()), last.map_or(end, Bound::Included))
                }
                (Order::Back, last) => (Bound::Included(last.unwrap_or_else(|| from.clone())), end),
            };
            // After what is in memory: what has become a run meanwhile is seen in either.
            let rows = self.tree.range(bounds, NOW, None).map(Guard::into_inner);
            let wanted = limit - found.len();
            lay(in_memory, rows, (tree, order), wanted, &mut found)?;
            match (order, last) {
                (_, None) => break,
                (Order::Forward, Some(last)) => from = [&last, &[0][..]].concat(),
                (Order::Back, Some(last)) => to = last,
            }
            most *= 4;
        }
        Ok(found)
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
        self.memory.write().add(batch, rows);
        Ok(())
    }

    /// Where what is in memory, up to `batch`, has grown, it is to become a run. Sled was given that
    /// batch, too: once it is flushed, the run is not ahead of it. Waits while runs are written more
    /// slowly than rows come.
    ///
    /// # Errors
    /// The log cannot go on in another file.
    pub fn seal_if_grown(&self, batch: u64) -> Result<(), RunsError> {
        if self.memory.read().bytes() < RUN_BYTES {
            return Ok(());
        }
        if let Some(log) = &self.log {
            log.lock().unwrap_or_else(PoisonError::into_inner).go_on(batch + 1)?;
        }
        self.memory.write().seal();
        self.merger.sealed(batch);
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
        self.memory.write().seal();
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

/// Writes a part of what is in memory as a run.
///
/// # Errors
/// It cannot be written.
pub fn write_run(tree: &AnyTree, part: &Part) -> lsm_tree::Result<()> {
    let mut run = tree.ingestion()?;
    for (key, value) in &part.rows {
        match value {
            Some(value) => run.write(key.as_slice(), &**value)?,
            None => run.write_tombstone(key.as_slice())?,
        }
    }
    run.write(BATCH, part.last.to_be_bytes())?;
    run.finish()
}

/// Adds the first `wanted` of the rows of a tree to `found`, with what is in memory laid over them.
fn lay(
    in_memory: Vec<Waiting>,
    rows: impl DoubleEndedIterator<Item = lsm_tree::Result<RunRow>>,
    (tree, order): (Tree, Order),
    wanted: usize,
    found: &mut Vec<(Bytes, Bytes)>,
) -> lsm_tree::Result<()> {
    let is_of_tree = |(key, _): &RunRow| key.first() == Some(&(tree as u8));
    let take = |rows: &mut dyn Iterator<Item = lsm_tree::Result<RunRow>>| {
        let rows = rows.take_while(|row| row.as_ref().map_or(true, is_of_tree));
        let rows = laid_over(in_memory, rows.map(|row| row.map(own)), order);
        rows.take(wanted).try_for_each(|row| row.map(|row| found.push(row)))
    };
    match order {
        Order::Forward => take(&mut rows.into_iter()),
        Order::Back => take(&mut rows.rev()),
    }
}

/// A row of the runs as it is read.
type RunRow = (lsm_tree::UserKey, lsm_tree::UserValue);

/// A row of the runs as one of its tree.
fn own((key, value): RunRow) -> (Bytes, Bytes) {
    (Bytes::from(key.get(1..).unwrap_or_default()), Bytes::from(&*value))
}

/// Where the runs of trees in `dir` are.
pub fn dir(trees: &Path) -> PathBuf {
    trees.join("runs")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What becomes of what is in memory behind a batch.
    #[derive(Debug, Clone, Copy)]
    enum Then {
        /// It stays.
        Stays,
        /// It is to become a run.
        IsSealed,
        /// It becomes one, and all before it.
        IsRun,
    }

    /// Neighbours, so that what is asked for of one must not lead into the other.
    const TREES: [Tree; 2] = [Tree::ByEmail, Tree::ByVat];

    fn keys() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop_oneof![Just(0), Just(1), Just(0xff)], 0..3)
    }

    fn batches() -> impl Strategy<Value = Rows> {
        let key = (prop::sample::select(&TREES), keys());
        let values = prop::option::of((0..9_u8).prop_map(|byte| Bytes::from(&[byte])));
        let row = (key.prop_map(|(tree, key)| tree.key_in_runs(&key)), values);
        prop::collection::btree_map(row.0, row.1, 0..8)
    }

    fn thens() -> impl Strategy<Value = Then> {
        prop_oneof![3 => Just(Then::Stays), 1 => Just(Then::IsSealed), 1 => Just(Then::IsRun)]
    }

    /// Whether they are asked for from the first on, how many, and by pieces of how many.
    fn shapes() -> impl Strategy<Value = (bool, usize, usize)> {
        (any::<bool>(), 0..5_usize, 1..4_usize)
    }

    /// Runs without a log, where sled holds all up to the batch `in_sled`.
    fn open(dir: &Path, in_sled: u64) -> Runs {
        let (dir, cache_bytes, is_logged) = (dir.to_owned(), 1 << 20, false);
        let options = RunsOptions { dir, cache_bytes, is_logged };
        Runs::open(&options, in_sled, || Ok(())).unwrap().0
    }

    /// The rows of a tree that a span asks for.
    fn within(rows: &Rows, tree: Tree, span: &Span<'_>) -> Vec<(Bytes, Bytes)> {
        let is_within = |key: &&[u8]| *key >= span.from && span.to.is_none_or(|to| *key < to);
        let rows = tree.among(rows).filter(|(key, _)| is_within(key));
        let mut rows: Vec<(Bytes, Bytes)> =
            rows.filter_map(|(key, value)| Some((key.into(), value.clone()?))).collect();
        if span.order == Order::Back {
            rows.reverse();
        }
        rows.truncate(span.limit);
        rows
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn rows_are_read_as_they_were_written_wherever_they_are_by_now(
            steps in prop::collection::vec((batches(), thens()), 1..6),
            spans in prop::collection::vec(
                (prop::sample::select(&TREES), keys(), prop::option::of(keys()), shapes()),
                8,
            ),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let (runs, mut all) = (open(dir.path(), 0), Rows::new());
            for (batch, (rows, then)) in (1..).zip(steps) {
                all.extend(rows.clone());
                runs.write(batch, rows, &TreeRows::new()).unwrap();
                if !matches!(then, Then::Stays) {
                    runs.memory.write().seal();
                }
                if matches!(then, Then::IsRun) {
                    runs.merger.write_run(batch).unwrap();
                }
            }
            for (tree, from, to, (is_forward, limit, piece)) in &spans {
                let order = if *is_forward { Order::Forward } else { Order::Back };
                let span = Span { from, to: to.as_deref(), order, limit: *limit };
                let expected = within(&all, *tree, &span);
                prop_assert_eq!(runs.range_by(*tree, &span, *piece).unwrap(), expected);
                let expected = all.get(&tree.key_in_runs(from)).cloned().flatten();
                prop_assert_eq!(runs.get(*tree, from).unwrap(), expected);
            }
        }
    }

    #[test]
    fn what_is_closed_is_there_when_it_is_opened_again_also_batches_without_rows() {
        let dir = tempfile::tempdir().unwrap();
        let row = |value| Rows::from([(Tree::Word.key_in_runs(&[value]), Some(Bytes::default()))]);
        for batch in 1..=4_u8 {
            let runs = open(dir.path(), u64::from(batch) - 1);
            let rows = if batch % 2 == 0 { Rows::new() } else { row(batch) };
            runs.write(batch.into(), rows, &TreeRows::new()).unwrap();
            runs.close(batch.into()).unwrap();
        }
        let all = Span { from: b"", to: None, order: Order::Forward, limit: 9 };
        let rows = open(dir.path(), 4).range(Tree::Word, &all).unwrap();
        assert_eq!(rows.iter().map(|(key, _)| key[0]).collect::<Vec<u8>>(), [1, 3]);
    }
}
