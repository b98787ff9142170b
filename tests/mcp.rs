//! The door for agents, as a protocol: both lifecycles, what is listed, what can be read, and what
//! is said to messages that are none.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/agent.rs"]
mod agent;
mod support;

use agent::{Agent, WITH_HANDSHAKE, WITHOUT_HANDSHAKE, acme, described, message};
use serde_json::{Value, json};
use smart_customer::api::{catalogue, llms, openapi};
use support::TestApp;

const TOOLS: [&str; 10] = [
    "customer_creation",
    "customer_listing",
    "customer_detail",
    "customer_deletion",
    "customer_replacement",
    "customer_update",
    "customer_insight",
    "company_insight",
    "intent_recognition",
    "customer_change_feed",
];

fn client(version: &str) -> Value {
    json!({"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}})
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_client_that_shakes_hands_is_told_who_is_there_and_what_it_can() {
    let app = TestApp::start().await;
    for version in ["2025-06-18", "2025-11-25"] {
        let call = Agent::new(&app).begin().json(message("initialize", &client(version)));
        let answer = call.send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("mcp-session-id"), "");
        let result = &answer.json()["result"];
        assert_eq!(result["protocolVersion"], version);
        assert_eq!(result["serverInfo"]["name"], "smart-customer");
        assert_eq!(result["serverInfo"]["title"], "Smart Customer");
        assert_eq!(result["serverInfo"]["version"], env!("CARGO_PKG_VERSION"));
        for capability in ["tools", "resources", "prompts"] {
            assert!(result["capabilities"][capability].is_object(), "{capability}");
        }
        let instructions = result["instructions"].as_str().unwrap();
        for word in ["companyId", "validate-only", "if-match", "customer_listing"] {
            assert!(instructions.contains(word), "{word}");
        }
        let note = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        let call = Agent::new(&app).begin().header("mcp-protocol-version", version);
        let answer = call.json(note).send().await;
        assert_eq!((answer.status.as_u16(), answer.text()), (202, ""));
        let call = Agent::new(&app).begin().header("mcp-protocol-version", version);
        let tools = call.json(message("tools/list", &json!({}))).send().await.json();
        assert_eq!(names(&tools["result"]["tools"]), TOOLS);
        assert_eq!(Agent::new(&app).result("ping", json!({})).await, json!({}));
    }
}

#[tokio::test]
async fn a_client_that_says_who_it_is_with_each_request_needs_no_handshake() {
    let app = TestApp::start().await;
    let agent = Agent::with(&app, &app.token, WITHOUT_HANDSHAKE);
    let found = agent.result("server/discover", json!({})).await;
    let versions = found["supportedVersions"].as_array().unwrap();
    for version in ["2025-06-18", WITH_HANDSHAKE, WITHOUT_HANDSHAKE] {
        assert!(versions.contains(&version.into()), "{found}");
    }
    let tools = agent.result("tools/list", json!({})).await;
    assert_eq!(names(&tools["tools"]), TOOLS);
    assert_eq!(tools["resultType"], "complete");
    let problem = agent.refused("customer_listing", acme(json!({})), 404, "customers-not-found");
    assert!(problem.await["request-id"].is_string());
    let read = json!({"uri": "smart-customer://llms.txt"});
    agent.result("resources/read", read).await;
    let error = agent.error("resources/read", json!({"uri": "smart-customer://nothing"})).await;
    assert_eq!(error["code"], -32602);
}

#[tokio::test]
async fn headers_that_contradict_the_message_are_refused() {
    let app = TestApp::start().await;
    let mut params = json!({"name": "customer_listing", "arguments": acme(json!({}))});
    params["_meta"] = agent::meta();
    let call = || Agent::new(&app).begin().header("mcp-protocol-version", WITHOUT_HANDSHAKE);
    let body = message("tools/call", &params);
    for (method, name) in [("tools/call", "customer_detail"), ("tools/list", "customer_listing")] {
        let call = call().header("mcp-method", method).header("mcp-name", name);
        let answer = call.json(body.clone()).send().await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]["code"]),
            (400, &(-32020).into())
        );
    }
    let answer = call().json(body).send().await;
    assert_eq!(answer.status, 400, "without Mcp-Method and Mcp-Name");
}

#[tokio::test]
async fn every_tool_is_listed_with_both_schemas_and_all_four_hints() {
    let app = TestApp::start().await;
    let list = Agent::new(&app).result("tools/list", json!({})).await;
    assert_eq!(names(&list["tools"]), TOOLS);
    for tool in list["tools"].as_array().unwrap() {
        let name = tool["name"].as_str().unwrap();
        let row = catalogue::CATALOGUE.iter().find(|row| row.purpose == name).unwrap();
        assert_eq!(tool["title"], row.summary);
        let description = tool["description"].as_str().unwrap();
        for text in [row.description, row.use_when, row.avoid_when] {
            assert!(description.contains(text), "{name}");
        }
        let hints = &tool["annotations"];
        assert_eq!(hints["readOnlyHint"], row.effects.read_only, "{name}");
        assert_eq!(hints["destructiveHint"], row.effects.destructive, "{name}");
        assert_eq!(hints["idempotentHint"], row.effects.idempotent, "{name}");
        assert_eq!(hints["openWorldHint"], false, "{name}");
        let tool_here = described(name);
        assert_eq!(tool["inputSchema"], Value::Object(tool_here.input));
        assert_eq!(tool["outputSchema"], Value::Object(tool_here.output));
        for schema in [&tool["inputSchema"], &tool["outputSchema"]] {
            assert_eq!(schema["type"], "object", "{name}");
            assert!(jsonschema::meta::is_valid(schema), "{name}");
            assert!(!schema.to_string().contains("#/components/"), "{name}");
            jsonschema::validator_for(schema).unwrap();
        }
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{name}");
    }
}

#[tokio::test]
async fn an_unknown_tool_is_an_error_of_the_protocol_that_names_the_nearest() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    let error = agent.error("tools/call", json!({"name": "customer_list", "arguments": {}})).await;
    assert_eq!(error["code"], -32602);
    assert!(error["message"].as_str().unwrap().contains("customer_listing"), "{error}");
    for row in catalogue::CATALOGUE.iter().filter(|row| !row.is_tool()) {
        let error = agent.error("tools/call", json!({"name": row.purpose, "arguments": {}})).await;
        assert_eq!(error["code"], -32602, "{}", row.purpose);
    }
}

#[tokio::test]
async fn a_message_that_is_none_is_an_error_of_the_protocol() {
    let app = TestApp::start().await;
    for (body, code) in [
        ("", -32700),
        ("{", -32700),
        ("nonsense", -32700),
        ("[]", -32600),
        ("{}", -32600),
        ("7", -32600),
        (r#"{"jsonrpc":"1.0","id":7,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":7,"id":8,"method":"ping"}"#, -32600),
        (r#"[{"jsonrpc":"2.0","id":7,"method":"ping"}]"#, -32600),
        (r#"{"jsonrpc":"2.0","id":7,"result":{}}"#, -32600),
    ] {
        let answer = Agent::new(&app).begin().json(body).send().await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/json");
        let json = answer.json();
        assert_eq!(json["error"]["code"], code, "{body}: {json}");
        assert!(json.get("result").is_none());
    }
}

#[tokio::test]
async fn an_argument_that_is_given_twice_is_refused_and_not_half_understood() {
    let app = TestApp::start().await;
    let arguments = r#"{"product":"tse","version":"v1","companyId":"acme","companyId":"zeta"}"#;
    let params = format!(r#"{{"name":"customer_listing","arguments":{arguments}}}"#);
    let body = format!(r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{params}}}"#);
    let answer = Agent::new(&app).begin().json(body).send().await;
    assert_eq!(answer.status, 400);
    let error = &answer.json()["error"];
    assert_eq!(error["code"], -32600);
    assert!(error["message"].as_str().unwrap().contains("'companyId' is given more than once"));
}

#[tokio::test]
async fn unknown_methods_and_wrong_params_are_told_apart() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    for method in ["tools/forget", "logging/setLevel", "resources/subscribe", "tasks/get", "x"] {
        let params = json!({"uri": "a", "level": "info", "taskId": "a"});
        assert_eq!(agent.error(method, params).await["code"], -32601, "{method}");
    }
    for (method, params) in [
        ("tools/call", json!({})),
        ("tools/call", json!({"name": "customer_listing", "arguments": []})),
        ("tools/call", json!({"name": 1})),
        ("resources/read", json!({})),
        ("prompts/get", json!({"name": ["monthly_report"]})),
        ("tools/list", json!({"cursor": "2"})),
        ("resources/list", json!({"cursor": "2"})),
        ("prompts/list", json!({"cursor": "2"})),
    ] {
        assert_eq!(agent.error(method, params.clone()).await["code"], -32602, "{method} {params}");
    }
}

#[tokio::test]
async fn the_contract_and_what_to_read_first_are_resources() {
    let app = TestApp::start().await;
    let agent = Agent::new(&app);
    let list = agent.result("resources/list", json!({})).await;
    let texts = [openapi::document().to_string(), llms::text()];
    let uris = ["smart-customer://openapi.json", "smart-customer://llms.txt"];
    let media = ["application/json", "text/markdown"];
    let resources = list["resources"].as_array().unwrap();
    assert_eq!(resources.len(), uris.len());
    for (((listed, uri), text), media) in resources.iter().zip(uris).zip(texts).zip(media) {
        assert_eq!((&listed["uri"], &listed["mimeType"]), (&uri.into(), &media.into()));
        assert_eq!(listed["size"], text.len());
        let read = agent.result("resources/read", json!({"uri": uri})).await;
        let expected = json!([{"uri": uri, "mimeType": media, "text": text}]);
        assert_eq!(read["contents"], expected);
    }
    let templates = agent.result("resources/templates/list", json!({})).await;
    assert_eq!(templates["resourceTemplates"], json!([]));
    for uri in ["smart-customer://nothing", "file:///etc/passwd", ""] {
        let error = agent.error("resources/read", json!({"uri": uri})).await;
        assert_eq!((&error["code"], &error["data"]["uri"]), (&(-32002).into(), &uri.into()));
    }
}
