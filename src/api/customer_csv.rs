//! Customers as CSV (RFC 4180), for spreadsheets and for the way back in.
//!
//! A spreadsheet runs a cell that begins like a formula, whoever wrote it (OWASP, "CSV
//! Injection"). Such a cell is *defused*: an apostrophe is put before it, which makes it a text.
//! Reading drops that apostrophe, so that a customer that goes out and comes in again is the same.

use std::borrow::Cow;

use csv_core::{Terminator, Writer, WriterBuilder};

use crate::customer::Customer;
use crate::customer::assessment::Advisory;
use crate::intelligence;

/// The names of the columns, in order.
pub const COLUMNS: [&str; 12] = [
    "id",
    "first-name",
    "last-name",
    "email",
    "vat-number",
    "created-at",
    "updated-at",
    "category",
    "confidence",
    "market",
    "quality",
    "advisories",
];

/// The text as a cell that no spreadsheet runs.
///
/// `'t Hooft` stays as it is, both ways: behind its apostrophe is nothing to run. What looks
/// defused already, such as `'=1`, gets one apostrophe more, of which [`undefuse`] drops one.
pub fn defuse(text: &str) -> Cow<'_, str> {
    if begins_like_formula(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text behind a cell: the inverse of [`defuse`].
pub fn undefuse(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if begins_like_formula(text.trim_start_matches('\'')) => text,
        _ => cell,
    }
}

/// The full-width signs count as the plain ones do: a Japanese spreadsheet takes them for those.
fn begins_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// Writes rows, each to the end of a buffer.
pub struct CsvWriter {
    writer: Writer,
}

impl Default for CsvWriter {
    fn default() -> CsvWriter {
        CsvWriter { writer: WriterBuilder::new().terminator(Terminator::CRLF).build() }
    }
}

impl CsvWriter {
    /// Appends the line with the names of the columns.
    pub fn write_header(&mut self, out: &mut Vec<u8>) {
        self.write_row(COLUMNS, out);
    }

    /// Appends a customer, with what is understood of it, as a line.
    pub fn write_customer(&mut self, customer: &Customer, out: &mut Vec<u8>) {
        let details = &customer.details;
        let assessment = intelligence::assessment_of(customer);
        let row: [&str; COLUMNS.len()] = [
            &customer.id.to_string(),
            &details.first_name,
            &details.last_name,
            &details.email,
            details.vat_number.as_str(),
            &format!("{:.3}", customer.created_at),
            &format!("{:.3}", customer.updated_at),
            assessment.category.as_str(),
            &assessment.confidence.share().to_string(),
            details.vat_number.market().unwrap_or_default(),
            &assessment.quality.share().to_string(),
            &codes(assessment.advisories()),
        ];
        self.write_row(row, out);
    }

    fn write_row(&mut self, cells: [&str; COLUMNS.len()], out: &mut Vec<u8>) {
        for (number, cell) in cells.into_iter().enumerate() {
            if number > 0 {
                self.append(out, 0, |writer, room| writer.delimiter(room).1);
            }
            let cell = defuse(cell);
            self.append(out, cell.len(), |writer, room| writer.field(cell.as_bytes(), room).2);
        }
        self.append(out, 0, |writer, room| writer.terminator(room).1);
    }

    /// Lets the writer append to `out` what comes of `length` bytes, given all the room that it
    /// can need: every byte a quote that is doubled, and what opens, closes and ends a cell.
    fn append(
        &mut self,
        out: &mut Vec<u8>,
        length: usize,
        write: impl FnOnce(&mut Writer, &mut [u8]) -> usize,
    ) {
        const AROUND: usize = 4;
        let start = out.len();
        out.resize(start + 2 * length + AROUND, 0);
        let written = write(&mut self.writer, out.get_mut(start..).unwrap_or_default());
        out.truncate(start + written);
    }
}

/// The codes of advisories, separated by spaces.
fn codes(advisories: &[Advisory]) -> String {
    let codes: Vec<&str> = advisories.iter().map(|advisory| advisory.code.as_str()).collect();
    codes.join(" ")
}
