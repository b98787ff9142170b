//! Why trees are of no use, told apart by what is to be done about it.

use super::runs::RunsError;
use crate::store::{StoreError, disk};

/// Why trees are of no use any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// They do not hold what was written, or cannot be read: they have to be made anew.
    Damaged(String),
    /// sled found no room on the disk and does nothing more: what they hold is right, they have to be
    /// opened again.
    NoRoom(String),
}

/// Why trees could not be opened.
#[derive(Debug)]
pub enum TreesError {
    /// There is no room on the disk for what sled writes when it is opened.
    NoRoom(String),
    /// They are those of another release: nothing is wrong with them.
    OtherLayout,
    /// They cannot be read, or do not hold what was written.
    Damaged(String),
}

impl From<sled::Error> for Failure {
    fn from(error: sled::Error) -> Failure {
        match &error {
            sled::Error::Io(io) if disk::is_full(io) => Failure::NoRoom(error.to_string()),
            _ => Failure::Damaged(format!("sled: {error}")),
        }
    }
}

impl From<RunsError> for Failure {
    fn from(error: RunsError) -> Failure {
        match error.is_full() {
            true => Failure::NoRoom(error.to_string()),
            false => Failure::Damaged(format!("runs: {error}")),
        }
    }
}

impl From<lsm_tree::Error> for Failure {
    fn from(error: lsm_tree::Error) -> Failure {
        RunsError::Tree(error).into()
    }
}

impl From<&Failure> for StoreError {
    fn from(failure: &Failure) -> StoreError {
        match failure {
            Failure::Damaged(what) => StoreError::Damaged(what.clone()),
            Failure::NoRoom(_) => StoreError::Repairing,
        }
    }
}

impl From<Failure> for TreesError {
    fn from(failure: Failure) -> TreesError {
        match failure {
            Failure::NoRoom(why) => TreesError::NoRoom(why),
            Failure::Damaged(why) => TreesError::Damaged(why),
        }
    }
}
