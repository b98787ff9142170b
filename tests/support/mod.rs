//! What the tests share: the service as `serve` makes it, on a free port over a directory of its
//! own, and a small client.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde_json::Value;
use smart_customer::cli::serve::{Parts, Running};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The path of the customers of `company` in product `tse`, version `v1`.
pub fn customers_of(company: &str) -> String {
    format!("/api/tse/v1/company/{company}/customer")
}

/// The path of acme's customers.
pub const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";

/// The published example.
pub const JOHN: &str = r#"{"first-name":"John","last-name":"Smith","email":"john.smith@example.com","vat-number":"IT12345678901"}"#;

/// Most bytes that an answer may have.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// A running service.
pub struct TestApp {
    running: Option<Running>,
    dir: TempDir,
    /// The admin token.
    pub token: String,
}

impl TestApp {
    /// A service over an empty directory.
    pub async fn start() -> TestApp {
        TestApp::start_with(|_| {}).await
    }

    /// A service over an empty directory, with changed parts.
    pub async fn start_with(change: impl FnOnce(&mut Parts)) -> TestApp {
        TestApp::start_in(tempfile::tempdir().unwrap(), change).await
    }

    /// A service over `dir`, with changed parts.
    pub async fn start_in(dir: TempDir, change: impl FnOnce(&mut Parts)) -> TestApp {
        let running = run(dir.path(), change).await;
        let token = read_token(dir.path());
        TestApp { running: Some(running), dir, token }
    }

    /// Stops the service in order and starts it again over the same directory.
    pub async fn restart(&mut self) {
        self.restart_with(|_| {}).await;
    }

    /// The same, with changed parts from now on.
    pub async fn restart_with(&mut self, change: impl FnOnce(&mut Parts)) {
        self.running.take().unwrap().stop().await.unwrap();
        self.running = Some(run(self.dir.path(), change).await);
    }

    /// Stops the service in order.
    pub async fn stop(mut self) -> TempDir {
        self.running.take().unwrap().stop().await.unwrap();
        self.dir
    }

    /// The running service.
    pub fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    /// Its data directory.
    pub fn data_dir(&self) -> &Path {
        self.dir.path()
    }

    /// A connection of its own, for what no proper client sends.
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.running().address).await.unwrap()
    }

    /// Sends bytes as they are; everything that comes back until the service closes the connection.
    pub async fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        let mut answers = Vec::new();
        stream.read_to_end(&mut answers).await.unwrap();
        answers
    }

    /// Begins a request with the admin token.
    pub fn request(&self, method: Method, path: &str) -> Call<'_> {
        let bearer = format!("Bearer {}", self.token);
        self.anonymous(method, path).header("authorization", &bearer)
    }

    /// Begins a request without a token.
    pub fn anonymous(&self, method: Method, path: &str) -> Call<'_> {
        Call {
            app: self,
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// `GET path`
    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path).send().await
    }

    /// `HEAD path`
    pub async fn head(&self, path: &str) -> Answer {
        self.request(Method::HEAD, path).send().await
    }

    /// `DELETE path`
    pub async fn delete(&self, path: &str) -> Answer {
        self.request(Method::DELETE, path).send().await
    }

    /// `POST path` with a JSON body.
    pub async fn post(&self, path: &str, body: impl Into<Bytes>) -> Answer {
        self.request(Method::POST, path).json(body).send().await
    }

    /// Creates John Smith in `path`; his id.
    pub async fn create_john(&self, path: &str) -> String {
        let answer = self.post(path, JOHN).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }
}

/// A clock that goes only when it is told to.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// A clock that shows the time that `text` says.
    pub fn at(text: &str) -> TestClock {
        let time: Timestamp = text.parse().unwrap();
        TestClock(Arc::new(AtomicI64::new(time.as_millisecond())))
    }

    /// Goes on, or back.
    pub fn advance(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// Makes the service go by this clock.
    pub fn install(&self, parts: &mut Parts) {
        let clock = self.0.clone();
        parts.clock =
            Box::new(move || Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap());
    }
}

async fn run(dir: &Path, change: impl FnOnce(&mut Parts)) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut parts = Parts::new(dir);
    change(&mut parts);
    Running::start(parts, listener).await.unwrap()
}

fn read_token(dir: &Path) -> String {
    let kept = std::fs::read_to_string(dir.join("admin-token")).unwrap_or_default();
    kept.trim().to_owned()
}

/// A request in the making.
pub struct Call<'a> {
    app: &'a TestApp,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Call<'_> {
    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.append(
            HeaderName::from_static(name),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
        self
    }

    /// Sets the body, without saying what it is.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets a JSON body.
    pub fn json(self, body: impl Into<Bytes>) -> Self {
        self.header("content-type", "application/json").body(body)
    }

    /// Sends it over a new HTTP/1.1 connection.
    pub async fn send(self) -> Answer {
        let stream = self.app.connect().await;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let mut request = Request::builder().method(self.method).uri(self.path);
        let headers = request.headers_mut().unwrap();
        headers.insert("host", HeaderValue::from_static("localhost"));
        headers.extend(self.headers);
        let response =
            sender.send_request(request.body(Full::new(self.body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        // An answer without an end is a failed test, not a stuck one.
        let body = Limited::new(body, MAX_ANSWER).collect().await.unwrap().to_bytes();
        connection.abort();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// A header's text; empty where it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    /// Asserts that this is a problem of the kind `name` with `status`; its JSON.
    pub fn problem(&self, status: u16, name: &str) -> Value {
        assert_eq!(self.status, status, "{:?}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], format!("/problems/{name}"));
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request-id"], self.header("x-request-id"));
        problem
    }

    /// The same, and its `errors` as pairs of field and code.
    pub fn faults(&self, status: u16, name: &str) -> Vec<(String, String)> {
        let problem = self.problem(status, name);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let errors = problem["errors"].as_array().unwrap();
        errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect()
    }
}

/// A body with the published example's fields, of which `field` has another value.
pub fn john_with(field: &str, value: impl Into<Value>) -> String {
    let mut john: Value = serde_json::from_str(JOHN).unwrap();
    john[field] = value.into();
    john.to_string()
}

/// The ids of a list's customers, in the order of the list.
pub fn ids(list: &Value) -> Vec<String> {
    let customers = list.as_array().unwrap();
    customers.iter().map(|customer| customer["id"].as_str().unwrap().to_owned()).collect()
}
