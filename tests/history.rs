//! `?history=true`: a firm that moves here brings along when its customers came and went.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/bulk.rs"]
mod bulk;
mod support;
#[path = "support/tokens.rs"]
mod tokens;

use bulk::{CSV, NDJSON, answers, faults, line, lines, send, statuses, stored};
use hyper::Method;
use serde_json::{Value, json};
use smart_customer::customer::Namespace;
use smart_customer::store::check::Report;
use smart_customer::store::{Index, Store};
use support::{CUSTOMERS, JOHN, TestApp, TestClock, ids};

const HISTORY: &str = "/api/tse/v1/company/acme/customer?history=true";
const NOW: &str = "2026-11-23T18:22:15.123Z";

fn store(app: &TestApp) -> &Store {
    app.running().service().registry().store()
}

fn checked(app: &TestApp) -> Report {
    let report = store(app).check().unwrap();
    assert_eq!((report.faults, &report.described), (0, &vec![]));
    report
}

/// A line about customer `number` with these dates.
fn dated(number: usize, created: impl Into<Value>, deleted: impl Into<Value>) -> String {
    let mut customer: Value = serde_json::from_str(&line(number)).unwrap();
    (customer["created-at"], customer["deleted-at"]) = (created.into(), deleted.into());
    customer.to_string() + "\n"
}

async fn app() -> TestApp {
    let clock = TestClock::at(NOW);
    TestApp::start_with(|parts| clock.install(parts)).await
}

#[tokio::test]
async fn a_customer_was_created_when_its_line_says_and_is_listed_among_those_of_that_time() {
    let mut app = app().await;
    let today = app.create_john(CUSTOMERS).await;
    let dates = ["2024-02-29T12:00:00Z", "1970-01-01T00:00:00Z", "2020-01-01T01:00:00+02:00", NOW];
    let body: String = dates.iter().map(|&date| dated(0, date, Value::Null)).collect();
    let answers = answers(&send(&app, HISTORY, NDJSON, body).await);
    assert_eq!(statuses(&answers), [201; 4]);
    let ids_of = stored(&answers);
    for _ in 0..2 {
        let list = app.get(CUSTOMERS).await.json();
        let listed = ids(&list);
        assert_eq!(listed[..3], [ids_of[1], ids_of[2], ids_of[0]]);
        assert!(listed[3..].contains(&today) && listed[3..].contains(&ids_of[3].to_owned()));
        assert_eq!(list[1]["created-at"], "2019-12-31T23:00:00.000Z");
        assert_eq!(list[1]["updated-at"], list[1]["created-at"]);
        app.restart().await;
    }
    assert_eq!((checked(&app).customers, checked(&app).events), (5, 5));
    let path = format!("{CUSTOMERS}/{}", ids_of[1]);
    let changed = app.request(Method::PUT, &path).json(JOHN).send().await.json();
    assert_eq!(changed["created-at"], "1970-01-01T00:00:00.000Z");
    checked(&app);
}

#[tokio::test]
async fn a_line_without_dates_is_created_now() {
    let app = app().await;
    let null = dated(1, Value::Null, Value::Null);
    let body = lines(0..1) + &null + &dated(2, "", "");
    assert_eq!(statuses(&answers(&send(&app, HISTORY, NDJSON, body).await)), [201; 3]);
    for customer in app.get(CUSTOMERS).await.json().as_array().unwrap() {
        assert_eq!(customer["created-at"], NOW);
    }
}

#[tokio::test]
async fn a_deleted_customer_leaves_two_events_and_nothing_else() {
    let mut app = app().await;
    let body = dated(0, "2024-01-01T00:00:00Z", "2024-03-01T00:00:00Z")
        + &dated(1, "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z")
        + &dated(2, Value::Null, NOW);
    let answers = answers(&send(&app, HISTORY, NDJSON, body).await);
    assert_eq!(statuses(&answers), [201; 3]);
    for _ in 0..2 {
        let report = checked(&app);
        assert_eq!((report.customers, report.index_rows, report.events), (0, 0, 6));
        app.get(CUSTOMERS).await.problem(404, "customers-not-found");
        for id in stored(&answers) {
            let path = format!("{CUSTOMERS}/{id}");
            app.get(&path).await.problem(404, "customer-not-found");
            app.delete(&path).await.problem(404, "customer-not-found");
        }
        let acme = Namespace::new("tse", "v1", "acme").unwrap();
        let email = Index::Email("ada.0@example.com".to_owned());
        assert_eq!(store(&app).indexed(&acme, &email, None, 9).await.unwrap(), []);
        // Also when the journal alone tells what there was.
        let sled = app.data_dir().join("sled");
        app.restart_with(|parts| {
            std::fs::remove_dir_all(sled).unwrap();
            TestClock::at(NOW).install(parts);
        })
        .await;
    }
    let rollups = checked(&app).rollups;
    assert_eq!(rollups, 6, "1 January, 1 March and today, two ages, and the total");
}

#[tokio::test]
async fn impossible_dates_are_400_with_every_fault_of_the_line() {
    let app = app().await;
    let past = "2024-01-01T00:00:00Z";
    for (created, deleted, expected) in [
        (json!("2026-11-23T18:22:15.124Z"), Value::Null, &[("created-at", "invalid-time")][..]),
        (json!(past), json!("2026-11-24T00:00:00Z"), &[("deleted-at", "invalid-time")]),
        (json!(past), json!("2023-12-31T23:59:59.999Z"), &[("deleted-at", "invalid-time")]),
        (Value::Null, json!(past), &[("deleted-at", "invalid-time")]),
        (json!("1969-12-31T23:59:59Z"), Value::Null, &[("created-at", "invalid-time")]),
        (json!("2024-01-01"), Value::Null, &[("created-at", "invalid-time")]),
        (json!("2024-02-30T00:00:00Z"), Value::Null, &[("created-at", "invalid-time")]),
        (
            json!(1_700_000_000),
            json!({}),
            &[("created-at", "not-a-string"), ("deleted-at", "not-a-string")],
        ),
        (
            json!("-009999-01-02T00:00:00Z"),
            json!("x"),
            &[("created-at", "invalid-time"), ("deleted-at", "invalid-time")],
        ),
    ] {
        let body = dated(0, created.clone(), deleted.clone());
        let answers = answers(&send(&app, HISTORY, NDJSON, body).await);
        assert_eq!(faults(&answers[0]), expected, "{created} {deleted}");
    }
    let body = dated(0, "x", Value::Null).replace("Ada", " ");
    let answers = answers(&send(&app, HISTORY, NDJSON, body).await);
    assert_eq!(faults(&answers[0]), [("first-name", "blank"), ("created-at", "invalid-time")]);
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn a_table_brings_its_history_along_in_columns() {
    let app = app().await;
    let body = "deleted-at,first-name,last-name,email,vat-number,created-at,updated-at\n\
        ,Ada,Byron,a@example.com,IT12345678903,2020-05-05T00:00:00Z,whenever\n\
        2021-01-01T00:00:00Z,Bea,Byron,b@example.com,IT12345678903,2020-05-05T00:00:00Z,\n\
        2019-01-01T00:00:00Z,Cea,Byron,c@example.com,IT12345678903,2020-05-05T00:00:00Z,\n";
    let answers = answers(&send(&app, HISTORY, CSV, body).await);
    assert_eq!(statuses(&answers), [201, 201, 400]);
    assert_eq!(faults(&answers[2]), [("deleted-at", "invalid-time")]);
    let list = app.get(CUSTOMERS).await.json();
    assert_eq!((list[0]["first-name"].as_str(), &list[1]), (Some("Ada"), &Value::Null));
    assert_eq!(list[0]["created-at"], "2020-05-05T00:00:00.000Z");
    assert_eq!(checked(&app).events, 3);
}

#[tokio::test]
async fn without_history_the_dates_are_read_only_or_unknown() {
    let app = app().await;
    let body = dated(0, "2020-01-01T00:00:00Z", Value::Null);
    for path in [CUSTOMERS, "/api/tse/v1/company/acme/customer?history=false"] {
        let answers = answers(&send(&app, path, NDJSON, body.clone()).await);
        assert_eq!(faults(&answers[0]), [("deleted-at", "unknown-field")]);
    }
    let body = body.replace(",\"deleted-at\":null", "").replace("\"deleted-at\":null,", "");
    let answers = answers(&send(&app, CUSTOMERS, NDJSON, body).await);
    assert_eq!(statuses(&answers), [201]);
    assert_eq!(app.get(CUSTOMERS).await.json()[0]["created-at"], NOW);
}

#[tokio::test]
async fn one_customer_has_no_history_and_may_say_so() {
    let app = app().await;
    let refused = app.post(HISTORY, JOHN).await;
    assert_eq!(refused.faults(400, "invalid-query-parameter")[0].0, "history");
    assert!(refused.text().contains("application/x-ndjson"));
    let path = format!("{CUSTOMERS}?history=false");
    assert_eq!(app.post(&path, JOHN).await.status, 201);
}

#[tokio::test]
async fn a_history_that_is_only_validated_is_not_stored() {
    let app = app().await;
    let path = format!("{HISTORY}&validate-only=true");
    let body = dated(0, "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z") + &dated(1, "x", "y");
    assert_eq!(statuses(&answers(&send(&app, &path, NDJSON, body).await)), [200, 400]);
    assert_eq!(checked(&app).events, 0);
}

#[tokio::test]
async fn a_history_needs_the_admin_permission() {
    let app = app().await;
    for (permissions, admin) in [(&["read", "write"][..], false), (&["write", "admin"], true)] {
        let token = tokens::give(&app, tokens::grant_with("permissions", permissions)).await;
        let bearer = format!("Bearer {}", token.secret);
        let call = |path| {
            let call = app.anonymous(Method::POST, path).header("authorization", &bearer);
            call.header("content-type", NDJSON).body(lines(0..1))
        };
        let answer = call(HISTORY).send().await;
        if admin {
            assert_eq!(statuses(&answers(&answer)), [201]);
        } else {
            answer.problem(403, "forbidden");
            app.get(CUSTOMERS).await.problem(404, "customers-not-found");
        }
        assert_eq!(statuses(&answers(&call(CUSTOMERS).send().await)), [201]);
        let none = "/api/tse/v1/company/none/customer?history=false";
        assert_eq!(statuses(&answers(&call(none).send().await)), [201]);
    }
}
