//! Room on the disk that is taken before it is needed, so that a disk that others fill to the last
//! byte takes nothing away from what is kept.
//!
//! sled cannot live on a full disk: one write of its own that fails makes it useless, also for reads,
//! and it writes when it is only read (it splits nodes late) and whenever it is opened (a snapshot of
//! where its pages are). So two places are kept for it, and a write is accepted only while both are
//! there:
//!
//! - behind the end of `sled/db`, for what a group makes it write, and its readers after that;
//! - `reserve`, a file of blocks without contents, given up when sled is to be opened on a full disk,
//!   and taken again as far as there is room.
//!
//! Where the system cannot take room in advance (not on Linux, or not on this file system) nothing is
//! promised: sled is opened anew once there is room.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::Disk;

const MIB: u64 = 1024 * 1024;

/// Bytes behind the end of sled's file that are there for a group and for readers; for large stores
/// [`share`] is added, as much in it can wait to be split.
const AHEAD: u64 = 8 * MIB;

/// Bytes of the reserve, to which [`share`] is added: sled's snapshot grows with its file.
const RESERVE: u64 = 4 * MIB;

/// Bytes of the reserve that are taken at once.
const PIECE: u64 = MIB / 4;

/// Most bytes that sled writes for a byte of a group.
const SLED_BYTES: u64 = 16;

/// On a small file system less is kept: each at most this part of it.
const MOST_OF_ALL: u64 = 32;

/// The room that is taken for one data directory.
pub struct Room {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    /// The most that is kept for one purpose before [`share`], in bytes.
    most: u64,
    /// How long sled's file was.
    length: u64,
    /// How long it can become.
    allocated: u64,
    /// How large the reserve is.
    reserve: u64,
}

impl Room {
    /// The room for the data directory `dir`; nothing is taken yet.
    pub fn new(disk: Arc<dyn Disk>, dir: &Path) -> Room {
        let most = disk.space(dir).map_or(u64::MAX, |space| space.total / MOST_OF_ALL);
        Room { disk, dir: dir.into(), most, length: 0, allocated: 0, reserve: 0 }
    }

    /// Sees to it that a group of `bytes` can be written, and what is there can be read after that,
    /// whatever else is written to the disk.
    ///
    /// # Errors
    /// There is no room for it (see [`super::disk::is_full`]), or the system does not say so. Then as
    /// much as there is of it is taken, for both purposes.
    pub fn secure(&mut self, bytes: u64) -> io::Result<()> {
        let length = self.sled_length();
        if length < self.length {
            // Cut by sled: what was taken behind its end is given back.
            self.allocated = length;
        }
        self.length = length;
        let ahead = AHEAD.min(self.most) + bytes * SLED_BYTES;
        let reserve = self.whole_reserve();
        self.fill_reserve(reserve / 4)?;
        self.keep_ahead(ahead / 8, ahead / 4)?;
        self.fill_reserve(reserve)?;
        self.keep_ahead(ahead / 2, ahead + share(length))
    }

    /// Takes `wanted` bytes behind the end of sled's file where fewer than `least` are left there.
    fn keep_ahead(&mut self, least: u64, wanted: u64) -> io::Result<()> {
        if self.length + least > self.allocated {
            self.disk.allocate(&self.sled(), self.length + wanted)?;
            self.allocated = self.length + wanted;
        }
        Ok(())
    }

    /// Takes the reserve piece by piece, so that as much of it is there as there is room.
    fn fill_reserve(&mut self, wanted: u64) -> io::Result<()> {
        while self.reserve < wanted {
            let reserve = wanted.min(self.reserve + PIECE);
            self.disk.allocate(&self.dir.join("reserve"), reserve)?;
            self.reserve = reserve;
        }
        Ok(())
    }

    fn whole_reserve(&self) -> u64 {
        RESERVE.min(self.most) + share(self.length)
    }

    /// Gives up the reserve: sled is about to be opened.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn give_up_reserve(&mut self) -> io::Result<()> {
        (self.length, self.allocated, self.reserve) = (0, 0, 0);
        match self.disk.remove(&self.dir.join("reserve")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Gives up the reserve where there is less room than sled may need to be opened.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn make_way(&mut self) -> io::Result<()> {
        self.length = self.sled_length();
        match self.disk.space(&self.dir) {
            Some(space) if space.free >= self.whole_reserve() => Ok(()),
            _ => self.give_up_reserve(),
        }
    }

    fn sled(&self) -> PathBuf {
        self.dir.join("sled").join("db")
    }

    /// Not by the disk: sled's files are those of the system.
    fn sled_length(&self) -> u64 {
        std::fs::metadata(self.sled()).map_or(0, |metadata| metadata.len())
    }
}

/// What is kept for each purpose because the store is as large as it is.
fn share(sled_length: u64) -> u64 {
    (sled_length / 32).next_multiple_of(MIB)
}
