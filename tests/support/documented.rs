//! Requests for every operation of the OpenAPI document, and what the document says of their answers.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use serde_json::Value;
use smart_customer::api::catalogue::{CATALOGUE, Operation};

use crate::app::wire;
use crate::openapi::{Document, object};
use crate::support::{CUSTOMERS, TestApp};
use crate::tokens::{give, grant};
use crate::wire::{Wire, WireAnswer};

/// A request for an operation, to be changed into one that goes wrong.
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub token: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    /// What Content-Length says, where that is not the truth.
    pub announced: Option<usize>,
}

impl Request {
    /// One that succeeds: a customer, or a token, of its own is there for it, and the body is an
    /// example of the document. It changes something wherever it can.
    pub async fn sound(app: &TestApp, document: &Document, row: &Operation) -> Request {
        let path = CUSTOMERS.split_once("/customer").unwrap().0;
        let mut path = row.path.replace("/api/{product}/{version}/company/{companyId}", path);
        if path.contains("{customerId}") {
            path = path.replace("{customerId}", &app.create_john(CUSTOMERS).await);
        }
        if path.contains("{tokenId}") {
            path = path.replace("{tokenId}", &give(app, grant()).await.id);
        }
        let content = &document.operation(row)["requestBody"]["content"];
        let (headers, body) = match content.as_object().into_iter().flatten().next() {
            Some((media, content)) => {
                let examples = object(&content["examples"]);
                // The last one is another customer than John Smith, or what changes him.
                let example = &examples.values().next_back().unwrap()["value"];
                (vec![("Content-Type", media.clone())], example.to_string())
            }
            None => (Vec::new(), String::new()),
        };
        let (method, token) = (row.method.as_str(), app.token.clone());
        Request { method, path, token, headers, body, announced: None }
    }

    pub fn header(&mut self, name: &'static str, value: impl Into<String>) {
        self.headers.push((name, value.into()));
    }

    pub async fn send(&self, app: &TestApp) -> WireAnswer {
        let length = self.announced.unwrap_or(self.body.len());
        let mut head = format!("{} {} HTTP/1.1\r\nHost: localhost\r\n", self.method, self.path);
        if !self.token.is_empty() {
            head += &format!("Authorization: Bearer {}\r\n", self.token);
        }
        if length > 0 {
            head += &format!("Content-Length: {length}\r\n");
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        let mut wire = wire(app).await;
        wire.send(format!("{head}\r\n{}", self.body)).await;
        // A feed has no end; a problem has.
        if self.path.contains("/event") {
            head_or_problem(&mut wire).await
        } else {
            wire.answer().await
        }
    }
}

/// The next answer, of which the body is read only where its length is known.
async fn head_or_problem(wire: &mut Wire) -> WireAnswer {
    let mut answer = wire.answer_head().await;
    if let Ok(length) = answer.header("content-length").parse() {
        answer.body = wire.bytes(length).await;
    }
    answer
}

/// The name of the kind of problem that was answered; empty where it is none.
pub fn kind(answer: &WireAnswer) -> String {
    if answer.header("content-type") != "application/problem+json" {
        return String::new();
    }
    let kind = answer.json()["type"].as_str().unwrap().to_owned();
    kind.strip_prefix("/problems/").unwrap().to_owned()
}

/// Asserts that an answer is as the document says: status, form and headers.
pub fn assert_documented(document: &Document, row: &Operation, answer: &WireAnswer) {
    let responses = document.responses(row);
    let found = responses.iter().find(|(status, _)| *status == answer.status);
    let (_, documented) = found.unwrap_or_else(|| panic!("{}: {answer:?}", row.purpose));
    let media = answer.header("content-type").split(';').next().unwrap();
    match documented["content"].as_object() {
        None => assert!(media.is_empty() && answer.body.is_empty(), "{answer:?}"),
        Some(forms) => {
            let form = forms.get(media).unwrap_or_else(|| panic!("{}: {answer:?}", row.purpose));
            if media.ends_with("json") && !media.contains("ndjson") {
                let faults = document.faults(&form["schema"], &answer.json());
                assert!(faults.is_empty(), "{}: {faults:?}", row.purpose);
            }
        }
    }
    for (name, header) in object(&documented["headers"]) {
        assert_header(document, document.resolved(header), name, answer);
    }
}

fn assert_header(document: &Document, header: &Value, name: &str, answer: &WireAnswer) {
    let value = answer.header(&name.to_ascii_lowercase());
    if value.is_empty() {
        assert_eq!(header["required"], false, "{name}: {answer:?}");
        return;
    }
    let is_number = header["schema"]["type"] == "integer";
    let value = if is_number { value.parse::<u64>().unwrap().into() } else { value.into() };
    let faults = document.faults(&header["schema"], &value);
    assert!(faults.is_empty(), "{name}: {faults:?}");
}

/// Asserts that an answer to `row` is of the kind `name` just where the document says that it can
/// be, and otherwise, too, one that the document knows.
pub fn assert_given_as_documented(
    document: &Document,
    row: &Operation,
    name: &str,
    answer: &WireAnswer,
) {
    let can_be = document.kinds(row).contains(name);
    assert_eq!(kind(answer) == name, can_be, "{name} of {}: {answer:?}", row.purpose);
    assert_documented(document, row, answer);
}

/// A request for each operation.
pub async fn sound_requests(
    app: &TestApp,
    document: &Document,
) -> Vec<(&'static Operation, Request)> {
    let mut requests = Vec::new();
    for row in &CATALOGUE {
        requests.push((row, Request::sound(app, document, row).await));
    }
    requests
}

/// Asserts of each request's answer what [`assert_given_as_documented`] does.
pub async fn assert_all(
    app: &TestApp,
    document: &Document,
    name: &str,
    requests: &[(&'static Operation, Request)],
) {
    for (row, request) in requests {
        assert_given_as_documented(document, row, name, &request.send(app).await);
    }
}
