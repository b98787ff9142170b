//! Where a command puts what a service sends: standard output, a file that is there whole or not at
//! all, or a pipe.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use hyper::body::Bytes;

use super::client::{Answer, broken_off};
use super::whole_file::WholeFile;
use super::{Failure, output};

/// Where it goes.
pub enum Sink {
    StandardOutput,
    /// A regular file, there whole or not at all.
    Whole(WholeFile, PathBuf),
    /// A pipe or a device, which cannot be replaced by a file.
    Direct(File, PathBuf),
}

impl Sink {
    /// Begins to write to the file `output`, or to standard output; `begin` makes the file that takes
    /// its place when it is whole.
    ///
    /// # Errors
    /// Nothing can be written there.
    pub fn open(
        output: Option<PathBuf>,
        begin: impl Fn(&Path) -> io::Result<WholeFile>,
    ) -> Result<Sink, Failure> {
        let whole = |path: PathBuf| Ok(Sink::Whole(begin(&path)?, path));
        let Some(path) = output else {
            return Ok(Sink::StandardOutput);
        };
        let opened = match std::fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => Err(ErrorKind::IsADirectory.into()),
            Ok(metadata) if !metadata.is_file() => OpenOptions::new()
                .write(true)
                .open(&path)
                .map(|file| Sink::Direct(file, path.clone())),
            // What a link points at is replaced, not the link.
            Ok(_) => path.canonicalize().and_then(whole),
            Err(_) => whole(path.clone()),
        };
        opened.map_err(|error| unwritable(&path, &error))
    }

    /// Whether it goes to standard output, where nothing else belongs then.
    pub fn is_standard_output(&self) -> bool {
        matches!(self, Sink::StandardOutput)
    }

    /// Writes all of the body of `answer`, and shows it to `count`; `None` where nobody reads it any
    /// more.
    ///
    /// # Errors
    /// It did not come to its end, or cannot be written.
    pub async fn copy(
        mut self,
        answer: &mut Answer,
        mut count: impl FnMut(&[u8]),
    ) -> Result<Option<Sink>, Failure> {
        loop {
            let bytes = answer.next_bytes().await.map_err(|why| broken_off(answer.url(), &why))?;
            let Some(bytes) = bytes else {
                return Ok(Some(self));
            };
            count(&bytes);
            match self.write(bytes).await? {
                Some(goes_on) => self = goes_on,
                None => return Ok(None),
            }
        }
    }

    /// Writes the next bytes. `None` where nobody reads any more.
    async fn write(self, bytes: Bytes) -> Result<Option<Sink>, Failure> {
        // Here, not on another thread: an interruption must find the file to remove it.
        if let Sink::Whole(..) = self {
            return self.write_at_once(&bytes);
        }
        // The reader of a pipe may take its time, and an interruption must not wait for it.
        let writing = tokio::task::spawn_blocking(move || self.write_at_once(&bytes));
        writing.await.map_err(|error| Failure::Failed(format!("writing failed: {error}")))?
    }

    fn write_at_once(mut self, bytes: &[u8]) -> Result<Option<Sink>, Failure> {
        let written = match &mut self {
            Sink::StandardOutput => io::stdout().lock().write_all(bytes),
            Sink::Whole(file, _) => file.write_all(bytes),
            Sink::Direct(file, _) => file.write_all(bytes),
        };
        match written {
            Ok(()) => Ok(Some(self)),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(None),
            Err(error) => Err(self.unwritable(&error)),
        }
    }

    /// What was written by now, to be read again, where it has a file of its own.
    ///
    /// # Errors
    /// It cannot be written, or read.
    pub fn read_again(&mut self) -> Result<Option<File>, Failure> {
        match self {
            Sink::Whole(file, path) => {
                file.read_again().map(Some).map_err(|error| unwritable(path, &error))
            }
            Sink::StandardOutput | Sink::Direct(..) => Ok(None),
        }
    }

    /// Ends what was written; says `what` was done where that does not go into the data.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(self, what: &str) -> Result<(), Failure> {
        let target = match self {
            Sink::StandardOutput => return output::write(|out| out.flush()),
            Sink::Direct(_, path) => path,
            Sink::Whole(file, path) => {
                file.keep(&path).map_err(|error| unwritable(&path, &error))?;
                path
            }
        };
        output::write(|out| writeln!(out, "{what} to {}", target.display()))
    }

    fn unwritable(&self, error: &io::Error) -> Failure {
        match self {
            Sink::StandardOutput => output::unwritable(error),
            Sink::Whole(_, path) | Sink::Direct(_, path) => unwritable(path, error),
        }
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Failed(format!("cannot write {}: {error}; choose another --output", path.display()))
}
