//! `import`: what is stored, what is reported, and that running again stores nothing twice.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod command;
mod process;

use assert_cmd::Command;
use command::{ACME, Place, Scripted, breaking_off, failure, line, smart_customer, stdout};

const HEADER: &str = "first-name,last-name,email,vat-number";

fn email(number: usize) -> String {
    format!("john.{number}@example.com")
}

fn emails(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(email).collect()
}

/// Lines `numbers` of NDJSON.
fn lines(numbers: std::ops::Range<usize>) -> String {
    numbers.map(|number| line(number) + "\n").collect()
}

/// The counts of a summary: stored, stored earlier, refused.
fn counts(summary: &str) -> [u64; 3] {
    ["stored: ", "already stored earlier: ", "refused: "].map(|name| {
        let number = summary.split_once(name).unwrap_or_else(|| panic!("{summary}")).1;
        number.split([',', ' ']).next().unwrap().parse().unwrap()
    })
}

/// Runs an import that stores everything; its counts.
fn succeeds(command: &mut Command) -> [u64; 3] {
    counts(&stdout(command.assert().success().stderr("")))
}

/// Runs an import that does not; its counts and the one line that says why.
fn fails(command: &mut Command) -> ([u64; 3], String) {
    let assert = command.assert().code(1);
    let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(said.starts_with("smart-customer: ") && said.lines().count() == 1, "{said}");
    (counts(&stdout(assert)), said)
}

#[test]
fn every_line_is_stored_once_however_often_the_file_is_imported() {
    let place = Place::new();
    place.write("all.ndjson", lines(0..2000));
    assert_eq!(succeeds(&mut place.for_acme(&["import", "all.ndjson"])), [2000, 0, 0]);
    assert_eq!(succeeds(&mut place.for_acme(&["import", "./all.ndjson"])), [0, 2000, 0]);
    assert_eq!(place.emails(), emails(0..2000));
    assert_eq!(place.files(), ["all.ndjson"]);
}

#[test]
fn refused_csv_records_are_reported_as_they_were_and_the_report_can_be_corrected_and_imported() {
    let place = Place::new();
    let bad = "\"Multi\r\nline\",Smith,no-address,IT12345678903\r\n";
    let file = format!(
        "{HEADER}\r\nJohn,Smith,john.0@example.com,IT12345678903\r\n{bad}\
         John,\"Smith\",john.1@example.com,IT12345678903\r\n,Smith,john.2@example.com,IT12345678903"
    );
    place.write("all.csv", &file);
    let (counted, said) = fails(&mut place.for_acme(&["import", "all.csv"]));
    assert_eq!(counted, [2, 0, 2]);
    assert!(said.contains("all.refused.csv") && said.contains("all.refused.reasons.txt"), "{said}");
    let report = place.read("all.refused.csv");
    let last = "\n,Smith,john.2@example.com,IT12345678903";
    assert_eq!(
        report.replace('\r', ""),
        format!("{HEADER}\n{bad}").replace('\r', "") + &last[1..] + "\n"
    );
    let reasons = place.read("all.refused.reasons.txt");
    let reasons: Vec<&str> = reasons.lines().collect();
    assert!(reasons[0].starts_with("record 2: ") && reasons[0].contains("email"), "{reasons:?}");
    assert!(reasons[1].starts_with("record 4: ") && reasons[1].contains("first-name"));

    let corrected = report
        .replace("no-address", "john.3@example.com")
        .replace("\"Multi\r\nline\"", "Mary")
        .replace("\n,Smith", "\nJane,Smith");
    place.write("all.refused.csv", corrected);
    assert_eq!(succeeds(&mut place.for_acme(&["import", "all.refused.csv"])), [2, 0, 0]);
    let expected = [email(0), email(1), email(3), email(2)];
    assert_eq!(place.emails(), expected);
}

#[test]
fn blank_and_broken_lines_of_ndjson_are_counted_and_reported_as_they_were() {
    let place = Place::new();
    place.write("all.jsonl", format!("{}\n\nno json\r\n{}", line(0), line(1)));
    let (counted, _) = fails(&mut place.for_acme(&["import", "all.jsonl"]));
    assert_eq!(counted, [2, 0, 2]);
    assert_eq!(place.read("all.refused.ndjson"), "\nno json\r\n");
    let reasons = place.read("all.refused.reasons.txt");
    assert!(reasons.starts_with("record 2: ") && reasons.contains("\nrecord 3: "), "{reasons}");
    assert_eq!(place.emails(), emails(0..2));
}

#[test]
fn a_line_corrected_in_place_is_stored_and_the_others_are_not_stored_again() {
    let place = Place::new();
    place.write("all.ndjson", lines(0..3).replace("john.1@", ""));
    assert_eq!(fails(&mut place.for_acme(&["import", "all.ndjson"])).0, [2, 0, 1]);
    place.write("all.ndjson", lines(0..3));
    assert_eq!(succeeds(&mut place.for_acme(&["import", "all.ndjson"])), [1, 2, 0]);
    assert_eq!(place.emails(), [email(0), email(2), email(1)]);
}

#[test]
fn a_stored_line_that_changed_is_reported_with_the_advice_to_take_another_key() {
    let place = Place::new();
    place.write("all.ndjson", lines(0..2));
    succeeds(&mut place.for_acme(&["import", "all.ndjson"]));
    place.write("all.ndjson", line(7) + "\n" + &line(1));
    let (counted, said) = fails(&mut place.for_acme(&["import", "all.ndjson"]));
    assert_eq!(counted, [0, 1, 1]);
    assert!(said.contains("--idempotency-key"), "{said}");
    assert_eq!(place.read("all.refused.ndjson"), line(7) + "\n");
    let mut command = place.for_acme(&["import", "all.ndjson", "--idempotency-key", "second"]);
    assert_eq!(succeeds(&mut command), [2, 0, 0]);
}

#[test]
fn an_earlier_report_is_not_replaced_unless_it_was_chosen() {
    let place = Place::new();
    place.write("all.ndjson", "wrong\n");
    place.write("all.refused.ndjson", "under correction");
    let (_, said) = fails(&mut place.for_acme(&["import", "all.ndjson"]));
    assert!(said.contains("all.refused.2.ndjson"), "{said}");
    assert_eq!(place.read("all.refused.ndjson"), "under correction");
    let chosen = ["import", "all.ndjson", "--report", "all.refused.ndjson"];
    fails(&mut place.for_acme(&chosen));
    assert_eq!(place.read("all.refused.ndjson"), "wrong\n");
    let itself = ["import", "all.ndjson", "--report", "./all.ndjson"];
    assert!(failure(&mut place.for_acme(&itself), 2).contains("--report"));
    assert_eq!(place.read("all.ndjson"), "wrong\n");
}

#[test]
fn standard_input_is_known_by_what_it_holds() {
    let place = Place::new();
    let import = |customers: String| {
        let mut command = place.for_acme(&["import", "-", "--format", "ndjson"]);
        command.write_stdin(customers);
        command
    };
    assert_eq!(succeeds(&mut import(lines(0..3))), [3, 0, 0]);
    assert_eq!(succeeds(&mut import(lines(0..3))), [0, 3, 0]);
    assert_eq!(succeeds(&mut import(lines(3..5))), [2, 0, 0]);
    assert_eq!(fails(&mut import("wrong".to_owned())).0, [0, 0, 1]);
    assert_eq!(place.read("import.refused.ndjson"), "wrong\n");
    assert_eq!(place.emails(), emails(0..5));
}

#[test]
fn the_same_file_for_another_company_is_another_import() {
    let place = Place::new();
    place.write("all.ndjson", lines(0..2));
    succeeds(&mut place.for_acme(&["import", "all.ndjson"]));
    let mut other = place.command(&["import", "all.ndjson", "--product", "tse", "--company", "b"]);
    assert_eq!(succeeds(&mut other), [2, 0, 0]);
}

#[test]
fn validating_stores_nothing_and_reports_the_same() {
    let place = Place::new();
    place.write("all.ndjson", line(0) + "\nwrong\n");
    let mut command = place.for_acme(&["import", "all.ndjson", "--validate-only"]);
    let said = stdout(command.assert().code(1));
    assert!(said.starts_with("good: 1, would be refused: 1 "), "{said}");
    assert_eq!(place.read("all.refused.ndjson"), "wrong\n");
    place.for_acme(&["export"]).assert().code(1);
}

#[test]
fn history_brings_the_dates_of_the_old_system() {
    let place = Place::new();
    let old = line(0).replace('}', r#","created-at":"2020-02-03T04:05:06Z"}"#);
    place.write("all.ndjson", old);
    assert_eq!(succeeds(&mut place.for_acme(&["import", "all.ndjson", "--history"])), [1, 0, 0]);
    let exported = stdout(place.for_acme(&["export", "--format", "json"]).assert().success());
    assert!(exported.contains("2020-02-03T04:05:06"), "{exported}");
}

#[test]
fn after_a_broken_connection_running_again_stores_the_rest_and_nothing_twice() {
    let place = Place::new();
    place.write("all.ndjson", lines(0..3000));
    // Enough for the head of the answer and some lines of it.
    let url = breaking_off(&place.service.address, 20_000);
    let mut command = place.for_acme(&["import", "all.ndjson", "--url", &url]);
    let (counted, said) = fails(&mut command);
    assert!(said.contains("broke off") && said.contains("run the same command again"), "{said}");
    assert!((1..3000).contains(&counted[0]), "{counted:?}");
    let again = || place.for_acme(&["import", "all.ndjson"]).ok();
    // Lines that the service is still storing for the broken request are to be sent again.
    let done = (0..100).find_map(|_| again().ok()).unwrap();
    let counted = counts(std::str::from_utf8(&done.stdout).unwrap());
    assert!(counted[0] + counted[1] == 3000 && counted[1] >= 1, "{counted:?}");
    let mut stored = place.emails();
    stored.sort();
    let mut expected = emails(0..3000);
    expected.sort();
    assert_eq!(stored, expected);
}

const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n";

/// Imports three lines into a service that answers with `lines`, in `dir`.
fn answered(dir: &std::path::Path, lines: &str) -> Command {
    let server = Scripted::start(format!("{ANSWER}{lines}"));
    std::fs::write(dir.join("all.ndjson"), "1\n2\n3\n").unwrap();
    let mut command = smart_customer(&["import", "all.ndjson", "--token", "sc_x"]);
    command.current_dir(dir).args(ACME).args(["--url", &server.url]);
    command
}

#[test]
fn what_was_refused_before_the_connection_broke_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    let answer = "{\"line\":1,\"status\":400,\"problem\":{\"title\":\"Wrong\"}}\n{\"line\":2,";
    let (counted, said) = fails(&mut answered(dir.path(), answer));
    assert_eq!(counted, [0, 0, 1]);
    assert!(said.contains("after 1 lines") && said.contains("all.refused.ndjson"), "{said}");
    assert_eq!(std::fs::read(dir.path().join("all.refused.ndjson")).unwrap(), b"1\n");
    let reasons = std::fs::read(dir.path().join("all.refused.reasons.txt")).unwrap();
    assert_eq!(reasons, b"record 1: Wrong\n");
}

#[test]
fn a_fault_of_the_service_is_no_fault_of_the_line() {
    let dir = tempfile::tempdir().unwrap();
    let full = r#"{"title":"The disk is full","status":507}"#;
    let answer = format!(
        "{{\"line\":1,\"status\":201,\"id\":\"a\"}}\n{{\"line\":2,\"status\":507,\"problem\":{full}}}\n\
         {{\"line\":3,\"status\":201,\"id\":\"b\",\"replayed\":true}}\n"
    );
    let (counted, said) = fails(&mut answered(dir.path(), &answer));
    assert_eq!(counted, [1, 1, 0]);
    assert!(said.contains("1 line was not stored") && said.contains("The disk is full"), "{said}");
    assert!(said.contains("run the same command again"), "{said}");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn an_answer_that_does_not_fit_the_file_is_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    let good = |number| format!("{{\"line\":{number},\"status\":201,\"id\":\"a\"}}\n");
    for (lines, expected) in [
        (good(1) + &good(3), "line 3"),
        (good(1), "ended before the file"),
        (good(1) + &good(2) + &good(3) + &good(4), "line 4"),
        ("<html>\n".to_owned(), "not understood"),
    ] {
        let assert = answered(dir.path(), &lines).assert().code(1);
        let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn what_cannot_be_imported_is_refused_before_anything_is_sent() {
    let place = Place::new();
    place.write("all.csv", HEADER);
    std::fs::create_dir(place.path("folder.csv")).unwrap();
    for (arguments, expected) in [
        (&["none.csv"][..], "none.csv"),
        (&["folder.csv"], "directory"),
        (&["all.csv", "--report", "no/such/report.csv"], "--report"),
    ] {
        let mut command = place.for_acme(&["import"]);
        assert!(failure(command.args(arguments), 1).contains(expected), "{arguments:?}");
    }
    assert_eq!(place.files(), ["all.csv", "folder.csv"]);
}

#[test]
fn a_request_that_is_refused_as_a_whole_is_one_sentence() {
    let place = Place::new();
    // More than the buffers between client and service hold.
    place.write("all.ndjson", lines(0..50_000));
    let mut command = place.for_acme(&["import", "all.ndjson", "--token", "sc_of-nobody"]);
    let said = failure(&mut command, 1);
    assert!(said.contains("Authentication required"), "{said}");
    assert_eq!(place.files(), ["all.ndjson"]);
}

#[test]
fn a_header_alone_is_nothing_to_import() {
    let place = Place::new();
    place.write("all.csv", format!("{HEADER}\n"));
    assert_eq!(succeeds(&mut place.for_acme(&["import", "all.csv"])), [0, 0, 0]);
}
