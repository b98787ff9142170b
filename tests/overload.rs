//! More than the service takes: what is beyond is refused at once with when to come again, what was
//! accepted is done, and no token takes all there is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "wire/app.rs"]
mod app;
#[path = "support/many.rs"]
mod many;
mod support;
#[path = "support/tokens.rs"]
mod tokens;
mod wire;

use std::io::{Read, Write};

use app::wire;
use many::{acme, create_many};
use smart_customer::http::Limits;
use smart_customer::operation::list::{self, SearchText, Selection};
use support::{CUSTOMERS, JOHN, TestApp, john_with};
use tokens::{give, grant};
use tokio::net::TcpSocket;
use wire::frame::{END_HEADERS, END_STREAM, HEADERS, Method, PREFACE, SETTINGS, frame, head};
use wire::{NEVER, SOON, Wire, WireAnswer, get, post, post_head, within};

const EVENTS: &str = "/api/tse/v1/company/acme/event";

/// A service whose limits of time are out of reach, with other limits as `change` sets them, and
/// three tokens.
async fn service(change: impl FnOnce(&mut Limits)) -> (TestApp, [String; 3]) {
    let app = TestApp::start_with(|parts| {
        let limits = &mut parts.limits;
        (limits.first_bytes, limits.head, limits.body, limits.drain) = (NEVER, NEVER, NEVER, SOON);
        (limits.write, limits.keep_alive) = (NEVER, NEVER);
        change(limits);
    })
    .await;
    let mut tokens = [const { String::new() }; 3];
    for token in &mut tokens {
        *token = give(&app, grant()).await.secret;
    }
    (app, tokens)
}

/// A request in progress: the service waits for its body.
async fn hold(app: &TestApp, token: &str, more: &str) -> Wire {
    let mut held = wire(app).await;
    let more = format!("{more}Expect: 100-continue\r\n");
    held.send(post_head(CUSTOMERS, token, JOHN.len(), &more)).await;
    assert_eq!(held.answer_head().await.status, 100);
    held
}

async fn answer_to(app: &TestApp, request: String) -> WireAnswer {
    let mut wire = wire(app).await;
    wire.send(request).await;
    wire.answer().await
}

/// A connection that takes little ahead of its reader, on which `path` was asked for, and answered.
async fn begin_to_read(app: &TestApp, path: &str, token: &str) -> (Wire, WireAnswer) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2048).unwrap();
    let mut wire = Wire::new(within(socket.connect(app.running().address)).await.unwrap());
    wire.send(get(path, token)).await;
    let head = wire.answer_head().await;
    (wire, head)
}

#[tokio::test]
async fn a_request_too_many_is_503_at_once_and_those_in_progress_are_done() {
    let (app, [first, second, third]) = service(|limits| limits.requests = 2).await;
    let mut held = [hold(&app, &first, "").await, hold(&app, &second, "").await];
    for request in [get(CUSTOMERS, &third), post(CUSTOMERS, &third, JOHN), get("/mcp", &third)] {
        let refused = answer_to(&app, request.replace("GET /mcp", "POST /mcp")).await;
        refused.problem(503, "overloaded");
        assert_eq!(refused.header("retry-after"), "1");
    }
    assert_eq!(answer_to(&app, get("/healthz", "")).await.status, 200);
    answer_to(&app, get(CUSTOMERS, "wrong")).await.problem(401, "unauthorized");
    for held in &mut held {
        held.send(JOHN).await;
        assert_eq!(held.answer().await.status, 201);
    }
    let list = answer_to(&app, get(CUSTOMERS, &third)).await;
    assert_eq!(list.json().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_token_gets_half_of_the_places_so_that_others_are_served() {
    let (app, [greedy, other, _]) = service(|limits| limits.requests = 4).await;
    let mut held = [hold(&app, &greedy, "").await, hold(&app, &greedy, "").await];
    let refused = answer_to(&app, get(CUSTOMERS, &greedy)).await;
    refused.problem(429, "too-many-requests");
    assert_eq!(refused.header("retry-after"), "1");
    for _ in 0..10 {
        assert_eq!(answer_to(&app, post(CUSTOMERS, &other, JOHN)).await.status, 201);
    }
    held[0].send(JOHN).await;
    assert_eq!(held[0].answer().await.status, 201);
    assert_eq!(answer_to(&app, get(CUSTOMERS, &greedy)).await.status, 200);
}

#[tokio::test]
async fn a_place_is_free_again_when_its_client_goes_away() {
    let (app, [token, ..]) = service(|limits| limits.requests = 1).await;
    for _ in 0..3 {
        let held = hold(&app, &token, "").await;
        answer_to(&app, get(CUSTOMERS, &token)).await.problem(503, "overloaded");
        drop(held);
        within(async { while answer_to(&app, get(CUSTOMERS, &token)).await.status == 503 {} })
            .await;
    }
    answer_to(&app, get(CUSTOMERS, &token)).await.problem(404, "customers-not-found");
}

/// As many customers as fill the buffers of a connection several times; far more are in `bulk_size`.
const MANY: usize = 4000;

#[tokio::test]
async fn slow_readers_of_a_list_take_the_places_of_their_token_only_and_get_all_of_it() {
    let (app, [slow, other, _]) = service(|limits| limits.requests = 8).await;
    let long = "𠮷".repeat(100);
    create_many(&app, MANY, |_| john_with("first-name", long.as_str())).await;
    let mut unread = Vec::new();
    for _ in 0..4 {
        let (wire, head) = begin_to_read(&app, CUSTOMERS, &slow).await;
        assert_eq!(head.status, 200);
        unread.push(wire);
    }
    answer_to(&app, get(CUSTOMERS, &slow)).await.problem(429, "too-many-requests");
    for _ in 0..10 {
        assert_eq!(answer_to(&app, post(CUSTOMERS, &other, JOHN)).await.status, 201);
    }
    let mut late = unread.remove(0);
    let list = tokio::spawn(async move { late.rest().await });
    assert_eq!(unread.len(), 3);
    // The place is free when the list is over, though its connection is still there.
    within(async {
        while answer_to(&app, get("/healthz", &slow)).await.status != 200
            || answer_to(&app, get(&format!("{CUSTOMERS}/1"), &slow)).await.status == 429
        {}
    })
    .await;
    list.abort();
}

/// How much there is to read, without waiting for more.
fn readable(stream: &mut std::net::TcpStream) -> usize {
    let (mut all, mut buffer) = (0, vec![0; 1 << 20]);
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        all += count;
    }
    all
}

// On one thread: what the service does between two looks of the test is all that it does at once.
#[tokio::test]
async fn lists_that_are_read_as_fast_as_they_come_go_on_page_by_page_in_turns() {
    let (app, [token, ..]) = service(|_| {}).await;
    let long = "𠮷".repeat(100);
    create_many(&app, MANY, |_| john_with("first-name", long.as_str())).await;
    let whole = answer_to(&app, get(CUSTOMERS, &token)).await.body.len();
    let mut lists: Vec<std::net::TcpStream> = Vec::new();
    for _ in 0..8 {
        let mut list = std::net::TcpStream::connect(app.running().address).unwrap();
        list.write_all(get(CUSTOMERS, &token).as_bytes()).unwrap();
        list.set_nonblocking(true).unwrap();
        lists.push(list);
    }
    within(async {
        while lists.iter().any(|list| list.peek(&mut [0]).is_err()) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    // All have begun, and none is so far ahead that others had to wait for all of it.
    let ahead = lists.iter_mut().map(readable).max().unwrap();
    assert!(ahead < whole / 2, "{ahead} of {whole}");
}

#[tokio::test]
async fn a_feed_too_many_is_503_at_once_and_feeds_are_not_among_the_requests() {
    let (app, [first, second, third]) =
        service(|limits| (limits.feeds, limits.requests) = (2, 1)).await;
    let (feed, head) = begin_to_read(&app, EVENTS, &first).await;
    assert_eq!(head.status, 200);
    let (other_feed, head) = begin_to_read(&app, EVENTS, &second).await;
    assert_eq!(head.status, 200);
    let refused = answer_to(&app, get(EVENTS, &third)).await;
    refused.problem(503, "overloaded");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(answer_to(&app, post(CUSTOMERS, &first, JOHN)).await.status, 201);
    drop(feed);
    within(async {
        while answer_to(&app, get(&format!("{EVENTS}?after=9999"), &third)).await.status == 503 {}
    })
    .await;
    drop(other_feed);
}

#[tokio::test]
async fn a_bulk_request_too_many_is_503_at_once_and_single_ones_go_on() {
    let (app, [first, second, third]) = service(|limits| limits.bulks = 2).await;
    let bulk = |token: &str| {
        format!(
            "POST {CUSTOMERS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
    };
    let mut open = Vec::new();
    for token in [&first, &second] {
        let mut wire = wire(&app).await;
        wire.send(bulk(token)).await;
        assert_eq!(wire.answer_head().await.status, 200);
        open.push(wire);
    }
    answer_to(&app, bulk(&third)).await.problem(503, "overloaded");
    assert_eq!(answer_to(&app, post(CUSTOMERS, &third, JOHN)).await.status, 201);
    open.clear();
    within(async { while answer_to(&app, bulk(&third) + "0\r\n\r\n").await.status == 503 {} })
        .await;
    let _first = (wire(&app).await, open);
}

#[tokio::test]
async fn a_search_too_many_is_503_at_once_and_lists_without_one_go_on() {
    let (app, [token, ..]) = service(|_| {}).await;
    create_many(&app, 10, |_| JOHN.to_owned()).await;
    let registry = app.running().service().registry();
    let search = Selection { search: SearchText::parse("john").ok(), ..Selection::default() };
    let mut begun = Vec::new();
    for _ in 0..32 {
        begun.push(list::list(registry, &acme(), &search).await.unwrap());
    }
    let found = format!("{CUSTOMERS}?q=john");
    let refused = answer_to(&app, get(&found, &token)).await;
    refused.problem(503, "overloaded");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(answer_to(&app, get(CUSTOMERS, &token)).await.status, 200);
    begun.pop();
    let list = answer_to(&app, get(&found, &token)).await;
    assert_eq!(list.json().as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn who_leaves_too_many_answers_unread_over_http2_is_cut_off_and_no_other() {
    let (app, [token, ..]) = service(|limits| limits.answers = 64).await;
    let mut modest = wire(&app).await;
    let mut greedy = wire(&app).await;
    // A window of no bytes: heads of answers come, and no byte of their bodies.
    let no_window = [0, 4, 0, 0, 0, 0];
    greedy.send([PREFACE, &frame(SETTINGS, 0, 0, &no_window)].concat()).await;
    greedy.next_frame(SETTINGS).await;
    let ask = head(Method::Get, "/openapi.json", &[]);
    for number in 0..100 {
        let ask = frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, &ask);
        if !greedy.try_send(ask).await {
            break;
        }
        modest.send(get("/healthz", "")).await;
        assert_eq!(modest.answer().await.status, 200);
    }
    greedy.rest().await;
    modest.send(post(CUSTOMERS, &token, JOHN)).await;
    assert_eq!(modest.answer().await.status, 201);
}

#[tokio::test]
async fn thousands_of_idle_connections_keep_nobody_out() {
    const IDLE: usize = 2000;
    let (app, [token, ..]) = service(|limits| limits.connections = 256).await;
    let mut idle = Vec::new();
    for number in 0..IDLE {
        let mut wire = wire(&app).await;
        // Nothing, half a preface, half a head, or all of a request and then nothing.
        let start =
            [&b""[..], &PREFACE[..9], b"GET / HT", b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"];
        wire.try_send(start[number % 4]).await;
        idle.push(wire);
        if number % 100 == 0 {
            assert_eq!(answer_to(&app, post(CUSTOMERS, &token, JOHN)).await.status, 201);
        }
    }
    let list = answer_to(&app, get(CUSTOMERS, &token)).await;
    assert_eq!(list.json().as_array().unwrap().len(), IDLE / 100);
    let open = app.get("/console/figures").await.json()["connections"].as_u64().unwrap();
    assert!(open <= 256, "{open}");
}

#[test]
fn there_are_more_connections_than_can_all_be_at_work() {
    for connections in [3, 16, 896, 4096, 100_000] {
        let limits = Limits::default().with_connections(connections);
        assert_eq!(limits.connections, connections);
        assert!(limits.connections > limits.requests + limits.feeds && limits.requests > 0);
    }
    let limits = Limits::default();
    let same = limits.clone().with_connections(limits.connections);
    assert_eq!((same.requests, same.feeds), (limits.requests, limits.feeds));
}
