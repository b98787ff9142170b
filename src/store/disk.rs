//! The file layer under the journal: the few calls whose durability matters, behind a trait so
//! that a test can cut the power between any two of them.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

/// Bytes of a file that are read at once.
const READ_AHEAD: usize = 256 * 1024;

/// The file operations that the journal and the session marker use.
///
/// What an implementation must keep after a power cut: the contents of a file up to its last
/// [`DiskFile::sync_data`], and the names in a directory up to its last [`Disk::sync_dir`].
pub trait Disk: Send + Sync {
    /// Makes a directory and its parents; fine if it is there.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// The names of the files in a directory, in no order.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// The whole contents of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// A file from its beginning, to be read piece by piece.
    fn open_read(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(io::Cursor::new(self.read(path)?)))
    }
    /// How long a file is, in bytes.
    fn length(&self, path: &Path) -> io::Result<u64> {
        Ok(self.read(path)?.len() as u64)
    }
    /// Makes a new, empty file; an error if the name is taken.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// Opens an existing file for appending.
    fn open_append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// Gives a file another name, replacing what has that name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a directory durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// A text that is the same until the machine is started anew; `None` where it cannot be told.
    /// As long as it is the same, what any process wrote is still there, synced or not.
    fn boot_id(&self) -> Option<String>;
    /// Sees to it that the first `len` bytes of a file, made if it is not there, have their place on
    /// the disk, so that writing them cannot fail for want of room. Its length stays. Where the
    /// system knows no such thing, nothing is promised.
    fn allocate(&self, _path: &Path, _len: u64) -> io::Result<()> {
        Ok(())
    }
    /// How much room the file system of a directory has; `None` where it cannot be told.
    fn space(&self, _dir: &Path) -> Option<Space> {
        None
    }
}

/// The room of a file system, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// What can still be written.
    pub free: u64,
    /// All of it.
    pub total: u64,
}

/// A file open for appending.
pub trait DiskFile: Send {
    /// Appends all of `bytes`, or reports how it failed; then part of them may be there.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes the contents durable (fdatasync). After an error nothing may be assumed.
    fn sync_data(&mut self) -> io::Result<()>;
    /// Cuts the file to `len` bytes.
    fn truncate(&mut self, len: u64) -> io::Result<()>;
    /// As [`Disk::allocate`]; cutting the file takes it back.
    fn allocate(&mut self, _len: u64) -> io::Result<()> {
        Ok(())
    }
}

/// The operating system's files.
pub struct RealDisk;

impl Disk for RealDisk {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir_all(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let name = |entry: io::Result<std::fs::DirEntry>| {
            entry.map(|entry| entry.file_name().to_string_lossy().into_owned())
        };
        std::fs::read_dir(dir)?.map(name).collect()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn open_read(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(BufReader::with_capacity(READ_AHEAD, File::open(path)?)))
    }

    fn length(&self, path: &Path) -> io::Result<u64> {
        Ok(std::fs::metadata(path)?.len())
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new().append(true).create_new(true).open(path)?;
        Ok(Box::new(RealFile(file)))
    }

    fn open_append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new().append(true).open(path)?;
        Ok(Box::new(RealFile(file)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }

    fn boot_id(&self) -> Option<String> {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(id.trim().to_owned())
    }

    fn allocate(&self, path: &Path, len: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        allocate(&file, len)
    }

    fn space(&self, dir: &Path) -> Option<Space> {
        space(dir)
    }
}

/// As [`Disk::allocate`], for an open file.
#[cfg(target_os = "linux")]
pub(super) fn allocate(file: &File, len: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    let mode = FallocateFlags::KEEP_SIZE;
    match rustix::io::retry_on_intr(|| fallocate(file, mode, 0, len)) {
        // This file system cannot: nothing is promised on it.
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => Ok(()),
        allocated => Ok(allocated?),
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn allocate(_: &File, _: u64) -> io::Result<()> {
    Ok(())
}

/// As [`Disk::space`], of the system's own files.
#[cfg(target_os = "linux")]
pub(super) fn space(dir: &Path) -> Option<Space> {
    let space = rustix::fs::statvfs(dir).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(space.f_frsize);
    Some(Space { free: bytes(space.f_bavail), total: bytes(space.f_blocks) })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn space(_: &Path) -> Option<Space> {
    None
}

/// Whether something failed for want of room.
pub(super) fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

struct RealFile(File);

impl DiskFile for RealFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn allocate(&mut self, len: u64) -> io::Result<()> {
        allocate(&self.0, len)
    }
}

/// Writes `contents` to `path` so that after a power cut either the old or the new is there whole.
pub(super) fn replace(disk: &dyn Disk, path: &Path, contents: &[u8]) -> io::Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let aside = path.with_extension("new");
    match disk.remove(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = disk.create(&aside)?;
    file.append(contents)?;
    file.sync_data()?;
    disk.rename(&aside, path)?;
    disk.sync_dir(dir)
}
