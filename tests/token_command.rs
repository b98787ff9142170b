//! `token`: what it makes works, what it shows is no secret, what it revokes ends.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod command;
mod process;

use command::{Place, failure, stderr, stdout};
use serde_json::Value;

const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";
const JOHN: &str = r#"{"first-name":"John","last-name":"Smith","email":"john.smith@example.com","vat-number":"IT12345678901"}"#;

fn create(place: &Place, arguments: &[&str]) -> String {
    let mut command = place.command(&["token", "create"]);
    let assert = command.args(arguments).assert().success();
    let token = stdout(assert);
    assert!(token.starts_with("sc_") && token.ends_with('\n'), "{token:?}");
    assert_eq!(token.split_whitespace().count(), 1, "{token:?}");
    token.trim_end().to_owned()
}

fn listed(place: &Place) -> Vec<Value> {
    let list = stdout(place.command(&["token", "list", "--format", "json"]).assert().success());
    serde_json::from_str(&list).unwrap()
}

fn id_of(place: &Place, name: &str) -> String {
    let tokens = listed(place);
    let token = tokens.iter().find(|token| token["name"] == name).unwrap();
    token["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_token_alone_is_on_standard_output_and_allows_what_it_says() {
    let place = Place::new();
    let token = create(&place, &["--name", "till-3", "--company", "acme", "--permission", "write"]);
    let post = |path: &str| place.service.request(&format!("POST {path}"), &token, "", JOHN);
    assert!(post(CUSTOMERS).starts_with("HTTP/1.1 201 "));
    assert!(post(&CUSTOMERS.replace("acme", "other")).starts_with("HTTP/1.1 403 "));
    let read = place.service.request(&format!("GET {CUSTOMERS}"), &token, "", "");
    assert!(read.starts_with("HTTP/1.1 403 "), "{read}");
}

#[test]
fn every_setting_of_a_token_reaches_the_service() {
    let place = Place::new();
    let settings = ["--name", "till-3", "--product", "tse", "--company", "acme"];
    let more = ["--permission", "read", "--permission", "write", "--requests-per-second", "50"];
    let expiry = ["--expires-at", "2999-01-01T01:00:00+01:00"];
    create(&place, &[&settings[..], &more, &expiry].concat());
    let tokens = listed(&place);
    let token = tokens.iter().find(|token| token["name"] == "till-3").unwrap();
    assert_eq!((&token["product"], &token["company"]), (&"tse".into(), &"acme".into()));
    assert_eq!(token["permissions"], serde_json::json!(["read", "write"]));
    assert_eq!(token["requests-per-second"], 50);
    let expiry: jiff::Timestamp = token["expires-at"].as_str().unwrap().parse().unwrap();
    assert_eq!(expiry, "2999-01-01T00:00:00Z".parse().unwrap());
}

#[test]
fn a_token_may_come_from_the_environment_alone_and_permissions_by_commas() {
    let place = Place::new();
    let mut command = place.command(&["token", "create"]);
    command.env("SMART_CUSTOMER_NAME", "by-env").env("SMART_CUSTOMER_PERMISSION", "read,write");
    let assert = command.assert().success();
    let said = stderr(assert);
    assert!(said.contains("by-env") && said.contains("read, write"), "{said}");
}

#[test]
fn the_list_is_a_table_without_secrets() {
    let place = Place::new();
    let token = create(&place, &["--name", "till-3", "--permission", "read"]);
    let table = stdout(place.command(&["token", "list"]).assert().success().stderr(""));
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("ID ") && lines[0].ends_with("LAST USED"), "{table}");
    let row = lines.iter().find(|line| line.contains("till-3")).unwrap();
    let column = |heading: &str| &row[lines[0].find(heading).unwrap()..];
    assert!(column("NAME").starts_with("till-3 "), "{table}");
    assert!(column("ALLOWS").starts_with("read "), "{table}");
    assert!(column("EXPIRES").starts_with("never "), "{table}");
    assert!(!table.contains(&token) && !table.contains("sc_"), "{table}");
}

#[test]
fn a_revoked_token_stops_with_the_next_request_and_is_revoked_once() {
    let place = Place::new();
    let token = create(&place, &["--name", "lost", "--permission", "read"]);
    let id = id_of(&place, "lost");
    place.command(&["token", "revoke", &id]).assert().success().stdout("");
    let read = place.service.request(&format!("GET {CUSTOMERS}"), &token, "", "");
    assert!(read.starts_with("HTTP/1.1 401 "), "{read}");
    assert!(listed(&place).iter().all(|token| token["id"] != id.as_str()));
    failure(&mut place.command(&["token", "revoke", &id]), 1);
}

#[test]
fn only_an_admin_token_makes_tokens() {
    let place = Place::new();
    let token = create(&place, &["--name", "till-3", "--permission", "read,write"]);
    let mut command = place.command(&["token", "create", "--name", "more", "--permission", "read"]);
    let said = failure(command.env("SMART_CUSTOMER_TOKEN", &token), 1);
    assert!(said.contains("allows more") && !said.contains(&token), "{said}");
}
