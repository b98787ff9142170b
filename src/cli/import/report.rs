//! What was refused, to be corrected and imported: the records as they were, their reasons beside.
//!
//! The report is in the form of the import (CSV with its header), byte for byte, so that it can be
//! imported as it is. Why each record was refused is in a text file beside it, one line a record.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::iter;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::super::Failure;
use super::super::whole_file::WholeFile;

/// What the file of the reasons is called, after the report.
const REASONS: &str = "reasons.txt";

/// What the report is named after where the import is no file.
const UNNAMED: &str = "import";

/// Where the report goes.
pub enum Place {
    /// There, in place of an earlier one.
    Chosen(PathBuf),
    /// Under this name without its ending, or one like it that is free: an earlier report may be
    /// under correction.
    Free(PathBuf, &'static str),
}

impl Place {
    /// Where the report goes unless told otherwise: beside the imported file.
    pub fn beside(file: Option<&Path>, ending: &'static str) -> Place {
        let file = file.unwrap_or(Path::new(UNNAMED));
        let mut name = file.file_stem().unwrap_or(UNNAMED.as_ref()).to_owned();
        name.push(".refused");
        Place::Free(file.with_file_name(name), ending)
    }

    /// The name it has in the best case.
    fn wanted(&self) -> PathBuf {
        match self {
            Place::Chosen(path) => path.clone(),
            Place::Free(stem, ending) => numbered(stem, 1, ending),
        }
    }
}

fn numbered(stem: &Path, number: usize, ending: &str) -> PathBuf {
    let mut name = stem.as_os_str().to_owned();
    match number {
        1 => name.push(format!(".{ending}")),
        _ => name.push(format!(".{number}.{ending}")),
    }
    name.into()
}

/// A report in the making; nothing is left of it unless it is kept.
pub struct Report {
    place: Place,
    source: File,
    records: WholeFile,
    reasons: WholeFile,
    /// The header, until it is in the report.
    header: Option<Range<u64>>,
    last: u8,
}

impl Report {
    /// Begins a report on `source` at `place`.
    ///
    /// # Errors
    /// Nothing can be written there.
    pub fn begin(place: Place, source: File) -> Result<Report, Failure> {
        let wanted = place.wanted();
        let begin = || Ok((WholeFile::beside(&wanted)?, WholeFile::beside(&wanted)?));
        let (records, reasons) = begin().map_err(|error| unwritable(&wanted, &error))?;
        Ok(Report { place, source, records, reasons, header: None, last: b'\n' })
    }

    /// Says which bytes are the header.
    pub fn header(&mut self, range: Range<u64>) {
        self.header = Some(range);
    }

    /// Adds the record in `range`, the import's record `number`, and why it was refused.
    ///
    /// # Errors
    /// It cannot be read again, or not be written.
    pub fn add(&mut self, range: Range<u64>, number: u64, reason: &str) -> Result<(), Failure> {
        self.write(range, number, reason).map_err(|error| unwritable(&self.place.wanted(), &error))
    }

    fn write(&mut self, range: Range<u64>, number: u64, reason: &str) -> io::Result<()> {
        if let Some(header) = self.header.take() {
            self.copy(header)?;
        }
        self.copy(range)?;
        writeln!(self.reasons, "record {number}: {reason}")
    }

    fn copy(&mut self, range: Range<u64>) -> io::Result<()> {
        self.source.seek(SeekFrom::Start(range.start))?;
        let mut rest = (&self.source).take(range.end - range.start);
        let mut piece = [0; 4096];
        loop {
            let count = rest.read(&mut piece)?;
            let Some((&last, _)) = piece.get(..count).and_then(<[u8]>::split_last) else {
                return Ok(());
            };
            self.records.write_all(piece.get(..count).unwrap_or_default())?;
            self.last = last;
        }
    }

    /// Keeps the report; where it and the reasons are.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn keep(mut self) -> Result<(PathBuf, PathBuf), Failure> {
        let wanted = self.place.wanted();
        self.end_last_line().map_err(|error| unwritable(&wanted, &error))?;
        let Report { place, records, reasons, .. } = self;
        let kept = match place {
            Place::Chosen(path) => records.keep(&path).map(|()| path),
            Place::Free(stem, ending) => {
                let names = iter::successors(Some(1), |number| Some(number + 1));
                records.keep_as_new(names.map(|number| numbered(&stem, number, ending)))
            }
        };
        let report = kept.map_err(|error| unwritable(&wanted, &error))?;
        let beside = report.with_extension(REASONS);
        reasons.keep(&beside).map_err(|error| unwritable(&beside, &error))?;
        Ok((report, beside))
    }

    /// The file's last record may have no line end, and one of CSV ends between CR and LF.
    fn end_last_line(&mut self) -> io::Result<()> {
        match self.last {
            b'\n' => Ok(()),
            _ => self.records.write_all(b"\n"),
        }
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Failed(format!(
        "the report of refused lines cannot be written to {} ({error}): say with --report where \
         it may be",
        path.display()
    ))
}
