//! An agent for the tests: a small client of the Model Context Protocol over HTTP, which holds every
//! answer of a tool to the tool's own description.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use hyper::Method;
use serde_json::{Value, json};
use smart_customer::api::tool;

use super::support::{Answer, Call, TestApp};

/// The protocol with a handshake.
pub const WITH_HANDSHAKE: &str = "2025-11-25";
/// The protocol in which each request stands for itself.
pub const WITHOUT_HANDSHAKE: &str = "2026-07-28";

/// What a client of the protocol accepts.
pub const ACCEPT: &str = "application/json, text/event-stream";

/// A client with a token.
pub struct Agent<'a> {
    app: &'a TestApp,
    token: String,
    version: &'static str,
}

impl<'a> Agent<'a> {
    /// One with the admin token.
    pub fn new(app: &'a TestApp) -> Agent<'a> {
        Agent::with(app, &app.token, WITH_HANDSHAKE)
    }

    /// One with that token, which speaks that version.
    pub fn with(app: &'a TestApp, token: &str, version: &'static str) -> Agent<'a> {
        Agent { app, token: token.to_owned(), version }
    }

    /// Begins a request with the headers of every message.
    pub fn begin(&self) -> Call<'a> {
        let call = self.app.anonymous(Method::POST, "/mcp").header("accept", ACCEPT);
        call.header("authorization", &format!("Bearer {}", self.token))
    }

    /// Asks for `method`.
    pub async fn ask(&self, method: &str, mut params: Value) -> Answer {
        let mut call = self.begin().header("mcp-protocol-version", self.version);
        if self.version == WITHOUT_HANDSHAKE {
            params["_meta"] = meta();
            call = call.header("mcp-method", method);
            for name in [&params["name"], &params["uri"]].into_iter().filter_map(Value::as_str) {
                call = call.header("mcp-name", name);
            }
        }
        call.json(message(method, &params)).send().await
    }

    /// What `method` answers.
    pub async fn result(&self, method: &str, params: Value) -> Value {
        let answer = self.ask(method, params).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("content-type"), "application/json");
        let json = answer.json();
        assert_eq!((&json["jsonrpc"], &json["id"]), (&"2.0".into(), &7.into()), "{json}");
        assert!(json["result"].is_object(), "{json}");
        json["result"].clone()
    }

    /// The error that `method` answers.
    pub async fn error(&self, method: &str, params: Value) -> Value {
        let json = self.ask(method, params).await.json();
        assert!(json["error"]["code"].is_i64(), "{json}");
        assert_eq!(json["id"], 7, "{json}");
        json["error"].clone()
    }

    /// What a tool answers, done or not.
    pub async fn called(&self, tool: &str, arguments: Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        let result = self.result("tools/call", params).await;
        let content = result["content"].as_array().unwrap();
        assert_eq!((content.len(), &content[0]["type"]), (1, &"text".into()), "{result}");
        let text: Value = serde_json::from_str(content[0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(text, result["structuredContent"]);
        assert_valid(&Value::Object(described(tool).output), &text);
        result
    }

    /// What a tool answers that does what it is asked.
    pub async fn call(&self, tool: &str, arguments: Value) -> Value {
        let result = self.called(tool, arguments).await;
        assert_eq!(result["isError"], false, "{tool}: {result}");
        let answer = &result["structuredContent"];
        // The first form; the second one is that of a problem.
        let mut schema = Value::Object(described(tool).output);
        schema["anyOf"].as_array_mut().unwrap().truncate(1);
        assert_valid(&schema, answer);
        answer.clone()
    }

    /// The problem of the kind `name` that a tool answers instead.
    pub async fn refused(&self, tool: &str, arguments: Value, status: u16, name: &str) -> Value {
        let result = self.called(tool, arguments).await;
        assert_eq!(result["isError"], true, "{tool}: {result}");
        let problem = &result["structuredContent"];
        assert_eq!(problem["type"], format!("/problems/{name}"), "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        problem.clone()
    }
}

/// A request with the id 7.
pub fn message(method: &str, params: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).to_string()
}

/// What each request says of its client where there is no handshake.
pub fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": WITHOUT_HANDSHAKE,
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}
    })
}

/// The tool called `name`.
pub fn described(name: &str) -> tool::Tool {
    tool::tools().find(|tool| tool.name == name).unwrap()
}

/// Acme's namespace as arguments, with `more`.
pub fn acme(more: Value) -> Value {
    let mut arguments = json!({"product": "tse", "version": "v1", "companyId": "acme"});
    merge(&mut arguments, more);
    arguments
}

/// Adds the members of `more` to `object`.
pub fn merge(object: &mut Value, more: Value) {
    for (name, value) in more.as_object().unwrap() {
        object[name] = value.clone();
    }
}

/// What keeps `value` from being what `schema` says.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).unwrap();
    validator.iter_errors(value).map(|error| error.to_string()).collect()
}

/// Asserts that `value` is what `schema` says.
pub fn assert_valid(schema: &Value, value: &Value) {
    let faults = faults(schema, value);
    assert!(faults.is_empty(), "{faults:?}: {value}");
}
