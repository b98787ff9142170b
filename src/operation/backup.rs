//! A backup of everything.

use super::{OperationError, Registry};
pub use crate::store::backup::Backup;

/// Begins a backup of everything as it is now; writes go on meanwhile.
///
/// # Errors
/// The store cannot do it.
pub async fn begin(registry: &Registry) -> Result<Backup, OperationError> {
    Ok(registry.store.backup(registry.now()).await?)
}
