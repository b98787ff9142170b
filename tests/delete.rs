//! Deleting a customer: what is gone, and that it stays gone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use futures_util::future::join_all;
use hyper::Method;
use support::{CUSTOMERS, JOHN, TestApp, ids};

#[tokio::test]
async fn deleting_answers_204_without_a_body() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    let deleted = app.delete(&path).await;
    assert_eq!(deleted.status, 204);
    assert!(deleted.body.is_empty());
    for absent in ["content-length", "content-type", "transfer-encoding", "etag"] {
        assert!(!deleted.headers.contains_key(absent), "{absent}");
    }
}

#[tokio::test]
async fn a_deleted_customer_is_gone_and_cannot_be_deleted_again() {
    let app = TestApp::start().await;
    let created = app.post(CUSTOMERS, JOHN).await;
    let path = created.header("location");
    assert_eq!(app.delete(path).await.status, 204);
    app.delete(path).await.problem(404, "customer-not-found");
    app.get(path).await.problem(404, "customer-not-found");
    assert_eq!(app.head(path).await.status, 404);
    let call = app.request(Method::GET, path).header("if-none-match", created.header("etag"));
    call.send().await.problem(404, "customer-not-found");
}

#[tokio::test]
async fn a_list_goes_on_without_the_deleted() {
    let app = TestApp::start().await;
    let mut created = Vec::new();
    for _ in 0..5 {
        created.push(app.create_john(CUSTOMERS).await);
    }
    for place in [2, 0, 2] {
        let id = created.remove(place);
        assert_eq!(app.delete(&format!("{CUSTOMERS}/{id}")).await.status, 204);
        assert_eq!(ids(&app.get(CUSTOMERS).await.json()), created);
    }
}

#[tokio::test]
async fn a_company_that_has_nothing_left_has_no_list() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    assert_eq!(app.delete(&format!("{CUSTOMERS}/{id}")).await.status, 204);
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
    app.create_john(CUSTOMERS).await;
    assert_eq!(app.get(CUSTOMERS).await.status, 200);
}

#[tokio::test]
async fn what_was_deleted_stays_deleted_after_a_restart() {
    let mut app = TestApp::start().await;
    let (gone, kept) = (app.create_john(CUSTOMERS).await, app.create_john(CUSTOMERS).await);
    let path = format!("{CUSTOMERS}/{gone}");
    assert_eq!(app.delete(&path).await.status, 204);
    for _ in 0..2 {
        app.restart().await;
        app.get(&path).await.problem(404, "customer-not-found");
        app.delete(&path).await.problem(404, "customer-not-found");
        assert_eq!(ids(&app.get(CUSTOMERS).await.json()), [kept.as_str()]);
    }
}

#[tokio::test]
async fn the_id_of_a_deleted_customer_is_not_given_out_again() {
    let mut app = TestApp::start().await;
    let mut seen = std::collections::BTreeSet::new();
    for round in 1..=4 {
        let id = app.create_john(CUSTOMERS).await;
        assert_eq!(app.delete(&format!("{CUSTOMERS}/{id}")).await.status, 204);
        assert!(seen.last().is_none_or(|last| *last < id), "{id} after {seen:?}");
        seen.insert(id);
        assert_eq!(seen.len(), round);
        app.restart().await;
    }
}

#[tokio::test]
async fn an_id_in_lower_case_deletes_its_customer() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    assert_eq!(app.delete(&format!("{CUSTOMERS}/{}", id.to_lowercase())).await.status, 204);
    app.get(&format!("{CUSTOMERS}/{id}")).await.problem(404, "customer-not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_delete_one_customer_at_once_one_is_told_that_it_was_deleted() {
    let app = TestApp::start().await;
    for _ in 0..5 {
        let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
        let answers = join_all((0..20).map(|_| app.delete(&path))).await;
        let deleted = answers.iter().filter(|answer| answer.status == 204).count();
        let missing = answers.iter().filter(|answer| answer.status == 404).count();
        assert_eq!((deleted, missing), (1, 19));
    }
}

#[tokio::test]
async fn a_delete_with_a_query_parameter_deletes_nothing() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    app.delete(&format!("{path}?force=true")).await.problem(400, "invalid-query-parameter");
    assert_eq!(app.get(&path).await.status, 200);
}
