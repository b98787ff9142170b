//! Where the customers of an import come from: a file, or a copy of what cannot be read twice.
//!
//! Refused records are read a second time for the report, so that none is held in memory. What is
//! no regular file (standard input, a pipe) is therefore copied first, into a file without a name.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::super::Failure;

/// How much is copied at once.
const PIECE: usize = 64 * 1024;

/// The customers to import.
pub struct Source {
    /// The file, at its start.
    pub reading: File,
    /// The same file with a place of its own.
    pub rereading: File,
    /// How many bytes it has.
    pub length: u64,
    /// What tells this source from others, run after run.
    pub identity: Vec<u8>,
    /// The regular file that it is; `None` where it is a copy.
    pub path: Option<PathBuf>,
}

impl Source {
    /// Opens `file`, or standard input.
    ///
    /// # Errors
    /// One sentence that says why it cannot be read.
    pub fn open(file: Option<&Path>) -> Result<Source, Failure> {
        let Some(path) = file else {
            return copy(io::stdin().lock()).map_err(|error| uncopied("standard input", &error));
        };
        let name = path.display().to_string();
        let unreadable = |error| Failure::Failed(format!("cannot read {name}: {error}"));
        let metadata = std::fs::metadata(path).map_err(unreadable)?;
        if metadata.is_file() {
            regular(path, metadata.len()).map_err(unreadable)
        } else if metadata.is_dir() {
            Err(Failure::Failed(format!("{name} is a directory: name one file of it")))
        } else {
            let pipe = File::open(path).map_err(unreadable)?;
            copy(pipe).map_err(|error| uncopied(&name, &error))
        }
    }
}

fn regular(path: &Path, length: u64) -> io::Result<Source> {
    let canonical = path.canonicalize()?;
    Ok(Source {
        reading: File::open(path)?,
        rereading: File::open(path)?,
        length,
        identity: canonical.as_os_str().as_encoded_bytes().to_vec(),
        path: Some(path.to_owned()),
    })
}

fn copy(mut from: impl Read) -> io::Result<Source> {
    let mut copy = NamedTempFile::new()?;
    let mut hash = Sha256::new();
    let mut length = 0;
    let mut piece = vec![0; PIECE];
    loop {
        let bytes = match from.read(&mut piece) {
            Ok(count) => piece.get(..count).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if bytes.is_empty() {
            break;
        }
        hash.update(bytes);
        copy.write_all(bytes)?;
        length += bytes.len() as u64;
    }
    let reading = copy.reopen()?;
    // From here on it has no name: it is gone with this process, however that ends.
    let rereading = copy.into_file();
    Ok(Source { reading, rereading, length, identity: hash.finalize().to_vec(), path: None })
}

fn uncopied(name: &str, error: &io::Error) -> Failure {
    let directory = std::env::temp_dir();
    Failure::Failed(format!(
        "cannot keep a copy of {name} in {} ({error}): set TMPDIR to a directory with room for it, \
         or import a file",
        directory.display()
    ))
}
