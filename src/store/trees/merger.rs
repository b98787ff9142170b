//! The thread that writes rows in memory out as runs, and merges runs so that there are few to read.

use std::collections::HashSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use lsm_tree::compaction::Leveled;
use lsm_tree::{AbstractTree, AnyTree, SequenceNumberCounter};

use super::memory::Part;
use super::row_log;
use super::runs::{self, RunsError, SharedMemory};
use crate::store::disk;

/// Bytes of a table, of which a long run has several: what is merged at once has a few of them.
pub const TABLE_BYTES: u64 = 16 * 1024 * 1024;

/// Parts of memory that may wait to become runs before whoever writes waits for it.
const WAITING: usize = 2;

/// Parts that may wait on a full disk before writes are refused.
const WAITING_FOR_ROOM: usize = 4;

/// Runs that may lie over each other unmerged before whoever writes waits.
const UNMERGED: usize = 16;

/// How long nothing is tried again when there was no room.
const PAUSE: Duration = Duration::from_millis(200);

/// The thread, and what is known of its work.
pub struct Merger {
    work: Arc<Work>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Work {
    tree: AnyTree,
    seqno: SequenceNumberCounter,
    memory: SharedMemory,
    dir: PathBuf,
    flush: Box<dyn Fn() -> sled::Result<()> + Send + Sync>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The last batch in each part of memory that waits to become a run.
    sealed: Vec<u64>,
    /// Why the last attempt failed for want of room.
    no_room: Option<String>,
    /// Why no other is made.
    failure: Option<String>,
    is_stopped: bool,
}

impl Merger {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system starts none.
    pub fn start(
        (tree, seqno): (AnyTree, SequenceNumberCounter),
        memory: SharedMemory,
        dir: &Path,
        flush: impl Fn() -> sled::Result<()> + Send + 'static,
    ) -> io::Result<Merger> {
        let flush = Mutex::new(flush);
        let flush = Box::new(move || flush.lock().unwrap_or_else(PoisonError::into_inner)());
        let (state, changed) = Default::default();
        let work =
            Arc::new(Work { tree, seqno, memory, dir: dir.to_owned(), flush, state, changed });
        let working = work.clone();
        let thread = std::thread::Builder::new()
            .name("store-merger".to_owned())
            .spawn(move || working.run())?;
        Ok(Merger { work, thread: Mutex::new(Some(thread)) })
    }

    /// Another part of memory, which ends with `batch`, is to become a run.
    pub fn sealed(&self, batch: u64) {
        self.work.lock().sealed.push(batch);
        self.work.changed.notify_all();
    }

    /// Waits as long as more is to be done than may be.
    pub fn wait_for_turn(&self) {
        let is_behind = |state: &mut State| {
            let is_working = state.no_room.is_none() && state.failure.is_none();
            let many = state.sealed.len() > WAITING || self.work.tree.l0_run_count() > UNMERGED;
            many && is_working && !state.is_stopped
        };
        // Nothing is done with what comes back: an answer, even of a poisoned lock, ends the wait.
        drop(self.work.changed.wait_while(self.work.lock(), is_behind));
    }

    /// Why no more rows are to be written now, where the disk is full.
    pub fn is_stuck_for_room(&self) -> Option<String> {
        let state = self.work.lock();
        state.no_room.clone().filter(|_| state.sealed.len() >= WAITING_FOR_ROOM)
    }

    /// Why no runs are written any more.
    pub fn failure(&self) -> Option<String> {
        self.work.lock().failure.clone()
    }

    /// Ends the thread, once it has done what it is doing.
    pub fn stop(&self) {
        self.work.lock().is_stopped = true;
        self.work.changed.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the thread that merges runs panicked");
        }
    }

    /// Writes what waits as runs, up to `batch`, from this thread: the other one is stopped.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write_run(&self, batch: u64) -> Result<(), RunsError> {
        self.work.write_run(batch)
    }
}

/// Without runs to look after, the thread ends.
impl Drop for Merger {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Work {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        while let Some(batch) = self.next() {
            let done = catch_unwind(AssertUnwindSafe(|| {
                self.write_run(batch)?;
                self.lock().sealed.retain(|waiting| *waiting > batch);
                self.changed.notify_all();
                self.merge()
            }));
            let done = done
                .unwrap_or_else(|_| Err(RunsError::Damaged("merging runs panicked".to_owned())));
            self.note(done);
        }
    }

    /// The last batch that waits; `None` where there is nothing more to do.
    fn next(&self) -> Option<u64> {
        let mut state = self.lock();
        loop {
            if state.is_stopped || state.failure.is_some() {
                return None;
            }
            if state.no_room.is_some() {
                let waited = self.changed.wait_timeout(state, PAUSE);
                (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
                if let Some(batch) = state.sealed.last().filter(|_| !state.is_stopped) {
                    return Some(*batch);
                }
                state.no_room = None;
            } else if let Some(batch) = state.sealed.last() {
                return Some(*batch);
            } else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    fn note(&self, done: Result<(), RunsError>) {
        let mut state = self.lock();
        match done {
            Ok(()) => state.no_room = None,
            Err(error) => {
                self.remove_leftovers();
                match error.is_full() {
                    true => state.no_room = Some(error.to_string()),
                    false => {
                        tracing::error!(%error, "runs cannot be written or merged");
                        state.failure = Some(error.to_string());
                    }
                }
            }
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Writes what waits as a run; then the log up to `batch` is needed no more.
    fn write_run(&self, batch: u64) -> Result<(), RunsError> {
        // Never ahead of sled, whose last batch says how far both go.
        (self.flush)().map_err(|error| match error {
            sled::Error::Io(error) => RunsError::Log(error),
            error => RunsError::Damaged(error.to_string()),
        })?;
        while let Some(part) = self.next_part(batch) {
            runs::write_run(&self.tree, &part)?;
            self.memory.write().forget_oldest();
        }
        Ok(row_log::remove_until(&self.dir, batch)?)
    }

    /// The oldest part of memory that ends with `batch` or before.
    fn next_part(&self, batch: u64) -> Option<Arc<Part>> {
        self.memory.read().oldest().filter(|part| part.last <= batch)
    }

    /// Merges runs until there are no more than there should be.
    fn merge(&self) -> Result<(), RunsError> {
        let strategy = Arc::new(Leveled::default().with_table_target_size(TABLE_BYTES));
        while !self.lock().is_stopped && self.has_room() {
            let before = self.tree.current_version().id();
            self.tree.compact(strategy.clone(), self.seqno.get())?;
            self.changed.notify_all();
            if self.tree.current_version().id() == before {
                break;
            }
        }
        Ok(())
    }

    /// Whether what is merged has room beside what it is merged of.
    fn has_room(&self) -> bool {
        let most = self.tree.disk_space().min(16 * TABLE_BYTES);
        disk::space(&self.dir).is_none_or(|space| space.free > most)
    }

    /// Removes tables that belong to no run: what was written of one that did not become whole.
    fn remove_leftovers(&self) {
        let version = self.tree.current_version();
        let known: HashSet<String> =
            version.iter_tables().map(|table| table.id().to_string()).collect();
        let Ok(entries) = std::fs::read_dir(self.dir.join("tables")) else { return };
        for entry in entries.flatten() {
            if !known.contains(&*entry.file_name().to_string_lossy()) {
                // Should it stay, the next start removes it.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}
