//! Journals that are only read: whether they are whole, and what can still be had of damaged ones.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::frame::{FILE_HEADER, Frame, Reader, frame_at_or_behind, parse_frame};
use super::{file_numbers, gap, path, replay_file};
use crate::store::OpenError;
use crate::store::change;
use crate::store::disk::Disk;

/// Files of a journal that nothing is appended to any more.
pub struct OlderFiles {
    /// The file layer.
    pub disk: Arc<dyn Disk>,
    /// Where they are.
    pub dir: PathBuf,
    /// The numbers of their first changes, ascending.
    pub firsts: Vec<u64>,
    /// The number of the first change behind them.
    pub next: u64,
}

impl OlderFiles {
    /// Reads all of them.
    ///
    /// # Errors
    /// One is damaged or missing.
    pub fn verify(&self) -> Result<(), OpenError> {
        let nexts = self.firsts.iter().skip(1).chain([&self.next]);
        for (&first, &next) in self.firsts.iter().zip(nexts) {
            if replay_file(&*self.disk, &self.dir, first, u64::MAX, &mut |_| Ok(()))? != next {
                return Err(gap(&self.dir, next));
            }
        }
        Ok(())
    }
}

/// Calls `each` with every frame that holds a change after `applied`, oldest first, out of a journal
/// that is damaged, as long as the damage lies before; the number of the last change.
///
/// # Errors
/// A change after `applied` is missing while later ones are there; or what `each` says.
pub fn salvage(
    disk: &dyn Disk,
    dir: &Path,
    applied: u64,
    mut each: impl FnMut(Frame<'_>) -> Result<(), OpenError>,
) -> Result<u64, OpenError> {
    let mut next = applied + 1;
    for first in file_numbers(disk, dir).unwrap_or_default() {
        // A file that cannot be read is as good as none.
        let bytes = disk.read(&path(dir, first)).unwrap_or_default();
        let mut offset = FILE_HEADER.len();
        while let Some(at) = frame_at_or_behind(&bytes, offset, 1) {
            let Some((frame, length)) = bytes.get(at..).and_then(parse_frame) else { break };
            offset = at + length;
            if frame.last() < next {
                continue;
            }
            if frame.first > next {
                return Err(gap(dir, next));
            }
            next = frame.last() + 1;
            each(frame)?;
        }
    }
    Ok(next - 1)
}

/// What was found in the files of a journal that nobody has open.
#[derive(Debug, Default)]
pub struct JournalReport {
    /// How many files there are.
    pub files: usize,
    /// How many changes they hold.
    pub changes: u64,
    /// Bytes at the end of the newest that are of a write which was never answered.
    pub unfinished: u64,
    /// What is damaged or missing.
    pub faults: Vec<String>,
}

/// Reads every frame of the journal in `dir` and changes nothing. Before it there is a snapshot after
/// change `base`, and change `known` was answered; 0 where there is none.
///
/// # Errors
/// A file cannot be read.
pub fn inspect(disk: &dyn Disk, dir: &Path, base: u64, known: u64) -> io::Result<JournalReport> {
    let firsts = match file_numbers(disk, dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        firsts => firsts?,
    };
    let mut report = JournalReport { files: firsts.len(), ..JournalReport::default() };
    let mut last = base;
    for (place, &first) in firsts.iter().enumerate() {
        if first > last + 1 {
            report.faults.push(format!("the changes {} to {} are missing", last + 1, first - 1));
        }
        let is_newest = place + 1 == firsts.len();
        let bytes = disk.read(&path(dir, first))?;
        last = last.max(inspect_file(&bytes, first, is_newest, &mut report));
    }
    if last < known {
        let fault = format!("the journal ends with change {last}, but {known} was answered");
        report.faults.push(fault);
    }
    Ok(report)
}

/// Looks at the bytes of one file whose first change is `first`; the number of the last change in it
/// that can be read.
pub fn inspect_file(bytes: &[u8], first: u64, is_newest: bool, report: &mut JournalReport) -> u64 {
    let name = format!("journal/{first:020}.log");
    let mut reader = Reader::new(bytes, first);
    while let Some(frame) = reader.next_frame() {
        report.changes += u64::from(frame.count);
        match change::decode_changes(frame.body) {
            Ok(changes) if changes.len() as u64 == u64::from(frame.count) => {}
            Ok(_) => report.faults.push(format!("{name}: a frame has another count of changes")),
            Err(error) => report.faults.push(format!("{name}: {error}")),
        }
    }
    if !reader.at_end() {
        let is_unfinished = reader.offset > 0 || bytes.len() <= FILE_HEADER.len();
        if is_newest && is_unfinished && !reader.good_frame_behind() {
            report.unfinished = (bytes.len() - reader.offset) as u64;
        } else {
            report.faults.push(format!("{name}: it is damaged at byte {}", reader.offset));
        }
    }
    reader.next - 1
}
