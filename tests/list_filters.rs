//! Filters of a list: `email`, `vat-number`, `market`, and every parameter that is none.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod support;

use support::{CUSTOMERS, JOHN, TestApp, customers_of, ids, john_with};

/// The names of those that `query` selects, in order.
async fn names(app: &TestApp, query: &str) -> Vec<String> {
    let list = app.get(&format!("{CUSTOMERS}?{query}")).await;
    assert_eq!(list.status, 200, "{query}: {}", list.text());
    let list = list.json();
    let text = |customer: &serde_json::Value| customer["first-name"].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(text).collect()
}

async fn create(app: &TestApp, name: &str, email: &str, vat_number: &str) -> String {
    let body = john_with("first-name", name).replace("john.smith@example.com", email);
    let created = app.post(CUSTOMERS, body.replace("IT12345678901", vat_number)).await;
    assert_eq!(created.status, 201, "{}", created.text());
    created.json()["id"].as_str().unwrap().to_owned()
}

/// Anna, Bert and Carl, who have something in common each with each.
async fn three() -> TestApp {
    let app = TestApp::start().await;
    create(&app, "Anna", "one@example.com", "IT12345678903").await;
    create(&app, "Bert", "two@example.com", "IT12345678903").await;
    create(&app, "Carl", "one@example.com", "EL123456789").await;
    app
}

#[tokio::test]
async fn a_filter_selects_by_exact_match() {
    let app = three().await;
    assert_eq!(names(&app, "email=one@example.com").await, ["Anna", "Carl"]);
    assert_eq!(names(&app, "vat-number=IT12345678903").await, ["Anna", "Bert"]);
    assert_eq!(names(&app, "market=IT").await, ["Anna", "Bert"]);
    assert_eq!(names(&app, "market=GR").await, ["Carl"]);
    for nobody in ["email=on@example.com", "email=one@example.co", "market=EL"] {
        let list = app.get(&format!("{CUSTOMERS}?{nobody}")).await;
        assert_eq!((list.status.as_u16(), list.text()), (200, "[]"), "{nobody}");
    }
}

#[tokio::test]
async fn a_filter_is_normalised_as_the_field_of_a_body_is() {
    let app = three().await;
    assert_eq!(names(&app, "email=%20one@EXAMPLE.com+").await, ["Anna", "Carl"]);
    assert_eq!(names(&app, "email=ONE@example.com").await, ["Anna", "Carl"]);
    assert_eq!(names(&app, "vat-number=it%20123.456/789-03").await, ["Anna", "Bert"]);
    assert_eq!(names(&app, "market=it").await, ["Anna", "Bert"]);
    assert_eq!(names(&app, "%6darket=%69T").await, ["Anna", "Bert"]);
}

#[tokio::test]
async fn filters_together_select_those_to_whom_all_apply() {
    let app = three().await;
    assert_eq!(names(&app, "email=one@example.com&market=IT").await, ["Anna"]);
    assert_eq!(names(&app, "market=IT&vat-number=IT12345678903").await, ["Anna", "Bert"]);
    assert_eq!(names(&app, "vat-number=IT12345678903&email=two@example.com").await, ["Bert"]);
    assert_eq!(names(&app, "email=two@example.com&market=GR").await, [""; 0]);
    let first = app.get(&format!("{CUSTOMERS}?email=one@example.com&limit=1")).await;
    let id = &ids(&first.json())[0];
    assert_eq!(names(&app, &format!("email=one@example.com&after={id}")).await, ["Carl"]);
}

#[tokio::test]
async fn a_filter_finds_nobody_of_another_company_and_nobody_who_was_deleted() {
    let app = three().await;
    let other = customers_of("acme2");
    app.post(&other, john_with("email", "one@example.com")).await;
    assert_eq!(names(&app, "email=one@example.com").await, ["Anna", "Carl"]);
    let anna = ids(&app.get(&format!("{CUSTOMERS}?email=one@example.com")).await.json()).remove(0);
    assert_eq!(app.delete(&format!("{CUSTOMERS}/{anna}")).await.status, 204);
    assert_eq!(names(&app, "email=one@example.com").await, ["Carl"]);
    assert_eq!(names(&app, "market=IT").await, ["Bert"]);
    assert_eq!(ids(&app.get(&format!("{other}?email=one@example.com")).await.json()).len(), 1);
}

#[tokio::test]
async fn what_no_customer_could_have_is_400_for_each_parameter() {
    let app = three().await;
    for (name, values) in [
        (
            "limit",
            &["", "0", "1001", "-1", "%2B5", "1.5", "ten", "99999999999999999999", "%205"][..],
        ),
        ("after", &["", "456", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01JD8Z3M6Q4X9T2V7B5N1C0KR"]),
        (
            "email",
            &[
                "",
                "one",
                "one@localhost",
                "a b@example.com",
                "Anna%20%3Cone@example.com%3E",
                "%ff@a.com",
            ],
        ),
        ("vat-number", &["", "IT", "12345678903", "IT12", "%00", "XX1"]),
        ("category", &["", "firm", "Corporate", "corporate,freelance"]),
        ("market", &["", "I", "ITA", "1T", "%20IT", "%C3%9C"]),
    ] {
        for value in values {
            let query = format!("{name}={}", value.replace(' ', "%20"));
            let answer = app.get(&format!("{CUSTOMERS}?{query}")).await;
            let fault = (name.to_owned(), "invalid-query-parameter".to_owned());
            assert_eq!(answer.faults(400, "invalid-query-parameter"), [fault], "{query}");
        }
        let answer = app.get(&format!("{CUSTOMERS}?{name}")).await;
        assert_eq!(answer.status, 400, "{name} without a value");
    }
}

#[tokio::test]
async fn all_faults_of_a_query_are_told_at_once() {
    let app = three().await;
    let query = "limit=0&category=firm&market=I&market=IT&page=2&email=x&after=1&vat-number=1";
    let answer = app.get(&format!("{CUSTOMERS}?{query}")).await;
    let faults = answer.faults(400, "invalid-query-parameter");
    let mut fields: Vec<&str> = faults.iter().map(|(field, _)| field.as_str()).collect();
    fields.sort_unstable();
    let all = ["after", "category", "email", "limit", "market", "market", "page", "vat-number"];
    assert_eq!(fields, all);
}

#[tokio::test]
async fn a_parameter_stands_there_once_by_its_exact_name() {
    let app = three().await;
    for query in ["limit=1&limit=1", "market=IT&%6darket=IT", "Limit=1", "vat_number=IT12345678903"]
    {
        let answer = app.get(&format!("{CUSTOMERS}?{query}")).await;
        assert_eq!(answer.faults(400, "invalid-query-parameter").len(), 1, "{query}");
    }
    assert_eq!(names(&app, "&&limit=1&").await, ["Anna"]);
    assert_eq!(names(&app, "").await, ["Anna", "Bert", "Carl"]);
}

#[tokio::test]
async fn a_plus_sign_that_was_not_encoded_gets_the_address_that_is_meant() {
    let app = TestApp::start().await;
    app.post(CUSTOMERS, JOHN.replace("john.smith", "john+till")).await;
    let answer = app.get(&format!("{CUSTOMERS}?email=john+till@example.com")).await;
    let problem = answer.problem(400, "invalid-query-parameter");
    let error = &problem["errors"][0];
    assert!(error["message"].as_str().unwrap().contains("%2B"), "{error}");
    assert_eq!(error["suggestion"], "john+till@example.com");
    let list = app.get(&format!("{CUSTOMERS}?email=john%2Btill@example.com")).await;
    assert_eq!(ids(&list.json()).len(), 1);
}
