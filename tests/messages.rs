//! Messages that are odd, too large or forged get a proper refusal; answers without a body leave the
//! connection in step.

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

use app::{answers_in, said_to, wire};
use smart_customer::http::Limits;
use support::{CUSTOMERS, JOHN, TestApp};
use wire::{get, post_head};

#[tokio::test]
async fn http_1_1_without_a_host_is_refused() {
    let app = TestApp::start().await;
    let mut wire = wire(&app).await;
    wire.send("GET /healthz HTTP/1.1\r\n\r\n").await;
    let answer = wire.answer().await;
    answer.problem(400, "invalid-message");
    assert_eq!(answer.header("connection"), "close");
    assert_eq!(wire.rest().await, "");
}

#[tokio::test]
async fn two_hosts_are_refused() {
    let app = TestApp::start().await;
    for version in ["1.0", "1.1"] {
        let mut wire = wire(&app).await;
        wire.send(format!("GET /healthz HTTP/{version}\r\nHost: a\r\nHost: a\r\n\r\n")).await;
        wire.answer().await.problem(400, "invalid-message");
        assert_eq!(wire.rest().await, "");
    }
}

#[tokio::test]
async fn http_1_0_needs_no_host_and_is_closed_after_its_answer() {
    let app = TestApp::start().await;
    let said = said_to(&app, "GET /healthz HTTP/1.0\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.0 200 ") && said.ends_with("ok\n"), "{said}");
}

#[tokio::test]
async fn a_target_beyond_8_kib_is_414_and_one_within_is_looked_at() {
    let app = TestApp::start().await;
    let path = |length: usize| format!("/{}", "a".repeat(length - 1));
    let mut wire = wire(&app).await;
    wire.send(get(&path(8192), "")).await;
    wire.answer().await.problem(404, "path-not-found");
    wire.send(get(&path(8193), "")).await;
    wire.answer().await.problem(414, "uri-too-long");
    wire.send(get(&format!("/healthz?{}", "a".repeat(8192)), "")).await;
    wire.answer().await.problem(414, "uri-too-long");
}

#[tokio::test]
async fn headers_beyond_16_kib_or_too_many_are_431_and_those_within_are_looked_at() {
    let most = Limits::default().headers;
    let app = TestApp::start().await;
    let request = |lines: &str| format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n");
    let sized = |bytes: usize| format!("a: {}\r\n", "b".repeat(bytes - "hostlocalhosta".len()));
    let mut wire = wire(&app).await;
    for (lines, status) in [
        ("a: b\r\n".repeat(most - 1), 200),
        ("a: b\r\n".repeat(most), 431),
        (sized(16 * 1024), 200),
        (sized(16 * 1024 + 1), 431),
        (sized(60 * 1024), 431),
    ] {
        wire.send(request(&lines)).await;
        let answer = wire.answer().await;
        match status {
            431 => answer.problem(431, "headers-too-large"),
            _ => assert_eq!(answer.status, status),
        }
    }
}

#[tokio::test]
async fn a_head_beyond_any_buffer_is_431_and_closed() {
    let app = TestApp::start().await;
    for lines in ["a: b\r\n".repeat(1000), format!("a: {}\r\n", "b".repeat(70_000))] {
        let mut wire = wire(&app).await;
        wire.send(format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n")).await;
        assert_eq!(wire.answer_head().await.status, 431);
        assert_eq!(wire.rest().await, "");
    }
}

#[tokio::test]
async fn garbage_is_answered_with_400_or_a_close() {
    let app = TestApp::start().await;
    let tls_hello: &[u8] = &[0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3, 3];
    for garbage in [
        tls_hello,
        b"\0\0\0\0\0\0\0\0\r\n\r\n",
        b"\xff\xfe\xfd\xfc\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /healthz HTTP/9.9\r\n\r\n",
        b"GET /health z HTTP/1.1\r\n\r\n",
        b"GET /\x80 HTTP/1.1\r\nHost: \x80\x81\r\nA\x80: b\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    ] {
        let said = said_to(&app, garbage).await;
        let is_http1 = said.is_empty() || said.starts_with("HTTP/1.1 400 ");
        assert!(is_http1 || garbage.starts_with(b"PRI "), "{garbage:?}: {said}");
        assert!(!said.contains("ok\n"), "{garbage:?}: {said}");
    }
    assert_eq!(app.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_request_id_never_carries_a_line_of_its_own_into_an_answer() {
    let app = TestApp::start().await;
    for id in ["a\r\nSet-Cookie: b", "a\rSet-Cookie: b", "a\nSet-Cookie: b", "a%0d%0aSet-Cookie: b"]
    {
        let lines = format!("Host: a\r\nConnection: close\r\nX-Request-Id: {id}");
        let said = said_to(&app, format!("GET /healthz HTTP/1.1\r\n{lines}\r\n\r\n")).await;
        assert!(answers_in(&said) <= 1, "{id:?}: {said}");
        assert!(!said.to_lowercase().contains("set-cookie"), "{id:?}: {said}");
    }
}

#[tokio::test]
async fn answers_without_a_body_leave_the_connection_in_step() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let path = format!("{CUSTOMERS}/{id}");
    let tag = app.get(&path).await.header("etag").to_owned();
    let mut wire = wire(&app).await;
    let with = |method: &str, path: &str, more: &str| {
        let line = format!("Authorization: Bearer {}\r\n{more}", app.token);
        format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{line}\r\n")
    };
    for (request, status) in [
        (with("HEAD", &path, ""), 200),
        (with("HEAD", CUSTOMERS, ""), 200),
        (with("HEAD", "/nothing", ""), 404),
        (with("GET", &path, &format!("If-None-Match: {tag}\r\n")), 304),
        (with("HEAD", &path, &format!("If-None-Match: {tag}\r\n")), 304),
        (with("DELETE", &path, ""), 204),
    ] {
        wire.send(request + &get("/healthz", "")).await;
        assert_eq!(wire.answer_head().await.status, status);
        let next = wire.answer().await;
        assert_eq!((next.status, next.body.as_slice()), (200, &b"ok\n"[..]));
    }
}

#[tokio::test]
async fn a_body_announced_too_large_is_413_before_any_of_it_is_sent() {
    let app = TestApp::start().await;
    let mut wire = wire(&app).await;
    wire.send(post_head(CUSTOMERS, &app.token, 64 * 1024 + 1, "Expect: 100-continue\r\n")).await;
    wire.answer().await.problem(413, "content-too-large");
    assert_eq!(wire.rest().await, "");
}

#[tokio::test]
async fn a_client_that_waits_for_100_continue_gets_it() {
    let app = TestApp::start().await;
    let mut wire = wire(&app).await;
    wire.send(post_head(CUSTOMERS, &app.token, JOHN.len(), "Expect: 100-continue\r\n")).await;
    assert_eq!(wire.answer_head().await.status, 100);
    wire.send(JOHN).await;
    assert_eq!(wire.answer().await.status, 201);
}

#[tokio::test]
async fn a_client_that_sends_all_of_a_refused_body_still_reads_why() {
    let app = TestApp::start().await;
    for (token, length, status) in [
        (app.token.as_str(), 64 * 1024 + 1, 413),
        (&app.token, 4 * 1024 * 1024, 413),
        ("wrong", 64 * 1024, 401),
    ] {
        let mut wire = wire(&app).await;
        wire.send(post_head(CUSTOMERS, token, length, "")).await;
        // The service may close before it has read everything.
        let _ = wire.try_send(" ".repeat(length)).await;
        let said = wire.rest().await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{status}: {said}");
    }
}
