//! Creating a customer from what is none: every 400 of the field table, and what it says.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use serde_json::{Value, json};
use support::{CUSTOMERS, JOHN, TestApp, john_with};

const FIELDS: [&str; 4] = ["first-name", "last-name", "email", "vat-number"];

/// The one fault of the published example with another `value` in `field`.
async fn fault(app: &TestApp, field: &str, value: impl Into<Value>) -> Value {
    let value = value.into();
    let answer = app.post(CUSTOMERS, john_with(field, value.clone())).await;
    let problem = answer.problem(400, "invalid-request");
    let errors = problem["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{field} {value}: {errors:?}");
    assert_eq!(errors[0]["field"], field);
    assert!(errors[0]["message"].as_str().is_some_and(|message| !message.is_empty()));
    errors[0].clone()
}

#[tokio::test]
async fn the_problem_is_the_one_that_the_contract_shows() {
    let app = TestApp::start().await;
    let body = r#"{"first-name":"John","last-name":"Smith","email":"john.smith@"}"#;
    let answer = app.post(CUSTOMERS, body).await;
    answer.problem(400, "invalid-request");
    assert_eq!(
        answer.json(),
        json!({
            "type": "/problems/invalid-request",
            "title": "Invalid request data",
            "status": 400,
            "detail": "email: not a valid address; vat-number: missing",
            "request-id": answer.header("x-request-id"),
            "errors": [
                {"field": "email", "code": "invalid-email", "message": "no domain after '@'", "suggestion": null},
                {"field": "vat-number", "code": "missing", "message": "vat-number is required", "suggestion": null}
            ]
        })
    );
}

#[tokio::test]
async fn all_faults_of_a_body_are_reported_at_once() {
    let app = TestApp::start().await;
    let body = json!({
        "first-name": 7, "last-name": " ", "email": "x", "vat-number": "IT1", "phone": "1"
    });
    let faults = app.post(CUSTOMERS, body.to_string()).await.faults(400, "invalid-request");
    let expected = [
        ("first-name", "not-a-string"),
        ("last-name", "blank"),
        ("email", "invalid-email"),
        ("vat-number", "invalid-vat-number"),
        ("phone", "unknown-field"),
    ];
    assert_eq!(faults, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
}

#[tokio::test]
async fn each_field_is_required_and_a_string() {
    let app = TestApp::start().await;
    for field in FIELDS {
        let mut body: Value = serde_json::from_str(JOHN).unwrap();
        body.as_object_mut().unwrap().remove(field);
        let faults = app.post(CUSTOMERS, body.to_string()).await.faults(400, "invalid-request");
        assert_eq!(faults, [(field.to_owned(), "missing".to_owned())]);
        let others = [json!(null), json!(true), json!(1), json!(-1.5), json!(["a"]), json!({})];
        for other in others {
            assert_eq!(fault(&app, field, other).await["code"], "not-a-string");
        }
    }
    let faults = app.post(CUSTOMERS, "{}").await.faults(400, "invalid-request");
    assert_eq!(faults, FIELDS.map(|field| (field.to_owned(), "missing".to_owned())));
}

#[tokio::test]
async fn a_name_that_is_blank_too_long_or_has_hidden_characters_is_refused() {
    let app = TestApp::start().await;
    for field in ["first-name", "last-name"] {
        for blank in ["", "  ", "\t\n", "\u{3000}", "\u{200B}"] {
            assert_eq!(fault(&app, field, blank).await["code"], "blank", "{blank:?}");
        }
        for long in ["x".repeat(101), "e\u{301}".repeat(101), "é".repeat(20_000)] {
            assert_eq!(fault(&app, field, long).await["code"], "too-long");
        }
        for hidden in ["a\0b", "a\u{1B}[0m", "a\u{7F}", "a\u{202E}b", "a\u{2066}b", "\u{9B}a"] {
            assert_eq!(fault(&app, field, hidden).await["code"], "forbidden-character");
        }
    }
}

#[tokio::test]
async fn what_is_no_mailbox_with_a_dotted_domain_is_refused() {
    let app = TestApp::start().await;
    let long_local = format!("{}@example.com", "l".repeat(65));
    let (a, b, c) = ("a".repeat(63), "b".repeat(63), "c".repeat(58));
    let long = format!("{}@{a}.{b}.{c}.com", "l".repeat(64));
    assert_eq!(long.len(), 255);
    for bad in [
        "",
        " ",
        "john",
        "@example.com",
        "john@",
        "john@localhost",
        "John Smith <john@example.com>",
        "<john@example.com>",
        "john@[127.0.0.1]",
        "john@[IPv6:::1]",
        "\"john smith\"@example.com",
        "\"john\"@example.com",
        "john@127.0.0.1",
        "john@1.2",
        "john smith@example.com",
        "john@exam ple.com",
        "john..smith@example.com",
        ".john@example.com",
        "john.@example.com",
        "john@example..com",
        "john@.example.com",
        "john@example.com.",
        "john@-example.com",
        "john@exa_mple.com",
        "john@smith@example.com",
        "john@example.com, jane@example.com",
        "john@example.com\r\nbcc: x@example.com",
        "john\0@example.com",
        "john\u{202E}@example.com",
        "mailto:john@example.com",
        &long_local,
        &long,
    ] {
        assert_eq!(fault(&app, "email", bad).await["code"], "invalid-email", "{bad:?}");
    }
}

#[tokio::test]
async fn what_no_country_and_no_general_form_allows_is_no_vat_number() {
    let app = TestApp::start().await;
    for bad in [
        "",
        " - . / ",
        "12345678903",
        "IT",
        "IT1234567890",
        "IT123456789012",
        "ITA2345678901",
        "ZZ1234567890",
        "DE12345678",
        "I112345678901",
        "IT1234567890\u{661}",
        "ＩＴ12345678901",
        "IT12345678901\0",
        "IT_12345678901",
        &"1".repeat(60_000),
    ] {
        let code = fault(&app, "vat-number", bad).await["code"].clone();
        assert_eq!(code, "invalid-vat-number", "{bad:.40?}");
    }
}

#[tokio::test]
async fn a_slip_of_the_key_gets_a_suggestion_that_is_then_accepted() {
    let app = TestApp::start().await;
    for (field, slip) in [
        ("email", "john@example,com"),
        ("email", "John Smith <john@example.com>"),
        ("vat-number", "00743110157"),
        ("vat-number", "UK123456782"),
    ] {
        let suggestion = fault(&app, field, slip).await["suggestion"].clone();
        let answer = app.post(CUSTOMERS, john_with(field, suggestion.clone())).await;
        assert_eq!(answer.status, 201, "{slip} -> {suggestion}");
        assert_eq!(answer.json()[field], suggestion);
    }
}

#[tokio::test]
async fn an_unknown_field_is_refused_and_the_nearest_known_one_named() {
    let app = TestApp::start().await;
    for (typed, nearest) in [
        ("firstName", "first-name"),
        ("First-Name", "first-name"),
        ("last_name", "last-name"),
        ("e-mail", "email"),
        ("vatnumber", "vat-number"),
    ] {
        let fault = fault(&app, typed, "x").await;
        assert_eq!(fault["code"], "unknown-field");
        assert_eq!(fault["suggestion"], nearest);
        assert!(fault["message"].as_str().unwrap().contains(nearest), "{fault}");
    }
}

#[tokio::test]
async fn a_key_that_stands_twice_is_refused() {
    let app = TestApp::start().await;
    for field in FIELDS {
        let twice = JOHN.replacen('{', &format!("{{\"{field}\":\"IT12345678903\","), 1);
        let faults = app.post(CUSTOMERS, twice).await.faults(400, "invalid-request");
        assert_eq!(faults, [(field.to_owned(), "duplicate-field".to_owned())]);
    }
    let escaped = JOHN.replacen('{', "{\"first\\u002dname\":\"John\",", 1);
    let faults = app.post(CUSTOMERS, escaped).await.faults(400, "invalid-request");
    assert_eq!(faults, [("first-name".to_owned(), "duplicate-field".to_owned())]);
}

#[tokio::test]
async fn a_refused_customer_is_not_stored() {
    let app = TestApp::start().await;
    app.post(CUSTOMERS, john_with("email", "x")).await.problem(400, "invalid-request");
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn an_answer_to_many_unknown_fields_is_bounded_and_safe_to_show() {
    let app = TestApp::start().await;
    let fields: Vec<String> = (0..5000).map(|n| format!("\"a{n}\":1")).collect();
    let answer = app.post(CUSTOMERS, format!("{{{}}}", fields.join(","))).await;
    answer.problem(400, "invalid-request");
    assert!(answer.body.len() < 64 * 1024, "{}", answer.body.len());
    let long = format!("\u{1B}[31m{}", "x".repeat(50_000));
    let answer = app.post(CUSTOMERS, john_with(&long, 1)).await;
    assert_eq!(answer.faults(400, "invalid-request")[0].1, "unknown-field");
    assert!(answer.body.len() < 4096, "{}", answer.body.len());
    assert!(!answer.text().contains("u001b"), "{}", answer.text());
}
