//! The forms of a list: JSON, lines of JSON, and CSV that no spreadsheet runs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "support/many.rs"]
mod many;
mod support;

use csv_core::{ReadRecordResult, Reader};
use hyper::Method;
use hyper::header::HeaderMap;
use many::create_many;
use proptest::prelude::*;
use serde_json::Value;
use smart_customer::api::customer_csv::{defuse, undefuse};
use smart_customer::customer::{email, name};
use support::{Answer, CUSTOMERS, JOHN, TestApp, john_with};

const NDJSON: &str = "application/x-ndjson";
const CSV: &str = "text/csv";
const HEADER: &str = "id,first-name,last-name,email,vat-number,created-at,updated-at,category,confidence,market,quality,advisories\r\n";

async fn list(app: &TestApp, query: &str, accept: &str) -> Answer {
    let path = format!("{CUSTOMERS}{query}");
    app.request(Method::GET, &path).header("accept", accept).send().await
}

/// The cells of each line but the first, read by a reader that is not ours.
fn rows(csv: &[u8]) -> Vec<Vec<String>> {
    let (mut reader, mut input, mut rows) = (Reader::new(), csv, Vec::new());
    let (mut output, mut ends) = (vec![0; 8192], vec![0; 64]);
    loop {
        let (result, read, _, cells) = reader.read_record(input, &mut output, &mut ends);
        input = &input[read..];
        match result {
            ReadRecordResult::Record => {
                let starts = std::iter::once(&0).chain(&ends);
                let cell = |(&start, &end): (&usize, &usize)| {
                    String::from_utf8(output[start..end].to_vec()).unwrap()
                };
                rows.push(starts.zip(&ends[..cells]).map(cell).collect());
            }
            ReadRecordResult::End => return rows.split_off(1),
            ReadRecordResult::InputEmpty => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn each_form_has_the_same_customers_in_the_same_order() {
    let app = TestApp::start().await;
    create_many(&app, 700, |number| john_with("last-name", format!("Smith \"{number}\", J.")))
        .await;
    let json = list(&app, "", "application/json").await;
    let customers = json.json();
    let customers = customers.as_array().unwrap();
    let lines = list(&app, "", NDJSON).await;
    assert_eq!(lines.header("content-type"), NDJSON);
    assert!(lines.text().ends_with("}\n"));
    let parsed: Vec<Value> =
        lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(&parsed, customers);
    let csv = list(&app, "", CSV).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert!(csv.text().starts_with(HEADER) && csv.text().ends_with("\r\n"));
    let rows = rows(&csv.body);
    assert_eq!(rows.len(), customers.len());
    for (row, customer) in rows.iter().zip(customers) {
        let columns: Vec<&str> = HEADER.trim_end().split(',').collect();
        for (cell, column) in row.iter().zip(&columns[..7]) {
            assert_eq!(customer[*column], **cell, "{column}");
        }
        let ai = &customer["ai"];
        let (confidence, quality) = (ai["confidence"].to_string(), ai["quality"].to_string());
        assert_eq!(row[7..11], ["corporate", &confidence, "IT", &quality]);
        let codes = ai["advisories"].as_array().unwrap().iter();
        let codes: Vec<&str> = codes.map(|it| it["code"].as_str().unwrap()).collect();
        assert_eq!(row[11], codes.join(" "));
    }
}

#[tokio::test]
async fn a_list_says_that_its_form_depends_on_accept_and_that_it_must_be_asked_for_again() {
    let app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    for accept in ["*/*", NDJSON, CSV] {
        let answer = list(&app, "", accept).await;
        assert_eq!(answer.header("vary"), "Accept");
        assert_eq!(answer.header("cache-control"), "private, no-cache");
    }
    assert_eq!(app.get(CUSTOMERS).await.header("vary"), "Accept");
}

#[tokio::test]
async fn a_selection_of_nobody_is_empty_in_each_form() {
    let app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    for query in ["?market=DE", "?market=DE&limit=5", "?after=7ZZZZZZZZZZZZZZZZZZZZZZZZZ"] {
        for (accept, expected) in [("application/json", "[]"), (NDJSON, ""), (CSV, HEADER)] {
            let answer = list(&app, query, accept).await;
            assert_eq!((answer.status.as_u16(), answer.text()), (200, expected), "{query}");
        }
    }
}

#[tokio::test]
async fn the_form_is_the_one_that_the_client_likes_best_and_else_406() {
    let app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    for (accept, expected) in [
        ("text/csv, application/json;q=0.9", "text/csv; charset=utf-8; header=present"),
        ("text/csv, application/x-ndjson, */*;q=0.1", NDJSON),
        ("application/x-ndjson, application/json", "application/json"),
        ("application/json;q=0, application/*", NDJSON),
        ("text/*", "text/csv; charset=utf-8; header=present"),
        ("text/html, */*;q=0.1", "application/json"),
    ] {
        assert_eq!(list(&app, "", accept).await.header("content-type"), expected, "{accept}");
    }
    for accept in ["text/html", "text/csv;q=0", "*/*;q=0", "application/xml"] {
        let problem = list(&app, "", accept).await.problem(406, "not-acceptable");
        assert!(problem["detail"].as_str().unwrap().contains("text/csv"), "{problem}");
    }
}

#[tokio::test]
async fn head_sends_the_headers_of_get_in_each_form() {
    let app = TestApp::start().await;
    create_many(&app, 3, |_| JOHN.to_owned()).await;
    let told = |headers: &HeaderMap| {
        let mut headers = headers.clone();
        for own in ["date", "x-request-id", "transfer-encoding"] {
            headers.remove(own);
        }
        headers
    };
    for accept in ["application/json", NDJSON, CSV] {
        for query in ["", "?limit=2", "?market=DE"] {
            let path = format!("{CUSTOMERS}{query}");
            let head = app.request(Method::HEAD, &path).header("accept", accept).send().await;
            let get = list(&app, query, accept).await;
            assert_eq!((head.status, head.body.len()), (get.status, 0));
            assert_eq!(told(&head.headers), told(&get.headers), "{accept} {query}");
        }
    }
}

#[tokio::test]
async fn cells_that_a_spreadsheet_would_run_are_defused_and_others_left_alone() {
    const FIRST: [(&str, &str); 9] = [
        ("=1+1", "'=1+1"),
        ("+39 06", "'+39 06"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'t Hooft", "'t Hooft"),
        ("O'=Brien", "O'=Brien"),
        ("=HYPERLINK(\"x\",\"y\")", "'=HYPERLINK(\"x\",\"y\")"),
    ];
    let app = TestApp::start().await;
    create_many(&app, FIRST.len(), |number| john_with("first-name", FIRST[number].0)).await;
    app.post(CUSTOMERS, john_with("email", "=cmd|'a@example.com")).await;
    let csv = list(&app, "", CSV).await;
    let rows = rows(&csv.body);
    for (row, (given, shown)) in rows.iter().zip(FIRST) {
        assert_eq!(row[1], shown);
        assert_eq!(undefuse(&row[1]), given);
    }
    assert_eq!(rows[FIRST.len()][3], "'=cmd|'a@example.com");
    let json = app.get(CUSTOMERS).await.json();
    assert_eq!(json[0]["first-name"], "=1+1", "JSON is no spreadsheet");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_defused_comes_back_as_it_was(text in "['=+@\t\r\n＝＋－＠ a-]{0,6}|\\PC{0,6}") {
        let defused = defuse(&text);
        prop_assert_eq!(undefuse(&defused), &*text);
        let dangerous = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
        prop_assert!(!defused.starts_with(dangerous));
        // And so for what becomes of the text in a customer.
        let address = email::normalise(&format!("{text}@a.it"));
        for kept in [name::normalise("last-name", &text), address].into_iter().flatten() {
            let cell = defuse(&kept);
            prop_assert_eq!(undefuse(&cell), &*kept);
        }
    }
}
