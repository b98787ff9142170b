//! Changing a customer: PUT gives it all four fields anew, PATCH any of them, and nothing else moves.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use hyper::Method;
use serde_json::{Value, json};
use support::{Answer, CUSTOMERS, JOHN, TestApp, TestClock, customers_of, john_with};

const MADE: &str = "2026-11-23T18:22:15.123Z";

/// Somebody else than the published example, in every field.
const JANE: &str = r#"{"first-name":"Jane","last-name":"Doe","email":"jane@example.org","vat-number":"DE136695976"}"#;

async fn put(app: &TestApp, path: &str, body: impl Into<String>) -> Answer {
    app.request(Method::PUT, path).json(body.into()).send().await
}

async fn patch(app: &TestApp, path: &str, body: impl Into<String>) -> Answer {
    let call = app.request(Method::PATCH, path);
    call.header("content-type", "application/merge-patch+json").body(body.into()).send().await
}

async fn john(app: &TestApp) -> String {
    format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await)
}

/// Asserts that this is the customer as a GET sends it from now on.
async fn assert_shown(app: &TestApp, path: &str, answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let found = app.get(path).await;
    assert_eq!(found.body, answer.body);
    for header in ["etag", "content-type", "cache-control"] {
        assert_eq!(found.header(header), answer.header(header), "{header}");
    }
    let known = app.request(Method::GET, path).header("if-none-match", answer.header("etag"));
    assert_eq!(known.send().await.status, 304);
}

fn fields(customer: &Value) -> Value {
    let field = |name: &str| (name.to_owned(), customer[name].clone());
    ["first-name", "last-name", "email", "vat-number"].map(field).into_iter().collect()
}

#[tokio::test]
async fn a_put_gives_the_customer_all_four_fields_anew() {
    let app = TestApp::start().await;
    let created = app.post(CUSTOMERS, JOHN).await;
    let path = created.header("location");
    let changed = put(&app, path, JANE).await;
    assert_shown(&app, path, &changed).await;
    let shown = changed.json();
    assert_eq!(fields(&shown), serde_json::from_str::<Value>(JANE).unwrap());
    assert_eq!(shown["id"], created.json()["id"]);
    assert_eq!(shown["ai"]["market"], "DE");
    assert_ne!(changed.header("etag"), created.header("etag"));
    assert_eq!(app.get(CUSTOMERS).await.json(), json!([shown]));
}

#[tokio::test]
async fn a_put_without_a_field_is_400_and_says_all_that_is_wrong() {
    let app = TestApp::start().await;
    let path = john(&app).await;
    let before = app.get(&path).await;
    let faults = put(&app, &path, r#"{"first-name": null, "email": "x", "vat": ""}"#).await;
    let expected = [
        ("first-name", "not-a-string"),
        ("last-name", "missing"),
        ("email", "invalid-email"),
        ("vat-number", "missing"),
        ("vat", "unknown-field"),
    ];
    let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
    assert_eq!(faults.faults(400, "invalid-request"), expected);
    for body in ["", "[]", "{", "null"] {
        put(&app, &path, body).await.problem(400, "invalid-json");
    }
    assert_eq!(app.get(&path).await.body, before.body);
}

#[tokio::test]
async fn a_patch_changes_the_fields_it_names_and_no_other() {
    let app = TestApp::start().await;
    let path = john(&app).await;
    let mut expected: Value = serde_json::from_str(JOHN).unwrap();
    for (name, value) in serde_json::from_str::<Value>(JANE).unwrap().as_object().unwrap() {
        let changed = patch(&app, &path, json!({ name: value }).to_string()).await;
        assert_shown(&app, &path, &changed).await;
        expected[name] = value.clone();
        assert_eq!(fields(&changed.json()), expected);
    }
    let both = patch(&app, &path, r#"{"email":"  J@EXAMPLE.net ","first-name":" A  B "}"#).await;
    assert_eq!(
        (both.json()["email"].as_str(), both.json()["first-name"].as_str()),
        (Some("J@example.net"), Some("A B"))
    );
}

#[tokio::test]
async fn a_patch_with_null_or_another_fault_is_400_and_changes_nothing() {
    let app = TestApp::start().await;
    let path = john(&app).await;
    let before = app.get(&path).await;
    for name in ["first-name", "last-name", "email", "vat-number"] {
        for (value, code) in [(Value::Null, "not-a-string"), (json!(7), "not-a-string")] {
            let body = json!({ name: value, "first-name": "Jane" }).to_string();
            let body = if name == "first-name" { json!({ name: value }).to_string() } else { body };
            let faults = patch(&app, &path, body).await.faults(400, "invalid-request");
            assert_eq!(faults, [(name.to_owned(), code.to_owned())]);
        }
    }
    let faults = patch(&app, &path, r#"{"firstName":"A","email":"b@c.de","email":"d@e.fr"}"#).await;
    let expected = [("firstName", "unknown-field"), ("email", "duplicate-field")];
    let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
    assert_eq!(faults.faults(400, "invalid-request"), expected);
    for body in ["", "[]", "null", "\"x\""] {
        patch(&app, &path, body).await.problem(400, "invalid-json");
    }
    assert_eq!(app.get(&path).await.body, before.body);
}

#[tokio::test]
async fn what_says_nothing_new_changes_nothing_not_even_updated_at_or_the_etag() {
    let clock = TestClock::at(MADE);
    let app = TestApp::start_with(|parts| clock.install(parts)).await;
    let path = john(&app).await;
    let before = app.get(&path).await;
    clock.advance(1000);
    let respelt = r#"{"last-name":" Smith ","email":"john.smith@EXAMPLE.com","vat-number":"it 123.456.789-01"}"#;
    for same in [
        patch(&app, &path, "{}").await,
        patch(&app, &path, r#"{"first-name":"John"}"#).await,
        patch(&app, &path, r#"{"id":"x","updated-at":null,"ai":{}}"#).await,
        patch(&app, &path, respelt).await,
        put(&app, &path, JOHN).await,
        put(&app, &path, before.text()).await,
    ] {
        assert_shown(&app, &path, &same).await;
        assert_eq!(same.body, before.body);
        assert_eq!(same.header("etag"), before.header("etag"));
    }
    let report = app.running().service().registry().store().check().unwrap();
    assert_eq!((report.events, report.faults), (1, 0));
}

#[tokio::test]
async fn updated_at_moves_with_each_change_and_created_at_never() {
    let clock = TestClock::at(MADE);
    let app = TestApp::start_with(|parts| clock.install(parts)).await;
    let path = john(&app).await;
    clock.advance(60_000);
    let first = patch(&app, &path, r#"{"first-name":"A"}"#).await;
    assert_eq!(first.json()["updated-at"], "2026-11-23T18:23:15.123Z");
    // Two changes in one millisecond, and a clock that was set back, are still changes.
    let second = patch(&app, &path, r#"{"first-name":"B"}"#).await;
    clock.advance(-90_000);
    let third = put(&app, &path, john_with("first-name", "A")).await;
    assert_eq!(third.json()["updated-at"], "2026-11-23T18:23:15.123Z");
    let tags = [&first, &second, &third].map(|answer| answer.header("etag"));
    assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2], "{tags:?}");
    for answer in [first, second, third] {
        assert_eq!(answer.json()["created-at"], MADE);
    }
}

#[tokio::test]
async fn read_only_fields_of_a_change_are_ignored() {
    let app = TestApp::start().await;
    let path = john(&app).await;
    let mut sent = app.get(&path).await.json();
    (sent["id"], sent["created-at"]) = (json!("01JD8Z3M6Q4X9T2V7B5N1C0KRE"), json!(7));
    (sent["updated-at"], sent["ai"]) = (Value::Null, json!([1, {"category": "x"}]));
    sent["first-name"] = json!("Jane");
    for method in [Method::PUT, Method::PATCH] {
        let call = app.request(method, &path).json(sent.to_string());
        let changed = call.send().await;
        assert_shown(&app, &path, &changed).await;
        assert_eq!(changed.json()["first-name"], "Jane");
        assert_ne!(changed.json()["id"], sent["id"]);
    }
    let deleted = put(&app, &path, john_with("deleted-at", "2026-01-01T00:00:00Z")).await;
    let expected = ("deleted-at".to_owned(), "unknown-field".to_owned());
    assert_eq!(deleted.faults(400, "invalid-request"), [expected]);
}

#[tokio::test]
async fn a_put_is_json_and_a_patch_json_or_a_merge_patch() {
    let app = TestApp::start().await;
    let path = john(&app).await;
    for (method, media, status) in [
        (Method::PUT, "application/json", 200),
        (Method::PUT, "application/json; charset=utf-8", 200),
        (Method::PUT, "application/merge-patch+json", 415),
        (Method::PUT, "application/x-ndjson", 415),
        (Method::PUT, "text/csv", 415),
        (Method::PATCH, "application/json", 200),
        (Method::PATCH, "application/merge-patch+json", 200),
        (Method::PATCH, "Application/Merge-Patch+JSON;charset=UTF-8", 200),
        (Method::PATCH, "application/json-patch+json", 415),
        (Method::PATCH, "text/plain", 415),
        (Method::PATCH, "application/json; charset=latin1", 415),
    ] {
        let call = app.request(method.clone(), &path).header("content-type", media).body(JOHN);
        let answer = call.send().await;
        assert_eq!(answer.status, status, "{method} {media}");
        if status == 415 {
            answer.problem(415, "unsupported-media-type");
        }
    }
}

#[tokio::test]
async fn what_holds_for_every_request_holds_for_a_change() {
    let app = TestApp::start().await;
    let path = john(&app).await;
    for method in [Method::PUT, Method::PATCH] {
        let call = |path: &str| app.request(method.clone(), path).json(JOHN);
        call(&path).header("accept", "text/csv").send().await.problem(406, "not-acceptable");
        let query = format!("{path}?validate-only=true");
        call(&query).send().await.problem(400, "invalid-query-parameter");
        let large = " ".repeat(64 * 1024) + JOHN;
        let large = app.request(method.clone(), &path).json(large).send().await;
        large.problem(413, "content-too-large");
        app.anonymous(method.clone(), &path).json(JOHN).send().await.problem(401, "unauthorized");
        let purpose = if method == Method::PUT { "replacement" } else { "update" };
        let metadata = format!("purpose=customer_{purpose}, entity=Customer, intent=update");
        assert_eq!(call(&path).send().await.header("x-ai-metadata"), metadata);
    }
}

#[tokio::test]
async fn a_customer_that_does_not_exist_cannot_be_changed() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let odd = ["456", "x%2Fy", "%00", "01JD8Z3M6Q4X9T2V7B5N1C0KRE", "..", "%FF"];
    let paths = odd.map(|id| format!("{CUSTOMERS}/{id}"));
    let elsewhere = [format!("{}/{id}", customers_of("acme2"))];
    for path in paths.iter().chain(&elsewhere) {
        put(&app, path, JANE).await.problem(404, "customer-not-found");
        patch(&app, path, "{}").await.problem(404, "customer-not-found");
    }
    app.get(&customers_of("acme2")).await.problem(404, "customers-not-found");
    let lower = format!("{CUSTOMERS}/{}", id.to_lowercase());
    assert_eq!(put(&app, &lower, JANE).await.json()["id"], id);
}
