//! Who holds the data directory, and how the last one left it.
//!
//! `lock` is held by one process at a time. `state` says whether sled's files can be believed:
//! sled never calls fsync, so after a power cut they may hold anything, also silently too little.
//!
//! ```text
//! clean <last change>                      closed in order, everything synced; then a line for
//! <length> <crc32c> <name>                 each of sled's files (manifest.rs)
//! running <boot id> <inode> <last change>  in use, or left by a process that was killed: what it
//!                                          had written is still there as long as the machine has
//!                                          not been started anew and the directory is the one it
//!                                          ran in, not a copy
//! checksum <crc32c>                        of the lines before
//! ```
//!
//! A text whose checksum does not hold says nothing.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use super::OpenError;
use super::answered;
use super::disk::{self, Disk};
use super::manifest::Manifest;

/// Takes the lock of `dir` for this process, for as long as the value lives.
pub fn lock(dir: &Path) -> Result<File, OpenError> {
    let path = dir.join("lock");
    let fault = |error: io::Error| OpenError::path("cannot open", &path, error);
    let file =
        File::options().create(true).truncate(false).write(true).open(&path).map_err(fault)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError(format!(
            "another smart-customer process is using {}: stop it, or choose another --data-dir",
            dir.display()
        ))),
        Err(TryLockError::Error(error)) => Err(fault(error)),
    }
}

/// What the last process to use a data directory left behind.
#[derive(Debug, PartialEq, Eq)]
pub struct Left {
    /// How it ended.
    pub end: End,
    /// A change that the journal held for sure; `None` where nobody can tell.
    pub known: Option<u64>,
    /// Sled's files as they were closed in order.
    pub manifest: Option<Manifest>,
}

/// How a process ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// In order, everything synced.
    Clean,
    /// Killed, but the machine has not been started anew since: files hold what was written.
    Killed,
    /// The power was cut, or nobody can tell: only what was synced can be believed.
    Unknown,
}

/// Reads how the last process left `dir`.
pub fn left(disk: &dyn Disk, dir: &Path) -> Left {
    let bytes = disk.read(&dir.join("state")).unwrap_or_default();
    let (first, rest) = checked(&bytes).unwrap_or_default();
    let (how, last) = first.rsplit_once(' ').unwrap_or_default();
    let known = last.parse().ok();
    let end = match how {
        "clean" => End::Clean,
        here if Some(here) == running(disk, dir).as_deref() => End::Killed,
        _ => End::Unknown,
    };
    // What was noted and not synced holds as long as the machine ran on.
    let noted = if end == End::Killed { answered::last(disk, dir) } else { None };
    let known = known.max(noted);
    let manifest = Manifest::from_text(rest).filter(|_| end == End::Clean);
    Left { end, known, manifest }
}

/// The first line and all others, once the checksum holds.
fn checked(bytes: &[u8]) -> Option<(&str, &str)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (text, checksum) = text.strip_suffix('\n')?.rsplit_once('\n')?;
    (checksum == checksum_line(text)).then(|| text.split_once('\n').unwrap_or((text, "")))
}

fn checksum_line(text: &str) -> String {
    format!("checksum {:08x}", crc32c::crc32c(text.as_bytes()))
}

/// Notes that this process is using `dir`, whose journal ends with change `last`.
pub fn enter(disk: &dyn Disk, dir: &Path, last: u64) -> io::Result<()> {
    let state = running(disk, dir).unwrap_or_else(|| "running".to_owned());
    note(disk, dir, &format!("{state} {last}"))
}

/// Notes that `dir` was closed in order, once everything up to change `last` is synced.
pub fn leave(disk: &dyn Disk, dir: &Path, last: u64, manifest: &Manifest) -> io::Result<()> {
    note(disk, dir, format!("clean {last}\n{}", manifest.to_text()).trim_end())
}

fn note(disk: &dyn Disk, dir: &Path, text: &str) -> io::Result<()> {
    let text = format!("{text}\n{}\n", checksum_line(text));
    disk::replace(disk, &dir.join("state"), text.as_bytes())
}

/// Names this run of the machine and this directory, where both can be told.
fn running(disk: &dyn Disk, dir: &Path) -> Option<String> {
    let boot = disk.boot_id()?;
    let inode = inode(dir)?;
    Some(format!("running {boot} {inode}"))
}

#[cfg(unix)]
fn inode(dir: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(dir).ok().map(|metadata| metadata.ino())
}

#[cfg(not(unix))]
fn inode(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk::RealDisk;

    #[test]
    fn a_second_process_gets_a_clear_error() {
        let dir = tempfile::tempdir().unwrap();
        let held = lock(dir.path()).unwrap();
        let refused = lock(dir.path()).unwrap_err().to_string();
        assert!(refused.starts_with("another smart-customer process is using"), "{refused}");
        drop(held);
        assert!(lock(dir.path()).is_ok());
    }

    fn left_running(end: End, known: Option<u64>) -> Left {
        Left { end, known, manifest: None }
    }

    #[test]
    fn the_state_tells_how_the_last_process_left() {
        let dir = tempfile::tempdir().unwrap();
        let left = || left(&RealDisk, dir.path());
        assert_eq!(left(), left_running(End::Unknown, None));
        enter(&RealDisk, dir.path(), 5).unwrap();
        assert_eq!(left(), left_running(End::Killed, Some(5)));
        let manifest = Manifest::from_text("7 0badcafe db\n").unwrap();
        leave(&RealDisk, dir.path(), 7, &manifest).unwrap();
        let clean = Left { end: End::Clean, known: Some(7), manifest: Some(manifest) };
        assert_eq!(left(), clean);
        note(&RealDisk, dir.path(), "running elsewhere 1 9").unwrap();
        assert_eq!(left(), left_running(End::Unknown, Some(9)));
    }

    #[test]
    fn an_altered_state_says_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let manifest = Manifest::from_text("7 0badcafe db\n").unwrap();
        leave(&RealDisk, dir.path(), 57, &manifest).unwrap();
        let path = dir.path().join("state");
        let text = std::fs::read(&path).unwrap();
        for place in 0..text.len() {
            let mut altered = text.clone();
            altered[place] ^= 1;
            std::fs::write(&path, &altered).unwrap();
            assert_eq!(left(&RealDisk, dir.path()), left_running(End::Unknown, None), "{place}");
            std::fs::write(&path, &text[..place]).unwrap();
            assert_eq!(left(&RealDisk, dir.path()), left_running(End::Unknown, None), "{place}");
        }
    }

    #[test]
    fn a_copy_of_a_directory_in_use_is_not_believed() {
        let (dir, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        enter(&RealDisk, dir.path(), 5).unwrap();
        std::fs::copy(dir.path().join("state"), copy.path().join("state")).unwrap();
        assert_eq!(left(&RealDisk, copy.path()).end, End::Unknown);
    }
}
