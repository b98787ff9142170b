//! The one writer: takes what is queued, writes it as one group, answers all of it.
//!
//! Order of things, and why: conditions are checked against the state that all earlier commits
//! leave; the group is made durable in the journal; only then do the trees show it; only then is
//! it answered. So no reader ever sees what a power cut could take back, the trees are never
//! ahead of the journal, and many requests share one fdatasync without anybody waiting for a timer.
//!
//! Between two groups it begins walks for snapshots and backups, and sees to trees that are of no use
//! any more (repair.rs).

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio::sync::{mpsc, oneshot};

use super::access::Access;
use super::answered::Answered;
use super::change::{self, Change, Commit};
use super::disk;
use super::feed::Subscribers;
use super::group::Group;
use super::index::{self, NumberedChange};
use super::journal::{AppendError, Journal};
use super::keeper::{Keeper, News, Wish};
use super::manifest::Manifest;
use super::repair::Starved;
use super::room::Room;
use super::session;
use super::snapshot::{Images, Walk};
use super::trees::{Failure, Trees};
use super::{StoreError, StoreOptions, remake};

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
    /// Anything but a commit, to be done between two groups.
    Errand(Errand),
}

/// What is done between two groups.
pub enum Errand {
    /// Keep what rows are like from now on for a walk through them.
    BeginWalk(oneshot::Sender<Result<Begun, StoreError>>),
    /// Hear what the keeper of the snapshots has to tell.
    Hear(News),
    /// Make the trees anew if they are damaged, open them again if they are closed.
    Repair,
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

/// Whether writes are accepted. Once a fault is set it stays until the next start.
#[derive(Clone, Default)]
pub struct Health(Arc<OnceLock<String>>);

impl Health {
    /// Why writes are refused, where they are.
    pub fn fault(&self) -> Option<String> {
        self.0.get().cloned()
    }

    pub(super) fn fail(&self, why: String) {
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
    /// The queryable state, as readers have it, too.
    pub access: Access,
    /// The truth.
    pub journal: Journal,
    /// Where it is noted how far the journal went.
    pub answered: Answered,
    /// Shared with whoever asks whether writes are accepted.
    pub health: Health,
    /// Who is told of changes.
    pub subscribers: Subscribers,
    /// The walks for which it keeps what it changes.
    pub images: Images,
    /// Takes snapshots.
    pub keeper: Keeper,
    /// What it is asked to do.
    pub messages: mpsc::Receiver<Message>,
    /// Asks it to do something, as long as anybody else can.
    pub queue: mpsc::WeakSender<Message>,
    /// Where and how the store is kept.
    pub options: StoreOptions,
    /// When the trees were made anew in the last hour.
    pub repairs: Vec<Instant>,
    /// The room that is kept on the disk.
    pub room: Room,
    /// Where the trees wait for room.
    pub starved: Option<Starved>,
    /// Held until the thread ends.
    pub _lock: File,
}

/// A group that is in the journal, and those who wait for its answer.
pub struct Unanswered {
    changes: Vec<NumberedChange>,
    answers: Vec<Answer>,
}

/// How far a group came.
enum Written {
    /// Into the journal and the trees.
    Shown,
    /// Into the journal only: the trees failed.
    Journalled(Failure),
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
        self.keeper.look(&self.journal);
        while let Some(message) = self.messages.blocking_recv() {
            let (commits, errand) = self.take_group(message);
            if !commits.is_empty() {
                self.carry_out(commits);
            }
            match errand {
                None => {}
                Some(Errand::Close(answer)) => {
                    let left = self.leave();
                    // Nobody waits for the answer any more: then nobody misses it.
                    let _ = answer.send(left);
                    return;
                }
                Some(errand) => self.run_errand(errand),
            }
            if self.keeper.is_due(&self.journal) {
                self.begin_snapshot();
            }
        }
    }

    fn run_errand(&mut self, errand: Errand) {
        match errand {
            Errand::BeginWalk(answer) => {
                // Nobody waits for the walk any more: then it is dropped, and thereby over.
                let _ = answer.send(self.begin_walk());
            }
            Errand::Hear(news) => self.hear(news),
            Errand::Repair => self.see_to_trees(),
            Errand::Close(_) => {}
        }
    }

    /// By the trees, not by the journal: should that have failed, they are what can be walked.
    fn begin_walk(&self) -> Result<Begun, StoreError> {
        let last = self.access.trees()?.applied()?;
        Ok(Begun { walk: self.images.begin(), last })
    }

    fn begin_snapshot(&mut self) {
        // Where there are no trees now, the next group or the next look asks again.
        if let Ok(begun) = self.begin_walk() {
            self.keeper.take(begun, &self.journal);
        }
    }

    fn hear(&mut self, news: News) {
        match self.keeper.hear(news, &self.journal) {
            Wish::Nothing => {}
            Wish::Take => self.begin_snapshot(),
            Wish::Forget(last) => match self.forget_until(last) {
                Err(AppendError::Broken(error)) => {
                    self.health.fail(format!("the journal cannot be written: {error}"));
                }
                Err(AppendError::DiskFull) => {
                    tracing::warn!("the journal before the snapshot stays: the disk is full");
                }
                Ok(()) => {}
            },
        }
    }

    /// Removes what of the journal a snapshot holds, too.
    fn forget_until(&mut self, last: u64) -> Result<(), AppendError> {
        if self.health.is_failed() {
            return Ok(());
        }
        self.journal.end_file()?;
        if let Err(error) = self.journal.remove_until(last) {
            tracing::warn!(%error, "the journal before the snapshot stays");
        }
        Ok(())
    }

    /// `first` and what else is queued, up to the limits of a group or a request of another kind.
    fn take_group(&mut self, first: Message) -> (Vec<(Commit, Answer)>, Option<Errand>) {
        let mut commits = Vec::new();
        let (mut changes, mut bytes) = (0, 0);
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Errand(errand) => return (commits, Some(errand)),
                Message::Commit(commit, answer) => {
                    changes += commit.changes.len();
                    bytes += size(&commit);
                    commits.push((commit, answer));
                }
            }
            let full = changes >= GROUP_CHANGES || bytes >= GROUP_BYTES;
            next = if full { None } else { self.messages.try_recv().ok() };
        }
        (commits, None)
    }

    fn carry_out(&mut self, commits: Vec<(Commit, Answer)>) {
        if let Ok(trees) = self.access.trees() {
            // Found out only when the group is journalled, it would be answered only when the trees
            // are of use again; what is wrong is seen to in a moment.
            let _ = trees.check_alive();
        }
        self.see_to_trees();
        let trees = match self.access.trees() {
            Ok(trees) => trees,
            Err(_) if self.starved.is_some() => return refuse(commits, &StoreError::DiskFull),
            Err(error) => return refuse(commits, &error),
        };
        let mut group = Group::new(&trees, self.journal.last() + 1);
        let (mut accepted, mut refused) = (Vec::new(), Vec::new());
        for (commit, answer) in commits {
            match self.accept(commit, &mut group) {
                Ok(()) => accepted.push(answer),
                Err(error) => refused.push((answer, Err(error))),
            }
        }
        // Until it is answered: by then the trees show it, or will be others.
        let access = self.access.clone();
        let _changing = access.freshness().change(group.customers());
        let written = self.write(&trees, &group);
        if written.is_ok() && !accepted.is_empty() {
            self.journal.meter().requests.observe(accepted.len() as u64);
        }
        let group = Unanswered { changes: group.into_changes(), answers: accepted };
        drop(trees);
        match written {
            Ok(Written::Shown) => self.answer(group, &Ok(())),
            // The trees get it from the journal.
            Ok(Written::Journalled(failure)) => {
                let repaired = self.repair(failure);
                match &mut self.starved {
                    Some(starved) => starved.groups.push(group),
                    None => self.answer(group, &repaired),
                }
            }
            Err(error) => self.answer(group, &Err(error)),
        }
        // A refusal too is answered only now: it may rest on what the group wrote.
        for (answer, refusal) in refused {
            // The client went away meanwhile.
            let _ = answer.send(refusal);
        }
    }

    /// Tells what became of a group.
    pub(super) fn answer(&self, group: Unanswered, outcome: &Result<(), StoreError>) {
        if outcome.is_ok() {
            self.subscribers.wake(&group.changes);
        }
        for answer in group.answers {
            // The client went away meanwhile: its write stands all the same.
            let _ = answer.send(outcome.clone());
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
        let olds = group.replaced_by(&commit)?;
        for (change, old) in commit.changes.into_iter().zip(olds) {
            group.add(change, old);
        }
        Ok(())
    }

    fn write(&mut self, trees: &Trees, group: &Group<'_>) -> Result<Written, StoreError> {
        if group.is_empty() {
            return Ok(Written::Shown);
        }
        // Derived before it is journalled: what cannot be derived must not get into the journal.
        let rows = index::rows(group.changes(), trees).inspect_err(|error| trees.notice(error))?;
        let body = change::encode_changes(group.changes().iter().map(|numbered| &numbered.change))?;
        let count = u32::try_from(group.changes().len())
            .map_err(|error| StoreError::fault("a group is too large", error))?;
        trees.make_room(&rows)?;
        if let Err(error) = self.room.secure(body.len() as u64) {
            let fault = || StoreError::fault("no room can be taken on the disk", &error);
            return Err(if disk::is_full(&error) { StoreError::DiskFull } else { fault() });
        }
        match self.journal.append(count, &body) {
            Ok(()) => {}
            Err(AppendError::DiskFull) => return Err(StoreError::DiskFull),
            Err(AppendError::Broken(error)) => {
                self.health.fail(format!("the journal cannot be written: {error}"));
                return Err(StoreError::fault("the journal cannot be written", error));
            }
        }
        // Should nothing be noted, the next start only knows less of what the journal has to hold.
        let _ =
            self.answered.note(&*self.options.disk, &self.options.data_dir, self.journal.last());
        self.images.note(group.changes());
        Ok(match trees.write(rows) {
            Ok(()) => Written::Shown,
            Err(error) => {
                let unknown = || Failure::Damaged(error.to_string());
                Written::Journalled(trees.failure().cloned().unwrap_or_else(unknown))
            }
        })
    }

    /// Closes sled and notes the clean end. Where something failed before, the next start replays.
    fn leave(mut self) -> Result<(), StoreError> {
        self.messages.close();
        self.keeper.stop();
        let trees = self.access.close();
        self.subscribers.close();
        let Some(trees) = trees.filter(|_| !self.health.is_failed()) else {
            return Ok(());
        };
        if let Err(error) = self.room.make_way() {
            tracing::warn!(%error, "the room that is kept for this cannot be used");
        }
        let left = self.leave_in_order(trees);
        if let Err(error) = self.room.secure(0) {
            tracing::warn!(%error, "there is little room on the disk");
        }
        left
    }

    fn leave_in_order(&mut self, trees: Trees) -> Result<(), StoreError> {
        if self.keeper.is_cheap(&self.journal) {
            self.take_last_snapshot(&trees);
        }
        trees.close()?;
        let unnoted = |error| StoreError::fault("the end cannot be noted", error);
        let manifest = self.manifest()?;
        session::leave(&*self.options.disk, &self.options.data_dir, self.journal.last(), &manifest)
            .map_err(unnoted)
    }

    /// What sled's files are like, now that they are closed.
    fn manifest(&self) -> Result<Manifest, StoreError> {
        let (options, dir) = (&self.options, self.options.data_dir.join("sled"));
        let read = || {
            let manifest = Manifest::of(&dir, options.read_bytes);
            manifest.map_err(|error| StoreError::fault("sled's files cannot be read", error))
        };
        let manifest = read()?;
        if manifest.is_complete() {
            return Ok(manifest);
        }
        // Opened and closed once more, sled has noted the table of its pages: so the next start need
        // not find them together again, and damage of one is noticed when it is read.
        Trees::reopen(&dir, options.cache_bytes)?.close()?;
        read()
    }

    /// So that the next start has little to replay, should it have to. It can do without.
    fn take_last_snapshot(&mut self, trees: &Trees) {
        let taken = remake::take_snapshot(&self.options, trees, self.journal.last());
        match taken.map(|()| self.forget_until(self.journal.last())) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(?error, "the journal could not be shortened"),
            Err(error) => tracing::warn!(%error, "no snapshot was taken at the end"),
        }
    }
}

/// Gives readers trees that tell the writer should they turn out to be damaged.
pub fn give(access: &Access, trees: Trees, queue: &mpsc::WeakSender<Message>) {
    let queue = queue.clone();
    trees.on_damage(move || {
        if let Some(queue) = queue.upgrade() {
            // Where the queue is full, the next who reads tells again.
            let _ = queue.try_send(Message::Errand(Errand::Repair));
        }
    });
    access.give(trees);
}

fn refuse(commits: Vec<(Commit, Answer)>, error: &StoreError) {
    for (_, answer) in commits {
        // The client went away meanwhile: nothing was written.
        let _ = answer.send(Err(error.clone()));
    }
}

fn size(commit: &Commit) -> usize {
    let row = |change: &Change| change.key.len() + change.value.as_ref().map_or(0, Vec::len);
    commit.changes.iter().map(row).sum()
}
