//! Log lines of the real binary: one for each request, and nothing of anybody in any of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod process;
mod wire;

use std::collections::BTreeMap;

use process::{Ended, Service, serve, token_in};
use serde_json::Value;
use smart_customer::http::Limits;
use tempfile::TempDir;
use tokio::net::TcpStream;
use wire::Wire;
use wire::frame::{DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, Method, frame, head};

/// Every text that a test sends about a person holds one of these, or the token.
const PERSONAL: [&str; 4] = ["zebedia", "quagmire", "12345678903", "IT 123"];

const CUSTOMERS: &str = "/api/tse/v1/company/zebedia-inc/customer";
const PERSON: &str = r#"{"first-name":"Zebedia","last-name":"Quagmire","email":"zebedia@quagmire.example","vat-number":"IT12345678903"}"#;

/// The requests over HTTP/1.1, by their ids: the operation and the status that is logged.
type Sent = BTreeMap<String, (&'static str, u16)>;

/// A service that logs in that way, its token, and its directory.
fn start(format: &str, level: &str) -> (Service, String, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let mut command = serve(dir.path());
    command.args(["--log-format", format, "--log-level", level]);
    let service = Service::start(command);
    (service, token_in(dir.path()), dir)
}

fn send_every_kind(service: &Service, token: &str) -> Sent {
    const CREATE: &str = "customer_creation";
    let mut sent = Sent::new();
    let mut send =
        |what: &str, token: &str, lines: &str, body: &str, logged: (&'static str, u16)| {
            let id = format!("request-{}", sent.len());
            let lines = format!("X-Request-Id: {id}\r\n{lines}");
            let said = service.request(what, token, &lines, body);
            assert!(said.starts_with(&format!("HTTP/1.1 {} ", logged.1)), "{what} {body}: {said}");
            sent.insert(id, logged);
            said
        };
    let post = format!("POST {CUSTOMERS}");
    let created = send(&post, token, "", PERSON, (CREATE, 201));
    let id = created.split("\"id\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let one = format!("{CUSTOMERS}/{id}");

    let bodies = [
        PERSON.replace("first-name", "zebedia-name"),
        PERSON.replace("quagmire.example", "quagmire"),
        PERSON.replace("IT12345678903", "IT 123"),
        PERSON.replacen('{', r#"{"first-name":"Zebedia","#, 1),
        PERSON.replace("Quagmire", &"Quagmire".repeat(20)),
        PERSON.replace('}', ""),
        "Zebedia Quagmire".to_owned(),
        r#"["Zebedia"]"#.to_owned(),
        r#"{"first-name":{"zebedia":1}}"#.to_owned(),
    ];
    for body in bodies {
        send(&post, token, "", &body, (CREATE, 400));
    }
    send(&post, token, "", &"Zebedia ".repeat(8200), (CREATE, 413));
    send(&format!("{post}?validate-only=true"), token, "", PERSON, (CREATE, 200));
    send(&format!("{post}?zebedia=quagmire"), token, "", PERSON, (CREATE, 400));
    send(&format!("{post}?validate-only=zebedia"), token, "", PERSON, (CREATE, 400));
    let key = "Idempotency-Key: zebedia-quagmire\r\n";
    send(&post, token, key, PERSON, (CREATE, 201));
    send(&post, token, key, PERSON, (CREATE, 201));
    send(&post, token, key, &PERSON.replace("Quagmire", "Q"), (CREATE, 422));
    send(&post, token, &key.repeat(2), PERSON, (CREATE, 400));
    send(&post, token, "Content-Encoding: zebedia\r\n", PERSON, (CREATE, 415));

    let list = format!("GET {CUSTOMERS}");
    send(&list, token, "", "", ("customer_listing", 200));
    send(&format!("{list}?nonsense=zebedia"), token, "", "", ("customer_listing", 400));
    send(&format!("{list}?q=zebedia"), token, "", "", ("customer_listing", 200));
    send(&list, token, "Accept: text/zebedia\r\n", "", ("customer_listing", 406));
    send(
        &format!("GET {one}"),
        token,
        "If-None-Match: \"zebedia\"\r\n",
        "",
        ("customer_detail", 200),
    );
    send(&format!("HEAD {one}"), token, "", "", ("customer_detail", 200));
    send(&format!("GET {CUSTOMERS}/zebedia%20quagmire"), token, "", "", ("customer_detail", 404));
    send(&list, "zebedia-quagmire-token", "", "", ("customer_listing", 401));
    send(&list, token, "Authorization: Basic zebedia\r\n", "", ("customer_listing", 401));
    let other = CUSTOMERS.replace("tse", "zebedia%40");
    send(&format!("GET {other}"), token, "", "", ("customer_listing", 400));
    send(&format!("DELETE {one}"), token, "", "", ("customer_deletion", 204));
    send(&format!("DELETE {one}"), token, "", "", ("customer_deletion", 404));

    let accept = "Accept: application/json, text/event-stream\r\n";
    let arguments = PERSON.replacen('{', r#"{"product":"tse","version":"v1","companyId":"a","#, 1);
    for (params, operation) in [
        (format!(r#"{{"name":"customer_creation","arguments":{arguments}}}"#), CREATE),
        (
            r#"{"name":"customer_detail","arguments":{"zebedia":"quagmire"}}"#.to_owned(),
            "customer_detail",
        ),
        (r#"{"name":"zebedia","arguments":{}}"#.to_owned(), "none"),
    ] {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":"zebedia","method":"tools/call","params":{params}}}"#
        );
        send("POST /mcp", token, accept, &body, (operation, 200));
    }
    send("POST /mcp", token, accept, r#"{"zebedia":1,"zebedia":2}"#, ("none", 400));
    let foreign = format!("{accept}Origin: http://zebedia.quagmire.example\r\n");
    send("POST /mcp", token, &foreign, "{}", ("none", 403));

    let headers = "Cookie: zebedia=quagmire\r\nReferer: http://a/?nonsense=zebedia\r\nUser-Agent: Zebedia\r\n\
                   From: zebedia@quagmire.example\r\nZebedia: IT12345678903\r\n";
    send("GET /healthz?zebedia", token, headers, "", ("none", 200));
    send("GET /readyz", token, headers, "", ("none", 200));
    send("GET /zebedia/quagmire", token, "", "", ("none", 404));
    send("GET /problems/zebedia", token, "", "", ("none", 404));
    send(&format!("ZEBEDIA {CUSTOMERS}"), token, "", "", ("none", 405));
    send("GET /healthz", token, "Host: zebedia.quagmire.example\r\n", "", ("none", 400));
    send(&format!("GET /{}", "zebedia".repeat(1500)), token, "", "", ("none", 414));
    let many = "Zebedia: Quagmire\r\n".repeat(Limits::default().headers);
    send("GET /healthz", token, &many, "", ("none", 431));
    let both = "Transfer-Encoding: chunked\r\nZebedia: a\r\n";
    send(&post, token, both, "0\r\n\r\n", (CREATE, 400));
    sent
}

/// What is refused before it is a request, or is one under another id than it asks for.
async fn send_what_is_none(service: &Service, token: &str) {
    for bytes in [
        format!("GET /zebedia quagmire HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n"),
        format!("GET /zebedia HTTP/1.1\r\nZebe dia: quagmire\r\nAuthorization: {token}\r\n\r\n"),
        format!("GET /zebedia HTTP/1.1\r\nZebedia: {}\r\n\r\n", "quagmire".repeat(20_000)),
        "POST /zebedia HTTP/1.1\r\nContent-Length: zebedia\r\n\r\n".to_owned(),
        "Zebedia Quagmire\r\n\r\n".to_owned(),
    ] {
        let said = service.exchange(bytes);
        assert!(!said.starts_with("HTTP/1.1 200 "), "{said}");
    }
    let bearer = format!("Bearer {token}");
    for (path, name, value) in [
        ("/zebedia quagmire", "a", "b"),
        ("/zebedia\u{7f}", "a", "b"),
        ("zebedia", "a", "b"),
        ("/healthz", "Zebedia", "b"),
        ("/healthz", "zebe dia", "b"),
        ("/healthz", "zebedia", "quag\nmire zebedia"),
        ("/healthz", "content-length", "zebedia"),
        ("/healthz", "connection", "zebedia"),
        ("/healthz", ":zebedia", "quagmire"),
        ("/healthz", ":authority", "zebedia quagmire"),
    ] {
        let mut wire = Wire::new(TcpStream::connect(&service.address).await.unwrap());
        wire.open_http2().await;
        let block = head(Method::Get, path, &[("authorization", &bearer), (name, value)]);
        wire.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, &block)).await;
        let goaway = [&[0; 8][..], b"zebedia quagmire"].concat();
        // The service may have closed the connection for what it got.
        let _ = wire.try_send(frame(GOAWAY, 0, 0, &goaway)).await;
        wire.rest().await;
    }
    let mut wire = Wire::new(TcpStream::connect(&service.address).await.unwrap());
    wire.open_http2().await;
    let block = head(Method::Post, CUSTOMERS, &[("authorization", &bearer)]);
    wire.send(frame(HEADERS, END_HEADERS, 1, &block)).await;
    wire.send(frame(DATA, END_STREAM, 1, PERSON.as_bytes())).await;
    wire.next_frame(DATA).await;
}

fn assert_nothing_personal(ended: &Ended, token: &str) {
    for line in ended.stderr.lines() {
        let lower = line.to_lowercase();
        for text in PERSONAL.into_iter().chain([token, &token[3..]]) {
            assert!(!lower.contains(&text.to_lowercase()), "{text}: {line}");
        }
    }
}

#[tokio::test]
async fn json_lines_have_one_for_each_request_and_nothing_personal() {
    for level in ["info", "debug"] {
        let (service, token, _dir) = start("json", level);
        let mut sent = send_every_kind(&service, &token);
        send_what_is_none(&service, &token).await;
        let ended = service.end("TERM");
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert_nothing_personal(&ended, &token);
        for line in ended.stderr.lines() {
            let line: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
            assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
            if line["message"] != "request" {
                continue;
            }
            assert!(line["micros"].is_u64(), "{line}");
            let id = line["id"].as_str().unwrap();
            match sent.remove(id) {
                Some((operation, status)) => {
                    assert_eq!(
                        (&line["operation"], &line["status"]),
                        (&operation.into(), &status.into())
                    );
                }
                // Those that HTTP/2 lets through have ids of the service's own.
                None => assert_eq!(id.len(), 26, "logged twice, or never sent: {line}"),
            }
        }
        assert!(sent.is_empty(), "not logged: {sent:?}");
    }
}

#[tokio::test]
async fn text_lines_have_one_for_each_request_no_colours_in_a_pipe_and_nothing_personal() {
    for level in ["info", "debug"] {
        let (service, token, _dir) = start("text", level);
        let sent = send_every_kind(&service, &token);
        send_what_is_none(&service, &token).await;
        let ended = service.end("TERM");
        assert_nothing_personal(&ended, &token);
        assert!(!ended.stderr.contains('\u{1b}'), "{}", ended.stderr);
        for (id, (operation, status)) in sent {
            let id = format!(" request id=\"{id}\" ");
            let lines: Vec<&str> = ended.stderr.lines().filter(|l| l.contains(&id)).collect();
            let [line] = lines[..] else { panic!("{id}: {lines:?}") };
            let rest = format!("operation=\"{operation}\" status={status} micros=");
            assert!(line.contains(" INFO ") && line.contains(&rest), "{line}");
        }
    }
}

#[test]
fn a_level_leaves_out_what_is_less_important() {
    for level in ["off", "error", "warn"] {
        let (service, token, _dir) = start("json", level);
        send_every_kind(&service, &token);
        assert_eq!(service.end("TERM").stderr, "", "{level}");
    }
}
