//! The power goes at any moment, again and again, and between that the process is killed: what was
//! answered is there afterwards, and what was shown after a kill stays after a cut.
//!
//! The journal, the snapshots and the session marker stand on a [`CuttableDisk`]; sled stands on real files that
//! are wrecked after every cut, since sled never syncs them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/cuttable_disk.rs"]
mod cuttable_disk;
#[path = "support/in_process.rs"]
mod in_process;
#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/random.rs"]
mod random;
#[path = "support/sled_wreck.rs"]
mod sled_wreck;

use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cuttable_disk::{CuttableDisk, Operation};
use in_process::{Books, books, counts, open, verify, write_once, write_until_error};
use random::Random;
use smart_customer::operation::{OperationError, Registry};
use smart_customer::store::{SnapshotOptions, StoreError, StoreOptions};

/// What happened in one history or in all.
#[derive(Default)]
struct Cuts {
    while_opening: usize,
    while_idle: usize,
    while_writing: usize,
    while_closing: usize,
    /// After a clean end, with sled as it was synced then.
    after_clean_end: usize,
    /// The process was killed, the machine went on.
    killed: usize,
    /// Of all: while a snapshot was being written, read back, or given its name.
    in_a_snapshot: usize,
    /// Of all: while the journal and the snapshots before a new one were being removed.
    while_forgetting: usize,
    /// Of all: while the trees were being made anew.
    in_a_rebuild: usize,
    /// Starts that made the trees anew.
    rebuilt: usize,
}

impl Cuts {
    fn all(&self) -> usize {
        let stopped =
            self.while_opening + self.while_idle + self.while_writing + self.while_closing;
        stopped - self.killed
    }

    fn add(&mut self, other: &Cuts) {
        self.while_opening += other.while_opening;
        self.while_idle += other.while_idle;
        self.while_writing += other.while_writing;
        self.while_closing += other.while_closing;
        self.after_clean_end += other.after_clean_end;
        self.killed += other.killed;
        self.in_a_snapshot += other.in_a_snapshot;
        self.while_forgetting += other.while_forgetting;
        self.in_a_rebuild += other.in_a_rebuild;
        self.rebuilt += other.rebuilt;
    }

    /// Counts what was going on when everything stopped.
    fn count(&mut self, stopped_at: Option<(Operation, PathBuf)>, while_opening: bool) {
        let Some((what, path)) = stopped_at else { return };
        let ends_in = |ending: &str| path.extension().is_some_and(|found| found == ending);
        let is_snapshot = path.parent().is_some_and(|dir| dir.ends_with("snapshot"));
        match what {
            Operation::Remove if ends_in("log") || ends_in("snap") => self.while_forgetting += 1,
            Operation::Read if ends_in("snap") && while_opening => self.in_a_rebuild += 1,
            Operation::Read if ends_in("snap") => {}
            _ if is_snapshot || path.ends_with("snapshot") => self.in_a_snapshot += 1,
            _ => {}
        }
    }
}

/// A machine: its disk, sled's files, and the book about what was answered.
struct Machine {
    random: Random,
    disk: CuttableDisk,
    dir: tempfile::TempDir,
    /// sled's files at some time before.
    older_sled: PathBuf,
    /// sled's files when they were last synced.
    synced_sled: PathBuf,
    books: Books,
    /// The process before was killed.
    was_killed: bool,
    cuts: Cuts,
}

impl Machine {
    fn new(mut random: Random) -> Machine {
        let dir = tempfile::tempdir().unwrap();
        let data_dir = dir.path().join("data");
        std::fs::create_dir(&data_dir).unwrap();
        let [older_sled, synced_sled] = ["older", "synced"].map(|name| dir.path().join(name));
        let (sled, synced) = (data_dir.join("sled"), synced_sled.clone());
        let keep_synced = move || sled_wreck::copy(&sled, &synced);
        let disk = CuttableDisk::new(&data_dir, random.fork(), keep_synced);
        let (books, cuts) = (books(), Cuts::default());
        Machine { random, disk, dir, older_sled, synced_sled, books, was_killed: false, cuts }
    }

    fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Many small journal files, and snapshots all the time.
    fn options(&mut self) -> StoreOptions {
        let snapshot = SnapshotOptions {
            journal_bytes: 2048,
            age: if self.random.percent(20) { Duration::from_millis(5) } else { Duration::MAX },
            close_bytes: if self.random.percent(50) { u64::MAX } else { 0 },
        };
        StoreOptions {
            cache_bytes: 16 * 1024 * 1024,
            journal_file_bytes: 1024,
            snapshot,
            disk: Arc::new(self.disk.clone()),
            ..StoreOptions::new(self.data_dir())
        }
    }

    /// One life of the process, at the end of which everything stops unless it was closed before.
    async fn live(&mut self) {
        // What a killed process left unsynced must not be shown and then be lost after all.
        let only_looks = self.was_killed && self.random.percent(50);
        if !only_looks {
            let operations = if self.random.percent(30) { 25 } else { 120 };
            self.disk.stop_after(1 + self.random.below(operations));
        }
        let before = self.sled_inode();
        let registry = match open(self.options()).await {
            Ok(registry) => registry,
            Err(error) => {
                assert!(self.disk.is_off(), "{error}");
                self.cuts.while_opening += 1;
                self.cuts.count(self.disk.stopped_at(), true);
                return self.start_anew();
            }
        };
        self.cuts.rebuilt += usize::from(self.sled_inode() != before);
        verify(&registry, &self.books, &[7; 32]).await;
        let registry = Arc::new(registry);
        if only_looks || self.random.percent(5) {
            self.disk.stop();
            self.cuts.while_idle += 1;
            let closed = registry.store().close().await;
            // Where the end of a journal file could not be written there is nothing to be noted.
            assert!(closed.is_err() || registry.store().write_fault().is_some());
        } else if self.random.percent(40) {
            self.write_and_close(&registry).await;
        } else {
            self.write_until_cut(&registry).await;
        }
        drop(registry);
        if self.disk.is_off() {
            self.cuts.count(self.disk.stopped_at(), false);
            self.start_anew();
        }
    }

    /// Which file sled has its pages in.
    fn sled_inode(&self) -> Option<u64> {
        self.data_dir().join("sled/db").metadata().ok().map(|file| file.ino())
    }

    async fn write_until_cut(&mut self, registry: &Arc<Registry>) {
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let (registry, books) = (registry.clone(), self.books.clone());
                tokio::spawn(write_until_error(registry, books, self.random.fork()))
            })
            .collect();
        for task in tasks {
            let error = task.await.unwrap();
            assert!(self.disk.is_off(), "{error}");
            assert!(matches!(
                error,
                OperationError::Store(StoreError::Fault(_) | StoreError::ReadOnly)
            ));
        }
        self.cuts.while_writing += 1;
        let keeps_older = self.random.percent(50);
        if keeps_older {
            sled_wreck::copy(&self.data_dir().join("sled"), &self.older_sled);
        }
        registry.store().close().await.unwrap();
    }

    /// Writes a little and closes in order, unless the power goes meanwhile.
    async fn write_and_close(&mut self, registry: &Arc<Registry>) {
        for _ in 0..self.random.below(8) {
            let ledger = self.random.pick(&self.books).unwrap();
            if write_once(registry, ledger, &mut self.random).await.is_err() {
                assert!(self.disk.is_off());
                self.cuts.while_writing += 1;
                return registry.store().close().await.unwrap();
            }
        }
        if self.random.percent(40) {
            self.disk.stop_after(1 + self.random.below(7));
        }
        let closed = registry.store().close().await;
        // Where writes failed before, as those that end a journal file, there is nothing to be noted.
        let is_known = registry.store().write_fault().is_some();
        assert_eq!(closed.is_err() || is_known, self.disk.is_off(), "{closed:?}");
        self.cuts.while_closing += usize::from(self.disk.is_off());
    }

    /// The power comes back: the disk shows what survived, and so do sled's files. Or it never
    /// went, and only the process was killed.
    fn start_anew(&mut self) {
        self.was_killed = self.random.percent(25);
        if self.was_killed {
            self.cuts.killed += 1;
            return self.disk.start_process();
        }
        self.disk.power_on();
        let sled = self.data_dir().join("sled");
        let state = self.disk.peek(&self.data_dir().join("state")).unwrap_or_default();
        if state.starts_with(b"clean ") {
            self.cuts.after_clean_end += 1;
            sled_wreck::after_cut_since(&mut self.random, &sled, &self.synced_sled);
        } else {
            sled_wreck::after_cut(&mut self.random, &sled, &self.older_sled);
        }
    }
}

/// Cuts in one history, and in all.
const CUTS: (usize, usize) = (8, 400);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_answered_is_lost_when_the_power_is_cut_at_any_moment() {
    let mut random = Random::seeded();
    let mut cuts = Cuts::default();
    let mut sum = ledger::Counts::default();
    while cuts.all() < CUTS.1 {
        let mut machine = Machine::new(random.fork());
        while machine.cuts.all() < CUTS.0 {
            machine.live().await;
        }
        let options = machine.options();
        let registry = open(options).await.unwrap();
        verify(&registry, &machine.books, &[7; 32]).await;
        registry.store().close().await.unwrap();
        cuts.add(&machine.cuts);
        sum.add(counts(&machine.books));
    }
    println!(
        "{} cuts and {} kills ({} while opening, {} while idle, {} while writing, {} while \
         closing; {} cuts found a clean end; {} in a snapshot, {} while older files were removed, {} \
         while trees were made anew from a snapshot; {} starts made them anew); answered: {} creations, {} changes, \
         {} deletions, {} replays; unanswered: {} happened, {} did \
         not; lost: 0",
        cuts.all(),
        cuts.killed,
        cuts.while_opening,
        cuts.while_idle,
        cuts.while_writing,
        cuts.while_closing,
        cuts.after_clean_end,
        cuts.in_a_snapshot,
        cuts.while_forgetting,
        cuts.in_a_rebuild,
        cuts.rebuilt,
        sum.created,
        sum.updated,
        sum.deleted,
        sum.replayed,
        sum.happened,
        sum.vanished
    );
    let each = [cuts.while_opening, cuts.while_idle, cuts.while_writing, cuts.while_closing];
    assert!(!each.contains(&0) && cuts.after_clean_end > 0 && cuts.killed > 0);
    assert!(cuts.in_a_snapshot > 0 && cuts.while_forgetting > 0);
    assert!(cuts.in_a_rebuild > 0 && cuts.rebuilt > 0);
}
