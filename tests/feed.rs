//! The change feed: what it says, where it begins and goes on, and how it ends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "support/follower.rs"]
mod follower;
mod support;
#[path = "support/tokens.rs"]
mod tokens;
mod wire;

use follower::{Follower, events_of};
use hyper::Method;
use support::{CUSTOMERS, JOHN, TestApp, TestClock, customers_of, john_with};
use wire::{NEVER, SOON, within};

const EVENTS: &str = "/api/tse/v1/company/acme/event";

/// Opens a feed with the admin token and perhaps a header.
async fn follow(app: &TestApp, path: &str, header: &[(&str, &str)]) -> Follower {
    let bearer = format!("Bearer {}", app.token);
    let headers = [&[("authorization", bearer.as_str())], header].concat();
    within(Follower::open(app.running().address, path, &headers)).await
}

/// What the next event says happened to whom, and its id.
async fn next(follower: &mut Follower) -> (String, String, u64) {
    let seen = within(follower.event()).await.unwrap();
    let (kind, customer) = seen.what();
    (kind, customer, seen.id)
}

fn what(kind: &str, customer: &str, id: u64) -> (String, String, u64) {
    (kind.to_owned(), customer.to_owned(), id)
}

/// A service whose feeds say nothing but what happens: only a sign makes them look for it.
async fn patient() -> TestApp {
    TestApp::start_with(|parts| parts.limits.keep_alive = NEVER).await
}

/// A service whose feeds soon show that they live.
async fn lively() -> TestApp {
    TestApp::start_with(|parts| parts.limits.keep_alive = SOON).await
}

#[tokio::test]
async fn a_feed_begins_with_what_happens_from_now_on() {
    let app = patient().await;
    let before = app.create_john(CUSTOMERS).await;
    let mut feed = follow(&app, EVENTS, &[]).await;
    let began_at = feed.began_at;
    let after = app.create_john(CUSTOMERS).await;
    app.delete(&format!("{CUSTOMERS}/{before}")).await;
    assert_eq!(next(&mut feed).await, what("created", &after, began_at + 1));
    assert_eq!(next(&mut feed).await, what("deleted", &before, began_at + 2));
}

#[tokio::test]
async fn an_event_says_what_happened_to_whom_where_and_when() {
    let clock = TestClock::at("2026-11-23T18:22:15.123Z");
    let app = TestApp::start_with(|parts| clock.install(parts)).await;
    let mut feed = follow(&app, EVENTS, &[]).await;
    let id = app.create_john(CUSTOMERS).await;
    assert_eq!(
        within(feed.block()).await.unwrap(),
        format!(
            "id: {}\nevent: created\ndata: {{\"kind\":\"created\",\"customer-id\":\"{id}\",\
             \"category\":\"corporate\",\"market\":\"IT\",\"time\":\"2026-11-23T18:22:15.123Z\"}}",
            feed.began_at + 1
        )
    );
    let nowhere = app.post(CUSTOMERS, john_with("vat-number", "ZZ12345678901")).await;
    assert_eq!(nowhere.status, 201, "{}", nowhere.text());
    assert!(within(feed.event()).await.unwrap().data["market"].is_null());
}

#[tokio::test]
async fn the_answer_is_an_event_stream_that_nobody_keeps_or_holds_back() {
    let app = patient().await;
    for accept in ["text/event-stream", "*/*", "text/*;q=0.1, application/json"] {
        let feed = follow(&app, EVENTS, &[("accept", accept)]).await;
        assert_eq!(feed.headers["content-type"], "text/event-stream");
        assert_eq!(feed.headers["cache-control"], "no-store");
        assert_eq!(feed.headers["x-accel-buffering"], "no");
        assert_eq!(
            feed.headers["x-ai-metadata"],
            "purpose=customer_change_feed, entity=Customer, intent=subscribe"
        );
    }
    let json = app.request(Method::GET, EVENTS).header("accept", "application/json");
    json.send().await.problem(406, "not-acceptable");
}

#[tokio::test]
async fn a_client_goes_on_behind_the_id_that_it_names() {
    let app = patient().await;
    let began_at = follow(&app, EVENTS, &[]).await.began_at;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(app.create_john(CUSTOMERS).await);
    }
    let second = (began_at + 2).to_string();
    let parameter = format!("{EVENTS}?after={second}");
    let older = format!("{EVENTS}?after={began_at}");
    let header = [("last-event-id", second.as_str())];
    for (path, header) in [(&parameter[..], &[][..]), (EVENTS, &header), (&older, &header)] {
        let mut feed = follow(&app, path, header).await;
        assert_eq!(feed.began_at, began_at + 2);
        assert_eq!(next(&mut feed).await, what("created", &ids[2], began_at + 3));
    }
    let mut all = follow(&app, &format!("{EVENTS}?after=0"), &[]).await;
    assert_eq!(all.began_at, 0);
    for (id, number) in ids.iter().zip(began_at + 1..) {
        assert_eq!(next(&mut all).await, what("created", id, number));
    }
}

#[tokio::test]
async fn more_events_than_a_page_has_come_in_order_and_none_twice() {
    let app = patient().await;
    let mut wire = wire::Wire::new(app.connect().await);
    let mut created = Vec::new();
    for _ in 0..600 {
        wire.send(wire::post(CUSTOMERS, &app.token, JOHN)).await;
        created.push(wire.answer().await.json()["id"].as_str().unwrap().to_owned());
    }
    let mut feed = follow(&app, &format!("{EVENTS}?after=0"), &[]).await;
    for id in created {
        assert_eq!(next(&mut feed).await.1, id);
    }
    let last = app.create_john(CUSTOMERS).await;
    assert_eq!(next(&mut feed).await.1, last);
}

#[tokio::test]
async fn a_feed_shows_its_own_company_only() {
    let app = patient().await;
    let mut feeds = Vec::new();
    for path in [EVENTS, "/api/tse/v2/company/acme/event", "/api/other/v1/company/acme/event"] {
        feeds.push(follow(&app, path, &[]).await);
    }
    app.create_john(&customers_of("acme2")).await;
    let id = app.create_john(CUSTOMERS).await;
    assert_eq!(next(&mut feeds[0]).await.1, id);
    for (feed, product) in feeds[1..].iter_mut().zip(["tse/v2", "other/v1"]) {
        let id = app.create_john(&format!("/api/{product}/company/acme/customer")).await;
        assert_eq!(next(feed).await.1, id);
    }
}

#[tokio::test]
async fn a_company_without_customers_has_a_feed() {
    let app = patient().await;
    let mut feed = follow(&app, &events_of("nobody"), &[]).await;
    let id = app.create_john(&customers_of("nobody")).await;
    assert_eq!(next(&mut feed).await.1, id);
}

#[tokio::test]
async fn a_position_that_is_no_number_is_refused_with_what_would_be_right() {
    let app = patient().await;
    for position in ["", "x", "-1", "+1", "1.0", "9007199254740992", "18446744073709551616", "1 "] {
        let path = format!("{EVENTS}?after={}", position.replace(' ', "%20").replace('+', "%2B"));
        let refused = within(app.get(&path)).await;
        assert_eq!(refused.faults(400, "invalid-query-parameter")[0].0, "after");
    }
    for position in ["", "x", "-1", "+1", "ü"] {
        let refused = app.request(Method::GET, EVENTS).header("last-event-id", position);
        let refused = within(refused.send()).await;
        assert_eq!(refused.faults(400, "invalid-header")[0].0, "Last-Event-ID");
    }
    let parameter = app.request(Method::GET, &format!("{EVENTS}?after=x"));
    let parameter = within(parameter.header("last-event-id", "0").send()).await;
    assert_eq!(parameter.faults(400, "invalid-query-parameter")[0].0, "after");
    let twice = app.request(Method::GET, EVENTS).header("last-event-id", "0");
    let twice = within(twice.header("last-event-id", "0").send()).await;
    assert!(twice.text().contains("more than once"));
    let unknown = within(app.get(&format!("{EVENTS}?before=1"))).await;
    assert_eq!(unknown.faults(400, "invalid-query-parameter")[0].0, "before");
}

#[tokio::test]
async fn a_position_ahead_of_all_that_happened_is_refused_instead_of_waited_for() {
    let app = patient().await;
    app.create_john(CUSTOMERS).await;
    let last = follow(&app, EVENTS, &[]).await.began_at;
    let ahead = (last + 1).to_string();
    let refused = within(app.get(&format!("{EVENTS}?after={ahead}"))).await;
    let problem = refused.problem(400, "invalid-query-parameter");
    let message = problem["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with(&format!("{ahead} is ahead of the last change, {last}")));
    let header = app.request(Method::HEAD, EVENTS).header("last-event-id", &ahead);
    assert_eq!(within(header.send()).await.status, 400);
}

#[tokio::test]
async fn head_answers_with_the_headers_alone() {
    let app = patient().await;
    let head = within(app.head(EVENTS)).await;
    assert_eq!((head.status.as_u16(), head.text()), (200, ""));
    assert_eq!(head.header("content-type"), "text/event-stream");
}

#[tokio::test]
async fn a_quiet_feed_shows_that_it_lives() {
    let app = lively().await;
    let mut feed = follow(&app, EVENTS, &[]).await;
    for _ in 0..3 {
        assert_eq!(within(feed.block()).await.unwrap(), ": keep-alive");
    }
    let id = app.create_john(CUSTOMERS).await;
    assert_eq!(next(&mut feed).await.1, id);
}

#[tokio::test]
async fn feeds_do_not_hold_up_a_stop_and_go_on_after_the_start_without_gap_or_repeat() {
    let mut app = TestApp::start_with(|parts| {
        (parts.limits.keep_alive, parts.limits.drain) = (NEVER, NEVER);
    })
    .await;
    let [idle, mut busy] =
        [follow(&app, &events_of("idle"), &[]).await, follow(&app, EVENTS, &[]).await];
    let first = app.create_john(CUSTOMERS).await;
    let (_, id, number) = next(&mut busy).await;
    assert_eq!(id, first);
    let missed = app.create_john(CUSTOMERS).await;
    assert_eq!(next(&mut busy).await.2, number + 1);
    within(app.restart()).await;
    within(idle.ended()).await;
    within(busy.ended()).await;
    let mut again = follow(&app, EVENTS, &[("last-event-id", &number.to_string())]).await;
    assert_eq!(next(&mut again).await, what("created", &missed, number + 1));
    let last = app.create_john(CUSTOMERS).await;
    let (_, id, latest) = next(&mut again).await;
    assert!(id == last && latest > number + 1);
}

/// Makes a token for acme's customers; it, and the header that its bearer sends.
async fn make_token(app: &TestApp, expires_at: Option<&str>) -> (tokens::Given, String) {
    let grant = serde_json::json!({
        "name": "till", "product": "*", "company": "acme", "permissions": ["read"],
        "expires-at": expires_at
    });
    let given = tokens::give(app, grant).await;
    let bearer = format!("Bearer {}", given.secret);
    (given, bearer)
}

#[tokio::test]
async fn a_token_that_is_revoked_gets_no_further_event_and_its_feed_ends() {
    let app = lively().await;
    let (token, bearer) = make_token(&app, None).await;
    let bearer = [("authorization", bearer.as_str())];
    let mut feed = within(Follower::open(app.running().address, EVENTS, &bearer)).await;
    let shown = app.create_john(CUSTOMERS).await;
    assert_eq!(next(&mut feed).await.1, shown);
    assert_eq!(app.delete(&token.path()).await.status, 204);
    app.create_john(CUSTOMERS).await;
    within(feed.ended()).await;
}

#[tokio::test]
async fn a_feed_ends_when_its_token_expires_though_nothing_happens() {
    let clock = TestClock::at("2026-11-23T18:00:00Z");
    let app = TestApp::start_with(|parts| {
        clock.install(parts);
        parts.limits.keep_alive = SOON;
    })
    .await;
    let (_, bearer) = make_token(&app, Some("2026-11-23T18:01:00Z")).await;
    let bearer = [("authorization", bearer.as_str())];
    let mut feed = within(Follower::open(app.running().address, EVENTS, &bearer)).await;
    assert_eq!(within(feed.block()).await.unwrap(), ": keep-alive");
    clock.advance(60_000);
    // Some may have been on their way when the time was over.
    within(async { while feed.block().await.is_some_and(|block| block == ": keep-alive") {} })
        .await;
    within(feed.ended()).await;
}

#[tokio::test]
async fn a_feed_ends_when_the_store_closes() {
    let app = patient().await;
    let feed = follow(&app, EVENTS, &[]).await;
    app.running().service().registry().store().close().await.unwrap();
    within(feed.ended()).await;
}
