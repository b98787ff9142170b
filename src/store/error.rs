//! What can go wrong with the store, told apart by what the caller can do about it.

use std::fmt;

/// Why a read or a write was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// What a write was conditional on does not hold (any more): nothing was written.
    Conflict,
    /// No room on the disk: nothing was written; it may work again when there is room.
    DiskFull,
    /// More writes are waiting than may: nothing was written, try again shortly.
    Overloaded,
    /// The store is closing or closed.
    Closed,
    /// Writes are refused since an earlier fault; reads go on. Nothing was written.
    ReadOnly,
    /// What is stored cannot be read: it is about to be made anew. A write was not done.
    Damaged(String),
    /// The queryable state is being made anew: it works again shortly. Nothing was written.
    Repairing,
    /// A fault of the machine or of ours. A write may or may not be there after a restart.
    Fault(String),
}

impl StoreError {
    /// A fault, described for the log.
    pub(super) fn fault(what: &str, error: impl fmt::Display) -> StoreError {
        StoreError::Fault(format!("{what}: {error}"))
    }

    /// Damage of what is stored, described for the log.
    pub(super) fn damaged(what: &str, error: impl fmt::Display) -> StoreError {
        StoreError::Damaged(format!("{what}: {error}"))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Conflict => f.write_str("the state changed meanwhile"),
            StoreError::DiskFull => f.write_str("the disk is full"),
            StoreError::Overloaded => f.write_str("too many writes are waiting"),
            StoreError::Closed => f.write_str("the store is closed"),
            StoreError::ReadOnly => f.write_str("writes are refused since an earlier fault"),
            StoreError::Damaged(what) | StoreError::Fault(what) => f.write_str(what),
            StoreError::Repairing => f.write_str("the queryable state is being made anew"),
        }
    }
}

impl std::error::Error for StoreError {}

/// Why a store could not be opened: one sentence with what to do, for the person in charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenError(pub(super) String);

impl OpenError {
    /// An error about a path, with the system's reason.
    pub(super) fn path(what: &str, path: &std::path::Path, error: impl fmt::Display) -> OpenError {
        OpenError(format!("{what} {}: {error}", path.display()))
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}
