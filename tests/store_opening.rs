//! What opening a data directory promises: a clean one opens as it is, a damaged queryable state
//! is made anew from the journal, a damaged journal begun anew from the queryable state, and where both
//! are damaged nothing is opened and nothing altered.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/faulty_disk.rs"]
mod faulty_disk;
#[path = "support/in_process.rs"]
mod in_process;
#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/random.rs"]
mod random;
#[path = "support/sled_wreck.rs"]
mod sled_wreck;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use faulty_disk::FaultyDisk;
use in_process::{Books, books, open, verify, write_once};
use random::Random;
use smart_customer::operation::Registry;
use smart_customer::store::{OpenError, SnapshotOptions, StoreOptions};

const TOKEN: [u8; 32] = [7; 32];

/// A data directory with many small journal files, and the book about it.
struct Home {
    dir: tempfile::TempDir,
    disk: FaultyDisk,
    books: Books,
    random: Random,
}

impl Home {
    /// Filled and closed in order.
    async fn filled() -> Home {
        let dir = tempfile::tempdir().unwrap();
        let (disk, books, random) = (FaultyDisk::default(), books(), Random::seeded());
        let mut home = Home { dir, disk, books, random };
        home.write_and_close(150).await;
        home
    }

    async fn open(&self) -> Result<Registry, OpenError> {
        // No snapshot unless something is damaged.
        let snapshot =
            SnapshotOptions { journal_bytes: u64::MAX, age: Duration::MAX, close_bytes: 0 };
        let options = StoreOptions {
            journal_file_bytes: 2048,
            snapshot,
            disk: Arc::new(self.disk.clone()),
            ..StoreOptions::new(self.dir.path())
        };
        open(options).await
    }

    async fn write_and_close(&mut self, times: usize) {
        let registry = self.open().await.unwrap();
        for _ in 0..times {
            let ledger = self.random.pick(&self.books).unwrap();
            write_once(&registry, ledger, &mut self.random).await.unwrap();
        }
        registry.store().close().await.unwrap();
    }

    /// Opens, compares everything with the book, and closes.
    async fn verify(&self) {
        let registry = self.open().await.unwrap();
        verify(&registry, &self.books, &TOKEN).await;
        registry.store().close().await.unwrap();
    }

    /// Opens, compares everything with the book, and closes once a snapshot has taken the place of the
    /// journal that there was.
    async fn verify_until_snapshot(&self) {
        let (before, snapshots) = (self.journal().remove(0), self.dir.path().join("snapshot"));
        let registry = self.open().await.unwrap();
        verify(&registry, &self.books, &TOKEN).await;
        while sled_wreck::files(&snapshots).is_empty() || before.exists() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        registry.store().close().await.unwrap();
    }

    async fn refusal(&self) -> String {
        match self.open().await {
            Ok(_) => panic!("it opened"),
            Err(error) => error.to_string(),
        }
    }

    /// Why it is not opened with `file` as it is and without the queryable state, all of which is left
    /// as it is.
    async fn refusal_without_sled(&self, file: &Path) -> String {
        let (kept, before) = (self.dir.path().join("kept"), fs::read(file).ok());
        fs::rename(self.sled(), &kept).unwrap();
        let refused = self.refusal().await;
        assert_eq!(fs::read(file).ok(), before, "what was refused was changed");
        assert_eq!(self.refusal().await, refused);
        assert!(refused.contains("restore a backup"), "{refused}");
        fs::rename(&kept, self.sled()).unwrap();
        refused
    }

    /// `bytes` with one bit another.
    fn with_a_flipped_bit(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut flipped = bytes.to_vec();
        flipped[self.random.below(bytes.len())] ^= 1 << self.random.below(8);
        flipped
    }

    fn sled(&self) -> PathBuf {
        self.dir.path().join("sled")
    }

    /// The journal's files, oldest first.
    fn journal(&self) -> Vec<PathBuf> {
        sled_wreck::files(&self.dir.path().join("journal"))
    }

    /// What was set aside as damaged of `what`.
    fn set_aside(&self, what: &str) -> Option<String> {
        let names = fs::read_dir(self.dir.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let names = names.filter_map(|name| name.into_string().ok());
        let mut found = names.filter(|name| name.starts_with(&format!("{what}.damaged-")));
        let one = found.next();
        assert_eq!(found.next(), None, "one of a kind is enough");
        one
    }
}

#[tokio::test]
async fn a_store_closed_in_order_opens_without_a_replay() {
    let home = Home::filled().await;
    home.disk.state().read.clear();
    home.verify().await;
    let newest = home.journal().pop().unwrap();
    let newest = newest.file_name().unwrap().to_str().unwrap();
    let read = &home.disk.state().read;
    let older = read.iter().filter(|name| name.ends_with(".log") && *name != newest);
    assert_eq!(older.count(), 0, "{read:?}");
    assert_eq!((home.set_aside("sled"), home.set_aside("journal")), (None, None));
}

#[tokio::test]
async fn a_directory_in_use_is_refused_with_one_sentence_and_left_alone() {
    let home = Home::filled().await;
    let registry = home.open().await.unwrap();
    let refused = home.refusal().await;
    assert!(refused.starts_with("another smart-customer process is using"), "{refused}");
    assert!(refused.contains("--data-dir"), "{refused}");
    verify(&registry, &home.books, &TOKEN).await;
    registry.store().close().await.unwrap();
    drop(registry);
    home.verify().await;
}

#[tokio::test]
async fn a_queryable_state_that_was_deleted_comes_back_from_the_journal() {
    let home = Home::filled().await;
    fs::remove_dir_all(home.sled()).unwrap();
    home.verify().await;
    home.verify().await;
}

#[tokio::test]
async fn a_queryable_state_that_does_not_open_is_set_aside_and_made_anew() {
    let home = Home::filled().await;
    let (conf, db) = (home.sled().join("conf"), home.sled().join("db"));
    let length = fs::metadata(&conf).unwrap().len();
    fs::write(&conf, vec![0; usize::try_from(length).unwrap()]).unwrap();
    home.verify().await;
    let first = home.set_aside("sled").unwrap();
    let length = fs::metadata(&db).unwrap().len();
    File::options().write(true).open(&db).unwrap().set_len(length / 2).unwrap();
    home.verify().await;
    let second = home.set_aside("sled").unwrap();
    assert_ne!(second, first);
    fs::remove_dir_all(home.sled()).unwrap();
    fs::write(home.sled(), b"a file where a directory should be").unwrap();
    home.verify().await;
    assert_ne!(home.set_aside("sled").unwrap(), second);
}

#[tokio::test]
async fn a_queryable_state_that_is_behind_its_clean_end_is_set_aside_and_made_anew() {
    let mut home = Home::filled().await;
    let older = tempfile::tempdir().unwrap();
    sled_wreck::copy(&home.sled(), older.path());
    home.write_and_close(40).await;
    sled_wreck::copy(older.path(), &home.sled());
    home.verify().await;
    let first = home.set_aside("sled").unwrap();
    for file in sled_wreck::files(&home.sled()) {
        fs::write(file, b"").unwrap();
    }
    home.verify().await;
    assert_ne!(home.set_aside("sled").unwrap(), first);
}

#[tokio::test]
async fn a_snapshot_of_sleds_that_was_cut_off_is_no_hindrance() {
    let home = Home::filled().await;
    fs::write(home.sled().join("snap.0000000000000400.generating"), b"half of it").unwrap();
    home.verify().await;
    assert_eq!((home.set_aside("sled"), home.set_aside("journal")), (None, None));
}

#[tokio::test]
async fn a_journal_that_ends_before_what_was_answered_is_begun_anew() {
    let mut home = Home::filled().await;
    for part in [0, 5, 8, 50, 90, 99] {
        home.write_and_close(10).await;
        let newest = home.journal().pop().unwrap();
        let whole = fs::read(&newest).unwrap();
        fs::write(&newest, &whole[..whole.len() * part / 100]).unwrap();
        home.verify().await;
        assert_ne!(home.set_aside("journal"), None);
        // What it held is in a snapshot now.
        fs::remove_dir_all(home.sled()).unwrap();
        home.verify().await;
    }
    home.write_and_close(10).await;
    fs::remove_dir_all(home.dir.path().join("journal")).unwrap();
    home.verify().await;
    home.verify().await;
}

#[tokio::test]
async fn a_journal_that_ends_before_what_was_answered_is_refused_without_the_queryable_state() {
    let home = Home::filled().await;
    let newest = home.journal().pop().unwrap();
    let whole = fs::read(&newest).unwrap();
    for cut in (0..whole.len()).rev().step_by(whole.len() / 20) {
        fs::write(&newest, &whole[..cut]).unwrap();
        let refused = home.refusal_without_sled(&newest).await;
        let by_header = cut < 8 && refused.contains("damaged at byte 0");
        assert!(by_header || refused.contains("was answered"), "cut at {cut}: {refused}");
    }
    fs::remove_file(&newest).unwrap_or_default();
    assert!(home.refusal_without_sled(&newest).await.contains("was answered"));
    // Nothing was done to anything else: with the file back, all is there.
    fs::write(&newest, &whole).unwrap();
    home.verify().await;
    assert_eq!(home.set_aside("journal"), None);
}

#[tokio::test]
async fn also_after_a_kill_a_journal_that_ends_early_is_begun_anew_or_refused() {
    let mut home = Home::filled().await;
    let state = home.dir.path().join("state");
    let registry = home.open().await.unwrap();
    let running = fs::read(&state).unwrap();
    registry.store().close().await.unwrap();
    drop(registry);
    // Killed after these, with all of them in sled: the session marker does not know of them.
    home.write_and_close(10).await;
    fs::write(&state, running).unwrap();
    let newest = home.journal().pop().unwrap();
    let whole = fs::read(&newest).unwrap();
    fs::write(&newest, &whole[..whole.len() - 1]).unwrap();
    let refused = home.refusal_without_sled(&newest).await;
    assert!(refused.contains("was answered"), "{refused}");
    home.verify().await;
    assert_ne!(home.set_aside("journal"), None);
    assert_eq!(home.set_aside("sled"), None);
}

#[tokio::test]
async fn a_missing_journal_file_is_refused_when_it_is_needed_and_else_made_up_for() {
    let home = Home::filled().await;
    let missing = home.journal().remove(2);
    let contents = fs::read(&missing).unwrap();
    fs::remove_file(&missing).unwrap();
    let refused = home.refusal_without_sled(&missing).await;
    assert!(refused.contains("missing"), "{refused}");
    fs::write(&missing, contents).unwrap();
    home.verify().await;
    fs::remove_file(&missing).unwrap();
    home.verify_until_snapshot().await;
    fs::remove_dir_all(home.sled()).unwrap();
    home.verify().await;
}

#[tokio::test]
async fn a_flipped_bit_in_the_journal_is_refused_when_it_is_needed_and_else_made_up_for() {
    let mut home = Home::filled().await;
    for which in [0, 3] {
        let file = home.journal().remove(which);
        let whole = fs::read(&file).unwrap();
        for _ in 0..4 {
            fs::write(&file, home.with_a_flipped_bit(&whole)).unwrap();
            let refused = home.refusal_without_sled(&file).await;
            assert!(refused.contains("damaged"), "{refused}");
        }
        home.verify_until_snapshot().await;
        fs::remove_dir_all(home.sled()).unwrap();
        home.verify().await;
        home.write_and_close(80).await;
    }
}

#[tokio::test]
async fn with_a_flipped_bit_in_its_newest_file_the_journal_is_begun_anew_or_refused() {
    let mut home = Home::filled().await;
    for _ in 0..10 {
        let newest = home.journal().pop().unwrap();
        let whole = fs::read(&newest).unwrap();
        fs::write(&newest, home.with_a_flipped_bit(&whole)).unwrap();
        let refused = home.refusal_without_sled(&newest).await;
        assert!(refused.contains("damaged") || refused.contains("later release"), "{refused}");
        home.verify().await;
        assert_ne!(home.set_aside("journal"), None);
        fs::remove_dir_all(home.sled()).unwrap();
        home.verify().await;
        home.write_and_close(20).await;
    }
}

#[tokio::test]
async fn data_of_a_later_release_is_refused_by_name() {
    let home = Home::filled().await;
    let newest = home.journal().pop().unwrap();
    let whole = fs::read(&newest).unwrap();
    let mut later = whole.clone();
    later[6] = 2;
    fs::write(&newest, &later).unwrap();
    let refused = home.refusal_without_sled(&newest).await;
    assert!(refused.contains("a later release"), "{refused}");

    let mut later = whole.clone();
    later.truncate(8);
    later.extend(frame_of_a_later_release(&whole[8..]));
    later.extend(&whole[8 + frame_length(&whole[8..])..]);
    fs::write(&newest, &later).unwrap();
    fs::rename(home.sled(), home.dir.path().join("kept")).unwrap();
    let refused = home.refusal().await;
    assert!(refused.contains("a later release"), "{refused}");

    fs::write(&newest, &whole).unwrap();
    home.verify().await;
}

/// The length of the frame at the start of `frames`: see the drawing in `store/journal.rs`.
fn frame_length(frames: &[u8]) -> usize {
    20 + u32::from_le_bytes(frames[..4].try_into().unwrap()) as usize
}

/// The first frame of `frames`, its body in the next version, with good checksums.
fn frame_of_a_later_release(frames: &[u8]) -> Vec<u8> {
    let mut frame = frames[..frame_length(frames)].to_vec();
    let body = &mut frame[20..];
    body[1] += 1;
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&body[..2]), &body[6..]);
    body[2..6].copy_from_slice(&checksum.to_le_bytes());
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&frame[..4]), &frame[8..]);
    frame[4..8].copy_from_slice(&checksum.to_le_bytes());
    frame
}
