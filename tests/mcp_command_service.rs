//! `mcp` with the real service behind it: an agent works with customers over standard input and
//! output as it would over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod agent;
mod command;
mod process;

use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use agent::{Agent, mcp, request};
use process::{Service, serve, token_in};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Stands before a service under an address that stays, wherever the service is.
struct Front {
    url: String,
    service: Arc<Mutex<String>>,
}

impl Front {
    fn before(address: &str) -> Front {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = Arc::new(Mutex::new(address.to_owned()));
        let address = service.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let address = address.lock().unwrap().clone();
                // Where nobody is behind it, it hangs up.
                if let Ok(service) = TcpStream::connect(address) {
                    connect(client.unwrap(), service);
                }
            }
        });
        Front { url, service }
    }

    fn moves_to(&self, address: &str) {
        address.clone_into(&mut self.service.lock().unwrap());
    }
}

/// Passes bytes between two connections until either ends.
fn connect(client: TcpStream, service: TcpStream) {
    let (from_client, to_service) = (client.try_clone().unwrap(), service.try_clone().unwrap());
    for (from, to) in [(from_client, to_service), (service, client)] {
        std::thread::spawn(move || {
            // How it ends is for those at the ends to judge.
            let _ = std::io::copy(&mut &from, &mut &to);
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
}

/// A service, and an address under which it stays when it is started anew.
struct Registry {
    service: Service,
    front: Front,
    dir: TempDir,
}

impl Registry {
    fn start() -> Registry {
        let dir = tempfile::tempdir().unwrap();
        let service = Service::start(serve(dir.path()));
        let front = Front::before(&service.address);
        Registry { service, front, dir }
    }

    /// Stops the service and starts it again over the same directory.
    fn restart(self) -> Registry {
        let Registry { service, front, dir } = self;
        assert_eq!(service.end("TERM").code, Some(0));
        let service = Service::start(serve(dir.path()));
        front.moves_to(&service.address);
        Registry { service, front, dir }
    }

    fn admin(&self) -> String {
        token_in(self.dir.path())
    }

    /// An HTTP request of the admin's; the status line and the body of its answer.
    fn request(&self, what: &str, body: &str) -> (String, Value) {
        let answer = self.service.request(what, &self.admin(), "", body);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), serde_json::from_str(body).unwrap())
    }

    /// A token of these permissions for a company.
    fn token(&self, company: &str, permissions: &[&str]) -> String {
        let grant = json!({"name": "agent", "product": "tse", "company": company,
            "permissions": permissions});
        let (status, made) = self.request("POST /admin/token", &grant.to_string());
        assert!(status.contains("201"), "{status} {made}");
        made["token"].as_str().unwrap().to_owned()
    }

    /// An agent with this token that has introduced itself.
    fn agent(&self, token: &str) -> Agent {
        let mut command = mcp(&self.front.url);
        command.env("SMART_CUSTOMER_TOKEN", token);
        let mut agent = Agent::start(command);
        let answer = agent.ask(&initialize("2025-06-18"));
        assert_eq!(answer["result"]["protocolVersion"], "2025-06-18", "{answer}");
        agent.say(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        agent
    }
}

fn initialize(version: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": version, "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"}}})
}

/// A call of a tool for acme with more arguments.
fn call(id: u64, tool: &str, more: Value) -> Value {
    let mut arguments = json!({"product": "tse", "version": "v1", "companyId": "acme"});
    let more = more.as_object().unwrap().clone();
    arguments.as_object_mut().unwrap().extend(more);
    let params = json!({"name": tool, "arguments": arguments});
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
}

fn john() -> Value {
    json!({"first-name": "John", "last-name": "Smith", "email": "john.smith@example.com",
        "vat-number": "IT12345678901"})
}

/// Creates John as the agent; his id.
fn create_john(agent: &mut Agent) -> String {
    let result = agent.ask(&call(1, "customer_creation", john()))["result"].clone();
    assert_ne!(result["isError"], true, "{result}");
    assert_eq!(result["structuredContent"]["first-name"], "John", "{result}");
    result["structuredContent"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn an_agent_finds_a_tool_for_each_thing_that_can_be_done_with_customers() {
    let registry = Registry::start();
    let mut agent = registry.agent(&registry.admin());
    let list = agent.ask(&request(1, "tools/list"));
    let tools = list["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    for name in ["customer_creation", "customer_listing", "customer_detail", "customer_deletion"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let ended = agent.leave();
    assert_eq!((ended.code, &*ended.stdout, &*ended.stderr), (Some(0), "", ""));
}

#[test]
fn a_customer_that_an_agent_creates_is_there_for_everyone() {
    let registry = Registry::start();
    let mut agent = registry.agent(&registry.token("acme", &["read", "write"]));
    let id = create_john(&mut agent);
    let path = format!("GET /api/tse/v1/company/acme/customer/{id}");
    let (status, customer) = registry.request(&path, "");
    assert!(status.contains("200"), "{status}");
    assert_eq!(customer["email"], "john.smith@example.com");
}

#[test]
fn what_a_token_does_not_allow_is_an_error_of_the_tool() {
    let registry = Registry::start();
    for token in [registry.token("acme", &["read"]), registry.token("zeta", &["read", "write"])] {
        let mut agent = registry.agent(&token);
        let result = agent.ask(&call(1, "customer_creation", john()))["result"].clone();
        assert_eq!(result["isError"], true, "{result}");
        assert!(result.to_string().contains("/problems/forbidden"), "{result}");
        assert_eq!(agent.leave().stderr, "");
    }
    let (status, _) = registry.request("GET /api/tse/v1/company/acme/customer", "");
    assert!(status.contains("404"), "nothing may be stored: {status}");
}

#[test]
fn a_service_that_was_started_anew_is_found_with_the_next_message() {
    let registry = Registry::start();
    let mut agent = registry.agent(&registry.admin());
    let id = create_john(&mut agent);
    let registry = registry.restart();
    let detail = agent.ask(&call(2, "customer_detail", json!({"customerId": id})));
    assert_eq!(detail["result"]["structuredContent"]["id"], *id, "{detail}");
    drop(registry);
    let gone = agent.ask(&request(3, "tools/list"));
    assert_eq!(gone["error"]["code"], -32000, "{gone}");
    assert_eq!(agent.leave().stderr.lines().count(), 1);
}

#[test]
fn a_token_that_is_revoked_stops_with_the_next_message() {
    let registry = Registry::start();
    let grant = json!({"name": "agent", "product": "*", "company": "*", "permissions": ["read"]});
    let (_, made) = registry.request("POST /admin/token", &grant.to_string());
    let mut agent = registry.agent(made["token"].as_str().unwrap());
    let delete = format!("DELETE /admin/token/{}", made["id"].as_str().unwrap());
    registry.service.request(&delete, &registry.admin(), "", "");
    let refused = agent.ask(&request(1, "tools/list"));
    let said = refused["error"]["message"].as_str().unwrap();
    assert!(said.contains("Authentication required") && said.contains("--token"), "{said}");
}

#[test]
fn an_agent_of_the_newest_protocol_needs_no_introduction() {
    let registry = Registry::start();
    let mut command = mcp(&registry.front.url);
    command.env("SMART_CUSTOMER_TOKEN", registry.admin());
    let mut agent = Agent::start(command);
    let mut creation = call(1, "customer_creation", john());
    creation["params"]["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let result = agent.ask(&creation)["result"].clone();
    assert_eq!(result["structuredContent"]["last-name"], "Smith", "{result}");
    // A name that only a wrapped header can carry: the service finds no such tool, and no fault
    // in the header.
    creation["params"]["name"] = json!("größe\n");
    let answer = agent.ask(&creation);
    assert_ne!(answer["error"]["code"], -32020, "{answer}");
    assert!(answer["error"].is_object() || answer["result"]["isError"] == true, "{answer}");
}

#[test]
fn a_message_that_is_too_large_for_the_service_is_an_error_that_says_so() {
    let registry = Registry::start();
    // Without the front, which would hang up on an answer that comes before the request's end.
    let mut command = mcp(&format!("http://{}", registry.service.address));
    command.env("SMART_CUSTOMER_TOKEN", registry.admin());
    let mut agent = Agent::start(command);
    let large = call(1, "customer_creation", json!({"first-name": "a".repeat(200_000)}));
    let answer = agent.ask(&large);
    let said = answer["error"]["message"].as_str().unwrap();
    assert!(said.contains("64 KiB") || said.contains("65536"), "{said}");
    assert!(agent.ask(&request(2, "ping"))["result"].is_object());
}
