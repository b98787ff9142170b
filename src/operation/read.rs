//! Reading customers: one, or all of a company page by page.

use super::{OperationError, Registry};
use crate::customer::{Customer, CustomerId, Namespace};

/// Customers in one page of a list: enough to be quick, few enough to cost no memory.
const PAGE: usize = 256;

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

/// The first customers of a company, oldest first.
///
/// # Errors
/// [`OperationError::CustomersNotFound`], or the store cannot be read.
pub async fn first_page(
    registry: &Registry,
    namespace: &Namespace,
) -> Result<Vec<Customer>, OperationError> {
    let page = registry.store.customers(namespace, None, PAGE).await?;
    if page.is_empty() { Err(OperationError::CustomersNotFound) } else { Ok(page) }
}

/// The customers that follow `last`; empty at the end.
///
/// # Errors
/// The store cannot be read.
pub async fn next_page(
    registry: &Registry,
    namespace: &Namespace,
    last: CustomerId,
) -> Result<Vec<Customer>, OperationError> {
    Ok(registry.store.customers(namespace, Some(last), PAGE).await?)
}
