//! Bodies that are no customer in JSON: each is refused as a problem, and the same connection goes
//! on to answer the next request.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use serde_json::Value;
use support::{CUSTOMERS, JOHN, TestApp, john_with};

const FIELDS: [&str; 4] = ["first-name", "last-name", "email", "vat-number"];

/// Posts `body` and asks for the health on one connection; the problem that `body` is.
async fn refused(app: &TestApp, body: &[u8]) -> Value {
    let token = &app.token;
    let length = body.len();
    let head = format!(
        "POST {CUSTOMERS} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    let next = b"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let answers = app.raw(&[head.as_bytes(), body, next].concat()).await;
    let (head, rest) = split(&answers, b"\r\n\r\n");
    let shown = String::from_utf8_lossy(body);
    let head = String::from_utf8(head.to_vec()).unwrap().to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 400 "), "{shown:.200}: {head}");
    assert!(head.contains("content-type: application/problem+json"), "{head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let (problem, next) = rest.split_at(length.parse().unwrap());
    assert!(next.starts_with(b"HTTP/1.1 200 "), "{shown:.200}: {next:?}");
    let problem: Value = serde_json::from_slice(problem).unwrap();
    assert_eq!(problem["status"], 400);
    problem
}

fn split<'b>(bytes: &'b [u8], mark: &[u8]) -> (&'b [u8], &'b [u8]) {
    let at = bytes.windows(mark.len()).position(|window| window == mark);
    let at = at.unwrap_or_else(|| panic!("no answer: {bytes:?}"));
    (&bytes[..at], &bytes[at + mark.len()..])
}

async fn refused_as_json(app: &TestApp, body: impl AsRef<[u8]>) {
    let problem = refused(app, body.as_ref()).await;
    assert_eq!(problem["type"], "/problems/invalid-json", "{problem}");
}

/// The code of the one fault in `body`.
async fn refused_for(app: &TestApp, body: impl AsRef<[u8]>) -> Value {
    let problem = refused(app, body.as_ref()).await;
    assert_eq!(problem["type"], "/problems/invalid-request", "{problem}");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "{problem}");
    problem["errors"][0]["code"].clone()
}

/// The published example with `json`, as it stands, for the value of `field`.
fn john_raw(field: &str, json: &str) -> String {
    let marked = john_with(field, "MARK");
    marked.replace("\"MARK\"", json)
}

/// The same with bytes in a string that is the value of `field`.
fn john_bytes(field: &str, bytes: &[u8]) -> Vec<u8> {
    let marked = john_with(field, "MARK");
    let (before, after) = split(marked.as_bytes(), b"MARK");
    [before, bytes, after].concat()
}

async fn assert_nothing_stored(app: &TestApp) {
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn the_example_cut_at_any_byte_is_invalid_json() {
    let app = TestApp::start().await;
    for length in 0..JOHN.len() {
        refused_as_json(&app, &JOHN[..length]).await;
    }
    assert_nothing_stored(&app).await;
    assert_eq!(app.post(CUSTOMERS, JOHN).await.status, 201);
}

#[tokio::test]
async fn a_body_that_is_no_object_is_invalid_json() {
    let app = TestApp::start().await;
    let array = format!("[{JOHN}]");
    for body in ["", " ", "\r\n\t", "null", "true", "7", "\"John\"", "[]", &array] {
        refused_as_json(&app, body).await;
    }
}

#[tokio::test]
async fn what_follows_or_precedes_the_object_is_invalid_json() {
    let app = TestApp::start().await;
    for after in ["x", "{}", ",", "]", "\0", "null", "\n7", "//", "\u{FEFF}"] {
        refused_as_json(&app, format!("{JOHN}{after}")).await;
    }
    for before in ["\u{FEFF}", "\0", "x", ")]}'\n", "// a customer\n"] {
        refused_as_json(&app, format!("{before}{JOHN}")).await;
    }
}

#[tokio::test]
async fn white_space_around_the_object_is_fine() {
    let app = TestApp::start().await;
    assert_eq!(app.post(CUSTOMERS, format!("\r\n\t {JOHN} \n")).await.status, 201);
}

#[tokio::test]
async fn what_other_notations_allow_is_invalid_json() {
    let app = TestApp::start().await;
    for body in [
        "{'first-name':'John'}",
        "{first-name:\"John\"}",
        "{\"first-name\":\"John\",}",
        "{\"first-name\"=\"John\"}",
        "{\"first-name\":undefined}",
        "{\"first-name\":NaN}",
        "{\"first-name\":Infinity}",
        "{\"first-name\":0x10}",
        "{\"first-name\":01}",
        "{\"first-name\":+1}",
        "{\"first-name\":1.}",
        "{\"first-name\":\"\\x41\"}",
        "{\"first-name\":\"\\u12\"}",
        "{\"first-name\":TRUE}",
        "{7:\"John\"}",
        "first-name=John&last-name=Smith",
        "<customer/>",
    ] {
        refused_as_json(&app, body).await;
    }
}

#[tokio::test]
async fn ten_thousand_nested_arrays_are_refused_wherever_they_stand() {
    let app = TestApp::start().await;
    let (open, close) = ("[".repeat(10_000), "]".repeat(10_000));
    let arrays = format!("{open}{close}");
    let objects = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    refused_as_json(&app, &arrays).await;
    refused_as_json(&app, &open).await;
    refused_as_json(&app, "[{\"a\":".repeat(8_000)).await;
    for deep in [arrays, objects] {
        for field in FIELDS {
            refused(&app, john_raw(field, &deep).as_bytes()).await;
        }
        refused(&app, john_raw("nested", &deep).as_bytes()).await;
    }
    refused_as_json(&app, john_raw("ai", &open)).await;
    assert_nothing_stored(&app).await;
}

#[tokio::test]
async fn a_value_of_another_type_is_not_a_string() {
    let app = TestApp::start().await;
    for field in FIELDS {
        for json in ["null", "true", "0", "-1", "1e3", "[]", "[[\"a\"]]", "{}", "{\"a\":{}}"] {
            assert_eq!(refused_for(&app, john_raw(field, json)).await, "not-a-string");
        }
    }
}

#[tokio::test]
async fn huge_numbers_are_refused() {
    let app = TestApp::start().await;
    let digits = "9".repeat(60_000);
    let fraction = format!("0.{digits}");
    for number in ["1e400", "-1e400", "1e-400", "1e99999999999999999999", &digits, &fraction] {
        for field in ["first-name", "vat-number", "unknown"] {
            refused(&app, john_raw(field, number).as_bytes()).await;
        }
    }
    assert_nothing_stored(&app).await;
}

#[tokio::test]
async fn lone_surrogates_are_refused() {
    let app = TestApp::start().await;
    for lone in ["\\ud800", "\\udfff", "\\ud83d", "\\udc00\\ud800", "\\ud800\\ud800", "a\\ud800b"] {
        for field in FIELDS {
            refused_as_json(&app, john_raw(field, &format!("\"{lone}\""))).await;
        }
        refused_as_json(&app, JOHN.replacen("first", lone, 1)).await;
        refused(&app, john_raw("unknown", &format!("\"{lone}\"")).as_bytes()).await;
    }
    assert_nothing_stored(&app).await;
}

#[tokio::test]
async fn a_surrogate_pair_is_one_character() {
    let app = TestApp::start().await;
    let answer = app.post(CUSTOMERS, john_raw("first-name", "\"\\ud842\\udfb7\"")).await;
    assert_eq!(answer.json()["first-name"], "𠮷");
}

#[tokio::test]
async fn control_characters_are_refused_raw_and_escaped() {
    let app = TestApp::start().await;
    for byte in (0..0x20).filter(|byte| !b"\t\n\x0b\x0c\r".contains(byte)) {
        for field in FIELDS {
            let escaped = john_raw(field, &format!("\"a\\u{byte:04x}b\""));
            refused_for(&app, escaped).await;
            refused_as_json(&app, john_bytes(field, &[b'a', byte, b'b'])).await;
        }
        refused_as_json(&app, john_bytes("id", &[byte])).await;
    }
    for space in *b"\t\n\x0b\x0c\r" {
        refused_as_json(&app, john_bytes("first-name", &[b'a', space, b'b'])).await;
    }
    assert_nothing_stored(&app).await;
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_are_invalid_json_wherever_they_stand() {
    let app = TestApp::start().await;
    let broken: [&[u8]; 8] = [
        b"\xff",
        b"\x80",
        b"J\xf6rg",
        b"\xc3",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf0\x9f\x98",
    ];
    for bytes in broken {
        for field in FIELDS.iter().chain(&["unknown", "id", "ai"]) {
            refused_as_json(&app, john_bytes(field, bytes)).await;
        }
        let name = [b"{\"".as_slice(), bytes, b"\":1}"].concat();
        refused_as_json(&app, name).await;
        refused_as_json(&app, [JOHN.as_bytes(), bytes].concat()).await;
    }
    let utf_16: Vec<u8> = JOHN.encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused_as_json(&app, utf_16).await;
    assert_nothing_stored(&app).await;
}

#[tokio::test]
async fn strings_of_60_kilobytes_are_refused() {
    let app = TestApp::start().await;
    for filler in ["x", "é", " x", "\u{301}", "\u{FDFA}", "@", "1", "<", "-"] {
        let long = filler.repeat(60_000 / filler.len());
        for field in FIELDS {
            refused_for(&app, john_with(field, long.clone())).await;
        }
        assert_eq!(refused_for(&app, john_with(&long, 1)).await, "unknown-field");
    }
    assert_nothing_stored(&app).await;
}

#[tokio::test]
async fn a_refusal_does_not_repeat_the_body() {
    let app = TestApp::start().await;
    for body in ["\"SECRET\"", "[\"SECRET\"]", "{\"first-name\": \"SECRET\" x", "SECRET"] {
        let problem = refused(&app, body.as_bytes()).await.to_string();
        assert!(!problem.contains("SECRET"), "{problem}");
    }
}
