//! A disk that is full, and a disk that fails: what is refused, what goes on, and what is there
//! after the next start.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/faulty_disk.rs"]
mod faulty_disk;
#[path = "support/in_process.rs"]
mod in_process;
#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/random.rs"]
mod random;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use faulty_disk::FaultyDisk;
use in_process::{Books, books, open, verify, write_once};
use random::Random;
use smart_customer::operation::{OperationError, Registry};
use smart_customer::store::{SnapshotOptions, StoreError, StoreOptions};

const TOKEN: [u8; 32] = [7; 32];

fn options(dir: &Path, disk: &FaultyDisk, journal_file_bytes: u64) -> StoreOptions {
    StoreOptions { journal_file_bytes, disk: Arc::new(disk.clone()), ..StoreOptions::new(dir) }
}

async fn write(registry: &Registry, books: &Books, random: &mut Random, times: usize) {
    for _ in 0..times {
        let ledger = random.pick(books).unwrap();
        write_once(registry, ledger, random).await.unwrap();
    }
}

/// Asks for new customers until one is refused; the reason.
async fn refusal(registry: &Registry, books: &Books, random: &mut Random) -> StoreError {
    loop {
        let ledger = random.pick(books).unwrap();
        match write_once(registry, ledger, random).await {
            Ok(()) => {}
            Err(OperationError::Store(error)) => return error,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_full_disk_refuses_a_write_whole_and_goes_on_when_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let (disk, books, mut random) = (FaultyDisk::default(), books(), Random::seeded());
    // So small that the room also ends while a journal file is being begun.
    let registry = open(options(dir.path(), &disk, 400)).await.unwrap();
    for _ in 0..60 {
        write(&registry, &books, &mut random, 3).await;
        let room = random.below(600);
        disk.state().room = Some(room);
        assert_eq!(refusal(&registry, &books, &mut random).await, StoreError::DiskFull);
        assert_eq!(refusal(&registry, &books, &mut random).await, StoreError::DiskFull);
        assert_eq!(registry.store().write_fault(), None);
        verify(&registry, &books, &TOKEN).await;
        disk.state().room = None;
    }
    write(&registry, &books, &mut random, 3).await;
    registry.store().close().await.unwrap();
    drop(registry);
    let registry = open(options(dir.path(), &disk, 400)).await.unwrap();
    verify(&registry, &books, &TOKEN).await;
    registry.store().close().await.unwrap();
    drop(registry);
    // And by the journal alone.
    std::fs::remove_dir_all(dir.path().join("sled")).unwrap();
    let registry = open(options(dir.path(), &disk, 400)).await.unwrap();
    verify(&registry, &books, &TOKEN).await;
    registry.store().close().await.unwrap();
}

#[tokio::test]
async fn after_a_sync_that_failed_nothing_is_written_but_reads_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let (disk, books, mut random) = (FaultyDisk::default(), books(), Random::seeded());
    let registry = open(options(dir.path(), &disk, 4096)).await.unwrap();
    write(&registry, &books, &mut random, 40).await;
    let shown = in_process::counts(&books);

    disk.state().syncs_fail = true;
    let refused = refusal(&registry, &books, &mut random).await;
    assert!(matches!(&refused, StoreError::Fault(why) if why.contains("does not answer")));
    let fault = registry.store().write_fault().unwrap();
    assert!(fault.contains("the journal cannot be written"), "{fault}");

    disk.state().syncs_fail = false;
    let syncs = disk.state().syncs;
    for _ in 0..10 {
        assert_eq!(refusal(&registry, &books, &mut random).await, StoreError::ReadOnly);
    }
    // The refused write is not shown: exactly what was answered is.
    verify(&registry, &books, &TOKEN).await;
    let counts = in_process::counts(&books);
    assert_eq!((counts.created, counts.deleted), (shown.created, shown.deleted));
    registry.store().close().await.unwrap();
    assert_eq!(disk.state().syncs, syncs, "a sync was tried again");
}

#[tokio::test]
async fn after_a_sync_that_failed_the_next_start_has_everything_answered() {
    let dir = tempfile::tempdir().unwrap();
    let (disk, books, mut random) = (FaultyDisk::default(), books(), Random::seeded());
    for _ in 0..5 {
        let registry = open(options(dir.path(), &disk, 1024)).await.unwrap();
        verify(&registry, &books, &TOKEN).await;
        write(&registry, &books, &mut random, 20).await;
        disk.state().syncs_fail = true;
        assert!(matches!(refusal(&registry, &books, &mut random).await, StoreError::Fault(_)));
        disk.state().syncs_fail = false;
        registry.store().close().await.unwrap();
    }
}

/// Snapshots all the time.
fn with_snapshots(dir: &Path, disk: &FaultyDisk) -> StoreOptions {
    let snapshot =
        SnapshotOptions { journal_bytes: 2000, age: Duration::MAX, close_bytes: u64::MAX };
    StoreOptions { snapshot, ..options(dir, disk, 1024) }
}

#[tokio::test]
async fn a_snapshot_that_is_not_read_as_it_was_written_takes_the_place_of_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (disk, books, mut random) = (FaultyDisk::default(), books(), Random::seeded());
    disk.state().loses_snapshots = true;
    let registry = open(with_snapshots(dir.path(), &disk)).await.unwrap();
    write(&registry, &books, &mut random, 60).await;
    registry.store().close().await.unwrap();
    drop(registry);
    assert!(disk.state().lost_snapshots > 0);
    let snapshots = std::fs::read_dir(dir.path().join("snapshot")).unwrap();
    assert_eq!(snapshots.count(), 0);
    // So the journal is all there: enough where there are no trees.
    std::fs::remove_dir_all(dir.path().join("sled")).unwrap();
    disk.state().loses_snapshots = false;
    let registry = open(with_snapshots(dir.path(), &disk)).await.unwrap();
    verify(&registry, &books, &TOKEN).await;
    registry.store().close().await.unwrap();
}

#[tokio::test]
async fn a_snapshot_that_was_damaged_or_is_another_one_is_replaced_while_the_store_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let (disk, books, mut random) = (FaultyDisk::default(), books(), Random::seeded());
    let mut before = Vec::new();
    for round in 0..3 {
        let registry = open(with_snapshots(dir.path(), &disk)).await.unwrap();
        write(&registry, &books, &mut random, 30).await;
        registry.store().close().await.unwrap();
        drop(registry);
        let mut snapshots = std::fs::read_dir(dir.path().join("snapshot")).unwrap();
        let path = snapshots.next().unwrap().unwrap().path();
        let whole = std::fs::read(&path).unwrap();
        let damaged = if round == 0 { whole[..whole.len() / 2].to_vec() } else { before };
        std::fs::write(&path, &damaged).unwrap();
        let never = SnapshotOptions { journal_bytes: u64::MAX, age: Duration::MAX, close_bytes: 0 };
        let options = StoreOptions { snapshot: never, ..options(dir.path(), &disk, 1024) };
        let registry = open(options.clone()).await.unwrap();
        // Not that of the first file that there is: the new one is written beside it.
        while std::fs::read(&path).unwrap() == damaged {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        registry.store().close().await.unwrap();
        drop(registry);
        std::fs::remove_dir_all(dir.path().join("sled")).unwrap();
        let registry = open(options).await.unwrap();
        verify(&registry, &books, &TOKEN).await;
        registry.store().close().await.unwrap();
        before = whole;
    }
}

#[tokio::test]
async fn no_snapshot_grows_older_than_it_may_while_it_lacks_changes() {
    let dir = tempfile::tempdir().unwrap();
    let (disk, books, mut random) = (FaultyDisk::default(), books(), Random::seeded());
    let age = Duration::from_millis(20);
    let snapshot = SnapshotOptions { journal_bytes: u64::MAX, age, close_bytes: 0 };
    let options = StoreOptions { snapshot, ..options(dir.path(), &disk, 1024) };
    let registry = open(options.clone()).await.unwrap();
    write(&registry, &books, &mut random, 30).await;
    // With what was deleted it leaves the disk.
    let journal = dir.path().join("journal/00000000000000000001.log");
    while journal.exists() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    registry.store().close().await.unwrap();
    drop(registry);
    std::fs::remove_dir_all(dir.path().join("sled")).unwrap();
    let registry = open(options).await.unwrap();
    verify(&registry, &books, &TOKEN).await;
    registry.store().close().await.unwrap();
}
