//! Opening a data directory: takes the lock, decides what of sled can be believed, and brings the
//! trees up to the end of the journal.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::change::{self, Change};
use super::index;
use super::journal::{Frame, Journal};
use super::rebuild::{self, LoadError};
use super::session::{self, End, Left};
use super::snapshot::{self, Header, Images, Moment, SnapshotReader};
use super::trees::Trees;
use super::writer::Group;
use super::{OpenError, StoreError, StoreOptions};

/// Changes that are replayed in one step.
const REPLAY_GROUP: usize = 512;

/// Rows after which it is told how far making the trees anew has come.
const PROGRESS_EVERY: u64 = 100_000;

/// A data directory, opened.
pub struct Opened {
    /// The queryable state, up to the end of the journal.
    pub trees: Trees,
    /// The truth, open for appending.
    pub journal: Journal,
    /// The last change of the newest snapshot; 0 where there is none.
    pub snapshot: u64,
    /// Keeps other processes out for as long as it lives.
    pub lock: File,
}

/// Opens the data directory, making it on first use, and repairs it where one thing is damaged.
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
    let snapshot_dir = dir.join("snapshot");
    snapshot::prepare(disk, &snapshot_dir).map_err(fault)?;
    let snapshots = snapshot::all(disk, &snapshot_dir).map_err(fault)?;
    let base = snapshots.first().copied().unwrap_or(0);
    let journal = match open_journal(options, &left, base) {
        // Without trees that can be believed nothing can take its place: all stays as it is.
        Err(error) if left.end == End::Unknown => return Err(error),
        journal => journal,
    };
    // Noted before sled is touched: were it noted later, a kill meanwhile would leave trees of
    // this run that look like those of a power cut.
    distrust(dir, &left, journal.as_ref().ok())?;
    let known = journal.as_ref().map_or(left.known.unwrap_or(0), Journal::last);
    session::enter(disk, dir, known).map_err(fault)?;
    let trees = believed_trees(options, &left, base)?;
    let journal = match (journal, &trees) {
        (Ok(journal), Some((_, applied))) if *applied <= journal.last() => journal,
        // Closed or killed, the trees hold every change that was answered: so the journal lacks some.
        (Ok(_), Some((trees, applied))) => begin_journal(options, trees, *applied, "it ends early")?,
        (Err(error), Some((trees, applied))) if Some(*applied) >= left.known => {
            begin_journal(options, trees, *applied, &error.to_string())?
        }
        (Ok(journal), None) => journal,
        (Err(error), _) => return Err(error),
    };
    let trees = match trees {
        Some((trees, applied)) if applied + 1 >= journal.first() => trees,
        trees => {
            drop(trees);
            rebuild(options, &snapshots, &journal)?
        }
    };
    catch_up(&trees, &journal)?;
    remove_distrusted(dir).map_err(fault)?;
    let snapshots = snapshot::all(disk, &snapshot_dir).map_err(fault)?;
    let snapshot = snapshots.first().copied().unwrap_or(0);
    Ok(Opened { trees, journal, snapshot, lock })
}

fn open_journal(options: &StoreOptions, left: &Left, base: u64) -> Result<Journal, OpenError> {
    let (dir, limit) = (options.data_dir.join("journal"), options.journal_file_bytes);
    Journal::open(options.disk.clone(), &dir, limit, base, left.known.unwrap_or(0))
}

/// Puts a damaged journal aside and begins another one behind change `applied`, which is the last
/// that was answered, once a snapshot of everything until then is on disk.
fn begin_journal(
    options: &StoreOptions,
    trees: &Trees,
    applied: u64,
    why: &str,
) -> Result<Journal, OpenError> {
    let dir = options.data_dir.join("journal");
    let aside = aside(&options.data_dir, "journal");
    tracing::warn!(
        why,
        kept_as = %aside.display(),
        "the journal is damaged: everything in it is taken from the queryable state"
    );
    take_snapshot(options, trees, applied)?;
    std::fs::rename(&dir, &aside)
        .map_err(|error| OpenError::path("cannot set aside", &dir, error))?;
    Journal::open(options.disk.clone(), &dir, options.journal_file_bytes, applied, applied)
}

/// Takes a snapshot of trees that nobody else uses yet.
fn take_snapshot(options: &StoreOptions, trees: &Trees, last: u64) -> Result<(), OpenError> {
    let dir = options.data_dir.join("snapshot");
    let moment = Moment { trees, images: &Images::default(), last };
    let header = Header { last, made_at: Timestamp::now() };
    let never = AtomicBool::new(false);
    let taken = snapshot::take(&*options.disk, &dir, &moment, header, &never);
    taken.map(|_| ()).map_err(|error| OpenError::path("cannot take a snapshot in", &dir, error))
}

/// Where something damaged is kept for the person in charge.
fn aside(data_dir: &Path, what: &str) -> PathBuf {
    data_dir.join(format!("{what}.damaged-{}", Timestamp::now().as_millisecond()))
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
fn distrust(data_dir: &Path, left: &Left, journal: Option<&Journal>) -> Result<(), OpenError> {
    let dir = data_dir.join("sled");
    let Some(journal) = journal else { return Ok(()) };
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

/// The trees with the last change in them, where they can be believed; else sled's files are put
/// aside.
fn believed_trees(
    options: &StoreOptions,
    left: &Left,
    base: u64,
) -> Result<Option<(Trees, u64)>, OpenError> {
    let dir = options.data_dir.join("sled");
    if left.end == End::Unknown && dir.exists() {
        return Ok(None);
    }
    let opened = Trees::open(&dir, options.cache_bytes).and_then(|trees| {
        let applied =
            trees.applied().map_err(|error| OpenError::path("cannot read", &dir, error))?;
        Ok((trees, applied))
    });
    let why = match opened {
        // Closed in order with more than it has now, or behind the snapshot: it lost something.
        Ok((_, applied)) if left.end == End::Clean && Some(applied) < left.known => {
            "changes are missing in it".to_owned()
        }
        Ok((_, applied)) if applied < base => "it is older than the snapshot".to_owned(),
        Ok(believed) => return Ok(Some(believed)),
        Err(error) => error.to_string(),
    };
    set_aside(options, &why)?;
    Ok(None)
}

/// Keeps sled's damaged files aside for the person in charge.
fn set_aside(options: &StoreOptions, why: &str) -> Result<(), OpenError> {
    let dir = options.data_dir.join("sled");
    if !dir.exists() {
        return Ok(());
    }
    let aside = aside(&options.data_dir, "sled");
    tracing::warn!(why, kept_as = %aside.display(), "the queryable state is damaged: it is made anew");
    std::fs::rename(&dir, &aside).map_err(|error| OpenError::path("cannot set aside", &dir, error))
}

/// Makes the trees anew: from the newest snapshot that is whole and that the journal goes on from,
/// or from the journal alone.
fn rebuild(
    options: &StoreOptions,
    snapshots: &[u64],
    journal: &Journal,
) -> Result<Trees, OpenError> {
    let dir = options.data_dir.join("sled");
    let mut damage = None;
    for last in snapshots.iter().filter(|last| **last + 1 >= journal.first()) {
        match from_snapshot(options, *last) {
            Ok(trees) => return Ok(trees),
            Err(error) => {
                tracing::warn!(%error, "a snapshot cannot be used");
                damage = Some(error);
                // What is in the trees by now is not whole.
                std::fs::remove_dir_all(&dir)
                    .map_err(|error| OpenError::path("cannot remove", &dir, error))?;
            }
        }
    }
    match damage {
        _ if journal.first() == 1 => Trees::open(&dir, options.cache_bytes),
        Some(error) => Err(error),
        None => Err(OpenError(format!(
            "the journal begins with change {}, and there is no snapshot of what was before: put \
             the files of {} back, or restore a backup into a new directory",
            journal.first(),
            options.data_dir.join("snapshot").display()
        ))),
    }
}

fn from_snapshot(options: &StoreOptions, last: u64) -> Result<Trees, OpenError> {
    let path = snapshot::path(&options.data_dir.join("snapshot"), last);
    let damaged = |error: &dyn std::fmt::Display| {
        OpenError(format!(
            "the snapshot {} cannot be used: {error}; put an undamaged copy in its place, or \
             restore a backup into a new directory",
            path.display()
        ))
    };
    let reader = options.disk.open_read(&path).and_then(SnapshotReader::new);
    let reader = reader.map_err(|error| damaged(&error))?;
    let trees = Trees::open(&options.data_dir.join("sled"), options.cache_bytes)?;
    let mut told = 0;
    rebuild::load(&trees, reader, |rows| {
        if rows >= told + PROGRESS_EVERY {
            told = rows;
            tracing::info!(rows, "the queryable state is being made anew");
        }
    })
    .map_err(|error| match error {
        LoadError::Snapshot(error) => damaged(&error),
        LoadError::Store(error) => OpenError(format!("the trees cannot be made anew: {error}")),
    })?;
    Ok(trees)
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
