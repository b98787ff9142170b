//! What the writer does when trees turn out to be of no use while the store is open: damaged ones are
//! made anew from snapshot and journal, those for which sled found no room on the disk are opened
//! again. Meanwhile whoever reads is told to come again shortly.

use std::time::{Duration, Instant};

use super::trees::Failure;
use super::writer::{Errand, Message, Unanswered, Writer, give};
use super::{OpenError, StoreError, opening, remake};

/// Trees that have to be made anew more often than this in an hour are on a disk that is of no use.
const REPAIRS: usize = 3;

/// How long it takes until it is tried again to open trees for which there was no room.
const PAUSE: Duration = Duration::from_millis(200);

/// Trees for which there is no room.
pub struct Starved {
    /// When it was last tried to open them.
    since: Instant,
    /// What is journalled but not in them, and is answered only then.
    pub groups: Vec<Unanswered>,
}

impl Writer {
    /// Looks whether the trees are of no use any more, and sees to it.
    pub(super) fn see_to_trees(&mut self) {
        let waiting = || Failure::NoRoom("there was no room".to_owned());
        let is_due = self.starved.as_ref().is_some_and(|starved| starved.since.elapsed() >= PAUSE);
        if let Some(failure) = self.access.failure().or_else(|| is_due.then(waiting)) {
            // Whoever reads or writes meets what became of it.
            let _ = self.repair(failure);
        }
    }

    /// Sees to trees that failed: once this returns without an error they hold all of the journal.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] where it works as soon as there is room, a fault where it never will.
    pub(super) fn repair(&mut self, failure: Failure) -> Result<(), StoreError> {
        if let Some(trees) = self.access.begin_repair() {
            tracing::warn!(?failure, "reads and writes wait for the queryable state");
            trees.abandon();
        }
        match failure {
            Failure::Damaged(damage) => self.make_anew(&damage),
            Failure::NoRoom(_) => self.open_again(),
        }
    }

    fn open_again(&mut self) -> Result<(), StoreError> {
        let reopened = match self.room.give_up_reserve() {
            Ok(()) => opening::reopen(&self.options, &self.journal),
            Err(error) => Err(Failure::NoRoom(error.to_string())),
        };
        match reopened {
            Ok(trees) => {
                give(&self.access, trees, &self.queue);
                tracing::info!("the queryable state is open again");
                // Where there is no room for it the next write is refused.
                let _ = self.room.secure(0);
                self.answer_all(&Ok(()));
                Ok(())
            }
            Err(Failure::NoRoom(_)) => {
                let groups = self.starved.take().map_or_else(Vec::new, |starved| starved.groups);
                self.starved = Some(Starved { since: Instant::now(), groups });
                self.try_again_later();
                Err(StoreError::DiskFull)
            }
            Err(Failure::Damaged(damage)) => self.make_anew(&damage),
        }
    }

    /// From a thread of its own: this one goes on to answer.
    fn try_again_later(&mut self) {
        let queue = self.queue.clone();
        let wait = move || {
            std::thread::sleep(PAUSE);
            if let Some(queue) = queue.upgrade() {
                // An error says that the store is being closed: then nobody waits any more.
                let _ = queue.blocking_send(Message::Errand(Errand::Repair));
            }
        };
        let name = "store-pause".to_owned();
        if let Err(error) = std::thread::Builder::new().name(name).spawn(wait) {
            tracing::warn!(%error, "it is tried again with the next write only");
        }
    }

    /// Makes the trees anew from snapshot and journal.
    fn make_anew(&mut self, damage: &str) -> Result<(), StoreError> {
        let began = Instant::now();
        self.repairs.retain(|at| at.elapsed() < Duration::from_secs(3600));
        self.repairs.push(began);
        let repaired = match self.repairs.len() {
            ..=REPAIRS => remake::repair(&self.options, &self.journal, damage),
            _ => Err(OpenError("it is damaged again and again: see to the disk".to_owned())),
        };
        let outcome = match repaired {
            Ok(trees) => {
                give(&self.access, trees, &self.queue);
                tracing::info!(seconds = began.elapsed().as_secs_f64(), "it is whole again");
                Ok(())
            }
            Err(error) => {
                self.access.lose();
                self.health.fail(format!("the queryable state cannot be made anew: {error}"));
                Err(StoreError::fault("the queryable state cannot be made anew", error))
            }
        };
        self.answer_all(&outcome);
        outcome
    }

    /// Answers those whose writes are in the journal.
    fn answer_all(&mut self, outcome: &Result<(), StoreError>) {
        for group in self.starved.take().into_iter().flat_map(|starved| starved.groups) {
            self.answer(group, outcome);
        }
    }
}
