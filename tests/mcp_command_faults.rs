//! `mcp` when something is wrong: every request is answered, every fault is said, and it goes on.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod agent;
mod command;
mod process;

use agent::{Agent, Fake, SECRET, answer, as_json, mcp, request};
use process::{Service, serve, token_in};
use serde_json::{Value, json};

/// The code of an error between the command and the service.
const NO_ANSWER: i32 = -32000;

/// A problem (RFC 9457) as the service sends it.
fn problem(status: &str, headers: &str, title: &str, detail: &str) -> Vec<u8> {
    let code: u16 = status[..3].parse().unwrap();
    let body = json!({"type": "/problems/x", "title": title, "status": code, "detail": detail,
        "request-id": "01JD8Z"});
    let media = format!("application/problem+json\r\n{headers}X-Request-Id: 01JD8Z");
    answer(status, &media, &body.to_string())
}

/// Asks the service for something that fails; the error's sentence, which is also the one line on
/// standard error.
fn fault(url: &str) -> String {
    let mut agent = Agent::of(url);
    let error = agent.ask(&request(7, "tools/list"))["error"].clone();
    assert_eq!(error["code"], NO_ANSWER);
    let sentence = error["message"].as_str().unwrap().to_owned();
    let ended = agent.leave();
    assert_eq!((ended.code, &*ended.stdout), (Some(0), ""));
    assert_eq!(ended.stderr, format!("smart-customer: {sentence}\n"));
    assert!(!sentence.contains(SECRET), "{sentence}");
    sentence
}

#[test]
fn a_service_that_is_not_there_is_an_error_that_says_what_to_do() {
    let said = fault("http://127.0.0.1:1");
    for part in ["no service answers at http://127.0.0.1:1", "smart-customer serve", "--url"] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn what_the_service_refuses_is_an_error_that_says_what_to_do() {
    for (bytes, expected) in [
        (
            problem("401 Unauthorized", "", "Authentication required", "the token is unknown"),
            "Authentication required: the token is unknown; check --token, SMART_CUSTOMER_TOKEN",
        ),
        (
            problem("403 Forbidden", "", "Not allowed", "the host is not known"),
            "Not allowed: the host is not known; if it does not know the host in --url",
        ),
        (
            problem("404 Not Found", "", "Not found", "nothing is at this path"),
            "Not found: nothing is at this path; check --url",
        ),
        (
            problem(
                "429 Too Many Requests",
                "Retry-After: 2\r\n",
                "Too many requests",
                "5 a second",
            ),
            "Too many requests: 5 a second; try again in 2 s",
        ),
        (
            problem("503 Service Unavailable", "Retry-After: 9\r\n", "Overloaded", "later"),
            "Overloaded: later; request id 01JD8Z; try again in 9 s",
        ),
        (problem("500 Internal Server Error", "", "Internal error", "x"), "request id 01JD8Z"),
    ] {
        let said = fault(&Fake::with_bytes(bytes).url);
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn what_another_program_answers_is_an_error_that_says_so() {
    let other_id = json!({"jsonrpc": "2.0", "id": 8, "result": {}});
    let no_rpc = json!({"id": 7, "result": {}});
    let events = |data: &str| answer("200 OK", "text/event-stream", &format!("data: {data}\n\n"));
    for (bytes, expected) in [
        (answer("200 OK", "text/html", "<html>"), "is no smart-customer: check --url"),
        (answer("502 Bad Gateway", "text/html", "<html>"), "answers 502 Bad Gateway"),
        (answer("403 Forbidden", "text/plain", "no"), "answers 403 Forbidden; if it does not know"),
        (as_json("200 OK", &other_id), "is no smart-customer"),
        (as_json("200 OK", &no_rpc), "is no smart-customer"),
        (answer("200 OK", "application/json", ""), "is no smart-customer"),
        (agent::accepted(), "is no smart-customer"),
        (events("<html>"), "is no smart-customer"),
        (events(&other_id.to_string()), "is no smart-customer"),
        (events(""), "ended before the answer"),
        (b"SSH-2.0-server\r\n".to_vec(), "broke off"),
        (Vec::new(), "broke off"),
    ] {
        let said = fault(&Fake::with_bytes(bytes).url);
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn an_answer_that_breaks_off_is_an_error() {
    let whole = as_json("200 OK", &json!({"jsonrpc": "2.0", "id": 7, "result": {"a": "b"}}));
    let said = fault(&Fake::with_bytes(&whole[..whole.len() - 5]).url);
    assert!(said.contains("broke off") && said.contains("try again"), "{said}");
    let event = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                  Transfer-Encoding: chunked\r\n\r\n8\r\ndata: {\"\r\n";
    let said = fault(&Fake::with_bytes(*event).url);
    assert!(said.contains("broke off"), "{said}");
}

#[test]
fn an_error_of_the_service_s_own_comes_through_whatever_its_status() {
    for (status, id) in [("400 Bad Request", json!(7)), ("404 Not Found", Value::Null)] {
        let error = json!({"code": -32020, "message": "m", "data": {"a": 1}});
        let body = json!({"jsonrpc": "2.0", "id": id, "error": error});
        let mut agent = Agent::of(&Fake::with_bytes(as_json(status, &body)).url);
        assert_eq!(agent.ask(&request(7, "tools/list"))["error"], error);
        assert_eq!(agent.leave().stderr, "");
    }
}

#[test]
fn the_fault_of_a_message_that_nobody_waits_for_is_said_on_standard_error_only() {
    let error = json!({"jsonrpc": "2.0", "id": null, "error": {"code": -32600, "message": "m"}});
    for (bytes, expected) in [
        (problem("401 Unauthorized", "", "Authentication required", "x"), "--token"),
        (as_json("400 Bad Request", &error), "answers: m"),
        (answer("200 OK", "text/html", "<html>"), "is no smart-customer"),
    ] {
        let service = Fake::with_bytes(bytes);
        let mut agent = Agent::of(&service.url);
        agent.say(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        let ended = agent.leave();
        assert_eq!((ended.code, &*ended.stdout), (Some(0), ""));
        assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
        assert!(ended.stderr.contains(expected), "{ended:?}");
    }
}

#[test]
fn a_line_that_is_no_message_is_an_error_and_the_next_is_served() {
    let service = Fake::with_result(json!({}));
    let mut agent = Agent::of(&service.url);
    let too_long = "a".repeat(1024 * 1024 + 1);
    for (line, id, code, expected) in [
        ("{\"jsonrpc\"", Value::Null, -32700, "no JSON (EOF"),
        ("[{}]", Value::Null, -32600, "each on its own"),
        (&too_long, Value::Null, -32600, "1048576 bytes"),
        ("{\"jsonrpc\":\"2.0\",\"id\":3}", json!(3), -32600, "neither a method"),
    ] {
        agent.say(line);
        let answer = agent.hear();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&id, &json!(code)), "{answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains(expected), "{answer}");
        assert!(agent.ask(&request(1, "ping"))["result"].is_object());
    }
    assert_eq!(agent.leave().stderr.lines().count(), 4);
}

#[test]
fn bytes_that_are_no_text_are_an_error_like_any_other() {
    let mut command = command::smart_customer(&["mcp", "--token", SECRET]);
    let assert = command.write_stdin(&b"\"\xff\"\n\0\n"[..]).assert().success();
    let said = command::stdout(assert);
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(said.lines().all(|line| line.contains("-32700")), "{said}");
}

#[test]
fn a_token_that_is_there_later_is_found_with_the_next_message() {
    let dir = tempfile::tempdir().unwrap();
    let service = Fake::with_result(json!({}));
    let mut command = mcp(&service.url);
    command.env_remove("SMART_CUSTOMER_TOKEN").arg("--data-dir").arg(dir.path());
    let mut agent = Agent::start(command);
    let said = agent.ask(&request(1, "ping"))["error"]["message"].to_string();
    assert!(said.contains("admin-token") && said.contains("SMART_CUSTOMER_TOKEN"), "{said}");
    std::fs::write(dir.path().join("admin-token"), "sc_of-the-directory\n").unwrap();
    assert!(agent.ask(&request(2, "ping"))["result"].is_object());
    assert_eq!(service.request().header("authorization"), Some("Bearer sc_of-the-directory"));
}

#[test]
fn a_token_that_the_real_service_does_not_know_is_an_error_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let service = Service::start(serve(dir.path()));
    assert_ne!(token_in(dir.path()), SECRET);
    let said = fault(&format!("http://{}", service.address));
    assert!(said.contains("Authentication required") && said.contains("--token"), "{said}");
}
