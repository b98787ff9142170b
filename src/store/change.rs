//! What a commit is made of, and the frozen form in which changes stand in the journal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::codec::{self, Kind};
use super::trees::Tree;

/// The trees that are written by commits; all others are derived from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Primary {
    /// Customers.
    Customer,
    /// What is kept under idempotency keys.
    Idempotency,
    /// Tokens.
    Token,
    /// What was learnt of a company.
    Model,
}

impl Primary {
    /// The tree itself.
    pub(super) fn tree(self) -> Tree {
        match self {
            Primary::Customer => Tree::Customer,
            Primary::Idempotency => Tree::Idempotency,
            Primary::Token => Tree::Token,
            Primary::Model => Tree::Model,
        }
    }
}

/// A row to set or, without a value, to remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// In which tree.
    pub tree: Primary,
    /// Under which key.
    pub key: Vec<u8>,
    /// The new value; `None` removes the row.
    pub value: Option<Vec<u8>>,
    /// When it happened, for the event and the counts of its day.
    pub at: Timestamp,
}

/// A row that must be as expected for a commit to be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// In which tree.
    pub tree: Primary,
    /// Under which key.
    pub key: Vec<u8>,
    /// The value that must stand there; `None`: there must be none.
    pub expected: Option<Vec<u8>>,
}

impl Condition {
    /// There must be nothing under `key`.
    pub fn absent(tree: Primary, key: &[u8]) -> Condition {
        let (key, expected) = (key.to_vec(), None);
        Condition { tree, key, expected }
    }

    /// Exactly `value` must stand under `key`.
    pub fn equals(tree: Primary, key: &[u8], value: Vec<u8>) -> Condition {
        let (key, expected) = (key.to_vec(), Some(value));
        Condition { tree, key, expected }
    }
}

/// Changes that are made together or not at all, if all conditions hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// What must hold.
    pub conditions: Vec<Condition>,
    /// What is then changed.
    pub changes: Vec<Change>,
}

/// The frozen form of a change in the journal.
#[derive(Serialize, Deserialize)]
struct ChangeV1<'b> {
    tree: u8,
    key: &'b [u8],
    #[serde(borrow)]
    value: Option<&'b [u8]>,
    at: i64,
}

/// The body of a journal frame.
pub(super) fn encode_changes<'c>(
    changes: impl Iterator<Item = &'c Change>,
) -> Result<Vec<u8>, StoreError> {
    let frozen: Vec<ChangeV1<'_>> = changes
        .map(|change| ChangeV1 {
            tree: match change.tree {
                Primary::Customer => 1,
                Primary::Idempotency => 2,
                Primary::Token => 3,
                Primary::Model => 4,
            },
            key: &change.key,
            value: change.value.as_deref(),
            at: change.at.as_millisecond(),
        })
        .collect();
    codec::encode(Kind::Changes, 1, &frozen)
}

/// The changes in the body of a journal frame.
///
/// # Errors
/// The body is damaged or of a later release.
pub fn decode_changes(body: &[u8]) -> Result<Vec<Change>, StoreError> {
    let frozen: Vec<ChangeV1<'_>> = codec::decode_only(Kind::Changes, 1, body)?;
    frozen.into_iter().map(thaw).collect()
}

fn thaw(frozen: ChangeV1<'_>) -> Result<Change, StoreError> {
    let tree = match frozen.tree {
        1 => Primary::Customer,
        2 => Primary::Idempotency,
        3 => Primary::Token,
        4 => Primary::Model,
        other => return Err(StoreError::Damaged(format!("a change of unknown tree {other}"))),
    };
    let at = Timestamp::from_millisecond(frozen.at)
        .map_err(|error| StoreError::damaged("a stored time is out of range", error))?;
    let (key, value) = (frozen.key.to_vec(), frozen.value.map(<[u8]>::to_vec));
    Ok(Change { tree, key, value, at })
}
