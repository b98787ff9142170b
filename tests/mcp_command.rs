//! `mcp`: what goes through it between an agent and a service, both ways, whole and in time.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod agent;
mod command;
mod process;

use std::io::{BufRead, BufReader, Read, Write};
use std::sync::{Arc, Barrier, Mutex};

use agent::{Agent, Fake, SECRET, accepted, answer, as_json, mcp, request};
use command::{failure, smart_customer, stdout};
use serde_json::{Value, json};

const VERSION: &str = "mcp-protocol-version";

fn notification(method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params})
}

#[test]
fn a_message_reaches_the_service_as_it_was_written_with_the_token_and_both_media_types() {
    let service = Fake::with_result(json!({}));
    let line = r#"{ "method":"ping", "x":1.50,"id":"a-1","jsonrpc":"2.0" }"#;
    let mut agent = Agent::of(&format!("{}/behind/a/proxy", service.url));
    agent.say(line);
    assert_eq!(agent.hear(), json!({"jsonrpc": "2.0", "id": "a-1", "result": {}}));
    let came = service.request();
    assert_eq!(came.body, line);
    assert!(came.head.starts_with("POST /behind/a/proxy/mcp HTTP/1.1\r\n"), "{}", came.head);
    assert_eq!(came.header("authorization"), Some(&*format!("Bearer {SECRET}")));
    assert_eq!(came.header("content-type"), Some("application/json"));
    assert_eq!(came.header("accept"), Some("application/json, text/event-stream"));
    assert!(service.url.ends_with(came.header("host").unwrap()));
    let ended = agent.leave();
    assert_eq!((ended.code, &*ended.stdout, &*ended.stderr), (Some(0), "", ""));
}

#[test]
fn an_answer_in_many_lines_comes_as_one() {
    let pretty = "{\r\n  \"jsonrpc\": \"2.0\",\n  \"id\": 1,\n  \"result\": {\"a\": \"\\n\"}\n}\n";
    let service = Fake::with_bytes(answer("200 OK", "application/json; charset=utf-8", pretty));
    let mut agent = Agent::of(&service.url);
    assert_eq!(agent.ask(&request(1, "ping"))["result"], json!({"a": "\n"}));
    assert_eq!(agent.leave().stdout, "");
}

#[test]
fn a_large_answer_comes_whole() {
    let text = "Ökonomin ".repeat(1_000_000);
    let service = Fake::with_result(json!(text));
    assert_eq!(Agent::of(&service.url).ask(&request(1, "tools/list"))["result"], text);
}

#[test]
fn each_message_of_an_event_stream_is_a_line() {
    let progress = r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{}}"#;
    let stream = format!(
        ": here\n\nid: 0\ndata:\n\nevent: message\ndata: {progress}\n\n\
         data: {{\"jsonrpc\":\"2.0\",\"id\":1,\r\ndata: \"result\":{{}}}}\n\ndata: left\n\n"
    );
    let service = Fake::with_bytes(answer("200 OK", "text/event-stream", &stream));
    let mut agent = Agent::of(&service.url);
    agent.say(request(1, "tools/call"));
    assert_eq!(agent.hear()["method"], "notifications/progress");
    assert_eq!(agent.hear(), json!({"jsonrpc": "2.0", "id": 1, "result": {}}));
    let ended = agent.leave();
    assert_eq!((&*ended.stdout, &*ended.stderr), ("", ""));
}

#[test]
fn what_a_stream_says_comes_before_the_stream_has_ended() {
    let (heard, may_end) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let of_service = heard.clone();
    let at_end = may_end.clone();
    let service = Fake::start(move |_, mut stream| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        let event = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n";
        stream.write_all(format!("{head}{event}").as_bytes()).unwrap();
        of_service.wait();
        at_end.wait();
        b"data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n".to_vec()
    });
    let mut agent = Agent::of(&service.url);
    agent.say(request(1, "tools/call"));
    assert_eq!(agent.hear()["method"], "notifications/message");
    heard.wait();
    may_end.wait();
    assert_eq!(agent.hear()["id"], 1);
}

#[test]
fn what_is_no_request_reaches_the_service_and_gets_no_line() {
    let service = Fake::with_bytes(accepted());
    let mut agent = Agent::of(&service.url);
    let initialized = notification("notifications/initialized", json!({}));
    let response = json!({"jsonrpc": "2.0", "id": 5, "result": {}});
    for message in [&initialized, &response] {
        agent.say(message);
        assert_eq!(&service.request().json(), message);
    }
    agent.say("");
    let ended = agent.leave();
    assert_eq!((ended.code, &*ended.stdout, &*ended.stderr), (Some(0), "", ""));
}

#[test]
fn the_version_that_initialize_agrees_on_goes_with_all_that_comes_after_it() {
    let service = Fake::with_result(json!({"protocolVersion": "2025-06-18"}));
    let mut agent = Agent::of(&service.url);
    // All at once, as a pipe would: the answer is not there yet when the next line is.
    let initialize = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-11-25"}});
    let initialized = notification("notifications/initialized", json!({}));
    agent.say(format!("{initialize}\n{initialized}\n{}", request(2, "tools/list")));
    let came = [service.request(), service.request(), service.request()];
    let version_of = |method: &str| {
        let one = came.iter().find(|request| request.json()["method"] == method).unwrap();
        one.header(VERSION).map(str::to_owned)
    };
    assert_eq!(version_of("initialize"), None);
    assert_eq!(version_of("notifications/initialized").as_deref(), Some("2025-06-18"));
    assert_eq!(version_of("tools/list").as_deref(), Some("2025-06-18"));
    assert!(came.iter().all(|request| request.header("mcp-method").is_none()));
}

#[test]
fn a_request_with_its_own_version_says_in_headers_what_it_is_about() {
    let service = Fake::with_result(json!({}));
    let mut agent = Agent::of(&service.url);
    let meta = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28"});
    for (name, expected) in [("customer_listing", "customer_listing"), ("a\nb", "=?base64?YQpi?=")]
    {
        let params = json!({"name": name, "arguments": {}, "_meta": meta});
        agent.ask(&json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}));
        let came = service.request();
        assert_eq!(came.header(VERSION), Some("2026-07-28"));
        assert_eq!(came.header("mcp-method"), Some("tools/call"));
        assert_eq!(came.header("mcp-name"), Some(expected));
    }
    agent.ask(&request(2, "tools/list"));
    assert_eq!(service.request().header(VERSION), None);
}

#[test]
fn a_slow_request_does_not_hold_up_the_next() {
    let second_is_heard = Arc::new(Barrier::new(2));
    let may_answer = second_is_heard.clone();
    let service = Fake::start(move |request, _| {
        let id = request.json()["id"].clone();
        if id == 1 {
            may_answer.wait();
        }
        as_json("200 OK", &json!({"jsonrpc": "2.0", "id": id, "result": {}}))
    });
    let mut agent = Agent::of(&service.url);
    agent.say(request(1, "tools/call"));
    assert_eq!(agent.ask(&request(2, "ping"))["id"], 2);
    second_is_heard.wait();
    assert_eq!(agent.hear()["id"], 1);
}

#[test]
fn sixteen_requests_are_on_their_way_at_once_and_never_more() {
    const AT_ONCE: usize = 16;
    let together = Arc::new(Barrier::new(AT_ONCE));
    let (now, most) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
    let most_of_all = most.clone();
    let service = Fake::start(move |request, _| {
        {
            let mut now = now.lock().unwrap();
            *now += 1;
            let mut most = most.lock().unwrap();
            *most = (*now).max(*most);
        }
        together.wait();
        *now.lock().unwrap() -= 1;
        as_json("200 OK", &json!({"jsonrpc": "2.0", "id": request.json()["id"], "result": {}}))
    });
    let mut agent = Agent::of(&service.url);
    let count = 5 * AT_ONCE as u64;
    (0..count).for_each(|id| agent.say(request(id, "ping")));
    let mut answered: Vec<u64> = (0..count).map(|_| agent.hear()["id"].as_u64().unwrap()).collect();
    answered.sort_unstable();
    assert!(answered.into_iter().eq(0..count));
    assert_eq!(*most_of_all.lock().unwrap(), AT_ONCE);
}

#[test]
fn a_request_that_is_taken_back_is_dropped_at_the_service_and_never_answered() {
    let (gone, is_gone) = std::sync::mpsc::channel();
    let service = Fake::start(move |request, mut stream| match request.json()["method"].as_str() {
        Some("tools/call") => {
            // Nothing more comes: the end, or a reset.
            let rest = stream.read(&mut [0]);
            gone.send(rest.unwrap_or_default()).unwrap();
            Vec::new()
        }
        Some("ping") => as_json("200 OK", &json!({"jsonrpc": "2.0", "id": 2, "result": {}})),
        _ => accepted(),
    });
    let mut agent = Agent::of(&service.url);
    agent.say(request(1, "tools/call"));
    assert_eq!(service.request().json()["id"], 1);
    agent.say(notification("notifications/cancelled", json!({"requestId": 1})));
    assert_eq!(is_gone.recv().unwrap(), 0);
    assert_eq!(agent.ask(&request(2, "ping"))["id"], 2);
    let ended = agent.leave();
    assert_eq!((ended.code, &*ended.stdout, &*ended.stderr), (Some(0), "", ""));
}

#[test]
fn when_the_input_ends_what_is_on_its_way_is_still_answered() {
    let input_has_ended = Arc::new(Barrier::new(2));
    let may_answer = input_has_ended.clone();
    let service = Fake::start(move |request, _| {
        may_answer.wait();
        as_json("200 OK", &json!({"jsonrpc": "2.0", "id": request.json()["id"], "result": {}}))
    });
    let mut agent = Agent::of(&service.url);
    agent.say(request(1, "ping"));
    service.request();
    let process = agent.close();
    input_has_ended.wait();
    let ended = process.wait();
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""));
    assert_eq!(serde_json::from_str::<Value>(&ended.stdout).unwrap()["id"], 1);
}

#[test]
fn a_last_line_without_an_end_is_a_message_too() {
    let service = Fake::with_result(json!({}));
    let mut command = smart_customer(&["mcp", "--token", SECRET, "--url", &service.url]);
    let said = stdout(command.write_stdin(request(7, "ping").to_string()).assert().success());
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap()["id"], 7);
}

#[test]
fn an_agent_that_is_gone_is_no_failure() {
    let service = Fake::with_result(json!("a".repeat(1_000_000)));
    let mut child = mcp(&service.url).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", request(1, "ping")).unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    assert!(!reader.fill_buf().unwrap().is_empty());
    drop(reader);
    // Standard input stays open: it is the closed output that ends the command.
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), &*said), (Some(0), ""));
    drop(stdin);
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_it_whatever_is_on_its_way() {
    for name in ["INT", "TERM"] {
        let never = Arc::new(Barrier::new(2));
        let service = Fake::start(move |_, _| {
            never.wait();
            Vec::new()
        });
        let mut agent = Agent::of(&service.url);
        agent.say(request(1, "ping"));
        service.request();
        agent.signal(name);
        let ended = agent.wait();
        assert!(ended.failure(1).contains("interrupted"), "{ended:?}");
        assert_eq!(ended.stdout, "");
    }
}

#[test]
fn a_wrong_setting_is_said_at_once() {
    for (flags, expected) in
        [(["--url", "wss://a"], "https://"), (["--url", "localhost:1"], "http://127.0.0.1:8080")]
    {
        let mut command = smart_customer(&["mcp", "--token", SECRET]);
        assert!(failure(command.args(flags), 2).contains(expected), "{flags:?}");
    }
}

#[test]
fn help_holds_a_configuration_that_an_agent_can_take() {
    let help = stdout(smart_customer(&["mcp", "--help"]).assert().success());
    let (begin, end) = (help.find('{').unwrap(), help.rfind('}').unwrap());
    let settings: Value = serde_json::from_str(&help[begin..=end]).unwrap();
    let customers = &settings["mcpServers"]["customers"];
    assert_eq!(customers["command"], "smart-customer");
    assert_eq!(customers["args"], json!(["mcp", "--url", "http://127.0.0.1:8080"]));
    assert!(customers["env"]["SMART_CUSTOMER_TOKEN"].as_str().unwrap().starts_with("sc_"));
    assert!(help.contains("no more than the agent needs"), "{help}");
}
