//! `Idempotency-Key` on a bulk request: it holds for each line by itself.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/bulk.rs"]
mod bulk;
mod support;

use bulk::{CSV, HEADER, NDJSON, answers, each, line, lines, record, statuses, stored};
use hyper::Method;
use serde_json::Value;
use support::{Answer, CUSTOMERS, TestApp, TestClock, customers_of, ids};

const DAY: i64 = 24 * 60 * 60 * 1000;

async fn send(app: &TestApp, path: &str, media: &str, key: &str, body: String) -> Answer {
    let call = app.request(Method::POST, path).header("content-type", media);
    call.header("idempotency-key", key).body(body).send().await
}

async fn sent(app: &TestApp, key: &str, body: String) -> Vec<Value> {
    answers(&send(app, CUSTOMERS, NDJSON, key, body).await)
}

async fn count(app: &TestApp) -> usize {
    ids(&app.get(CUSTOMERS).await.json()).len()
}

/// Asserts that `again` names the same customers as `first` and says that it does.
fn assert_replayed(first: &[Value], again: &[Value]) {
    assert_eq!(each(again, "id"), each(first, "id"));
    assert!(first.iter().all(|line| line.get("replayed").is_none()));
    assert!(again.iter().all(|line| line["replayed"] == true && line["status"] == 201));
}

#[tokio::test]
async fn a_repeated_request_stores_nothing_twice_and_says_so_on_each_line() {
    let mut app = TestApp::start().await;
    let first = sent(&app, "k", lines(0..600)).await;
    assert_eq!(statuses(&first), [201; 600]);
    assert_replayed(&first, &sent(&app, "k", lines(0..600)).await);
    app.restart().await;
    assert_replayed(&first, &sent(&app, "k", lines(0..600)).await);
    assert_eq!(count(&app).await, 600);
}

#[tokio::test]
async fn a_request_that_was_cut_short_is_finished_by_its_repetition() {
    let app = TestApp::start().await;
    let first = sent(&app, "k", lines(0..300)).await;
    let again = sent(&app, "k", lines(0..500)).await;
    assert_replayed(&first, &again[..300]);
    assert!(again[300..].iter().all(|line| line.get("replayed").is_none()));
    assert_eq!(statuses(&again), [201; 500]);
    assert_eq!(count(&app).await, 500);
}

#[tokio::test]
async fn a_line_that_was_changed_is_422_and_its_neighbours_are_replayed() {
    let app = TestApp::start().await;
    let first = sent(&app, "k", lines(0..3)).await;
    let body = format!("{}\n{}\n{}\n", line(0), line(7), line(2));
    let again = sent(&app, "k", body).await;
    assert_eq!(statuses(&again), [201, 422, 201]);
    assert_eq!(again[1]["problem"]["type"], "/problems/idempotency-key-reused");
    assert_replayed(&first[..1], &again[..1]);
    assert_replayed(&first[2..], &again[2..]);
    assert_eq!(count(&app).await, 3);
}

#[tokio::test]
async fn a_refused_line_does_not_use_its_key_up() {
    let app = TestApp::start().await;
    let first = sent(&app, "k", format!("{}\n{{}}\n\n{}\n", line(0), line(3))).await;
    assert_eq!(statuses(&first), [201, 400, 400, 201]);
    let again = sent(&app, "k", lines(0..4)).await;
    assert_eq!(statuses(&again), [201; 4]);
    let replayed: Vec<bool> = again.iter().map(|line| line["replayed"] == true).collect();
    assert_eq!(replayed, [true, false, false, true]);
    assert_eq!(count(&app).await, 4);
}

#[tokio::test]
async fn validating_does_not_use_the_key_up() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}?validate-only=true");
    let validated = answers(&send(&app, &path, NDJSON, "k", lines(5..8)).await);
    assert_eq!(statuses(&validated), [200; 3]);
    let stored = sent(&app, "k", lines(0..3)).await;
    assert!(stored.iter().all(|line| line["status"] == 201 && line.get("replayed").is_none()));
}

#[tokio::test]
async fn equal_lines_of_one_request_are_as_many_customers() {
    let app = TestApp::start().await;
    let body = (line(0) + "\n").repeat(3);
    let first = sent(&app, "k", body.clone()).await;
    assert_replayed(&first, &sent(&app, "k", body).await);
    assert_eq!(stored(&first), ids(&app.get(CUSTOMERS).await.json()));
    assert_eq!(count(&app).await, 3);
}

#[tokio::test]
async fn the_key_of_a_single_creation_and_of_a_bulk_request_are_two() {
    let app = TestApp::start().await;
    let single = app.request(Method::POST, CUSTOMERS).header("idempotency-key", "k");
    assert_eq!(single.json(line(0)).send().await.status, 201);
    let bulk = sent(&app, "k", lines(0..1)).await;
    assert_eq!((statuses(&bulk), bulk[0].get("replayed")), (vec![201], None));
    assert_eq!(count(&app).await, 2);
}

#[tokio::test]
async fn the_same_key_elsewhere_or_another_key_is_independent() {
    let app = TestApp::start().await;
    sent(&app, "k", lines(0..2)).await;
    for (path, key) in [(customers_of("acme2"), "k"), (CUSTOMERS.to_owned(), "K")] {
        let answers = answers(&send(&app, &path, NDJSON, key, lines(5..7)).await);
        assert_eq!(statuses(&answers), [201; 2]);
        assert!(answers.iter().all(|line| line.get("replayed").is_none()));
    }
}

#[tokio::test]
async fn records_of_a_table_have_the_key_too_and_are_compared_cell_by_cell() {
    let app = TestApp::start().await;
    let body: String = HEADER.to_owned() + &(0..3).map(record).collect::<String>();
    let sent = async |body: String| answers(&send(&app, CUSTOMERS, CSV, "k", body).await);
    let first = sent(body.clone()).await;
    // How the cells are written does not matter, but what is in them does, and which is which.
    assert_replayed(&first, &sent(body.replace(',', ";").replace('\n', "\r\n")).await);
    assert_replayed(&first, &sent(body.replace("Ada", "\"Ada\"")).await);
    assert_eq!(statuses(&sent(body.replace("Number 1", "Number 9")).await), [201, 422, 201]);
    let swapped = body.replace("first-name,last-name", "last-name,first-name");
    assert_eq!(statuses(&sent(swapped).await), [422; 3]);
    assert_eq!(count(&app).await, 3);
}

#[tokio::test]
async fn a_key_that_cannot_be_one_is_400() {
    let app = TestApp::start().await;
    for key in ["", "a b", "é", &"k".repeat(256)] {
        let answer = send(&app, CUSTOMERS, NDJSON, key, lines(0..2)).await;
        answer.problem(400, "invalid-header");
    }
    let call = app.request(Method::POST, CUSTOMERS).header("content-type", NDJSON);
    let twice = call.header("idempotency-key", "a").header("idempotency-key", "a");
    twice.body(lines(0..2)).send().await.problem(400, "invalid-header");
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn a_line_is_remembered_for_24_hours() {
    let clock = TestClock::at("2026-11-23T18:22:15.123Z");
    let app = TestApp::start_with(|parts| clock.install(parts)).await;
    let first = sent(&app, "k", lines(0..2)).await;
    clock.advance(DAY - 1);
    assert_replayed(&first, &sent(&app, "k", lines(0..2)).await);
    clock.advance(1);
    let second = sent(&app, "k", lines(1..3)).await;
    assert_eq!(statuses(&second), [201; 2]);
    assert_replayed(&second, &sent(&app, "k", lines(1..3)).await);
    assert_eq!(count(&app).await, 4);
}

#[tokio::test]
async fn the_first_answer_of_a_line_is_given_again_after_its_customer_was_changed_or_deleted() {
    let app = TestApp::start().await;
    let first = sent(&app, "k", lines(0..2)).await;
    let path = |place: usize| format!("{CUSTOMERS}/{}", stored(&first)[place]);
    let changed = app.request(Method::PUT, &path(0)).json(line(9)).send().await;
    assert_eq!(changed.status, 200);
    assert_eq!(app.delete(&path(1)).await.status, 204);
    assert_replayed(&first, &sent(&app, "k", lines(0..2)).await);
    let kept = app.get(&path(0)).await.json();
    assert_eq!(kept["last-name"], changed.json()["last-name"]);
    assert_eq!(count(&app).await, 1);
}
