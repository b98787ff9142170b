//! The data directory itself: made for its owner only, and tidied.

use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{OpenError, StoreOptions};

/// Makes sure that there is a store in `dir`: what works on one must not make another where a name
/// was misspelt.
pub fn require_store(dir: &Path) -> Result<(), OpenError> {
    if ["journal", "snapshot", "sled"].iter().any(|part| dir.join(part).is_dir()) {
        return Ok(());
    }
    Err(OpenError(format!("there is no store in {}: check --data-dir", dir.display())))
}

/// Makes the data directory, where it is not there, readable to its owner only.
pub fn make_dir(dir: &Path) -> Result<(), OpenError> {
    if dir.exists() {
        return Ok(());
    }
    let made = make_private_dir(dir).and_then(|()| sync_name(dir));
    made.map_err(|error| OpenError::path("cannot make", dir, error))
}

#[cfg(unix)]
fn make_private_dir(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

#[cfg(not(unix))]
fn make_private_dir(dir: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)
}

/// Makes the name of the data directory durable.
#[cfg(unix)]
fn sync_name(dir: &Path) -> std::io::Result<()> {
    match dir.canonicalize()?.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
fn sync_name(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Where something damaged is kept for the person in charge. One of a kind is enough: an older one
/// is removed.
///
/// # Errors
/// The older one cannot be removed.
pub fn aside(options: &StoreOptions, what: &str) -> Result<PathBuf, OpenError> {
    let dir = &options.data_dir;
    let fault = |error: std::io::Error| OpenError::path("cannot tidy", dir, error);
    for entry in std::fs::read_dir(dir).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        if entry.file_name().to_string_lossy().starts_with(&format!("{what}.damaged-")) {
            remove_dir(&entry.path()).map_err(fault)?;
        }
    }
    Ok(dir.join(format!("{what}.damaged-{}", Timestamp::now().as_millisecond())))
}

/// Removes a directory with what is in it, if it is there.
///
/// # Errors
/// It cannot be removed.
pub fn remove_dir(dir: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
