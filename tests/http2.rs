//! HTTP/2 with prior knowledge: the same service, over streams of one connection.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod support;
mod wire;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http2::{self, SendRequest};
use hyper::header::HeaderMap;
use hyper::{Method, Request, StatusCode, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use support::{CUSTOMERS, JOHN, TestApp, customers_of};
use tokio::task::JoinSet;
use wire::frame::{DATA, END_HEADERS, END_STREAM, HEADERS, Method as HpackMethod, frame, head};
use wire::{NEVER, SOON, Wire, within};

/// One HTTP/2 connection with the admin token; clones share it.
#[derive(Clone)]
struct Client {
    sender: SendRequest<Full<Bytes>>,
    token: String,
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Client {
    async fn connect(app: &TestApp) -> Client {
        let io = TokioIo::new(app.connect().await);
        let (sender, connection) =
            within(http2::handshake(TokioExecutor::new(), io)).await.unwrap();
        tokio::spawn(connection);
        Client { sender, token: app.token.clone() }
    }

    async fn send(&self, method: Method, path: &str, body: impl Into<Bytes>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://localhost{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Full::new(body.into()))
            .unwrap();
        let mut sender = self.sender.clone();
        within(sender.ready()).await.unwrap();
        let response = within(sender.send_request(request)).await.unwrap();
        assert_eq!(response.version(), Version::HTTP_2);
        let (parts, body) = response.into_parts();
        let body = within(body.collect()).await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn problem(&self, status: u16, name: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.json()["type"], format!("/problems/{name}"));
        assert_eq!(self.json()["request-id"], self.headers["x-request-id"].to_str().unwrap());
    }
}

#[tokio::test]
async fn a_customer_is_created_read_listed_and_deleted() {
    let app = TestApp::start().await;
    let client = Client::connect(&app).await;
    let created = client.send(Method::POST, CUSTOMERS, JOHN).await;
    assert_eq!(created.status, 201);
    assert_eq!(
        created.headers["x-ai-metadata"],
        "purpose=customer_creation, entity=Customer, intent=create"
    );
    let path = created.headers["location"].to_str().unwrap();
    let read = client.send(Method::GET, path, "").await;
    assert_eq!((read.status, &read.body), (StatusCode::OK, &created.body));
    assert_eq!(read.headers["etag"], created.headers["etag"]);
    let list = client.send(Method::GET, CUSTOMERS, "").await;
    assert_eq!(list.json(), Value::Array(vec![created.json()]));
    let deleted = client.send(Method::DELETE, path, "").await;
    assert_eq!((deleted.status, deleted.body.len()), (StatusCode::NO_CONTENT, 0));
    client.send(Method::GET, path, "").await.problem(404, "customer-not-found");
}

#[tokio::test]
async fn head_answers_without_a_body() {
    let app = TestApp::start().await;
    let client = Client::connect(&app).await;
    client.send(Method::POST, CUSTOMERS, JOHN).await;
    let head = client.send(Method::HEAD, CUSTOMERS, "").await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn what_holds_for_requests_over_http1_holds_here() {
    let app = TestApp::start().await;
    let mut client = Client::connect(&app).await;
    client.send(Method::GET, "/nothing", "").await.problem(404, "path-not-found");
    client.send(Method::POST, CUSTOMERS, "{").await.problem(400, "invalid-json");
    let path = format!("/{}", "a".repeat(8192));
    client.send(Method::GET, &path, "").await.problem(414, "uri-too-long");
    client.token = "a".repeat(16 * 1024);
    client.send(Method::GET, CUSTOMERS, "").await.problem(431, "headers-too-large");
    client.token = "wrong".to_owned();
    client.send(Method::GET, CUSTOMERS, "").await.problem(401, "unauthorized");
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_and_the_connection_goes_on() {
    let app = TestApp::start().await;
    let client = Client::connect(&app).await;
    for length in [64 * 1024 + 1, 1024 * 1024] {
        let body = " ".repeat(length);
        client.send(Method::POST, CUSTOMERS, body).await.problem(413, "content-too-large");
    }
    assert_eq!(client.send(Method::POST, CUSTOMERS, JOHN).await.status, 201);
}

#[tokio::test]
async fn streams_of_one_connection_are_served_at_once_each_with_its_own_answer() {
    let app = TestApp::start().await;
    let client = Client::connect(&app).await;
    assert_each_stream_is_answered(&app, &client, 100).await;
}

#[tokio::test]
async fn streams_beyond_the_limit_wait_and_are_all_answered() {
    let app = TestApp::start_with(|parts| parts.limits.streams = 3).await;
    let client = Client::connect(&app).await;
    assert_each_stream_is_answered(&app, &client, 100).await;
}

async fn assert_each_stream_is_answered(app: &TestApp, client: &Client, count: usize) {
    // With the first answer the client has the service's limits, too.
    assert_eq!(client.send(Method::GET, "/healthz", "").await.status, 200);
    let mut creations = JoinSet::new();
    for number in 0..count {
        let client = client.clone();
        creations.spawn(async move {
            let body = JOHN.replace("john.smith@", &format!("number{number}@"));
            let created = client.send(Method::POST, CUSTOMERS, body).await;
            assert_eq!(created.status, 201);
            assert_eq!(created.json()["email"], format!("number{number}@example.com"));
            client.send(Method::GET, &customers_of(&format!("firm-{number}")), "").await
        });
    }
    for answer in within(creations.join_all()).await {
        answer.problem(404, "customers-not-found");
    }
    let list = app.get(CUSTOMERS).await;
    assert_eq!(list.json().as_array().unwrap().len(), count);
}

#[tokio::test]
async fn a_stream_that_is_opened_beyond_the_limit_harms_no_other() {
    let app = TestApp::start_with(|parts| parts.limits.streams = 1).await;
    let mut wire = Wire::new(app.connect().await);
    wire.open_http2().await;
    let bearer = format!("Bearer {}", app.token);
    let post = head(HpackMethod::Post, CUSTOMERS, &[("authorization", &bearer)]);
    wire.send(frame(HEADERS, END_HEADERS, 1, &post)).await;
    let get = head(HpackMethod::Get, "/healthz", &[]);
    wire.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, &get)).await;
    let reset = wire.next_frame(3).await;
    assert_eq!(reset.payload, 7_u32.to_be_bytes(), "RST_STREAM with REFUSED_STREAM");
    wire.send(frame(DATA, END_STREAM, 1, JOHN.as_bytes())).await;
    let created = wire.next_frame(DATA).await.payload;
    assert_eq!(serde_json::from_slice::<Value>(&created).unwrap()["first-name"], "John");
}

#[tokio::test]
async fn a_body_that_stays_unfinished_is_408_and_other_streams_go_on() {
    let app = TestApp::start_with(|parts| parts.limits.body = SOON).await;
    let mut wire = Wire::new(app.connect().await);
    wire.open_http2().await;
    let bearer = format!("Bearer {}", app.token);
    let post = head(HpackMethod::Post, CUSTOMERS, &[("authorization", &bearer)]);
    wire.send(frame(HEADERS, END_HEADERS, 1, &post)).await;
    let problem: Value = serde_json::from_slice(&wire.next_frame(DATA).await.payload).unwrap();
    assert_eq!(problem["type"], "/problems/request-timeout");
    let get = head(HpackMethod::Get, "/healthz", &[]);
    wire.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, &get)).await;
    assert_eq!(wire.next_frame(DATA).await.payload, b"ok\n");
}

#[tokio::test]
async fn a_length_that_the_body_does_not_keep_stores_nothing() {
    let app = TestApp::start().await;
    let bearer = format!("Bearer {}", app.token);
    for length in ["5", "500", "-1", "a"] {
        let mut wire = Wire::new(app.connect().await);
        wire.open_http2().await;
        let headers = [("authorization", bearer.as_str()), ("content-length", length)];
        let post = head(HpackMethod::Post, CUSTOMERS, &headers);
        wire.send(frame(HEADERS, END_HEADERS, 1, &post)).await;
        wire.send(frame(DATA, END_STREAM, 1, JOHN.as_bytes())).await;
        let get = head(HpackMethod::Get, "/healthz", &[]);
        wire.send(frame(HEADERS, END_HEADERS | END_STREAM, 3, &get)).await;
        wire.finish_sending().await;
        assert!(!wire.rest().await.contains("john"));
    }
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn a_peer_that_sends_only_the_preface_does_not_keep_the_service_from_stopping() {
    let app = TestApp::start_with(|parts| {
        let limits = &mut parts.limits;
        (limits.first_bytes, limits.head, limits.drain) = (NEVER, NEVER, SOON);
    })
    .await;
    let mut only_preface = Wire::new(app.connect().await);
    only_preface.send(wire::frame::PREFACE).await;
    // The service's settings say that it took this for HTTP/2.
    only_preface.next_frame(wire::frame::SETTINGS).await;
    let mut settled = Wire::new(app.connect().await);
    settled.open_http2().await;
    within(app.stop()).await;
    only_preface.rest().await;
    settled.rest().await;
}
