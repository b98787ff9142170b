//! `export`: all customers in each form, and never half a file that looks whole.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod command;
mod process;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use command::{ACME, Place, Scripted, failure, head, line, smart_customer, stdout};
use process::token_in;

/// A service where acme has customers 0 to 2.
fn with_customers() -> Place {
    let place = Place::new();
    let token = token_in(place.data_dir());
    for number in 0..3 {
        let path = "POST /api/tse/v1/company/acme/customer";
        let created = place.service.request(path, &token, "", &line(number));
        assert!(created.starts_with("HTTP/1.1 201 "), "{created}");
    }
    place
}

#[test]
fn json_is_one_array_of_all_customers_oldest_first() {
    let place = with_customers();
    let expected = ["john.0@example.com", "john.1@example.com", "john.2@example.com"];
    assert_eq!(place.emails(), expected);
}

#[test]
fn ndjson_is_what_comes_unless_told_otherwise_one_object_a_line() {
    let place = with_customers();
    let exported = stdout(place.for_acme(&["export"]).assert().success().stderr(""));
    assert_eq!(exported.lines().count(), 3, "{exported}");
    for (number, customer) in exported.lines().enumerate() {
        let customer: serde_json::Value = serde_json::from_str(customer).unwrap();
        assert_eq!(customer["email"], format!("john.{number}@example.com"));
    }
}

#[test]
fn csv_has_a_header_and_a_record_for_each_customer() {
    let place = with_customers();
    let exported = stdout(place.for_acme(&["export", "--format", "csv"]).assert().success());
    assert_eq!(exported.lines().count(), 4, "{exported}");
    assert!(exported.lines().next().unwrap().contains("first-name"), "{exported}");
    assert!(exported.lines().nth(3).unwrap().contains("john.2@example.com"), "{exported}");
}

#[test]
fn a_file_gets_the_form_of_its_name_and_replaces_what_was_there() {
    let place = with_customers();
    place.write("all.json", "what was there");
    let said = stdout(place.for_acme(&["export", "--output", "all.json"]).assert().success());
    assert!(said.contains("all.json"), "{said}");
    let list: serde_json::Value = serde_json::from_str(&place.read("all.json")).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert_eq!(place.files(), ["all.json"]);
}

#[test]
fn what_is_said_of_a_written_file_counts_its_customers() {
    let place = with_customers();
    for name in ["all.csv", "all.ndjson"] {
        let said = stdout(place.for_acme(&["export", "--output", name]).assert().success());
        assert!(said.starts_with("exported 3 customers "), "{said}");
    }
}

#[test]
fn a_company_without_customers_is_a_failure_and_makes_no_file() {
    let place = Place::new();
    let mut command = place.for_acme(&["export", "--format", "json", "--output", "all.json"]);
    assert!(failure(&mut command, 1).to_lowercase().contains("customers"));
    assert!(place.files().is_empty());
}

const HALF: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\
                    Transfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n";

#[test]
fn a_stream_that_breaks_off_is_a_failure_and_leaves_the_old_file() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("all.ndjson"), "what was there").unwrap();
    let server = Scripted::start(HALF);
    let mut command = smart_customer(&["export", "--token", "sc_x", "--output", "all.ndjson"]);
    command.current_dir(dir.path()).args(ACME).args(["--url", &server.url]);
    assert!(failure(&mut command, 1).contains("broke off"));
    assert_eq!(std::fs::read(dir.path().join("all.ndjson")).unwrap(), b"what was there");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_stream_that_breaks_off_is_a_failure_on_standard_output_too() {
    let server = Scripted::start(HALF);
    let mut command = smart_customer(&["export", "--token", "sc_x", "--url", &server.url]);
    assert!(failure(command.args(ACME), 1).contains("broke off"));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let lines = "{}\n".repeat(1_000_000);
    let head = HALF.split("Transfer-Encoding").next().unwrap();
    let answer = format!("{head}Content-Length: {}\r\n\r\n{lines}", lines.len());
    let server = Scripted::start(answer);
    let mut command = process::smart_customer();
    command.args(["export", "--token", "sc_x", "--url", &server.url]).args(ACME);
    let mut child = command.stdin(Stdio::null()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(first, "{}\n");
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr), (Some(0), Vec::new()));
}

#[cfg(unix)]
#[test]
fn an_interrupted_export_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("all.ndjson");
    // A server that sends a part and then waits for the client to go.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut command = process::smart_customer();
    command.args(["export", "--token", "sc_x", "--url", &url, "--output"]).arg(&output).args(ACME);
    let process = process::Process::start(command);
    let mut stream = listener.accept().unwrap().0;
    head(&stream);
    std::io::Write::write_all(&mut stream, HALF.as_bytes()).unwrap();
    process.signal("INT");
    let ended = process.wait();
    assert!(ended.failure(1).contains("interrupted"), "{ended:?}");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let place = Place::new();
    let mut command = place.for_acme(&["export", "--output", "no/such/dir.csv"]);
    let said = failure(&mut command, 1);
    assert!(said.contains("no/such/dir.csv") && said.contains("--output"), "{said}");
}
