//! Stopping in order: what is in progress is finished, nothing new begins, and no peer can hold it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "wire/app.rs"]
mod app;
mod support;
mod wire;

use app::wire;
use std::net::SocketAddr;
use std::path::Path;

use futures_util::future::try_join_all;
use smart_customer::api::draft_json;
use smart_customer::cli::serve::{Parts, Running};
use smart_customer::customer::Namespace;
use smart_customer::http::Limits;
use smart_customer::operation::create;
use support::{CUSTOMERS, JOHN, TestApp};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use wire::frame::{DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, Method, PREFACE, frame, head};
use wire::{NEVER, SOON, Wire, get, post, post_head, within};

/// A service whose limits of time are out of reach but for those that `change` sets.
async fn patient(change: impl FnOnce(&mut Limits)) -> TestApp {
    TestApp::start_with(|parts| {
        let limits = &mut parts.limits;
        (limits.first_bytes, limits.head, limits.body, limits.drain) = (NEVER, NEVER, NEVER, NEVER);
        change(limits);
    })
    .await
}

/// Begins to stop the service; returns once it takes no new connections.
async fn begin_to_stop(app: TestApp) -> JoinHandle<TempDir> {
    let address = app.running().address;
    let stopping = tokio::spawn(app.stop());
    within(async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    stopping
}

/// All the customers that are in `dir`.
async fn customers_in(dir: &Path, token: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let running = Running::start(Parts::new(dir), listener).await.unwrap();
    let mut wire = Wire::new(TcpStream::connect(running.address).await.unwrap());
    wire.send(get(CUSTOMERS, token)).await;
    let body = wire.answer().await.body;
    running.stop().await.unwrap();
    String::from_utf8(body).unwrap()
}

/// Enough customers that their list does not fit into the buffers of a connection.
const MANY: usize = 4096;

/// Creates them, past HTTP.
async fn create_many(app: &TestApp) {
    let registry = app.running().service().registry();
    let acme = &Namespace::new("tse", "v1", "acme").unwrap();
    let body = JOHN.replace("Smith", &"𠮷".repeat(100)).replace("John", &"𠮷".repeat(100));
    let details = &draft_json::parse(body.as_bytes()).unwrap();
    for _ in 0..MANY / 512 {
        let group = (0..512).map(|_| create::create(registry, acme, details.clone(), None));
        within(try_join_all(group)).await.unwrap();
    }
}

/// A connection on which the list has begun, and little of it was read.
async fn begin_to_list(address: SocketAddr, token: &str) -> Wire {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2048).unwrap();
    let mut wire = Wire::new(within(socket.connect(address)).await.unwrap());
    wire.send(get(CUSTOMERS, token)).await;
    let head = wire.answer_head().await;
    assert_eq!((head.status, head.header("transfer-encoding")), (200, "chunked"));
    wire
}

#[tokio::test]
async fn a_request_in_progress_gets_its_answer_and_is_kept() {
    let app = patient(|_| {}).await;
    let token = app.token.clone();
    let mut wire = wire(&app).await;
    wire.send(post_head(CUSTOMERS, &token, JOHN.len(), "Expect: 100-continue\r\n")).await;
    assert_eq!(wire.answer_head().await.status, 100, "the service waits for the body");
    let stopping = begin_to_stop(app).await;
    assert!(!stopping.is_finished());
    wire.send(JOHN).await;
    let answer = wire.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (201, "close"));
    assert_eq!(wire.rest().await, "");
    let dir = within(stopping).await.unwrap();
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert!(customers_in(dir.path(), &token).await.contains(&id));
}

#[tokio::test]
async fn a_request_behind_the_one_in_progress_is_not_begun() {
    let app = patient(|_| {}).await;
    let token = app.token.clone();
    let mut wire = wire(&app).await;
    wire.send(post_head(CUSTOMERS, &token, JOHN.len(), "Expect: 100-continue\r\n")).await;
    assert_eq!(wire.answer_head().await.status, 100);
    let stopping = begin_to_stop(app).await;
    wire.send(JOHN.to_owned() + &post(CUSTOMERS, &token, JOHN)).await;
    assert_eq!(wire.answer().await.status, 201);
    assert_eq!(wire.rest().await, "");
    let dir = within(stopping).await.unwrap();
    assert_eq!(customers_in(dir.path(), &token).await.matches("\"id\"").count(), 1);
}

#[tokio::test]
async fn a_stream_in_progress_gets_its_answer() {
    let app = patient(|_| {}).await;
    let bearer = format!("Bearer {}", app.token);
    let mut wire = wire(&app).await;
    wire.open_http2().await;
    let post = head(Method::Post, CUSTOMERS, &[("authorization", &bearer)]);
    wire.send(frame(HEADERS, END_HEADERS, 1, &post)).await;
    // An answer on another stream says that the first one has been taken in, too.
    let health = head(Method::Get, "/healthz", &[]);
    wire.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, &health)).await;
    assert_eq!(wire.next_frame(DATA).await.payload, b"ok\n");
    let stopping = begin_to_stop(app).await;
    wire.send(frame(DATA, END_STREAM, 1, JOHN.as_bytes())).await;
    let created = wire.next_frame(DATA).await.payload;
    assert!(String::from_utf8(created).unwrap().starts_with("{\"id\":"));
    drop(wire);
    within(stopping).await.unwrap();
}

#[tokio::test]
async fn a_list_is_sent_to_its_end_if_it_is_read_and_else_cut_where_that_is_seen() {
    let app = patient(|_| {}).await;
    let token = app.token.clone();
    create_many(&app).await;
    let mut wire = begin_to_list(app.running().address, &token).await;
    let stopping = begin_to_stop(app).await;
    assert!(!stopping.is_finished());
    let list = wire.rest().await;
    assert!(list.ends_with("]\r\n0\r\n\r\n"));
    assert_eq!(list.matches("\"id\"").count(), MANY);

    let dir = within(stopping).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut parts = Parts::new(dir.path());
    parts.limits.drain = SOON;
    let running = Running::start(parts, listener).await.unwrap();
    let mut unread = begin_to_list(running.address, &token).await;
    within(running.stop()).await.unwrap();
    let list = unread.rest().await;
    assert!(!list.is_empty() && !list.ends_with("0\r\n\r\n"), "a cut list must not look whole");
}

#[tokio::test]
async fn idle_and_silent_connections_are_closed_at_once() {
    let app = patient(|_| {}).await;
    let (mut idle, mut silent) = (wire(&app).await, wire(&app).await);
    idle.send(get("/healthz", "")).await;
    assert_eq!(idle.answer().await.status, 200);
    within(app.stop()).await;
    assert_eq!(idle.rest().await, "");
    assert_eq!(silent.rest().await, "");
}

#[tokio::test]
async fn peers_that_hang_are_cut_off_at_the_limit_for_draining() {
    let app = patient(|limits| limits.drain = SOON).await;
    let mut hanging = Vec::new();
    let half_body = post_head(CUSTOMERS, &app.token, JOHN.len(), "") + &JOHN[..20];
    for start in [&b""[..], b"GET / HT", &PREFACE[..9], PREFACE, half_body.as_bytes()] {
        let mut wire = wire(&app).await;
        wire.send(start).await;
        hanging.push(wire);
    }
    within(app.stop()).await;
    for mut wire in hanging {
        assert!(!wire.rest().await.contains(" 201 "));
    }
}

#[tokio::test]
async fn what_is_cut_off_is_not_stored() {
    let app = patient(|limits| limits.drain = SOON).await;
    let token = app.token.clone();
    app.create_john(CUSTOMERS).await;
    let mut wire = wire(&app).await;
    wire.send(post_head(CUSTOMERS, &token, JOHN.len(), "Expect: 100-continue\r\n")).await;
    assert_eq!(wire.answer_head().await.status, 100);
    let dir = within(app.stop()).await;
    let _ = wire.try_send(JOHN).await;
    assert_eq!(wire.rest().await, "");
    assert_eq!(customers_in(dir.path(), &token).await.matches("\"id\"").count(), 1);
}

#[tokio::test]
async fn a_service_that_drains_is_alive_but_not_ready() {
    let app = patient(|_| {}).await;
    let mut wire = wire(&app).await;
    wire.open_http2().await;
    let ready = head(Method::Get, "/readyz", &[]);
    wire.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, &ready)).await;
    assert_eq!(wire.next_frame(DATA).await.payload, b"ready\n");
    let stopping = tokio::spawn(app.stop());
    // Until this peer confirms the first GOAWAY its streams are still served.
    wire.next_frame(GOAWAY).await;
    wire.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, &ready)).await;
    assert_eq!(wire.next_frame(DATA).await.payload, b"stopping\n");
    let live = head(Method::Get, "/healthz", &[]);
    wire.send(frame(HEADERS, END_HEADERS | END_STREAM, 5, &live)).await;
    assert_eq!(wire.next_frame(DATA).await.payload, b"ok\n");
    drop(wire);
    within(stopping).await.unwrap();
}
