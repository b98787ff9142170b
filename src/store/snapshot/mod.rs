//! Snapshots: every primary row as it was after one change, in one file (format.rs), so that the
//! journal before it is not needed any more and what was deleted leaves the disk.
//!
//! A snapshot is written aside, synced, read back and found whole, and only then gets its name. Writes
//! go on meanwhile (images.rs).
//!
//! ```text
//! snapshot/<last change, 20 digits>.snap
//! snapshot/<last change, 20 digits>.new       being written, or left by a process that was stopped
//! ```

mod format;
mod images;
mod walk;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::disk::{Disk, DiskFile};
pub use format::{Header, Row, SnapshotReader, SnapshotWriter};
pub use images::{Images, Walk};
pub use walk::Moment;

/// A snapshot that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Number of the last change in it.
    pub last: u64,
    /// Rows in it.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
}

/// Takes a snapshot in `dir`, and rests between the blocks that are read back.
///
/// # Errors
/// It cannot be written, is not whole when it is read back, or `stop` was set meanwhile. Then there
/// is none, and what was there before is still there.
pub fn take(
    disk: &dyn Disk,
    dir: &Path,
    moment: Moment<'_>,
    header: Header,
    stop: &AtomicBool,
    rest: &dyn Fn(),
) -> io::Result<Taken> {
    let (aside, place) = (aside(dir, header.last), path(dir, header.last));
    let taken = write(disk, &aside, moment, header, stop).and_then(|taken| {
        let rows = SnapshotReader::new(disk.open_read(&aside)?)?.verify_resting(rest)?;
        if rows != taken.rows {
            return Err(io::Error::other("a snapshot has another number of rows when it is read"));
        }
        disk.rename(&aside, &place)?;
        disk.sync_dir(dir)?;
        Ok(taken)
    });
    if taken.is_err() {
        // Should it stay, the next start removes it.
        let _ = disk.remove(&aside);
    }
    taken
}

fn write(
    disk: &dyn Disk,
    path: &Path,
    moment: Moment<'_>,
    header: Header,
    stop: &AtomicBool,
) -> io::Result<Taken> {
    remove_if_there(disk, path)?;
    let file = Appending { file: disk.create(path)?, bytes: 0 };
    let mut snapshot = SnapshotWriter::new(file, header)?;
    moment.for_each_row(|tree, key, value| {
        if stop.load(Ordering::Relaxed) {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "it was stopped"));
        }
        snapshot.add(tree, key, value)
    })?;
    let (mut file, rows) = snapshot.finish()?;
    file.file.sync_data()?;
    Ok(Taken { last: header.last, rows, bytes: file.bytes })
}

/// The last changes of the snapshots in `dir`, newest first.
///
/// # Errors
/// The directory cannot be read.
pub fn all(disk: &dyn Disk, dir: &Path) -> io::Result<Vec<u64>> {
    let number = |name: &String| name.strip_suffix(".snap")?.parse().ok();
    let mut all: Vec<u64> = disk.list(dir)?.iter().filter_map(number).collect();
    all.sort_unstable_by(|one, other| other.cmp(one));
    Ok(all)
}

/// Where the snapshot after change `last` is.
pub fn path(dir: &Path, last: u64) -> PathBuf {
    dir.join(format!("{last:020}.snap"))
}

fn aside(dir: &Path, last: u64) -> PathBuf {
    path(dir, last).with_extension("new")
}

/// Makes the directory, and removes what a process that was stopped left of a snapshot.
///
/// # Errors
/// The directory cannot be made, read or changed.
pub fn prepare(disk: &dyn Disk, dir: &Path) -> io::Result<()> {
    disk.create_dir(dir)?;
    for name in disk.list(dir)?.iter().filter(|name| name.ends_with(".new")) {
        disk.remove(&dir.join(name))?;
    }
    Ok(())
}

/// Removes all snapshots but that after change `last`.
///
/// # Errors
/// One cannot be removed.
pub fn remove_others(disk: &dyn Disk, dir: &Path, last: u64) -> io::Result<()> {
    for other in all(disk, dir)?.into_iter().filter(|other| *other != last) {
        disk.remove(&path(dir, other))?;
    }
    disk.sync_dir(dir)
}

fn remove_if_there(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    match disk.remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A file that is appended to, and how much was.
struct Appending {
    file: Box<dyn DiskFile>,
    bytes: u64,
}

impl Write for Appending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.append(bytes)?;
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
