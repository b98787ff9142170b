//! A bulk request while it runs: answers go out as lines come in, and a body that ends too early
//! leaves nothing half done.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "wire/app.rs"]
mod app;
#[path = "support/bulk.rs"]
mod bulk;
mod support;
mod wire;

use std::net::SocketAddr;

use app::wire as wire_alone;
use bulk::{CSV, Conversation, HEADER, Http, NDJSON, line, lines, record, statuses, stored};
use support::{CUSTOMERS, TestApp, ids};
use wire::{NEVER, SOON, within};

async fn begin(
    app: &TestApp,
    http: Http,
    media: &str,
    first: impl Into<hyper::body::Bytes>,
) -> Conversation {
    let peer: (SocketAddr, &str) = (app.running().address, &app.token);
    Conversation::begin(peer, http, CUSTOMERS, &[("content-type", media)], first).await
}

async fn listed(app: &TestApp) -> Vec<String> {
    let list = app.get(CUSTOMERS).await;
    if list.status == 404 { Vec::new() } else { ids(&list.json()) }
}

#[tokio::test]
async fn a_line_is_stored_and_answered_before_the_next_one_is_sent() {
    let app = TestApp::start().await;
    for http in [Http::One, Http::Two] {
        for (media, first) in [(NDJSON, ""), (CSV, HEADER)] {
            let before = listed(&app).await.len();
            let mut conversation = begin(&app, http, media, first).await;
            assert_eq!(conversation.answer().status(), 200);
            for number in 0..20 {
                let line = if media == CSV { record(number) } else { line(number) + "\n" };
                conversation.say(line);
                let answer = conversation.hear().await.unwrap();
                assert_eq!(
                    (&answer["line"], &answer["status"]),
                    (&(number + 1).into(), &201.into())
                );
                assert_eq!(
                    listed(&app).await.last(),
                    stored(&[answer]).first().map(|id| (*id).to_owned()).as_ref()
                );
            }
            conversation.finish();
            assert_eq!(conversation.hear().await, None);
            assert_eq!(listed(&app).await.len(), before + 20);
        }
    }
}

#[tokio::test]
async fn a_line_may_come_in_any_pieces() {
    let app = TestApp::start().await;
    for http in [Http::One, Http::Two] {
        for (media, body) in [
            (NDJSON, lines(0..2) + "\r\n" + &line(2)),
            (CSV, HEADER.to_owned() + &record(0) + "x\n" + record(1).trim_end()),
        ] {
            let mut pieces = body.as_bytes().chunks(1).map(<[u8]>::to_vec);
            // A table is answered once its header is there.
            let first: Vec<u8> = pieces
                .by_ref()
                .take(if media == CSV { HEADER.len() } else { 1 })
                .flatten()
                .collect();
            let mut conversation = begin(&app, http, media, first).await;
            for piece in pieces {
                conversation.say(piece);
                tokio::task::yield_now().await;
            }
            conversation.finish();
            let answers = conversation.hear_all().await;
            let expected: &[u64] =
                if media == CSV { &[201, 400, 201] } else { &[201, 201, 400, 201] };
            assert_eq!(statuses(&answers), expected);
        }
    }
}

#[tokio::test]
async fn of_a_body_that_breaks_off_no_half_line_is_stored_and_all_that_was_answered_is() {
    let app = TestApp::start().await;
    for http in [Http::One, Http::Two] {
        for (media, first, half) in [
            (NDJSON, lines(0..10), line(10)),
            (
                CSV,
                HEADER.to_owned() + &(0..10).map(record).collect::<String>(),
                record(10).trim_end().to_owned(),
            ),
        ] {
            let before = listed(&app).await.len();
            let mut conversation = begin(&app, http, media, first).await;
            let mut answered = Vec::new();
            for _ in 0..10 {
                answered.push(conversation.hear().await.unwrap());
            }
            // This would be a good customer, if only its line had an end.
            conversation.say(half);
            conversation.break_off().await;
            // Written after the break, so that what could come of it has come.
            let after = app.create_john(CUSTOMERS).await;
            let listed = listed(&app).await;
            assert_eq!(listed.len(), before + 11, "{http:?} {media}");
            assert_eq!(listed[before..before + 10], stored(&answered));
            assert_eq!(listed.last(), Some(&after));
        }
    }
    assert_eq!(app.running().service().registry().store().check().unwrap().faults, 0);
}

/// The head of a bulk request over HTTP/1.1.
fn head(app: &TestApp, media: &str, more: &str) -> String {
    let token = &app.token;
    format!(
        "POST {CUSTOMERS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: {media}\r\n{more}\r\n"
    )
}

#[tokio::test]
async fn a_body_shorter_than_announced_stores_no_last_line() {
    let app = TestApp::start().await;
    for (media, body, whole) in [
        (NDJSON, lines(0..3) + &line(3), 3),
        (CSV, HEADER.to_owned() + &record(0) + record(1).trim_end(), 1),
    ] {
        let before = listed(&app).await.len();
        for more in [
            format!("Content-Length: {}\r\n", body.len() + 1),
            "Transfer-Encoding: chunked\r\n".to_owned(),
        ] {
            let mut wire = wire_alone(&app).await;
            wire.send(head(&app, media, &more)).await;
            let is_chunked = more.starts_with('T');
            wire.send(if is_chunked {
                format!("{:x}\r\n{body}\r\n", body.len())
            } else {
                body.clone()
            })
            .await;
            wire.finish_sending().await;
            wire.rest().await;
        }
        app.create_john(CUSTOMERS).await;
        assert_eq!(listed(&app).await.len(), before + 2 * whole + 1, "{media}");
    }
}

#[tokio::test]
async fn a_table_that_breaks_off_in_its_header_is_400() {
    let app = TestApp::start().await;
    let mut wire = wire_alone(&app).await;
    wire.send(head(&app, CSV, "Content-Length: 1000\r\n")).await;
    wire.send(&HEADER[..20]).await;
    wire.finish_sending().await;
    let said = wire.rest().await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 400 "), "{said}");
    assert_eq!(listed(&app).await, [""; 0]);
}

#[tokio::test]
async fn a_client_that_waits_to_be_asked_for_its_body_is_asked() {
    let app = TestApp::start().await;
    for (media, body) in [(NDJSON, lines(0..2)), (CSV, HEADER.to_owned() + &record(0) + &record(1))]
    {
        let mut wire = wire_alone(&app).await;
        let more = format!("Expect: 100-continue\r\nContent-Length: {}\r\n", body.len());
        wire.send(head(&app, media, &more)).await;
        assert_eq!(wire.answer_head().await.status, 100);
        wire.send(body).await;
        let answer = wire.answer().await;
        assert_eq!(answer.status, 200);
        assert_eq!(String::from_utf8(answer.body).unwrap().matches("\"status\":201").count(), 2);
    }
}

#[tokio::test]
async fn a_client_that_falls_silent_gets_its_answers_and_then_a_408() {
    let app = TestApp::start_with(|parts| parts.limits.body = SOON).await;
    for http in [Http::One, Http::Two] {
        let before = listed(&app).await.len();
        let mut conversation = begin(&app, http, NDJSON, lines(0..2) + &line(2)).await;
        let answers = conversation.hear_all().await;
        assert_eq!(statuses(&answers), [201, 201, 408]);
        assert_eq!(answers[2]["problem"]["type"], "/problems/request-timeout");
        assert_eq!(listed(&app).await.len(), before + 2);
    }
    let mut wire = wire_alone(&app).await;
    wire.send(head(&app, CSV, "Content-Length: 1000\r\n")).await;
    wire.answer().await.problem(408, "request-timeout");
}

#[tokio::test]
async fn a_stop_in_the_middle_lets_the_request_finish() {
    let app =
        TestApp::start_with(|parts| (parts.limits.body, parts.limits.drain) = (NEVER, NEVER)).await;
    let (address, token) = (app.running().address, app.token.clone());
    let headers = [("content-type", NDJSON)];
    let mut conversation =
        Conversation::begin((address, &token), Http::One, CUSTOMERS, &headers, lines(0..3)).await;
    assert_eq!(conversation.hear().await.unwrap()["status"], 201);
    let stopping = tokio::spawn(app.stop());
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    conversation.say(lines(3..600));
    conversation.finish();
    assert_eq!(statuses(&conversation.hear_all().await), [201; 599]);
    within(stopping).await.unwrap();
}

#[tokio::test]
async fn a_request_that_is_cut_off_by_a_stop_has_stored_all_that_it_answered() {
    let soon = |parts: &mut smart_customer::cli::serve::Parts| parts.limits.drain = SOON;
    let mut app = TestApp::start_with(soon).await;
    for http in [Http::One, Http::Two] {
        let before = listed(&app).await;
        let mut conversation = begin(&app, http, NDJSON, lines(0..500)).await;
        let mut answered = vec![conversation.hear().await.unwrap()];
        within(app.restart_with(soon)).await;
        conversation.say(lines(500..510));
        answered.extend(conversation.hear_all().await);
        assert_eq!(statuses(&answered), [201].repeat(answered.len()));
        let listed = listed(&app).await;
        assert_eq!(listed[before.len()..][..answered.len()], stored(&answered));
        assert!(listed.len() <= before.len() + 500, "what came after the stop was stored");
        assert_eq!(app.running().service().registry().store().check().unwrap().faults, 0);
    }
}
