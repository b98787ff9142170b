//! CSV (RFC 4180): a header line with the names of the fields, then one customer a record. Cells
//! that an export defused come back as they were. Where the header has semicolons or tabs and no
//! comma, as spreadsheets of many countries write it, they part the cells.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::cells::{Cells, MAX_CELLS};
use super::{BulkCustomer, MAX_RECORD, Reading, Record, RecordFault};
use crate::api::customer_csv::undefuse;
use crate::api::strict_json;
use crate::api::strict_json::BodyError;
use crate::customer::{Code, Draft, Given, GivenHistory, Violation};

/// What a cell of a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    FirstName,
    LastName,
    Email,
    VatNumber,
    CreatedAt,
    DeletedAt,
    /// A column of an export that says nothing about what to keep.
    Ignored,
}

/// The columns that every header has.
const REQUIRED: [(&str, Column); 4] = [
    ("first-name", Column::FirstName),
    ("last-name", Column::LastName),
    ("email", Column::Email),
    ("vat-number", Column::VatNumber),
];

/// Columns of an export, which may come back and are ignored.
const READ_ONLY: [&str; 9] = [
    "id",
    "created-at",
    "updated-at",
    "ai",
    "category",
    "confidence",
    "market",
    "quality",
    "advisories",
];

/// Cuts CSV into records and reads the customer in each.
pub struct CsvRecords {
    reading: Reading,
    /// The first line, until it is whole: it says what parts the cells.
    first_line: Vec<u8>,
    /// There once the first line is whole. Made once only, as its tables are most of the work on a
    /// short body; copied it would not be whole (csv-core 0.1.13 leaves the tables behind).
    reader: Option<Box<Reader>>,
    columns: Option<Vec<Column>>,
    cells: Cells,
}

impl CsvRecords {
    /// At the beginning of a body.
    pub fn new(reading: Reading) -> CsvRecords {
        let (first_line, cells) = (Vec::new(), Cells::new());
        CsvRecords { reading, first_line, reader: None, columns: None, cells }
    }

    /// Whether the header was read.
    pub fn is_past_header(&self) -> bool {
        self.columns.is_some()
    }

    /// See [`super::Records::feed`].
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Record>) -> Result<(), Vec<Violation>> {
        if self.reader.is_some() {
            return self.read(bytes, out);
        }
        self.first_line.extend_from_slice(bytes);
        // Only what is new is looked at: else a body in tiny pieces would be read over and over.
        if bytes.contains(&b'\n') || self.first_line.len() > MAX_RECORD {
            return self.begin(out);
        }
        Ok(())
    }

    /// See [`super::Records::finish`].
    pub fn finish(&mut self, out: &mut Vec<Record>) -> Result<(), Vec<Violation>> {
        self.begin(out)?;
        // Ends a last record without a line end; a quote that is still open takes it for a text.
        self.read(b"\n", out)?;
        match &self.columns {
            None if self.cells.is_begun() => Err(vec![open_quote("header")]),
            None => Err(vec![no_header()]),
            Some(_) => {
                out.extend(self.cells.is_begun().then(|| unfinished(&self.cells)));
                Ok(())
            }
        }
    }

    /// Chooses what parts the cells, and reads what was held back for that.
    fn begin(&mut self, out: &mut Vec<Record>) -> Result<(), Vec<Violation>> {
        if self.reader.is_some() {
            return Ok(());
        }
        let held = std::mem::take(&mut self.first_line);
        let held = held.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&held);
        let header = held.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let reader = ReaderBuilder::new().delimiter(delimiter(header)).build();
        self.reader = Some(Box::new(reader));
        self.read(held, out)
    }

    fn read(&mut self, mut bytes: &[u8], out: &mut Vec<Record>) -> Result<(), Vec<Violation>> {
        while !bytes.is_empty() {
            let used = self.read_some(bytes, out)?;
            bytes = bytes.get(used..).unwrap_or_default();
        }
        Ok(())
    }

    /// Reads up to the end of a record at most; how many bytes that took.
    fn read_some(&mut self, bytes: &[u8], out: &mut Vec<Record>) -> Result<usize, Vec<Violation>> {
        let cells = &mut self.cells;
        let (room, ends) = cells.room();
        let reader = self.reader.get_or_insert_with(|| Box::new(Reader::new()));
        let (result, used, filled, count) = reader.read_record(bytes, room, ends);
        cells.add(filled, count);
        match result {
            ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            ReadRecordResult::OutputFull => cells.drop_as_too_long(),
            ReadRecordResult::OutputEndsFull => cells.drop_as_too_many(),
            ReadRecordResult::Record => self.end_record(out)?,
        }
        Ok(used)
    }

    fn end_record(&mut self, out: &mut Vec<Record>) -> Result<(), Vec<Violation>> {
        match &self.columns {
            Some(columns) => out.push(record(&self.cells, columns, self.reading)),
            None => {
                let with_history = self.reading.history_until.is_some();
                self.columns = Some(header(&self.cells, with_history)?);
            }
        }
        self.cells.clear();
        Ok(())
    }
}

fn delimiter(header: &[u8]) -> u8 {
    let has = |byte| header.contains(&byte);
    match (has(b','), has(b';'), has(b'\t')) {
        (false, true, _) => b';',
        (false, false, true) => b'\t',
        _ => b',',
    }
}

fn no_header() -> Violation {
    let message = "the first line names the columns: first-name,last-name,email,vat-number";
    Violation::new("header", Code::Missing, message)
}

fn open_quote(field: &'static str) -> Violation {
    let message = "the quote that begins a cell is never closed; a quote in a cell is doubled";
    Violation::new(field, Code::OpenQuote, message)
}

/// What is left at the end of the body: the beginning of a record within a quote.
fn unfinished(cells: &Cells) -> Record {
    let fault = if cells.is_too_long() {
        RecordFault::TooLong
    } else {
        RecordFault::Draft(BodyError::Violations(vec![open_quote("record")]))
    };
    Record { identity: Vec::new(), customer: Err(fault) }
}

fn header(cells: &Cells, with_history: bool) -> Result<Vec<Column>, Vec<Violation>> {
    if cells.is_too_long() || cells.count().is_none() {
        let message =
            format!("the first line has more than {MAX_RECORD} bytes or {MAX_CELLS} cells");
        return Err(vec![Violation::new("header", Code::TooLong, message)]);
    }
    let (mut columns, mut faults) = (Vec::new(), Vec::new());
    let mut seen: Vec<String> = Vec::new();
    for cell in cells.iter() {
        let name = String::from_utf8_lossy(cell).trim().to_owned();
        match column(&name, with_history) {
            None => faults.push(strict_json::unknown_field(&name, &REQUIRED.map(|(name, _)| name))),
            Some(_) if seen.contains(&name) => {
                let message = format!("{name} is given more than once");
                faults.push(Violation::new(name.clone(), Code::DuplicateField, message));
            }
            Some(column) => columns.push(column),
        }
        seen.push(name);
    }
    faults.extend(missing(&columns));
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

fn missing(columns: &[Column]) -> impl Iterator<Item = Violation> {
    REQUIRED.iter().filter(|(_, column)| !columns.contains(column)).map(|(name, _)| {
        Violation::new(*name, Code::Missing, format!("the header line has no column {name}"))
    })
}

fn column(name: &str, with_history: bool) -> Option<Column> {
    match name {
        "created-at" if with_history => Some(Column::CreatedAt),
        "deleted-at" if with_history => Some(Column::DeletedAt),
        name if READ_ONLY.contains(&name) => Some(Column::Ignored),
        name => REQUIRED.iter().find(|(known, _)| *known == name).map(|(_, column)| *column),
    }
}

fn record(cells: &Cells, columns: &[Column], reading: Reading) -> Record {
    if cells.is_too_long() {
        return Record { identity: Vec::new(), customer: Err(RecordFault::TooLong) };
    }
    // Another order of the columns makes other customers of the same cells.
    let mut identity: Vec<u8> = columns.iter().map(|&column| column as u8).collect();
    for cell in cells.iter() {
        identity.extend_from_slice(&(cell.len() as u64).to_le_bytes());
        identity.extend_from_slice(cell);
    }
    let customer = customer(cells, columns, reading)
        .map_err(|faults| RecordFault::Draft(BodyError::Violations(faults)));
    Record { identity, customer }
}

fn customer(
    cells: &Cells,
    columns: &[Column],
    reading: Reading,
) -> Result<BulkCustomer, Vec<Violation>> {
    if cells.count() != Some(columns.len()) {
        return Err(vec![cell_count(cells, columns.len())]);
    }
    let (draft, given) = fields(cells, columns)?;
    let history = reading.history_until.map(|now| given.check(now)).transpose();
    match (draft.check(), history) {
        (Ok(details), Ok(history)) => Ok(BulkCustomer { details, history }),
        (details, history) => {
            Err([details.err(), history.err()].into_iter().flatten().flatten().collect())
        }
    }
}

fn cell_count(cells: &Cells, expected: usize) -> Violation {
    let found = cells.count().map_or(format!("more than {MAX_CELLS}"), |count| count.to_string());
    let message = format!("the record has {found} cells, the header has {expected}");
    Violation::new("record", Code::CellCount, message)
}

/// The cells as the fields that they are.
fn fields(cells: &Cells, columns: &[Column]) -> Result<(Draft, GivenHistory), Vec<Violation>> {
    let (mut draft, mut history) = (Draft::default(), GivenHistory::default());
    let mut faults = Vec::new();
    for (cell, column) in cells.iter().zip(columns) {
        let (name, given) = match column {
            Column::FirstName => ("first-name", &mut draft.first_name),
            Column::LastName => ("last-name", &mut draft.last_name),
            Column::Email => ("email", &mut draft.email),
            Column::VatNumber => ("vat-number", &mut draft.vat_number),
            Column::CreatedAt => ("created-at", &mut history.created_at),
            Column::DeletedAt => ("deleted-at", &mut history.deleted_at),
            Column::Ignored => continue,
        };
        match std::str::from_utf8(cell) {
            Ok(text) => *given = Given::Text(undefuse(text).to_owned()),
            Err(_) => {
                let message = format!("{name} is not UTF-8; save the file with that encoding");
                faults.push(Violation::new(name, Code::NotUtf8, message));
            }
        }
    }
    if faults.is_empty() { Ok((draft, history)) } else { Err(faults) }
}
