//! The real program told to stop while clients write: what it answered is kept, what it did not do it
//! does not claim, and the next start finds everything in order.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "support/child.rs"]
mod child;
mod process;
mod support;
mod wire;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use child::Client;
use hyper::Method;
use process::{Service, serve, token_in};
use serde_json::Value;
use smart_customer::cli::serve::{Parts, Running};
use support::{CUSTOMERS, JOHN};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wire::{NEVER, Wire, get, post, post_head, within};

/// Clients that write at the same time.
const WRITERS: usize = 8;

/// Customers that are created before the service is told to stop.
const BEFORE: usize = 300;

/// What a client was told until its connection ended.
#[derive(Default)]
struct Told {
    created: BTreeSet<String>,
    /// Requests that got no whole answer: whether they were done is open.
    open: usize,
}

/// Creates customers until the service does not answer any more.
async fn write(address: SocketAddr, token: String, count: Arc<AtomicUsize>) -> Told {
    let mut told = Told::default();
    while let Some(mut client) = Client::connect(address, &token).await {
        loop {
            let body = JOHN.as_bytes().to_vec();
            let Some(answer) = client.send(Method::POST, CUSTOMERS, None, body).await else {
                told.open += 1;
                break;
            };
            match answer.status.as_u16() {
                201 => {
                    let customer: Value = serde_json::from_slice(&answer.body).unwrap();
                    told.created.insert(customer["id"].as_str().unwrap().to_owned());
                    count.fetch_add(1, Ordering::SeqCst);
                }
                503 => {}
                other => panic!("{other}"),
            }
        }
    }
    told
}

/// The ids of all customers that the next start finds; it must be a clean one.
fn kept_in(dir: &Path) -> BTreeSet<String> {
    let state = std::fs::read_to_string(dir.join("state")).unwrap();
    assert!(state.starts_with("clean "), "the store was not closed in order: {state}");
    let service = Service::start(serve(dir));
    let said = service.request(&format!("GET {CUSTOMERS}"), &token_in(dir), "", "");
    let parts = said.split("{\"id\":\"").skip(1);
    let kept = parts.map(|rest| rest[..26].to_owned()).collect();
    let ended = service.end("TERM");
    assert_eq!(ended.code, Some(0));
    let all = ended.stderr + &ended.stdout;
    assert!(!all.contains("WARN") && !all.contains("ERROR"), "{all}");
    kept
}

async fn stopped_under_load(signals: usize) {
    let dir = tempfile::tempdir().unwrap();
    let service = Service::start(serve(dir.path()));
    let address: SocketAddr = service.address.parse().unwrap();
    let (token, count) = (token_in(dir.path()), Arc::new(AtomicUsize::new(0)));
    let writers: Vec<JoinHandle<Told>> =
        (0..WRITERS).map(|_| tokio::spawn(write(address, token.clone(), count.clone()))).collect();
    while count.load(Ordering::SeqCst) < BEFORE {
        tokio::task::yield_now().await;
    }
    for _ in 0..signals {
        service.signal("TERM");
        // The second is one of its own only once the first was taken.
        let more = count.load(Ordering::SeqCst) + WRITERS;
        while count.load(Ordering::SeqCst) < more && TcpStream::connect(address).await.is_ok() {}
    }
    let ended = tokio::task::spawn_blocking(|| service.wait()).await.unwrap();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stderr.contains("ERROR"), "{}", ended.stderr);
    let (mut created, mut open) = (BTreeSet::new(), 0);
    for writer in writers {
        let told = within(writer).await.unwrap();
        created.extend(told.created);
        open += told.open;
    }
    let kept = kept_in(dir.path());
    assert!(created.is_subset(&kept), "{} answered are gone", created.difference(&kept).count());
    assert!(kept.len() <= created.len() + open, "more is kept than anybody asked for");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_answered_under_load_is_kept_and_the_next_start_is_a_clean_one() {
    stopped_under_load(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_sigterm_under_load_loses_nothing_that_was_answered() {
    stopped_under_load(2).await;
}

#[test]
fn a_second_sigterm_stops_a_service_that_waits_for_a_client() {
    let dir = tempfile::tempdir().unwrap();
    let service = Service::start(serve(dir.path()));
    let (address, token) = (service.address.clone(), token_in(dir.path()));
    let created = service.request(&format!("POST {CUSTOMERS}"), &token, "", JOHN);
    assert!(created.starts_with("HTTP/1.1 201 "), "{created}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut held = runtime.block_on(async {
        let mut held = Wire::new(TcpStream::connect(&address).await.unwrap());
        held.send(post_head(CUSTOMERS, &token, JOHN.len(), "Expect: 100-continue\r\n")).await;
        assert_eq!(held.answer_head().await.status, 100);
        held
    });
    service.signal("TERM");
    // It takes no more clients, but waits for the one it has.
    while std::net::TcpStream::connect(&address).is_ok() {}
    service.signal("TERM");
    let ended = service.wait();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("connections that are open are cut off"), "{}", ended.stderr);
    assert_eq!(runtime.block_on(held.rest()), "", "what was not done was answered");
    assert_eq!(kept_in(dir.path()).len(), 1);
}

#[test]
fn readyz_turns_503_while_the_program_still_takes_clients() {
    let dir = tempfile::tempdir().unwrap();
    let service = Service::start(serve(dir.path()));
    let ready = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(service.exchange(ready).starts_with("HTTP/1.1 200 "));
    service.signal("TERM");
    let said = loop {
        let said = service.exchange(ready);
        if !said.starts_with("HTTP/1.1 200 ") {
            break said;
        }
    };
    assert!(said.starts_with("HTTP/1.1 503 ") && said.ends_with("stopping\n"), "{said}");
    assert_eq!(service.wait().code, Some(0));
}

/// A service that is about to stop and would say farewell for good; what cuts that short.
async fn about_to_stop(dir: &Path) -> (SocketAddr, String, oneshot::Sender<()>, JoinHandle<()>) {
    let mut parts = Parts::new(dir);
    (parts.limits.farewell, parts.limits.drain) = (NEVER, NEVER);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let running = Running::start(parts, listener).await.unwrap();
    let (address, token) = (running.address, running.new_admin_token.clone().unwrap());
    let (hurry, hurried) = oneshot::channel::<()>();
    let stopping = tokio::spawn(async move {
        running.stop_sooner_at(async { drop(hurried.await) }).await.unwrap();
    });
    (address, token, hurry, stopping)
}

#[tokio::test]
async fn new_clients_are_served_until_the_farewell_ends_and_readyz_sends_them_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let (address, token, hurry, stopping) = about_to_stop(dir.path()).await;
    loop {
        let mut client = Wire::new(TcpStream::connect(address).await.unwrap());
        client.send(get("/readyz", "")).await;
        let answer = client.answer().await;
        if answer.status == 503 {
            assert_eq!(answer.body, b"stopping\n");
            break;
        }
    }
    let mut client = Wire::new(TcpStream::connect(address).await.unwrap());
    client.send(post(CUSTOMERS, &token, JOHN)).await;
    assert_eq!(client.answer().await.status, 201);
    assert!(!stopping.is_finished());
    hurry.send(()).unwrap();
    within(stopping).await.unwrap();
    assert_eq!(client.rest().await, "");
    TcpStream::connect(address).await.unwrap_err();
}
