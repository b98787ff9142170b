//! Trees made anew aside, of the newest snapshot that is whole and the journal behind it, and put in
//! the place of the old ones.

use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::data_dir::{aside, remove_dir};
use super::doubt::{Doubt, unreadable};
use super::journal::Journal;
use super::progress::Progress;
use super::rebuild::{self, LoadError};
use super::replay::catch_up;
use super::snapshot::{self, Header, Images, Moment, SnapshotReader};
use super::trees::Trees;
use super::{OpenError, StoreOptions};

/// Where trees are made anew, until they are whole.
pub const REBUILD: &str = "sled.rebuild";

/// Where those that others took the place of are while they are removed.
const OLD: &str = "sled.old";

/// The snapshots that there are, newest first, by the changes that they end with.
pub struct Snapshots(Vec<u64>);

impl Snapshots {
    /// Those of the data directory.
    ///
    /// # Errors
    /// They cannot be listed.
    pub fn of(options: &StoreOptions) -> Result<Snapshots, OpenError> {
        let dir = options.data_dir.join("snapshot");
        let all = snapshot::all(&*options.disk, &dir);
        all.map(Snapshots).map_err(|error| OpenError::path("cannot read", &dir, error))
    }

    /// The change behind which a journal begins where there is none.
    pub fn base(&self) -> u64 {
        self.0.first().copied().unwrap_or(0)
    }
}

/// The snapshot that ends with change `last`, to be read.
///
/// # Errors
/// It cannot be read, or is that of another moment.
pub fn open_snapshot(
    options: &StoreOptions,
    last: u64,
) -> std::io::Result<SnapshotReader<Box<dyn std::io::Read + Send>>> {
    let path = snapshot::path(&options.data_dir.join("snapshot"), last);
    let reader = SnapshotReader::new(options.disk.open_read(&path)?)?;
    if reader.header().last == last {
        return Ok(reader);
    }
    Err(std::io::Error::other("it is the snapshot of another moment"))
}

/// Takes a snapshot of trees that nobody writes to.
///
/// # Errors
/// It cannot be written; then all is as before.
pub fn take_snapshot(options: &StoreOptions, trees: &Trees, last: u64) -> Result<(), OpenError> {
    let dir = options.data_dir.join("snapshot");
    let (trees, walk) = (|| Ok(trees.clone()), Images::default().begin());
    let moment = Moment { trees: &trees, walk, last };
    let header = Header { last, made_at: Timestamp::now() };
    let never = AtomicBool::new(false);
    let disk = &*options.disk;
    snapshot::take(disk, &dir, moment, header, &never, &|| ())
        .and_then(|taken| snapshot::remove_others(disk, &dir, taken.last))
        .map_err(|error| OpenError::path("cannot take a snapshot in", &dir, error))
}

/// Makes the trees anew aside, up to the end of the journal, and puts them in the place of the old.
///
/// # Errors
/// Snapshot or journal are damaged, or there is no room; then all is as before.
pub fn remake(
    options: &StoreOptions,
    snapshots: &Snapshots,
    journal: &Journal,
    doubt: &Doubt,
) -> Result<Trees, OpenError> {
    let dir = options.data_dir.join("sled");
    if let Doubt::NoRoom(why) = doubt {
        return Err(OpenError(format!(
            "there is no room on the disk of {} to open what is kept there ({why}): make some",
            options.data_dir.display()
        )));
    }
    let has_old = dir.exists();
    if !has_old && journal.last() == 0 {
        return open_trees(options);
    }
    tracing::warn!(?doubt, "the queryable state is made anew");
    let trees = rebuilt(options, snapshots, journal)?;
    catch_up(&trees, journal)?;
    trees.close().map_err(unreadable)?;
    let moved = match doubt {
        Doubt::Damaged(_) if has_old => {
            let aside = aside(options, "sled")?;
            tracing::warn!(kept_as = %aside.display(), "the damaged state is kept aside");
            std::fs::rename(&dir, &aside)
        }
        _ => Ok(()),
    };
    moved
        .and_then(|()| put_in_place(options))
        .map_err(|error| OpenError::path("cannot replace", &dir, error))?;
    open_trees(options)
}

/// Puts trees that were made aside and are synced where the old ones were. Those go in one step, before
/// their files do: whenever it is stopped, there are whole trees or none, never some of their files.
///
/// # Errors
/// They cannot be renamed, or the old ones not removed.
pub fn put_in_place(options: &StoreOptions) -> std::io::Result<()> {
    let dir = &options.data_dir;
    let (place, old) = (dir.join("sled"), dir.join(OLD));
    if place.exists() {
        std::fs::rename(&place, &old)?;
        options.disk.sync_dir(dir)?;
    }
    std::fs::rename(dir.join(REBUILD), place)?;
    options.disk.sync_dir(dir)?;
    remove_dir(&old)
}

fn open_trees(options: &StoreOptions) -> Result<Trees, OpenError> {
    let dir = options.data_dir.join("sled");
    Trees::open(&dir, options.cache_bytes)
        .map_err(|error| OpenError::path("cannot open", &dir, format!("{error:?}")))
}

fn open_to_make(options: &StoreOptions) -> Result<Trees, OpenError> {
    let dir = options.data_dir.join(REBUILD);
    Trees::open_to_make(&dir, options.cache_bytes)
        .map_err(|error| OpenError::path("cannot make", &dir, format!("{error:?}")))
}

/// Trees aside, from the newest snapshot that is whole and that the journal goes on from, or empty
/// ones where the journal has everything.
fn rebuilt(
    options: &StoreOptions,
    snapshots: &Snapshots,
    journal: &Journal,
) -> Result<Trees, OpenError> {
    let mut damage = None;
    for last in snapshots.0.iter().filter(|last| **last + 1 >= journal.first()) {
        match from_snapshot(options, *last) {
            Ok(trees) => return Ok(trees),
            Err(error) => {
                tracing::warn!(%error, "a snapshot cannot be used");
                damage = Some(error);
                // What is there by now is not whole.
                let dir = options.data_dir.join(REBUILD);
                remove_dir(&dir).map_err(|error| OpenError::path("cannot remove", &dir, error))?;
            }
        }
    }
    match damage {
        _ if journal.first() == 1 => open_to_make(options),
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
    let reader = open_snapshot(options, last).map_err(|error| damaged(&error))?;
    let trees = open_to_make(options)?;
    let mut progress = Progress::default();
    rebuild::load(&trees, reader, |rows| {
        progress.tell(rows, "the queryable state is being made anew");
    })
    .map_err(|error| match error {
        LoadError::Snapshot(error) => damaged(&error),
        LoadError::Store(error) => OpenError(format!("the trees cannot be made anew: {error}")),
    })?;
    Ok(trees)
}

/// Whether everything can be had without the trees.
pub fn can_rebuild(options: &StoreOptions, snapshots: &Snapshots, journal: &Journal) -> bool {
    let newest = snapshots.0.first().filter(|last| **last + 1 >= journal.first());
    let is_whole =
        |last: u64| open_snapshot(options, last).is_ok_and(|snapshot| snapshot.verify().is_ok());
    match newest {
        Some(&last) if is_whole(last) => journal.replay(last, |_| Ok(())).is_ok(),
        _ => journal.first() == 1 && journal.replay(0, |_| Ok(())).is_ok(),
    }
}

/// Makes the trees anew, up to the end of the journal, in place of damaged ones that nobody has open.
///
/// # Errors
/// Journal or snapshot are damaged, too; then all is as before.
pub fn repair(options: &StoreOptions, journal: &Journal, damage: &str) -> Result<Trees, OpenError> {
    let fault = |error| OpenError::path("cannot use", &options.data_dir, error);
    remove_leftovers(options).map_err(fault)?;
    remake(options, &Snapshots::of(options)?, journal, &Doubt::Damaged(damage.to_owned()))
}

/// Removes what interrupted work has left behind.
///
/// # Errors
/// It cannot be removed.
pub fn remove_leftovers(options: &StoreOptions) -> std::io::Result<()> {
    snapshot::prepare(&*options.disk, &options.data_dir.join("snapshot"))?;
    remove_dir(&options.data_dir.join(REBUILD))?;
    remove_dir(&options.data_dir.join(OLD))
}
