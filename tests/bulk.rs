//! Many customers in one request as lines of JSON: each line stands for itself and is answered.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/bulk.rs"]
mod bulk;
mod support;

use bulk::{NDJSON, answers, each, faults, line, lines, send, statuses, stored};
use hyper::Method;
use serde_json::Value;
use support::{CUSTOMERS, JOHN, TestApp, ids};

/// The longest line that is read.
const LONGEST: usize = 64 * 1024;

async fn listed(app: &TestApp) -> Vec<String> {
    let list = app.get(CUSTOMERS).await;
    if list.status == 404 { Vec::new() } else { ids(&list.json()) }
}

/// A good line of `length` bytes.
fn long_line(length: usize) -> String {
    let line = line(0);
    " ".repeat(length - line.len()) + &line
}

#[tokio::test]
async fn each_line_gets_one_answer_and_the_customers_are_listed_in_the_order_of_the_lines() {
    let app = TestApp::start().await;
    let answer = send(&app, CUSTOMERS, NDJSON, lines(0..700)).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let metadata = "purpose=customer_creation, entity=Customer, intent=create";
    assert_eq!(answer.header("x-ai-metadata"), metadata);
    let answers = answers(&answer);
    assert_eq!(statuses(&answers), [201; 700]);
    assert!(answers.iter().all(|line| line.as_object().unwrap().len() == 3));
    assert_eq!(stored(&answers), listed(&app).await);
    let list = app.get(CUSTOMERS).await.json();
    for (number, customer) in list.as_array().unwrap().iter().enumerate() {
        assert_eq!(customer["last-name"], format!("Number {number}"));
    }
    let report = app.running().service().registry().store().check().unwrap();
    assert_eq!((report.faults, report.customers, report.events), (0, 700, 700));
}

#[tokio::test]
async fn good_lines_are_stored_whatever_is_wrong_with_bad_ones() {
    let app = TestApp::start().await;
    let bad = [
        (r#"{"first-name":"Ada","email":"x","vat":1}"#, 400, "invalid-request"),
        ("", 400, "invalid-json"),
        ("   \t", 400, "invalid-json"),
        ("[]", 400, "invalid-json"),
        ("{", 400, "invalid-json"),
        ("null", 400, "invalid-json"),
        (&(line(1) + &line(2)), 400, "invalid-json"),
        (&long_line(LONGEST + 1), 413, "content-too-large"),
        (&"x".repeat(3 * LONGEST), 413, "content-too-large"),
        (r#"{"deleted-at":null}"#, 400, "invalid-request"),
    ];
    let body: String = bad
        .iter()
        .enumerate()
        .map(|(number, (bad, ..))| format!("{bad}\n{}\n", line(number)))
        .collect();
    let answer = send(&app, CUSTOMERS, NDJSON, body).await;
    let answers = answers(&answer);
    assert_eq!(answers.len(), 2 * bad.len());
    for (pair, (text, status, name)) in answers.chunks(2).zip(bad) {
        let (refused, problem) = (&pair[0], &pair[0]["problem"]);
        assert_eq!(refused["status"], status, "{text}");
        assert_eq!(problem["status"], status, "{text}");
        assert_eq!(problem["type"], format!("/problems/{name}"));
        assert_eq!(problem["request-id"], answer.header("x-request-id"));
        assert_eq!(refused["id"], Value::Null);
        assert_eq!(pair[1]["status"], 201, "{text}");
    }
    let found = [
        ("last-name", "missing"),
        ("email", "invalid-email"),
        ("vat-number", "missing"),
        ("vat", "unknown-field"),
    ];
    assert_eq!(faults(&answers[0]), found);
    assert_eq!(stored(&answers), listed(&app).await);
}

#[tokio::test]
async fn a_line_may_have_64_kib_and_not_a_byte_more() {
    let app = TestApp::start().await;
    let body = [LONGEST - 1, LONGEST, LONGEST + 1, LONGEST].map(long_line).join("\n");
    let answers = answers(&send(&app, CUSTOMERS, NDJSON, body).await);
    assert_eq!(statuses(&answers), [201, 201, 413, 201]);
    assert_eq!(listed(&app).await.len(), 3);
}

#[tokio::test]
async fn lines_may_end_with_crlf_and_the_last_one_with_nothing() {
    let app = TestApp::start().await;
    let body = [line(1), line(2), line(3)].join("\r\n");
    assert_eq!(statuses(&answers(&send(&app, CUSTOMERS, NDJSON, body).await)), [201; 3]);
    let body = format!("{}\r\n\r\n{}\n\n", line(1), line(2));
    let answers = answers(&send(&app, CUSTOMERS, NDJSON, body).await);
    assert_eq!(statuses(&answers), [201, 400, 201, 400], "a blank line is answered, too");
    assert_eq!(listed(&app).await.len(), 5);
}

#[tokio::test]
async fn a_line_that_is_not_utf_8_is_refused_and_its_neighbours_are_stored() {
    let app = TestApp::start().await;
    let mut body = lines(0..1).into_bytes();
    for bad in [&b"\xFF"[..], b"\xC3", b"\xED\xA0\x80", b"\xF0\x9F\x98"] {
        let line = line(1).into_bytes();
        let (head, tail) = line.split_at(17);
        body.extend([head, bad, tail, b"\n"].concat());
    }
    body.extend(lines(2..3).into_bytes());
    let answers = answers(&send(&app, CUSTOMERS, NDJSON, body).await);
    assert_eq!(statuses(&answers), [201, 400, 400, 400, 400, 201]);
    let detail = answers[1]["problem"]["detail"].as_str().unwrap();
    assert!(detail.contains("byte 17 is not UTF-8"), "{detail}");
}

#[tokio::test]
async fn a_body_without_a_line_has_an_answer_without_a_line() {
    let app = TestApp::start().await;
    assert!(answers(&send(&app, CUSTOMERS, NDJSON, "").await).is_empty());
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn validate_only_answers_what_would_be_stored_and_stores_nothing() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}?validate-only=true");
    let body = format!("{JOHN}\n{{}}\n{}\n", line(7));
    let answers = answers(&send(&app, &path, NDJSON, body).await);
    assert_eq!(statuses(&answers), [200, 400, 200]);
    assert_eq!(answers[0]["customer"]["ai"]["advisories"][0]["code"], "vat-checksum");
    assert_eq!(answers[2]["customer"]["last-name"], "Number 7");
    for field in ["id", "created-at", "updated-at"] {
        assert_eq!(answers[0]["customer"].get(field), None);
    }
    let one = app.post(&path, JOHN).await.json();
    assert_eq!(answers[0]["customer"], one);
    assert_eq!(each(&answers, "id"), [&Value::Null; 3]);
    assert_eq!(listed(&app).await, [""; 0]);
    let report = app.running().service().registry().store().check().unwrap();
    assert_eq!((report.customers, report.events, report.faults), (0, 0, 0));
}

#[tokio::test]
async fn a_read_only_field_in_a_line_is_ignored() {
    let app = TestApp::start().await;
    let kept = app.post(CUSTOMERS, JOHN).await;
    let answers = answers(&send(&app, CUSTOMERS, NDJSON, kept.text().to_owned()).await);
    assert_eq!(statuses(&answers), [201]);
    assert_ne!(answers[0]["id"], kept.json()["id"]);
    assert_eq!(listed(&app).await.len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_the_whole_request_is_its_status() {
    let app = TestApp::start().await;
    let call = |path: &str| app.request(Method::POST, path).body(lines(0..3));
    for media in ["text/plain", "application/xml", "application/x-ndjson; charset=utf-16"] {
        let answer = call(CUSTOMERS).header("content-type", media).send().await;
        answer.problem(415, "unsupported-media-type");
    }
    let many = |path: &str| call(path).header("content-type", NDJSON);
    let zipped = many(CUSTOMERS).header("content-encoding", "gzip").send().await;
    zipped.problem(415, "unsupported-media-type");
    for accept in ["application/json", "text/csv", "application/x-ndjson;q=0"] {
        let answer = many(CUSTOMERS).header("accept", accept).send().await;
        answer.problem(406, "not-acceptable");
    }
    for query in ["validate-only=yes", "history=1", "limit=2", "validate-only=true&history=x"] {
        let answer = many(&format!("{CUSTOMERS}?{query}")).send().await;
        answer.problem(400, "invalid-query-parameter");
    }
    let anonymous = app.anonymous(Method::POST, CUSTOMERS).header("content-type", NDJSON);
    anonymous.body(lines(0..3)).send().await.problem(401, "unauthorized");
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn any_accept_that_takes_lines_of_json_is_fine() {
    let app = TestApp::start().await;
    for accept in ["*/*", "application/*", "application/x-ndjson", "text/csv, */*;q=0.1"] {
        let call = app.request(Method::POST, CUSTOMERS).header("content-type", NDJSON);
        let answer = call.header("accept", accept).body(lines(0..2)).send().await;
        assert_eq!(statuses(&answers(&answer)), [201, 201], "{accept}");
    }
}

#[tokio::test]
async fn lines_at_once_from_many_clients_are_all_stored() {
    let app = TestApp::start().await;
    let client = async |_| statuses(&answers(&send(&app, CUSTOMERS, NDJSON, lines(0..600)).await));
    for statuses in futures_util::future::join_all((0..4).map(client)).await {
        assert_eq!(statuses, [201; 600]);
    }
    assert_eq!(listed(&app).await.len(), 2400);
}
