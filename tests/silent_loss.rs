//! A queryable state that opens and reads without a word, but has lost a row, brought one back or
//! altered one, is found out and made anew: after a clean stop by its files, after a kill by a walk over
//! its rows.
//!
//! Here it is sled itself, or the runs themselves, opened beside the store, that take the row away.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/in_process.rs"]
mod in_process;
#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/random.rs"]
mod random;

use std::fs;
use std::path::Path;

use in_process::{Books, books, open, verify, write_once};
use lsm_tree::{AbstractTree, Guard, SeqNo};
use random::Random;
use smart_customer::operation::Registry;
use smart_customer::store::{SnapshotOptions, StoreOptions};

const TOKEN: [u8; 32] = [7; 32];

/// A key and, where it has one, its value.
type Row = (Vec<u8>, Option<Vec<u8>>);

/// What is found instead of a row, given its key and value.
type Mishap = fn(&[u8], &[u8]) -> Row;

/// A row is lost, altered, or there are more than were written.
const MISHAPS: [Mishap; 3] = [
    |key, _| (key.to_vec(), None),
    |key, value| (key.to_vec(), Some([value, b"."].concat())),
    |key, value| ([key, b"."].concat(), Some(value.to_vec())),
];

/// Where it happens.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// In the tree of that name in sled.
    Sled(&'static str),
    /// In the runs, among the keys that begin with this byte.
    Runs(u8),
}

/// Records, counts, an index, events.
const PLACES: [Place; 4] =
    [Place::Sled("customer"), Place::Sled("rollup"), Place::Runs(4), Place::Runs(11)];

struct Home {
    dir: tempfile::TempDir,
    books: Books,
}

impl Home {
    async fn open(&self) -> Registry {
        // Neither is a snapshot taken nor the journal shortened: it holds everything.
        let snapshot =
            SnapshotOptions { journal_bytes: u64::MAX, close_bytes: 0, ..Default::default() };
        open(StoreOptions { snapshot, ..StoreOptions::new(self.dir.path()) }).await.unwrap()
    }

    /// A store with something in it, closed in order or left by a process that was killed.
    async fn filled(is_closed: bool) -> Home {
        let home = Home { dir: tempfile::tempdir().unwrap(), books: books() };
        let mut random = Random::seeded();
        let registry = home.open().await;
        for _ in 0..60 {
            let ledger = random.pick(&home.books).unwrap();
            write_once(&registry, ledger, &mut random).await.unwrap();
        }
        registry.store().close().await.unwrap();
        if !is_closed {
            home.note_kill().await;
        }
        home
    }

    /// Notes of the store that a process is using it, as one does that is killed.
    async fn note_kill(&self) {
        let state = self.dir.path().join("state");
        let registry = self.open().await;
        let running = fs::read(&state).unwrap();
        registry.store().close().await.unwrap();
        fs::write(&state, running).unwrap();
    }

    /// To a row in the middle.
    fn happen(&self, place: Place, mishap: Mishap) {
        let sled = self.dir.path().join("sled");
        match place {
            Place::Sled(tree) => happen_in_sled(&sled, tree, mishap),
            Place::Runs(first) => happen_in_runs(&sled.join("runs"), first, mishap),
        }
    }

    fn set_aside(&self) -> usize {
        let names = fs::read_dir(self.dir.path()).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("sled.damaged-")).count()
    }

    async fn verify(&self) {
        let registry = self.open().await;
        verify(&registry, &self.books, &TOKEN).await;
        registry.store().close().await.unwrap();
    }
}

fn happen_in_sled(dir: &Path, tree: &str, mishap: Mishap) {
    let db = sled::open(dir).unwrap();
    let tree = db.open_tree(tree).unwrap();
    let (key, value) = tree.iter().nth(tree.len() / 2).unwrap().unwrap();
    match mishap(&key, &value) {
        (key, Some(value)) => tree.insert(key, value).unwrap(),
        (key, None) => tree.remove(key).unwrap(),
    };
    db.flush().unwrap();
}

fn happen_in_runs(dir: &Path, first: u8, mishap: Mishap) {
    let tree = lsm_tree::Config::new(dir, Default::default(), Default::default()).open().unwrap();
    let rows = || tree.prefix([first], SeqNo::MAX, None);
    let (key, value) = rows().nth(rows().count() / 2).unwrap().into_inner().unwrap();
    let version = tree.get_highest_seqno().unwrap() + 1;
    match mishap(&key, &value) {
        (key, Some(value)) => tree.insert(key, value, version),
        (key, None) => tree.remove(key, version),
    };
    tree.flush_active_memtable(0).unwrap();
}

async fn is_made_up_for(is_closed: bool) {
    for place in PLACES {
        for (number, mishap) in MISHAPS.into_iter().enumerate() {
            let home = Home::filled(is_closed).await;
            home.happen(place, mishap);
            home.verify().await;
            assert_eq!(home.set_aside(), 1, "mishap {number} in {place:?} was not found out");
        }
    }
}

#[tokio::test]
async fn after_a_clean_stop_a_row_that_is_another_is_found_out_and_made_up_for() {
    is_made_up_for(true).await;
}

#[tokio::test]
async fn after_a_kill_a_row_that_is_another_is_found_out_and_made_up_for() {
    is_made_up_for(false).await;
}

#[tokio::test]
async fn after_a_kill_a_state_that_is_as_it_was_is_used_as_it_is() {
    let home = Home::filled(false).await;
    home.verify().await;
    assert_eq!(home.set_aside(), 0);
}
