//! Deleting a customer.

use super::change::Precondition;
use super::{OperationError, Registry, assess, read};
use crate::customer::{CustomerId, Namespace};
use crate::store::StoreError;

/// Deletes the customer `id` of a company. Once this returns without an error, it stays deleted.
///
/// # Errors
/// [`OperationError::CustomerNotFound`], [`OperationError::PreconditionFailed`] where
/// `precondition` does not hold, or the store cannot do it.
pub async fn delete(
    registry: &Registry,
    namespace: &Namespace,
    id: CustomerId,
    precondition: Precondition<'_>,
) -> Result<(), OperationError> {
    loop {
        let customer = read::customer(registry, namespace, id).await?;
        if !precondition(&customer) {
            return Err(OperationError::PreconditionFailed);
        }
        match assess::replace(registry, namespace, &customer, None).await {
            // Changed or deleted meanwhile: look again. Somebody got ahead each time, so it ends.
            Err(OperationError::Store(StoreError::Conflict)) => {}
            Err(error) => return Err(error),
            Ok(()) => {
                // What was learnt of a company that hardly has customers any more goes with them.
                registry.models.of(namespace, registry.store.count(namespace).await?);
                return Ok(());
            }
        }
    }
}
