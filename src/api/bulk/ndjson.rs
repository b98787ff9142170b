//! NDJSON (<https://github.com/ndjson/ndjson-spec>): one JSON object a line. A blank line is a
//! record without a customer, so that answers can be matched with lines by their number.

use super::{BulkCustomer, MAX_RECORD, Reading, Record, RecordFault};
use crate::api::draft_json;
use crate::api::strict_json::BodyError;

/// Cuts NDJSON into lines and reads the customer in each.
pub struct NdjsonRecords {
    reading: Reading,
    /// The line so far, as long as it is not too long.
    line: Vec<u8>,
    is_too_long: bool,
}

impl NdjsonRecords {
    /// At the beginning of a body.
    pub fn new(reading: Reading) -> NdjsonRecords {
        NdjsonRecords { reading, line: Vec::new(), is_too_long: false }
    }

    /// See [`super::Records::feed`].
    pub fn feed(&mut self, mut bytes: &[u8], out: &mut Vec<Record>) {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            let (line, rest) = bytes.split_at(end);
            self.extend(line);
            out.push(self.take());
            bytes = rest.get(1..).unwrap_or_default();
        }
        self.extend(bytes);
    }

    /// See [`super::Records::finish`].
    pub fn finish(&mut self, out: &mut Vec<Record>) {
        if !self.line.is_empty() || self.is_too_long {
            out.push(self.take());
        }
    }

    fn extend(&mut self, bytes: &[u8]) {
        if self.is_too_long || self.line.len() + bytes.len() > MAX_RECORD {
            self.is_too_long = true;
            self.line.clear();
        } else {
            self.line.extend_from_slice(bytes);
        }
    }

    /// The record that ends here.
    fn take(&mut self) -> Record {
        let line = std::mem::take(&mut self.line);
        let customer = if std::mem::take(&mut self.is_too_long) {
            Err(RecordFault::TooLong)
        } else {
            self.read(&line).map_err(RecordFault::Draft)
        };
        Record { identity: line, customer }
    }

    fn read(&self, line: &[u8]) -> Result<BulkCustomer, BodyError> {
        match self.reading.history_until {
            None => draft_json::parse(line).map(|details| BulkCustomer { details, history: None }),
            Some(now) => draft_json::parse_with_history(line, now)
                .map(|(details, history)| BulkCustomer { details, history: Some(history) }),
        }
    }
}
