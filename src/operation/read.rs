//! Reading one customer.

use super::{OperationError, Registry};
use crate::customer::{Customer, CustomerId, Namespace};

/// The customer `id` of a company.
///
/// # Errors
/// [`OperationError::CustomerNotFound`], or the store cannot be read.
pub async fn customer(
    registry: &Registry,
    namespace: &Namespace,
    id: CustomerId,
) -> Result<Customer, OperationError> {
    let found = registry.store.customer(namespace, id).await?;
    found.ok_or(OperationError::CustomerNotFound)
}
