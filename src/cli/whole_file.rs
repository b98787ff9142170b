//! A file that is there whole or not at all: written aside, renamed when it is complete.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// A file in the making. Dropped before it is kept, it leaves nothing behind.
pub struct WholeFile {
    aside: BufWriter<NamedTempFile>,
}

impl WholeFile {
    /// Begins a file that is to become `target`, in the directory of that.
    ///
    /// # Errors
    /// Nothing can be written there.
    pub fn beside(target: &Path) -> io::Result<WholeFile> {
        // As any new file: what others may do with it is the umask's to say.
        WholeFile::with_mode(target, 0o666)
    }

    /// The same, for a file that nobody but its owner may read.
    ///
    /// # Errors
    /// Nothing can be written there.
    pub fn private_beside(target: &Path) -> io::Result<WholeFile> {
        WholeFile::with_mode(target, 0o600)
    }

    #[cfg_attr(not(unix), expect(unused_variables, reason = "modes are unix's"))]
    fn with_mode(target: &Path, mode: u32) -> io::Result<WholeFile> {
        let directory = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut builder = Builder::new();
        builder.prefix(".smart-customer-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
        let aside = BufWriter::new(builder.tempfile_in(directory)?);
        Ok(WholeFile { aside })
    }

    /// What was written by now, to be read from its beginning.
    ///
    /// # Errors
    /// It cannot be written, or read.
    pub fn read_again(&mut self) -> io::Result<File> {
        self.aside.flush()?;
        self.aside.get_ref().reopen()
    }

    /// Makes it `target`, in place of what was there.
    ///
    /// # Errors
    /// It cannot be written; what was there is still there.
    pub fn keep(self, target: &Path) -> io::Result<()> {
        self.finished()?.persist(target).map(drop).map_err(|error| error.error)
    }

    /// Makes it the first of the names `targets` that is free; that name.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep_as_new(self, targets: impl Iterator<Item = PathBuf>) -> io::Result<PathBuf> {
        let mut aside = self.finished()?;
        for target in targets {
            match aside.persist_noclobber(&target) {
                Ok(_) => return Ok(target),
                Err(taken) if taken.error.kind() == ErrorKind::AlreadyExists => aside = taken.file,
                Err(fault) => return Err(fault.error),
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    fn finished(self) -> io::Result<NamedTempFile> {
        let aside = self.aside.into_inner().map_err(io::IntoInnerError::into_error)?;
        aside.as_file().sync_all()?;
        Ok(aside)
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.aside.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.aside.flush()
    }
}
