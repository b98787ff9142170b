//! The queryable state: ordered trees, one atomic write over all of them, ordered reads. Customers
//! and counts are in sled, which nothing but this room knows; indexes, events and idempotency records are in
//! runs beside it (runs.rs). Each write has a number, by which both agree after a kill.

mod batch;
mod crowds;
mod failure;
mod files;
mod in_sled;
mod known;
mod memory;
mod merger;
mod row_log;
mod runs;
mod tree;
mod watch;
mod words;
mod write_buffer;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::StoreError;
use super::digest::{Digest, Digests};
use super::{disk, key};
pub use batch::RowBatch;
pub use crowds::{CROWD, FirstRows};
use crowds::{Crowds, Found};
pub use failure::{Failure, TreesError};
pub use files::remove_interrupted_snapshots;
use files::{sync_tree, wait_until_released};
use in_sled::{InSled, SledOptions};
pub use known::Beginnings;
use known::Known;
use runs::{Runs, RunsOptions};
pub use tree::{ALL, TREES, Tree};
use watch::Watch;
use words::KnownWords;
use write_buffer::{Order, Span};

/// A key or value as it is handed out: cheap to clone, derefs to bytes.
pub type Bytes = sled::IVec;

/// The layout of the trees. Trees of another layout are made anew from the journal.
const FORMAT: u64 = 7;

/// Threads that walk through trees at the same time, at most.
const WALKERS: usize = 4;

/// Crowds take one part in so many of the memory for what was read, on top of it.
const CROWDS: u64 = 2;

/// Words that are known to be there take one part in so many of it.
const KNOWN_WORDS: u64 = 32;

/// Rows that are read at once where all are read.
const PAGE: usize = 1024;

/// How long sled may take to let go of damaged files.
const ABANDON: Duration = Duration::from_secs(10);

/// The least memory that sled takes for what it has read, in bytes: with less it panics.
const SMALLEST_CACHE: u64 = 256;

/// How often trees that are filled in one go are flushed, in milliseconds.
const FILL_FLUSH_MS: u64 = 2;

/// What trees are opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// To serve: what is written outlives a kill.
    Serve,
    /// To be made aside, of what is on disk elsewhere.
    Make,
    /// The same, in one go, and to stay small.
    Fill,
}

/// The open trees; clones share them.
#[derive(Clone)]
pub struct Trees {
    shared: Arc<Shared>,
}

struct Shared {
    in_sled: InSled,
    runs: Runs,
    known: Known,
    crowds: Crowds,
    words: KnownWords,
    dir: PathBuf,
    purpose: Use,
    written: Mutex<Written>,
    watch: Arc<Watch>,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
struct Written {
    /// The number of the last batch.
    batch: u64,
    /// What is in the trees.
    digests: Digests,
}

impl Trees {
    /// Opens the trees in `dir`, making them where there are none.
    ///
    /// # Errors
    /// They do not open, also for want of room, or have another layout.
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Trees, TreesError> {
        Trees::open_for(Use::Serve, dir, cache_bytes)
    }

    /// The same for trees that are made aside, of what is on disk elsewhere: a kill leaves nothing of
    /// use of them.
    ///
    /// # Errors
    /// As [`Trees::open`].
    pub fn open_to_make(dir: &Path, cache_bytes: u64) -> Result<Trees, TreesError> {
        Trees::open_for(Use::Make, dir, cache_bytes)
    }

    /// The same for trees that are to be filled in one go and to stay small: sled takes back what it
    /// has written twice only when it has flushed, so it flushes all the time.
    ///
    /// # Errors
    /// As [`Trees::open`].
    pub fn open_to_fill(dir: &Path, cache_bytes: u64) -> Result<Trees, TreesError> {
        Trees::open_for(Use::Fill, dir, cache_bytes)
    }

    fn open_for(purpose: Use, dir: &Path, cache_bytes: u64) -> Result<Trees, TreesError> {
        let damaged = |error: &dyn std::fmt::Display| TreesError::Damaged(error.to_string());
        remove_interrupted_snapshots(dir).map_err(|error| damaged(&error))?;
        // Both panic on some damage; what they share with this process is gone with it.
        let opened = catch_unwind(AssertUnwindSafe(|| open_both(purpose, dir, cache_bytes)));
        let trees = opened.map_err(|_| damaged(&"opening it panicked"))??;
        match (trees.check_format(), trees.failure()) {
            (Err(_), Some(Failure::NoRoom(why))) => Err(TreesError::NoRoom(why.clone())),
            (checked, _) => checked.map(|()| trees),
        }
    }

    /// Opens trees that were closed a moment ago.
    ///
    /// # Errors
    /// As [`Trees::open`].
    pub fn reopen(dir: &Path, cache_bytes: u64) -> Result<Trees, StoreError> {
        Trees::open(dir, cache_bytes)
            .map_err(|error| StoreError::Fault(format!("sled does not open again: {error:?}")))
    }

    fn check_format(&self) -> Result<(), TreesError> {
        let damaged = |error: StoreError| TreesError::Damaged(error.to_string());
        match self.number(key::META_FORMAT).map_err(damaged)? {
            Some(FORMAT) => self.read_digests().map_err(damaged),
            None if self.applied().map_err(damaged)? == 0 => {
                let mut batch = RowBatch::default();
                batch.set_meta(key::META_FORMAT, FORMAT.to_be_bytes().into());
                self.write(batch).map_err(damaged)
            }
            _ => Err(TreesError::OtherLayout),
        }
    }

    fn read_digests(&self) -> Result<(), StoreError> {
        let value = self.get(Tree::Meta, key::META_DIGESTS)?;
        let digests = value.as_deref().and_then(Digests::from_bytes);
        let missing = || StoreError::Damaged("the digests of the trees are missing".to_owned());
        self.written().digests = digests.ok_or_else(missing)?;
        Ok(())
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.shared.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether these trees are to hold the same as others.
    pub fn agrees_with(&self, other: &Trees) -> bool {
        self.written().digests == other.written().digests
    }

    /// How many rows a tree has.
    pub fn count(&self, tree: Tree) -> u64 {
        self.written().digests.of(tree as usize).rows()
    }

    /// Reads every row and finds that there are those that were written, and no other. Nothing may be
    /// written meanwhile.
    ///
    /// # Errors
    /// What is wrong with which tree.
    pub fn verify(&self) -> Result<(), StoreError> {
        let next = AtomicUsize::new(0);
        let walk = || -> Result<(), StoreError> {
            while let Some(&tree) = ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.verify_tree(tree)?;
            }
            Ok(())
        };
        let walkers =
            std::thread::available_parallelism().map_or(1, |many| many.get().min(WALKERS));
        std::thread::scope(|scope| {
            let walks: Vec<_> = (0..walkers).map(|_| scope.spawn(walk)).collect();
            walks.into_iter().try_for_each(|walk| {
                let panicked = || StoreError::Fault("a walk through the trees panicked".to_owned());
                walk.join().map_err(|_| panicked())?
            })
        })
    }

    fn verify_tree(&self, tree: Tree) -> Result<(), StoreError> {
        let mut found = Digest::default();
        for row in self.rows(tree) {
            let (key, value) = row?;
            found.add(&key, &value);
        }
        let written = self.written().digests.of(tree as usize);
        if found == written {
            return Ok(());
        }
        Err(StoreError::Damaged(format!(
            "{tree:?} does not hold what was written: {} rows instead of {}, or others",
            found.rows(),
            written.rows()
        )))
    }

    /// Calls `alarm` when something is found damaged, now or later.
    pub fn on_damage(&self, alarm: impl Fn() + Send + Sync + 'static) {
        self.shared.watch.on_failure(alarm);
    }

    /// What is wrong with them, if anything is.
    pub fn failure(&self) -> Option<&Failure> {
        self.shared.watch.failure()
    }

    /// Takes note that something is damaged: nothing more is to be read from these trees.
    pub fn note_damage(&self, what: &str) {
        self.shared.watch.note(Failure::Damaged(what.to_owned()));
    }

    /// Finds out whether sled and the runs still work: what their own threads meet with they tell only
    /// later.
    ///
    /// # Errors
    /// They do not; from then on nothing is read or written.
    pub fn check_alive(&self) -> Result<(), StoreError> {
        self.guarded(|| match self.shared.runs.failure() {
            Some(why) => Err(Failure::Damaged(why)),
            None => Ok(self.shared.in_sled.check()?),
        })
    }

    /// Takes note of damage that an error tells of, as of a record whose checksum does not hold.
    pub fn notice(&self, error: &StoreError) {
        if let StoreError::Damaged(what) = error {
            self.note_damage(what);
        }
    }

    /// Tells again that something is damaged.
    pub fn call_alarm(&self) {
        self.shared.watch.call_alarm();
    }

    /// As [`Watch::ask`].
    fn guarded<T, E: Into<Failure>>(
        &self,
        ask: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, StoreError> {
        self.shared.watch.ask(ask)
    }

    /// The value under `key`.
    pub fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        match tree.is_in_runs() {
            true => self.guarded(|| self.shared.runs.get(tree, key)),
            false => self.guarded(|| self.shared.in_sled.get(tree, key)),
        }
    }

    /// The rows in `span`, in its order.
    fn range(&self, tree: Tree, span: &Span<'_>) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
        match tree.is_in_runs() {
            true => self.guarded(|| self.shared.runs.range(tree, span)),
            false => self.guarded(|| self.shared.in_sled.range(tree, span)),
        }
    }

    /// Up to `limit` rows whose keys begin with `prefix`, in order, behind the key `after`.
    pub fn scan(
        &self,
        tree: Tree,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
        // The first key behind another is that with a zero byte.
        let behind = |after: &[u8]| after.iter().copied().chain([0]).collect::<Vec<u8>>();
        let from = after.map_or_else(|| prefix.to_vec(), behind);
        let to = tree::end(prefix.to_vec());
        self.range(tree, &Span { from: &from, to: to.as_deref(), order: Order::Forward, limit })
    }

    /// The first rows of by_person whose keys begin with `beginning`.
    pub fn first_persons(&self, beginning: &[u8]) -> Result<FirstRows, StoreError> {
        let gap = match self.shared.crowds.find(beginning) {
            Found::Crowd(rows) => return Ok(rows),
            Found::Nothing(gap) => gap,
        };
        let rows = self.scan(Tree::ByPerson, beginning, None, CROWD)?;
        let behind = |key| <[u8]>::get(key, beginning.len()..).unwrap_or_default();
        let rows = FirstRows::of(rows.iter().map(|(key, marks)| (behind(key), &**marks)))?;
        gap.fill(beginning, &rows);
        Ok(rows)
    }

    /// Whether the index may lead from a text to anybody: `text` is what the keys of such rows of
    /// `tree` are before the id, or the key of a word.
    pub fn may_have(&self, tree: Tree, text: &[u8]) -> bool {
        self.shared.known.may_have(tree, text, &self.shared)
    }

    /// Whether the word with the key `word` is there. Only the thread that writes asks.
    pub fn has_word(&self, word: &[u8]) -> Result<bool, StoreError> {
        if self.shared.words.contain(word) {
            return Ok(true);
        }
        let is_there = self.may_have(Tree::Word, word) && self.get(Tree::Word, word)?.is_some();
        if is_there {
            self.shared.words.add(word);
        }
        Ok(is_there)
    }

    /// What the words may begin with whose keys begin with `head`; `None` as long as that is not known.
    pub fn beginnings(&self, head: &[u8]) -> Option<Beginnings> {
        self.shared.known.beginnings(head, &self.shared)
    }

    /// Up to `limit` rows whose keys begin with `prefix`, last one first, before the key `before`
    /// or else from the last on.
    pub fn scan_back(
        &self,
        tree: Tree,
        prefix: &[u8],
        before: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
        let to = before.map_or_else(|| tree::end(prefix.to_vec()), |before| Some(before.to_vec()));
        self.range(tree, &Span { from: prefix, to: to.as_deref(), order: Order::Back, limit })
    }

    /// The first key that is not before `from`.
    pub fn seek(&self, tree: Tree, from: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let mut row =
            self.range(tree, &Span { from, to: None, order: Order::Forward, limit: 1 })?;
        Ok(row.pop().map(|(key, _)| key))
    }

    /// Every row of a tree, in order, read a page at a time; an error is the last of them.
    pub fn rows(&self, tree: Tree) -> impl Iterator<Item = Result<(Bytes, Bytes), StoreError>> {
        let (mut page, mut after) = (Vec::new().into_iter(), Some(None));
        std::iter::from_fn(move || {
            if page.as_slice().is_empty() {
                let behind: Option<Bytes> = after.take()?;
                match self.scan(tree, b"", behind.as_deref(), PAGE) {
                    Ok(rows) => page = rows.into_iter(),
                    Err(error) => return Some(Err(error)),
                }
            }
            let row = page.next()?;
            after = Some(Some(row.0.clone()));
            Some(Ok(row))
        })
    }

    /// Takes room on the disk for what `batch` puts into the log of the runs.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`]; then it must not be written.
    pub fn make_room(&self, batch: &RowBatch) -> Result<(), StoreError> {
        self.shared.runs.make_room(row_log::size(&batch.in_runs, &batch.in_sled)).map_err(|error| {
            match disk::is_full(&error) {
                true => StoreError::DiskFull,
                false => StoreError::fault("no room can be taken on the disk", error),
            }
        })
    }

    /// Writes all rows of `batch` or none, also when the process is killed meanwhile. One thread
    /// writes.
    pub fn write(&self, mut batch: RowBatch) -> Result<(), StoreError> {
        let mut written = *self.written();
        written.batch += 1;
        written.digests.combine(&batch.digests);
        batch.set_meta(key::META_DIGESTS, written.digests.to_bytes());
        batch.set_meta(key::META_BATCH, written.batch.to_be_bytes().to_vec());
        let _noted = self.shared.known.note(&batch.in_runs, &self.shared);
        let persons = crowds::persons(&batch.in_runs);
        self.shared.words.forget_removed(&batch.in_runs);
        // The runs first: what sled holds they have to hold, too.
        self.guarded(|| self.shared.runs.write(written.batch, batch.in_runs, &batch.in_sled))?;
        self.shared.crowds.note(&persons);
        self.guarded(|| self.shared.in_sled.write(written.batch, batch.in_sled))?;
        self.guarded(|| self.shared.runs.seal_if_grown(written.batch))?;
        *self.written() = written;
        Ok(())
    }

    /// The number of the last change that the trees hold.
    pub fn applied(&self) -> Result<u64, StoreError> {
        Ok(self.number(key::META_APPLIED)?.unwrap_or(0))
    }

    fn number(&self, key: &[u8]) -> Result<Option<u64>, StoreError> {
        let Some(value) = self.get(Tree::Meta, key)? else {
            return Ok(None);
        };
        match <[u8; 8]>::try_from(&*value) {
            Ok(bytes) => Ok(Some(u64::from_be_bytes(bytes))),
            Err(error) => Err(StoreError::damaged("a stored number", error)),
        }
    }

    /// Writes everything out, lets go of sled, and only then makes its files durable, which sled
    /// does not: as long as it lives, its threads may still move data about in them.
    ///
    /// Waits for readers that hold a clone; each holds it for one read.
    pub fn close(self) -> Result<(), StoreError> {
        let batch = self.written().batch;
        self.guarded(|| match self.shared.purpose {
            Use::Fill => self.shared.runs.close_merged(batch),
            Use::Serve | Use::Make => self.shared.runs.close(batch),
        })?;
        self.guarded(|| self.shared.in_sled.flush())?;
        let dir = self.shared.dir.clone();
        self.last()?;
        sync_tree(&dir).map_err(|error| StoreError::fault("sled's files", error))
    }

    /// Lets go of sled without writing anything out that could be left: what it holds is not wanted
    /// any more. Waits for readers as [`Trees::close`] does.
    pub fn abandon(self) {
        // On damaged files it may panic or wait for ever for its own threads: it does so alone.
        let (done, is_done) = std::sync::mpsc::channel();
        let last = std::thread::Builder::new().name("store-abandon".to_owned()).spawn(move || {
            // Nobody waits any more: then it does not matter.
            let _ = self.last();
            let _ = done.send(());
        });
        if last.is_err() || is_done.recv_timeout(ABANDON).is_err() {
            tracing::warn!("sled does not let go of its damaged files");
        }
    }

    /// Drops the last handle, once readers have dropped theirs, and waits for sled's own threads.
    fn last(self) -> Result<(), StoreError> {
        let mut shared = self.shared;
        let dir = shared.dir.clone();
        let last = loop {
            match Arc::try_unwrap(shared) {
                Ok(last) => break last,
                Err(held) => shared = held,
            }
            std::thread::yield_now();
        };
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(last)));
        dropped.map_err(|_| StoreError::Fault("sled panicked while it was closed".to_owned()))?;
        wait_until_released(&dir)
    }
}

fn open_both(purpose: Use, dir: &Path, cache_bytes: u64) -> Result<Trees, Failure> {
    // Both keep in memory what was read last.
    let cache = (cache_bytes / 2).max(SMALLEST_CACHE);
    let watch = Arc::new(Watch::default());
    let options = SledOptions {
        dir,
        cache_bytes: cache,
        flush_every_ms: (purpose == Use::Fill).then_some(FILL_FLUSH_MS),
        is_buffered: purpose == Use::Serve,
    };
    let in_sled = InSled::open(&options, &watch)?;
    let batch = in_sled.get(Tree::Meta, key::META_BATCH)?;
    let batch = batch.and_then(|value| Some(u64::from_be_bytes((&*value).try_into().ok()?)));
    let in_sled_until = batch.unwrap_or(0);
    let options =
        RunsOptions { dir: runs::dir(dir), cache_bytes: cache, is_logged: purpose == Use::Serve };
    let (runs, later) = Runs::open(&options, in_sled_until, in_sled.flusher())?;
    let last = later.last().map_or(in_sled_until, |(batch, _)| *batch);
    for (batch, rows) in later {
        in_sled.write(batch, rows)?;
    }
    let written = Written { batch: last, digests: Digests::default() };
    let known = Known::default();
    let crowds = Crowds::within(cache_bytes / CROWDS);
    let words = KnownWords::within(cache_bytes / KNOWN_WORDS);
    let (dir, written) = (dir.into(), Mutex::new(written));
    Ok(Trees {
        shared: Arc::new(Shared {
            in_sled,
            runs,
            known,
            crowds,
            words,
            dir,
            purpose,
            written,
            watch,
        }),
    })
}
