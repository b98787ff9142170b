//! `check` and `compact` on a data directory that no service is using.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "support/backup.rs"]
mod backup;
mod command;
mod process;
#[path = "support/random.rs"]
mod random;

use std::path::{Path, PathBuf};

use backup::holds;

use command::{failure, smart_customer, stdout};
use process::{Service, serve, token_in};
use tempfile::TempDir;

const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";

fn ask(service: &Service, dir: &Path, what: &str, body: &str) -> String {
    let answer = service.request(what, &token_in(dir), "", body);
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// Creates a customer; the path of it.
fn create(service: &Service, dir: &Path, email: &str) -> String {
    let body = format!(
        r#"{{"first-name":"John","last-name":"Smith","email":"{email}","vat-number":"IT12345678903"}}"#
    );
    let made = ask(service, dir, &format!("POST {CUSTOMERS}"), &body);
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    format!("{CUSTOMERS}/{}", made["id"].as_str().unwrap())
}

/// So many customers that are created, and deleted again.
fn come_and_go(service: &Service, dir: &Path, count: usize) {
    let line = |number| {
        format!(
            r#"{{"first-name":"Gone","last-name":"Long{number}","email":"long.gone.{number}@forgotten.example.com","vat-number":"IT12345678903"}}"#
        )
    };
    let (token, body) = (token_in(dir), (0..count).map(line).collect::<Vec<_>>().join("\n"));
    let answer = service.exchange(format!(
        "POST {CUSTOMERS} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/x-ndjson\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    let ids: Vec<&str> = answer.split("\"id\":\"").skip(1).map(|rest| &rest[..26]).collect();
    assert_eq!(ids.len(), count, "{answer}");
    for id in ids {
        ask(service, dir, &format!("DELETE {CUSTOMERS}/{id}"), "");
    }
}

/// A directory in which so many came and went: 12 customers are left, and all of them as a list.
fn churned(signal: &str, count: usize) -> (TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let service = Service::start(serve(dir.path()));
    for number in 0..12 {
        create(&service, dir.path(), &format!("still.here.{number}@example.com"));
    }
    come_and_go(&service, dir.path(), count);
    let list = ask(&service, dir.path(), &format!("GET {CUSTOMERS}"), "");
    service.end(signal);
    (dir, list)
}

fn list_of(dir: &Path) -> String {
    let service = Service::start(serve(dir));
    let list = ask(&service, dir, &format!("GET {CUSTOMERS}"), "");
    assert_eq!(service.end("TERM").code, Some(0));
    list
}

fn check(dir: &Path) -> assert_cmd::Command {
    let mut command = smart_customer(&["check", "--data-dir"]);
    command.arg(dir);
    command
}

fn compact(dir: &Path) -> assert_cmd::Command {
    let mut command = smart_customer(&["compact", "--data-dir"]);
    command.arg(dir);
    command
}

/// The files in a folder of the data directory, sorted.
fn files(dir: &Path, folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir.join(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn flip(file: &Path, place: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[place] ^= 0x10;
    std::fs::write(file, bytes).unwrap();
}

fn bytes_below(dir: &Path) -> u64 {
    let size = |path: PathBuf| match path.is_dir() {
        true => bytes_below(&path),
        false => path.metadata().unwrap().len(),
    };
    std::fs::read_dir(dir).unwrap().map(|entry| size(entry.unwrap().path())).sum()
}

#[test]
fn a_sound_store_is_counted_and_left_as_it_was() {
    for signal in ["TERM", "KILL"] {
        let (dir, list) = churned(signal, 50);
        let said = stdout(check(dir.path()).assert().success().stderr(""));
        for counted in ["customers: 12\n", "events: 112\n", "tokens: 1\n", "all agrees\n"] {
            assert!(said.contains(counted), "{signal}: {said}");
        }
        let again = stdout(check(dir.path()).assert().success());
        assert!(again.ends_with("all agrees\n"), "{signal}: {again}");
        assert_eq!(list_of(dir.path()), list, "{signal}");
    }
}

#[test]
fn a_damaged_journal_is_found_and_not_touched() {
    let (dir, list) = churned("KILL", 50);
    let file = files(dir.path(), "journal").remove(0);
    let (whole, state) = (std::fs::read(&file).unwrap(), dir.path().join("state"));
    let state_before = std::fs::read(&state).unwrap();
    flip(&file, whole.len() / 2);
    let damaged = std::fs::read(&file).unwrap();
    let assert = check(dir.path()).assert().code(1);
    let said = stdout(assert);
    assert!(said.contains("fault: journal/") && said.contains("is damaged at byte"), "{said}");
    assert!(said.contains("was not looked at") && !said.contains("all agrees"), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), damaged);
    assert_eq!(std::fs::read(&state).unwrap(), state_before);
    assert_eq!(list_of(dir.path()), list);
    check(dir.path()).assert().success();
}

#[test]
fn a_journal_that_lost_its_end_is_found() {
    let (dir, _) = churned("KILL", 50);
    let file = files(dir.path(), "journal").remove(0);
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() - 5]).unwrap();
    let said = stdout(check(dir.path()).assert().code(1));
    assert!(said.contains("fault: the journal ends with change "), "{said}");
    assert!(std::fs::read(&file).unwrap() == bytes[..bytes.len() - 5]);
}

#[test]
fn a_damaged_snapshot_and_a_missing_journal_are_found() {
    let (dir, list) = churned("TERM", 50);
    compact(dir.path()).assert().success();
    let file = files(dir.path(), "snapshot").remove(0);
    let length = file.metadata().unwrap().len();
    flip(&file, usize::try_from(length).unwrap() / 2);
    let said = stdout(check(dir.path()).assert().code(1));
    assert!(said.contains("fault: snapshot/") && said.contains("checksum"), "{said}");
    flip(&file, usize::try_from(length).unwrap() / 2);
    check(dir.path()).assert().success();
    std::fs::remove_file(file).unwrap();
    let said = stdout(check(dir.path()).assert().code(1));
    assert!(said.contains("fault: the changes 1 to "), "{said}");
    assert_eq!(list_of(dir.path()), list);
}

#[test]
fn damaged_trees_are_made_anew_and_told() {
    let (dir, list) = churned("TERM", 50);
    let file = dir.path().join("sled/db");
    flip(&file, 5000);
    let said = stdout(check(dir.path()).assert().code(1));
    assert!(said.contains("fault: ") && said.contains("sled.damaged-"), "{said}");
    let said = stdout(check(dir.path()).assert().success());
    assert!(said.contains("customers: 12\n"), "{said}");
    assert_eq!(list_of(dir.path()), list);
}

#[test]
fn a_compacted_store_is_small_and_keeps_everything_but_what_was_deleted() {
    for signal in ["TERM", "KILL"] {
        let (dir, list) = churned(signal, 600);
        std::fs::create_dir(dir.path().join("sled.damaged-1")).unwrap();
        std::fs::write(dir.path().join("sled.damaged-1/db"), "long.gone.1@").unwrap();
        assert!(holds(dir.path(), "long.gone."));
        let before = bytes_below(dir.path());
        let said = stdout(compact(dir.path()).assert().success().stderr(""));
        let after = bytes_below(dir.path());
        assert!(said.contains("\nall: ") && said.contains(" bytes before, "), "{said}");
        assert!(after * 2 < before, "{before} bytes, then {after}: {said}");
        assert!(holds(dir.path(), "still.here.11@"));
        for trace in ["long.gone", "Long1", "forgotten"] {
            assert!(!holds(dir.path(), trace), "{signal}: {trace}");
        }
        let said = stdout(check(dir.path()).assert().success());
        assert!(said.contains("customers: 12\n") && said.contains("events: 1212\n"), "{said}");
        assert_eq!(list_of(dir.path()), list, "{signal}");
        compact(dir.path()).assert().success();
        assert_eq!(list_of(dir.path()), list, "{signal}");
    }
}

#[test]
fn a_compaction_that_was_stopped_anywhere_is_as_if_it_had_not_begun() {
    let (dir, list) = churned("TERM", 50);
    // As they lie about when a process is killed before, between and after the renames.
    let (sled, rebuild) = (dir.path().join("sled"), dir.path().join("sled.rebuild"));
    std::fs::create_dir(&rebuild).unwrap();
    std::fs::write(rebuild.join("db"), "half of it").unwrap();
    assert_eq!(list_of(dir.path()), list);
    assert!(!rebuild.exists());
    compact(dir.path()).assert().success();
    std::fs::rename(&sled, &rebuild).unwrap();
    assert_eq!(list_of(dir.path()), list);
    check(dir.path()).assert().success();
    // As it is where a process is really killed: at once, while the trees are made, and later.
    let stages: [&[bool]; 3] = [&[], &[true], &[true, false]];
    for stage in stages {
        let mut begun = begin_compact(dir.path());
        for is_there in stage {
            while rebuild.exists() != *is_there && begun.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
        }
        // It may have come to its end meanwhile.
        let _ = begun.kill();
        begun.wait().unwrap();
        assert_eq!(list_of(dir.path()), list);
        check(dir.path()).assert().success();
    }
}

fn begin_compact(dir: &Path) -> std::process::Child {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_smart-customer"));
    command.env_clear().args(["compact", "--data-dir"]).arg(dir);
    command.stdout(std::process::Stdio::null()).spawn().unwrap()
}

#[test]
fn what_is_in_the_way_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let service = Service::start(serve(dir.path()));
    for command in [&mut check(dir.path()), &mut compact(dir.path())] {
        let said = failure(command, 1);
        assert!(said.contains("another smart-customer process"), "{said}");
    }
    service.end("TERM");
    let elsewhere = dir.path().join("elsewhere");
    for command in [&mut check(&elsewhere), &mut compact(&elsewhere)] {
        assert!(failure(command, 1).contains("there is no store in "));
    }
    assert!(!elsewhere.exists());
}
