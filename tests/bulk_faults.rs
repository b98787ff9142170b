//! Bulk requests over a disk that is full, that is slow, and under a service that is killed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/bulk.rs"]
mod bulk;
#[path = "support/child.rs"]
mod child;
#[path = "support/faulty_disk.rs"]
mod faulty_disk;
#[path = "support/in_process.rs"]
mod in_process;
#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/random.rs"]
mod random;
mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use bulk::{Conversation, Http, NDJSON, answers, each, line, lines, send, statuses, stored};
use child::Service;
use faulty_disk::FaultyDisk;
use futures_util::future::join_all;
use hyper::Method;
use random::Random;
use serde_json::Value;
use smart_customer::customer::Namespace;
use smart_customer::operation::create;
use smart_customer::store::StoreOptions;
use support::{CUSTOMERS, JOHN, TestApp, ids};

async fn on(disk: &FaultyDisk) -> TestApp {
    TestApp::start_with(|parts| parts.store.disk = Arc::new(disk.clone())).await
}

async fn listed(app: &TestApp) -> Vec<String> {
    let list = app.get(CUSTOMERS).await;
    if list.status == 404 { Vec::new() } else { ids(&list.json()) }
}

async fn begin(app: &TestApp, headers: &[(&str, &str)], first: String) -> Conversation {
    let peer = (app.running().address, app.token.as_str());
    let headers = [&[("content-type", NDJSON)], headers].concat();
    Conversation::begin(peer, Http::One, CUSTOMERS, &headers, first).await
}

async fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn lines_that_find_the_disk_full_are_507_and_not_stored_and_later_ones_are_again() {
    let disk = FaultyDisk::default();
    let mut app = on(&disk).await;
    let mut conversation = begin(&app, &[], lines(0..3)).await;
    let mut answered = Vec::new();
    for _ in 0..3 {
        answered.push(conversation.hear().await.unwrap());
    }
    for round in 0..5 {
        disk.state().room = Some(100 * round);
        conversation.say(lines(0..40) + "{}\n");
        for _ in 0..41 {
            answered.push(conversation.hear().await.unwrap());
        }
        disk.state().room = None;
        conversation.say(lines(0..2));
        for _ in 0..2 {
            answered.push(conversation.hear().await.unwrap());
        }
    }
    conversation.finish();
    assert_eq!(conversation.hear().await, None);
    for round in answered[3..].chunks(43) {
        assert_eq!(statuses(&round[..40]), [507; 40]);
        assert_eq!(round[0]["problem"]["type"], "/problems/disk-full");
        assert_eq!(statuses(&round[40..]), [400, 201, 201]);
    }
    assert_eq!(listed(&app).await, stored(&answered));
    app.restart().await;
    assert_eq!(listed(&app).await, stored(&answered));
    assert_eq!(app.running().service().registry().store().check().unwrap().faults, 0);
}

#[tokio::test]
async fn a_disk_that_fills_up_in_the_middle_of_a_long_body_stores_exactly_what_it_answers() {
    let (disk, mut random) = (FaultyDisk::default(), Random::seeded());
    let app = on(&disk).await;
    let mut expected = Vec::new();
    for _ in 0..8 {
        disk.state().room = Some(random.below(300_000));
        let answer = answers(&send(&app, CUSTOMERS, NDJSON, lines(0..2000)).await);
        assert_eq!(answer.len(), 2000);
        // Lines are written some at a time: where many did not fit, fewer behind them still may.
        let [kept, refused] =
            [201, 507].map(|status| answer.iter().filter(|line| line["status"] == status).count());
        assert_eq!((kept, kept + refused), (stored(&answer).len(), 2000));
        expected.extend(stored(&answer).into_iter().map(str::to_owned));
        assert_eq!(listed(&app).await, expected);
    }
    disk.state().room = None;
    let key = [("idempotency-key", "k")];
    disk.state().room = Some(50_000);
    let mut first = begin(&app, &key, lines(0..2000)).await;
    first.finish();
    let first = first.hear_all().await;
    disk.state().room = None;
    let mut again = begin(&app, &key, lines(0..2000)).await;
    again.finish();
    let again = again.hear_all().await;
    assert_eq!(statuses(&again), [201; 2000], "a line that was refused does not use its key up");
    let replayed = again.iter().filter(|line| line["replayed"] == true).count();
    assert_eq!(replayed, stored(&first).len());
    assert_eq!(listed(&app).await.len(), expected.len() + 2000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_whose_key_is_still_at_work_is_409_and_afterwards_a_replay() {
    let disk = FaultyDisk::default();
    let app = on(&disk).await;
    let key = [("idempotency-key", "k")];
    disk.hold_syncs();
    let mut first = begin(&app, &key, lines(0..2)).await;
    until(|| disk.is_held_up()).await;
    let mut second = begin(&app, &key, lines(0..1)).await;
    let refused = second.hear().await.unwrap();
    assert_eq!(refused["status"], 409);
    assert_eq!(refused["problem"]["type"], "/problems/idempotency-in-flight");
    disk.let_syncs_go();
    let answered = [first.hear().await.unwrap(), first.hear().await.unwrap()];
    assert_eq!(statuses(&answered), [201, 201]);
    let mut third = begin(&app, &key, lines(0..2)).await;
    third.finish();
    let replayed = third.hear_all().await;
    assert_eq!(each(&replayed, "id"), each(&answered, "id"));
    assert_eq!(each(&replayed, "replayed"), [true, true]);
    assert_eq!(listed(&app).await, stored(&answered));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulk_request_waits_for_its_turn_where_single_ones_are_refused() {
    let disk = FaultyDisk::default();
    let app = Arc::new(on(&disk).await);
    disk.hold_syncs();
    let details = smart_customer::api::draft_json::parse(JOHN.as_bytes()).unwrap();
    // More than the writer lets wait.
    let singles: Vec<_> = (0..6000)
        .map(|_| {
            let (app, details) = (app.clone(), details.clone());
            tokio::spawn(async move {
                let acme = Namespace::new("tse", "v1", "acme").unwrap();
                let registry = app.running().service().registry();
                create::create(registry, &acme, details, None).await.is_ok()
            })
        })
        .collect();
    let mut conversation = begin(&app, &[], lines(0..300)).await;
    // One that is refused says that those before it fill the queue.
    while app.post(CUSTOMERS, JOHN).await.status != 503 {}
    let refused = app.post(CUSTOMERS, JOHN).await;
    refused.problem(503, "overloaded");
    assert_eq!(refused.header("retry-after"), "1");
    conversation.say(lines(300..600));
    conversation.finish();
    disk.let_syncs_go();
    assert_eq!(statuses(&conversation.hear_all().await), [201; 600]);
    let kept = join_all(singles).await.into_iter().filter(|done| *done.as_ref().unwrap()).count();
    assert!(kept < 6000, "the queue was never full");
    assert_eq!(listed(&app).await.len(), kept + 600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_is_there_after_the_service_was_killed_and_nothing_is_twice() {
    let (mut random, dir) = (Random::seeded(), tempfile::tempdir().unwrap());
    let (data_dir, log) = (dir.path().join("data"), dir.path().join("log"));
    let mut named = BTreeSet::new();
    for round in 0..6 {
        let mut service = Service::spawn(&data_dir, &log);
        let address = service.address().unwrap();
        let token = std::fs::read_to_string(data_dir.join("admin-token")).unwrap();
        let headers = [("content-type", NDJSON), ("idempotency-key", "k")];
        let peer = (address, token.trim());
        let mut bulk =
            Conversation::begin(peer, Http::One, CUSTOMERS, &headers, lines(0..3000)).await;
        let mut answered: Vec<Value> = Vec::new();
        let heard = if round < 5 { random.below(2500) } else { 3000 };
        for _ in 0..heard {
            answered.push(bulk.hear().await.unwrap());
        }
        service.kill();
        answered.extend(bulk.hear_all().await);
        assert_eq!(statuses(&answered), [201].repeat(answered.len()));
        named.extend(stored(&answered).into_iter().map(str::to_owned));
    }
    let registry = in_process::open(StoreOptions::new(data_dir)).await.unwrap();
    let acme = Namespace::new("tse", "v1", "acme").unwrap();
    let all = in_process::all(registry.store(), &acme).await;
    let kept: BTreeSet<String> = all.iter().map(|customer| customer.id.to_string()).collect();
    assert_eq!(kept.len(), 3000);
    assert_eq!(kept, named, "an answer named a customer that is not there");
    assert_eq!(registry.store().check().unwrap().faults, 0);
    registry.store().close().await.unwrap();
}

#[tokio::test]
async fn a_single_creation_goes_on_beside_a_bulk_request() {
    let app = TestApp::start().await;
    let mut bulk = begin(&app, &[], lines(0..2000)).await;
    let single = app.request(Method::POST, CUSTOMERS).json(line(7)).send().await;
    assert_eq!(single.status, 201);
    bulk.finish();
    assert_eq!(statuses(&bulk.hear_all().await), [201; 2000]);
    assert_eq!(listed(&app).await.len(), 2001);
}
