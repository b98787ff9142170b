//! The rate limit of a token: how many requests come through, what the others are told, and what
//! every answer says of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;
#[path = "support/tokens.rs"]
mod tokens;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::Method;
use smart_customer::cli::serve::Parts;
use smart_customer::operation::token::Stopwatch;
use support::{Answer, CUSTOMERS, JOHN, TestApp};
use tokens::{Given, TOKENS, give, grant, grant_with};

/// A stopwatch that goes only when it is told to.
#[derive(Clone, Default)]
struct TestStopwatch(Arc<AtomicU64>);

impl TestStopwatch {
    fn advance(&self, milliseconds: u64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    fn install(&self, parts: &mut Parts) {
        let milliseconds = self.0.clone();
        let elapsed = move || Duration::from_millis(milliseconds.load(Ordering::SeqCst));
        parts.stopwatch = Stopwatch::new(elapsed);
    }
}

/// A service in whose rate limits no time passes by itself; acme has a customer.
async fn app() -> (TestApp, TestStopwatch) {
    let stopwatch = TestStopwatch::default();
    let app = TestApp::start_with(|parts| stopwatch.install(parts)).await;
    app.create_john(CUSTOMERS).await;
    (app, stopwatch)
}

async fn limited(app: &TestApp, per_second: u32) -> Given {
    give(app, grant_with("requests-per-second", per_second)).await
}

fn assert_limit(answer: &Answer, per_second: u32, remaining: u32) {
    assert_eq!(answer.header("ratelimit-policy"), format!("\"default\";q={per_second};w=1"));
    assert_eq!(answer.header("ratelimit"), format!("\"default\";r={remaining};t=1"));
}

fn assert_too_many(answer: &Answer, per_second: u32) {
    let problem = answer.problem(429, "too-many-requests");
    let expected = format!("the token may make {per_second} requests a second");
    assert_eq!(problem["detail"], expected);
    assert_eq!(answer.header("retry-after"), "1");
    assert_limit(answer, per_second, 0);
}

#[tokio::test]
async fn as_many_requests_as_the_limit_come_through_and_each_is_told_what_is_left() {
    let (app, _) = app().await;
    let token = limited(&app, 3).await;
    for remaining in [2, 1, 0] {
        let answer = token.get(&app, CUSTOMERS).await;
        assert_eq!(answer.status, 200);
        assert_limit(&answer, 3, remaining);
        assert_eq!(answer.header("retry-after"), "");
    }
    for _ in 0..5 {
        assert_too_many(&token.get(&app, CUSTOMERS).await, 3);
    }
}

#[tokio::test]
async fn who_waits_as_long_as_retry_after_says_comes_through_again() {
    let (app, stopwatch) = app().await;
    for per_second in [1, 2, 7] {
        let token = limited(&app, per_second).await;
        for _ in 0..per_second {
            assert_eq!(token.get(&app, CUSTOMERS).await.status, 200);
        }
        let refused = token.get(&app, CUSTOMERS).await;
        assert_too_many(&refused, per_second);
        let seconds: u64 = refused.header("retry-after").parse().unwrap();
        stopwatch.advance(seconds * 1000);
        let answer = token.get(&app, CUSTOMERS).await;
        assert_eq!(answer.status, 200);
        assert_limit(&answer, per_second, per_second - 1);
    }
}

#[tokio::test]
async fn requests_come_back_one_by_one() {
    let (app, stopwatch) = app().await;
    let token = limited(&app, 10).await;
    for _ in 0..10 {
        token.get(&app, CUSTOMERS).await;
    }
    for _ in 0..5 {
        assert_too_many(&token.get(&app, CUSTOMERS).await, 10);
        stopwatch.advance(99);
        assert_too_many(&token.get(&app, CUSTOMERS).await, 10);
        stopwatch.advance(1);
        assert_limit(&token.get(&app, CUSTOMERS).await, 10, 0);
    }
}

#[tokio::test]
async fn every_request_of_a_token_counts_and_every_answer_says_so() {
    let (app, _) = app().await;
    let mut body = grant();
    (body["company"], body["requests-per-second"]) = ("acme".into(), 9.into());
    let token = give(&app, body).await;
    let request = |method, path: &str| token.request(&app, method, path);
    let missing = format!("{CUSTOMERS}/456");
    let elsewhere = support::customers_of("zeta");
    let answers = [
        request(Method::GET, CUSTOMERS).send().await,
        request(Method::HEAD, CUSTOMERS).send().await,
        request(Method::POST, CUSTOMERS).json(JOHN).send().await,
        request(Method::POST, CUSTOMERS).json("{").send().await,
        request(Method::GET, &missing).send().await,
        request(Method::DELETE, &elsewhere.replace("/customer", "/customer/456")).send().await,
        request(Method::GET, "/api/tse/1/company/acme/customer").send().await,
        request(Method::GET, CUSTOMERS).header("accept", "text/html").send().await,
        request(Method::GET, TOKENS).send().await,
        request(Method::GET, CUSTOMERS).send().await,
    ];
    let statuses = answers.each_ref().map(|answer| answer.status.as_u16());
    assert_eq!(statuses, [200, 200, 201, 400, 404, 403, 400, 406, 403, 429]);
    for (answer, remaining) in answers.iter().zip([8, 7, 6, 5, 4, 3, 2, 1, 0, 0]) {
        assert_limit(answer, 9, remaining);
    }
}

#[tokio::test]
async fn what_is_over_the_limit_does_nothing() {
    let (app, _) = app().await;
    let token = limited(&app, 1).await;
    token.get(&app, CUSTOMERS).await;
    let refused = token.request(&app, Method::POST, CUSTOMERS).json(JOHN).send().await;
    assert_too_many(&refused, 1);
    assert_too_many(&token.request(&app, Method::DELETE, &token.path()).send().await, 1);
    assert_eq!(app.get(CUSTOMERS).await.json().as_array().unwrap().len(), 1);
    assert_eq!(app.delete(&token.path()).await.status, 204);
}

#[tokio::test]
async fn a_limit_holds_for_all_connections_of_a_token_together() {
    let (app, _) = app().await;
    let token = limited(&app, 10).await;
    let asked = (0..40).map(|_| token.get(&app, CUSTOMERS));
    let answers = futures_util::future::join_all(asked).await;
    let passed = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!((passed, refused), (10, 30));
}

#[tokio::test]
async fn the_limit_of_one_token_is_not_that_of_another() {
    let (app, _) = app().await;
    let (one, two) = (limited(&app, 2).await, limited(&app, 1).await);
    assert_limit(&one.get(&app, CUSTOMERS).await, 2, 1);
    assert_limit(&two.get(&app, CUSTOMERS).await, 1, 0);
    assert_too_many(&two.get(&app, CUSTOMERS).await, 1);
    assert_limit(&one.get(&app, CUSTOMERS).await, 2, 0);
}

#[tokio::test]
async fn no_change_of_other_tokens_gives_back_what_is_used() {
    let (app, _) = app().await;
    let (token, other) = (limited(&app, 2).await, limited(&app, 2).await);
    other.get(&app, CUSTOMERS).await;
    assert_limit(&token.get(&app, CUSTOMERS).await, 2, 1);
    limited(&app, 5).await;
    assert_eq!(app.delete(&other.path()).await.status, 204);
    app.running().service().registry().keep_last_uses().await.unwrap();
    assert_limit(&token.get(&app, CUSTOMERS).await, 2, 0);
    app.running().service().registry().keep_last_uses().await.unwrap();
    assert_too_many(&token.get(&app, CUSTOMERS).await, 2);
}

#[tokio::test]
async fn a_token_without_a_limit_is_told_of_none() {
    let (app, _) = app().await;
    let token = give(&app, grant()).await;
    for answer in [
        token.get(&app, CUSTOMERS).await,
        app.get(CUSTOMERS).await,
        app.anonymous(Method::GET, CUSTOMERS).send().await,
        app.get("/healthz").await,
    ] {
        assert!(!answer.headers.contains_key("ratelimit"), "{answer:?}");
        assert!(!answer.headers.contains_key("ratelimit-policy"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_revoked_token_is_unknown_and_not_over_its_limit() {
    let (app, _) = app().await;
    let token = limited(&app, 1).await;
    token.get(&app, CUSTOMERS).await;
    assert_too_many(&token.get(&app, CUSTOMERS).await, 1);
    app.delete(&token.path()).await;
    let answer = token.get(&app, CUSTOMERS).await;
    answer.problem(401, "unauthorized");
    assert_eq!(answer.header("ratelimit"), "");
}

#[tokio::test]
async fn a_limit_outlives_a_restart() {
    let (mut app, stopwatch) = app().await;
    let token = limited(&app, 1).await;
    app.restart_with(|parts| stopwatch.install(parts)).await;
    assert_limit(&token.get(&app, CUSTOMERS).await, 1, 0);
    assert_too_many(&token.get(&app, CUSTOMERS).await, 1);
}
