//! Many customers in one body: NDJSON or CSV, cut into records as its bytes arrive, in constant
//! memory whatever the length of the body or of a record.

mod cells;
mod csv;
mod ndjson;

use jiff::Timestamp;

use super::strict_json::BodyError;
use crate::customer::{Details, History, Violation};
pub use csv::CsvRecords;
pub use ndjson::NdjsonRecords;

/// Longest record, in bytes: a line of NDJSON without its end, the cells of a CSV record.
pub const MAX_RECORD: usize = 64 * 1024;

/// A customer of a bulk body, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkCustomer {
    /// The four fields.
    pub details: Details,
    /// When it was created and deleted, where the body says so and may.
    pub history: Option<History>,
}

/// Why a record holds no customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordFault {
    /// It is longer than [`MAX_RECORD`].
    TooLong,
    /// It holds a faulty customer, or none.
    Draft(BodyError),
}

/// A record as it was sent: what it was, for comparing it with another, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The bytes that decide whether another record is the same: a line, or columns and cells.
    pub identity: Vec<u8>,
    /// The customer, or what is wrong.
    pub customer: Result<BulkCustomer, RecordFault>,
}

/// How records are read.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// With their history: then no date may lie behind this one.
    pub history_until: Option<Timestamp>,
}

/// Cuts a body into records.
pub enum Records {
    /// One JSON object a line.
    Ndjson(NdjsonRecords),
    /// A header line, then one customer a record.
    Csv(CsvRecords),
}

impl Records {
    /// Takes the next bytes of the body and appends the records that end in them to `out`.
    ///
    /// # Errors
    /// What is wrong with the header line of a CSV body; no record can be read then.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Record>) -> Result<(), Vec<Violation>> {
        match self {
            Records::Ndjson(records) => records.feed(bytes, out),
            Records::Csv(records) => return records.feed(bytes, out),
        }
        Ok(())
    }

    /// Takes the end of the body, which ends a last record without a line end, too.
    ///
    /// # Errors
    /// As [`Records::feed`]; a CSV body without any line has no header.
    pub fn finish(&mut self, out: &mut Vec<Record>) -> Result<(), Vec<Violation>> {
        match self {
            Records::Ndjson(records) => records.finish(out),
            Records::Csv(records) => return records.finish(out),
        }
        Ok(())
    }

    /// Whether nothing but records can follow: the header, where there is one, was read.
    pub fn is_past_header(&self) -> bool {
        match self {
            Records::Ndjson(_) => true,
            Records::Csv(records) => records.is_past_header(),
        }
    }
}
