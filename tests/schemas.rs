//! Every answer of the service is what the published schemas say.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/bulk.rs"]
mod bulk;
#[path = "support/follower.rs"]
mod follower;
#[path = "support/schemas.rs"]
mod schemas;
mod support;
#[path = "support/tokens.rs"]
mod tokens;

use std::collections::BTreeSet;
use std::time::Duration;

use bulk::{CSV, HEADER, NDJSON, answers, send};
use follower::{Follower, events_of};
use hyper::Method;
use schemas::{assert_valid, component};
use serde_json::{Value, json};
use smart_customer::api::schema;
use smart_customer::operation::token::Stopwatch;
use support::{Answer, CUSTOMERS, JOHN, TestApp, customers_of, john_with};
use tokens::{TOKENS, give, grant, grant_with};

/// A customer whose VAT number is of no country.
fn jane() -> String {
    let fields = json!({"first-name": "美咲", "last-name": "O'Brien", "email": "美咲@例子.广告", "vat-number": "qq 12345678901"});
    fields.to_string()
}

fn assert_answer(name: &str, status: u16, answer: &Answer) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_valid(&component(name), &answer.json());
}

#[tokio::test]
async fn a_customer_is_answered_as_the_schema_says() {
    let app = TestApp::start().await;
    for body in [JOHN.to_owned(), jane()] {
        let checked = app.post(&format!("{CUSTOMERS}?validate-only=true"), body.clone()).await;
        assert_answer("CheckedCustomer", 200, &checked);
        let created = app.post(CUSTOMERS, body.clone()).await;
        assert_answer("Customer", 201, &created);
        let path = created.header("location").to_owned();
        assert_answer("Customer", 200, &app.get(&path).await);
        let replaced = app.request(Method::PUT, &path).json(created.body.clone()).send().await;
        assert_answer("Customer", 200, &replaced);
        let change = r#"{"vat-number": "DE 136.695.976"}"#;
        let changed = app.request(Method::PATCH, &path).json(change).send().await;
        assert_answer("Customer", 200, &changed);
    }
}

#[tokio::test]
async fn a_list_is_answered_as_the_schema_says_in_both_forms() {
    let app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    assert_eq!(app.post(CUSTOMERS, jane()).await.status, 201);
    for query in ["", "?limit=1", "?q=o'brien", "?email=nobody@example.com", "?market=it"] {
        let path = format!("{CUSTOMERS}{query}");
        assert_answer("Customers", 200, &app.get(&path).await);
        let lines = app.request(Method::GET, &path).header("accept", NDJSON).send().await;
        let customer = component("Customer");
        for line in lines.text().lines() {
            assert_valid(&customer, &serde_json::from_str(line).unwrap());
        }
    }
}

#[tokio::test]
async fn each_line_of_many_is_answered_in_one_of_the_three_shapes() {
    let app = TestApp::start().await;
    let schema = component("BulkOutcome");
    let titles = schema::components()["BulkOutcome"]["oneOf"].as_array().unwrap().len();
    let (good, bad) = (format!("{JOHN}\n{}\n", jane()), "{}\nx\n\n");
    let checked = format!("{CUSTOMERS}?validate-only=true");
    let mut keys = BTreeSet::new();
    for path in [CUSTOMERS, checked.as_str()] {
        let cells = format!("{HEADER}John,Smith,john.smith@example.com,IT12345678901\na,b\n");
        let asked = [(NDJSON, format!("{good}{bad}")), (CSV, cells)];
        for (media, body) in asked {
            for line in answers(&send(&app, path, media, body).await) {
                assert_valid(&schema, &line);
                keys.insert(line.as_object().unwrap().keys().cloned().collect::<Vec<_>>());
            }
        }
    }
    for _ in 0..2 {
        let call = app.request(Method::POST, CUSTOMERS).header("content-type", NDJSON);
        let answer = call.header("idempotency-key", "k").body(good.clone()).send().await;
        answers(&answer).iter().for_each(|line| assert_valid(&schema, line));
    }
    assert_eq!(keys.len(), titles, "{keys:?}");
}

#[tokio::test]
async fn an_event_says_what_the_schema_says() {
    let app = TestApp::start().await;
    let path = app.post(CUSTOMERS, jane()).await.header("location").to_owned();
    let changed = app.request(Method::PATCH, &path).json(r#"{"first-name": "J"}"#).send().await;
    assert_eq!(changed.status, 200);
    assert_eq!(app.delete(&path).await.status, 204);
    app.create_john(CUSTOMERS).await;
    let bearer = format!("Bearer {}", app.token);
    let address = app.running().address;
    let path = format!("{}?after=0", events_of("acme"));
    let mut feed = Follower::open(address, &path, &[("authorization", &bearer)]).await;
    let schema = component("Event");
    for kind in ["created", "updated", "deleted", "created"] {
        let event = feed.event().await.unwrap();
        assert_eq!(event.data["kind"], kind);
        assert_valid(&schema, &event.data);
    }
}

#[tokio::test]
async fn a_token_is_answered_as_the_schema_says() {
    let app = TestApp::start().await;
    for body in [
        grant().to_string(),
        grant_with("expires-at", "2099-01-01T00:00:00.5+01:00"),
        grant_with("requests-per-second", 1),
        grant_with("product", "tse"),
        grant_with("name", " Kasse\u{3000}3 "),
    ] {
        assert_answer("TokenWithSecret", 201, &app.post(TOKENS, body).await);
    }
    let used = give(&app, grant()).await;
    assert_eq!(used.get(&app, CUSTOMERS).await.status, 404);
    let list = app.get(TOKENS).await.json();
    assert!(list.as_array().unwrap().iter().any(|token| token["last-used-at"].is_string()));
    let schema = component("Token");
    list.as_array().unwrap().iter().for_each(|token| assert_valid(&schema, token));
}

/// Asks for something that is refused.
struct Refused<'a> {
    app: &'a TestApp,
    seen: BTreeSet<String>,
}

impl Refused<'_> {
    /// Asserts that the answer is a problem of that kind, as the schema says.
    fn note(&mut self, kind: &str, answer: &Answer) {
        let problem: Value = answer.json();
        assert_eq!(problem["type"], format!("/problems/{kind}"));
        assert_eq!(problem["status"], answer.status.as_u16());
        assert_valid(&component("Problem"), &problem);
        self.seen.insert(kind.to_owned());
    }

    async fn get(&mut self, kind: &str, path: &str) {
        let answer = self.app.get(path).await;
        self.note(kind, &answer);
    }

    async fn post(&mut self, kind: &str, headers: &[(&'static str, &str)], body: &str) {
        let mut call = self.app.request(Method::POST, CUSTOMERS);
        for (name, value) in headers {
            call = call.header(name, value);
        }
        let answer = call.body(body.to_owned()).send().await;
        self.note(kind, &answer);
    }
}

const NOBODY: &str = "01JD8Z3M6Q4X9T2V7B5N1C0KRE";

#[tokio::test]
async fn every_problem_is_told_as_the_schema_says() {
    // No time passes by itself in the rate limits.
    let stopwatch = || Stopwatch::new(|| Duration::ZERO);
    let app = TestApp::start_with(|parts| parts.stopwatch = stopwatch()).await;
    let john = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    let mut refused = Refused { app: &app, seen: BTreeSet::new() };
    for (kind, path) in [
        ("invalid-path-parameter", customers_of("a%20b")),
        ("invalid-query-parameter", format!("{CUSTOMERS}?limit=0&market=x&q=-&after=1&x=1")),
        ("customers-not-found", customers_of("nobody")),
        ("customer-not-found", format!("{CUSTOMERS}/{NOBODY}")),
        ("path-not-found", "/nothing".to_owned()),
        ("method-not-allowed", format!("{TOKENS}/{NOBODY}")),
        ("uri-too-long", format!("{CUSTOMERS}?q={}", "a".repeat(20_000))),
    ] {
        refused.get(kind, &path).await;
    }
    let json = ("content-type", "application/json");
    let key = ("idempotency-key", "k");
    refused.app.request(Method::POST, CUSTOMERS).header(key.0, key.1).json(JOHN).send().await;
    let long = john_with("last-name", "x".repeat(70_000));
    let other = john_with("last-name", "Other");
    for (kind, headers, body) in [
        ("invalid-request", vec![json], r#"{"e-mail": 1, "email": "a@b,cc"}"#),
        ("invalid-json", vec![json], "{"),
        ("invalid-header", vec![json, ("idempotency-key", "a b")], JOHN),
        ("not-acceptable", vec![json, ("accept", "text/html")], JOHN),
        ("content-too-large", vec![json], &long),
        ("unsupported-media-type", vec![("content-type", "text/plain")], JOHN),
        ("idempotency-key-reused", vec![json, key], &other),
        ("headers-too-large", vec![json, ("x-much", &"x".repeat(40_000))], JOHN),
    ] {
        refused.post(kind, &headers, body).await;
    }
    refuse_others(&mut refused, &john).await;
    assert_eq!(refused.seen.len(), 20, "{:?}", refused.seen);
}

/// Refusals that need a token of their own, or another method.
async fn refuse_others(refused: &mut Refused<'_>, john: &str) {
    let app = refused.app;
    refused.note("unauthorized", &app.anonymous(Method::GET, CUSTOMERS).send().await);
    refused.note("token-not-found", &app.delete(&format!("{TOKENS}/{NOBODY}")).await);
    let stale = app.request(Method::DELETE, john).header("if-match", "\"x\"").send().await;
    refused.note("precondition-failed", &stale);
    let reader = give(app, grant_with("company", "other")).await;
    refused.note("forbidden", &reader.get(app, CUSTOMERS).await);
    let slow = give(app, grant_with("requests-per-second", 1)).await;
    assert_eq!(slow.get(app, CUSTOMERS).await.status, 200);
    refused.note("too-many-requests", &slow.get(app, CUSTOMERS).await);
}
