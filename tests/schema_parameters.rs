//! The service takes of each parameter what its published schema takes, and refuses the rest.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/schemas.rs"]
mod schemas;
mod support;

use hyper::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use schemas::validator;
use serde_json::{Value, json};
use smart_customer::api::parameter::{Parameter, Place};
use support::{CUSTOMERS, JOHN, TestApp};

/// What is sent of each parameter of a list.
const OF_LIST: [(Parameter, &[&str]); 6] = [
    (
        Parameter::Limit,
        &["1", "1000", "0", "1001", "-1", "+5", "5.0", "", "x", "99999999999999999999"],
    ),
    (Parameter::Market, &["IT", "it", "I", "ITA", "1T", "", "É", "IT\n"]),
    (
        Parameter::AfterCustomer,
        &[
            "01JD8Z3M6Q4X9T2V7B5N1C0KRE",
            "01jd8z3m6q4x9t2v7b5n1c0kre",
            "456",
            "",
            "81JD8Z3M6Q4X9T2V7B5N1C0KRE",
            "01JD8Z3M6Q4X9T2V7B5N1C0KRU",
        ],
    ),
    (
        Parameter::Email,
        &[
            "a@b.cc",
            "o'brien@example.com",
            "用户@例子.广告",
            "a@b",
            "\"a\"@b.cc",
            "a@[127.0.0.1]",
            "",
        ],
    ),
    (Parameter::VatNumber, &["IT12345678901", "CHE107787577MWST", "IT1", "SM0", "SM1", ""]),
    (Parameter::Search, &["smith", "a b c d e f g h", "a b c d e f g h i", "-", "☃", ""]),
];

/// The parts of the path, with the path that each stands in.
const OF_PATH: [(Parameter, &str, &[&str]); 3] = [
    (
        Parameter::Product,
        "/api/{}/v1/company/acme/customer",
        &["tse", "a.b_~-", ".", "..", "...", "a b", "é", "a\n"],
    ),
    (
        Parameter::Version,
        "/api/tse/{}/company/acme/customer",
        &["v1", "v2.1", "v", "V1", "1", "v1.", "v1.2.3", "v1\n"],
    ),
    (Parameter::Company, "/api/tse/v1/company/{}/customer", &["acme", "*", "a/b", "%"]),
];

/// A value as the schema sees it: a whole number where it is written as one.
fn value(parameter: Parameter, text: &str) -> Value {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match parameter.schema()["type"] == "integer" && is_number {
        true => serde_json::from_str(text).unwrap(),
        false => json!(text),
    }
}

/// Asserts that schema and service agree on `text`, which was answered with `status`.
fn assert_agreed(parameter: Parameter, text: &str, status: u16) {
    let in_schema = validator(parameter.schema()).is_valid(&value(parameter, text));
    assert_eq!(in_schema, status != 400, "{}: {text:?} gives {status}", parameter.name());
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[tokio::test]
async fn what_a_list_is_asked_for_is_what_the_schemas_allow() {
    let app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    for (parameter, texts) in OF_LIST {
        assert_eq!(parameter.place(), Place::Query);
        for text in texts {
            let path = format!("{CUSTOMERS}?{}={}", parameter.name(), encoded(text));
            assert_agreed(parameter, text, app.get(&path).await.status.as_u16());
        }
    }
}

#[tokio::test]
async fn the_parts_of_a_path_are_what_the_schemas_allow() {
    let app = TestApp::start().await;
    let longest = ["a".repeat(64), "a".repeat(65)];
    for (parameter, path, texts) in OF_PATH {
        for text in texts.iter().copied().chain(longest.iter().map(String::as_str)) {
            let path = path.replace("{}", &encoded(text));
            assert_agreed(parameter, text, app.get(&path).await.status.as_u16());
        }
    }
}

#[tokio::test]
async fn an_idempotency_key_is_what_the_schema_allows() {
    let app = TestApp::start().await;
    let (longest, too_long) = ("k".repeat(255), "k".repeat(256));
    for key in ["!~", "order-2026-0815", &longest, "a b", "é", "", &too_long] {
        let call = app.request(Method::POST, CUSTOMERS).header("idempotency-key", key);
        let status = call.json(JOHN).send().await.status.as_u16();
        assert_agreed(Parameter::IdempotencyKey, key, status);
    }
}

#[tokio::test]
async fn a_flag_is_true_or_false() {
    let app = TestApp::start().await;
    assert_eq!(Parameter::ValidateOnly.schema()["type"], "boolean");
    for (text, status) in [("true", 200), ("false", 201), ("1", 400), ("", 400), ("TRUE", 400)] {
        let path = format!("{CUSTOMERS}?validate-only={text}");
        assert_eq!(app.post(&path, JOHN).await.status, status, "{text}");
    }
}

#[test]
fn every_example_of_a_parameter_is_what_its_schema_allows() {
    for row in &smart_customer::api::catalogue::CATALOGUE {
        for parameter in row.parameters {
            let (schema, examples) = (parameter.schema(), parameter.schema()["examples"].clone());
            for example in examples.as_array().into_iter().flatten() {
                assert!(validator(schema.clone()).is_valid(example), "{}", parameter.name());
            }
        }
    }
}

#[test]
fn an_entity_tag_is_any_text_as_one_that_names_no_state_is_no_error() {
    let schema = validator(Parameter::IfMatch.schema());
    for text in ["*", "\"1-19a5c1f0e2b-1\"", "W/\"a\"", "\"a\", W/\"b\",\"c\"", "", "a", "\"a"] {
        assert!(schema.is_valid(&json!(text)), "{text}");
    }
}
