//! How large the store is: what is in it, and how much of the disk that takes.

use std::io;
use std::path::Path;

use jiff::Timestamp;

use super::disk::Disk;
use super::journal::JournalMeter;
use super::snapshot::{self, SnapshotReader};
use super::trees::Tree;
use super::{Store, StoreError, companies};
use crate::customer::access::Scope;

/// What is in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sizes {
    /// Customers, of all companies.
    pub customers: u64,
    /// Companies that have customers.
    pub companies: u64,
    /// What it takes of the disk.
    pub files: FileSizes,
}

/// What the store takes of the disk, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSizes {
    /// The journal.
    pub journal: u64,
    /// The snapshots.
    pub snapshots: u64,
    /// The trees.
    pub trees: u64,
    /// What can still be written; `None` where the system does not tell.
    pub free: Option<u64>,
    /// When the newest snapshot was taken; `None` where there is none yet.
    pub snapshot_taken_at: Option<Timestamp>,
}

/// What the store takes of the disk, and for how many customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskUse {
    /// Customers, of all companies.
    pub customers: u64,
    /// What it takes of the disk.
    pub files: FileSizes,
}

impl Store {
    /// What is counted of the journal.
    pub fn journal_meter(&self) -> &JournalMeter {
        self.engine.journal_meter()
    }

    /// What the store takes of the disk. It reads directories and no row: it costs the same however
    /// many customers and companies there are.
    ///
    /// # Errors
    /// The directories cannot be read, or there is no state now.
    pub async fn disk_use(&self) -> Result<DiskUse, StoreError> {
        let customers = self.engine.trees()?.count(Tree::Customer);
        let (dir, disk) = (self.dir.clone(), self.disk.clone());
        let measured = tokio::task::spawn_blocking(move || measure(&*disk, &dir)).await;
        let files = measured.map_err(|error| StoreError::fault("sizes", error))?;
        let files = files.map_err(|error| StoreError::fault("the data directory", error))?;
        Ok(DiskUse { customers, files })
    }

    /// How large the store is. It goes from company to company and reads directories, so it is not
    /// for every request.
    ///
    /// # Errors
    /// The state or the directories cannot be read.
    pub async fn sizes(&self) -> Result<Sizes, StoreError> {
        let trees = self.engine.trees()?;
        let (dir, disk) = (self.dir.clone(), self.disk.clone());
        let measured = tokio::task::spawn_blocking(move || {
            let companies = companies::find(&trees, &Scope::EVERYTHING, usize::MAX)?;
            let companies = companies.iter().filter(|(_, customers)| *customers > 0).count();
            let files = measure(&*disk, &dir);
            let files = files.map_err(|error| StoreError::fault("the data directory", error))?;
            Ok(Sizes { customers: trees.count(Tree::Customer), companies: companies as u64, files })
        });
        let measured =
            measured.await.unwrap_or_else(|error| Err(StoreError::fault("sizes", error)));
        self.engine.noticed(measured)
    }
}

fn measure(disk: &dyn Disk, dir: &Path) -> io::Result<FileSizes> {
    let snapshots = dir.join("snapshot");
    Ok(FileSizes {
        journal: bytes_in(&dir.join("journal"))?,
        snapshots: bytes_in(&snapshots)?,
        trees: bytes_in(&dir.join("sled"))?,
        free: disk.space(dir).map(|space| space.free),
        snapshot_taken_at: newest_snapshot(disk, &snapshots)?,
    })
}

/// How long a file is, or all files in a directory and those below are together; nothing where it is
/// not there.
pub(super) fn bytes_in(path: &Path) -> io::Result<u64> {
    // A file may go between the listing and the look at it: old ones are removed meanwhile.
    let Some(metadata) = there(std::fs::metadata(path))? else {
        return Ok(0);
    };
    if !metadata.is_dir() {
        return Ok(metadata.len());
    }
    let Some(entries) = there(std::fs::read_dir(path))? else {
        return Ok(0);
    };
    entries.map(|entry| bytes_in(&entry?.path())).sum()
}

fn newest_snapshot(disk: &dyn Disk, dir: &Path) -> io::Result<Option<Timestamp>> {
    let Some(&newest) = snapshot::all(disk, dir)?.first() else {
        return Ok(None);
    };
    let file = there(disk.open_read(&snapshot::path(dir, newest)))?;
    // That one is damaged is the keeper's business; there is none to tell of then.
    let reader = file.and_then(|file| SnapshotReader::new(file).ok());
    Ok(reader.map(|reader| reader.header().made_at))
}

/// `None` where what was looked for is not there.
fn there<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreOptions;

    #[tokio::test]
    async fn an_empty_store_has_a_journal_and_trees_and_no_snapshot() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(StoreOptions::new(dir.path())).unwrap();
        let Sizes { customers, companies, files } = store.sizes().await.unwrap();
        assert_eq!((customers, companies, files.snapshot_taken_at), (0, 0, None));
        assert!(files.journal > 0 && files.trees > 0, "{files:?}");
        assert_eq!(files.free.is_some(), cfg!(target_os = "linux"));
        store.close().await.unwrap();
    }

    #[test]
    fn files_in_directories_below_are_counted_and_a_directory_that_is_not_there_is_empty() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("blobs")).unwrap();
        std::fs::write(dir.path().join("db"), [0; 10]).unwrap();
        std::fs::write(dir.path().join("blobs/1"), [0; 5]).unwrap();
        assert_eq!(bytes_in(dir.path()).unwrap(), 15);
        assert_eq!(bytes_in(&dir.path().join("none")).unwrap(), 0);
    }
}
