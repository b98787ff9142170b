//! A person who is deleted leaves nothing behind: after the deletion and `compact` no file of the data
//! directory holds a byte of name, address or number, however they came in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "command/mod.rs"]
mod command;
mod process;

use std::path::Path;

use command::smart_customer;
use process::{Service, serve, token_in};

const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";

/// What is told of those who are deleted: strange enough to stand in compressed files as it is.
const TOLD: [&str; 11] = [
    "Xavqujo",
    "Zbrwykfe",
    "kjqxvw",
    "zgbfpt",
    "00159560366",
    "Vhjqyzi",
    "Wqyzhup",
    "Qzkjvaf",
    "jxkqzz",
    "Pfgyxqo",
    "Kqwhzvy",
];

/// Who stays.
const OTHER: &str = "still.here@elsewhere.example.com";

/// As [`OTHER`] is told, and like whom one is that is deleted.
fn json(first: &str, last: &str, email: &str, vat: &str) -> String {
    format!(
        r#"{{"first-name":"{first}","last-name":"{last}","email":"{email}","vat-number":"{vat}"}}"#
    )
}

fn start(dir: &Path) -> Service {
    let mut command = serve(dir);
    command.args(["--snapshot-after", "1"]);
    Service::start(command)
}

/// One request in that form; the body of its answer.
fn ask(service: &Service, dir: &Path, what: &str, lines: &str, body: &str) -> String {
    let (token, length) = (token_in(dir), body.len());
    let answer = service.exchange(format!(
        "{what} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\n{lines}Content-Length: {length}\r\n\r\n{body}"
    ));
    assert!(answer.starts_with("HTTP/1.1 2"), "{what}: {answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// Everybody who is to be deleted comes, in every way that there is; their ids.
fn come(service: &Service, dir: &Path) -> Vec<String> {
    const JSON: &str = "Content-Type: application/json\r\n";
    let ask = |what: &str, lines: &str, body: &str| ask(service, dir, what, lines, body);
    let post = format!("POST {CUSTOMERS}");
    let first = json("Xavqujo", "Zbrwykfe", "kjqxvw@zgbfpt.example", "IT00159560366");
    let answers = [
        ask(&post, &format!("{JSON}Idempotency-Key: once\r\n"), &first),
        // The same person again, as a probable duplicate.
        ask(&post, JSON, &first.replace("kjqxvw@", "kjq.xvw@")),
        ask(&post, JSON, &json("Mary", "Miller", "mary@elsewhere.example.com", "DE136695976")),
        ask(&post, "Content-Type: application/x-ndjson\r\n", &first.replace("Xavqujo", "Qzkjvaf")),
        ask(
            &post,
            "Content-Type: text/csv\r\n",
            "first-name,last-name,email,vat-number\nPfgyxqo,Kqwhzvy,jxkqzz@zgbfpt.example,IT00159560366\n",
        ),
    ];
    let ids = answers.iter().flat_map(|answer| answer.split("\"id\":\"").skip(1));
    let mut ids: Vec<String> = ids.map(|rest| rest[..26].to_owned()).collect();
    ids.dedup();
    // Mary becomes one of them, stays for a while, and is replaced by another.
    let mary = format!("{CUSTOMERS}/{}", ids[2]);
    let merge = "Content-Type: application/merge-patch+json\r\n";
    ask(&format!("PATCH {mary}"), merge, r#"{"last-name":"Vhjqyzi"}"#);
    ask(&format!("PUT {mary}"), JSON, &first.replace("Zbrwykfe", "Wqyzhup"));
    ids
}

/// The first file below `dir`, which nobody writes to, that holds `bytes`, in any case of letters.
fn holder(dir: &Path, bytes: &[u8]) -> Option<String> {
    std::fs::read_dir(dir).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holder(&path, bytes);
        }
        let read = std::fs::read(&path).unwrap();
        let is_there = read.windows(bytes.len()).any(|found| found.eq_ignore_ascii_case(bytes));
        is_there.then(|| path.display().to_string())
    })
}

#[test]
fn of_a_person_who_was_deleted_no_byte_is_left_anywhere() {
    for signal in ["TERM", "KILL"] {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let service = start(dir);
        let post = format!("POST {CUSTOMERS}");
        ask(
            &service,
            dir,
            &post,
            "Content-Type: application/json\r\n",
            &json("Ann", "Other", OTHER, "FR40303265045"),
        );
        let ids = come(&service, dir);
        assert_eq!(ids.len(), 5);
        service.end(signal);
        for told in TOLD {
            assert!(holder(dir, told.as_bytes()).is_some(), "{told} is looked for in vain");
        }
        let service = start(dir);
        for id in &ids {
            ask(&service, dir, &format!("DELETE {CUSTOMERS}/{id}"), "", "");
        }
        let list = ask(&service, dir, &format!("GET {CUSTOMERS}"), "", "");
        service.end(signal);
        smart_customer(&["compact", "--data-dir"]).arg(dir).assert().success();
        for told in TOLD {
            assert_eq!(holder(dir, told.as_bytes()), None, "{signal}: {told} is left");
        }
        assert!(holder(dir, OTHER.as_bytes()).is_some());
        let service = start(dir);
        assert_eq!(ask(&service, dir, &format!("GET {CUSTOMERS}"), "", ""), list);
        service.end("TERM");
        for told in TOLD {
            assert_eq!(holder(dir, told.as_bytes()), None, "{signal}: {told} is back");
        }
    }
}
