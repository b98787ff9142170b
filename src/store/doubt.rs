//! What of sled's files can be believed: after a clean end they must be the same to the byte, else every
//! row is read and compared with what was written.

use super::session::Left;
use super::trees::{self, Failure, Trees, TreesError};
use super::{OpenError, StoreError, StoreOptions};

/// Why the trees are not believed.
#[derive(Debug)]
pub enum Doubt {
    /// There is no room to open them: nothing is wrong with them.
    NoRoom(String),
    /// There are none.
    Missing,
    /// Nobody knows what of them was synced before the power was cut.
    Unsynced,
    /// Another release wrote them.
    OtherLayout,
    /// They do not hold what was written.
    Damaged(String),
}

impl From<TreesError> for Doubt {
    fn from(error: TreesError) -> Doubt {
        match error {
            TreesError::NoRoom(why) => Doubt::NoRoom(why),
            TreesError::OtherLayout => Doubt::OtherLayout,
            TreesError::Damaged(why) => Doubt::Damaged(why),
        }
    }
}

/// The trees, once they were found to hold what was written.
///
/// # Errors
/// Why they are not believed.
pub fn believed_trees(options: &StoreOptions, left: &Left) -> Result<Trees, Doubt> {
    let dir = options.data_dir.join("sled");
    if !dir.exists() {
        return Err(Doubt::Missing);
    }
    let unreadable = |error: std::io::Error| Doubt::Damaged(error.to_string());
    trees::remove_interrupted_snapshots(&dir).map_err(unreadable)?;
    let manifest = left.manifest.as_ref();
    if manifest.is_some_and(|manifest| !manifest.agrees_with(&dir)) {
        return Err(Doubt::Damaged("its files are not as they were closed".to_owned()));
    }
    let trees = Trees::open(&dir, options.cache_bytes)?;
    match manifest {
        Some(_) => Ok(trees),
        None => match trees.verify() {
            Ok(()) => Ok(trees),
            Err(error) => {
                let is_out_of_room = is_out_of_room(&trees);
                trees.abandon();
                let doubt = if is_out_of_room { Doubt::NoRoom } else { Doubt::Damaged };
                Err(doubt(error.to_string()))
            }
        },
    }
}

/// Whether trees failed for want of room: nothing is wrong with them.
pub fn is_out_of_room(trees: &Trees) -> bool {
    matches!(trees.failure(), Some(Failure::NoRoom(_)))
}

/// The error for trees that cannot be read.
pub fn unreadable(error: StoreError) -> OpenError {
    OpenError(format!("cannot read the queryable state: {error}"))
}
