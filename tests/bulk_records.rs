//! What must hold however a bulk body arrives and whatever is in it: its records are the same in
//! any pieces, a table reads as its plainest reader reads it, and nothing panics.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use smart_customer::api::bulk::{
    CsvRecords, MAX_RECORD, NdjsonRecords, Reading, Record, RecordFault, Records,
};
use smart_customer::api::customer_csv::{defuse, undefuse};
use smart_customer::api::draft_json;
use smart_customer::api::strict_json::BodyError;
use smart_customer::customer::{Details, Draft, Given, Violation};

const HEADER: &str = "first-name,last-name,email,vat-number\n";

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn ndjson() -> Records {
    Records::Ndjson(NdjsonRecords::new(Reading { history_until: None }))
}

fn csv() -> Records {
    let history_until = Some("2026-11-23T12:00:00Z".parse().unwrap());
    Records::Csv(CsvRecords::new(Reading { history_until }))
}

/// The records of the body that comes in `pieces`, up to the fault of a header.
fn read<'p>(
    mut records: Records,
    pieces: impl IntoIterator<Item = &'p [u8]>,
) -> Result<Vec<Record>, Vec<Violation>> {
    let mut all = Vec::new();
    for piece in pieces {
        records.feed(piece, &mut all)?;
    }
    records.finish(&mut all)?;
    Ok(all)
}

/// Cuts `body` at these places.
fn pieces<'b>(body: &'b [u8], cuts: &[prop::sample::Index]) -> Vec<&'b [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
    cuts.sort_unstable();
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([body.len()]);
    starts.zip(ends).map(|(start, end)| &body[start..end]).collect()
}

/// Bytes that mean something to one form or the other, and good parts of customers.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let parts: &[&[u8]] = &[
        b"\n", b"\r\n", b"\r", b",", b";", b"\t", b"\"", b"\"\"", b" ", b"'", b"=1", b"{", b"}", b"x",
        b"\xFF", b"\xEF\xBB\xBF", b"\xC3\xA9", b"Ada", b"ada@example.com", b"IT12345678903",
        b"Ada,Byron,ada@example.com,IT12345678903", b"first-name,last-name,email,vat-number\n",
        b"\"first-name\",last-name,\"email\",vat-number,created-at,id\r\n",
        b"{\"first-name\":\"Ada\",\"last-name\":\"B\",\"email\":\"a@b.cd\",\"vat-number\":\"IT12345678903\"}\n",
    ];
    let body = vec(select(parts.to_vec()), 0..40).prop_map(|parts| parts.concat());
    let with_header = body.clone().prop_map(|body| [HEADER.as_bytes(), &body].concat());
    prop_oneof![2 => with_header, 1 => body, 1 => vec(any::<u8>(), 0..200)]
}

/// A cell as it may be meant, and as it may be written.
fn cell() -> impl Strategy<Value = (String, bool)> {
    let text =
        vec(select(vec!['a', 'B', ' ', '"', ',', ';', '\n', '\r', '\'', '=', 'é', '@', '.']), 0..8);
    (text.prop_map(String::from_iter), any::<bool>())
}

/// The plainest way to write a table.
fn written(rows: &[Vec<(String, bool)>], line_end: &str) -> String {
    let cell = |(text, quoted): &(String, bool)| {
        let must = text.contains([',', '"', '\n', '\r']) || text.is_empty();
        if *quoted || must { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.clone() }
    };
    let row = |row: &Vec<(String, bool)>| row.iter().map(cell).collect::<Vec<_>>().join(",");
    rows.iter().map(|cells| row(cells) + line_end).collect()
}

/// What the domain says of a row of four cells.
fn expected(row: &[(String, bool)]) -> Result<Details, Vec<Violation>> {
    let [first_name, last_name, email, vat_number] =
        [0, 1, 2, 3].map(|place: usize| Given::Text(undefuse(&row[place].0).to_owned()));
    Draft { first_name, last_name, email, vat_number }.check()
}

fn found(record: &Record) -> Result<Details, Vec<Violation>> {
    match &record.customer {
        Ok(customer) => Ok(customer.details.clone()),
        Err(RecordFault::Draft(BodyError::Violations(faults))) => Err(faults.clone()),
        Err(fault) => panic!("{fault:?}"),
    }
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn a_body_has_the_same_records_in_any_pieces(
        body in body(),
        cuts in vec(any::<prop::sample::Index>(), 0..6),
    ) {
        for form in [ndjson, csv] {
            let whole = read(form(), [&body[..]]);
            prop_assert_eq!(&read(form(), pieces(&body, &cuts)), &whole);
            prop_assert_eq!(&read(form(), body.chunks(1)), &whole);
        }
    }

    #[test]
    fn lines_are_what_stands_between_line_ends(body in body()) {
        let records = read(ndjson(), [&body[..]]).unwrap();
        let mut lines: Vec<&[u8]> = body.split(|&byte| byte == b'\n').collect();
        lines.pop_if(|last| last.is_empty());
        prop_assert_eq!(records.len(), lines.len());
        for (record, line) in records.iter().zip(lines) {
            prop_assert_eq!(&record.identity, line);
            let found = record.customer.clone().map(|customer| customer.details);
            prop_assert_eq!(found, draft_json::parse(line).map_err(RecordFault::Draft));
        }
    }

    #[test]
    fn a_table_reads_as_it_was_written(
        rows in vec(vec(cell(), 4), 0..6),
        crlf in any::<bool>(),
        cuts in vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let table = HEADER.to_owned() + &written(&rows, if crlf { "\r\n" } else { "\n" });
        let records = read(csv(), pieces(table.as_bytes(), &cuts)).unwrap();
        prop_assert_eq!(records.len(), rows.len());
        for (record, row) in records.iter().zip(&rows) {
            prop_assert_eq!(found(record), expected(row));
        }
    }

    #[test]
    fn only_equal_rows_are_the_same_record(rows in vec(vec(cell(), 4), 2..5)) {
        let table = HEADER.to_owned() + &written(&rows, "\n");
        let records = read(csv(), [table.as_bytes()]).unwrap();
        let texts = |row: &[(String, bool)]| -> Vec<String> {
            row.iter().map(|(text, _)| text.clone()).collect()
        };
        for (one, row) in records.iter().zip(&rows) {
            for (other, other_row) in records.iter().zip(&rows) {
                let same = texts(row) == texts(other_row);
                prop_assert_eq!(one.identity == other.identity, same);
            }
        }
    }

    #[test]
    fn a_defused_cell_comes_back_as_it_was(text in "['=+@\t＝a -]{0,6}") {
        let cell = defuse(&text);
        prop_assert_eq!(undefuse(&cell), &text);
        let runs = cell.starts_with(['=', '+', '-', '@', '\t', '＝']);
        prop_assert!(!runs, "{cell:?}");
    }
}

proptest! {
    // Each case reads several times the longest record.
    #![proptest_config(cases(24))]

    #[test]
    fn the_longest_record_is_the_same_wherever_the_body_is_cut(
        beyond in -2_i32..=2,
        cuts in vec(any::<prop::sample::Index>(), 0..4),
        near in vec(0..8_usize, 0..3),
        has_end in any::<bool>(),
    ) {
        let length = MAX_RECORD.checked_add_signed(beyond as isize).unwrap();
        let good = "Ada,Byron,ada@example.com,IT12345678903";
        let pad = |good: &str, cells: usize| " ".repeat(length + cells - good.len()) + good;
        let line = good_line();
        for (form, body) in [(ndjson as fn() -> Records, pad(&line, 0)), (csv, HEADER.to_owned() + &pad(good, 3))] {
            let body = body + if has_end { "\n" } else { "" };
            let (body, end) = (body.as_bytes(), body.len());
            let records = read(form(), [body]).unwrap();
            prop_assert_eq!(records.len(), 1);
            prop_assert_eq!(records[0].customer.is_ok(), beyond <= 0, "{:?}", records[0].customer);
            prop_assert_eq!(&read(form(), pieces(body, &cuts)).unwrap(), &records);
            // Also just around the end, where the room ends.
            let mut cuts: Vec<usize> = near.iter().map(|near| end - near).collect();
            cuts.sort_unstable();
            let starts = std::iter::once(0).chain(cuts.iter().copied());
            let near = starts.zip(cuts.iter().copied().chain([end])).map(|(a, b)| &body[a..b]);
            prop_assert_eq!(&read(form(), near).unwrap(), &records);
        }
    }
}

fn good_line() -> String {
    r#"{"first-name":"Ada","last-name":"B","email":"a@b.cd","vat-number":"IT12345678903"}"#
        .to_owned()
}

#[test]
fn every_number_of_cells_gets_one_answer_with_and_without_a_line_end() {
    for count in 1..200 {
        for end in ["", "\n"] {
            let body = format!("{HEADER}{}{end}", vec!["x"; count].join(","));
            let records = read(csv(), [body.as_bytes()]).unwrap();
            assert_eq!(records.len(), 1, "{count} cells");
            let faults = found(&records[0]).unwrap_err();
            assert_eq!(faults[0].field == "record", count != 4, "{faults:?}");
        }
    }
}
