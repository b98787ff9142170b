//! A feed shows nothing that can be taken back: what a reader has seen is there, under the same
//! ids, after a failed sync and after a power cut.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[allow(dead_code, reason = "other tests use all of it")]
#[path = "support/cuttable_disk.rs"]
mod cuttable_disk;
#[path = "support/faulty_disk.rs"]
mod faulty_disk;
#[path = "support/follower.rs"]
mod follower;
#[path = "support/random.rs"]
mod random;
mod support;
mod wire;

use std::path::Path;
use std::sync::Arc;

use cuttable_disk::CuttableDisk;
use faulty_disk::FaultyDisk;
use follower::{Follower, Seen, events_of};
use random::Random;
use smart_customer::cli::serve::{Parts, Running};
use support::{CUSTOMERS, JOHN, TestApp};
use tokio::net::{TcpListener, TcpStream};
use wire::{SOON, Wire, post, within};

/// An admin token that a start does not have to write down.
const TOKEN: &str = "sc_of-this-test-alone";

async fn run(dir: &Path, disk: &CuttableDisk) -> Running {
    let mut parts = Parts::new(dir);
    parts.store.disk = Arc::new(disk.clone());
    parts.admin_token = Some(TOKEN.to_owned());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    Running::start(parts, listener).await.unwrap()
}

async fn follow_all(running: &Running) -> Follower {
    let bearer = format!("Bearer {TOKEN}");
    let path = format!("{}?after=0", events_of("acme"));
    within(Follower::open(running.address, &path, &[("authorization", &bearer)])).await
}

/// Creates customers until one is refused.
async fn create_until_refused(running: &Running) {
    let mut wire = Wire::new(TcpStream::connect(running.address).await.unwrap());
    loop {
        wire.send(post(CUSTOMERS, TOKEN, JOHN)).await;
        if wire.answer().await.status != 201 {
            return;
        }
    }
}

/// Everything until the feed ends.
async fn all(mut follower: Follower) -> Vec<Seen> {
    let mut seen = Vec::new();
    while let Some(event) = within(follower.event()).await {
        seen.push(event);
    }
    seen
}

#[tokio::test]
async fn an_event_whose_sync_failed_is_shown_to_nobody() {
    let disk = FaultyDisk::default();
    let app = TestApp::start_with(|parts| {
        parts.store.disk = Arc::new(disk.clone());
        parts.limits.keep_alive = SOON;
    })
    .await;
    let shown = app.create_john(CUSTOMERS).await;
    let bearer = format!("Bearer {}", app.token);
    let path = format!("{}?after=0", events_of("acme"));
    let headers = [("authorization", bearer.as_str())];
    let mut feed = within(Follower::open(app.running().address, &path, &headers)).await;
    assert_eq!(within(feed.event()).await.unwrap().what().1, shown);
    disk.state().syncs_fail = true;
    app.post(CUSTOMERS, JOHN).await.problem(500, "internal");
    for _ in 0..2 {
        assert_eq!(within(feed.block()).await.unwrap(), ": keep-alive");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_reader_has_seen_is_there_after_a_power_cut_under_the_same_ids() {
    let mut random = Random::seeded();
    let dir = tempfile::tempdir().unwrap();
    let disk = CuttableDisk::new(dir.path(), random.fork(), || {});
    let mut seen: Vec<Seen> = Vec::new();
    for _ in 0..30 {
        let running = run(dir.path(), &disk).await;
        let mut follower = follow_all(&running).await;
        for expected in &seen {
            assert_eq!(within(follower.event()).await.as_ref(), Some(expected));
        }
        let following = tokio::spawn(all(follower));
        disk.stop_after(1 + random.below(60));
        within(async {
            tokio::join!(create_until_refused(&running), create_until_refused(&running))
        })
        .await;
        // Nothing can be written any more, and so the end cannot be noted: it fails or not.
        let _ = running.stop().await;
        seen.extend(within(following).await.unwrap());
        disk.power_on();
        // sled never syncs: the worst that a cut can do to it is to take all of it.
        std::fs::remove_dir_all(dir.path().join("sled")).unwrap();
    }
    println!("{} events were seen and found again", seen.len());
    assert!(seen.len() > 30);
}
