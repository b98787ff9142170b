//! What tools say where they do nothing: every fault of the arguments at once, and the very problem
//! that HTTP answers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/agent.rs"]
mod agent;
mod support;

use agent::{Agent, acme, merge};
use hyper::Method;
use serde_json::{Value, json};
use support::{CUSTOMERS, JOHN, TestApp};

const NOBODY: &str = "01JD8Z3M6Q4X9T2V7B5N1C0KRE";

fn john() -> Value {
    serde_json::from_str(JOHN).unwrap()
}

/// The `errors` of a problem as pairs of field and code, sorted.
fn faults(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = problem["errors"].as_array().unwrap();
    let mut faults: Vec<(String, String)> =
        errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect();
    faults.sort_unstable();
    faults
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(field, code)| (field.to_string(), code.to_string())).collect()
}

#[tokio::test]
async fn all_faults_of_the_arguments_are_told_at_once() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    let arguments = json!({
        "product": "a/b", "version": 1, "firstName": "John", "last-name": " ", "email": "x@",
        "vat-number": null, "validate-only": "perhaps", "idempotency-key": "with space"
    });
    let problem = agent.refused("customer_creation", arguments, 400, "invalid-request").await;
    let expected = [
        ("companyId", "missing"),
        ("email", "invalid-email"),
        ("first-name", "missing"),
        ("firstName", "unknown-field"),
        ("idempotency-key", "invalid-header"),
        ("last-name", "blank"),
        ("product", "invalid-path-parameter"),
        ("validate-only", "invalid-query-parameter"),
        ("vat-number", "not-a-string"),
        ("version", "not-a-string"),
    ];
    assert_eq!(faults(&problem), pairs(&expected));
    for (field, _) in expected {
        assert!(problem["detail"].as_str().unwrap().contains(field), "{problem}");
    }
}

#[tokio::test]
async fn an_unknown_argument_is_answered_with_the_nearest_known_one() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    for (tool, unknown, meant) in [
        ("customer_creation", "firstName", "first-name"),
        ("customer_creation", "idempotencyKey", "idempotency-key"),
        ("customer_creation", "history", ""),
        ("customer_listing", "vatNumber", "vat-number"),
        ("customer_detail", "customer_id", "customerId"),
        ("customer_detail", "if-none-match", ""),
        ("customer_update", "ifMatch", "if-match"),
        ("customer_change_feed", "last-event-id", ""),
    ] {
        let mut arguments = acme(json!({unknown: true}));
        if tool == "customer_creation" {
            merge(&mut arguments, john());
        } else if !["customer_listing", "customer_change_feed"].contains(&tool) {
            arguments["customerId"] = NOBODY.into();
        }
        let problem = agent.refused(tool, arguments, 400, "invalid-request").await;
        assert_eq!(faults(&problem), pairs(&[(unknown, "unknown-field")]), "{tool}");
        if !meant.is_empty() {
            assert_eq!(problem["errors"][0]["suggestion"], meant, "{tool}");
        }
    }
}

#[tokio::test]
async fn a_flood_of_unknown_arguments_is_told_in_part() {
    let app = TestApp::start().await;
    let mut arguments = acme(json!({}));
    for number in 0..3000 {
        arguments[format!("unknown-{number}")] = 1.into();
    }
    let agent = Agent::new(&app);
    let problem = agent.refused("customer_listing", arguments, 400, "invalid-request").await;
    assert_eq!(problem["errors"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn an_argument_of_a_wrong_type_or_beyond_its_limits_is_refused() {
    let app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    let agent = Agent::new(&app);
    let query = "invalid-query-parameter";
    for (tool, name, value, code) in [
        ("customer_listing", "limit", json!(0), query),
        ("customer_listing", "limit", json!(1001), query),
        ("customer_listing", "limit", json!(-1), query),
        ("customer_listing", "limit", json!(1.5), query),
        ("customer_listing", "limit", json!("+5"), query),
        ("customer_listing", "limit", json!(true), query),
        ("customer_listing", "limit", json!(null), query),
        ("customer_listing", "limit", json!([1]), query),
        ("customer_listing", "after", json!("456"), query),
        ("customer_listing", "email", json!("a b@example.com"), query),
        ("customer_listing", "vat-number", json!("IT1"), query),
        ("customer_listing", "market", json!("ITA"), query),
        ("customer_listing", "q", json!(" "), query),
        ("customer_listing", "q", json!(5), "not-a-string"),
        ("customer_listing", "market", json!({"a": 1}), "not-a-string"),
        ("customer_change_feed", "after", json!(-1), query),
        ("customer_change_feed", "after", json!("x"), query),
        ("customer_change_feed", "limit", json!(0), query),
        ("customer_change_feed", "limit", json!(1001), query),
        ("customer_creation", "validate-only", json!(1), query),
        ("customer_creation", "idempotency-key", json!(""), "invalid-header"),
        ("customer_creation", "idempotency-key", json!("k".repeat(256)), "invalid-header"),
        ("customer_creation", "email", json!(["a@b.de"]), "not-a-string"),
        ("customer_update", "email", json!(null), "not-a-string"),
        ("customer_update", "if-match", json!(7), "not-a-string"),
        ("customer_detail", "customerId", json!(7), "not-a-string"),
    ] {
        let mut arguments = acme(json!({}));
        if tool == "customer_creation" {
            merge(&mut arguments, john());
        } else if ["customer_update", "customer_detail"].contains(&tool) {
            arguments["customerId"] = NOBODY.into();
        }
        merge(&mut arguments, json!({name: value}));
        let result = agent.called(tool, arguments).await;
        let problem = &result["structuredContent"];
        assert_eq!(
            (&result["isError"], &problem["status"]),
            (&true.into(), &400.into()),
            "{problem}"
        );
        assert_eq!(faults(problem), pairs(&[(name, code)]), "{tool}");
    }
    let after = json!({"after": u64::MAX});
    agent.refused("customer_change_feed", acme(after), 400, query).await;
}

#[tokio::test]
async fn where_http_has_the_same_faults_the_problem_is_the_same() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let agent = Agent::new(&app);
    let one = format!("{CUSTOMERS}/{id}");
    let nobody = format!("{CUSTOMERS}/{NOBODY}");
    let bad = r#"{"first-name":"","last-name":7,"email":"a@","vat-number":"X"}"#;
    let with = |arguments: Value, more: &str| {
        let mut all = arguments;
        merge(&mut all, serde_json::from_str(more).unwrap());
        all
    };
    let of = |id: &str| acme(json!({"customerId": id}));
    let namespace = json!({"product": "a b", "version": "1", "companyId": ".."});
    let elsewhere = "/api/a%20b/1/company/%2e%2e/customer";
    for (method, path, body, tool, arguments) in [
        ("POST", CUSTOMERS, bad, "customer_creation", with(acme(json!({})), bad)),
        ("PUT", &one, bad, "customer_replacement", with(of(&id), bad)),
        ("PATCH", &one, bad, "customer_update", with(of(&id), bad)),
        ("GET", elsewhere, "", "customer_listing", namespace),
        (
            "GET",
            &format!("{CUSTOMERS}?limit=0&market=x"),
            "",
            "customer_listing",
            acme(json!({"limit": 0, "market": "x"})),
        ),
        ("GET", &nobody, "", "customer_detail", of(NOBODY)),
        ("GET", &format!("{CUSTOMERS}/456"), "", "customer_detail", of("456")),
        ("DELETE", &nobody, "", "customer_deletion", of(NOBODY)),
        ("PUT", &nobody, JOHN, "customer_replacement", with(of(NOBODY), JOHN)),
        ("PATCH", &nobody, "{}", "customer_update", of(NOBODY)),
        (
            "GET",
            "/api/tse/v1/company/none/customer",
            "",
            "customer_listing",
            with(acme(json!({})), r#"{"companyId":"none"}"#),
        ),
        (
            "GET",
            "/api/tse/v1/company/acme/event?after=99",
            "",
            "customer_change_feed",
            acme(json!({"after": 99})),
        ),
    ] {
        let method: Method = method.parse().unwrap();
        let mut http = app.request(method, path).json(body).send().await.json();
        let result = agent.called(tool, arguments).await;
        let mut tool_s = result["structuredContent"].clone();
        assert_eq!(result["isError"], true, "{tool}");
        for problem in [&mut http, &mut tool_s] {
            problem.as_object_mut().unwrap().remove("request-id");
        }
        assert_eq!(tool_s, http, "{path} {tool}");
    }
}

#[tokio::test]
async fn a_problem_names_the_request_that_the_log_knows() {
    let app = TestApp::start().await;
    let params = json!({"name": "customer_listing", "arguments": acme(json!({}))});
    let call = Agent::new(&app).begin().header("x-request-id", "my-own-id");
    let answer = call.json(agent::message("tools/call", &params)).send().await;
    assert_eq!(answer.header("x-request-id"), "my-own-id");
    assert_eq!(answer.json()["result"]["structuredContent"]["request-id"], "my-own-id");
}
