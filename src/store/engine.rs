//! The seam between what is kept and how: `get`, `scan`, `commit` with conditions, and `close`
//! over ordered keys. What is above it knows neither journal nor sled, so that an engine that
//! replicates to other machines can take this one's place.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::{Semaphore, mpsc, oneshot};

use super::access::Access;
use super::answered::Answered;
use super::backup;
use super::change::Commit;
use super::feed::Subscribers;
use super::freshness::Freshness;
use super::index;
use super::journal::JournalMeter;
use super::keeper::Keeper;
use super::opening;
use super::snapshot::Images;
use super::trees::{Bytes, Tree, Trees};
use super::writer::{self, Begun, Errand, Health, Message, Writer};
use super::{OpenError, StoreError, StoreOptions};
use crate::customer::CustomerId;

/// Writes that may wait for the writer; one more is refused at once.
const QUEUE: usize = 4096;

/// Of these, writes of callers that have time: each may be as long as a group, and who waits behind
/// them is to be answered soon.
const IN_TURN: usize = 4;

/// The local engine: journal, sled and one writer. Clones share it.
#[derive(Clone)]
pub struct Engine {
    access: Access,
    queue: mpsc::Sender<Message>,
    health: Health,
    subscribers: Subscribers,
    writer: Arc<Mutex<Option<JoinHandle<()>>>>,
    backups: Arc<Semaphore>,
    journal_meter: Arc<JournalMeter>,
    turns: Arc<Semaphore>,
}

impl Engine {
    /// Opens the engine and brings the trees up to the end of the journal.
    ///
    /// # Errors
    /// See [`super::Store::open`].
    pub fn open(options: StoreOptions) -> Result<Engine, OpenError> {
        let opened = opening::open(&options)?;
        let (queue, messages) = mpsc::channel(QUEUE);
        let (health, subscribers) = (Health::default(), Subscribers::default());
        let access = Access::open(opened.trees.clone());
        writer::give(&access, opened.trees, &queue.downgrade());
        let keeper = Keeper::start(&options, access.clone(), queue.downgrade(), &opened.journal)?;
        let journal_meter = opened.journal.meter().clone();
        let writer = Writer {
            access: access.clone(),
            journal: opened.journal,
            answered: Answered::default(),
            health: health.clone(),
            subscribers: subscribers.clone(),
            images: Images::default(),
            keeper,
            messages,
            queue: queue.downgrade(),
            options,
            repairs: Vec::new(),
            room: opened.room,
            starved: None,
            _lock: opened.lock,
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| OpenError(format!("cannot start the writer: {error}")))?;
        let writer = Arc::new(Mutex::new(Some(thread)));
        let backups = Arc::new(Semaphore::new(backup::AT_ONCE));
        let turns = Arc::new(Semaphore::new(IN_TURN));
        Ok(Engine { access, queue, health, subscribers, writer, backups, journal_meter, turns })
    }

    /// What is counted of the journal.
    pub fn journal_meter(&self) -> &JournalMeter {
        &self.journal_meter
    }

    /// The value under `key`.
    pub async fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.noticed(self.trees()?.get(tree, key))
    }

    /// Up to `limit` rows whose keys begin with `prefix`, in order, behind the key `after`.
    pub async fn scan(
        &self,
        tree: Tree,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
        self.noticed(self.trees()?.scan(tree, prefix, after, limit))
    }

    /// Carries out `commit`; once this returns without an error no power cut loses it.
    pub async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        // While the trees are made anew nobody waits in the queue for minutes.
        self.access.trees()?;
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Message::Commit(commit, answer)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => self.no_writer(),
        })?;
        answered.await.unwrap_or_else(|_| Err(self.no_writer()))
    }

    /// The same for a caller that has time: it waits for its place among the waiting writes.
    pub async fn commit_in_turn(&self, commit: Commit) -> Result<(), StoreError> {
        let _turn = self.turns.acquire().await.map_err(|_| StoreError::Closed)?;
        let (answer, answered) = oneshot::channel();
        let queued = self.queue.send(Message::Commit(commit, answer)).await;
        queued.map_err(|_| self.no_writer())?;
        answered.await.unwrap_or_else(|_| Err(self.no_writer()))
    }

    /// A turn for each backup that may be made at the same time.
    pub(super) fn backups(&self) -> Arc<Semaphore> {
        self.backups.clone()
    }

    /// Begins a walk through the rows as they are after the writes that are queued.
    pub async fn begin_walk(&self) -> Result<Begun, StoreError> {
        let (answer, answered) = oneshot::channel();
        // Should it not be sent, the answer does not come, either.
        let _ = self.queue.send(Message::Errand(Errand::BeginWalk(answer))).await;
        match answered.await {
            Ok(begun) => begun,
            // Without a writer nothing changes any more.
            Err(_) => {
                let last = self.trees()?.applied()?;
                Ok(Begun { walk: Images::default().begin(), last })
            }
        }
    }

    /// Finishes what is queued, syncs everything and releases the directory.
    pub async fn close(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        if self.queue.send(Message::Errand(Errand::Close(answer))).await.is_err() {
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

    /// Who waits for changes.
    pub(super) fn subscribers(&self) -> &Subscribers {
        &self.subscribers
    }

    /// Sees to what an error tells of damage: from then on the store is repairing.
    pub(super) fn noticed<T>(&self, read: Result<T, StoreError>) -> Result<T, StoreError> {
        let Err(StoreError::Damaged(what)) = read else {
            return read;
        };
        // Where there are no trees by now it was seen to already.
        if let Ok(trees) = self.access.trees() {
            trees.note_damage(&what);
        }
        Err(StoreError::Repairing)
    }

    /// Whether what was read of a customer still holds.
    pub(super) fn freshness(&self) -> &Freshness {
        self.access.freshness()
    }

    /// The trees, as long as the engine is open.
    pub(super) fn trees(&self) -> Result<Trees, StoreError> {
        self.access.trees()
    }

    /// What it means that the writer takes no more commits.
    fn no_writer(&self) -> StoreError {
        if self.health.fault().is_some() { StoreError::ReadOnly } else { StoreError::Closed }
    }
}
