//! Possible duplicates: who is told of whom when a customer is created or changed, and that it
//! stays true when the other one changes or goes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use futures_util::future::join_all;
use hyper::Method;
use serde_json::{Value, json};
use support::{Answer, CUSTOMERS, TestApp, customers_of};

fn body(first: &str, last: &str, email: &str, vat_number: &str) -> String {
    json!({"first-name": first, "last-name": last, "email": email, "vat-number": vat_number})
        .to_string()
}

fn mario() -> String {
    body("Mario", "Rossi", "mario.rossi@officine-rossi.it", "IT00743110157")
}

/// The same person, written by somebody else.
fn mario_again() -> String {
    body("MARIO", "Rosssi", "mario.rossi+fatture@officine-rossi.it", "IT 007 431 101 57")
}

fn luisa() -> String {
    body("Luisa", "Bianchi", "luisa.bianchi@officine-rossi.it", "IT00743110157")
}

async fn create(app: &TestApp, body: String) -> Value {
    let answer = app.post(CUSTOMERS, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn id(customer: &Value) -> &str {
    customer["id"].as_str().unwrap()
}

fn path(customer: &Value) -> String {
    format!("{CUSTOMERS}/{}", id(customer))
}

/// The advisory that a customer is possibly a duplicate, where it has one.
fn advisory(customer: &Value) -> Option<Value> {
    let advisories = customer["ai"]["advisories"].as_array().unwrap();
    advisories.iter().find(|advisory| advisory["code"] == "possible-duplicate").cloned()
}

fn assert_names(customer: &Value, other: &Value) {
    let advisory = advisory(customer).unwrap_or_else(|| panic!("no duplicate: {customer}"));
    assert!(advisory["message"].as_str().unwrap().contains(id(other)), "{advisory}");
}

async fn patch(app: &TestApp, customer: &Value, change: Value) -> Answer {
    let call = app.request(Method::PATCH, &path(customer)).json(change.to_string());
    let answer = call.send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

#[tokio::test]
async fn a_customer_who_is_there_already_is_created_with_an_advisory_that_names_the_other() {
    let app = TestApp::start().await;
    let first = create(&app, mario()).await;
    assert_eq!(advisory(&first), None);
    let again = app.post(CUSTOMERS, mario_again()).await;
    assert_eq!(again.status, 201);
    assert_names(&again.json(), &first);
    let found = app.get(again.header("location")).await;
    assert_eq!((&found.body, found.header("etag")), (&again.body, again.header("etag")));
    assert_eq!(app.get(&path(&first)).await.json(), first);
}

#[tokio::test]
async fn a_duplicate_is_known_after_a_restart() {
    let mut app = TestApp::start().await;
    create(&app, mario()).await;
    let again = create(&app, mario_again()).await;
    app.restart().await;
    assert_eq!(app.get(&path(&again)).await.json(), again);
}

#[tokio::test]
async fn colleagues_relatives_namesakes_and_users_of_a_shared_mailbox_are_no_duplicates() {
    let app = TestApp::start().await;
    create(&app, mario()).await;
    for (who, body) in [
        ("a colleague", luisa()),
        (
            "a relative in the firm",
            body("Giulia", "Rossi", "giulia.rossi@officine-rossi.it", "IT00743110157"),
        ),
        ("a namesake", body("Mario", "Rossi", "mariorossi71@libero.it", "IT12345678903")),
        ("somebody at info@", body("Piero", "Verdi", "info@officine-rossi.it", "IT00743110157")),
        ("another one there", body("Sara", "Neri", "info@officine-rossi.it", "IT00743110157")),
    ] {
        assert_eq!(advisory(&create(&app, body).await), None, "{who}");
    }
}

#[tokio::test]
async fn nobody_of_another_company_is_named() {
    let app = TestApp::start().await;
    create(&app, mario()).await;
    for company in ["acme2", "acm"] {
        let other = app.post(&customers_of(company), mario()).await.json();
        assert_eq!(advisory(&other), None, "{company}");
    }
}

#[tokio::test]
async fn when_the_other_one_is_deleted_nothing_names_it_any_more() {
    let app = TestApp::start().await;
    let first = create(&app, mario()).await;
    let again = app.post(CUSTOMERS, mario_again()).await;
    let tag = again.header("etag").to_owned();
    assert_eq!(app.delete(&path(&first)).await.status, 204);
    let now = app.get(again.header("location")).await;
    assert_eq!(advisory(&now.json()), None);
    assert_ne!(now.header("etag"), tag);
    assert_eq!(now.json()["updated-at"], again.json()["updated-at"]);
    let all = app.get(CUSTOMERS).await;
    assert!(!all.text().contains(id(&first)), "{}", all.text());
}

#[tokio::test]
async fn whoever_knows_a_customers_details_may_change_them_whatever_becomes_of_its_duplicate() {
    let app = TestApp::start().await;
    let first = create(&app, mario()).await;
    let again = app.post(CUSTOMERS, mario_again()).await;
    let (place, tag) = (again.header("location"), again.header("etag"));
    app.delete(&path(&first)).await;
    let known = app.request(Method::GET, place).header("if-none-match", tag).send().await;
    assert_eq!(known.status, 200, "what is told of it is not the same");
    let call = || app.request(Method::PATCH, place).header("if-match", tag);
    assert_eq!(call().json(r#"{"first-name":"Marius"}"#).send().await.status, 200);
    call().json(r#"{"first-name":"Mario"}"#).send().await.problem(412, "precondition-failed");
}

#[tokio::test]
async fn of_three_that_are_the_same_the_last_ones_name_each_other_when_the_first_is_deleted() {
    let app = TestApp::start().await;
    let first = create(&app, mario()).await;
    let second = create(&app, mario_again()).await;
    let third = create(&app, mario()).await;
    assert_names(&third, &first);
    app.delete(&path(&first)).await;
    let (second, third) =
        (app.get(&path(&second)).await.json(), app.get(&path(&third)).await.json());
    assert_names(&second, &third);
    assert_names(&third, &second);
}

#[tokio::test]
async fn many_that_name_one_customer_are_all_looked_at_again_when_it_is_deleted() {
    let app = TestApp::start().await;
    let first = create(&app, mario()).await;
    let lines: Vec<String> = (0..150).map(|_| mario()).collect();
    let call = app.request(Method::POST, CUSTOMERS);
    let call = call.header("content-type", "application/x-ndjson").body(lines.join("\n"));
    assert_eq!(call.send().await.status, 200);
    assert_eq!(app.delete(&path(&first)).await.status, 204);
    let all = app.get(CUSTOMERS).await;
    assert_eq!(all.json().as_array().unwrap().len(), 150);
    assert!(!all.text().contains(id(&first)));
    assert_eq!(app.running().service().registry().store().check().unwrap().described, [""; 0]);
}

#[tokio::test]
async fn when_the_other_one_becomes_somebody_else_it_is_not_named_any_more() {
    let app = TestApp::start().await;
    let first = create(&app, mario()).await;
    let again = create(&app, mario_again()).await;
    let change = json!({
        "first-name": "Piero", "last-name": "Verdi", "email": "piero@verdi-trasporti.it",
        "vat-number": "IT12345678903"
    });
    patch(&app, &first, change).await;
    assert_eq!(advisory(&app.get(&path(&again)).await.json()), None);
}

#[tokio::test]
async fn a_change_that_makes_a_customer_another_ones_duplicate_is_told() {
    let app = TestApp::start().await;
    let first = create(&app, mario()).await;
    let other = create(&app, luisa()).await;
    let change =
        json!({"first-name": "Mario", "last-name": "Rossi", "email": "m.rossi@officine-rossi.it"});
    assert_names(&patch(&app, &other, change).await.json(), &first);
    let back = json!({"first-name": "Luisa", "last-name": "Bianchi", "email": "luisa.bianchi@officine-rossi.it"});
    assert_eq!(advisory(&patch(&app, &other, back).await.json()), None);
}

#[tokio::test]
async fn a_customer_never_names_itself() {
    let app = TestApp::start().await;
    let first = create(&app, mario()).await;
    let changed = patch(&app, &first, json!({"first-name": "Mario Luigi"})).await.json();
    assert_eq!(advisory(&changed), None);
}

#[tokio::test]
async fn of_those_who_are_created_at_the_same_time_all_but_one_name_another() {
    let app = TestApp::start().await;
    let created = join_all((0..8).map(|_| create(&app, mario()))).await;
    let naming = created.iter().filter(|customer| advisory(customer).is_some()).count();
    assert_eq!(naming, 7);
}

#[tokio::test]
async fn a_line_that_repeats_an_earlier_one_of_the_same_request_names_it() {
    let app = TestApp::start().await;
    let lines = [mario(), luisa(), mario_again()].join("\n");
    let call = app.request(Method::POST, CUSTOMERS);
    let call = call.header("content-type", "application/x-ndjson").body(lines);
    assert_eq!(call.send().await.status, 200);
    let all = app.get(CUSTOMERS).await.json();
    assert_eq!((advisory(&all[0]), advisory(&all[1])), (None, None));
    assert_names(&all[2], &all[0]);
}

#[tokio::test]
async fn validating_names_the_customer_who_is_there_and_is_named_by_nobody_itself() {
    let app = TestApp::start().await;
    let first = create(&app, mario()).await;
    let would_be = app.post(&format!("{CUSTOMERS}?validate-only=true"), mario_again()).await;
    assert_names(&would_be.json(), &first);
    let call = app.request(Method::POST, &format!("{CUSTOMERS}?validate-only=true"));
    let call = call.header("content-type", "application/x-ndjson").body(mario_again());
    let line: Value = call.send().await.json();
    assert_names(&line["customer"], &first);
    app.delete(&path(&first)).await;
    assert_eq!(advisory(&create(&app, mario_again()).await), None);
}

#[tokio::test]
async fn a_repeated_request_is_answered_with_the_same_duplicate_as_the_first() {
    let app = TestApp::start().await;
    create(&app, mario()).await;
    let send = || async {
        let call = app.request(Method::POST, CUSTOMERS).header("idempotency-key", "again");
        call.json(mario_again()).send().await
    };
    let (first, repeated) = (send().await, send().await);
    assert_eq!(repeated.header("idempotency-replayed"), "true");
    assert_eq!((&repeated.body, repeated.header("etag")), (&first.body, first.header("etag")));
    assert!(advisory(&first.json()).is_some());
}

#[tokio::test]
async fn followers_are_not_told_when_a_customer_is_only_looked_at_again() {
    let app = TestApp::start().await;
    let first = create(&app, mario()).await;
    create(&app, mario_again()).await;
    app.delete(&path(&first)).await;
    let namespace = smart_customer::customer::Namespace::new("tse", "v1", "acme").unwrap();
    let registry = app.running().service().registry();
    let mut feed =
        smart_customer::operation::feed::follow(registry, namespace, Some(0)).await.unwrap();
    let events = feed.next_page().await.unwrap();
    let kinds: Vec<String> = events.iter().map(|(_, event)| format!("{:?}", event.kind)).collect();
    assert_eq!(kinds, ["Created", "Created", "Deleted"]);
}
