//! What the tests of bulk requests share: lines to send, whole requests, and conversations in
//! which one side waits for the other.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::support::{Answer, TestApp};

/// The media type of lines of JSON.
pub const NDJSON: &str = "application/x-ndjson";

/// The media type of a table.
pub const CSV: &str = "text/csv";

/// The header line of a table.
pub const HEADER: &str = "first-name,last-name,email,vat-number\n";

/// A good line about customer `number`, without its end.
pub fn line(number: usize) -> String {
    format!(
        r#"{{"first-name":"Ada","last-name":"Number {number}","email":"ada.{number}@example.com","vat-number":"IT12345678903"}}"#
    )
}

/// Good lines about these customers, each with its end.
pub fn lines(numbers: std::ops::Range<usize>) -> String {
    numbers.map(|number| line(number) + "\n").collect()
}

/// A good record about customer `number`, with its end.
pub fn record(number: usize) -> String {
    format!("Ada,Number {number},ada.{number}@example.com,IT12345678903\n")
}

/// Sends a whole bulk request.
pub async fn send(app: &TestApp, path: &str, media: &str, body: impl Into<Bytes>) -> Answer {
    let call = app.request(Method::POST, path).header("content-type", media);
    call.body(body).send().await
}

/// The lines of a good answer, which are numbered from 1.
pub fn answers(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), NDJSON);
    assert!(answer.body.is_empty() || answer.body.ends_with(b"\n"));
    let lines: Vec<Value> =
        answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (position, line) in lines.iter().enumerate() {
        assert_eq!(line["line"], position + 1);
    }
    lines
}

/// What `field` is in each line.
pub fn each<'l>(answers: &'l [Value], field: &str) -> Vec<&'l Value> {
    answers.iter().map(|line| &line[field]).collect()
}

/// The statuses of the lines.
pub fn statuses(answers: &[Value]) -> Vec<u64> {
    answers.iter().map(|line| line["status"].as_u64().unwrap()).collect()
}

/// The ids of the lines that have one.
pub fn stored(answers: &[Value]) -> Vec<&str> {
    answers.iter().filter_map(|line| line["id"].as_str()).collect()
}

/// Field and code of each fault in a line's problem.
pub fn faults(line: &Value) -> Vec<(&str, &str)> {
    let errors = line["problem"]["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| (error["field"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect()
}

/// Which HTTP is spoken.
#[derive(Debug, Clone, Copy)]
pub enum Http {
    /// HTTP/1.1
    One,
    /// HTTP/2
    Two,
}

/// A bulk request whose lines are sent and answered while it runs.
pub struct Conversation {
    sender: Option<UnboundedSender<Bytes>>,
    answer: Response<Incoming>,
    heard: Vec<u8>,
    connection: JoinHandle<()>,
}

type Body =
    std::pin::Pin<Box<dyn futures_util::Stream<Item = Result<Frame<Bytes>, hyper::Error>> + Send>>;

impl Conversation {
    /// Begins one with the first bytes of its body; returns once its status is there.
    pub async fn begin(
        (address, token): (SocketAddr, &str),
        http: Http,
        path: &str,
        headers: &[(&str, &str)],
        first: impl Into<Bytes>,
    ) -> Conversation {
        let (sender, receiver) = unbounded_channel();
        sender.send(first.into()).unwrap();
        let body: Body = Box::pin(stream::unfold(receiver, async |mut receiver| {
            let bytes: Bytes = receiver.recv().await?;
            Some((Ok(Frame::data(bytes)), receiver))
        }));
        let mut request = Request::post(path).header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (answer, connection) = ask(address, http, request, StreamBody::new(body)).await;
        Conversation { sender: Some(sender), answer, heard: Vec::new(), connection }
    }

    /// The head of the answer.
    pub fn answer(&self) -> &Response<Incoming> {
        &self.answer
    }

    /// Sends more of the body.
    pub fn say(&self, bytes: impl Into<Bytes>) {
        // Where the connection is gone there will be no answer either, which is what is tested.
        let _ = self.sender.as_ref().unwrap().send(bytes.into());
    }

    /// Ends the body.
    pub fn finish(&mut self) {
        self.sender = None;
    }

    /// The next line of the answer; `None` after the last one, in order or not.
    pub async fn hear(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.heard.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.heard.drain(..=end).collect();
                return Some(serde_json::from_slice(&line).unwrap());
            }
            let frame = timeout(Duration::from_secs(60), self.answer.frame());
            let frame = frame.await.unwrap_or_else(|_| panic!("no answer comes"));
            self.heard.extend(frame?.ok()?.into_data().ok()?);
        }
    }

    /// All lines that are still to come.
    pub async fn hear_all(&mut self) -> Vec<Value> {
        let mut lines = Vec::new();
        while let Some(line) = self.hear().await {
            lines.push(line);
        }
        lines
    }

    /// Breaks the connection off where it is.
    pub async fn break_off(self) {
        self.connection.abort();
        // It was aborted or had ended before.
        let _ = self.connection.await;
    }
}

async fn ask(
    address: SocketAddr,
    http: Http,
    request: hyper::http::request::Builder,
    body: StreamBody<Body>,
) -> (Response<Incoming>, JoinHandle<()>) {
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    match http {
        Http::One => {
            let (mut sender, connection) = http1::handshake(stream).await.unwrap();
            let connection = tokio::spawn(async { drop(connection.await) });
            let request = request.header("host", "localhost").body(body).unwrap();
            (sender.send_request(request).await.unwrap(), connection)
        }
        Http::Two => {
            let executor = TokioExecutor::new();
            let (mut sender, connection) = http2::handshake(executor, stream).await.unwrap();
            let connection = tokio::spawn(async { drop(connection.await) });
            let uri = format!("http://localhost{}", request.uri_ref().unwrap());
            let request = request.uri(uri).body(body).unwrap();
            (sender.send_request(request).await.unwrap(), connection)
        }
    }
}
