//! Opening a data directory: takes the lock, finds out what can be believed of trees, journal and
//! snapshot, and brings the trees up to the last change. Any one of the three may be damaged or gone:
//!
//! | damaged | taken from | and then |
//! |---|---|---|
//! | trees | snapshot and journal | the old ones are kept aside |
//! | journal | trees that hold what was written, and what can be read of it behind them | a snapshot is taken, the journal kept aside and another begun |
//! | snapshot | the trees | another is taken (keeper.rs) |
//!
//! What the trees hold is known to the byte after a clean end (manifest.rs), else by a walk over every
//! row (digest.rs).

use std::fs::File;

use super::data_dir::{aside, make_dir};
use super::doubt::{Doubt, believed_trees, is_out_of_room, unreadable};
use super::journal::{self, Journal};
use super::remake::{Snapshots, can_rebuild, remake, remove_leftovers, take_snapshot};
use super::replay::{Replay, catch_up};
use super::room::Room;
use super::session::{self, End, Left};
use super::trees::{Failure, Trees};
use super::{OpenError, StoreOptions};

/// A data directory, opened.
pub struct Opened {
    /// The queryable state, up to the end of the journal.
    pub trees: Trees,
    /// The truth, open for appending.
    pub journal: Journal,
    /// The room that is kept on the disk.
    pub room: Room,
    /// Keeps other processes out for as long as it lives.
    pub lock: File,
}

/// Opens the data directory, making it on first use, and repairs it where one thing is damaged.
///
/// # Errors
/// See [`super::Store::open`].
pub fn open(options: &StoreOptions) -> Result<Opened, OpenError> {
    let dir = &options.data_dir;
    let fault = |error: std::io::Error| OpenError::path("cannot use", dir, error);
    make_dir(dir)?;
    let lock = session::lock(dir)?;
    let mut room = Room::new(options.disk.clone(), dir);
    room.make_way().map_err(fault)?;
    let opened = open_locked(options);
    // Also where it was not opened: the next start needs it as much.
    if let Err(error) = room.secure(0) {
        tracing::warn!(%error, "there is little room on the disk: reads go on, writes are refused");
    }
    let (trees, journal) = opened?;
    Ok(Opened { trees, journal, room, lock })
}

fn open_locked(options: &StoreOptions) -> Result<(Trees, Journal), OpenError> {
    let dir = &options.data_dir;
    let fault = |error: std::io::Error| OpenError::path("cannot use", dir, error);
    let left = session::left(&*options.disk, dir);
    remove_leftovers(options).map_err(fault)?;
    let snapshots = Snapshots::of(options)?;
    let journal = open_journal(options, &left, snapshots.base());
    // Noted before sled is touched: were it noted later, a kill meanwhile would leave trees of
    // this run that look like those of a power cut.
    let known = journal.as_ref().map_or(left.known.unwrap_or(0), Journal::last);
    session::enter(&*options.disk, dir, known).map_err(fault)?;
    let (trees, journal) = match journal {
        Ok(journal) => trees_beside(options, &left, &snapshots, journal)?,
        Err(damage) => instead_of_journal(options, &left, &damage)?,
    };
    if trees.applied().map_err(unreadable)? <= journal.last() {
        return Ok((trees, journal));
    }
    // Nothing is in the trees that was not in the journal before: so the journal lacks it.
    let journal = begin_journal(options, &trees, &"it ends early")?;
    Ok((trees, journal))
}

/// The trees beside a journal that is whole as far as it was looked at, up to its end.
fn trees_beside(
    options: &StoreOptions,
    left: &Left,
    snapshots: &Snapshots,
    journal: Journal,
) -> Result<(Trees, Journal), OpenError> {
    // After a power cut sled may hold anything, and may do anything when it is opened. Where not even
    // the session marker is there it was no power cut, and the trees may know of more than the journal.
    let is_cut = left.end == End::Unknown && left.known.is_some();
    let believed = match is_cut && can_rebuild(options, snapshots, &journal) {
        true => Err(Doubt::Unsynced),
        false => believed_trees(options, left),
    };
    let doubt = match believed {
        Ok(trees) if trees.applied().map_err(unreadable)? + 1 >= journal.first() => {
            return match catch_up(&trees, &journal) {
                Ok(()) => Ok((trees, journal)),
                Err(error) if is_out_of_room(&trees) => Err(error),
                Err(damage) => salvage(options, trees, journal.last(), &damage),
            };
        }
        Ok(trees) => {
            trees.abandon();
            Doubt::Damaged("they end before the journal begins".to_owned())
        }
        Err(doubt) => doubt,
    };
    Ok((remake(options, snapshots, &journal, &doubt)?, journal))
}

/// Opens trees again, up to the end of the journal, that failed for want of room.
///
/// # Errors
/// There still is none, or they are damaged.
pub fn reopen(options: &StoreOptions, journal: &Journal) -> Result<Trees, Failure> {
    let failed = |doubt| match doubt {
        Doubt::NoRoom(why) => Failure::NoRoom(why),
        doubt => Failure::Damaged(format!("{doubt:?}")),
    };
    let left = Left { end: End::Killed, known: None, manifest: None };
    let trees = believed_trees(options, &left).map_err(failed)?;
    match (catch_up(&trees, journal), trees.failure().cloned()) {
        (Ok(()), None) => Ok(trees),
        (caught_up, failure) => {
            trees.abandon();
            let damage = || caught_up.err().map_or_else(String::new, |error| error.to_string());
            Err(failure.unwrap_or_else(|| Failure::Damaged(damage())))
        }
    }
}

/// The trees where the journal is damaged, and a new journal behind them.
fn instead_of_journal(
    options: &StoreOptions,
    left: &Left,
    damage: &OpenError,
) -> Result<(Trees, Journal), OpenError> {
    let trees = believed_trees(options, left).map_err(|doubt| match doubt {
        Doubt::Missing => both(damage, &"there is none"),
        Doubt::OtherLayout | Doubt::Unsynced => both(damage, &"another release wrote it"),
        Doubt::Damaged(why) | Doubt::NoRoom(why) => both(damage, &why),
    })?;
    match left.known {
        Some(known) => salvage(options, trees, known, damage),
        None => Err(both(damage, &"nobody knows whether it holds everything")),
    }
}

/// A new journal behind trees that hold everything but what can still be read of the old one, whose
/// last change is `known` or a later one.
fn salvage(
    options: &StoreOptions,
    trees: Trees,
    known: u64,
    damage: &OpenError,
) -> Result<(Trees, Journal), OpenError> {
    let applied = trees.applied().map_err(unreadable)?;
    let dir = options.data_dir.join("journal");
    let mut replay = Replay::new(&trees, applied);
    let last = journal::salvage(&*options.disk, &dir, applied, |frame| replay.take(&frame))?;
    replay.finish()?;
    if last < known {
        return Err(both(damage, &format!("it ends with change {last}")));
    }
    let journal = begin_journal(options, &trees, damage)?;
    Ok((trees, journal))
}

fn both(damage: &OpenError, doubt: &dyn std::fmt::Display) -> OpenError {
    OpenError(format!("{damage} (nor can it be taken from the queryable state: {doubt})"))
}

fn open_journal(options: &StoreOptions, left: &Left, base: u64) -> Result<Journal, OpenError> {
    let (dir, limit) = (options.data_dir.join("journal"), options.journal_file_bytes);
    Journal::open(options.disk.clone(), &dir, limit, base, left.known.unwrap_or(0))
}

/// Puts a damaged journal aside and begins another one behind the last change in the trees, once a
/// snapshot of everything until then is on disk.
fn begin_journal(
    options: &StoreOptions,
    trees: &Trees,
    why: &dyn std::fmt::Display,
) -> Result<Journal, OpenError> {
    let applied = trees.applied().map_err(unreadable)?;
    let dir = options.data_dir.join("journal");
    let aside = aside(options, "journal")?;
    tracing::warn!(
        %why,
        kept_as = %aside.display(),
        "the journal is damaged: everything in it is taken from the queryable state"
    );
    take_snapshot(options, trees, applied)?;
    std::fs::rename(&dir, &aside)
        .and_then(|()| options.disk.sync_dir(&options.data_dir))
        .map_err(|error| OpenError::path("cannot set aside", &dir, error))?;
    Journal::open(options.disk.clone(), &dir, options.journal_file_bytes, applied, applied)
}
