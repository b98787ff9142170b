//! Who may do what by the door for agents: the same tokens may do the same as over HTTP.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/agent.rs"]
mod agent;
#[path = "support/matrix.rs"]
mod matrix;
mod support;
#[path = "support/tokens.rs"]
mod tokens;

use agent::{ACCEPT, Agent, WITH_HANDSHAKE, acme, merge, message};
use hyper::Method;
use matrix::{Asked, Kind, NOBODY, bad_tokens, good_tokens, operations, rule, status, take_time};
use serde_json::{Value, json};
use smart_customer::api::tool;
use support::{Answer, CUSTOMERS, JOHN, TestApp, TestClock};
use tokens::{give, grant_with};

/// The request that asks for the same by its tool.
fn message_for(asked: &Asked) -> String {
    let row = asked.id.row();
    let version = if asked.path.contains("/v2/") { "v2" } else { "v1" };
    let mut arguments = acme(json!({"version": version}));
    if row.path.contains("{customerId}") {
        arguments["customerId"] = NOBODY.into();
    }
    if !tool::fields(asked.id).is_empty() {
        merge(&mut arguments, serde_json::from_str(asked.body).unwrap());
    }
    message("tools/call", &json!({"name": row.purpose, "arguments": arguments}))
}

async fn by_tool(app: &TestApp, asked: &Asked, kind: &Kind) -> Answer {
    let call = app.anonymous(Method::POST, "/mcp").header("accept", ACCEPT);
    let call = match &kind.sent {
        Some(sent) => call.header("authorization", sent),
        None => call,
    };
    call.json(message_for(asked)).send().await
}

/// 401 or 403 where the door says so, else 0.
fn verdict(answer: &Answer) -> u16 {
    if answer.status == 401 {
        answer.problem(401, "unauthorized");
        assert!(answer.header("www-authenticate").starts_with("Bearer "));
        return 401;
    }
    assert_eq!(answer.status, 200, "{}", answer.text());
    let result = &answer.json()["result"];
    if result["structuredContent"]["status"] == 403 {
        assert_eq!(result["isError"], true);
        assert_eq!(result["structuredContent"]["type"], "/problems/forbidden");
        return 403;
    }
    0
}

#[tokio::test]
async fn both_doors_let_the_same_tokens_do_the_same() {
    let clock = TestClock::at("2026-11-23T18:00:00Z");
    let app = TestApp::start_with(|parts| take_time(&clock, parts)).await;
    app.create_john(CUSTOMERS).await;
    app.create_john(&CUSTOMERS.replace("v1", "v2")).await;
    let mut kinds = bad_tokens(&app, &clock).await;
    kinds.extend(good_tokens(&app).await);
    let asked: Vec<Asked> = operations("v1").chain(operations("v2")).collect();
    let asked: Vec<&Asked> = asked.iter().filter(|asked| asked.id.row().is_tool()).collect();
    assert_eq!(asked.len(), 2 * tool::tools().count());
    for kind in &kinds {
        for asked in &asked {
            let name = asked.id.row().purpose;
            let http = status(&app, asked, kind).await;
            let http = if [401, 403].contains(&http) { http } else { 0 };
            let by_tool = verdict(&by_tool(&app, asked, kind).await);
            assert_eq!(by_tool, http, "{name} {} by {:?}", asked.path, kind.good);
            assert_eq!(by_tool, rule(kind, asked), "{name} {} by {:?}", asked.path, kind.good);
        }
    }
}

#[tokio::test]
async fn a_refusal_says_nothing_about_what_exists_or_what_else_is_wrong() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let token = give(&app, grant_with("company", "acme2")).await;
    let agent = Agent::with(&app, &token.secret, WITH_HANDSHAKE);
    for tool in tool::tools() {
        let mut refusals = Vec::new();
        for more in [json!({"customerId": id}), json!({"customerId": NOBODY}), json!({"x": 1})] {
            let problem = agent.refused(tool.name, acme(more), 403, "forbidden").await;
            let mut problem = problem.as_object().unwrap().clone();
            problem.remove("request-id");
            refusals.push(Value::Object(problem));
        }
        assert!(refusals.iter().all(|refusal| *refusal == refusals[0]), "{refusals:?}");
    }
}

#[tokio::test]
async fn what_a_token_may_not_do_is_not_done() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let before = app.get(CUSTOMERS).await.json();
    let token = give(&app, grant_with("permissions", vec!["read", "admin"])).await;
    let agent = Agent::with(&app, &token.secret, WITH_HANDSHAKE);
    let john: Value = serde_json::from_str(JOHN).unwrap();
    let mut of_john = acme(json!({"customerId": id, "first-name": "Jane"}));
    agent.refused("customer_update", of_john.clone(), 403, "forbidden").await;
    merge(&mut of_john, john.clone());
    agent.refused("customer_replacement", of_john, 403, "forbidden").await;
    agent.refused("customer_creation", acme(john), 403, "forbidden").await;
    let of_john = acme(json!({"customerId": id}));
    agent.refused("customer_deletion", of_john.clone(), 403, "forbidden").await;
    assert_eq!(app.get(CUSTOMERS).await.json(), before);
    agent.call("customer_detail", of_john).await;
}

#[tokio::test]
async fn a_revoked_token_stops_with_the_next_message() {
    let app = TestApp::start().await;
    let token = give(&app, tokens::grant()).await;
    let agent = Agent::with(&app, &token.secret, WITH_HANDSHAKE);
    agent.result("tools/list", json!({})).await;
    assert_eq!(app.delete(&token.path()).await.status, 204);
    agent.ask("tools/list", json!({})).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn a_key_is_known_to_the_token_that_it_came_with_only() {
    let app = TestApp::start().await;
    let mut arguments = acme(serde_json::from_str(JOHN).unwrap());
    arguments["idempotency-key"] = "k".into();
    for _ in 0..2 {
        let token = give(&app, tokens::grant()).await;
        let agent = Agent::with(&app, &token.secret, WITH_HANDSHAKE);
        let created = agent.call("customer_creation", arguments.clone()).await;
        assert!(created.get("replayed").is_none());
    }
}
