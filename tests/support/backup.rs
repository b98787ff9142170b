//! Backups as bytes, and stores made of them.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use smart_customer::customer::{Details, Draft, Given, Namespace};
use smart_customer::operation::Registry;
use smart_customer::store::backup::Contents;
use smart_customer::store::restore::restore;
use smart_customer::store::{OpenError, Store, StoreOptions};
use tempfile::TempDir;

use crate::random::Random;

/// Whose customers are backed up.
pub fn acme() -> Namespace {
    Namespace::new("tse", "v1", "acme").unwrap()
}

/// Somebody whose record hardly gets smaller by compression.
pub fn somebody(random: &mut Random) -> Details {
    let mut letters = |count: usize| -> String {
        (0..count).map(|_| char::from(b'a' + random.below(26) as u8)).collect()
    };
    let (first, last) = (letters(90), letters(90));
    let email = format!("{}@{}.example.com", letters(60), letters(60));
    let text = Given::Text;
    let vat_number = text(format!("IT{:011}", random.below(1_000_000_000)));
    let (first_name, last_name, email) = (text(first), text(last), text(email));
    Draft { first_name, last_name, email, vat_number }.check().unwrap()
}

/// All bytes of a backup of `store`.
pub async fn back_up(store: &Store) -> Vec<u8> {
    let mut backup = store.backup(Timestamp::now()).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = backup.next_bytes().await.unwrap() {
        bytes.extend(piece);
    }
    bytes
}

/// A place for a backup and what is made of it.
pub struct Restored {
    place: TempDir,
}

impl Restored {
    /// Nothing restored yet.
    pub fn nothing() -> Restored {
        Restored { place: tempfile::tempdir().unwrap() }
    }

    /// The data directory.
    pub fn data_dir(&self) -> PathBuf {
        self.place.path().join("data")
    }

    /// Makes the data directory of a backup.
    pub async fn take(&self, backup: &[u8]) -> Result<Contents, OpenError> {
        let file = self.place.path().join("backup");
        std::fs::write(&file, backup).unwrap();
        restore(file, StoreOptions::new(self.data_dir()), |_, _| {}).await
    }

    /// Opens what was made.
    pub async fn open(&self) -> Registry {
        open(&self.data_dir()).await
    }
}

/// The store in `dir`.
pub async fn open(dir: &Path) -> Registry {
    let options = StoreOptions::new(dir);
    let store = tokio::task::spawn_blocking(|| Store::open(options)).await.unwrap().unwrap();
    Registry::new(store, Box::new(Timestamp::now)).await.unwrap()
}

/// Whether any file below `dir` holds `text`.
pub fn holds(dir: &Path, text: &str) -> bool {
    std::fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => holds(&path, text),
            false => {
                let bytes = std::fs::read(&path).unwrap();
                bytes.windows(text.len()).any(|window| window == text.as_bytes())
            }
        }
    })
}
