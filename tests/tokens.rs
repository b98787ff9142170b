//! Managing tokens: what is listed, when a token stops, that it stays so, and what is written down.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/faulty_disk.rs"]
mod faulty_disk;
mod support;
#[path = "support/tokens.rs"]
mod tokens;

use std::sync::Arc;

use faulty_disk::FaultyDisk;
use hyper::Method;
use serde_json::Value;
use smart_customer::operation::token::hash;
use support::{CUSTOMERS, TestApp, TestClock};
use tokens::{Given, TOKENS, give, grant, grant_with, listed};

const NOW: &str = "2026-11-23T18:22:15.123Z";
const HOUR: i64 = 3_600_000;

/// A service whose clock shows [`NOW`].
async fn app_with_clock() -> (TestApp, TestClock) {
    let clock = TestClock::at(NOW);
    (TestApp::start_with(|parts| clock.install(parts)).await, clock)
}

async fn status(app: &TestApp, token: &Given) -> u16 {
    token.get(app, CUSTOMERS).await.status.as_u16()
}

#[tokio::test]
async fn tokens_are_listed_oldest_first_also_after_a_restart_with_the_clock_set_back() {
    let (mut app, clock) = app_with_clock().await;
    let mut names = vec!["admin".to_owned()];
    for number in 0..20 {
        if number == 10 {
            clock.advance(-24 * HOUR);
            app.restart_with(|parts| clock.install(parts)).await;
        }
        names.push(format!("till-{number}"));
        give(&app, grant_with("name", format!("till-{number}"))).await;
    }
    let list = app.get(TOKENS).await;
    let shown: Vec<Value> =
        list.json().as_array().unwrap().iter().map(|token| token["name"].clone()).collect();
    assert_eq!(shown, names);
    assert!(!list.text().contains("sc_") && !list.text().contains("\"token\""), "{}", list.text());
}

#[tokio::test]
async fn a_revoked_token_stops_with_the_next_request_and_is_gone() {
    let mut app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    let (token, other) = (give(&app, grant()).await, give(&app, grant()).await);
    assert_eq!(status(&app, &token).await, 200);
    let revoked = app.delete(&token.path()).await;
    assert_eq!((revoked.status.as_u16(), revoked.body.len()), (204, 0));
    token.get(&app, CUSTOMERS).await.problem(401, "unauthorized");
    app.delete(&token.path()).await.problem(404, "token-not-found");
    assert_eq!(listed(&app, &token.id).await, Value::Null);
    app.restart().await;
    token.get(&app, CUSTOMERS).await.problem(401, "unauthorized");
    assert_eq!(status(&app, &other).await, 200);
}

#[tokio::test]
async fn a_token_that_revokes_itself_stops_as_well() {
    let app = TestApp::start().await;
    let token = give(&app, grant()).await;
    let revoked = token.request(&app, Method::DELETE, &token.path()).send().await;
    assert_eq!(revoked.status, 204);
    token.get(&app, TOKENS).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn only_one_of_many_who_revoke_a_token_at_once_has_revoked_it() {
    let app = TestApp::start().await;
    let path = give(&app, grant()).await.path();
    let answers = futures_util::future::join_all((0..20).map(|_| app.delete(&path))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort();
    assert_eq!((statuses[0], &statuses[1..]), (204, &[404; 19][..]));
}

#[tokio::test]
async fn an_id_that_is_none_is_a_token_that_does_not_exist() {
    let app = TestApp::start().await;
    let token = give(&app, grant()).await;
    for id in ["456", "%2F", "%00", "%ff", "..", "*", "01JD8Z3M6Q4X9T2V7B5N1C0KRE"] {
        app.delete(&format!("{TOKENS}/{id}")).await.problem(404, "token-not-found");
    }
    assert_eq!(app.delete(&token.path().to_lowercase()).await.status, 204);
}

#[tokio::test]
async fn a_token_stops_at_the_moment_it_expires() {
    let (mut app, clock) = app_with_clock().await;
    app.create_john(CUSTOMERS).await;
    let token = give(&app, grant_with("expires-at", "2026-11-23T19:22:15.123Z")).await;
    clock.advance(HOUR - 1);
    assert_eq!(status(&app, &token).await, 200);
    clock.advance(1);
    token.get(&app, CUSTOMERS).await.problem(401, "unauthorized");
    app.restart_with(|parts| clock.install(parts)).await;
    token.get(&app, CUSTOMERS).await.problem(401, "unauthorized");
    assert_eq!(listed(&app, &token.id).await["expires-at"], "2026-11-23T19:22:15.123Z");
    assert_eq!(app.delete(&token.path()).await.status, 204);
}

#[tokio::test]
async fn a_long_answer_can_ask_whether_its_token_is_still_good() {
    let (app, clock) = app_with_clock().await;
    let registry = app.running().service().registry();
    let revoked = give(&app, grant()).await;
    let expiring = give(&app, grant_with("expires-at", "2026-11-23T19:22:15.123Z")).await;
    let [revoked_one, expiring_one] = [&revoked, &expiring]
        .map(|token| registry.authenticate(hash(&token.secret)).unwrap().principal);
    assert!(registry.is_still_valid(&revoked_one) && registry.is_still_valid(&expiring_one));
    app.delete(&revoked.path()).await;
    assert!(!registry.is_still_valid(&revoked_one) && registry.is_still_valid(&expiring_one));
    clock.advance(HOUR);
    assert!(!registry.is_still_valid(&expiring_one));
}

#[tokio::test]
async fn the_hour_of_the_last_use_is_shown_and_outlives_a_restart() {
    let (mut app, clock) = app_with_clock().await;
    let (token, unused) = (give(&app, grant()).await, give(&app, grant()).await);
    assert_eq!(listed(&app, &token.id).await["last-used-at"], Value::Null);
    status(&app, &token).await;
    assert_eq!(listed(&app, &token.id).await["last-used-at"], "2026-11-23T18:00:00Z");
    clock.advance(HOUR);
    assert_eq!(listed(&app, &token.id).await["last-used-at"], "2026-11-23T18:00:00Z");
    status(&app, &token).await;
    app.restart_with(|parts| clock.install(parts)).await;
    assert_eq!(listed(&app, &token.id).await["last-used-at"], "2026-11-23T19:00:00Z");
    assert_eq!(listed(&app, &unused.id).await["last-used-at"], Value::Null);
    clock.advance(-5 * HOUR);
    status(&app, &token).await;
    assert_eq!(listed(&app, &token.id).await["last-used-at"], "2026-11-23T19:00:00Z");
}

#[tokio::test]
async fn the_last_use_is_written_once_an_hour_and_by_no_request() {
    let disk = FaultyDisk::default();
    let clock = TestClock::at(NOW);
    let app = TestApp::start_with(|parts| {
        clock.install(parts);
        parts.store.disk = Arc::new(disk.clone());
    })
    .await;
    let token = give(&app, grant()).await;
    let syncs = || disk.state().syncs;
    let registry = app.running().service().registry();
    for _ in 0..3 {
        registry.keep_last_uses().await.unwrap();
        let before = syncs();
        for _ in 0..5 {
            status(&app, &token).await;
            app.get(TOKENS).await;
        }
        assert_eq!(syncs(), before);
        for _ in 0..3 {
            registry.keep_last_uses().await.unwrap();
        }
        assert_eq!(syncs(), before + 1);
        clock.advance(HOUR);
    }
}

#[tokio::test]
async fn writing_last_uses_brings_no_revoked_token_back() {
    let mut app = TestApp::start().await;
    for _ in 0..20 {
        let token = give(&app, grant()).await;
        status(&app, &token).await;
        let registry = app.running().service().registry();
        let path = token.path();
        let (revoked, kept) = tokio::join!(app.delete(&path), registry.keep_last_uses());
        assert_eq!((revoked.status.as_u16(), kept), (204, Ok(())));
        assert_eq!(status(&app, &token).await, 401);
    }
    app.restart().await;
    assert_eq!(app.get(TOKENS).await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_disk_that_is_full_makes_no_token_and_revokes_none() {
    let disk = FaultyDisk::default();
    let mut app = TestApp::start_with(|parts| parts.store.disk = Arc::new(disk.clone())).await;
    app.create_john(CUSTOMERS).await;
    let token = give(&app, grant()).await;
    disk.state().room = Some(0);
    app.post(TOKENS, grant().to_string()).await.problem(507, "disk-full");
    app.delete(&token.path()).await.problem(507, "disk-full");
    assert_eq!(status(&app, &token).await, 200);
    disk.state().room = None;
    assert_eq!(app.delete(&token.path()).await.status, 204);
    app.restart().await;
    assert_eq!(app.get(TOKENS).await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn no_token_is_given_out_before_it_is_on_disk() {
    let disk = FaultyDisk::default();
    let app = TestApp::start_with(|parts| parts.store.disk = Arc::new(disk.clone())).await;
    let before = disk.state().syncs;
    give(&app, grant()).await;
    assert_eq!(disk.state().syncs, before + 1);
    disk.state().syncs_fail = true;
    app.post(TOKENS, grant().to_string()).await.problem(500, "internal");
    app.post(TOKENS, grant().to_string()).await.problem(503, "read-only");
    assert_eq!(app.get(TOKENS).await.json().as_array().unwrap().len(), 2);
}
