//! Connections that are slow, idle, too many or gone: none of them takes the service from others.

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
use std::time::Duration;

use smart_customer::http::Limits;
use support::{CUSTOMERS, JOHN, TestApp, customers_of};
use tokio::net::TcpSocket;
use wire::frame::PREFACE;
use wire::{NEVER, SOON, Wire, get, post, post_head, within};

/// A service whose limits of time are out of reach but for those that `change` sets.
async fn patient(change: impl FnOnce(&mut Limits)) -> TestApp {
    TestApp::start_with(|parts| {
        let limits = &mut parts.limits;
        (limits.first_bytes, limits.head, limits.body, limits.drain) = (NEVER, NEVER, NEVER, SOON);
        change(limits);
    })
    .await
}

/// Sends `piece` again and again until the other side has closed; what it said.
async fn trickle(mut wire: Wire, piece: &str) -> String {
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    while wire.try_send(piece).await {
        ticks.tick().await;
    }
    wire.rest().await
}

#[tokio::test]
async fn a_silent_connection_is_closed_after_the_limit_for_first_bytes() {
    let app = patient(|limits| limits.first_bytes = SOON).await;
    assert_eq!(wire(&app).await.rest().await, "");
}

#[tokio::test]
async fn half_a_preface_of_http2_is_closed_after_the_limit_for_first_bytes() {
    let app = patient(|limits| limits.first_bytes = SOON).await;
    for length in [1, 12, PREFACE.len() - 1] {
        let mut wire = wire(&app).await;
        wire.send(&PREFACE[..length]).await;
        assert_eq!(wire.rest().await, "");
    }
}

#[tokio::test]
async fn a_head_that_stays_unfinished_is_closed_after_the_limit_for_heads() {
    let app = patient(|limits| limits.head = SOON).await;
    for start in ["G", "GET /healthz HT", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nA"] {
        let mut wire = wire(&app).await;
        wire.send(start).await;
        let said = wire.rest().await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 408 "), "{said}");
    }
}

#[tokio::test]
async fn a_head_that_trickles_is_closed_however_lively_it_is() {
    let app = patient(|limits| limits.head = SOON).await;
    let mut wire = wire(&app).await;
    wire.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n").await;
    let said = within(trickle(wire, "a: b\r\n")).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 408 "), "{said}");
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_the_limit_for_heads() {
    let app = patient(|limits| limits.head = SOON).await;
    let mut wire = wire(&app).await;
    wire.send(get("/healthz", "")).await;
    assert_eq!(wire.answer().await.status, 200);
    assert_eq!(wire.rest().await, "");
}

#[tokio::test]
async fn a_body_that_stays_unfinished_is_answered_with_408_and_closed() {
    let app = patient(|limits| limits.body = SOON).await;
    let mut wire = wire(&app).await;
    wire.send(post_head(CUSTOMERS, &app.token, JOHN.len(), "") + &JOHN[..20]).await;
    let answer = wire.answer().await;
    answer.problem(408, "request-timeout");
    assert_eq!(answer.header("connection"), "close");
    assert_eq!(wire.rest().await, "");
}

#[tokio::test]
async fn a_body_that_trickles_is_closed_however_lively_it_is() {
    let app = patient(|limits| limits.body = SOON).await;
    let mut wire = wire(&app).await;
    wire.send(post_head(CUSTOMERS, &app.token, 60_000, "")).await;
    let said = within(trickle(wire, " ")).await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn clients_that_hang_take_nothing_from_others() {
    let app = patient(|_| {}).await;
    let half_body = post_head(CUSTOMERS, &app.token, JOHN.len(), "") + &JOHN[..20];
    let mut hanging = Vec::new();
    for start in [&b""[..], &PREFACE[..9], PREFACE, b"GET / HT", half_body.as_bytes()] {
        for _ in 0..20 {
            let mut wire = wire(&app).await;
            wire.send(start).await;
            hanging.push(wire);
        }
    }
    let id = within(app.create_john(CUSTOMERS)).await;
    assert_eq!(within(app.get(&format!("{CUSTOMERS}/{id}"))).await.status, 200);
    drop(hanging);
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_while_all_are_at_work_and_none_is_lost() {
    let app = patient(|limits| limits.connections = 2).await;
    let (mut first, mut second) = (wire(&app).await, wire(&app).await);
    for open in [&mut first, &mut second] {
        open.send(post_head(CUSTOMERS, &app.token, JOHN.len(), "Expect: 100-continue\r\n")).await;
        assert_eq!(open.answer_head().await.status, 100);
    }
    let mut waiting = Vec::new();
    for _ in 0..8 {
        let mut wire = wire(&app).await;
        wire.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
        waiting.push(tokio::spawn(async move { wire.rest().await }));
    }
    first.send(JOHN).await;
    assert_eq!(first.answer().await.status, 201);
    for waiting in waiting {
        let said = within(waiting).await.unwrap();
        assert!(said.starts_with("HTTP/1.1 200 ") && said.ends_with("ready\n"), "{said}");
    }
    second.send(JOHN).await;
    assert_eq!(second.answer().await.status, 201);
}

#[tokio::test]
async fn a_newcomer_takes_the_place_of_the_connection_that_is_idle_for_longest() {
    let app = patient(|limits| limits.connections = 3).await;
    let mut oldest = wire(&app).await;
    let mut silent = wire(&app).await;
    let mut half_a_head = wire(&app).await;
    half_a_head.send("GET /healthz HTTP/1.1\r\nHo").await;
    oldest.send(get("/healthz", "")).await;
    assert_eq!(oldest.answer().await.status, 200);
    let mut newcomers = Vec::new();
    for idle in [&mut silent, &mut half_a_head] {
        let mut newcomer = wire(&app).await;
        newcomer.send(post(CUSTOMERS, &app.token, JOHN)).await;
        assert_eq!(newcomer.answer().await.status, 201);
        newcomers.push(newcomer);
        assert_eq!(idle.rest().await, "");
    }
    app.create_john(CUSTOMERS).await;
    assert_eq!(oldest.rest().await, "");
}

#[tokio::test]
async fn requests_on_one_connection_are_answered_one_after_the_other() {
    let app = patient(|_| {}).await;
    let mut wire = wire(&app).await;
    wire.send(post(CUSTOMERS, &app.token, JOHN)).await;
    let created = wire.answer().await;
    assert_eq!(created.status, 201);
    wire.send(get(created.header("location"), &app.token)).await;
    let read = wire.answer().await;
    assert_eq!((read.status, &read.body), (200, &created.body));
    wire.send(get(CUSTOMERS, &app.token)).await;
    assert_eq!(wire.answer().await.json()[0], created.json());
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order() {
    let app = patient(|_| {}).await;
    let mut wire = wire(&app).await;
    let mut sent = String::new();
    for company in 0..20 {
        sent += &post(&customers_of(&format!("firm-{company}")), &app.token, JOHN);
        sent += &get("/healthz", "");
    }
    wire.send(sent).await;
    for company in 0..20 {
        let created = wire.answer().await;
        assert_eq!(created.status, 201);
        assert!(created.header("location").contains(&format!("/firm-{company}/")));
        assert_eq!(wire.answer().await.body, b"ok\n");
    }
}

#[tokio::test]
async fn a_client_that_goes_away_within_a_body_stores_nothing_and_frees_its_place() {
    let app = patient(|limits| limits.connections = 1).await;
    for _ in 0..3 {
        let mut gone = wire(&app).await;
        gone.send(post_head(CUSTOMERS, &app.token, JOHN.len(), "") + &JOHN[..JOHN.len() - 1]).await;
        drop(gone);
        within(app.get(CUSTOMERS)).await.problem(404, "customers-not-found");
    }
}

#[tokio::test]
async fn a_client_that_ends_its_side_within_a_body_gets_400_or_a_close() {
    let app = patient(|_| {}).await;
    let mut wire = wire(&app).await;
    wire.send(post_head(CUSTOMERS, &app.token, JOHN.len(), "") + &JOHN[..20]).await;
    wire.finish_sending().await;
    let said = wire.rest().await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 400 "), "{said}");
}

#[tokio::test]
async fn a_client_that_goes_away_within_a_list_frees_its_place() {
    let app = patient(|limits| limits.connections = 1).await;
    let body = JOHN.replace("Smith", &"界".repeat(100));
    let mut wire = wire(&app).await;
    // Three pages, so that the list is not over with the first bytes.
    for _ in 0..600 {
        wire.send(post(CUSTOMERS, &app.token, &body)).await;
        assert_eq!(wire.answer().await.status, 201);
    }
    drop(wire);
    for _ in 0..3 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(2048).unwrap();
        let stream = within(socket.connect(app.running().address)).await.unwrap();
        let mut gone = Wire::new(stream);
        gone.send(get(CUSTOMERS, &app.token)).await;
        assert_eq!(gone.answer_head().await.status, 200);
        drop(gone);
    }
    let list = within(app.get(CUSTOMERS)).await;
    assert_eq!(list.json().as_array().unwrap().len(), 600);
}
