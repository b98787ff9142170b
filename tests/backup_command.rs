//! `backup` and `restore` as their users run them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod command;
mod process;

use command::{Place, Scripted, breaking_off, failure, line, smart_customer, stderr, stdout};
use process::{Service, serve, token_in};

const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";

/// A service with some customers.
fn place_with(customers: usize) -> Place {
    let place = Place::new();
    let lines: Vec<String> = (0..customers).map(line).collect();
    place.write("customers.ndjson", lines.join("\n"));
    place.for_acme(&["import", "customers.ndjson"]).assert().success();
    std::fs::remove_file(place.path("customers.ndjson")).unwrap();
    place
}

#[test]
fn a_backup_is_restored_elsewhere_and_served() {
    let place = place_with(3);
    let said = place.command(&["backup", "--output", "all.backup"]).assert().success();
    let said = stdout(said);
    assert!(said.contains("3 customers, 3 events and 1 tokens"), "{said}");
    assert!(said.contains(" to all.backup"), "{said}");
    assert_eq!(place.files(), ["all.backup"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = place.path("all.backup").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let new = place.path("new");
    let mut restore = place.command(&["restore", "all.backup", "--data-dir"]);
    let said = stdout(restore.arg(&new).assert().success().stderr(""));
    assert!(said.contains("restored 3 customers, 3 events and 1 tokens to "), "{said}");
    assert!(said.contains("tokens of the source work"), "{said}");
    let source = token_in(place.data_dir());
    let twin = Service::start(serve(&new));
    let list = |service: &Service, token: &str| {
        let answer = service.request(&format!("GET {CUSTOMERS}"), token, "", "");
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    };
    let expected = list(&place.service, &source);
    assert!(expected.contains("john.2@example.com"), "{expected}");
    assert_eq!(list(&twin, &source), expected);
    assert_eq!(list(&twin, &token_in(&new)), expected);
    assert_eq!(twin.end("TERM").code, Some(0));
}

#[test]
fn a_backup_through_a_pipe_is_the_same() {
    let place = place_with(3);
    let backup = place.command(&["backup", "--output", "-"]).assert().success().stderr("");
    std::fs::write(place.path("piped"), &backup.get_output().stdout).unwrap();
    let restore = place.command(&["restore", "piped", "--data-dir", "new"]).assert().success();
    assert!(stdout(restore).contains("restored 3 customers"));
}

#[test]
fn a_backup_that_does_not_come_whole_leaves_what_was_there() {
    let place = place_with(200);
    place.write("all.backup", "the one of yesterday");
    let backup = |url: &str| {
        let mut command = place.command(&["backup", "--output", "all.backup"]);
        let said = failure(command.env("SMART_CUSTOMER_URL", url), 1);
        assert_eq!(place.read("all.backup"), "the one of yesterday", "{said}");
        assert_eq!(place.files(), ["all.backup"], "{said}");
        said
    };
    for limit in [100, 1000, 4000] {
        let said = backup(&breaking_off(&place.service.address, limit));
        assert!(said.contains("broke off"), "{said}");
    }
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n";
    let short = Scripted::start(format!("{head}Content-Length: 4\r\n\r\nSCSN"));
    assert!(backup(&short.url).contains("no whole backup: it was cut off"));
    let other = Scripted::start("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assert!(backup(&other.url).contains("no smart-customer"));
}

#[test]
fn only_an_admin_token_takes_backups() {
    let place = place_with(1);
    let made = ["token", "create", "--name", "till-3", "--permission", "read,write"];
    let token = stdout(place.command(&made).assert().success());
    let mut command = place.command(&["backup", "--output", "all.backup"]);
    let said = failure(command.env("SMART_CUSTOMER_TOKEN", token.trim()), 1);
    assert!(said.contains("allows more"), "{said}");
    assert_eq!(place.files(), Vec::<String>::new());
}

#[test]
fn what_is_missing_or_in_the_way_is_said() {
    let place = place_with(1);
    assert!(failure(&mut place.command(&["backup"]), 2).contains("--output FILE"));
    place.command(&["backup", "--output", "all.backup"]).assert().success();
    // Over the service's own directory, which is in use and not empty.
    let said = failure(&mut place.command(&["restore", "all.backup"]), 1);
    assert!(said.contains("is not empty"), "{said}");
    let said = failure(&mut place.command(&["restore", "none", "--data-dir", "new"]), 1);
    assert!(said.contains("none cannot be used"), "{said}");
    place.write("cut", &std::fs::read(place.path("all.backup")).unwrap()[..90]);
    let said = failure(&mut place.command(&["restore", "cut", "--data-dir", "new"]), 1);
    assert!(said.contains("it was cut off"), "{said}");
    assert_eq!(place.files(), ["all.backup", "cut"]);
    let usage = smart_customer(&["restore"]).assert().code(2);
    assert!(stderr(usage).contains("<FILE>"));
}
