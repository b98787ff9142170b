//! What the published schemas allow is accepted, what they forbid is refused: bodies made from the
//! schemas, and the same with one fault each.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/schemas.rs"]
mod schemas;
mod support;

use hyper::Method;
use jsonschema::Validator;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;
use schemas::{alternatives, assert_valid, component, random};
use serde_json::{Map, Value, json};
use smart_customer::api::schema;
use support::{CUSTOMERS, TestApp};

const CHECK: &str = "/api/tse/v1/company/acme/customer?validate-only=true";
const TOKENS: &str = "/admin/token";

type Text = BoxedStrategy<String>;

/// A text of the component called `name`, which has a pattern.
fn text(name: &str) -> Text {
    let forms = alternatives(name).into_iter().map(|form| string_regex(&form).unwrap().boxed());
    let valid = component(name);
    let fits = move |text: &String| valid.is_valid(&json!(text));
    proptest::strategy::Union::new(forms).prop_filter("what the schema takes", fits).boxed()
}

fn address() -> Text {
    "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\\.[a-zé]{1,9})?@([A-Za-z0-9]{1,9}\\.){1,3}[A-Za-z]{2,9}"
        .boxed()
}

/// Any JSON.
fn anything() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!(7),
        json!("x"),
        json!([1, {"a": 1e300}]),
        json!({"id": "\u{0}"}),
    ])
}

/// An object with these properties and, now and then, with the `optional` ones.
fn object(
    properties: Vec<(&'static str, BoxedStrategy<Value>)>,
    optional: Vec<(&'static str, BoxedStrategy<Value>)>,
) -> BoxedStrategy<Value> {
    let pair = |(name, value): (&'static str, BoxedStrategy<Value>)| {
        value.prop_map(move |value| (name.to_owned(), value))
    };
    let always: Vec<_> = properties.into_iter().map(pair).collect();
    let sometimes: Vec<_> = optional.into_iter().map(pair).map(proptest::option::of).collect();
    let join = |(always, sometimes): (Vec<_>, Vec<Option<_>>)| {
        let pairs = always.into_iter().chain(sometimes.into_iter().flatten());
        Value::Object(pairs.collect::<Map<String, Value>>())
    };
    (always, sometimes).prop_map(join).boxed()
}

fn json_text(text: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Value> {
    text.prop_map(Value::String).boxed()
}

fn new_customer() -> BoxedStrategy<Value> {
    let name = || json_text(text("Name").prop_filter("short", |name| name.chars().count() < 50));
    let details = vec![
        ("first-name", name()),
        ("last-name", name()),
        ("email", json_text(address())),
        ("vat-number", json_text(text("VatNumber"))),
    ];
    let ignored = ["id", "created-at", "updated-at", "ai"];
    object(details, ignored.map(|name| (name, anything().boxed())).into())
}

fn new_token() -> BoxedStrategy<Value> {
    let scope = || json_text("\\*|[0-9A-Za-z_~-][0-9A-Za-z._~-]{0,63}");
    let permissions = proptest::sample::subsequence(vec!["write", "admin", "read"], 1..=3);
    // No 29 February: not every year has one.
    let end = "20[3-9][0-9]-(0[13-9]-[12][0-9]|02-[12][0-8])[Tt]0[0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?([Zz]|[+-]0[0-9]:[0-5][0-9])";
    let end = prop_oneof![Just(Value::Null), json_text(end)];
    let rate = prop_oneof![
        Just(json!(null)),
        (1..=1_000_000).prop_map(|rate| json!(rate)),
        Just(json!(5.0))
    ];
    object(
        vec![
            ("name", json_text(" {0,2}[a-z ☃\u{301}-]{0,20}[a-z]\u{3000}?")),
            ("product", scope()),
            ("company", scope()),
            ("permissions", permissions.prop_map(|some| json!(some)).boxed()),
        ],
        vec![("expires-at", end.boxed()), ("requests-per-second", rate.boxed())],
    )
}

/// The properties of a component that a request has to have, or may.
fn named(component: &str, list: &str) -> Vec<String> {
    let schema = schema::components()[component].clone();
    match &schema[list] {
        Value::Array(names) => names.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
        names => names.as_object().unwrap().keys().cloned().collect(),
    }
}

/// `body` with each of the faults that an object can have, one at a time: something missing, of
/// another type, unknown, or a text that cannot be.
fn faulty(component: &str, body: &Value) -> Vec<Value> {
    let changed = |change: &dyn Fn(&mut Map<String, Value>)| {
        let mut body = body.clone();
        change(body.as_object_mut().unwrap());
        body
    };
    let mut bodies = vec![changed(&|body| drop(body.insert("e-mail".to_owned(), json!("a@b.cc"))))];
    for name in named(component, "required") {
        bodies.push(changed(&|body| drop(body.remove(&name))));
        let wrong = [json!(null), json!(7), json!({}), json!(true), json!([7]), json!("")];
        let long = json!("x".repeat(255));
        let forbidden = ["a\u{0}b", "\u{202E}a@b.cc", "IT1234567890\u{7F}"].map(|text| json!(text));
        for value in wrong.into_iter().chain([long]).chain(forbidden) {
            bodies.push(changed(&|body| drop(body.insert(name.clone(), value.clone()))));
        }
    }
    bodies
}

async fn assert_refused(app: &TestApp, path: &str, schema: &Validator, body: &Value) {
    assert!(!schema.is_valid(body), "{body}");
    let answer = app.post(path, body.to_string()).await;
    assert_eq!(answer.status, 400, "{body}: {}", answer.text());
    assert_valid(&component("Problem"), &answer.json());
}

#[tokio::test]
async fn every_new_customer_that_the_schema_allows_is_accepted() {
    let app = TestApp::start().await;
    let (sent, answered) = (component("NewCustomer"), component("CheckedCustomer"));
    for body in random(300, &new_customer()) {
        assert_valid(&sent, &body);
        let answer = app.post(CHECK, body.to_string()).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text());
        assert_valid(&answered, &answer.json());
    }
}

#[tokio::test]
async fn every_new_customer_with_a_fault_is_refused_by_schema_and_service() {
    let app = TestApp::start().await;
    let schema = component("NewCustomer");
    for body in random(6, &new_customer()) {
        for body in faulty("NewCustomer", &body) {
            assert_refused(&app, CHECK, &schema, &body).await;
        }
    }
}

#[tokio::test]
async fn every_change_that_the_schema_allows_is_accepted_and_none_that_it_forbids() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let path = format!("{CUSTOMERS}/{id}");
    let (sent, answered) = (component("CustomerChange"), component("Customer"));
    for (mut body, left) in random(60, &(new_customer(), any::<[bool; 4]>())) {
        let all = body.as_object_mut().unwrap();
        for (name, _) in named("NewCustomer", "required").iter().zip(left).filter(|(_, left)| *left)
        {
            all.remove(name);
        }
        assert_valid(&sent, &body);
        let answer = app.request(Method::PATCH, &path).json(body.to_string()).send().await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text());
        assert_valid(&answered, &answer.json());
    }
    for body in [json!({"email": null}), json!({"last-name": ""}), json!({"x": 1}), json!([])] {
        assert!(!sent.is_valid(&body), "{body}");
        let answer = app.request(Method::PATCH, &path).json(body.to_string()).send().await;
        assert_eq!(answer.status, 400, "{body}");
    }
}

#[tokio::test]
async fn every_new_token_that_the_schema_allows_is_made() {
    let app = TestApp::start().await;
    let (sent, made, listed) =
        (component("NewToken"), component("TokenWithSecret"), component("Token"));
    for body in random(100, &new_token()) {
        assert_valid(&sent, &body);
        let answer = app.post(TOKENS, body.to_string()).await;
        assert_eq!(answer.status, 201, "{body}: {}", answer.text());
        assert_valid(&made, &answer.json());
    }
    let tokens = app.get(TOKENS).await.json();
    let tokens = tokens.as_array().unwrap();
    assert_eq!(tokens.len(), 101);
    tokens.iter().for_each(|token| assert_valid(&listed, token));
}

#[tokio::test]
async fn every_new_token_with_a_fault_is_refused_by_schema_and_service() {
    let app = TestApp::start().await;
    let schema = component("NewToken");
    for body in random(6, &new_token()) {
        for body in faulty("NewToken", &body) {
            assert_refused(&app, TOKENS, &schema, &body).await;
        }
        for (name, value) in [
            ("name", json!("a\nb")),
            ("product", json!("..")),
            ("company", json!("a/b")),
            ("permissions", json!([])),
            ("permissions", json!(["read", "read"])),
            ("expires-at", json!("2027-02-30T00:00:00Z")),
            ("expires-at", json!("2025-12-31T23:59:59Z")),
            ("expires-at", json!("9999-12-31T23:59:59Z")),
            ("requests-per-second", json!(0)),
            ("requests-per-second", json!(1_000_001)),
            ("requests-per-second", json!(1.5)),
        ] {
            let mut body = body.clone();
            body[name] = value;
            assert_refused(&app, TOKENS, &schema, &body).await;
        }
    }
}

#[tokio::test]
async fn the_examples_in_the_schemas_are_what_they_are_examples_of() {
    for (name, schema) in schema::components() {
        let validator = component(&name);
        let examples = schema["examples"].as_array();
        let examples: Vec<&Value> = examples.into_iter().flatten().collect();
        examples.iter().for_each(|example| assert_valid(&validator, example));
        assert!(!examples.is_empty() || name == "Customers" || name.starts_with("Token"), "{name}");
    }
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    for (component, method, path, status) in [
        ("NewCustomer", Method::POST, CUSTOMERS.to_owned(), 201),
        ("NewCustomer", Method::PUT, format!("{CUSTOMERS}/{id}"), 200),
        ("CustomerChange", Method::PATCH, format!("{CUSTOMERS}/{id}"), 200),
        ("Customer", Method::PUT, format!("{CUSTOMERS}/{id}"), 200),
        ("NewToken", Method::POST, TOKENS.to_owned(), 201),
    ] {
        let example = schema::components()[component]["examples"][0].to_string();
        let answer = app.request(method, &path).json(example).send().await;
        assert_eq!(answer.status, status, "{component}: {}", answer.text());
    }
}
