//! A file layer in memory that can stop between any two operations, and within one: because the
//! power was cut, or because the process was killed, which takes nothing of what was written.
//!
//! What is left after a cut is what a POSIX file system promises and nothing more: of a file its
//! contents at the last `sync_data`, of a directory its names at the last `sync_dir`. Of anything
//! newer a random part survives: of appended bytes a prefix, perhaps with a torn end; of names any.

mod survival;

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use smart_customer::store::disk::{Disk, DiskFile};

use super::random::Random;
use survival::{Dir, Entry, File, Write};

/// The disk; clones share it.
#[derive(Clone)]
pub struct CuttableDisk {
    state: Arc<Mutex<State>>,
    on_clean_end: Arc<dyn Fn() + Send + Sync>,
}

/// What a disk is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// To show a directory or a file.
    Read,
    /// To make or open a file or a directory.
    Open,
    /// To change a file.
    Write,
    /// To make something durable.
    Sync,
    /// To give a file another name.
    Rename,
    /// To remove a file.
    Remove,
}

struct State {
    random: Random,
    boot: u64,
    /// Counts the processes: no file handle outlives its own.
    process: u64,
    /// Operations until everything stops, if it will.
    left: Option<usize>,
    is_off: bool,
    /// During which operation everything stopped, if it was during one.
    stopped_at: Option<(Operation, PathBuf)>,
    files: Vec<File>,
    dirs: BTreeMap<PathBuf, Dir>,
}

impl CuttableDisk {
    /// An empty disk with the one directory `root`. `on_clean_end` is called when a store that was
    /// closed in order is about to note it.
    pub fn new(
        root: &Path,
        random: Random,
        on_clean_end: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let root_dir = Dir { is_durable: true, ..Dir::default() };
        let state = State {
            random,
            boot: 1,
            process: 1,
            left: None,
            is_off: false,
            stopped_at: None,
            files: Vec::new(),
            dirs: BTreeMap::from([(root.to_owned(), root_dir)]),
        };
        let on_clean_end = Arc::new(on_clean_end);
        CuttableDisk { state: Arc::new(Mutex::new(state)), on_clean_end }
    }

    /// Stops everything at the `operations`th operation from now.
    pub fn stop_after(&self, operations: usize) {
        self.state().left = Some(operations);
    }

    /// Stops everything now.
    pub fn stop(&self) {
        self.state().is_off = true;
    }

    /// Whether everything has stopped: every operation fails.
    pub fn is_off(&self) -> bool {
        self.state().is_off
    }

    /// During which operation on what everything stopped, if it was during one.
    pub fn stopped_at(&self) -> Option<(Operation, PathBuf)> {
        self.state().stopped_at.clone()
    }

    /// Goes on with another process on the same machine: all that was written is there.
    pub fn start_process(&self) {
        let mut state = self.state();
        state.process += 1;
        state.left = None;
        state.is_off = false;
        state.stopped_at = None;
    }

    /// Starts the machine anew, off or not: what was not durable is there or not.
    pub fn power_on(&self) {
        let mut state = self.state();
        let State { random, files, dirs, .. } = &mut *state;
        dirs.retain(|_, dir| {
            let survives = dir.is_durable || random.percent(50);
            dir.is_durable = true;
            survives
        });
        dirs.values_mut().for_each(|dir| dir.lose(random));
        files.iter_mut().for_each(|file| file.lose(random));
        state.boot += 1;
        drop(state);
        self.start_process();
    }

    /// The contents of a file, for the test's own eyes.
    pub fn peek(&self, path: &Path) -> Option<Vec<u8>> {
        let mut state = self.state();
        let file = state.file_at(path).ok()?;
        Some(state.files[file].now.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// One operation. Where everything stops during it, it was carried out or not.
    fn operate<T>(
        &self,
        what: Operation,
        path: &Path,
        operation: impl FnOnce(&mut State) -> Result<T>,
    ) -> Result<T> {
        let mut state = self.state();
        let is_cut = state.tick()?;
        if is_cut {
            state.stopped_at = Some((what, path.to_owned()));
        }
        if is_cut && state.random.percent(50) {
            return Err(stopped());
        }
        let done = operation(&mut state);
        if is_cut { Err(stopped()) } else { done }
    }
}

fn stopped() -> Error {
    Error::other("everything has stopped")
}

fn dir_of(path: &Path) -> (&Path, String) {
    (path.parent().unwrap(), path.file_name().unwrap().to_str().unwrap().to_owned())
}

impl State {
    /// Whether everything stops during this operation.
    fn tick(&mut self) -> Result<bool> {
        if self.is_off {
            return Err(stopped());
        }
        let Some(left) = &mut self.left else {
            return Ok(false);
        };
        *left = left.saturating_sub(1);
        self.is_off = *left == 0;
        Ok(self.is_off)
    }

    fn dir(&mut self, dir: &Path) -> Result<&mut Dir> {
        self.dirs.get_mut(dir).ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn file_at(&mut self, path: &Path) -> Result<usize> {
        let (dir, name) = dir_of(path);
        self.dir(dir)?.now.get(&name).copied().ok_or_else(|| ErrorKind::NotFound.into())
    }
}

impl Disk for CuttableDisk {
    fn create_dir(&self, path: &Path) -> Result<()> {
        self.operate(Operation::Open, path, |state| {
            state.dirs.entry(path.to_owned()).or_default();
            Ok(())
        })
    }

    fn list(&self, dir: &Path) -> Result<Vec<String>> {
        self.operate(Operation::Read, dir, |state| {
            Ok(state.dir(dir)?.now.keys().cloned().collect())
        })
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        self.operate(Operation::Read, path, |state| {
            let file = state.file_at(path)?;
            Ok(state.files[file].now.clone())
        })
    }

    fn create(&self, path: &Path) -> Result<Box<dyn DiskFile>> {
        self.operate(Operation::Open, path, |state| {
            if state.file_at(path).is_ok() {
                return Err(ErrorKind::AlreadyExists.into());
            }
            let file = state.files.len();
            let (dir, name) = dir_of(path);
            state.dir(dir)?.change(Entry::Link(name, file));
            state.files.push(File::default());
            Ok(self.handle(state, path, file))
        })
    }

    fn open_append(&self, path: &Path) -> Result<Box<dyn DiskFile>> {
        self.operate(Operation::Open, path, |state| {
            let file = state.file_at(path)?;
            Ok(self.handle(state, path, file))
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.operate(Operation::Rename, to, |state| {
            let file = state.file_at(from)?;
            let ((dir, from), (_, to)) = (dir_of(from), dir_of(to));
            state.dir(dir)?.change(Entry::Rename(from, to, file));
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> Result<()> {
        self.operate(Operation::Remove, path, |state| {
            state.file_at(path)?;
            let (dir, name) = dir_of(path);
            state.dir(dir)?.change(Entry::Unlink(name));
            Ok(())
        })
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        self.operate(Operation::Sync, path, |state| {
            for (name, dir) in &mut state.dirs {
                dir.is_durable |= name.parent() == Some(path);
            }
            let dir = state.dir(path)?;
            dir.durable = dir.now.clone();
            dir.unsynced.clear();
            Ok(())
        })
    }

    fn boot_id(&self) -> Option<String> {
        Some(format!("boot-{}", self.state().boot))
    }
}

impl CuttableDisk {
    fn handle(&self, state: &State, path: &Path, file: usize) -> Box<dyn DiskFile> {
        let path = path.to_owned();
        Box::new(Handle { disk: self.clone(), process: state.process, path, file })
    }
}

struct Handle {
    disk: CuttableDisk,
    process: u64,
    /// As it was called when it was opened.
    path: PathBuf,
    file: usize,
}

impl Handle {
    fn operate(
        &self,
        what: Operation,
        operation: impl FnOnce(&mut File) -> Result<()>,
    ) -> Result<()> {
        self.disk.operate(what, &self.path, |state| {
            assert_eq!(state.process, self.process, "a process that is no more used its file");
            operation(&mut state.files[self.file])
        })
    }
}

impl DiskFile for Handle {
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.starts_with(b"clean ") {
            (self.disk.on_clean_end)();
        }
        self.disk.operate(Operation::Write, &self.path, |state| {
            // Where everything stops during it, a part was written.
            let written = if state.is_off { state.random.below(bytes.len()) } else { bytes.len() };
            let (file, bytes) = (&mut state.files[self.file], &bytes[..written]);
            file.now.extend_from_slice(bytes);
            file.unsynced.push(Write::Append(bytes.to_vec()));
            Ok(())
        })
    }

    fn sync_data(&mut self) -> Result<()> {
        self.operate(Operation::Sync, |file| {
            file.durable = file.now.clone();
            file.unsynced.clear();
            Ok(())
        })
    }

    fn truncate(&mut self, len: u64) -> Result<()> {
        self.operate(Operation::Write, |file| {
            let len = usize::try_from(len).unwrap();
            file.now.truncate(len);
            file.unsynced.push(Write::Truncate(len));
            Ok(())
        })
    }
}
