//! Asking for a token: what can be asked for, what is answered, and what is refused by which field.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;
#[path = "support/tokens.rs"]
mod tokens;

use hyper::Method;
use serde_json::{Value, json};
use support::{CUSTOMERS, TestApp, TestClock};
use tokens::{TOKENS, give, grant, grant_with};

const NOW: &str = "2026-11-23T18:22:15.123Z";

/// A service whose clock shows [`NOW`].
async fn app() -> TestApp {
    let clock = TestClock::at(NOW);
    TestApp::start_with(|parts| clock.install(parts)).await
}

#[tokio::test]
async fn a_token_is_answered_as_it_was_asked_for_and_its_secret_this_once() {
    let app = app().await;
    let body = json!({
        "name": "till-3", "product": "tse", "company": "acme", "permissions": ["write", "read"],
        "expires-at": "2027-01-01T00:00:00Z", "requests-per-second": 50,
    });
    let answer = app.post(TOKENS, body.to_string()).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let metadata = "purpose=token_creation, entity=Token, intent=create";
    assert_eq!(answer.header("x-ai-metadata"), metadata);
    let mut shown = answer.json();
    let secret = shown["token"].take();
    assert!(secret.as_str().unwrap().starts_with("sc_"), "{secret}");
    let id = shown["id"].take();
    assert_eq!(id.as_str().unwrap().len(), 26);
    let mut expected = body;
    expected["permissions"] = json!(["read", "write"]);
    expected["created-at"] = NOW.into();
    (expected["id"], expected["token"]) = (Value::Null, Value::Null);
    assert_eq!(shown, expected);
    expected.as_object_mut().unwrap().remove("token");
    (expected["id"], expected["last-used-at"]) = (id, Value::Null);
    assert_eq!(app.get(TOKENS).await.json()[1], expected);
}

#[tokio::test]
async fn what_is_not_limited_is_shown_as_null_and_everything_as_a_star() {
    let app = app().await;
    let mut body = grant();
    (body["expires-at"], body["requests-per-second"]) = (Value::Null, Value::Null);
    for body in [body, grant()] {
        let shown = app.post(TOKENS, body.to_string()).await.json();
        assert_eq!(
            (&shown["expires-at"], &shown["requests-per-second"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!((&shown["product"], &shown["company"]), (&json!("*"), &json!("*")));
        assert!(shown.as_object().unwrap().contains_key("expires-at"));
    }
}

#[tokio::test]
async fn a_request_may_have_every_allowed_value() {
    let app = app().await;
    let long = "x".repeat(64);
    let name = "é".repeat(100);
    for (field, value, shown) in [
        ("name", json!(" till 3 \n"), json!("till 3")),
        ("name", json!(name), json!(name)),
        ("product", json!(long), json!(long)),
        ("company", json!("A.z_9~-"), json!("A.z_9~-")),
        ("permissions", json!(["admin"]), json!(["admin"])),
        ("permissions", json!(["admin", "write", "read"]), json!(["read", "write", "admin"])),
        ("requests-per-second", json!(1), json!(1)),
        ("requests-per-second", json!(1_000_000), json!(1_000_000)),
        ("requests-per-second", json!(5.0), json!(5)),
        ("expires-at", json!("2026-11-23T18:22:15.124Z"), json!("2026-11-23T18:22:15.124Z")),
        ("expires-at", json!("2027-01-01T01:00:00+01:00"), json!("2027-01-01T00:00:00Z")),
        ("expires-at", json!("2027-01-01t00:00:00.1239z"), json!("2027-01-01T00:00:00.123Z")),
    ] {
        let answer = app.post(TOKENS, grant_with(field, value.clone())).await;
        assert_eq!(answer.status, 201, "{field} {value}: {}", answer.text());
        assert_eq!(answer.json()[field], shown, "{value}");
    }
}

#[tokio::test]
async fn a_request_with_an_impossible_value_is_refused_by_field_and_code() {
    let app = app().await;
    let long = "x".repeat(65);
    let name = "x".repeat(101);
    for (field, value, code) in [
        ("name", Value::Null, "not-a-string"),
        ("name", json!(7), "not-a-string"),
        ("name", json!(" \t"), "blank"),
        ("name", json!(name), "too-long"),
        ("name", json!("a\nb"), "forbidden-character"),
        ("name", json!("a\u{202E}b"), "forbidden-character"),
        ("product", json!(["tse"]), "not-a-string"),
        ("product", json!(""), "invalid-scope"),
        ("product", json!("**"), "invalid-scope"),
        ("company", json!(".."), "invalid-scope"),
        ("company", json!("a/b"), "invalid-scope"),
        ("company", json!(" acme"), "invalid-scope"),
        ("company", json!(long), "invalid-scope"),
        ("permissions", json!([]), "invalid-permissions"),
        ("permissions", json!("read"), "invalid-permissions"),
        ("permissions", Value::Null, "invalid-permissions"),
        ("permissions", json!([["read"]]), "invalid-permissions"),
        ("permissions", json!(["read", "read"]), "invalid-permissions"),
        ("permissions", json!(["Read"]), "invalid-permissions"),
        ("requests-per-second", json!(0), "invalid-number"),
        ("requests-per-second", json!(-1), "invalid-number"),
        ("requests-per-second", json!(1_000_001), "invalid-number"),
        ("requests-per-second", json!(4_294_967_297_u64), "invalid-number"),
        ("requests-per-second", json!(1.5), "invalid-number"),
        ("requests-per-second", json!("5"), "invalid-number"),
        ("expires-at", json!(1_800_000_000), "not-a-string"),
        ("expires-at", json!(NOW), "invalid-time"),
        ("expires-at", json!("2026-11-23T18:22:15.1239Z"), "invalid-time"),
        ("expires-at", json!("2020-01-01T00:00:00Z"), "invalid-time"),
        ("expires-at", json!("2027-01-01"), "invalid-time"),
        ("expires-at", json!("2027-01-01T00:00:00"), "invalid-time"),
        ("expires-at", json!("2027-02-30T00:00:00Z"), "invalid-time"),
        ("expires-at", json!("2027-01-01 00:00:00Z"), "invalid-time"),
        ("expires-at", json!("2027-01-01T00:00Z"), "invalid-time"),
        ("expires-at", json!("20270101T000000Z"), "invalid-time"),
        ("expires-at", json!("2027-01-01T00:00:00.Z"), "invalid-time"),
        ("expires-at", json!("2027-01-01T00:00:00+01:00[Europe/Rome]"), "invalid-time"),
        ("expires-at", json!("tomorrow"), "invalid-time"),
    ] {
        let answer = app.post(TOKENS, grant_with(field, value.clone())).await;
        let expected = [(field.to_owned(), code.to_owned())];
        assert_eq!(answer.faults(400, "invalid-request"), expected, "{value}");
    }
    assert_eq!(app.get(TOKENS).await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn all_faults_of_a_request_are_reported_at_once_and_the_nearest_name_with_them() {
    let app = TestApp::start().await;
    let body = r#"{"product": "", "permision": [], "permissions": ["writes"], "expires-at": "x",
                   "requests-per-second": 0, "requests-per-second": -1, "id": "x"}"#;
    let answer = app.post(TOKENS, body).await;
    let expected = [
        ("name", "missing"),
        ("product", "invalid-scope"),
        ("company", "missing"),
        ("permissions", "invalid-permissions"),
        ("expires-at", "invalid-time"),
        ("requests-per-second", "invalid-number"),
        ("permision", "unknown-field"),
        ("requests-per-second", "duplicate-field"),
        ("id", "unknown-field"),
    ];
    let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
    assert_eq!(answer.faults(400, "invalid-request"), expected);
    let errors = &answer.json()["errors"];
    assert_eq!(
        (&errors[3]["suggestion"], &errors[6]["suggestion"]),
        (&json!("write"), &json!("permissions"))
    );
}

#[tokio::test]
async fn what_is_no_json_object_is_refused_and_makes_no_token() {
    let app = TestApp::start().await;
    for body in ["", "[]", "null", "\"till\"", "{", "{}x", "{'name': 1}"] {
        app.post(TOKENS, body).await.problem(400, "invalid-json");
    }
    let duplicate =
        r#"{"name": "a", "name": "b", "product": "*", "company": "*", "permissions": ["read"]}"#;
    let expected = [("name".to_owned(), "duplicate-field".to_owned())];
    assert_eq!(app.post(TOKENS, duplicate).await.faults(400, "invalid-request"), expected);
    let typed = app.request(Method::POST, TOKENS).header("content-type", "text/plain");
    typed.body(grant().to_string()).send().await.problem(415, "unsupported-media-type");
    app.post(TOKENS, vec![b' '; 65_537]).await.problem(413, "content-too-large");
    assert_eq!(app.get(TOKENS).await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_paths_of_tokens_keep_the_rules_of_all_paths() {
    let app = TestApp::start().await;
    let token = give(&app, grant()).await;
    for (method, path) in
        [(Method::POST, TOKENS), (Method::GET, TOKENS), (Method::DELETE, &*token.path())]
    {
        let path = format!("{path}?colour=red");
        let answer = app.request(method, &path).json(grant().to_string()).send().await;
        let expected = [("colour".to_owned(), "invalid-query-parameter".to_owned())];
        assert_eq!(answer.faults(400, "invalid-query-parameter"), expected);
    }
    for method in [Method::POST, Method::GET] {
        let call = app.request(method, TOKENS).header("accept", "text/html");
        call.json(grant().to_string()).send().await.problem(406, "not-acceptable");
    }
    let refused = app.request(Method::PUT, TOKENS).send().await;
    refused.problem(405, "method-not-allowed");
    assert_eq!(refused.header("allow"), "GET, HEAD, POST");
    let refused = app.get(&token.path()).await;
    refused.problem(405, "method-not-allowed");
    assert_eq!(refused.header("allow"), "DELETE");
    let (head, get) = (app.head(TOKENS).await, app.get(TOKENS).await);
    assert_eq!((head.status, head.body.len()), (get.status, 0));
    assert_eq!(head.header("content-length"), get.body.len().to_string());
    assert_eq!(get.header("cache-control"), "no-store");
    app.get("/admin/token/").await.problem(404, "path-not-found");
    assert_eq!(
        token.get(&app, CUSTOMERS).await.status,
        404,
        "there is no customer, and the token is as it was"
    );
}
