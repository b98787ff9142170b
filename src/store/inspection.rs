//! A look at a whole data directory while no process uses it: first every checksum of journal and
//! snapshots, without touching them; then, where those are whole, the trees as a start finds them,
//! row by row.
//!
//! To look at the trees they have to be opened, and what a start would do to them is then done:
//! changes that a killed process left in the journal only are replayed, and trees that are damaged are
//! made anew, which is told as a fault. Where journal or snapshots are damaged nothing is opened.

use std::io;
use std::path::Path;

use super::check::{self, Report};
use super::journal::{self, JournalReport};
use super::snapshot::{self, SnapshotReader};
use super::{OpenError, Store, StoreOptions, compact, data_dir, restore, session};

/// What was found in a data directory.
#[derive(Debug, Default)]
pub struct Inspection {
    /// The journal.
    pub journal: JournalReport,
    /// The snapshots that are whole, newest first: the number of the last change and that of rows.
    pub snapshots: Vec<(u64, u64)>,
    /// What the trees hold and whether it agrees; `None` where they were not looked at. In it are
    /// also the faults of journal and snapshots.
    pub trees: Option<Report>,
    /// The faults that were found.
    pub faults: u64,
    /// The first of them, in words without personal data.
    pub described: Vec<String>,
}

impl Inspection {
    fn fault(&mut self, what: String) {
        self.faults += 1;
        if self.described.len() < check::DESCRIBED {
            self.described.push(what);
        }
    }
}

/// Looks at everything in the data directory of `options`.
///
/// # Errors
/// There is no store in it, another process uses it, or it cannot be read. Faults are no errors.
pub async fn inspect(options: StoreOptions) -> Result<Inspection, OpenError> {
    data_dir::require_store(&options.data_dir)?;
    let files = options.clone();
    let mut found = restore::blocking(move || inspect_files(&files)).await?;
    if found.faults == 0 {
        inspect_trees(options, &mut found).await?;
    }
    Ok(found)
}

/// What is found in the bytes of the newest journal file, whose first change is `first`: a door for
/// tests that have bytes and no directory.
#[doc(hidden)]
pub fn inspect_journal_file(bytes: &[u8], first: u64) -> JournalReport {
    let mut report = JournalReport { files: 1, ..JournalReport::default() };
    journal::inspect_file(bytes, first, true, &mut report);
    report
}

/// Reads journal and snapshots, and changes nothing.
fn inspect_files(options: &StoreOptions) -> Result<Inspection, OpenError> {
    let (disk, dir) = (&*options.disk, &*options.data_dir);
    let fault = |error: io::Error| OpenError::path("cannot read", dir, error);
    let _lock = session::lock(dir)?;
    let known = session::left(disk, dir).known.unwrap_or(0);
    let mut found = Inspection::default();
    let snapshots = dir.join("snapshot");
    for last in existing(snapshot::all(disk, &snapshots)).map_err(fault)? {
        let path = snapshot::path(&snapshots, last);
        match disk.open_read(&path).and_then(SnapshotReader::new) {
            Ok(reader) if reader.header().last != last => {
                found.fault(format!("{}: it is of another moment", shown(&path)));
            }
            Ok(reader) => match reader.verify() {
                Ok(rows) => found.snapshots.push((last, rows)),
                Err(error) => found.fault(format!("{}: {error}", shown(&path))),
            },
            Err(error) => found.fault(format!("{}: {error}", shown(&path))),
        }
    }
    let base = found.snapshots.first().map_or(0, |(last, _)| *last);
    found.journal = journal::inspect(disk, &dir.join("journal"), base, known).map_err(fault)?;
    for what in found.journal.faults.clone() {
        found.fault(what);
    }
    Ok(found)
}

fn existing<T: Default>(listed: io::Result<T>) -> io::Result<T> {
    match listed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(T::default()),
        listed => listed,
    }
}

/// The last two parts of a path: which file of the data directory it is.
fn shown(path: &Path) -> String {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = path.parent().map(name).unwrap_or_default();
    format!("{folder}/{}", name(path))
}

async fn inspect_trees(options: StoreOptions, found: &mut Inspection) -> Result<(), OpenError> {
    let dir = options.data_dir.clone();
    let set_aside = || -> Result<Vec<String>, OpenError> {
        set_aside(&dir).map_err(|error| OpenError::path("cannot read", &dir, error))
    };
    let before = set_aside()?;
    let store = restore::blocking(move || Store::open(options)).await?;
    for name in set_aside()?.into_iter().filter(|name| !before.contains(name)) {
        found.fault(format!("it was damaged and made anew from what else is kept; see {name}"));
    }
    let looking = store.clone();
    let report = restore::blocking(move || {
        looking.check().map_err(|error| OpenError(format!("the trees cannot be read: {error}")))
    });
    match report.await {
        Ok(report) => {
            found.faults += report.faults;
            let room = check::DESCRIBED.saturating_sub(found.described.len());
            found.described.extend(report.described.iter().take(room).cloned());
            found.trees = Some(report);
        }
        Err(error) => found.fault(error.to_string()),
    }
    store.close().await.map_err(|error| OpenError(format!("it cannot be closed: {error}")))
}

/// The names of what was set aside as damaged.
fn set_aside(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if compact::is_aside(&name) {
            names.push(name);
        }
    }
    Ok(names)
}
