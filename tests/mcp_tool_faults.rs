//! Tools over a disk that is full, fails or is slow, clients that leave, and a fault of our own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/agent.rs"]
mod agent;
#[path = "support/faulty_disk.rs"]
mod faulty_disk;
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use agent::{Agent, acme};
use faulty_disk::FaultyDisk;
use jiff::Timestamp;
use serde_json::{Value, json};
use support::{CUSTOMERS, JOHN, TestApp};
use tokio::time::timeout;

/// After how long a call that is not answered is taken to wait.
const PROBE: Duration = Duration::from_millis(200);
/// After how long a test is taken to hang.
const NEVER: Duration = Duration::from_secs(60);

fn john() -> Value {
    serde_json::from_str(JOHN).unwrap()
}

#[tokio::test]
async fn a_full_disk_and_one_that_fails_are_told_as_over_http() {
    let disk = FaultyDisk::default();
    let app = TestApp::start_with(|parts| parts.store.disk = Arc::new(disk.clone())).await;
    let agent = Agent::new(&app);
    let id = app.create_john(CUSTOMERS).await;
    disk.state().room = Some(0);
    agent.refused("customer_creation", acme(john()), 507, "disk-full").await;
    let of_john = acme(json!({"customerId": id, "first-name": "Jane"}));
    agent.refused("customer_update", of_john.clone(), 507, "disk-full").await;
    disk.state().room = None;
    agent.call("customer_update", of_john).await;
    disk.state().syncs_fail = true;
    let problem = agent.refused("customer_creation", acme(john()), 500, "internal").await;
    assert!(!problem["detail"].as_str().unwrap().contains("journal"), "{problem}");
    agent.refused("customer_creation", acme(john()), 503, "read-only").await;
    agent.call("customer_detail", acme(json!({"customerId": id}))).await;
}

#[tokio::test]
async fn a_key_whose_first_call_is_not_answered_yet_is_told_so_until_its_client_leaves() {
    let disk = FaultyDisk::default();
    let app = TestApp::start_with(|parts| parts.store.disk = Arc::new(disk.clone())).await;
    app.create_john(CUSTOMERS).await;
    let mut arguments = acme(john());
    arguments["idempotency-key"] = "k".into();
    disk.hold_syncs();
    let agent = Agent::new(&app);
    let first = agent.called("customer_creation", arguments.clone());
    let second = async {
        while !disk.is_held_up() {
            tokio::task::yield_now().await;
        }
        // Also for the third one: that the second one is refused gives nothing back.
        for _ in 0..3 {
            let kind = "idempotency-in-flight";
            agent.refused("customer_creation", arguments.clone(), 409, kind).await;
        }
    };
    // The first one is given up as soon as the second one is answered.
    tokio::select! {
        _ = first => panic!("answered before it was on disk"),
        () = second => {}
    }
    // That its client has left is noticed: then a call with the key waits for the disk, too.
    let until_it_waits = async {
        while let Ok(result) =
            timeout(PROBE, agent.called("customer_creation", arguments.clone())).await
        {
            assert_eq!(result["structuredContent"]["status"], 409);
        }
    };
    timeout(NEVER, until_it_waits).await.unwrap();
    disk.let_syncs_go();
    let result = loop {
        let result = agent.called("customer_creation", arguments.clone()).await;
        if result["structuredContent"]["status"] != 409 {
            break result;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(result["isError"], false, "{result}");
}

/// Milliseconds at which a clock stands, and how many more times it can be read.
fn fragile_clock(reads: &Arc<AtomicI64>) -> impl Fn() -> Timestamp + Send + Sync + use<> {
    let reads = reads.clone();
    move || {
        assert_ne!(reads.fetch_sub(1, Ordering::SeqCst), 0, "the clock breaks");
        Timestamp::UNIX_EPOCH
    }
}

#[tokio::test]
async fn a_panic_in_a_tool_is_a_problem_of_that_call_alone() {
    let reads = Arc::new(AtomicI64::new(i64::MAX));
    let app = TestApp::start_with(|parts| parts.clock = Box::new(fragile_clock(&reads))).await;
    let id = app.create_john(CUSTOMERS).await;
    let agent = Agent::new(&app);
    let detail = acme(json!({"customerId": id}));
    // How often a call that needs no time itself reads the clock: to look at the token.
    let before = reads.load(Ordering::SeqCst);
    agent.call("customer_detail", detail.clone()).await;
    let of_token = before - reads.load(Ordering::SeqCst);
    reads.store(of_token, Ordering::SeqCst);
    let refused = agent.refused("customer_creation", acme(john()), 500, "internal");
    let problem = timeout(NEVER, refused).await.unwrap();
    assert!(!problem.to_string().contains("clock"), "{problem}");
    reads.store(i64::MAX, Ordering::SeqCst);
    agent.call("customer_creation", acme(john())).await;
    agent.call("customer_detail", detail).await;
}
