//! The seam between what is kept and how: `get`, `scan`, `commit` with conditions, and `close`
//! over ordered keys. What is above it knows neither journal nor sled, so that an engine that
//! replicates to other machines can take this one's place.

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use super::codec::{self, Kind};
use super::index;
use super::journal::{Frame, Journal};
use super::session::{self, End, Left};
use super::trees::{Bytes, Tree, Trees};
use super::writer::{Health, Message, Writer};
use super::{OpenError, StoreError, StoreOptions};
use crate::customer::CustomerId;

/// Writes that may wait for the writer; one more is refused at once.
const QUEUE: usize = 4096;

/// Changes that are replayed in one step.
const REPLAY_GROUP: usize = 512;

/// The trees that are written by commits; all others are derived from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Primary {
    /// Customers.
    Customer,
    /// What is kept under idempotency keys.
    Idempotency,
    /// Tokens.
    Token,
}

impl Primary {
    /// The tree itself.
    pub(super) fn tree(self) -> Tree {
        match self {
            Primary::Customer => Tree::Customer,
            Primary::Idempotency => Tree::Idempotency,
            Primary::Token => Tree::Token,
        }
    }
}

/// A row to set or, without a value, to remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// In which tree.
    pub tree: Primary,
    /// Under which key.
    pub key: Vec<u8>,
    /// The new value; `None` removes the row.
    pub value: Option<Vec<u8>>,
    /// When it happened, for the event and the counts of its day.
    pub at: Timestamp,
}

/// A row that must be as expected for a commit to be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// In which tree.
    pub tree: Primary,
    /// Under which key.
    pub key: Vec<u8>,
    /// The value that must stand there; `None`: there must be none.
    pub expected: Option<Vec<u8>>,
}

impl Condition {
    /// There must be nothing under `key`.
    pub fn absent(tree: Primary, key: &[u8]) -> Condition {
        let (key, expected) = (key.to_vec(), None);
        Condition { tree, key, expected }
    }

    /// Exactly `value` must stand under `key`.
    pub fn equals(tree: Primary, key: &[u8], value: Vec<u8>) -> Condition {
        let (key, expected) = (key.to_vec(), Some(value));
        Condition { tree, key, expected }
    }
}

/// Changes that are made together or not at all, if all conditions hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// What must hold.
    pub conditions: Vec<Condition>,
    /// What is then changed.
    pub changes: Vec<Change>,
}

/// The trees for as long as the engine is open: closing takes them away from all readers.
pub(super) type OpenTrees = Arc<RwLock<Option<Trees>>>;

/// The local engine: journal, sled and one writer. Clones share it.
#[derive(Clone)]
pub struct Engine {
    trees: OpenTrees,
    queue: mpsc::Sender<Message>,
    health: Health,
    writer: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Engine {
    /// Opens the engine and brings the trees up to the end of the journal.
    ///
    /// # Errors
    /// See [`super::Store::open`].
    pub fn open(options: StoreOptions) -> Result<Engine, OpenError> {
        let dir = &options.data_dir;
        let disk = &*options.disk;
        let fault = |error: std::io::Error| OpenError::path("cannot use", dir, error);
        if !dir.exists() {
            make_private_dir(dir).and_then(|()| sync_name(dir)).map_err(fault)?;
        }
        let lock = session::lock(dir)?;
        let left = session::left(disk, dir);
        let (journal_dir, limit) = (dir.join("journal"), options.journal_file_bytes);
        let answered = left.known.unwrap_or(0);
        let journal = Journal::open(options.disk.clone(), &journal_dir, limit, answered)?;
        distrust(dir, &left, &journal)?;
        // Noted before sled is touched: were it noted later, a kill meanwhile would leave trees of
        // this run that look like those of a power cut.
        session::enter(disk, dir, journal.last()).map_err(fault)?;
        let trees = open_trees(&options, &left, &journal)?;
        catch_up(&trees, &journal)?;
        remove_distrusted(dir).map_err(fault)?;
        Self::start(&options, trees, journal, lock)
    }

    fn start(
        options: &StoreOptions,
        trees: Trees,
        journal: Journal,
        lock: File,
    ) -> Result<Engine, OpenError> {
        let (queue, messages) = mpsc::channel(QUEUE);
        let health = Health::default();
        let shared = Arc::new(RwLock::new(Some(trees.clone())));
        let writer = Writer {
            trees,
            shared: shared.clone(),
            journal,
            health: health.clone(),
            messages,
            disk: options.disk.clone(),
            dir: options.data_dir.clone(),
            _lock: lock,
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| OpenError(format!("cannot start the writer: {error}")))?;
        let writer = Arc::new(Mutex::new(Some(thread)));
        Ok(Engine { trees: shared, queue, health, writer })
    }

    /// The value under `key`.
    pub async fn get(&self, tree: Primary, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.trees()?.get(tree.tree(), key)
    }

    /// Up to `limit` rows whose keys begin with `prefix`, in order, behind the key `after`.
    pub async fn scan(
        &self,
        tree: Primary,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
        self.trees()?.scan(tree.tree(), prefix, after, limit)
    }

    /// Carries out `commit`; once this returns without an error no power cut loses it.
    pub async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Message::Commit(commit, answer)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => self.no_writer(),
        })?;
        answered.await.unwrap_or_else(|_| Err(self.no_writer()))
    }

    /// Finishes what is queued, syncs everything and releases the directory.
    pub async fn close(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        if self.queue.send(Message::Close(answer)).await.is_err() {
            return Ok(());
        }
        let closed = answered.await.unwrap_or(Ok(()));
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && tokio::task::spawn_blocking(|| thread.join()).await.is_err()
        {
            return Err(StoreError::Fault("the writer could not be joined".to_owned()));
        }
        closed
    }

    /// Why writes are refused, where they are.
    pub fn write_fault(&self) -> Option<String> {
        self.health.fault()
    }

    /// The highest customer id ever kept.
    pub async fn last_customer_id(&self) -> Result<Option<CustomerId>, StoreError> {
        index::last_customer_id(&self.trees()?)
    }

    /// The trees, as long as the engine is open.
    pub(super) fn trees(&self) -> Result<Trees, StoreError> {
        let trees = self.trees.read().unwrap_or_else(PoisonError::into_inner);
        trees.clone().ok_or(StoreError::Closed)
    }

    /// What it means that the writer takes no more commits.
    fn no_writer(&self) -> StoreError {
        if self.health.fault().is_some() { StoreError::ReadOnly } else { StoreError::Closed }
    }
}

#[cfg(unix)]
fn make_private_dir(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

#[cfg(not(unix))]
fn make_private_dir(dir: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)
}

/// Makes the name of the data directory durable.
#[cfg(unix)]
fn sync_name(dir: &Path) -> std::io::Result<()> {
    match dir.canonicalize()?.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
fn sync_name(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Where sled's files are kept until the journal has replaced them.
const DISTRUSTED: &str = "sled.distrusted";

/// Puts sled's files out of the way where they cannot be believed: the journal has everything.
fn distrust(data_dir: &Path, left: &Left, journal: &Journal) -> Result<(), OpenError> {
    let dir = data_dir.join("sled");
    // Without a session marker, trees beside an empty journal are all that says there was more.
    if left.known.is_none() && journal.last() == 0 && dir.exists() {
        return Err(journal.behind(1));
    }
    if left.end == End::Unknown && dir.exists() {
        tracing::warn!("the last run was cut off: the queryable state is made anew");
        // What is there already is older and whole: these trees are an attempt that failed.
        let aside = data_dir.join(DISTRUSTED);
        let moved = if aside.exists() {
            std::fs::remove_dir_all(&dir)
        } else {
            std::fs::rename(&dir, &aside)
        };
        moved.map_err(|error| OpenError::path("cannot move", &dir, error))?;
    }
    Ok(())
}

/// Removes what [`distrust`] put aside, once the journal has brought everything back.
fn remove_distrusted(data_dir: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(data_dir.join(DISTRUSTED)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Opens sled, or sets it aside where it is damaged.
fn open_trees(options: &StoreOptions, left: &Left, journal: &Journal) -> Result<Trees, OpenError> {
    let dir = options.data_dir.join("sled");
    let opened = Trees::open(&dir, options.cache_bytes).and_then(|trees| {
        let applied =
            trees.applied().map_err(|error| OpenError::path("cannot read", &dir, error))?;
        Ok((trees, applied))
    });
    match opened {
        Ok((_, applied)) if applied > journal.last() => Err(journal.behind(applied)),
        // Closed in order with more than it has now: it lost something without a word.
        Ok((trees, applied)) if left.end == End::Clean && Some(applied) < left.known => {
            drop(trees);
            rebuild(options, &dir, "changes are missing in it")
        }
        Ok((trees, _)) => Ok(trees),
        Err(error) => rebuild(options, &dir, &error.to_string()),
    }
}

/// Keeps sled's damaged files aside for the person in charge, and begins with empty trees.
fn rebuild(options: &StoreOptions, dir: &Path, why: &str) -> Result<Trees, OpenError> {
    let stamp = Timestamp::now().as_millisecond();
    let aside = options.data_dir.join(format!("sled.damaged-{stamp}"));
    tracing::warn!(
        why,
        kept_as = %aside.display(),
        "the queryable state is damaged: it is made anew from the journal"
    );
    if dir.exists() {
        std::fs::rename(dir, &aside)
            .map_err(|error| OpenError::path("cannot set aside", dir, error))?;
    }
    Trees::open(dir, options.cache_bytes)
}

/// Applies every change of the journal that the trees do not hold yet.
fn catch_up(trees: &Trees, journal: &Journal) -> Result<(), OpenError> {
    let failed = |error: StoreError| OpenError(format!("cannot replay the journal: {error}"));
    let applied = trees.applied().map_err(failed)?;
    let mut next = applied + 1;
    let mut waiting: Vec<Change> = Vec::new();
    journal.replay(applied, |frame| {
        waiting.extend(changes_after(&frame, applied).map_err(failed)?);
        if waiting.len() >= REPLAY_GROUP {
            next = apply(trees, next, std::mem::take(&mut waiting)).map_err(failed)?;
        }
        Ok(())
    })?;
    apply(trees, next, waiting).map_err(failed)?;
    if applied < journal.last() {
        tracing::info!(
            changes = journal.last() - applied,
            "changes were replayed from the journal"
        );
    }
    Ok(())
}

/// The changes of a frame whose numbers are above `applied`.
fn changes_after(frame: &Frame<'_>, applied: u64) -> Result<Vec<Change>, StoreError> {
    let mut changes = decode_changes(frame.body)?;
    if u64::try_from(changes.len()).ok() != Some(u64::from(frame.count)) {
        return Err(StoreError::Fault("a journal frame has another count of changes".to_owned()));
    }
    let known = (applied + 1).saturating_sub(frame.first);
    changes.drain(..usize::try_from(known).unwrap_or(usize::MAX).min(changes.len()));
    Ok(changes)
}

/// Writes numbered changes and all that is derived from them; returns the next number.
fn apply(trees: &Trees, first: u64, changes: Vec<Change>) -> Result<u64, StoreError> {
    let mut group = super::writer::Group::new(trees, first);
    for change in changes {
        group.push(change)?;
    }
    let next = group.next_number();
    if !group.is_empty() {
        trees.write(index::rows(group.changes(), trees)?)?;
    }
    Ok(next)
}

/// The frozen form of a change in the journal.
#[derive(Serialize, Deserialize)]
struct ChangeV1 {
    tree: u8,
    key: Vec<u8>,
    value: Option<Vec<u8>>,
    at: i64,
}

/// The body of a journal frame.
pub(super) fn encode_changes<'c>(
    changes: impl Iterator<Item = &'c Change>,
) -> Result<Vec<u8>, StoreError> {
    let frozen: Vec<ChangeV1> = changes
        .map(|change| ChangeV1 {
            tree: match change.tree {
                Primary::Customer => 1,
                Primary::Idempotency => 2,
                Primary::Token => 3,
            },
            key: change.key.clone(),
            value: change.value.clone(),
            at: change.at.as_millisecond(),
        })
        .collect();
    codec::encode(Kind::Changes, 1, &frozen)
}

/// The changes in the body of a journal frame.
///
/// # Errors
/// The body is damaged or of a later release.
pub fn decode_changes(body: &[u8]) -> Result<Vec<Change>, StoreError> {
    let frozen: Vec<ChangeV1> = codec::decode_v1(Kind::Changes, body)?;
    frozen.into_iter().map(thaw).collect()
}

fn thaw(frozen: ChangeV1) -> Result<Change, StoreError> {
    let tree = match frozen.tree {
        1 => Primary::Customer,
        2 => Primary::Idempotency,
        3 => Primary::Token,
        other => return Err(StoreError::Fault(format!("a change of unknown tree {other}"))),
    };
    let at = Timestamp::from_millisecond(frozen.at)
        .map_err(|error| StoreError::fault("a stored time is out of range", error))?;
    Ok(Change { tree, key: frozen.key, value: frozen.value, at })
}
