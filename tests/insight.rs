//! A customer's insight: what is understood of it, why, and who may be the same.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use hyper::Method;
use serde_json::{Value, json};
use support::{CUSTOMERS, JOHN, TestApp};

async fn create(app: &TestApp, first: &str, last: &str, email: &str, vat_number: &str) -> String {
    let body =
        json!({"first-name": first, "last-name": last, "email": email, "vat-number": vat_number});
    let answer = app.post(CUSTOMERS, body.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn path(id: &str) -> String {
    format!("{CUSTOMERS}/{id}/insight")
}

async fn insight(app: &TestApp, id: &str) -> Value {
    let answer = app.get(&path(id)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn an_insight_says_what_the_customer_says_and_why() {
    let app = TestApp::start().await;
    let customer = app.post(CUSTOMERS, JOHN).await.json();
    let answer = app.get(&path(customer["id"].as_str().unwrap())).await;
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert_eq!(
        answer.header("x-ai-metadata"),
        "purpose=customer_insight, entity=Customer, intent=analyze"
    );
    let insight = answer.json();
    for name in ["category", "confidence", "market", "quality", "advisories"] {
        assert_eq!(insight[name], customer["ai"][name], "{name}");
    }
    assert_eq!(insight["id"], customer["id"]);
    assert!(!insight["category-reasons"].as_array().unwrap().is_empty());
    assert_eq!(insight["quality-reasons"][0]["code"], "vat-checksum");
    assert_eq!(insight["possible-duplicates"], json!([]));
    assert_eq!(insight.get("retention"), None);
}

#[tokio::test]
async fn duplicates_are_told_with_what_agrees_the_most_probable_first() {
    let app = TestApp::start().await;
    let vat = "IT00743110157";
    let mario = create(&app, "Mario", "Rossi", "mario.rossi@officine-rossi.it", vat).await;
    let near = create(&app, "Mari", "Rossi", "mrossi@officine-rossi.it", vat).await;
    let same = create(&app, "MARIO", "ROSSI", "mario.rossi@officine-rossi.it", vat).await;
    create(&app, "Luisa", "Bianchi", "luisa.bianchi@officine-rossi.it", vat).await;
    let insight = insight(&app, &mario).await;
    let duplicates = insight["possible-duplicates"].as_array().unwrap();
    assert_eq!(duplicates.len(), 2, "{insight}");
    assert_eq!((&duplicates[0]["id"], &duplicates[1]["id"]), (&json!(same), &json!(near)));
    let agreement = json!({
        "first-name": "exact", "last-name": "exact", "email": "exact", "vat-number": "exact"
    });
    assert_eq!(duplicates[0]["agreement"], agreement);
    let probability = |at: usize| duplicates[at]["probability"].as_f64().unwrap();
    assert!(probability(0) > 0.9 && probability(0) >= probability(1), "{insight}");
}

#[tokio::test]
async fn who_is_deleted_or_of_another_company_is_in_no_insight() {
    let app = TestApp::start().await;
    let vat = "IT00743110157";
    let mario = create(&app, "Mario", "Rossi", "mario.rossi@officine-rossi.it", vat).await;
    let again = create(&app, "Mario", "Rossi", "mario.rossi@officine-rossi.it", vat).await;
    app.delete(&format!("{CUSTOMERS}/{again}")).await;
    assert_eq!(insight(&app, &mario).await["possible-duplicates"], json!([]));
    app.get(&path(&again)).await.problem(404, "customer-not-found");
    let elsewhere = path(&mario).replace("acme", "acme2");
    app.get(&elsewhere).await.problem(404, "customer-not-found");
}

#[tokio::test]
async fn an_insight_is_only_looked_at() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = app.request(method, &path(&id)).send().await;
        answer.problem(405, "method-not-allowed");
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }
    assert_eq!(app.head(&path(&id)).await.status, 200);
    app.get(&format!("{}?x=1", path(&id))).await.problem(400, "invalid-query-parameter");
    app.get(&format!("{}/", path(&id))).await.problem(404, "path-not-found");
    app.get(&path("456")).await.problem(404, "customer-not-found");
}

#[tokio::test]
async fn customers_are_listed_by_category_and_move_with_a_change() {
    let app = TestApp::start().await;
    let firm = create(&app, "Anna", "Neri", "anna.neri@neri-impianti.it", "IT00743110157").await;
    let school = create(&app, "Carla", "Galli", "c.galli@unimi.it", "IT12345678903").await;
    let found = |list: Value| support::ids(&list);
    let list = |category: &str| {
        let (app, path) = (&app, format!("{CUSTOMERS}?category={category}"));
        async move { app.get(&path).await.json() }
    };
    assert_eq!(found(list("corporate").await).join(" "), firm);
    assert_eq!(found(list("education").await).join(" "), school);
    let change = app.request(Method::PATCH, &format!("{CUSTOMERS}/{firm}"));
    let change = change.json(r#"{"email":"anna.neri@polimi.it"}"#).send().await;
    assert_eq!(change.json()["ai"]["category"], "education");
    assert_eq!(found(list("corporate").await), [""; 0]);
    assert_eq!(found(list("education").await), [firm, school]);
    let faults = app.get(&format!("{CUSTOMERS}?category=corporat")).await;
    assert_eq!(
        faults.problem(400, "invalid-query-parameter")["errors"][0]["suggestion"],
        "corporate"
    );
}
