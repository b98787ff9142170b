//! Where a request ends: framing that two servers could read in two ways is refused, and nothing that
//! is smuggled behind it is answered.

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
use support::{CUSTOMERS, JOHN, TestApp};
use wire::{get, post, post_head};

/// Sends a POST of `body` framed by `lines` and behind it a request that would be seen if it were
/// answered; asserts that there is one answer at most, 400, and that nothing was stored.
async fn assert_refused(app: &TestApp, lines: &str, body: &str) -> String {
    let smuggled = post(CUSTOMERS, &app.token, JOHN);
    let said = said_to(app, framed(&app.token, lines, body) + &smuggled).await;
    assert!(answers_in(&said) <= 1, "{lines:?}: {said}");
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 400 "), "{lines:?}: {said}");
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
    said
}

fn framed(token: &str, lines: &str, body: &str) -> String {
    format!(
        "POST {CUSTOMERS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n{lines}\r\n{body}"
    )
}

fn in_one_chunk(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
}

#[tokio::test]
async fn a_coding_together_with_a_length_is_refused_and_nothing_behind_it_is_answered() {
    let app = TestApp::start().await;
    let (coding, length) = ("Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n");
    for lines in [format!("{coding}{length}"), format!("{length}{coding}")] {
        for body in ["0\r\n\r\n".to_owned(), in_one_chunk(JOHN)] {
            let said = assert_refused(&app, &lines, &body).await;
            assert!(said.contains("/problems/invalid-message"), "{said}");
        }
    }
}

#[tokio::test]
async fn framing_that_two_servers_could_read_in_two_ways_is_refused() {
    let app = TestApp::start().await;
    for lines in [
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n",
        "Content-Length: 4, 5\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 5 5\r\n",
        "Content-Length:\r\n",
        "Content-Length : 5\r\n",
        "Content-Length: 99999999999999999999999\r\n",
        "Odd: one\r\n two\r\n",
        "Odd: a\0b\r\n",
        "no colon\r\n",
    ] {
        assert_refused(&app, lines, "0\r\n\r\n").await;
    }
}

#[tokio::test]
async fn any_coding_but_chunked_once_is_refused() {
    let app = TestApp::start().await;
    for lines in [
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked;a=b\r\n",
    ] {
        assert_refused(&app, lines, &in_one_chunk(JOHN)).await;
    }
}

#[tokio::test]
async fn http_1_0_with_a_coding_is_refused() {
    let app = TestApp::start().await;
    let lines = "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n";
    let request = framed(&app.token, lines, &in_one_chunk(JOHN)).replacen("/1.1", "/1.0", 1);
    let said = said_to(&app, request + &post(CUSTOMERS, &app.token, JOHN)).await;
    assert!(said.starts_with("HTTP/1.1 400 ") && answers_in(&said) == 1, "{said}");
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn chunks_that_are_not_framed_as_rfc_9112_says_store_nothing() {
    let app = TestApp::start().await;
    for chunks in [
        format!("10000000000000000{:x}\r\n{JOHN}\r\n0\r\n\r\n", JOHN.len()),
        format!("-{:x}\r\n{JOHN}\r\n0\r\n\r\n", JOHN.len()),
        format!("0x{:x}\r\n{JOHN}\r\n0\r\n\r\n", JOHN.len()),
        format!("{:x}\n{JOHN}\n0\n\n", JOHN.len()),
        format!("{:x}\r\n{JOHN}0\r\n\r\n", JOHN.len()),
        format!("{:x};a\nb\r\n{JOHN}\r\n0\r\n\r\n", JOHN.len()),
        format!("\r\n{JOHN}"),
    ] {
        assert_refused(&app, "Transfer-Encoding: chunked\r\n", &chunks).await;
    }
}

#[tokio::test]
async fn a_proper_chunked_body_is_read_and_the_connection_goes_on() {
    let app = TestApp::start().await;
    let (start, end) = JOHN.split_at(30);
    let chunks = format!(
        "{:X};name=value\r\n{start}\r\n{:x}\r\n{end}\r\n0\r\nTrailer: t\r\n\r\n",
        start.len(),
        end.len()
    );
    let mut wire = wire(&app).await;
    wire.send(framed(&app.token, "Transfer-Encoding: chunked\r\n", &chunks)).await;
    assert_eq!(wire.answer().await.status, 201);
    wire.send(get("/healthz", "")).await;
    assert_eq!(wire.answer().await.body, b"ok\n");
}

#[tokio::test]
async fn a_body_is_left_behind_by_none_of_the_answers_that_do_not_read_it() {
    let app = TestApp::start().await;
    // What is in the body of each request would be an answer too many if it were taken for one.
    let body = get("/healthz", "");
    for head in [
        post_head(CUSTOMERS, "wrong", body.len(), ""),
        post_head("/nothing", &app.token, body.len(), ""),
        post_head("/healthz", &app.token, body.len(), ""),
        post_head(CUSTOMERS, &app.token, body.len(), "").replace("/json", "/xml"),
        post_head(CUSTOMERS, &app.token, body.len(), "").replacen("POST", "GET", 1),
    ] {
        let mut wire = wire(&app).await;
        wire.send(head + &body).await;
        let status = wire.answer().await.status;
        assert!((400..500).contains(&status), "{status}");
        wire.finish_sending().await;
        assert_eq!(wire.rest().await, "");
    }
}
