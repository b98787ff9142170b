//! Clients that mean harm: floods of HTTP/2 frames, bodies without an end, guessed tokens, and values
//! that would break out of where they are shown. Others are served well meanwhile. Those that are only
//! slow are in `connections` and `slow_readers`, framing in two ways in `framing`, JSON of any depth
//! and size in `bad_json`, too much of everything in `overload`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "wire/app.rs"]
mod app;
mod support;
#[path = "support/tokens.rs"]
mod tokens;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use app::{said_to, wire};
use smart_customer::operation::token::Stopwatch;
use support::{CUSTOMERS, JOHN, TestApp};
use tokens::{give, grant};
use tokio::task::JoinHandle;
use wire::frame::{
    CONTINUATION, END_HEADERS, END_STREAM, GOAWAY, HEADERS, Method, RST_STREAM, frame, head,
};
use wire::{NEVER, Wire, get, post, within};

const ENHANCE_YOUR_CALM: u32 = 11;

/// A service that cuts off nobody for taking long.
async fn patient() -> TestApp {
    TestApp::start_with(|parts| {
        let limits = &mut parts.limits;
        (limits.first_bytes, limits.head, limits.body) = (NEVER, NEVER, NEVER);
    })
    .await
}

/// Sends `piece` until the other side has closed or `most` were sent; whether it has closed.
fn flood(mut wire: Wire, piece: Vec<u8>, most: usize) -> JoinHandle<(bool, Wire)> {
    tokio::spawn(async move {
        for _ in 0..most {
            if !wire.try_send(&piece).await {
                return (true, wire);
            }
        }
        (false, wire)
    })
}

/// Creates and reads until the attack is over, and a few times more.
async fn is_served_during<T>(app: &TestApp, attack: JoinHandle<T>) -> T {
    let mut client = wire(app).await;
    let mut left = 5;
    while left > 0 {
        client.send(post(CUSTOMERS, &app.token, JOHN)).await;
        let created = client.answer().await;
        assert_eq!(created.status, 201);
        client.send(get(created.header("location"), &app.token)).await;
        assert_eq!(client.answer().await.body, created.body);
        left -= usize::from(attack.is_finished());
    }
    within(attack).await.unwrap()
}

/// The code of the GOAWAY that ends an HTTP/2 connection (RFC 9113, section 6.8).
async fn goaway(wire: &mut Wire) -> u32 {
    let payload = wire.next_frame(GOAWAY).await.payload;
    u32::from_be_bytes(payload[4..8].try_into().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_that_are_opened_and_reset_in_a_flood_end_their_connection_only() {
    let app = patient().await;
    let mut attacker = wire(&app).await;
    attacker.open_http2().await;
    let bearer = format!("Bearer {}", app.token);
    let list = head(Method::Get, CUSTOMERS, &[("authorization", &bearer)]);
    let attack = tokio::spawn(async move {
        let mut stream = 1;
        loop {
            let mut burst = Vec::new();
            for _ in 0..500 {
                burst.extend(frame(HEADERS, END_HEADERS | END_STREAM, stream, &list));
                burst.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
                stream += 2;
            }
            if !attacker.try_send(burst).await {
                return stream / 2;
            }
        }
    });
    let streams = is_served_during(&app, attack).await;
    assert!(streams < 1_000_000, "{streams}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_without_an_end_over_http2_ends_its_connection_only() {
    let app = patient().await;
    let field = [&[0, 1, b'a', 100][..], &[b'b'; 100]].concat();
    for (block, most) in [(field.repeat(100), 10_000), (field, 100_000), (Vec::new(), 1_000_000)] {
        let mut attacker = wire(&app).await;
        attacker.open_http2().await;
        attacker.send(frame(HEADERS, END_STREAM, 1, &head(Method::Get, CUSTOMERS, &[]))).await;
        let attack = flood(attacker, frame(CONTINUATION, 0, 1, &block), most);
        let (is_closed, mut attacker) = is_served_during(&app, attack).await;
        assert!(is_closed, "{} bytes a frame went on without an end", block.len());
        attacker.rest().await;
    }
}

#[tokio::test]
async fn the_client_of_a_flood_is_told_to_calm_down_where_it_reads() {
    let app = patient().await;
    let mut attacker = wire(&app).await;
    attacker.open_http2().await;
    let ask = head(Method::Get, "/healthz", &[]);
    let mut burst = Vec::new();
    for number in 0..100 {
        burst.extend(frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, &ask));
        burst.extend(frame(RST_STREAM, 0, 2 * number + 1, &8_u32.to_be_bytes()));
    }
    attacker.send(burst).await;
    assert_eq!(goaway(&mut attacker).await, ENHANCE_YOUR_CALM);
}

/// The head of a chunked POST of JSON.
fn chunked(token: &str) -> String {
    format!(
        "POST {CUSTOMERS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chunked_body_without_an_end_is_413_and_others_are_served() {
    let app = patient().await;
    let mut attacker = wire(&app).await;
    attacker.send(chunked(&app.token)).await;
    let chunk = [b"1000\r\n", &[b' '; 0x1000][..], b"\r\n"].concat();
    let attack = flood(attacker, chunk, 1_000_000);
    let (is_closed, mut attacker) = is_served_during(&app, attack).await;
    assert!(is_closed);
    let said = attacker.rest().await;
    // A reset may overtake the answer, as the client was still sending.
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 413 "), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_between_chunks_has_an_end_or_its_connection_has() {
    let app = patient().await;
    for (start, piece) in [
        // The extension of a chunk, empty lines of trailers, a trailer, and chunks of one byte.
        ("1;", "a=b;".repeat(1000)),
        ("0\r\n", "a: b\r\n".repeat(1000)),
        ("0\r\na: ", "b".repeat(4000)),
        ("", "1\r\n \r\n".repeat(1000)),
        ("", "1;a=b\r\n \r\n".repeat(1000)),
    ] {
        let mut attacker = wire(&app).await;
        attacker.send(chunked(&app.token) + start).await;
        let attack = flood(attacker, piece.into_bytes(), 100_000);
        let (is_closed, mut attacker) = is_served_during(&app, attack).await;
        assert!(is_closed, "{start:?} went on without an end");
        assert!(!attacker.rest().await.contains("HTTP/1.1 2"), "{start:?}");
    }
}

#[tokio::test]
async fn lines_that_end_in_a_bare_line_feed_smuggle_nothing() {
    let app = patient().await;
    let hidden = get("/healthz", "");
    // hyper takes a bare line feed for the end of a line (RFC 9112, section 2.2, lets it), and so
    // each of these is one request and not two.
    for head in [
        format!("POST {CUSTOMERS} HTTP/1.1\nHost: localhost\nContent-Length: {}\n\n", hidden.len()),
        format!(
            "POST {CUSTOMERS} HTTP/1.1\r\nHost: a\r\nX: a\nContent-Length: {}\r\n\r\n",
            hidden.len()
        ),
        format!("POST {CUSTOMERS} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\n\r\n", hidden.len()),
    ] {
        let mut client = wire(&app).await;
        client.send(head.clone() + &hidden).await;
        client.finish_sending().await;
        let said = client.rest().await;
        assert_eq!(said.matches("HTTP/1.1 ").count(), 1, "{head:?}: {said}");
        assert!(said.starts_with("HTTP/1.1 4"), "{head:?}: {said}");
    }
    for head in [
        format!(
            "POST {CUSTOMERS} HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nContent-Length: 5\n\n"
        ),
        format!(
            "POST {CUSTOMERS} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\nTransfer-Encoding: chunked\r\n\r\n"
        ),
        format!("POST {CUSTOMERS} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\rX: y\r\n\r\n"),
    ] {
        let said = said_to(&app, head.clone() + "0\r\n\r\n" + &hidden).await;
        assert_eq!(said.matches("HTTP/1.1 ").count(), 1, "{head:?}: {said}");
        assert!(said.starts_with("HTTP/1.1 400 "), "{head:?}: {said}");
    }
}

/// A service by a time in milliseconds that goes only when it is told to.
async fn app_by_stopwatch() -> (TestApp, Arc<AtomicU64>) {
    let time = Arc::new(AtomicU64::new(0));
    let shown = time.clone();
    let app = TestApp::start_with(|parts| {
        let elapsed = move || Duration::from_millis(shown.load(Ordering::SeqCst));
        parts.stopwatch = Stopwatch::new(elapsed);
    })
    .await;
    (app, time)
}

#[tokio::test]
async fn guessed_tokens_are_429_after_a_hundred_and_a_token_that_was_right_before_goes_on() {
    let (app, time) = app_by_stopwatch().await;
    app.create_john(CUSTOMERS).await;
    let unused = give(&app, grant()).await;
    let mut guesser = wire(&app).await;
    for number in 0..300 {
        guesser.send(get(CUSTOMERS, &format!("sc_{number:043}"))).await;
        let refused = guesser.answer().await;
        if number < 100 {
            refused.problem(401, "unauthorized");
        } else {
            refused.problem(429, "too-many-requests");
            assert_eq!(refused.header("retry-after"), "1");
        }
    }
    // A right one that was never used from here looks like any other guess.
    unused.get(&app, CUSTOMERS).await.problem(429, "too-many-requests");
    assert_eq!(app.get(CUSTOMERS).await.status, 200);
    // Who has no token guesses none.
    guesser.send("GET /admin/token HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    guesser.answer().await.problem(401, "unauthorized");
    time.store(1000, Ordering::SeqCst);
    assert_eq!(unused.get(&app, CUSTOMERS).await.status, 200);
}

/// Everything that is sent back in a head, with what would begin a line of its own there.
#[tokio::test]
async fn no_value_that_is_sent_back_breaks_out_of_its_header() {
    let app = patient().await;
    app.create_john(CUSTOMERS).await;
    app.create_john(CUSTOMERS).await;
    let end = "%0D%0AInjected:%20yes%0D%0A%0D%0A";
    let company = format!("/api/tse/v1/company/acme{end}/customer");
    for (path, status) in [
        (company.clone(), 400),
        (format!("/api/tse{end}/v1/company/acme/customer"), 400),
        (format!("/api/tse/v1{end}/company/acme/customer"), 400),
        (format!("{CUSTOMERS}/{end}"), 404),
        (format!("{CUSTOMERS}?limit=1&q=john{end}"), 200),
        (format!("{CUSTOMERS}?limit=1&q=john%0D%0A"), 200),
        (format!("{CUSTOMERS}?limit=1&market=IT{end}"), 400),
        (format!("{CUSTOMERS}?after={end}"), 400),
        (format!("{CUSTOMERS}?{end}=1"), 400),
        (format!("/problems/{end}"), 404),
        (format!("/docs/{end}"), 404),
        (format!("/{end}"), 404),
    ] {
        let mut client = wire(&app).await;
        client.send(get(&path, &app.token)).await;
        let answer = client.answer().await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("injected"), "", "{path}");
        client.send(get("/healthz", "")).await;
        assert_eq!(client.answer().await.body, b"ok\n", "{path}: another answer was made of it");
    }
    let mut client = wire(&app).await;
    client.send(post(&company, &app.token, JOHN)).await;
    client.answer().await.problem(400, "invalid-path-parameter");
}

#[tokio::test]
async fn a_request_id_that_is_not_sane_is_replaced_or_refused() {
    let app = patient().await;
    for id in ["a b", "<script>", "a\tb", "\u{e9}", "", "a;b=c", &"a".repeat(129)] {
        let request = format!("GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-Id: {id}\r\n\r\n");
        let mut client = wire(&app).await;
        client.send(request).await;
        let given = client.answer().await.header("x-request-id").to_owned();
        assert!(given.len() == 26 && given != id, "{id:?}: {given:?}");
    }
    for id in ["a\rInjected: yes", "a\0b"] {
        let request = format!("GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-Id: {id}\r\n\r\n");
        let said = said_to(&app, request).await;
        assert!(said.starts_with("HTTP/1.1 400 "), "{said}");
        assert!(!said.to_lowercase().contains("injected"), "{said}");
    }
}
