//! A data directory of each format that was ever released opens and holds what was answered then: as it
//! was left by a process that was killed, and with nothing of it but snapshot and journal.
//!
//! `store-v1` is of the first release, all trees of which are in sled; in `store-v2` there are runs beside
//! them. `answers.json` has what its service answered last, by path. A new format gets a directory of its
//! own, and none is ever changed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "command/mod.rs"]
mod command;
mod process;

use std::path::{Path, PathBuf};

use command::smart_customer;
use process::{Service, serve, token_in};
use serde_json::{Map, Value};

/// The formats, oldest first.
fn formats() -> Vec<PathBuf> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let entries = std::fs::read_dir(fixtures).unwrap().map(|entry| entry.unwrap().path());
    let is_store =
        |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with("store-");
    let mut formats: Vec<PathBuf> = entries.filter(is_store).collect();
    formats.sort();
    formats
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let copied = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &copied),
            false => drop(std::fs::copy(&path, &copied).unwrap()),
        }
    }
}

fn assert_holds_all(format: &Path, data: &Path) {
    let answers = std::fs::read_to_string(format.join("answers.json")).unwrap();
    let answers: Map<String, Value> = serde_json::from_str(&answers).unwrap();
    let service = Service::start(serve(data));
    for (path, expected) in &answers {
        let answer = service.request(&format!("GET {path}"), &token_in(data), "", "");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let whole = head.contains("chunked");
        let body = if whole { unchunked(body) } else { body.to_owned() };
        let found: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(found, *expected, "{} {path}", format.display());
    }
    assert_eq!(service.end("TERM").code, Some(0));
    smart_customer(&["check", "--data-dir"]).arg(data).assert().success();
}

/// A body as it was before it was cut into chunks (RFC 9112, section 7.1).
fn unchunked(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((length, behind)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        body += &behind[..length];
        rest = behind[length..].trim_start_matches("\r\n");
    }
    body
}

#[test]
fn a_directory_of_each_released_format_opens_and_holds_what_was_answered() {
    let formats = formats();
    assert_eq!(formats.len(), 2);
    for format in formats {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        copy(&format.join("data"), &data);
        assert_holds_all(&format, &data);
    }
}

#[test]
fn of_each_released_format_snapshot_and_journal_are_enough() {
    for format in formats() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        copy(&format.join("data"), &data);
        std::fs::remove_dir_all(data.join("sled")).unwrap();
        assert_holds_all(&format, &data);
    }
}
