//! What a change leaves behind: it is found by its new values only, it outlives a restart, and it
//! brings nothing back that was deleted.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use futures_util::future::join_all;
use hyper::Method;
use smart_customer::customer::Namespace;
use smart_customer::customer::assessment::Category;
use smart_customer::store::check::Report;
use smart_customer::store::{Index, Store};
use support::{Answer, CUSTOMERS, JOHN, TestApp, ids, john_with};

const JANE: &str = r#"{"first-name":"Jane","last-name":"Doe","email":"Jane@uni-bonn.de","vat-number":"DE136695976"}"#;

async fn put(app: &TestApp, path: &str, body: impl Into<String>) -> Answer {
    app.request(Method::PUT, path).json(body.into()).send().await
}

fn store(app: &TestApp) -> &Store {
    app.running().service().registry().store()
}

fn checked(app: &TestApp) -> Report {
    let report = store(app).check().unwrap();
    assert_eq!((report.faults, &report.described), (0, &vec![]));
    report
}

/// The ids that an index of acme leads to.
async fn found(app: &TestApp, index: Index) -> Vec<String> {
    let acme = Namespace::new("tse", "v1", "acme").unwrap();
    let ids = store(app).indexed(&acme, &index, None, 10).await.unwrap();
    ids.iter().map(ToString::to_string).collect()
}

/// The same for each index, by the values of one customer.
async fn found_by(app: &TestApp, of: (&str, &str, &str, Category)) -> [Vec<String>; 4] {
    let (email, vat_number, market, category) = of;
    [
        found(app, Index::Category(category)).await,
        found(app, Index::Email(email.to_owned())).await,
        found(app, Index::VatNumber(vat_number.to_owned())).await,
        found(app, Index::Market(market.to_owned())).await,
    ]
}

#[tokio::test]
async fn after_a_change_the_old_values_find_nobody_and_the_new_ones_do() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let (nobody, him) = ([const { Vec::<String>::new() }; 4], [(); 4].map(|()| vec![id.clone()]));
    let old = ("john.smith@example.com", "IT12345678901", "IT", Category::Corporate);
    let new = ("jane@uni-bonn.de", "DE136695976", "DE", Category::Education);
    assert_eq!(found_by(&app, old).await, him);
    for _ in 0..2 {
        assert_eq!(put(&app, &format!("{CUSTOMERS}/{id}"), JANE).await.status, 200);
        assert_eq!(found_by(&app, old).await, nobody);
        assert_eq!(found_by(&app, new).await, him);
        assert_eq!(put(&app, &format!("{CUSTOMERS}/{id}"), JOHN).await.status, 200);
        assert_eq!(found_by(&app, old).await, him);
        assert_eq!(found_by(&app, new).await, nobody);
    }
    let report = checked(&app);
    assert_eq!((report.customers, report.index_rows, report.events), (1, 9, 5));
}

#[tokio::test]
async fn a_change_outlives_a_restart() {
    let mut app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    let changed = put(&app, &path, JANE).await;
    app.restart().await;
    let found = app.get(&path).await;
    assert_eq!((found.header("etag"), &found.body), (changed.header("etag"), &changed.body));
    checked(&app);
}

#[tokio::test]
async fn a_changed_customer_keeps_its_place_in_the_list() {
    let app = TestApp::start().await;
    let mut created = Vec::new();
    for _ in 0..3 {
        created.push(app.create_john(CUSTOMERS).await);
    }
    for place in [1, 0, 2] {
        put(&app, &format!("{CUSTOMERS}/{}", created[place]), JANE).await;
        assert_eq!(ids(&app.get(CUSTOMERS).await.json()), created);
    }
}

#[tokio::test]
async fn a_deleted_customer_is_not_brought_back_by_a_change() {
    let mut app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    put(&app, &path, JANE).await;
    assert_eq!(app.delete(&path).await.status, 204);
    for _ in 0..2 {
        put(&app, &path, JOHN).await.problem(404, "customer-not-found");
        let patched = app.request(Method::PATCH, &path).json("{}").send().await;
        patched.problem(404, "customer-not-found");
        app.get(CUSTOMERS).await.problem(404, "customers-not-found");
        app.restart().await;
    }
    let report = checked(&app);
    assert_eq!((report.customers, report.index_rows, report.events), (0, 0, 3));
}

#[tokio::test]
async fn the_creation_is_replayed_as_it_was_after_the_customer_was_changed() {
    let app = TestApp::start().await;
    let create = || app.request(Method::POST, CUSTOMERS).header("idempotency-key", "k").json(JOHN);
    let created = create().send().await;
    let path = created.header("location");
    let changed = put(&app, path, JANE).await;
    let replayed = create().send().await;
    assert_eq!((replayed.status.as_u16(), replayed.header("idempotency-replayed")), (201, "true"));
    assert_eq!(replayed.body, created.body);
    assert_eq!(app.get(path).await.body, changed.body, "a replay undid a change");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_changes_and_a_deletion_at_once_nothing_is_left() {
    let app = TestApp::start().await;
    for round in 0..10 {
        let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
        let change = async |number: usize| {
            let name = format!("Round {round} Number {number}");
            put(&app, &path, john_with("first-name", name)).await.status.as_u16()
        };
        let (changes, deleted) =
            tokio::join!(join_all((0..8).map(change)), async { app.delete(&path).await.status });
        assert_eq!(deleted, 204);
        assert!(changes.iter().all(|status| [200, 404].contains(status)), "{changes:?}");
        app.get(&path).await.problem(404, "customer-not-found");
    }
    let report = checked(&app);
    assert_eq!((report.customers, report.index_rows), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn patches_of_different_fields_at_once_are_all_kept() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    for round in 0..20 {
        let patch = async |field: &'static str, value: String| {
            let body = serde_json::json!({ field: value }).to_string();
            let answer = app.request(Method::PATCH, &path).json(body).send().await;
            assert_eq!((answer.status.as_u16(), &answer.json()[field]), (200, &value.into()));
        };
        let (first, last) = (format!("First {round}"), format!("Last {round}"));
        let email = format!("r{round}@example.net");
        tokio::join!(
            patch("first-name", first.clone()),
            patch("last-name", last.clone()),
            patch("email", email.clone()),
        );
        let shown = app.get(&path).await.json();
        assert_eq!(
            [&shown["first-name"], &shown["last-name"], &shown["email"]],
            [&first, &last, &email]
        );
    }
    assert_eq!(checked(&app).events, 61);
}
