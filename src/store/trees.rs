//! The only place that knows sled: its trees, one atomic write over all of them, ordered reads.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use sled::transaction::{ConflictableTransactionResult, TransactionError, Transactional};
use sled::{Batch, Db};

use super::StoreError;
use super::digest::{Digest, Digests};
use super::{disk, key};

/// A key or value as sled hands it out: cheap to clone, derefs to bytes.
pub type Bytes = sled::IVec;

/// The layout of the trees. Trees of another layout are made anew from the journal.
const FORMAT: u64 = 6;

/// Threads that walk through trees at the same time, at most.
const WALKERS: usize = 4;

/// How long sled may take to let go of damaged files.
const ABANDON: Duration = Duration::from_secs(10);

/// How often trees that are filled in one go are flushed, in milliseconds.
const FILL_FLUSH_MS: u64 = 2;

/// How many trees there are.
pub const TREES: usize = 15;

/// How long sled's own threads may take to let go of its files.
const RELEASE: Duration = Duration::from_secs(30);

/// Every tree. The order is that of their names below, and of their digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tree {
    /// Customers: primary.
    Customer,
    /// Idempotency records: primary.
    Idempotency,
    /// Tokens: primary.
    Token,
    /// Customers by email.
    ByEmail,
    /// Customers by VAT number.
    ByVat,
    /// Customers by market.
    ByMarket,
    /// Customers by category.
    ByCategory,
    /// Customers by what the names of one person have in common, however they are written.
    ByPerson,
    /// Customers by the one that they are probably the same as.
    ByDuplicate,
    /// Customers by the words of their names and emails.
    ByName,
    /// The words themselves.
    Word,
    /// What happened, in order.
    Event,
    /// Counts by company and day.
    Rollup,
    /// What was learnt of a company: primary.
    Model,
    /// How far the journal is applied.
    Meta,
}

/// Those that hold something, which a walk can compare with their digests.
pub const ALL: [Tree; TREES - 1] = [
    Tree::ByName,
    Tree::Customer,
    Tree::ByEmail,
    Tree::ByVat,
    Tree::ByPerson,
    Tree::ByMarket,
    Tree::ByCategory,
    Tree::ByDuplicate,
    Tree::Event,
    Tree::Word,
    Tree::Idempotency,
    Tree::Token,
    Tree::Rollup,
    Tree::Model,
];

const NAMES: [&str; TREES] = [
    "customer",
    "idempotency",
    "token",
    "by_email",
    "by_vat",
    "by_market",
    "by_category",
    "by_person",
    "by_duplicate",
    "by_name",
    "word",
    "event",
    "rollup",
    "model",
    "meta",
];

/// The open trees; clones share them.
#[derive(Clone)]
pub struct Trees {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    /// Knows what sled's own threads met with.
    config: sled::Config,
    /// In the order of [`Tree`].
    all: Vec<sled::Tree>,
    dir: PathBuf,
    /// What is in them, as far as it is written.
    digests: Mutex<Digests>,
    /// What was found wrong first.
    failure: OnceLock<Failure>,
    /// Called when something is found damaged.
    alarm: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

/// Why trees are of no use any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// They do not hold what was written, or cannot be read: they have to be made anew.
    Damaged(String),
    /// sled found no room on the disk and does nothing more: what they hold is right, they have to be
    /// opened again.
    NoRoom(String),
}

/// Why trees could not be opened.
#[derive(Debug)]
pub enum TreesError {
    /// There is no room on the disk for what sled writes when it is opened.
    NoRoom(String),
    /// They are those of another release: nothing is wrong with them.
    OtherLayout,
    /// They cannot be read, or do not hold what was written.
    Damaged(String),
}

/// Row changes over all trees, to be written in one step.
#[derive(Default)]
pub struct RowBatch {
    rows: BTreeMap<Tree, Batch>,
    /// What the changes add to the digests.
    digests: Digests,
}

impl RowBatch {
    /// Sets or removes one row that was `old` so far; the last word on a key counts.
    pub fn set(&mut self, tree: Tree, key: Vec<u8>, old: Option<&[u8]>, new: Option<Vec<u8>>) {
        if let Some(digest) = self.digests.of_mut(tree as usize) {
            old.inspect(|old| digest.remove(&key, old));
            new.as_ref().inspect(|new| digest.add(&key, new));
        }
        let batch = self.rows.entry(tree).or_default();
        match new {
            Some(value) => batch.insert(key, value),
            None => batch.remove(key),
        }
    }

    /// Sets what is known of the trees themselves.
    pub fn set_meta(&mut self, key: &[u8], value: Vec<u8>) {
        self.rows.entry(Tree::Meta).or_default().insert(key, value);
    }
}

impl Trees {
    /// Opens the trees in `dir`, making them where there are none.
    ///
    /// # Errors
    /// sled does not open, also for want of room, panics while opening, or the trees have another
    /// layout.
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Trees, TreesError> {
        Trees::open_with(sled::Config::new().path(dir).cache_capacity(cache_bytes), dir)
    }

    /// The same for trees that are to be filled in one go and to stay small: sled takes back what it
    /// has written twice only when it has flushed, so it flushes all the time.
    ///
    /// # Errors
    /// As [`Trees::open`].
    pub fn open_to_fill(dir: &Path, cache_bytes: u64) -> Result<Trees, TreesError> {
        let config = sled::Config::new().path(dir).cache_capacity(cache_bytes);
        Trees::open_with(config.flush_every_ms(Some(FILL_FLUSH_MS)), dir)
    }

    fn open_with(config: sled::Config, dir: &Path) -> Result<Trees, TreesError> {
        let fault = |error: &dyn std::fmt::Display| TreesError::Damaged(error.to_string());
        remove_interrupted_snapshots(dir).map_err(|error| fault(&error))?;
        let open = || {
            let db = config.open()?;
            let all = NAMES.iter().map(|name| db.open_tree(name)).collect::<sled::Result<_>>()?;
            let (digests, failure, alarm) = Default::default();
            let dir = dir.into();
            let shared = Arc::new(Shared { db, config, all, dir, digests, failure, alarm });
            Ok::<_, sled::Error>(Trees { shared })
        };
        // sled panics on some damage; what it shares with this process is gone with it.
        let trees = catch_unwind(AssertUnwindSafe(open))
            .map_err(|_| fault(&"sled panicked"))?
            .map_err(|error| match is_full(&error) {
                true => TreesError::NoRoom(error.to_string()),
                false => fault(&error),
            })?;
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
        *self.digests() = digests.ok_or_else(missing)?;
        Ok(())
    }

    fn digests(&self) -> std::sync::MutexGuard<'_, Digests> {
        self.shared.digests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether these trees are to hold the same as others.
    pub fn agrees_with(&self, other: &Trees) -> bool {
        *self.digests() == *other.digests()
    }

    /// How many rows a tree has.
    pub fn count(&self, tree: Tree) -> u64 {
        self.digests().of(tree as usize).rows()
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
        for row in self.rows(tree)? {
            let (key, value) = row?;
            found.add(&key, &value);
        }
        let written = self.digests().of(tree as usize);
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
        // There is one who is told.
        let _ = self.shared.alarm.set(Box::new(alarm));
        if self.failure().is_some() {
            self.call_alarm();
        }
    }

    /// What is wrong with them, if anything is.
    pub fn failure(&self) -> Option<&Failure> {
        self.shared.failure.get()
    }

    /// Takes note that something is damaged: nothing more is to be read from these trees.
    pub fn note_damage(&self, what: &str) {
        self.note(Failure::Damaged(what.to_owned()));
    }

    fn note(&self, failure: Failure) {
        if self.shared.failure.set(failure.clone()).is_ok() {
            tracing::error!(?failure, "the queryable state is of no use any more");
            self.call_alarm();
        }
    }

    /// Finds out whether sled still works: what its own threads meet with it tells only later.
    ///
    /// # Errors
    /// It does not; from then on nothing is read or written.
    pub fn check_alive(&self) -> Result<(), StoreError> {
        self.guarded(|| self.shared.config.global_error())
    }

    /// Takes note of damage that an error tells of, as of a record whose checksum does not hold.
    pub fn notice(&self, error: &StoreError) {
        if let StoreError::Damaged(what) = error {
            self.note_damage(what);
        }
    }

    /// Tells again that something is damaged.
    pub fn call_alarm(&self) {
        if let Some(alarm) = self.shared.alarm.get() {
            alarm();
        }
    }

    /// What sled answers, and its panics as errors: it panics on some damage.
    fn guarded<T>(&self, ask: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
        if let Some(failure) = self.failure() {
            return Err(failure.into());
        }
        let failure = match catch_unwind(AssertUnwindSafe(ask)) {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) if is_full(&error) => Failure::NoRoom(error.to_string()),
            Ok(Err(error)) => Failure::Damaged(format!("sled: {error}")),
            Err(_) => Failure::Damaged("sled panicked".to_owned()),
        };
        self.note(failure.clone());
        Err((&failure).into())
    }

    fn tree(&self, tree: Tree) -> Result<&sled::Tree, StoreError> {
        let missing = || StoreError::Fault("a tree is missing".to_owned());
        self.shared.all.get(tree as usize).ok_or_else(missing)
    }

    /// The value under `key`.
    pub fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let tree = self.tree(tree)?;
        self.guarded(|| tree.get(key))
    }

    /// Up to `limit` rows whose keys begin with `prefix`, in order, behind the key `after`.
    pub fn scan(
        &self,
        tree: Tree,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
        let tree = self.tree(tree)?;
        self.guarded(|| {
            let rows = match after {
                None => tree.scan_prefix(prefix),
                Some(after) => {
                    // The first key behind `after` is `after` with a zero byte.
                    let start: Vec<u8> = after.iter().copied().chain([0]).collect();
                    tree.range(start..)
                }
            };
            rows.take(limit)
                .take_while(|row| row.as_ref().map_or(true, |(key, _)| key.starts_with(prefix)))
                .collect()
        })
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
        let tree = self.tree(tree)?;
        self.guarded(|| match before {
            None => tree.scan_prefix(prefix).rev().take(limit).collect(),
            Some(before) => tree.range(prefix..before).rev().take(limit).collect(),
        })
    }

    /// The first key that is not before `from`.
    pub fn seek(&self, tree: Tree, from: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let tree = self.tree(tree)?;
        let row = self.guarded(|| tree.range(from..).next().transpose())?;
        Ok(row.map(|(key, _)| key))
    }

    /// Every row of a tree, in order.
    pub fn rows(
        &self,
        tree: Tree,
    ) -> Result<impl Iterator<Item = Result<(Bytes, Bytes), StoreError>> + use<'_>, StoreError>
    {
        let mut rows = self.tree(tree)?.iter();
        let next = move || self.guarded(|| rows.next().transpose()).transpose();
        Ok(std::iter::from_fn(next))
    }

    /// Writes all rows of `batch` or none, also when the process is killed meanwhile. One thread
    /// writes.
    pub fn write(&self, mut batch: RowBatch) -> Result<(), StoreError> {
        let mut digests = *self.digests();
        digests.combine(&batch.digests);
        batch.set_meta(key::META_DIGESTS, digests.to_bytes());
        let rows: Vec<(&sled::Tree, Batch)> = batch
            .rows
            .into_iter()
            .map(|(tree, batch)| Ok((self.tree(tree)?, batch)))
            .collect::<Result<_, StoreError>>()?;
        let trees: Vec<&sled::Tree> = rows.iter().map(|(tree, _)| *tree).collect();
        let apply = |views: &Vec<sled::transaction::TransactionalTree>|
         -> ConflictableTransactionResult<(), ()> {
            views.iter().zip(&rows).try_for_each(|(view, (_, batch))| Ok(view.apply_batch(batch)?))
        };
        let written = self.guarded(|| match trees.as_slice().transaction(apply) {
            Err(TransactionError::Storage(error)) => Err(error),
            // Nothing aborts.
            written => Ok(written.is_ok()),
        })?;
        if !written {
            return Err(StoreError::Fault("sled aborted".to_owned()));
        }
        *self.digests() = digests;
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
        self.guarded(|| self.shared.db.flush())?;
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

/// Waits until sled holds its files no longer: work that it gave to threads of its own may go on after
/// its last handle is dropped, and change them.
fn wait_until_released(dir: &Path) -> Result<(), StoreError> {
    let since = Instant::now();
    loop {
        match File::open(dir.join("db")).map(|file| file.try_lock()) {
            // Taken here, it is released again at once.
            Ok(Ok(())) => return Ok(()),
            // Without its files it holds nothing that matters.
            Err(_) => return Ok(()),
            Ok(Err(_)) if since.elapsed() > RELEASE => {
                return Err(StoreError::Fault("sled does not let go of its files".to_owned()));
            }
            Ok(Err(_)) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

impl From<&Failure> for StoreError {
    fn from(failure: &Failure) -> StoreError {
        match failure {
            Failure::Damaged(what) => StoreError::Damaged(what.clone()),
            Failure::NoRoom(_) => StoreError::Repairing,
        }
    }
}

fn is_full(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(error) if disk::is_full(error))
}

/// A process killed while sled wrote a snapshot of its own leaves a file behind that makes every
/// later open fail; sled does not need it.
pub fn remove_interrupted_snapshots(dir: &Path) -> io::Result<()> {
    let entries = match std::fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(".generating") {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// fsyncs every file below `dir`, and the directories.
fn sync_tree(dir: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(dir)?.sync_all()
}
