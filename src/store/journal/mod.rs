//! The journal, the truth: every change ever made, in order, in append-only files.
//!
//! ```text
//! journal/<first change, 20 digits>.log
//!   file header   "SCJRNL" | version u16 LE                                        8 bytes
//!   frame         length u32 | crc32c u32 | first change u64 | changes u32 | body   all LE
//! ```
//!
//! A frame is one group of writes. Its checksum covers all of it but itself. Only the frame being
//! written when the power went can be incomplete, and it was never answered: it is cut off. A bad
//! frame with good ones behind it is damage, and so is a gap in the numbers.

pub(super) mod frame;
mod look;
mod meter;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::OpenError;
use super::disk::{self, Disk, DiskFile};
pub use frame::Frame;
use frame::{FILE_HEADER, Reader, frame_bytes};
pub use look::{JournalReport, OlderFiles, inspect, inspect_file, salvage};
pub use meter::JournalMeter;

/// Bytes of a file that are given their place on the disk before they are written: an append then
/// fails for want of room before anything of it is written, and never when it is synced.
const AHEAD: u64 = 1024 * 1024;

/// The journal, open for appending.
pub struct Journal {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    /// A file that has grown past this is followed by a new one.
    file_limit: u64,
    /// Every file but the one being written, oldest first.
    older: Vec<OlderFile>,
    current: CurrentFile,
    /// Number of the last change in the journal; 0 where there is none.
    last: u64,
    meter: Arc<JournalMeter>,
}

/// A file that nothing is appended to any more.
#[derive(Debug, Clone, Copy)]
struct OlderFile {
    /// Number of its first change.
    first: u64,
    length: u64,
}

struct CurrentFile {
    first: u64,
    length: u64,
    /// How long it can become without needing more room.
    allocated: u64,
    file: Box<dyn DiskFile>,
}

impl CurrentFile {
    fn new(first: u64, length: u64, file: Box<dyn DiskFile>) -> CurrentFile {
        CurrentFile { first, length, allocated: length, file }
    }

    /// Sees to it that there is room for `bytes` more.
    fn allocate(&mut self, bytes: u64, file_limit: u64) -> io::Result<()> {
        let end = self.length + bytes;
        if end > self.allocated {
            let ahead = end.max(file_limit.min(end + AHEAD));
            self.file.allocate(ahead)?;
            self.allocated = ahead;
        }
        Ok(())
    }

    /// Cuts off what does not belong to it.
    fn cut_back(&mut self) -> io::Result<()> {
        self.allocated = self.length;
        self.file.truncate(self.length)
    }
}

/// Why a group could not be made durable.
#[derive(Debug)]
pub enum AppendError {
    /// No room; what was written of it is cut off again, and appending may go on later.
    DiskFull,
    /// Anything else: nothing may be appended any more.
    Broken(io::Error),
}

impl Journal {
    /// Opens the journal in `dir`, making it where there is none, and cuts off an incomplete last
    /// frame. What is in it then is durable.
    ///
    /// A journal that ends before change `answered` is refused and left as it is: what is broken
    /// at its end is no unfinished write. Where there is none yet it begins behind change `base`,
    /// after which there is a snapshot; 0 where there is none.
    pub fn open(
        disk: Arc<dyn Disk>,
        dir: &Path,
        file_limit: u64,
        base: u64,
        answered: u64,
    ) -> Result<Journal, OpenError> {
        let fault = |error: io::Error| OpenError::path("cannot open the journal in", dir, error);
        disk.create_dir(dir).map_err(fault)?;
        if let Some(parent) = dir.parent() {
            disk.sync_dir(parent).map_err(fault)?;
        }
        let mut firsts = file_numbers(&*disk, dir).map_err(fault)?;
        if let Some(&newest) = firsts.last()
            && newest > answered
            && is_unfinished(&*disk, &path(dir, newest)).map_err(fault)?
        {
            disk.remove(&path(dir, newest)).map_err(fault)?;
            firsts.pop();
        }
        let Some(newest) = firsts.pop() else {
            if answered > base {
                return Err(behind(dir, base, answered));
            }
            let current = create_file(&*disk, dir, base + 1).map_err(fault)?;
            let (dir, older) = (dir.into(), Vec::new());
            let meter = Arc::default();
            return Ok(Journal { disk, dir, file_limit, older, current, last: base, meter });
        };
        let (current, last) = open_newest(&*disk, dir, newest, answered)?;
        let older = |first| {
            let length = disk.length(&path(dir, first)).map_err(fault)?;
            Ok(OlderFile { first, length })
        };
        let older = firsts.into_iter().map(older).collect::<Result<_, OpenError>>()?;
        let (dir, meter) = (dir.into(), Arc::default());
        Ok(Journal { disk, dir, file_limit, older, current, last, meter })
    }

    /// Number of the first change that it can hold.
    pub fn first(&self) -> u64 {
        self.older.first().map_or(self.current.first, |oldest| oldest.first)
    }

    /// How long all its files are together.
    pub fn bytes(&self) -> u64 {
        self.older.iter().map(|file| file.length).sum::<u64>() + self.current.length
    }

    /// Ends the file being written, if there is anything in it, so that what is in it can be removed.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn end_file(&mut self) -> Result<(), AppendError> {
        if self.current.length > FILE_HEADER.len() as u64 { self.begin_file() } else { Ok(()) }
    }

    /// Removes the files in which every change is `last` or one before it.
    ///
    /// # Errors
    /// One cannot be removed; it is tried again the next time.
    pub fn remove_until(&mut self, last: u64) -> io::Result<()> {
        while let Some(oldest) = self.older.first() {
            let next = self.older.get(1).map_or(self.current.first, |file| file.first);
            if next > last + 1 {
                break;
            }
            self.disk.remove(&path(&self.dir, oldest.first))?;
            self.older.remove(0);
        }
        self.disk.sync_dir(&self.dir)
    }

    /// What is counted of it.
    pub fn meter(&self) -> &Arc<JournalMeter> {
        &self.meter
    }

    /// Number of the last change; 0 where there is none.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// Appends a group and makes it durable: once this returns, no power cut loses it.
    ///
    /// # Errors
    /// After [`AppendError::Broken`] the group may or may not be there after a restart. An fsync
    /// that failed is never tried again: the kernel may have dropped the pages and would succeed.
    pub fn append(&mut self, count: u32, body: &[u8]) -> Result<(), AppendError> {
        if self.current.length >= self.file_limit {
            self.begin_file()?;
        }
        let frame = frame_bytes(self.last + 1, count, body);
        self.current.allocate(frame.len() as u64, self.file_limit).map_err(from_io)?;
        if let Err(error) = self.current.file.append(&frame) {
            self.cut_back()?;
            return Err(from_io(error));
        }
        let began = Instant::now();
        let synced = self.current.file.sync_data();
        self.meter.syncs.observe(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
        if let Err(error) = synced {
            // The page cache may show what the disk does not have: the next start must not find
            // it there. Should cutting it off fail too, the fault is the same.
            let _ = self.cut_back();
            return Err(AppendError::Broken(error));
        }
        self.current.length += frame.len() as u64;
        self.last += u64::from(count);
        Ok(())
    }

    /// Calls `each` with every frame that holds a change after `applied`, oldest first.
    pub fn replay(
        &self,
        applied: u64,
        mut each: impl FnMut(Frame<'_>) -> Result<(), OpenError>,
    ) -> Result<(), OpenError> {
        let older = self.older.iter().map(|file| file.first);
        let files: Vec<u64> = older.chain([self.current.first]).collect();
        let skip = files.iter().take_while(|&&first| first <= applied + 1).count();
        let mut next = None;
        for &first in files.iter().skip(skip.saturating_sub(1)) {
            self.check_order(first, next, applied)?;
            next = Some(replay_file(&*self.disk, &self.dir, first, applied, &mut each)?);
        }
        match next {
            Some(next) if next == self.last + 1 => Ok(()),
            _ => Err(gap(&self.dir, self.last + 1)),
        }
    }

    /// The files that nothing is appended to any more.
    pub fn older_files(&self) -> OlderFiles {
        let firsts = self.older.iter().map(|file| file.first).collect();
        let (disk, dir) = (self.disk.clone(), self.dir.clone());
        OlderFiles { disk, dir, firsts, next: self.current.first }
    }

    fn check_order(&self, first: u64, next: Option<u64>, applied: u64) -> Result<(), OpenError> {
        let follows = next.map_or(first <= applied + 1, |next| first == next);
        if follows { Ok(()) } else { Err(gap(&self.dir, next.unwrap_or(applied + 1))) }
    }

    fn begin_file(&mut self) -> Result<(), AppendError> {
        let first = self.last + 1;
        match create_file(&*self.disk, &self.dir, first) {
            Ok(file) => {
                let CurrentFile { first, length, .. } = self.current;
                self.older.push(OlderFile { first, length });
                self.current = file;
                Ok(())
            }
            Err(error) => {
                // The unfinished file must not stay: the next try makes it anew.
                match self.disk.remove(&path(&self.dir, first)) {
                    Err(left) if left.kind() != io::ErrorKind::NotFound => {
                        Err(AppendError::Broken(left))
                    }
                    _ => Err(from_io(error)),
                }
            }
        }
    }

    fn cut_back(&mut self) -> Result<(), AppendError> {
        self.current.cut_back().map_err(AppendError::Broken)
    }
}

/// The number of the change that has to follow the file.
fn replay_file(
    disk: &dyn Disk,
    dir: &Path,
    first: u64,
    applied: u64,
    each: &mut impl FnMut(Frame<'_>) -> Result<(), OpenError>,
) -> Result<u64, OpenError> {
    let path = path(dir, first);
    let bytes = disk.read(&path).map_err(|error| OpenError::path("cannot read", &path, error))?;
    let mut reader = Reader::new(&bytes, first);
    while let Some(frame) = reader.next_frame() {
        if frame.last() > applied {
            each(frame)?;
        }
    }
    if reader.at_end() { Ok(reader.next) } else { Err(reader.damaged(&path)) }
}

fn gap(dir: &Path, missing: u64) -> OpenError {
    OpenError(format!(
        "the journal in {} is damaged: change {missing} and what follows it up to the next file \
         is missing; put the missing file back or restore a backup into a new directory",
        dir.display()
    ))
}

fn from_io(error: io::Error) -> AppendError {
    if disk::is_full(&error) { AppendError::DiskFull } else { AppendError::Broken(error) }
}

fn path(dir: &Path, first: u64) -> PathBuf {
    dir.join(format!("{first:020}.log"))
}

/// The numbers in the names of the journal's files, ascending. Other files are none of ours.
fn file_numbers(disk: &dyn Disk, dir: &Path) -> io::Result<Vec<u64>> {
    let number = |name: &String| name.strip_suffix(".log")?.parse().ok();
    let mut numbers: Vec<u64> = disk.list(dir)?.iter().filter_map(number).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// Whether a file was being made when the power went: its header is not whole, or never got
/// beyond zeros, so nothing can have been written behind it.
fn is_unfinished(disk: &dyn Disk, path: &Path) -> io::Result<bool> {
    let bytes = disk.read(path)?;
    Ok(bytes.len() <= FILE_HEADER.len() && bytes != FILE_HEADER)
}

/// Makes a journal file and its name durable before anything is written to it.
fn create_file(disk: &dyn Disk, dir: &Path, first: u64) -> io::Result<CurrentFile> {
    let mut file = disk.create(&path(dir, first))?;
    file.append(FILE_HEADER)?;
    file.sync_data()?;
    disk.sync_dir(dir)?;
    Ok(CurrentFile::new(first, FILE_HEADER.len() as u64, file))
}

/// Opens the newest file for appending, without its incomplete last frame, and makes durable what
/// a killed process had written but not yet synced: it is about to be shown to clients.
fn open_newest(
    disk: &dyn Disk,
    dir: &Path,
    first: u64,
    answered: u64,
) -> Result<(CurrentFile, u64), OpenError> {
    let path = path(dir, first);
    let fault = |error: io::Error| OpenError::path("cannot open", &path, error);
    let bytes = disk.read(&path).map_err(fault)?;
    let mut reader = Reader::new(&bytes, first);
    while reader.next_frame().is_some() {}
    let (length, last) = (reader.offset as u64, reader.next - 1);
    if !reader.at_end() && (reader.offset == 0 || reader.good_frame_behind()) {
        return Err(reader.damaged(&path));
    }
    if last < answered {
        return Err(behind(dir, last, answered));
    }
    let mut file = disk.open_append(&path).map_err(fault)?;
    if !reader.at_end() {
        tracing::info!(bytes = bytes.len() as u64 - length, "an unfinished write was cut off");
        file.truncate(length).map_err(fault)?;
    }
    file.sync_data().map_err(fault)?;
    disk.sync_dir(dir).map_err(fault)?;
    Ok((CurrentFile::new(first, length, file), last))
}

/// The error for a journal that ends with change `last`, although `answered` was answered.
fn behind(dir: &Path, last: u64, answered: u64) -> OpenError {
    OpenError(format!(
        "the journal in {} ends with change {last}, but change {answered} was answered: journal \
         files are missing or damaged; put them back or restore a backup into a new directory",
        dir.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk::RealDisk;

    fn open(dir: &Path) -> Result<Journal, OpenError> {
        Journal::open(Arc::new(RealDisk), dir, 200, 0, 0)
    }

    fn frames(journal: &Journal, applied: u64) -> Vec<(u64, Vec<u8>)> {
        let mut found = Vec::new();
        journal
            .replay(applied, |frame| {
                found.push((frame.first, frame.body.to_vec()));
                Ok(())
            })
            .unwrap();
        found
    }

    fn filled(dir: &Path) -> Journal {
        let mut journal = open(dir).unwrap();
        for group in 0..20_u8 {
            journal.append(2, &[group; 30]).unwrap();
        }
        journal
    }

    #[test]
    fn what_was_appended_is_replayed_in_order_over_many_files() {
        let dir = tempfile::tempdir().unwrap();
        let written = frames(&filled(dir.path()), 0);
        assert_eq!(written.len(), 20);
        assert!(std::fs::read_dir(dir.path()).unwrap().count() > 3);
        let journal = open(dir.path()).unwrap();
        assert_eq!(journal.last(), 40);
        assert_eq!(frames(&journal, 0), written);
        assert_eq!(frames(&journal, 38), written[19..]);
        assert_eq!(frames(&journal, 40), []);
    }

    #[test]
    fn an_incomplete_last_frame_is_cut_off_wherever_it_broke() {
        let dir = tempfile::tempdir().unwrap();
        let newest = path(dir.path(), filled(dir.path()).current.first);
        let whole = std::fs::read(&newest).unwrap();
        for cut in whole.len() - 49..whole.len() {
            std::fs::write(&newest, &whole[..cut]).unwrap();
            assert_eq!(open(dir.path()).unwrap().last(), 38, "cut at {cut}");
        }
        let mut zeroed = whole.clone();
        zeroed[whole.len() - 50..].fill(0);
        std::fs::write(&newest, &zeroed).unwrap();
        assert_eq!(open(dir.path()).unwrap().last(), 38);
    }

    #[test]
    fn a_bad_frame_with_good_ones_behind_it_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        drop(filled(dir.path()));
        let first = path(dir.path(), 1);
        let whole = std::fs::read(&first).unwrap();
        for position in (0..whole.len()).step_by(7) {
            let mut flipped = whole.clone();
            flipped[position] ^= 4;
            std::fs::write(&first, &flipped).unwrap();
            let journal = open(dir.path()).unwrap();
            assert!(journal.replay(0, |_| Ok(())).is_err(), "flip at {position}");
        }
    }

    #[test]
    fn damage_inside_the_newest_file_is_not_taken_for_an_unfinished_write() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(Arc::new(RealDisk), dir.path(), 1 << 20, 0, 0).unwrap();
        for group in 0..5_u8 {
            journal.append(1, &[group; 30]).unwrap();
        }
        let file = path(dir.path(), 1);
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[60] ^= 1;
        std::fs::write(&file, &bytes).unwrap();
        assert!(open(dir.path()).is_err());
    }

    #[test]
    fn a_missing_file_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let journal = filled(dir.path());
        let missing = journal.older[1].first;
        std::fs::remove_file(path(dir.path(), missing)).unwrap();
        let journal = open(dir.path()).unwrap();
        assert!(journal.replay(0, |_| Ok(())).is_err());
        assert!(journal.replay(missing + 20, |_| Ok(())).is_ok());
    }

    #[test]
    fn a_file_that_was_being_made_is_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let last = filled(dir.path()).last();
        std::fs::write(path(dir.path(), last + 1), b"SCJ").unwrap();
        let mut journal = open(dir.path()).unwrap();
        journal.append(1, b"more").unwrap();
        assert_eq!(open(dir.path()).unwrap().last(), last + 1);
    }
}
