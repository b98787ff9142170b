//! `openapi`: prints the document, and needs nothing for it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod command;
mod process;

use std::process::Stdio;

const GOLDEN: &str = include_str!("fixtures/openapi.json");

#[test]
fn the_command_prints_the_golden_copy_without_a_service_or_a_data_directory() {
    let empty = tempfile::tempdir().unwrap();
    let mut command = command::smart_customer(&["openapi"]);
    let assert = command.current_dir(empty.path()).assert().success();
    assert_eq!(command::stdout(assert), GOLDEN);
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
}

#[test]
fn the_command_is_at_ease_with_a_reader_that_has_seen_enough() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = process::smart_customer();
    let ended = command.arg("openapi").stdout(Stdio::from(writer)).output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stderr, b"", "{ended:?}");
}
