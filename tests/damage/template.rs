//! Data directories to be damaged, each made once and put back for every case: with creations,
//! changes and deletions of several companies, idempotency keys and tokens in their history, most
//! of it in a snapshot and the rest in several journal files behind it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use smart_customer::customer::access::{Grant, Permissions, Scope};
use smart_customer::operation::{Registry, token};
use smart_customer::store::{OpenError, SnapshotOptions, StoreOptions};

use super::in_process::{self, Books, books, write_once};
use super::questions::{Answers, right_answers};
use super::random::Random;
use super::sled_wreck::{copy, files, remove};

/// How the last process left a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Closed in order.
    Closed,
    /// The same, with files that are too long to be read at every start.
    ClosedLong,
    /// Gone without a word.
    Killed,
    /// The same, before sled had written out the last changes.
    KilledBehind,
}

/// A data directory as it was left, and what is right about it.
pub struct Template {
    home: tempfile::TempDir,
    /// How it was left.
    pub end: End,
    files: BTreeMap<PathBuf, Vec<u8>>,
    books: Books,
    /// What it answers.
    pub answers: Answers,
}

impl Template {
    /// Makes one that was left like this.
    pub async fn new(end: End) -> Template {
        let home = tempfile::tempdir().unwrap();
        let (files, answers) = Default::default();
        let template = Template { home, end, files, books: books(), answers };
        fs::create_dir(template.data_dir()).unwrap();
        template.filled().await
    }

    async fn filled(mut self) -> Template {
        let mut random = Random::from(1);
        let registry = self.open_as(self.options(NEVER)).await.unwrap();
        make_tokens(&registry).await;
        self.write(&registry, 120, &mut random).await;
        self.close(registry).await;
        // Closing takes a snapshot and removes the journal before it.
        let registry = self.open_as(self.options(ON_CLOSE)).await.unwrap();
        self.write(&registry, 1, &mut random).await;
        self.close(registry).await;
        let registry = self.open_as(self.options(NEVER)).await.unwrap();
        self.write(&registry, 60, &mut random).await;
        self.close(registry).await;
        copy(&self.data_dir(), &self.older());
        let registry = self.open_as(self.options(ON_CLOSE)).await.unwrap();
        self.write(&registry, 1, &mut random).await;
        self.close(registry).await;
        let registry = self.open_as(self.options(NEVER)).await.unwrap();
        self.write(&registry, 70, &mut random).await;
        self.close(registry).await;
        let (sled, before) = (self.data_dir().join("sled"), self.home.path().join("sled"));
        copy(&sled, &before);
        let registry = self.open_as(self.options(NEVER)).await.unwrap();
        self.write(&registry, 50, &mut random).await;
        self.answers = right_answers(&registry, &self.books).await;
        if matches!(self.end, End::Closed | End::ClosedLong) {
            registry.store().close().await.unwrap();
        }
        drop(registry);
        wait_until_left(&self.data_dir());
        if self.end == End::KilledBehind {
            copy(&before, &sled);
        }
        self.files = contents(&self.data_dir());
        self
    }

    async fn write(&self, registry: &Registry, times: usize, random: &mut Random) {
        for _ in 0..times {
            let ledger = random.pick(&self.books).unwrap();
            write_once(registry, ledger, random).await.unwrap();
        }
    }

    async fn close(&self, registry: Registry) {
        registry.store().close().await.unwrap();
    }

    /// Puts everything back as it was left, in the same directory: to whoever opens it, the
    /// process that is gone ran there.
    pub fn put_back(&self) {
        wait_until_left(&self.data_dir());
        for entry in fs::read_dir(self.data_dir()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { remove(&path) } else { fs::remove_file(path).unwrap() }
        }
        self.write_files(&self.data_dir());
    }

    /// Writes every file of it, and leaves what else is in `dir`.
    pub fn write_files(&self, dir: &Path) {
        for (name, contents) in &self.files {
            let path = dir.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, contents).unwrap();
        }
    }

    /// Where it is.
    pub fn data_dir(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// A copy of it as it was closed some time before.
    pub fn older(&self) -> PathBuf {
        self.home.path().join("older")
    }

    /// What is known of it, to be written in.
    pub fn books(&self) -> Books {
        in_process::copy(&self.books)
    }

    /// Opens what is there as a service does.
    pub async fn open(&self) -> Result<Registry, OpenError> {
        self.open_as(self.options(ON_CLOSE)).await
    }

    /// Opens what is there with these options.
    pub async fn open_as(&self, options: StoreOptions) -> Result<Registry, OpenError> {
        in_process::open(options).await
    }

    /// Options with many small journal files, and snapshots as often as this.
    pub fn options(&self, snapshot: SnapshotOptions) -> StoreOptions {
        StoreOptions {
            cache_bytes: 16 * 1024 * 1024,
            read_bytes: if self.end == End::ClosedLong { 100 * 1024 } else { u64::MAX },
            journal_file_bytes: 8 * 1024,
            snapshot,
            ..StoreOptions::new(self.data_dir())
        }
    }
}

/// No snapshot unless the last one is damaged.
pub const NEVER: SnapshotOptions =
    SnapshotOptions { journal_bytes: u64::MAX, age: Duration::MAX, close_bytes: 0 };

/// A snapshot when it is closed.
pub const ON_CLOSE: SnapshotOptions = SnapshotOptions { close_bytes: u64::MAX, ..NEVER };

/// Tokens, one of them revoked.
async fn make_tokens(registry: &Registry) {
    for name in ["till-1", "till-2", "till-3"] {
        let grant = Grant {
            name: name.to_owned(),
            scope: Scope::EVERYTHING,
            permissions: Permissions::ALL,
            expires_at: None,
            requests_per_second: None,
        };
        let made = token::create(registry, grant).await.unwrap();
        if name == "till-2" {
            token::revoke(registry, made.token.id).await.unwrap();
        }
    }
}

/// Waits until nobody uses a directory any more: a store that was dropped ends by itself, and only
/// then lets go of sled.
fn wait_until_left(data_dir: &Path) {
    for held in ["lock", "sled/db"] {
        while let Ok(file) = File::open(data_dir.join(held))
            && file.try_lock().is_err()
        {
            std::thread::yield_now();
        }
    }
}

fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let contents = |file: PathBuf| {
        let name = file.strip_prefix(dir).unwrap().to_owned();
        (name, fs::read(&file).unwrap())
    };
    files(dir).into_iter().map(contents).collect()
}
