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

use faulty_disk::FaultyDisk;
use in_process::{Books, books, open, verify, write_once};
use random::Random;
use smart_customer::operation::{OperationError, Registry};
use smart_customer::store::{StoreError, StoreOptions};

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
