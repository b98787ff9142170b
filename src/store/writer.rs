//! The one writer: takes what is queued, writes it as one group, answers all of it.
//!
//! Order of things, and why: conditions are checked against the state that all earlier commits
//! leave; the group is made durable in the journal; only then do the trees show it; only then is
//! it answered. So no reader ever sees what a power cut could take back, the trees are never
//! ahead of the journal, and many requests share one fdatasync without anybody waiting for a timer.

use std::collections::HashMap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, PoisonError};

use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::change::{self, Change, Commit, Condition, Primary};
use super::disk::Disk;
use super::engine::OpenTrees;
use super::feed::Subscribers;
use super::index::{self, NumberedChange};
use super::journal::{AppendError, Journal};
use super::session;
use super::snapshot::{Images, Walk};
use super::trees::Trees;

/// A group with this many changes takes no further request: applying one holds up readers for a
/// moment.
const GROUP_CHANGES: usize = 512;

/// A group that has grown past this many bytes takes no further request.
const GROUP_BYTES: usize = 1024 * 1024;

/// A commit's outcome on its way to whoever asked for it.
type Answer = oneshot::Sender<Result<(), StoreError>>;

/// What the writer is asked to do.
pub enum Message {
    /// Carry out a commit.
    Commit(Commit, Answer),
    /// Keep what rows are like from now on for a walk through them.
    BeginWalk(oneshot::Sender<Result<Begun, StoreError>>),
    /// Finish what came before, sync, and stop.
    Close(Answer),
}

/// A walk that was begun between two groups.
pub struct Begun {
    /// What it restores rows from.
    pub walk: Walk,
    /// The number of the last change before.
    pub last: u64,
}

/// What is to be done once a group is written.
enum Next {
    /// Take what else is queued.
    Group,
    BeginWalk(oneshot::Sender<Result<Begun, StoreError>>),
    Close(Answer),
}

/// Whether writes are accepted. Once a fault is set it stays until the next start.
#[derive(Clone, Default)]
pub struct Health(Arc<OnceLock<String>>);

impl Health {
    /// Why writes are refused, where they are.
    pub fn fault(&self) -> Option<String> {
        self.0.get().cloned()
    }

    fn fail(&self, why: String) {
        tracing::error!(why, "writes are refused until the service is started again");
        // A second fault adds nothing: the first one explains it.
        let _ = self.0.set(why);
    }

    fn is_failed(&self) -> bool {
        self.0.get().is_some()
    }
}

/// Everything the writing thread owns.
pub struct Writer {
    /// The queryable state.
    pub trees: Trees,
    /// The same as readers have it, to be taken from them at the end.
    pub shared: OpenTrees,
    /// The truth.
    pub journal: Journal,
    /// Shared with whoever asks whether writes are accepted.
    pub health: Health,
    /// Who is told of changes.
    pub subscribers: Subscribers,
    /// The walks for which it keeps what it changes.
    pub images: Images,
    /// What it is asked to do.
    pub messages: mpsc::Receiver<Message>,
    /// The file layer, for the session marker.
    pub disk: Arc<dyn Disk>,
    /// The data directory.
    pub dir: PathBuf,
    /// Held until the thread ends.
    pub _lock: File,
}

impl Writer {
    /// Works until it is closed or every handle is gone.
    pub fn run(self) {
        let health = self.health.clone();
        // A panic is a fault of ours or of sled's: what follows it could not be trusted.
        if catch_unwind(AssertUnwindSafe(|| self.work())).is_err() {
            health.fail("the writer panicked".to_owned());
        }
    }

    fn work(mut self) {
        while let Some(message) = self.messages.blocking_recv() {
            let (commits, next) = self.take_group(message);
            if !commits.is_empty() {
                self.carry_out(commits);
            }
            match next {
                Next::Group => {}
                Next::BeginWalk(answer) => {
                    // Nobody waits for the walk any more: then it is dropped, and thereby over.
                    let _ = answer.send(self.begin_walk());
                }
                Next::Close(answer) => {
                    let left = self.leave();
                    // Nobody waits for the answer any more: then nobody misses it.
                    let _ = answer.send(left);
                    return;
                }
            }
        }
    }

    /// By the trees, not by the journal: should that have failed, they are what can be walked.
    fn begin_walk(&self) -> Result<Begun, StoreError> {
        let last = self.trees.applied()?;
        Ok(Begun { walk: self.images.begin(), last })
    }

    /// `first` and what else is queued, up to the limits of a group or a request of another kind.
    fn take_group(&mut self, first: Message) -> (Vec<(Commit, Answer)>, Next) {
        let mut commits = Vec::new();
        let (mut changes, mut bytes) = (0, 0);
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Close(answer) => return (commits, Next::Close(answer)),
                Message::BeginWalk(answer) => return (commits, Next::BeginWalk(answer)),
                Message::Commit(commit, answer) => {
                    changes += commit.changes.len();
                    bytes += size(&commit);
                    commits.push((commit, answer));
                }
            }
            let full = changes >= GROUP_CHANGES || bytes >= GROUP_BYTES;
            next = if full { None } else { self.messages.try_recv().ok() };
        }
        (commits, Next::Group)
    }

    fn carry_out(&mut self, commits: Vec<(Commit, Answer)>) {
        let trees = self.trees.clone();
        let mut group = Group::new(&trees, self.journal.last() + 1);
        let (mut accepted, mut refused) = (Vec::new(), Vec::new());
        for (commit, answer) in commits {
            match self.accept(commit, &mut group) {
                Ok(()) => accepted.push(answer),
                Err(error) => refused.push((answer, error)),
            }
        }
        let outcome = self.write(&group);
        if outcome.is_ok() {
            self.subscribers.wake(group.changes());
        }
        // A refusal too is answered only now: it may rest on what the group wrote.
        let all = accepted.into_iter().map(|answer| (answer, outcome.clone()));
        let refused = refused.into_iter().map(|(answer, error)| (answer, Err(error)));
        for (answer, result) in all.chain(refused) {
            // The client went away meanwhile: its write stands all the same.
            let _ = answer.send(result);
        }
    }

    fn accept(&self, commit: Commit, group: &mut Group<'_>) -> Result<(), StoreError> {
        if self.health.is_failed() {
            return Err(StoreError::ReadOnly);
        }
        for condition in &commit.conditions {
            if !group.holds(condition)? {
                return Err(StoreError::Conflict);
            }
        }
        // Read what is replaced first: a fault there must not leave half a commit in the group.
        let olds = group.replaced_by(&commit.changes)?;
        for (change, old) in commit.changes.into_iter().zip(olds) {
            group.add(change, old);
        }
        Ok(())
    }

    fn write(&mut self, group: &Group<'_>) -> Result<(), StoreError> {
        if group.is_empty() {
            return Ok(());
        }
        // Derived before it is journalled: what cannot be derived must not get into the journal.
        let rows = index::rows(group.changes(), &self.trees)?;
        let body = change::encode_changes(group.changes().iter().map(|numbered| &numbered.change))?;
        let count = u32::try_from(group.changes().len())
            .map_err(|error| StoreError::fault("a group is too large", error))?;
        match self.journal.append(count, &body) {
            Ok(()) => {}
            Err(AppendError::DiskFull) => return Err(StoreError::DiskFull),
            Err(AppendError::Broken(error)) => {
                self.health.fail(format!("the journal cannot be written: {error}"));
                return Err(StoreError::fault("the journal cannot be written", error));
            }
        }
        self.images.note(group.changes());
        self.trees.write(rows).inspect_err(|error| {
            self.health.fail(format!("the queryable state cannot be written: {error}"));
        })
    }

    /// Closes sled and notes the clean end. Where something failed before, the next start replays.
    fn leave(mut self) -> Result<(), StoreError> {
        self.messages.close();
        drop(self.shared.write().unwrap_or_else(PoisonError::into_inner).take());
        self.subscribers.close();
        if self.health.is_failed() {
            return Ok(());
        }
        self.trees.close()?;
        session::leave(&*self.disk, &self.dir, self.journal.last())
            .map_err(|error| StoreError::fault("the end cannot be noted", error))
    }
}

fn size(commit: &Commit) -> usize {
    let row = |change: &Change| change.key.len() + change.value.as_ref().map_or(0, Vec::len);
    commit.changes.iter().map(row).sum()
}

/// The changes of a group in the making, over the state that they will change.
pub struct Group<'t> {
    trees: &'t Trees,
    first: u64,
    changes: Vec<NumberedChange>,
    /// Where in `changes` a row was changed last.
    latest: HashMap<(Primary, Vec<u8>), usize>,
}

impl<'t> Group<'t> {
    /// An empty group whose first change will have the number `first`.
    pub fn new(trees: &'t Trees, first: u64) -> Group<'t> {
        let (changes, latest) = (Vec::new(), HashMap::new());
        Group { trees, first, changes, latest }
    }

    /// Adds a change, reading what it replaces.
    pub fn push(&mut self, change: Change) -> Result<(), StoreError> {
        let old = self.current(change.tree, &change.key)?;
        self.add(change, old);
        Ok(())
    }

    fn add(&mut self, change: Change, old: Option<Vec<u8>>) {
        let number = self.next_number();
        self.latest.insert((change.tree, change.key.clone()), self.changes.len());
        self.changes.push(NumberedChange { number, change, old });
    }

    /// The changes, in order.
    pub fn changes(&self) -> &[NumberedChange] {
        &self.changes
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The number that the next change gets.
    pub fn next_number(&self) -> u64 {
        self.first + self.changes.len() as u64
    }

    /// What each of `changes` replaces; where several change one row, that is the one before.
    fn replaced_by(&self, changes: &[Change]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let mut latest = HashMap::new();
        let replaced =
            changes.iter().map(|change| match latest.insert((change.tree, &change.key), change) {
                Some(earlier) => Ok(earlier.value.clone()),
                None => self.current(change.tree, &change.key),
            });
        replaced.collect()
    }

    /// The value under a key once the group is written.
    fn current(&self, tree: Primary, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let latest = self.latest.get(&(tree, key.to_vec()));
        match latest.and_then(|&position| self.changes.get(position)) {
            Some(numbered) => Ok(numbered.change.value.clone()),
            None => Ok(self.trees.get(tree.tree(), key)?.map(|value| value.to_vec())),
        }
    }

    fn holds(&self, condition: &Condition) -> Result<bool, StoreError> {
        Ok(self.current(condition.tree, &condition.key)? == condition.expected)
    }
}
