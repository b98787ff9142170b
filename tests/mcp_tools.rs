//! What tools do: the same as HTTP, with the same customers, and answers that are as their
//! descriptions say.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/agent.rs"]
mod agent;
mod support;

use agent::{Agent, WITHOUT_HANDSHAKE, acme, assert_valid, described, merge};
use hyper::Method;
use serde_json::{Value, json};
use smart_customer::api::catalogue::CATALOGUE;
use smart_customer::api::tool;
use support::{CUSTOMERS, JOHN, TestApp};

fn john() -> Value {
    serde_json::from_str(JOHN).unwrap()
}

/// Acme's namespace and a customer's id as arguments, with `more`.
fn customer(id: &Value, more: Value) -> Value {
    let mut arguments = acme(json!({"customerId": id}));
    merge(&mut arguments, more);
    arguments
}

/// What HTTP says of a customer, with its entity tag.
async fn over_http(app: &TestApp, id: &Value) -> Value {
    let answer = app.get(&format!("{CUSTOMERS}/{}", id.as_str().unwrap())).await;
    assert_eq!(answer.status, 200);
    let mut customer = answer.json();
    customer["etag"] = answer.header("etag").into();
    customer
}

#[test]
fn every_operation_on_customers_has_a_tool_whose_examples_are_good_arguments() {
    let tools: Vec<tool::Tool> = tool::tools().collect();
    for row in CATALOGUE.iter().filter(|row| row.path.starts_with("/api/")) {
        let tool = tools.iter().find(|tool| tool.name == row.purpose);
        let tool = tool.unwrap_or_else(|| panic!("{} has no tool", row.purpose));
        for example in row.examples {
            let arguments = serde_json::from_str(example.arguments).unwrap();
            assert_valid(&Value::Object(tool.input.clone()), &arguments);
        }
    }
    assert_eq!(tools.len(), CATALOGUE.iter().filter(|row| row.is_tool()).count());
}

#[tokio::test]
async fn every_example_of_the_catalogue_is_understood() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    for row in CATALOGUE.iter().filter(|row| row.is_tool()) {
        for example in row.examples {
            let arguments: Value = serde_json::from_str(example.arguments).unwrap();
            let result = agent.called(row.purpose, arguments).await;
            let status = &result["structuredContent"]["status"];
            // The examples' customers are not there, and neither is their event.
            let is_gone = *status == 404 || example.arguments.contains("\"after\": 1203");
            assert!(result["isError"] == false || is_gone, "{}: {result}", example.utterance);
        }
    }
}

#[tokio::test]
async fn a_customer_is_the_same_through_both_doors() {
    let app = TestApp::start().await;
    for version in [agent::WITH_HANDSHAKE, WITHOUT_HANDSHAKE] {
        let agent = Agent::with(&app, &app.token, version);
        let created = agent.call("customer_creation", acme(john())).await;
        let id = &created["id"];
        assert_eq!(created, over_http(&app, id).await);
        assert!(created.get("replayed").is_none());
        assert_eq!(agent.call("customer_detail", customer(id, json!({}))).await, created);
        let more = json!({"email": "John@EXAMPLE.com"});
        let updated = agent.call("customer_update", customer(id, more)).await;
        assert_eq!(updated["email"], "John@example.com");
        assert_eq!(updated["first-name"], "John");
        assert_ne!(updated["etag"], created["etag"]);
        assert_eq!(updated, over_http(&app, id).await);
        let same = agent.call("customer_update", customer(id, json!({}))).await;
        assert_eq!(same, updated, "an empty change changes nothing");
        let replaced = agent.call("customer_replacement", customer(id, john())).await;
        assert_eq!(replaced["email"], "john.smith@example.com");
        assert_eq!(replaced, over_http(&app, id).await);
        let lower = id.as_str().unwrap().to_lowercase();
        let gone = agent.call("customer_deletion", customer(&lower.into(), json!({}))).await;
        assert_eq!(gone, json!({"deleted": id}));
        for tool in ["customer_detail", "customer_deletion", "customer_update"] {
            agent.refused(tool, customer(id, json!({})), 404, "customer-not-found").await;
        }
    }
}

#[tokio::test]
async fn validate_only_shows_what_would_be_stored_and_stores_nothing() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    let mut arguments = acme(john());
    merge(
        &mut arguments,
        json!({"validate-only": true, "first-name": "  John ", "email": "a@B.DE"}),
    );
    let checked = agent.call("customer_creation", arguments.clone()).await;
    assert_eq!((&checked["first-name"], &checked["email"]), (&"John".into(), &"a@b.de".into()));
    assert_eq!(checked["ai"]["advisories"][0]["code"], "vat-checksum");
    for absent in ["id", "created-at", "updated-at", "etag"] {
        assert!(checked.get(absent).is_none(), "{absent}");
    }
    let mut body = john();
    merge(&mut body, json!({"first-name": "  John ", "email": "a@B.DE"}));
    let http = app.post(&format!("{CUSTOMERS}?validate-only=true"), body.to_string()).await;
    assert_eq!(http.json(), checked);
    agent.refused("customer_listing", acme(json!({})), 404, "customers-not-found").await;
    arguments["validate-only"] = false.into();
    agent.call("customer_creation", arguments).await;
}

#[tokio::test]
async fn the_same_key_with_the_same_customer_creates_one_customer() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    let mut arguments = acme(john());
    arguments["idempotency-key"] = "order-7".into();
    let first = agent.call("customer_creation", arguments.clone()).await;
    assert!(first.get("replayed").is_none());
    let mut again = agent.call("customer_creation", arguments.clone()).await;
    assert_eq!(again["replayed"], true);
    again.as_object_mut().unwrap().remove("replayed");
    assert_eq!(again, first);
    arguments["last-name"] = "Jones".into();
    agent.refused("customer_creation", arguments.clone(), 422, "idempotency-key-reused").await;
    arguments["companyId"] = "other".into();
    agent.call("customer_creation", arguments).await;
    let list = agent.call("customer_listing", acme(json!({}))).await;
    assert_eq!(list["customers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_change_with_if_match_is_made_to_that_state_only() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    let created = agent.call("customer_creation", acme(john())).await;
    let (id, old) = (&created["id"], created["etag"].as_str().unwrap());
    let change = |tag: &str| customer(id, json!({"first-name": "Jane", "if-match": tag}));
    let listed = format!("\"other\", {old}");
    let new = agent.call("customer_update", change(&listed)).await;
    assert_ne!(new["etag"], old);
    let weak = format!("W/{}", new["etag"].as_str().unwrap());
    for stale in [old, &weak, "", "nonsense", new["etag"].as_str().unwrap().trim_matches('"')] {
        let mut all = john();
        all["if-match"] = stale.into();
        for (tool, arguments) in [
            ("customer_update", change(stale)),
            ("customer_replacement", customer(id, all)),
            ("customer_deletion", customer(id, json!({"if-match": stale}))),
        ] {
            agent.refused(tool, arguments, 412, "precondition-failed").await;
        }
    }
    assert_eq!(over_http(&app, id).await, new);
    agent.call("customer_update", change("*")).await;
    agent.call("customer_deletion", customer(id, json!({"if-match": new["etag"]}))).await;
}

#[tokio::test]
async fn a_list_comes_in_pages_of_twenty_unless_told_otherwise() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    let mut made = Vec::new();
    for _ in 0..45 {
        made.push(app.create_john(CUSTOMERS).await);
    }
    let default = &described("customer_listing").input["properties"]["limit"]["default"];
    assert_eq!(*default, 20);
    let (mut found, mut after) = (Vec::new(), Value::Null);
    for expected in [20, 20, 5] {
        let mut arguments = acme(json!({}));
        if after.is_string() {
            arguments["after"] = after;
        }
        let page = agent.call("customer_listing", arguments).await;
        assert_eq!(page["customers"].as_array().unwrap().len(), expected);
        found.extend(support::ids(&page["customers"]));
        after = page["next"].clone();
    }
    assert!(after.is_null());
    assert_eq!(found, made);
    let all = agent.call("customer_listing", acme(json!({"limit": 1000}))).await;
    assert_eq!(all["customers"], app.get(CUSTOMERS).await.json());
    assert!(all["next"].is_null());
    for limit in [json!(3), json!(3.0), json!("3")] {
        let page = agent.call("customer_listing", acme(json!({"limit": limit}))).await;
        assert_eq!(page["next"], made[2], "{limit}");
    }
}

#[tokio::test]
async fn a_list_takes_the_filters_of_http_and_normalises_them_alike() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    let john = app.create_john(CUSTOMERS).await;
    let mut other = self::john();
    merge(
        &mut other,
        json!({"first-name": "Anna", "last-name": "Weiß", "email": "anna+x@example.org", "vat-number": "DE136695976"}),
    );
    let anna = agent.call("customer_creation", acme(other)).await["id"].clone();
    for (filter, found) in [
        (json!({"email": " John.Smith@EXAMPLE.com"}), vec![&john[..]]),
        (json!({"email": "anna+x@example.org"}), vec![anna.as_str().unwrap()]),
        (json!({"vat-number": "it 123.456-78901"}), vec![&john]),
        (json!({"market": "de"}), vec![anna.as_str().unwrap()]),
        (json!({"q": "anna weis"}), vec![anna.as_str().unwrap()]),
        (json!({"q": "smith", "market": "DE"}), vec![]),
        (json!({"after": john}), vec![anna.as_str().unwrap()]),
    ] {
        let page = agent.call("customer_listing", acme(filter.clone())).await;
        assert_eq!(support::ids(&page["customers"]), found, "{filter}");
    }
}

#[tokio::test]
async fn the_change_feed_answers_with_what_there_is_and_where_to_go_on() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    let begin = agent.call("customer_change_feed", acme(json!({}))).await;
    assert_eq!((&begin["events"], &begin["has-more"]), (&json!([]), &false.into()));
    let id: Value = app.create_john(CUSTOMERS).await.into();
    app.create_john(&support::customers_of("other")).await;
    agent.call("customer_update", customer(&id, json!({"first-name": "Jane"}))).await;
    agent.call("customer_deletion", customer(&id, json!({}))).await;
    let after = |after: &Value, limit: u32| acme(json!({"after": after, "limit": limit}));
    let mut kinds = Vec::new();
    let mut position = begin["after"].clone();
    for has_more in [true, true, false] {
        let page = agent.call("customer_change_feed", after(&position, 1)).await;
        assert_eq!(page["has-more"], has_more);
        let event = page["events"][0].clone();
        assert_eq!((&event["customer-id"], &event["id"]), (&id, &page["after"]));
        kinds.push(event["kind"].clone());
        position = page["after"].clone();
    }
    assert_eq!(kinds, ["created", "updated", "deleted"]);
    let end = agent.call("customer_change_feed", after(&position, 1000)).await;
    assert_eq!(end, json!({"events": [], "after": position, "has-more": false}));
    let begin = agent.call("customer_change_feed", acme(json!({"after": 0}))).await;
    assert_eq!(begin["events"].as_array().unwrap().len(), 3);
    assert_eq!(begin["events"][0]["market"], "IT");
    let problem = agent
        .refused("customer_change_feed", after(&json!(999), 1), 400, "invalid-query-parameter")
        .await;
    assert_eq!(problem["errors"][0]["field"], "after");
}

#[tokio::test]
async fn the_change_feed_stops_at_a_hundred_events_unless_told_otherwise() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    for _ in 0..101 {
        app.create_john(CUSTOMERS).await;
    }
    let default = &described("customer_change_feed").input["properties"]["limit"]["default"];
    assert_eq!(*default, 100);
    let page = agent.call("customer_change_feed", acme(json!({"after": 0}))).await;
    assert_eq!(page["events"].as_array().unwrap().len(), 100);
    assert_eq!(page["has-more"], true);
    let rest = agent.call("customer_change_feed", acme(json!({"after": page["after"]}))).await;
    assert_eq!(rest["events"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_a_tool_changes_http_shows_and_the_other_way_round() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    let created = agent.call("customer_creation", acme(john())).await;
    let path = format!("{CUSTOMERS}/{}", created["id"].as_str().unwrap());
    let patch = app.request(Method::PATCH, &path).json(r#"{"first-name":"Jim"}"#).send().await;
    assert_eq!(patch.status, 200);
    let read = agent.call("customer_detail", customer(&created["id"], json!({}))).await;
    assert_eq!((&read["first-name"], &read["etag"]), (&"Jim".into(), &patch.header("etag").into()));
    assert_eq!(app.delete(&path).await.status, 204);
    agent.refused("customer_listing", acme(json!({})), 404, "customers-not-found").await;
}
