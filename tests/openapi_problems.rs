//! The OpenAPI document held to the service: each operation gives the problems that it names, and no
//! others.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "wire/app.rs"]
mod app;
#[path = "support/documented.rs"]
mod documented;
#[path = "support/faulty_disk.rs"]
mod faulty_disk;
#[path = "support/openapi.rs"]
mod openapi;
mod support;
#[path = "support/tokens.rs"]
mod tokens;
mod wire;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use documented::{Request, assert_all, sound_requests};
use faulty_disk::FaultyDisk;
use openapi::Document;
use smart_customer::api::catalogue::CATALOGUE;
use smart_customer::api::problem::Kind;
use support::{CUSTOMERS, TestApp};

/// A request that is changed to meet one kind of problem, wherever an operation can have it.
type Change = fn(&mut Request);

const CHANGES: [(&str, Change); 16] = [
    ("invalid-request", |request| request.body = r#"{"email":1,"vat-number":1}"#.to_owned()),
    ("invalid-json", |request| request.body = "[]".to_owned()),
    ("invalid-message", |request| request.header("Host", "elsewhere")),
    ("invalid-path-parameter", |request| request.path = request.path.replace("/v1/", "/1/")),
    ("invalid-query-parameter", |request| request.path += "?nonsense=1"),
    ("invalid-header", |request| {
        request.header("Idempotency-Key", "a key");
        request.header("Last-Event-ID", "an id");
    }),
    ("unauthorized", |request| request.token.clear()),
    ("customer-not-found", |request| name_nothing(request)),
    ("token-not-found", |request| name_nothing(request)),
    // A company of its own for each method, so that what is created is in no list.
    ("customers-not-found", |request| request.path = request.path.replace("acme", request.method)),
    ("not-acceptable", |request| request.header("Accept", "image/png")),
    ("precondition-failed", |request| request.header("If-Match", "\"another\"")),
    ("content-too-large", |request| request.announced = Some(70_000)),
    ("uri-too-long", |request| request.path += &format!("?q={}", "a".repeat(8192))),
    ("unsupported-media-type", |request| {
        request.headers.retain(|(name, _)| *name != "Content-Type");
        request.header("Content-Type", "text/plain");
    }),
    ("headers-too-large", |request| request.header("X-Large", "a".repeat(20_000))),
];

/// Another id behind the path of a customer or a token.
fn name_nothing(request: &mut Request) {
    let is_id = |part: &str| part.len() == "01JD8Z3M6Q4X9T2V7B5N1C0KRE".len();
    let parts = request.path.split('/').map(|part| if is_id(part) { "456" } else { part });
    request.path = parts.collect::<Vec<_>>().join("/");
}

/// What the other tests here, and for the first two those of `openapi_answers`, meet otherwise.
const MET_OTHERWISE: [&str; 7] = [
    "forbidden",
    "too-many-requests",
    "idempotency-key-reused",
    "request-timeout",
    "disk-full",
    "read-only",
    "shutting-down",
];

/// What takes a race, a great many requests or a fault of ours: other tests are about these.
const NOT_MET_HERE: [&str; 4] = ["idempotency-in-flight", "overloaded", "internal", "repairing"];

#[tokio::test]
async fn an_operation_gives_the_problems_that_it_names_and_no_others() {
    let (app, document) = (TestApp::start().await, Document::new());
    app.create_john(CUSTOMERS).await;
    for (name, change) in CHANGES {
        let mut requests = sound_requests(&app, &document).await;
        requests.iter_mut().for_each(|(_, request)| change(request));
        assert_all(&app, &document, name, &requests).await;
    }
}

#[tokio::test]
async fn an_idempotency_key_with_another_body_is_refused_where_documented() {
    let (app, document) = (TestApp::start().await, Document::new());
    let mut requests = sound_requests(&app, &document).await;
    for (_, request) in &mut requests {
        request.header("Idempotency-Key", "a-key");
        request.send(&app).await;
        request.body.push(' ');
    }
    assert_all(&app, &document, "idempotency-key-reused", &requests).await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_waited_for_where_documented() {
    let (mut app, document) = (TestApp::start().await, Document::new());
    let mut requests = sound_requests(&app, &document).await;
    app.restart_with(|parts| parts.limits.body = Duration::from_millis(1)).await;
    for (_, request) in requests.iter_mut().filter(|(_, request)| !request.body.is_empty()) {
        request.announced = Some(request.body.len() + 1);
    }
    assert_all(&app, &document, "request-timeout", &requests).await;
}

#[tokio::test]
async fn a_disk_without_room_is_in_the_way_where_documented() {
    let (disk, document) = (FaultyDisk::default(), Document::new());
    let app = TestApp::start_with(|parts| parts.store.disk = Arc::new(disk.clone())).await;
    let requests = sound_requests(&app, &document).await;
    disk.state().room = Some(0);
    assert_all(&app, &document, "disk-full", &requests).await;
}

#[tokio::test]
async fn a_broken_disk_is_in_the_way_where_documented() {
    let (disk, document) = (FaultyDisk::default(), Document::new());
    let app = TestApp::start_with(|parts| parts.store.disk = Arc::new(disk.clone())).await;
    let requests = sound_requests(&app, &document).await;
    disk.state().syncs_fail = true;
    app.post(CUSTOMERS, support::JOHN).await.problem(500, "internal");
    assert_all(&app, &document, "read-only", &requests).await;
}

#[tokio::test]
async fn a_store_that_is_closed_is_in_the_way_where_documented() {
    let (app, document) = (TestApp::start().await, Document::new());
    let requests = sound_requests(&app, &document).await;
    app.running().service().registry().store().close().await.unwrap();
    assert_all(&app, &document, "shutting-down", &requests).await;
}

#[test]
fn every_kind_that_an_operation_names_is_met_here_but_for_a_few() {
    let document = Document::new();
    let met = CHANGES.iter().map(|(name, _)| *name);
    let all: BTreeSet<&str> = met.chain(MET_OTHERWISE).chain(NOT_MET_HERE).collect();
    let named: BTreeSet<String> = CATALOGUE.iter().flat_map(|row| document.kinds(row)).collect();
    assert_eq!(all, named.iter().map(String::as_str).collect());
    assert!(all.iter().all(|name| Kind::ALL.iter().any(|kind| kind.text().name == *name)));
}
