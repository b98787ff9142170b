//! `?validate-only=true`: the customer as it would be stored, and nothing stored.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use hyper::Method;
use serde_json::json;
use support::{CUSTOMERS, JOHN, TestApp, john_with};

fn with(query: &str) -> String {
    format!("{CUSTOMERS}?{query}")
}

#[tokio::test]
async fn validating_answers_200_with_the_customer_without_id_and_dates() {
    let app = TestApp::start().await;
    let body = json!({
        "first-name": " Jose\u{301} ", "last-name": "Smith", "email": "j@EXAMPLE.com",
        "vat-number": "it 123.456.789-01"
    });
    let answer = app.post(&with("validate-only=true"), body.to_string()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    let would_be = answer.json();
    assert_eq!(would_be["first-name"], "José");
    assert_eq!(would_be["email"], "j@example.com");
    assert_eq!(would_be["vat-number"], "IT12345678901");
    assert_eq!(would_be["ai"]["market"], "IT");
    assert_eq!(would_be["ai"]["advisories"][0]["code"], "vat-checksum");
    for absent in ["id", "created-at", "updated-at"] {
        assert_eq!(would_be.get(absent), None, "{absent}");
    }
    assert!(!answer.headers.contains_key("location"));
}

#[tokio::test]
async fn validating_says_what_creating_then_says() {
    let app = TestApp::start().await;
    let validated = app.post(&with("validate-only=true"), JOHN).await.json();
    let mut created = app.post(CUSTOMERS, JOHN).await.json();
    created.as_object_mut().unwrap().retain(|field, _| validated.get(field).is_some());
    assert_eq!(validated, created);
}

#[tokio::test]
async fn validating_stores_nothing() {
    let mut app = TestApp::start().await;
    assert_eq!(app.post(&with("validate-only=true"), JOHN).await.status, 200);
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
    app.restart().await;
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn validating_bad_input_is_400_as_ever() {
    let app = TestApp::start().await;
    let path = with("validate-only=true");
    let faults = app.post(&path, john_with("email", "x")).await.faults(400, "invalid-request");
    assert_eq!(faults, [("email".to_owned(), "invalid-email".to_owned())]);
    app.post(&path, "{").await.problem(400, "invalid-json");
}

#[tokio::test]
async fn validating_does_not_use_an_idempotency_key_up() {
    let app = TestApp::start().await;
    let send = async |path: &str, body: &str| {
        let call = app.request(Method::POST, path).header("idempotency-key", "k");
        call.json(body.to_owned()).send().await
    };
    assert_eq!(send(&with("validate-only=true"), JOHN).await.status, 200);
    let created = send(CUSTOMERS, &john_with("first-name", "Jane")).await;
    assert_eq!(created.status, 201);
    assert!(!created.headers.contains_key("idempotency-replayed"));
}

#[tokio::test]
async fn the_flag_may_be_false() {
    let app = TestApp::start().await;
    assert_eq!(app.post(&with("validate-only=false"), JOHN).await.status, 201);
}

#[tokio::test]
async fn any_other_value_of_the_flag_is_400_and_stores_nothing() {
    let app = TestApp::start().await;
    for query in ["validate-only", "validate-only=", "validate-only=1", "validate-only=True"] {
        let faults = app.post(&with(query), JOHN).await.faults(400, "invalid-query-parameter");
        let expected = ("validate-only".to_owned(), "invalid-query-parameter".to_owned());
        assert_eq!(faults, [expected], "{query}");
    }
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}
