//! Changes of the journal that the trees do not hold yet, on their way into them.

use super::change::{self, Change};
use super::doubt::unreadable;
use super::group::Group;
use super::index;
use super::journal::{Frame, Journal};
use super::progress::Progress;
use super::trees::Trees;
use super::{OpenError, StoreError};

/// Changes that are replayed in one step.
const REPLAY_GROUP: usize = 512;

/// Applies every change of the journal that the trees do not hold yet.
///
/// # Errors
/// The journal is damaged, or the trees take nothing.
pub fn catch_up(trees: &Trees, journal: &Journal) -> Result<(), OpenError> {
    let applied = trees.applied().map_err(unreadable)?;
    if applied >= journal.last() {
        return Ok(());
    }
    let mut replay = Replay::new(trees, applied);
    journal.replay(applied, |frame| replay.take(&frame))?;
    replay.finish()?;
    let changes = journal.last() - applied;
    tracing::info!(changes, "changes were replayed from the journal");
    Ok(())
}

/// Changes of the journal on their way into the trees.
pub struct Replay<'t> {
    trees: &'t Trees,
    applied: u64,
    next: u64,
    waiting: Vec<Change>,
    progress: Progress,
}

impl<'t> Replay<'t> {
    /// Into trees that hold everything up to change `applied`.
    pub fn new(trees: &'t Trees, applied: u64) -> Replay<'t> {
        let (waiting, progress) = Default::default();
        Replay { trees, applied, next: applied + 1, waiting, progress }
    }

    /// Takes the changes of a frame that are above.
    ///
    /// # Errors
    /// They cannot be read, or the trees take nothing.
    pub fn take(&mut self, frame: &Frame<'_>) -> Result<(), OpenError> {
        self.waiting.extend(changes_after(frame, self.applied).map_err(replay_failed)?);
        if self.waiting.len() >= REPLAY_GROUP { self.apply() } else { Ok(()) }
    }

    fn apply(&mut self) -> Result<(), OpenError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.next = apply(self.trees, self.next, waiting).map_err(replay_failed)?;
        self.progress.tell(self.next - self.applied, "changes are being replayed");
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// The trees take nothing.
    pub fn finish(mut self) -> Result<(), OpenError> {
        self.apply()
    }
}

fn replay_failed(error: StoreError) -> OpenError {
    OpenError(format!("cannot replay the journal: {error}"))
}

/// The changes of a frame whose numbers are above `applied`.
fn changes_after(frame: &Frame<'_>, applied: u64) -> Result<Vec<Change>, StoreError> {
    let mut changes = change::decode_changes(frame.body)?;
    if u64::try_from(changes.len()).ok() != Some(u64::from(frame.count)) {
        return Err(StoreError::Fault("a journal frame has another count of changes".to_owned()));
    }
    let known = (applied + 1).saturating_sub(frame.first);
    changes.drain(..usize::try_from(known).unwrap_or(usize::MAX).min(changes.len()));
    Ok(changes)
}

/// Writes numbered changes and all that is derived from them; returns the next number.
fn apply(trees: &Trees, first: u64, changes: Vec<Change>) -> Result<u64, StoreError> {
    let mut group = Group::new(trees, first);
    for change in changes {
        group.push(change)?;
    }
    let next = group.next_number();
    if !group.is_empty() {
        trees.write(index::rows(group.changes(), trees)?)?;
    }
    Ok(next)
}
