//! How messages come to the door for agents: which hosts and origins, how large, how often, and
//! that nothing of them stays behind.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/agent.rs"]
mod agent;
mod support;
#[path = "support/tokens.rs"]
mod tokens;

use std::time::Duration;

use agent::{ACCEPT, Agent, WITH_HANDSHAKE, acme, message};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper::{Method, Request};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use smart_customer::http::Limits;
use support::{Answer, CUSTOMERS, JOHN, TestApp};
use tokens::{give, grant_with};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn list() -> String {
    message("tools/list", &json!({}))
}

/// The answer to a message with these headers.
async fn sent(app: &TestApp, headers: &[(&'static str, &str)]) -> Answer {
    let mut call = Agent::new(app).begin();
    for (name, value) in headers {
        call = call.header(name, value);
    }
    call.json(list()).send().await
}

#[tokio::test]
async fn only_messages_to_known_hosts_are_answered() {
    let hosts = vec!["Registry.example".to_owned(), "10.1.2.3:8443".to_owned()];
    let app = TestApp::start_with(|parts| parts.mcp_hosts = hosts).await;
    let port = app.running().address.port();
    for host in [
        "localhost",
        "LOCALHOST:99",
        "127.0.0.1",
        &format!("127.0.0.1:{port}"),
        "[::1]:80",
        "registry.example",
        "registry.example:8080",
        "10.1.2.3:8443",
    ] {
        assert_eq!(sent(&app, &[("host", host)]).await.status, 200, "{host}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "evil.example:80",
        "registry.example.evil.example",
        "10.1.2.3",
        "10.1.2.3:80",
        "127.0.0.2",
        "[::2]",
    ] {
        let problem = sent(&app, &[("host", host)]).await.problem(403, "forbidden");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("Host") && detail.contains("--mcp-host"), "{detail}");
        assert!(!detail.contains(host), "{detail}");
    }
    sent(&app, &[("host", "a b")]).await.problem(400, "invalid-header");
    let foreign = app.request(Method::GET, CUSTOMERS).header("host", "evil.example").send().await;
    foreign.problem(404, "customers-not-found");
}

#[tokio::test]
async fn over_http2_the_authority_is_the_host() {
    let app = TestApp::start().await;
    for (host, status) in [("localhost", 200), ("evil.example", 403)] {
        let io = TokioIo::new(app.connect().await);
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
        let connection = tokio::spawn(connection);
        let request = Request::post(format!("http://{host}/mcp"))
            .header("accept", ACCEPT)
            .header("authorization", format!("Bearer {}", app.token))
            .header("content-type", "application/json");
        let request = request.body(Full::new(Bytes::from(list()))).unwrap();
        assert_eq!(sender.send_request(request).await.unwrap().status(), status, "{host}");
        connection.abort();
    }
}

#[tokio::test]
async fn only_pages_of_known_hosts_may_send_messages() {
    let hosts = vec!["registry.example:8080".to_owned()];
    let app = TestApp::start_with(|parts| parts.mcp_hosts = hosts).await;
    for origin in [
        "http://localhost:3000",
        "https://localhost",
        "https://localhost:8443",
        "http://127.0.0.1:1",
        "http://[::1]:5173",
        "https://registry.example",
        "http://registry.example:8080",
    ] {
        assert_eq!(sent(&app, &[("origin", origin)]).await.status, 200, "{origin}");
    }
    for origin in [
        "null",
        "",
        "https://evil.example",
        "https://localhost.evil.example",
        "ftp://localhost",
        "localhost",
        "file://",
    ] {
        let problem = sent(&app, &[("origin", origin)]).await.problem(403, "forbidden");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("Origin") && detail.contains("--mcp-host"), "{detail}");
    }
}

#[tokio::test]
async fn only_post_is_a_method_of_the_door() {
    let app = TestApp::start().await;
    for method in ["GET", "HEAD", "DELETE", "PUT", "PATCH", "OPTIONS"] {
        let call = app.request(method.parse().unwrap(), "/mcp").header("accept", ACCEPT);
        let answer = call.send().await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"), "{method}");
    }
    app.post("/mcp/", list()).await.problem(404, "path-not-found");
}

#[tokio::test]
async fn who_has_no_good_token_is_told_so_before_anything_is_read() {
    let app = TestApp::start().await;
    for token in ["", "sc_unknown"] {
        let agent = Agent::with(&app, token, WITH_HANDSHAKE);
        agent.ask("tools/list", json!({})).await.problem(401, "unauthorized");
        agent
            .begin()
            .header("host", "evil.example")
            .json("{")
            .send()
            .await
            .problem(401, "unauthorized");
    }
}

#[tokio::test]
async fn a_message_has_the_limit_of_every_body() {
    let app = TestApp::start().await;
    let limit = Limits::default().body_bytes;
    assert_eq!(limit, 64 * 1024);
    for (size, status) in [(limit, 200), (limit + 1, 413)] {
        let mut body = list();
        body.push_str(&" ".repeat(size - body.len()));
        let answer = Agent::new(&app).begin().json(body).send().await;
        assert_eq!(answer.status, status);
        if status == 413 {
            answer.problem(413, "content-too-large");
        }
    }
}

#[tokio::test]
async fn what_a_client_must_accept_and_what_it_may_send_is_said_as_a_problem() {
    let app = TestApp::start().await;
    for accept in ["application/json", "text/event-stream", "text/html", "*/*"] {
        let problem = app.request(Method::POST, "/mcp").header("accept", accept).json(list());
        let problem = problem.send().await.problem(406, "not-acceptable");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("application/json and text/event-stream"), "{detail}");
    }
    for (name, value) in [
        ("content-type", "text/plain"),
        ("content-type", "application/json; charset=latin1"),
        ("content-encoding", "gzip"),
    ] {
        let answer = Agent::new(&app).begin().header(name, value).body(list()).send().await;
        answer.problem(415, "unsupported-media-type");
    }
    let untyped = Agent::new(&app).begin().body(list()).send().await;
    assert_eq!(untyped.status, 200);
    let version = [("mcp-protocol-version", "1999-01-01")];
    sent(&app, &version).await.problem(400, "invalid-header");
}

#[tokio::test]
async fn an_answer_is_kept_by_nobody_and_has_the_headers_of_every_answer() {
    let app = TestApp::start().await;
    let answer = sent(&app, &[]).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("x-request-id").len(), 26);
}

#[tokio::test]
async fn a_message_counts_once_against_the_rate_limit() {
    let app = TestApp::start().await;
    let token = give(&app, grant_with("requests-per-second", 1000)).await;
    let agent = Agent::with(&app, &token.secret, WITH_HANDSHAKE);
    let params = json!({"name": "customer_change_feed", "arguments": acme(json!({}))});
    let answer = agent.ask("tools/call", params).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("ratelimit"), "\"default\";r=999;t=1");
    let token = give(&app, grant_with("requests-per-second", 1)).await;
    let agent = Agent::with(&app, &token.secret, WITH_HANDSHAKE);
    let mut refused = 0;
    // A second may pass meanwhile, but not one for each of them.
    for _ in 0..20 {
        let answer = agent.ask("tools/list", json!({})).await;
        if answer.status == 429 {
            answer.problem(429, "too-many-requests");
            assert_eq!(answer.header("retry-after"), "1");
            refused += 1;
        }
    }
    assert!(refused > 0);
}

#[tokio::test]
async fn many_messages_leave_no_task_behind() {
    let app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    let agent = Agent::new(&app);
    let metrics = tokio::runtime::Handle::current().metrics();
    let idle = metrics.num_alive_tasks();
    let wrong = json!({"name": "customer_listing", "arguments": {}});
    for number in 0..300 {
        match number % 5 {
            0 => drop(agent.result("tools/list", json!({})).await),
            1 => drop(agent.call("customer_listing", acme(json!({}))).await),
            2 => drop(agent.result("tools/call", wrong.clone()).await),
            3 => drop(agent.error("tools/call", json!({"name": "none"})).await),
            _ => drop(agent.error("nonsense", json!({})).await),
        }
    }
    let left = async {
        while metrics.num_alive_tasks() > idle {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), left).await.unwrap();
}

#[tokio::test]
async fn a_client_that_stays_connected_does_not_hold_up_the_end() {
    let drain = Duration::from_secs(3600);
    let app = TestApp::start_with(|parts| parts.limits.drain = drain).await;
    let mut stream = app.connect().await;
    let body = list();
    let (token, length) = (&app.token, body.len());
    let request = format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nAccept: {ACCEPT}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
    let mut rest = Vec::new();
    let stopped = tokio::time::timeout(drain / 60, app.stop());
    let (stopped, read) = tokio::join!(stopped, stream.read_to_end(&mut rest));
    stopped.unwrap();
    read.unwrap();
}

#[tokio::test]
async fn tools_work_over_a_store_that_is_opened_again() {
    let mut app = TestApp::start().await;
    let arguments = acme(serde_json::from_str(JOHN).unwrap());
    let created = Agent::new(&app).call("customer_creation", arguments).await;
    app.restart().await;
    let detail = acme(json!({"customerId": created["id"]}));
    assert_eq!(Agent::new(&app).call("customer_detail", detail).await, created);
}
