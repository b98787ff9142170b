//! Many customers in one request as a table: what its header may be, and what each record is.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/bulk.rs"]
mod bulk;
mod support;

use bulk::{CSV, HEADER, answers, faults, record, send, statuses, stored};
use serde_json::Value;
use smart_customer::api::customer_csv::CsvWriter;
use smart_customer::customer::{Assessment, Customer, CustomerId, Draft, Given};
use support::{CUSTOMERS, TestApp, ids};

const ADA: &str = "Ada,Byron,ada@example.com,IT12345678903";

async fn sent(app: &TestApp, body: impl Into<hyper::body::Bytes>) -> Vec<Value> {
    answers(&send(app, CUSTOMERS, CSV, body).await)
}

/// The values of `field` of all customers, in the order of the list.
async fn listed(app: &TestApp, field: &str) -> Vec<String> {
    let list = app.get(CUSTOMERS).await.json();
    let customers = list.as_array().unwrap().iter();
    customers.map(|customer| customer[field].as_str().unwrap().to_owned()).collect()
}

/// Field and code of what is wrong with the header of `body`.
async fn header_faults(app: &TestApp, body: impl Into<String>) -> Vec<(String, String)> {
    let answer = send(app, CUSTOMERS, CSV, body.into()).await;
    answer.faults(400, "invalid-request")
}

#[tokio::test]
async fn each_record_gets_one_answer_and_the_customers_are_listed_in_the_order_of_the_records() {
    let app = TestApp::start().await;
    let body: String = HEADER.to_owned() + &(0..600).map(record).collect::<String>();
    let answers = sent(&app, body).await;
    assert_eq!(statuses(&answers), [201; 600]);
    assert_eq!(stored(&answers), ids(&app.get(CUSTOMERS).await.json()));
    let expected: Vec<String> = (0..600).map(|number| format!("Number {number}")).collect();
    assert_eq!(listed(&app, "last-name").await, expected);
}

#[tokio::test]
async fn a_header_that_is_none_is_400_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let pair = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    assert_eq!(header_faults(&app, "").await, [pair("header", "missing")]);
    assert_eq!(header_faults(&app, "\n\r\n").await, [pair("header", "missing")]);
    assert_eq!(header_faults(&app, "\u{FEFF}").await, [pair("header", "missing")]);
    let without = format!("first-name,last-name\n{ADA}\n");
    let missing = [pair("email", "missing"), pair("vat-number", "missing")];
    assert_eq!(header_faults(&app, without).await, missing);
    let twice = format!("first-name,last-name,email,email,vat-number\n{ADA}\n");
    assert_eq!(header_faults(&app, twice).await, [pair("email", "duplicate-field")]);
    let unknown = format!("first-name,last-name,e-mail,vat-number\n{ADA}\n");
    let expected = [pair("e-mail", "unknown-field"), pair("email", "missing")];
    assert_eq!(header_faults(&app, unknown).await, expected);
    let none = format!("{ADA}\n{ADA}\n");
    assert_eq!(header_faults(&app, none).await.len(), 8, "four unknown, four missing");
    let deleted = format!("{},deleted-at\n{ADA},\n", HEADER.trim());
    assert_eq!(header_faults(&app, deleted).await, [pair("deleted-at", "unknown-field")]);
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn a_header_beyond_all_measure_is_told_as_that() {
    let app = TestApp::start().await;
    for header in ["x".repeat(200_000), format!("{}first-name", "email,".repeat(200))] {
        let faults = header_faults(&app, format!("{header}\n{ADA}\n")).await;
        assert_eq!(faults, [("header".to_owned(), "too-long".to_owned())]);
    }
}

#[tokio::test]
async fn columns_may_stand_in_any_order_with_read_only_ones_between() {
    let app = TestApp::start().await;
    let body = "id, email ,vat-number,\"last-name\",created-at,first-name,advisories\r\n\
        x,ada@example.com,IT12345678903,Byron,never,Ada,vat-checksum\r\n";
    assert_eq!(statuses(&sent(&app, body).await), [201]);
    assert_eq!(listed(&app, "first-name").await, ["Ada"]);
    assert_eq!(listed(&app, "last-name").await, ["Byron"]);
}

#[tokio::test]
async fn tables_of_spreadsheets_are_read_with_their_mark_semicolons_tabs_and_line_ends() {
    let app = TestApp::start().await;
    let table = format!("{HEADER}{ADA}\n{ADA}\n");
    for body in [
        format!("\u{FEFF}{table}"),
        table.replace('\n', "\r\n"),
        table.replace('\n', "\r"),
        table.replace(',', ";"),
        table.replace(',', "\t"),
        format!("\u{FEFF}{}", table.replace(',', ";").replace('\n', "\r\n")),
        table.trim_end().to_owned(),
        table.replace('\n', "\n\n"),
        format!("\u{FEFF}\"first-name\"{}", table.strip_prefix("first-name").unwrap()),
    ] {
        assert_eq!(statuses(&sent(&app, body.clone()).await), [201, 201], "{body:?}");
    }
    // A comma in a header of commas is what parts cells: a semicolon is then a part of a cell.
    let answers = sent(&app, format!("{HEADER}Ada;B,C,a@example.com,IT12345678903\n")).await;
    assert_eq!(statuses(&answers), [201]);
    assert_eq!(listed(&app, "first-name").await.last().unwrap(), "Ada;B");
}

#[tokio::test]
async fn quoted_cells_hold_delimiters_quotes_and_line_breaks() {
    let app = TestApp::start().await;
    let body = format!(
        "{HEADER}\"O\"\"Brien, the\",\"By;ron\",ada@example.com,\"IT12345678903\"\n\
         \"A\r\nda\",Byron,ada@example.com,IT12345678903\n{ADA}\n"
    );
    let answers = sent(&app, body).await;
    // A line break is no part of a name, but it does not end the record.
    assert_eq!(answers.len(), 3);
    assert_eq!(
        (answers[0]["status"].as_u64(), answers[2]["status"].as_u64()),
        (Some(201), Some(201))
    );
    assert_eq!(listed(&app, "first-name").await.first().unwrap(), "O\"Brien, the");
    assert_eq!(listed(&app, "first-name").await.last().unwrap(), "Ada");
}

#[tokio::test]
async fn a_record_with_too_many_or_too_few_cells_is_refused_alone() {
    let app = TestApp::start().await;
    let many = "x,".repeat(300);
    let body = format!("{HEADER}Ada,Byron\n{ADA}\n{ADA},\n{ADA}\n{many}\n{ADA}\n \n{ADA}");
    let answers = sent(&app, body).await;
    assert_eq!(statuses(&answers), [400, 201, 400, 201, 400, 201, 400, 201]);
    for refused in [0, 2, 4, 6] {
        assert_eq!(faults(&answers[refused]), [("record", "cell-count")]);
    }
    let message = &answers[2]["problem"]["errors"][0]["message"];
    assert_eq!(message, "the record has 5 cells, the header has 4");
    assert_eq!(listed(&app, "email").await.len(), 4);
}

#[tokio::test]
async fn a_record_may_have_64_kib_in_its_cells_and_not_a_byte_more() {
    let app = TestApp::start().await;
    let padded = |length: usize| format!("{}{ADA}", " ".repeat(length - ADA.len() + 3));
    for end in ["\n", ""] {
        let body = [65_536, 65_537, 400_000, 65_535, 65_537].map(padded).join("\n");
        let answers = sent(&app, format!("{HEADER}{body}{end}")).await;
        assert_eq!(statuses(&answers), [201, 413, 413, 201, 413]);
        assert_eq!(answers[1]["problem"]["type"], "/problems/content-too-large");
        let answers = sent(&app, format!("{HEADER}{}{end}", padded(65_536))).await;
        assert_eq!(statuses(&answers), [201]);
    }
}

#[tokio::test]
async fn faulty_cells_are_told_field_by_field() {
    let app = TestApp::start().await;
    let mut body = format!("{HEADER} ,Byron,x,\n").into_bytes();
    body.extend(b"Ren\xE9,Byron,ada@example.com,IT12345678903\n");
    body.extend(ADA.as_bytes());
    let answers = sent(&app, body).await;
    let expected =
        [("first-name", "blank"), ("email", "invalid-email"), ("vat-number", "invalid-vat-number")];
    assert_eq!(faults(&answers[0]), expected);
    assert_eq!(faults(&answers[1]), [("first-name", "not-utf-8")]);
    assert_eq!(answers[2]["status"], 201);
}

/// A customer with names that a spreadsheet might run.
fn risky(number: u8, name: &str) -> Customer {
    let text = |text: &str| Given::Text(text.to_owned());
    let draft = Draft {
        first_name: text(name),
        last_name: text(name),
        email: text("=1+1@example.com"),
        vat_number: text("IT12345678903"),
    };
    let id = CustomerId::from_bytes([number; 16]);
    let (details, assessment) = (draft.check().unwrap(), Assessment::none());
    Customer::new(id, details, assessment, "2020-01-01T00:00:00Z".parse().unwrap())
}

#[tokio::test]
async fn what_was_exported_comes_back_as_it_was_defused_cells_included() {
    let app = TestApp::start().await;
    let names = [
        "=1+1", "+39 Ada", "-Ada", "@SUM(A1)", "'t Hooft", "'=1", "''=1", "'", "＝1", "O'Brien",
        "a=b", "\"q\"",
    ];
    let (mut writer, mut table) = (CsvWriter::default(), Vec::new());
    writer.write_header(&mut table);
    for (number, name) in (0..).zip(names) {
        writer.write_customer(&risky(number, name), &mut table);
    }
    assert!(String::from_utf8(table.clone()).unwrap().contains("'=1+1@example.com"));
    assert_eq!(statuses(&sent(&app, table).await), [201; 12]);
    assert_eq!(listed(&app, "first-name").await, names);
    assert_eq!(listed(&app, "last-name").await, names);
    assert_eq!(listed(&app, "email").await, ["=1+1@example.com"; 12]);
}

#[tokio::test]
async fn a_quote_that_is_never_closed_loses_nothing_before_it() {
    let app = TestApp::start().await;
    let body = format!("{HEADER}{ADA}\n\"{ADA}\n{}", format!("{ADA}\n").repeat(3000));
    assert_eq!(statuses(&sent(&app, body).await), [201, 413]);
    assert_eq!(listed(&app, "email").await.len(), 1);
    let cut = format!("{HEADER}{ADA}\nAda,Byron,ada@example.com,\"IT12345678903");
    let answers = sent(&app, cut).await;
    assert_eq!(statuses(&answers), [201, 400], "{answers:?}");
    assert_eq!(faults(&answers[1]), [("record", "open-quote")]);
    let header = header_faults(&app, format!("\"{HEADER}{ADA}\n")).await;
    assert_eq!(header, [("header".to_owned(), "open-quote".to_owned())]);
    assert_eq!(listed(&app, "email").await.len(), 2);
}
