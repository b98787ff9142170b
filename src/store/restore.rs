//! A data directory made of a backup: the backup becomes the one snapshot in it, with an empty
//! journal behind, and the trees are made of it. Nothing is made of a backup that is not whole.
//!
//! A process that is stopped on the way leaves a directory that no start takes for an empty store: the
//! session marker, which is written first, says how far it must go.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::backup::{self, Contents};
use super::disk::Disk;
use super::journal::Journal;
use super::rebuild::{self, LoadError};
use super::snapshot::{self, SnapshotReader};
use super::trees::Trees;
use super::{OpenError, Store, StoreOptions, data_dir, session};

/// Bytes that are copied at once.
const PIECE: usize = 256 * 1024;

/// Makes the data directory of `options` from the backup in `file`; what was in the backup. Calls
/// `progress` now and then with the rows taken over so far and how many there are.
///
/// # Errors
/// The backup is not whole or the directory not empty: then nothing is made. Or it cannot be written:
/// then what was made of it is removed again.
pub async fn restore(
    file: PathBuf,
    options: StoreOptions,
    progress: impl Fn(u64, u64) + Send + 'static,
) -> Result<Contents, OpenError> {
    let (dir, opening) = (options.data_dir.clone(), options.clone());
    let was_there = refuse_unless_empty(&dir)?;
    let reading = file.clone();
    let contents = blocking(move || read(&reading)).await?;
    let lock = claim(&dir)?;
    let taken = blocking(move || {
        let taken = take_over(&file, &options, contents, progress);
        drop(lock);
        taken
    });
    let made = match taken.await {
        Ok(()) => open_once(opening, contents).await,
        Err(error) => Err(error),
    };
    // Should somebody else be in it by now, it is left to them.
    if made.is_err()
        && let Ok(_lock) = session::lock(&dir)
    {
        // The fault is the news; what stays behind is told by the next try.
        let _ = clear(&dir, was_there);
    }
    made.map(|()| contents)
}

/// Whether the directory is there, and empty.
fn refuse_unless_empty(dir: &Path) -> Result<bool, OpenError> {
    match std::fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(OpenError::path("cannot use", dir, error)),
        Ok(mut entries) => match entries.next() {
            None => Ok(true),
            Some(_) => Err(not_empty(dir)),
        },
    }
}

fn not_empty(dir: &Path) -> OpenError {
    OpenError(format!(
        "{} is not empty: a backup is restored into a new directory only, choose another --data-dir",
        dir.display()
    ))
}

/// Takes the directory for this process, once it is sure that nobody has begun a store in it.
fn claim(dir: &Path) -> Result<File, OpenError> {
    data_dir::make_dir(dir)?;
    let lock = session::lock(dir)?;
    let names = std::fs::read_dir(dir).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let names = names.map_err(|error| OpenError::path("cannot use", dir, error))?;
    // The lock itself is in it by now.
    if names.len() == 1 { Ok(lock) } else { Err(not_empty(dir)) }
}

fn clear(dir: &Path, keep: bool) -> io::Result<()> {
    if !keep {
        return std::fs::remove_dir_all(dir);
    }
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Does `work` on a thread that may wait.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OpenError> + Send + 'static,
) -> Result<T, OpenError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(OpenError(format!("it could not be done: {error}"))))
}

/// What is in a backup that is whole.
fn read(file: &Path) -> Result<Contents, OpenError> {
    let read =
        File::open(file).and_then(|input| backup::verify(BufReader::with_capacity(PIECE, input)));
    read.map_err(|error| {
        OpenError(format!(
            "the backup {} cannot be used: {error}; nothing was made of it, take another one",
            file.display()
        ))
    })
}

/// Everything but the first start.
fn take_over(
    file: &Path,
    options: &StoreOptions,
    contents: Contents,
    progress: impl Fn(u64, u64),
) -> Result<(), OpenError> {
    let (disk, dir) = (&*options.disk, &*options.data_dir);
    let fault = |error: io::Error| OpenError::path("cannot write to", dir, error);
    session::enter(disk, dir, contents.last).map_err(fault)?;
    let snapshots = dir.join("snapshot");
    snapshot::prepare(disk, &snapshots).map_err(fault)?;
    let place = snapshot::path(&snapshots, contents.last);
    let aside = place.with_extension("new");
    copy(file, disk, &aside).map_err(fault)?;
    let copied = disk.open_read(&aside).and_then(backup::verify).map_err(fault)?;
    if copied != contents {
        return Err(OpenError(format!("{} was changed while it was read", file.display())));
    }
    disk.rename(&aside, &place).and_then(|()| disk.sync_dir(&snapshots)).map_err(fault)?;
    let (journal, limit) = (dir.join("journal"), options.journal_file_bytes);
    Journal::open(options.disk.clone(), &journal, limit, contents.last, contents.last)?;
    make_trees(&dir.join("sled"), &place, options, |rows| progress(rows, contents.rows))
}

/// Opens what was made as a service does, and closes it in order.
async fn open_once(options: StoreOptions, contents: Contents) -> Result<(), OpenError> {
    let store = blocking(move || Store::open(options)).await?;
    let agreed = agree(store.clone(), contents).await;
    let kept = keep_admin_tokens(&store).await;
    let closed = store.close().await;
    let closed = closed.map_err(|error| OpenError(format!("it cannot be closed: {error}")));
    agreed.and(kept).and(closed)
}

fn copy(file: &Path, disk: &dyn Disk, to: &Path) -> io::Result<()> {
    let mut from = File::open(file)?;
    let mut to = disk.create(to)?;
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read(&mut piece)?;
        if length == 0 {
            return to.sync_data();
        }
        to.append(piece.get(..length).unwrap_or_default())?;
    }
}

/// Makes the trees in `dir`, which is not there yet, of the snapshot in `file`.
fn make_trees(
    dir: &Path,
    file: &Path,
    options: &StoreOptions,
    progress: impl FnMut(u64),
) -> Result<(), OpenError> {
    let reader = options.disk.open_read(file).and_then(SnapshotReader::new);
    let reader = reader.map_err(|error| OpenError::path("cannot read", file, error))?;
    let trees = Trees::open_to_make(dir, options.cache_bytes)
        .map_err(|error| OpenError::path("cannot open", dir, format!("{error:?}")))?;
    rebuild::load(&trees, reader, progress).map_err(|error| match error {
        LoadError::Snapshot(error) => OpenError::path("cannot read", file, error),
        LoadError::Store(error) => OpenError::path("cannot write to", dir, error),
    })?;
    trees.close().map_err(|error| OpenError::path("cannot write to", dir, error))
}

/// Makes sure that the store as it is opened holds what was in the backup, and agrees in itself.
async fn agree(store: Store, contents: Contents) -> Result<(), OpenError> {
    let failed = |why: String| {
        OpenError(format!("what was restored does not agree with the backup: {why}; try again"))
    };
    let report = blocking(move || {
        store.check().map_err(|error| OpenError(format!("it cannot be read: {error}")))
    });
    let report = report.await?;
    if report.faults > 0 {
        return Err(failed(report.described.join(", ")));
    }
    if (report.customers, report.events) != (contents.customers, contents.events) {
        return Err(failed(format!("it has {} customers", report.customers)));
    }
    Ok(())
}

/// The admin token of the source goes on working, as one like any other: else that which the first
/// start makes here would take its place, as it does where the file with it was deleted.
async fn keep_admin_tokens(store: &Store) -> Result<(), OpenError> {
    for (hash, record) in store.tokens().iter().filter(|(_, record)| record.from_first_start) {
        let mut record = (**record).clone();
        record.from_first_start = false;
        let kept = store.replace_tokens(Some((hash, &record)), &[], Timestamp::now()).await;
        kept.map_err(|error| OpenError(format!("the tokens cannot be written: {error}")))?;
    }
    Ok(())
}
