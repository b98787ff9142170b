//! Where the records of a file end, found piece by piece as the file goes by.
//!
//! An NDJSON record is a physical line, blank ones included. A CSV record may hold line breaks in
//! quoted cells, and blank lines between records belong to the record behind them.

use csv_core::{ReadRecordResult, Reader};

/// Finds the ends of records.
pub enum Records {
    /// Of lines.
    Lines {
        /// Whether the last line has no end yet.
        is_open: bool,
    },
    /// Of CSV records, the header among them.
    Csv(Box<CsvRecords>),
}

/// Reads CSV for the ends of its records only; what the cells hold is written over.
pub struct CsvRecords {
    reader: Reader,
    cells: [u8; 4096],
    cell_ends: [usize; 64],
}

impl Records {
    /// Of lines.
    pub fn lines() -> Records {
        Records::Lines { is_open: false }
    }

    /// Of CSV.
    pub fn csv() -> Records {
        let (reader, cells, cell_ends) = (Reader::new(), [0; 4096], [0; 64]);
        Records::Csv(Box::new(CsvRecords { reader, cells, cell_ends }))
    }

    /// Adds to `ends` where records end in `bytes`, the next of the file, which begin at `at`.
    pub fn read(&mut self, bytes: &[u8], at: u64, ends: &mut Vec<u64>) {
        match self {
            Records::Lines { is_open } => {
                let feeds = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
                ends.extend(feeds.map(|(index, _)| at + index as u64 + 1));
                *is_open = bytes.last().map_or(*is_open, |&last| last != b'\n');
            }
            Records::Csv(csv) => csv.read(bytes, at, ends),
        }
    }

    /// Adds to `ends` the end of a last record that the file's end at `at` ends.
    pub fn finish(&mut self, at: u64, ends: &mut Vec<u64>) {
        let is_open = match self {
            Records::Lines { is_open } => *is_open,
            Records::Csv(csv) => matches!(csv.step(&[]).0, ReadRecordResult::Record),
        };
        if is_open {
            ends.push(at);
        }
    }
}

impl CsvRecords {
    fn read(&mut self, bytes: &[u8], at: u64, ends: &mut Vec<u64>) {
        let mut done = 0;
        while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
            let (result, read) = self.step(rest);
            done += read;
            if let ReadRecordResult::Record = result {
                ends.push(at + done as u64);
            }
        }
    }

    fn step(&mut self, bytes: &[u8]) -> (ReadRecordResult, usize) {
        let step = self.reader.read_record(bytes, &mut self.cells, &mut self.cell_ends);
        (step.0, step.1)
    }
}

#[cfg(test)]
mod tests {
    use super::Records;

    /// The records of `text`, which comes in pieces of `size` bytes.
    fn records(mut records: Records, text: &str, size: usize) -> Vec<String> {
        let (mut ends, mut at) = (Vec::new(), 0);
        for piece in text.as_bytes().chunks(size) {
            records.read(piece, at, &mut ends);
            at += piece.len() as u64;
        }
        records.finish(at, &mut ends);
        let mut start = 0;
        let mut cut = |end: u64| {
            let range = start..usize::try_from(end).unwrap();
            start = range.end;
            text[range].to_owned()
        };
        ends.into_iter().map(&mut cut).collect()
    }

    #[test]
    fn lines_end_where_they_end_however_they_come() {
        for (text, expected) in [
            ("", vec![]),
            ("a", vec!["a"]),
            ("a\n\nb\r\n", vec!["a\n", "\n", "b\r\n"]),
            ("a\n\n", vec!["a\n", "\n"]),
            ("\nlong line", vec!["\n", "long line"]),
        ] {
            for size in 1..6 {
                assert_eq!(records(Records::lines(), text, size), expected, "{text:?} by {size}");
            }
        }
    }

    #[test]
    fn csv_records_end_where_they_end_however_they_come() {
        for (text, expected) in [
            ("", vec![]),
            ("\n\n", vec![]),
            ("a,b", vec!["a,b"]),
            ("a,b\nc,d\n\n", vec!["a,b\n", "c,d\n"]),
            ("a,b\n\n\nc,d\n", vec!["a,b\n", "\n\nc,d\n"]),
            ("a,b\r\nc,d\r\n", vec!["a,b\r", "\nc,d\r"]),
            ("a,\"x\r\n\"\"y\"\"\n\"\nc,d", vec!["a,\"x\r\n\"\"y\"\"\n\"\n", "c,d"]),
            ("a,\"never closed\n", vec!["a,\"never closed\n"]),
        ] {
            for size in 1..6 {
                assert_eq!(records(Records::csv(), text, size), expected, "{text:?} by {size}");
            }
        }
    }

    #[test]
    fn a_record_beyond_every_buffer_is_one_record() {
        let long = format!("{},\"{}\"\nx,y\n", "a,".repeat(500), "b\n".repeat(20_000));
        assert_eq!(records(Records::csv(), &long, 1000).len(), 2);
    }
}
