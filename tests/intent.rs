//! What a sentence asks for, as clients see it: the purpose, the values, and the prepared request.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use hyper::Method;
use serde_json::{Value, json};
use support::{CUSTOMERS, TestApp};

const INTENT: &str = "/api/tse/v1/company/acme/intent";

async fn ask(app: &TestApp, text: &str) -> Value {
    let answer = app.post(INTENT, json!({"text": text}).to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn create(app: &TestApp, first: &str, last: &str, email: &str, number: &str) -> String {
    let body =
        json!({"first-name": first, "last-name": last, "email": email, "vat-number": number});
    let answer = app.post(CUSTOMERS, body.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_published_example_is_answered_as_published() {
    let app = TestApp::start().await;
    let text = "register John Smith, john.smith@example.com, VAT IT12345678903";
    let answer = app.post(INTENT, json!({"text": text}).to_string()).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(
        answer.header("x-ai-metadata"),
        "purpose=intent_recognition, entity=Customer, intent=recognize"
    );
    let mut told = answer.json();
    assert!(told["confidence"].as_f64().unwrap() > 0.9, "{told}");
    assert!(told["alternatives"].is_array());
    for varies in ["confidence", "alternatives"] {
        told.as_object_mut().unwrap().remove(varies);
    }
    let john = json!({
        "first-name": "John", "last-name": "Smith", "email": "john.smith@example.com",
        "vat-number": "IT12345678903"
    });
    let expected = json!({
        "intent": "create", "purpose": "customer_creation", "entity": "Customer",
        "parameters": john, "missing": [],
        "operation": {"method": "POST", "path": CUSTOMERS, "body": john}
    });
    assert_eq!(told, expected);
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn what_is_prepared_can_be_sent_as_it_is() {
    let app = TestApp::start().await;
    create(&app, "Mario", "Rossi", "mario.rossi@example.it", "IT00743110157").await;
    for (text, method, status) in [
        ("register Jane Doe, jane@example.com, VAT DE136695976", "POST", 201),
        ("mostrami tutti i clienti", "GET", 200),
        ("cerca tra i clienti quelli che si chiamano Rossi", "GET", 200),
        ("show me the customer Mario Rossi", "GET", 200),
        ("cambia l'email di Mario Rossi in m.rossi@example.it", "PATCH", 200),
        ("how many customers do we have?", "GET", 200),
        ("please delete the customer Mario Rossi", "DELETE", 204),
    ] {
        let told = ask(&app, text).await;
        let operation = &told["operation"];
        assert_eq!(operation["method"], method, "{told}");
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let call = app.request(method, operation["path"].as_str().unwrap());
        let call = match operation.get("body") {
            Some(body) => call.json(body.to_string()),
            None => call,
        };
        let answer = call.send().await;
        assert_eq!(answer.status, status, "{told}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_is_missing_is_named_and_nothing_is_prepared() {
    let app = TestApp::start().await;
    let told = ask(&app, "register the new customer John Smith").await;
    assert_eq!(told["purpose"], "customer_creation");
    assert_eq!(told["missing"], json!(["email", "vat-number"]));
    assert_eq!(told["operation"], Value::Null);
    let told = ask(&app, "delete a customer").await;
    assert_eq!((&told["missing"], &told["operation"]), (&json!(["customer-id"]), &Value::Null));
    let id = create(&app, "Anna", "Bianchi", "anna@example.it", "IT00743110157").await;
    let told = ask(&app, &format!("change the email of customer {id}")).await;
    assert_eq!(told["purpose"], "customer_update");
    assert_eq!((&told["missing"], &told["operation"]), (&json!(["email"]), &Value::Null));
}

#[tokio::test]
async fn a_person_who_is_one_customer_alone_is_that_customer() {
    let app = TestApp::start().await;
    let mario = create(&app, "Mario", "Rossi", "mario.rossi@example.it", "IT00743110157").await;
    create(&app, "Maria", "Rossini", "maria.rossini@example.it", "IT12345678903").await;
    for text in [
        "cancella il cliente Mario Rossi",
        "elimina il cliente rossi mario",
        "delete the customer with the email MARIO.ROSSI@example.it",
        "remove the client with VAT number IT 00743110157",
        "delete customer Mario Rosi",
    ] {
        let told = ask(&app, text).await;
        assert_eq!(told["purpose"], "customer_deletion", "{text}");
        assert_eq!(told["operation"]["path"], format!("{CUSTOMERS}/{mario}"), "{told}");
        assert_eq!(told.get("candidates"), None);
    }
    let told = ask(&app, "delete the customer Giovanni Verdi").await;
    assert_eq!((&told["missing"], &told["operation"]), (&json!(["customer-id"]), &Value::Null));
}

#[tokio::test]
async fn of_several_who_may_be_meant_five_are_named_at_most() {
    let app = TestApp::start().await;
    for number in 0..7 {
        let email = format!("mario{number}@example.it");
        create(&app, "Mario", "Rossi", &email, "IT00743110157").await;
    }
    create(&app, "Mario", "Bianchi", "bianchi@example.it", "IT00743110157").await;
    let told = ask(&app, "show me the customer Mario Rossi").await;
    assert_eq!(told["operation"], Value::Null);
    let candidates = told["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 5);
    assert!(candidates.iter().all(|one| one["last-name"] == "Rossi"), "{candidates:?}");
    let told = ask(&app, "show me the customer Mario Bianchi").await;
    assert!(told["operation"]["path"].is_string(), "{told}");
}

#[tokio::test]
async fn a_longer_name_or_anothers_address_is_only_a_candidate() {
    let app = TestApp::start().await;
    let maria = create(&app, "Maria", "Rossini", "maria@example.it", "IT12345678903").await;
    for text in ["delete the customer Rossi", "delete the customer Jane Brown, maria@example.it"] {
        let told = ask(&app, text).await;
        assert_eq!(told["purpose"], "customer_deletion", "{told}");
        assert_eq!(told["operation"], Value::Null, "{told}");
        assert_eq!(told["candidates"][0]["id"], maria, "{told}");
    }
    let told = ask(&app, "delete the customer Maria Rosini").await;
    assert_eq!(told["operation"]["path"], format!("{CUSTOMERS}/{maria}"), "one slip: {told}");
}

#[tokio::test]
async fn somebody_of_another_company_is_never_meant() {
    let app = TestApp::start().await;
    let path = "/api/tse/v1/company/acme2/customer";
    app.create_john(path).await;
    let told = ask(&app, "delete the customer John Smith").await;
    assert_eq!(told["operation"], Value::Null);
    assert_eq!(told.get("candidates"), None);
}

#[tokio::test]
async fn an_update_that_names_an_address_nobody_has_gives_it() {
    let app = TestApp::start().await;
    let anna = create(&app, "Anna", "Bianchi", "anna@example.it", "IT00743110157").await;
    for text in [
        format!("update customer {anna}: email anna.bianchi@example.com"),
        "the new email of Anna Bianchi is anna.bianchi@example.com".to_owned(),
    ] {
        let told = ask(&app, &text).await;
        assert_eq!(told["purpose"], "customer_update", "{told}");
        let operation = &told["operation"];
        assert_eq!(operation["path"], format!("{CUSTOMERS}/{anna}"), "{told}");
        assert_eq!(operation["body"], json!({"email": "anna.bianchi@example.com"}));
    }
}

#[tokio::test]
async fn a_listing_is_narrowed_by_what_is_searched_for_and_by_category_and_market() {
    let app = TestApp::start().await;
    for (text, query) in [
        ("list all customers", ""),
        ("find all customers called O'Brien & Söhne", "?q=O%27Brien"),
        ("show me all freelance customers", "?category=freelance"),
        ("elenco dei clienti tedeschi", "?market=DE"),
    ] {
        let told = ask(&app, text).await;
        let path = told["operation"]["path"].as_str().unwrap();
        let expected = format!("{CUSTOMERS}{query}");
        assert!(path.starts_with(&expected) && query.is_empty() == (path == CUSTOMERS), "{told}");
    }
}

#[tokio::test]
async fn other_things_are_unknown_and_nothing_is_prepared() {
    let app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    for text in [
        "create an invoice for John Smith",
        "che tempo fa domani?",
        "asdf qwer",
        "thanks, bye",
        "王伟",
        "🙂",
    ] {
        let told = ask(&app, text).await;
        assert_eq!((&told["intent"], &told["purpose"]), (&json!("unknown"), &json!("unknown")));
        assert_eq!((&told["operation"], &told["parameters"]), (&Value::Null, &json!({})));
    }
}

#[tokio::test]
async fn a_body_without_a_sentence_is_400_and_says_what_is_wanted() {
    let app = TestApp::start().await;
    for (body, field, code) in [
        (json!({}), "text", "missing"),
        (json!({"text": " \n"}), "text", "blank"),
        (json!({"text": 7}), "text", "not-a-string"),
        (json!({"text": null}), "text", "not-a-string"),
        (json!({"text": "a".repeat(2001)}), "text", "too-long"),
        (json!({"text": "list", "txt": "list"}), "txt", "unknown-field"),
    ] {
        let answer = app.post(INTENT, body.to_string()).await;
        let problem = answer.problem(400, "invalid-request");
        assert_eq!(problem["errors"][0]["field"], field, "{body}");
        assert_eq!(problem["errors"][0]["code"], code, "{body}");
    }
    app.post(INTENT, "no json").await.problem(400, "invalid-json");
    app.get(INTENT).await.problem(405, "method-not-allowed");
    let longest = json!({"text": "è ".repeat(1000)}).to_string();
    assert_eq!(app.post(INTENT, longest).await.status, 200);
}

#[tokio::test]
async fn to_ask_needs_the_permission_to_read() {
    let app = TestApp::start().await;
    let body = json!({"text": "list"}).to_string();
    let answer = app.anonymous(Method::POST, INTENT).json(body).send().await;
    answer.problem(401, "unauthorized");
}
