//! The only place that knows sled: its trees, one atomic write over all of them, ordered reads.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sled::transaction::{ConflictableTransactionResult, TransactionError, Transactional};
use sled::{Batch, Db};

use super::key;
use super::{OpenError, StoreError};

/// A key or value as sled hands it out: cheap to clone, derefs to bytes.
pub type Bytes = sled::IVec;

/// The layout of the trees. Trees of another layout are made anew from the journal.
const FORMAT: u64 = 5;

/// Every tree. The order is that of their names below.
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

const NAMES: [&str; 15] = [
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
    /// In the order of [`Tree`].
    all: Vec<sled::Tree>,
    dir: PathBuf,
}

/// Row changes over all trees, to be written in one step.
#[derive(Default)]
pub struct RowBatch {
    rows: BTreeMap<Tree, Batch>,
}

impl RowBatch {
    /// Sets or removes one row; the last word on a key counts.
    pub fn set(&mut self, tree: Tree, key: Vec<u8>, value: Option<Vec<u8>>) {
        let batch = self.rows.entry(tree).or_default();
        match value {
            Some(value) => batch.insert(key, value),
            None => batch.remove(key),
        }
    }
}

impl Trees {
    /// Opens the trees in `dir`, making them where there are none.
    ///
    /// # Errors
    /// sled does not open, panics while opening, or the trees have another layout.
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Trees, OpenError> {
        let fault = |error: &dyn std::fmt::Display| OpenError::path("cannot open", dir, error);
        remove_interrupted_snapshots(dir).map_err(|error| fault(&error))?;
        let open = || {
            let config = sled::Config::new().path(dir).cache_capacity(cache_bytes);
            let db = config.open()?;
            let all = NAMES.iter().map(|name| db.open_tree(name)).collect::<sled::Result<_>>()?;
            let shared = Arc::new(Shared { db, all, dir: dir.into() });
            Ok::<_, sled::Error>(Trees { shared })
        };
        // sled panics on some damage; what it shares with this process is gone with it.
        let trees = catch_unwind(AssertUnwindSafe(open))
            .map_err(|_| fault(&"its files are damaged"))?
            .map_err(|error| fault(&error))?;
        trees.check_format().map_err(|error| fault(&error))?;
        Ok(trees)
    }

    fn check_format(&self) -> Result<(), StoreError> {
        match self.number(key::META_FORMAT)? {
            Some(FORMAT) => Ok(()),
            None if self.applied()? == 0 => {
                let mut batch = RowBatch::default();
                batch.set(Tree::Meta, key::META_FORMAT.into(), Some(FORMAT.to_be_bytes().into()));
                self.write(batch)
            }
            _ => Err(StoreError::Fault("the trees have another layout".to_owned())),
        }
    }

    fn tree(&self, tree: Tree) -> Result<&sled::Tree, StoreError> {
        let missing = || StoreError::Fault("a tree is missing".to_owned());
        self.shared.all.get(tree as usize).ok_or_else(missing)
    }

    /// The value under `key`.
    pub fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.tree(tree)?.get(key).map_err(read_fault)
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
            .collect::<sled::Result<_>>()
            .map_err(read_fault)
    }

    /// The first key that is not before `from`.
    pub fn seek(&self, tree: Tree, from: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let row = self.tree(tree)?.range(from..).next().transpose().map_err(read_fault)?;
        Ok(row.map(|(key, _)| key))
    }

    /// Every row of a tree, in order.
    pub fn rows(
        &self,
        tree: Tree,
    ) -> Result<impl Iterator<Item = Result<(Bytes, Bytes), StoreError>> + use<>, StoreError> {
        Ok(self.tree(tree)?.iter().map(|row| row.map_err(read_fault)))
    }

    /// Writes all rows of `batch` or none, also when the process is killed meanwhile.
    pub fn write(&self, batch: RowBatch) -> Result<(), StoreError> {
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
        match trees.as_slice().transaction(apply) {
            Ok(()) => Ok(()),
            Err(TransactionError::Storage(error)) => Err(StoreError::fault("sled", error)),
            Err(TransactionError::Abort(())) => Err(StoreError::Fault("sled aborted".to_owned())),
        }
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
            Err(error) => Err(StoreError::fault("a stored number is damaged", error)),
        }
    }

    /// Writes everything out, lets go of sled, and only then makes its files durable, which sled
    /// does not: as long as it lives, its threads may still move data about in them.
    ///
    /// Waits for readers that hold a clone; each holds it for one read.
    pub fn close(self) -> Result<(), StoreError> {
        let flush = self.shared.db.flush();
        flush.map_err(|error| StoreError::fault("sled cannot write", error))?;
        let mut shared = self.shared;
        let dir = loop {
            match Arc::try_unwrap(shared) {
                Ok(last) => break last.dir,
                Err(held) => shared = held,
            }
            std::thread::yield_now();
        };
        sync_tree(&dir).map_err(|error| StoreError::fault("sled's files", error))
    }
}

fn read_fault(error: sled::Error) -> StoreError {
    StoreError::fault("sled cannot read", error)
}

/// A process killed while sled wrote a snapshot of its own leaves a file behind that makes every
/// later open fail; sled does not need it.
fn remove_interrupted_snapshots(dir: &Path) -> io::Result<()> {
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
