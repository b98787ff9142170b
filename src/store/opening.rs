//! Opening a data directory: takes the lock, decides what of sled can be believed, and brings the
//! trees up to the end of the journal.

use std::fs::File;
use std::path::Path;

use jiff::Timestamp;

use super::change::{self, Change};
use super::index;
use super::journal::{Frame, Journal};
use super::session::{self, End, Left};
use super::trees::Trees;
use super::writer::Group;
use super::{OpenError, StoreError, StoreOptions};

/// Changes that are replayed in one step.
const REPLAY_GROUP: usize = 512;

/// A data directory, opened.
pub struct Opened {
    /// The queryable state, up to the end of the journal.
    pub trees: Trees,
    /// The truth, open for appending.
    pub journal: Journal,
    /// Keeps other processes out for as long as it lives.
    pub lock: File,
}

/// Opens the data directory, making it on first use.
///
/// # Errors
/// See [`super::Store::open`].
pub fn open(options: &StoreOptions) -> Result<Opened, OpenError> {
    let dir = &options.data_dir;
    let disk = &*options.disk;
    let fault = |error: std::io::Error| OpenError::path("cannot use", dir, error);
    if !dir.exists() {
        make_private_dir(dir).and_then(|()| sync_name(dir)).map_err(fault)?;
    }
    let lock = session::lock(dir)?;
    let left = session::left(disk, dir);
    let (journal_dir, limit) = (dir.join("journal"), options.journal_file_bytes);
    let answered = left.known.unwrap_or(0);
    let journal = Journal::open(options.disk.clone(), &journal_dir, limit, answered)?;
    distrust(dir, &left, &journal)?;
    // Noted before sled is touched: were it noted later, a kill meanwhile would leave trees of
    // this run that look like those of a power cut.
    session::enter(disk, dir, journal.last()).map_err(fault)?;
    let trees = open_trees(options, &left, &journal)?;
    catch_up(&trees, &journal)?;
    remove_distrusted(dir).map_err(fault)?;
    Ok(Opened { trees, journal, lock })
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

/// Where sled's files are kept until the journal has replaced them.
const DISTRUSTED: &str = "sled.distrusted";

/// Puts sled's files out of the way where they cannot be believed: the journal has everything.
fn distrust(data_dir: &Path, left: &Left, journal: &Journal) -> Result<(), OpenError> {
    let dir = data_dir.join("sled");
    // Without a session marker, trees beside an empty journal are all that says there was more.
    if left.known.is_none() && journal.last() == 0 && dir.exists() {
        return Err(journal.behind(1));
    }
    if left.end == End::Unknown && dir.exists() {
        tracing::warn!("the last run was cut off: the queryable state is made anew");
        // What is there already is older and whole: these trees are an attempt that failed.
        let aside = data_dir.join(DISTRUSTED);
        let moved = if aside.exists() {
            std::fs::remove_dir_all(&dir)
        } else {
            std::fs::rename(&dir, &aside)
        };
        moved.map_err(|error| OpenError::path("cannot move", &dir, error))?;
    }
    Ok(())
}

/// Removes what [`distrust`] put aside, once the journal has brought everything back.
fn remove_distrusted(data_dir: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(data_dir.join(DISTRUSTED)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Opens sled, or sets it aside where it is damaged.
fn open_trees(options: &StoreOptions, left: &Left, journal: &Journal) -> Result<Trees, OpenError> {
    let dir = options.data_dir.join("sled");
    let opened = Trees::open(&dir, options.cache_bytes).and_then(|trees| {
        let applied =
            trees.applied().map_err(|error| OpenError::path("cannot read", &dir, error))?;
        Ok((trees, applied))
    });
    match opened {
        Ok((_, applied)) if applied > journal.last() => Err(journal.behind(applied)),
        // Closed in order with more than it has now: it lost something without a word.
        Ok((trees, applied)) if left.end == End::Clean && Some(applied) < left.known => {
            drop(trees);
            rebuild(options, &dir, "changes are missing in it")
        }
        Ok((trees, _)) => Ok(trees),
        Err(error) => rebuild(options, &dir, &error.to_string()),
    }
}

/// Keeps sled's damaged files aside for the person in charge, and begins with empty trees.
fn rebuild(options: &StoreOptions, dir: &Path, why: &str) -> Result<Trees, OpenError> {
    let stamp = Timestamp::now().as_millisecond();
    let aside = options.data_dir.join(format!("sled.damaged-{stamp}"));
    tracing::warn!(
        why,
        kept_as = %aside.display(),
        "the queryable state is damaged: it is made anew from the journal"
    );
    if dir.exists() {
        std::fs::rename(dir, &aside)
            .map_err(|error| OpenError::path("cannot set aside", dir, error))?;
    }
    Trees::open(dir, options.cache_bytes)
}

/// Applies every change of the journal that the trees do not hold yet.
fn catch_up(trees: &Trees, journal: &Journal) -> Result<(), OpenError> {
    let failed = |error: StoreError| OpenError(format!("cannot replay the journal: {error}"));
    let applied = trees.applied().map_err(failed)?;
    let mut next = applied + 1;
    let mut waiting: Vec<Change> = Vec::new();
    journal.replay(applied, |frame| {
        waiting.extend(changes_after(&frame, applied).map_err(failed)?);
        if waiting.len() >= REPLAY_GROUP {
            next = apply(trees, next, std::mem::take(&mut waiting)).map_err(failed)?;
        }
        Ok(())
    })?;
    apply(trees, next, waiting).map_err(failed)?;
    if applied < journal.last() {
        tracing::info!(
            changes = journal.last() - applied,
            "changes were replayed from the journal"
        );
    }
    Ok(())
}

/// The changes of a frame whose numbers are above `applied`.
fn changes_after(frame: &Frame<'_>, applied: u64) -> Result<Vec<Change>, StoreError> {
    let mut changes = change::decode_changes(frame.body)?;
    if u64::try_from(changes.len()).ok() != Some(u64::from(frame.count)) {
        return Err(StoreError::Fault("a journal frame has another count of changes".to_owned()));
    }
    let known = (applied + 1).saturating_sub(frame.first);
    changes.drain(..usize::try_from(known).unwrap_or(usize::MAX).min(changes.len()));
    Ok(changes)
}

/// Writes numbered changes and all that is derived from them; returns the next number.
fn apply(trees: &Trees, first: u64, changes: Vec<Change>) -> Result<u64, StoreError> {
    let mut group = Group::new(trees, first);
    for change in changes {
        group.push(change)?;
    }
    let next = group.next_number();
    if !group.is_empty() {
        trees.write(index::rows(group.changes(), trees)?)?;
    }
    Ok(next)
}
