//! How customers are kept: the only room that knows sled, lsm-tree and bincode.
//!
//! The **truth** is an append-only journal of ours, one fdatasync per group of writes, and a snapshot
//! of what was before it; sled, with runs beside it, holds the **queryable state**. Each can be made anew
//! of the other, and each is known to be what was written by checksums: so no one fault loses anything (opening.rs).
//!
//! ```text
//! DATA_DIR/
//!   lock               one process at a time
//!   state              how the last process left (session.rs)
//!   answered           how far it had answered, for what a kill leaves (answered.rs)
//!   reserve            room for a full disk (room.rs)
//!   admin-token        0600, written by `serve`
//!   journal/<n>.log    frames; <n> is the number of the first change in the file (journal/)
//!   snapshot/<n>.snap  every primary row after change <n>; no journal before it is needed (snapshot/)
//!   sled/              the trees (trees/), keyed as drawn in key.rs: customers and counts
//!   sled/runs/         those of them that are indexes, events and idempotency records (trees/runs.rs)
//!   sled.rebuild/      trees that are being made anew, or left by a process that was killed meanwhile
//!   sled.old/          trees that others took the place of, on their way out
//!   *.damaged-<time>   what was damaged, for the person in charge
//! ```
//!
//! A write goes `Store` → [`engine`] → `writer` (one thread, groups) → `journal` (fdatasync) →
//! `trees` (at once in memory, rows derived by `index`; in sled a moment later) → answer. It never comes
//! back another way.

mod access;
mod answered;
mod assessment_record;
pub mod backup;
pub mod change;
pub mod check;
mod clusters;
mod codec;
pub mod compact;
mod companies;
mod counts;
mod data_dir;
mod digest;
pub mod disk;
mod doubt;
mod engine;
mod error;
mod feed;
mod figures;
mod freshness;
mod group;
mod index;
pub mod inspection;
mod journal;
mod keeper;
mod key;
mod likeness;
mod manifest;
mod models;
mod opening;
pub(crate) mod pace;
mod progress;
mod rebuild;
pub mod record;
mod remake;
mod repair;
mod replay;
pub mod restore;
mod room;
mod search;
mod session;
mod size;
mod snapshot;
mod tokens;
mod trees;
mod vocabulary;
mod word_marks;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use crate::customer::assessment::Category;
use crate::customer::likeness::canonical_email;
use crate::customer::{Customer, CustomerId, Namespace};
use change::{Change, Commit, Condition, Primary};
use disk::{Disk, RealDisk};
use engine::Engine;
pub use error::{OpenError, StoreError};
pub use feed::Subscription;
pub use freshness::Stamp;
pub use journal::JournalMeter;
pub use keeper::SnapshotOptions;
pub use likeness::{Alike, Likeness, Replacement};
use record::IdempotencyRecord;
pub use search::{Search, WantedWord};
pub use size::{DiskUse, FileSizes, Sizes};
pub use tokens::TokenHash;
use tokens::Tokens;
use trees::{Bytes, Tree};

/// Where and how a store is kept.
#[derive(Clone)]
pub struct StoreOptions {
    /// The data directory; made when it is not there.
    pub data_dir: PathBuf,
    /// Memory that sled and the runs may use for what was read, in bytes.
    pub cache_bytes: u64,
    /// Most bytes of the trees' files that are read at each start to see that they are as they were
    /// closed; of longer files it shows when a page or block that is damaged is read.
    pub read_bytes: u64,
    /// A journal file that has grown past this many bytes is followed by a new one.
    pub journal_file_bytes: u64,
    /// When snapshots are taken.
    pub snapshot: SnapshotOptions,
    /// The file layer under the journal.
    pub disk: Arc<dyn Disk>,
}

impl StoreOptions {
    /// The usual options for a store in `data_dir`.
    pub fn new(data_dir: impl Into<PathBuf>) -> StoreOptions {
        StoreOptions {
            data_dir: data_dir.into(),
            cache_bytes: 64 * 1024 * 1024,
            read_bytes: 256 * 1024 * 1024,
            journal_file_bytes: 64 * 1024 * 1024,
            snapshot: SnapshotOptions::default(),
            disk: Arc::new(RealDisk),
        }
    }
}

/// A handle on the open store; clones share it.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    tokens: Arc<Tokens>,
    dir: Arc<Path>,
    disk: Arc<dyn Disk>,
}

/// An idempotency key as the store knows it: no part of it can be read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IdempotencyId(pub [u8; 32]);

/// A value that an index leads to customers from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Index {
    /// The whole address, in any case.
    Email(String),
    /// The VAT number as it is stored.
    VatNumber(String),
    /// The ISO 3166 country of the VAT number.
    Market(String),
    /// What kind of customer it is.
    Category(Category),
}

impl Index {
    /// Whether the index leads from this value to `customer`, as it is now.
    pub fn leads_to(&self, customer: &Customer) -> bool {
        let details = &customer.details;
        match self {
            // Mail systems that tell `A@x` from `a@x` are unknown today.
            Index::Email(email) => email.to_lowercase() == details.email.to_lowercase(),
            Index::VatNumber(number) => details.vat_number.as_str() == number,
            Index::Market(market) => details.vat_number.market() == Some(market),
            Index::Category(category) => customer.assessment.category == *category,
        }
    }
}

/// A customer to keep, with what goes with it.
pub struct Creation<'c> {
    /// The customer, as it is or was.
    pub customer: &'c Customer,
    /// When it was deleted again: then nothing but its two events is left.
    pub deleted_at: Option<Timestamp>,
    /// What is left under its idempotency key.
    pub claim: Option<IdempotencyClaim>,
}

/// What a creation leaves under its idempotency key, and what must still be there when it does.
pub struct IdempotencyClaim {
    /// Which key.
    pub id: IdempotencyId,
    /// The expired record that was found under the key, if there was one.
    pub replaces: Option<IdempotencyRecord>,
    /// The record to keep.
    pub record: IdempotencyRecord,
}

impl Store {
    /// Opens the store, making it on first use. Blocks while the journal is replayed.
    ///
    /// # Errors
    /// Another process holds the directory, it cannot be read or written, or it is damaged in a
    /// way that would lose answered writes: each with a sentence on what to do.
    pub fn open(options: StoreOptions) -> Result<Store, OpenError> {
        let (dir, disk) = (options.data_dir.as_path().into(), options.disk.clone());
        let engine = Engine::open(options)?;
        let tokens = Tokens::load(&engine)
            .map_err(|error| OpenError(format!("the tokens cannot be read: {error}")))?;
        Ok(Store { engine, tokens: Arc::new(tokens), dir, disk })
    }

    /// The customer `id` of `namespace`, if there is one.
    pub async fn customer(
        &self,
        namespace: &Namespace,
        id: CustomerId,
    ) -> Result<Option<Customer>, StoreError> {
        let value = self.engine.get(Tree::Customer, &key::customer(namespace, id)).await?;
        let customer = value.map(|value| record::decode_customer(id, &value));
        self.engine.noticed(customer.transpose())
    }

    /// Stands for the state of the customer `id`, there or not: what was read after it was taken holds
    /// as long as it is the same. None while the customer may be changing.
    pub fn stamp(&self, id: CustomerId) -> Option<Stamp> {
        self.engine.freshness().stamp(id)
    }

    /// Up to `limit` customers of `namespace`, oldest first, beginning behind `after`.
    pub async fn customers(
        &self,
        namespace: &Namespace,
        after: Option<CustomerId>,
        limit: usize,
    ) -> Result<Vec<Customer>, StoreError> {
        let prefix = namespace.prefix().as_bytes();
        let after = after.map(|id| key::customer(namespace, id));
        let rows = self.engine.scan(Tree::Customer, prefix, after.as_deref(), limit).await?;
        let decode =
            |(key, value): &(Bytes, Bytes)| record::decode_customer(key::customer_id(key)?, value);
        let mut customers = Vec::with_capacity(rows.len());
        for row in &rows {
            customers.push(self.engine.noticed(decode(row))?);
        }
        Ok(customers)
    }

    /// Up to `limit` customers of any company, beginning behind `after`, by company and age.
    pub async fn customers_of_all(
        &self,
        after: Option<&(Namespace, CustomerId)>,
        limit: usize,
    ) -> Result<Vec<(Namespace, Customer)>, StoreError> {
        let after = after.map(|(namespace, id)| key::customer(namespace, *id));
        let rows = self.engine.scan(Tree::Customer, b"", after.as_deref(), limit).await?;
        let customer = |(key, value): &(Bytes, Bytes)| {
            let (namespace, id) = key::split_id(key)?;
            Ok((key::namespace(namespace)?, record::decode_customer(id, value)?))
        };
        self.engine.noticed(rows.iter().map(customer).collect())
    }

    /// The ids of up to `limit` customers of `namespace` that an index leads to, oldest first,
    /// behind `after`. By the time it is read a customer may be changed or gone.
    pub async fn indexed(
        &self,
        namespace: &Namespace,
        index: &Index,
        after: Option<CustomerId>,
        limit: usize,
    ) -> Result<Vec<CustomerId>, StoreError> {
        let (tree, text) = match index {
            Index::Email(email) => (Tree::ByEmail, canonical_email(email)),
            Index::VatNumber(number) => (Tree::ByVat, number.clone()),
            Index::Market(market) => (Tree::ByMarket, market.clone()),
            Index::Category(category) => (Tree::ByCategory, category.as_str().to_owned()),
        };
        let prefix = key::index_prefix(namespace, &text);
        let after = after.map(|id| key::index(namespace.prefix().as_bytes(), &text, id));
        let rows = self.engine.scan(tree, &prefix, after.as_deref(), limit).await?;
        self.engine.noticed(rows.iter().map(|(key, _)| key::customer_id(key)).collect())
    }

    /// Begins to search the customers of `namespace` for `words`; behind the customer `after`,
    /// where there is one.
    ///
    /// `None` where `after` is no customer that is found.
    pub async fn search(
        &self,
        namespace: &Namespace,
        words: &[WantedWord],
        after: Option<CustomerId>,
    ) -> Result<Option<Search>, StoreError> {
        let trees = self.engine.trees()?;
        let begun = Search::new(&trees, namespace, words).and_then(|mut search| {
            let is_found = after.map_or(Ok(true), |after| search.skip_to(&trees, after))?;
            Ok(is_found.then_some(search))
        });
        self.engine.noticed(begun)
    }

    /// The next customers that `search` finds, `limit` at most, best match first; fewer at the end
    /// only.
    pub async fn found(
        &self,
        search: &mut Search,
        limit: usize,
    ) -> Result<Vec<Customer>, StoreError> {
        let trees = self.engine.trees()?;
        self.engine.noticed(search.next(&trees, limit))
    }

    /// Keeps a new customer, and under its idempotency key what a repetition needs, or neither.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the id or the key is taken meanwhile; then nothing is kept.
    pub async fn create(
        &self,
        namespace: &Namespace,
        customer: &Customer,
        claim: Option<IdempotencyClaim>,
    ) -> Result<(), StoreError> {
        let mut commit = Commit::default();
        let creation = Creation { customer, deleted_at: None, claim };
        add_creation(&mut commit, namespace, &creation)?;
        self.engine.commit(commit).await
    }

    /// Keeps many new customers in one step, waiting for its place among other writes.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where an id or a key is taken meanwhile; then nothing is kept.
    pub async fn create_all(
        &self,
        namespace: &Namespace,
        creations: &[Creation<'_>],
    ) -> Result<(), StoreError> {
        let mut commit = Commit::default();
        for creation in creations {
            add_creation(&mut commit, namespace, creation)?;
        }
        self.engine.commit_in_turn(commit).await
    }

    /// A file without a name on the disk of the store, for what has no room in memory; it is gone
    /// with its handle.
    ///
    /// # Errors
    /// The system makes no such file.
    pub fn scratch_file(&self) -> std::io::Result<std::fs::File> {
        tempfile::tempfile_in(&*self.dir)
    }

    /// What an earlier creation left under an idempotency key.
    pub async fn idempotency(
        &self,
        namespace: &Namespace,
        id: IdempotencyId,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        let key = key::idempotency(namespace, id);
        let value = self.engine.get(Tree::Idempotency, &key).await?;
        self.engine.noticed(value.map(|value| record::decode_idempotency(&value)).transpose())
    }

    /// Removes the idempotency records made before `horizon`; returns how many. A record that is
    /// replaced meanwhile is left to a later sweep, with the others of its page.
    pub async fn expire_idempotency(&self, horizon: Timestamp) -> Result<usize, StoreError> {
        const PAGE: usize = 256;
        let (mut after, mut removed) = (None::<Vec<u8>>, 0);
        loop {
            let rows = self.engine.scan(Tree::Idempotency, b"", after.as_deref(), PAGE).await?;
            let Some((last, _)) = rows.last() else {
                return Ok(removed);
            };
            after = Some(last.to_vec());
            let mut commit = Commit::default();
            for (key, value) in &rows {
                if record::decode_idempotency(value)?.at < horizon {
                    remove_unchanged(&mut commit, key, value, horizon);
                }
            }
            let expired = commit.changes.len();
            match self.engine.commit(commit).await {
                Ok(()) => removed += expired,
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The highest customer id ever kept, so that new ones continue after it.
    pub async fn last_customer_id(&self) -> Result<Option<CustomerId>, StoreError> {
        self.engine.last_customer_id().await
    }

    /// Whether what is stored is being made anew: until then reads and writes are refused.
    pub fn is_repairing(&self) -> bool {
        self.engine.trees().is_err_and(|error| error == StoreError::Repairing)
    }

    /// Why writes are refused, where they are.
    pub fn write_fault(&self) -> Option<String> {
        self.engine.write_fault()
    }

    /// Walks everything and compares records, index rows, events and rollups with each other.
    ///
    /// # Errors
    /// The state cannot be read; disagreements are not errors but part of the report.
    pub fn check(&self) -> Result<check::Report, StoreError> {
        check::check(&self.engine.trees()?)
    }

    /// Answers what is queued, then writes everything out and releases the directory.
    ///
    /// # Errors
    /// The state could not be written out; nothing answered is lost, the next start replays it.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.engine.close().await
    }
}

fn remove_unchanged(commit: &mut Commit, key: &[u8], value: &[u8], at: Timestamp) {
    let tree = Primary::Idempotency;
    commit.conditions.push(Condition::equals(tree, key, value.to_vec()));
    commit.changes.push(Change { tree, key: key.to_vec(), value: None, at });
}

fn add_creation(
    commit: &mut Commit,
    namespace: &Namespace,
    creation: &Creation<'_>,
) -> Result<(), StoreError> {
    let customer = creation.customer;
    let (tree, key) = (Primary::Customer, key::customer(namespace, customer.id));
    commit.conditions.push(Condition::absent(tree, &key));
    let value = Some(record::encode_customer(customer)?);
    commit.changes.push(Change { tree, key: key.clone(), value, at: customer.created_at });
    if let Some(at) = creation.deleted_at {
        commit.changes.push(Change { tree, key, value: None, at });
    }
    match &creation.claim {
        Some(claim) => claim_idempotency(commit, namespace, claim, claim.record.at),
        None => Ok(()),
    }
}

fn claim_idempotency(
    commit: &mut Commit,
    namespace: &Namespace,
    claim: &IdempotencyClaim,
    at: Timestamp,
) -> Result<(), StoreError> {
    let key = key::idempotency(namespace, claim.id);
    let expected = claim.replaces.as_ref().map(record::encode_idempotency).transpose()?;
    commit.conditions.push(Condition { tree: Primary::Idempotency, key: key.clone(), expected });
    commit.changes.push(Change {
        tree: Primary::Idempotency,
        key,
        value: Some(record::encode_idempotency(&claim.record)?),
        at,
    });
    Ok(())
}
