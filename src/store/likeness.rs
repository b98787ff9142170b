//! Reads that lead from one customer to those who may be the same.

use compact_str::CompactString;
use jiff::Timestamp;

use super::change::{Change, Commit, Condition, Primary};
use super::trees::{Bytes, CROWD, Tree};
use super::{Store, StoreError, counts, key, record};
use crate::customer::likeness as keys;
use crate::customer::{Customer, CustomerId, Namespace};

/// What leads to customers who may be the same as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness<'t> {
    /// Exactly this VAT number.
    VatNumber(&'t str),
    /// This mailbox, as [`keys::canonical_email`] names it.
    Mailbox(&'t str),
    /// Exactly this key of [`keys::Keys::persons`].
    Person(&'t str),
    /// A key of [`keys::Keys::persons`] that begins with this.
    Persons(&'t str),
}

/// A customer who may be the same as another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// Who it is.
    pub id: CustomerId,
    /// The key of [`keys::Keys::persons`] it was found by; empty where it was asked for.
    pub key: CompactString,
    /// Marks of what else leads to it.
    pub marks: keys::Marks,
}

impl Alike {
    /// From a row, of whose key `behind` is what comes behind what it was found by.
    fn read(likeness: Likeness<'_>, behind: &[u8], marks: &[u8]) -> Result<Alike, StoreError> {
        let damaged = |what: &str| StoreError::Damaged(format!("stored {what} are damaged"));
        let (rest, id) = key::split_id(behind)?;
        let key = match likeness {
            Likeness::Persons(beginning) => {
                let rest = rest.strip_suffix(&[0]).and_then(|rest| std::str::from_utf8(rest).ok());
                let mut key = CompactString::from(beginning);
                key.push_str(rest.ok_or_else(|| damaged("keys"))?);
                key
            }
            _ => CompactString::default(),
        };
        Ok(Alike {
            id,
            key,
            marks: keys::Marks::from_bytes(marks).ok_or_else(|| damaged("marks"))?,
        })
    }
}

/// What becomes of a customer.
pub struct Replacement<'c> {
    /// As it is kept now.
    pub old: &'c Customer,
    /// As it is kept from then on; `None` deletes it.
    pub new: Option<&'c Customer>,
}

impl Store {
    /// Up to `limit` customers that `likeness` leads to.
    pub async fn alike(
        &self,
        namespace: &Namespace,
        likeness: Likeness<'_>,
        limit: usize,
    ) -> Result<Vec<Alike>, StoreError> {
        let (tree, prefix) = match likeness {
            Likeness::VatNumber(number) => (Tree::ByVat, key::index_prefix(namespace, number)),
            Likeness::Mailbox(email) => (Tree::ByEmail, key::index_prefix(namespace, email)),
            Likeness::Person(key) => (Tree::ByPerson, key::index_prefix(namespace, key)),
            Likeness::Persons(beginning) => {
                (Tree::ByPerson, key::index_beginning(namespace, beginning))
            }
        };
        if !self.engine.trees()?.may_have(tree, &prefix) {
            return Ok(Vec::new());
        }
        if tree == Tree::ByPerson && limit <= CROWD {
            let rows = self.engine.noticed(self.engine.trees()?.first_persons(&prefix))?;
            let read = |(behind, marks)| Alike::read(likeness, behind, marks);
            return self.engine.noticed(rows.iter().take(limit).map(read).collect());
        }
        let rows = self.engine.scan(tree, &prefix, None, limit).await?;
        let read = |(key, marks): &(Bytes, Bytes)| {
            Alike::read(likeness, key.get(prefix.len()..).unwrap_or_default(), marks)
        };
        self.engine.noticed(rows.iter().map(read).collect())
    }

    /// The ids of up to `limit` customers that are kept as possible duplicates of `id`.
    pub async fn duplicates_of(
        &self,
        namespace: &Namespace,
        id: CustomerId,
        limit: usize,
    ) -> Result<Vec<CustomerId>, StoreError> {
        let prefix = key::index_prefix(namespace, &id.to_string());
        if !self.engine.trees()?.may_have(Tree::ByDuplicate, &prefix) {
            return Ok(Vec::new());
        }
        let rows = self.engine.scan(Tree::ByDuplicate, &prefix, None, limit).await?;
        self.engine.noticed(rows.iter().map(|(key, _)| key::customer_id(key)).collect())
    }

    /// How many customers the company has.
    pub async fn count(&self, namespace: &Namespace) -> Result<u64, StoreError> {
        let customers = counts::customers(&self.engine.trees()?, namespace.prefix().as_bytes());
        self.engine.noticed(customers)
    }

    /// Replaces or deletes customers in one step, index rows included, if all are still as they
    /// were read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where one was changed or deleted meanwhile; then nothing is done.
    pub async fn replace_all(
        &self,
        namespace: &Namespace,
        replacements: &[Replacement<'_>],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut commit = Commit::default();
        for Replacement { old, new } in replacements {
            let (tree, key) = (Primary::Customer, key::customer(namespace, old.id));
            commit.conditions.push(Condition::equals(tree, &key, record::encode_customer(old)?));
            let value = new.map(record::encode_customer).transpose()?;
            commit.changes.push(Change { tree, key, value, at });
        }
        self.engine.commit(commit).await
    }
}
