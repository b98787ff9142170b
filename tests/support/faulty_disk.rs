//! The real disk, with little room, with a sync that fails, and with a count of what was asked.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::collections::HashMap;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use smart_customer::store::disk::{Disk, DiskFile, RealDisk};

/// The disk; clones share it.
#[derive(Clone, Default)]
pub struct FaultyDisk(Arc<(Mutex<State>, Condvar)>);

/// What is asked of it from now on, and what was asked so far.
#[derive(Default)]
pub struct State {
    /// Bytes that can still be appended or allocated, if there is an end to it.
    pub room: Option<usize>,
    /// How much of a file was allocated.
    allocated: HashMap<PathBuf, u64>,
    /// A sync of a file waits until this is no more.
    holds_syncs: bool,
    /// One does.
    is_held_up: bool,
    /// Every sync of a file fails.
    pub syncs_fail: bool,
    /// Of what is written of a snapshot one byte becomes another on its way.
    pub loses_snapshots: bool,
    /// How often that happened.
    pub lost_snapshots: usize,
    /// Syncs of files.
    pub syncs: usize,
    /// Names of the files that were read, but for those that were looked at to see whether they are
    /// damaged.
    pub read: Vec<String>,
}

impl FaultyDisk {
    /// What is asked of it and what was asked.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap()
    }

    /// Lets every sync of a file wait.
    pub fn hold_syncs(&self) {
        self.state().holds_syncs = true;
    }

    /// Whether a sync waits.
    pub fn is_held_up(&self) -> bool {
        self.state().is_held_up
    }

    /// Lets those that wait, and all others, go on.
    pub fn let_syncs_go(&self) {
        self.state().holds_syncs = false;
        self.0.1.notify_all();
    }

    fn file(&self, path: &Path, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        let is_snapshot = path.parent().is_some_and(|dir| dir.ends_with("snapshot"));
        Box::new(FaultyFile { disk: self.clone(), is_snapshot, file })
    }
}

impl Disk for FaultyDisk {
    fn create_dir(&self, path: &Path) -> Result<()> {
        RealDisk.create_dir(path)
    }

    fn list(&self, dir: &Path) -> Result<Vec<String>> {
        RealDisk.list(dir)
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        if std::thread::current().name() != Some("store-keeper") {
            self.state().read.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
        RealDisk.read(path)
    }

    fn length(&self, path: &Path) -> Result<u64> {
        RealDisk.length(path)
    }

    fn create(&self, path: &Path) -> Result<Box<dyn DiskFile>> {
        RealDisk.create(path).map(|file| self.file(path, file))
    }

    fn open_append(&self, path: &Path) -> Result<Box<dyn DiskFile>> {
        RealDisk.open_append(path).map(|file| self.file(path, file))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        RealDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> Result<()> {
        let state = &mut *self.state();
        let allocated = state.allocated.remove(path).unwrap_or(0);
        state.room = state.room.map(|room| room + usize::try_from(allocated).unwrap());
        match RealDisk.remove(path) {
            Err(error) if allocated == 0 => Err(error),
            _ => Ok(()),
        }
    }

    fn sync_dir(&self, dir: &Path) -> Result<()> {
        RealDisk.sync_dir(dir)
    }

    fn boot_id(&self) -> Option<String> {
        RealDisk.boot_id()
    }

    fn allocate(&self, path: &Path, len: u64) -> Result<()> {
        let state = &mut *self.state();
        let allocated = state.allocated.entry(path.to_owned()).or_default();
        let more = usize::try_from(len.saturating_sub(*allocated)).unwrap();
        if state.room.is_some_and(|room| room < more) {
            return Err(ErrorKind::StorageFull.into());
        }
        state.room = state.room.map(|room| room - more);
        *allocated += more as u64;
        Ok(())
    }
}

struct FaultyFile {
    disk: FaultyDisk,
    is_snapshot: bool,
    file: Box<dyn DiskFile>,
}

impl DiskFile for FaultyFile {
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let fitting = {
            let room = &mut self.disk.state().room;
            let fitting = room.map_or(bytes.len(), |room| room.min(bytes.len()));
            *room = room.map(|room| room - fitting);
            fitting
        };
        let mut bytes = bytes.to_vec();
        if self.is_snapshot && self.disk.state().loses_snapshots {
            self.disk.state().lost_snapshots += 1;
            bytes.last_mut().into_iter().for_each(|byte| *byte ^= 1);
        }
        self.file.append(&bytes[..fitting])?;
        if fitting < bytes.len() { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn sync_data(&mut self) -> Result<()> {
        let mut state = self.disk.state();
        while state.holds_syncs {
            state.is_held_up = true;
            state = self.disk.0.1.wait(state).unwrap();
        }
        state.is_held_up = false;
        state.syncs += 1;
        if state.syncs_fail {
            Err(Error::other("the device does not answer"))
        } else {
            self.file.sync_data()
        }
    }

    fn truncate(&mut self, len: u64) -> Result<()> {
        self.file.truncate(len)
    }
}
