//! Deleting a customer.

use super::{OperationError, Registry, read};
use crate::customer::{CustomerId, Namespace};
use crate::store::StoreError;

/// Deletes the customer `id` of a company. Once this returns without an error, it stays deleted.
///
/// # Errors
/// [`OperationError::CustomerNotFound`], or the store cannot do it.
pub async fn delete(
    registry: &Registry,
    namespace: &Namespace,
    id: CustomerId,
) -> Result<(), OperationError> {
    loop {
        let customer = read::customer(registry, namespace, id).await?;
        match registry.store.delete(namespace, &customer, registry.now()).await {
            // Changed or deleted meanwhile: look again. Somebody got ahead each time, so it ends.
            Err(StoreError::Conflict) => {}
            done => return Ok(done?),
        }
    }
}
