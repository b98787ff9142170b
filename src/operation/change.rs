//! Changing a customer, and on which condition.

use super::{OperationError, Registry, assess, read};
use crate::customer::{Customer, CustomerId, Details, Namespace};
use crate::store::StoreError;

/// Whether a customer is in the state that whoever wants to change it knows.
pub type Precondition<'p> = &'p (dyn Fn(&Customer) -> bool + Sync);

/// The precondition that always holds.
pub fn unconditional(_: &Customer) -> bool {
    true
}

/// Gives the customer `id` of a company the details that `change` makes of its present ones; the
/// customer as it is then. Where they are the same, nothing is changed. Once this returns without
/// an error, the change is on disk.
///
/// # Errors
/// [`OperationError::CustomerNotFound`], [`OperationError::PreconditionFailed`] where
/// `precondition` does not hold, or the store cannot do it.
pub async fn change(
    registry: &Registry,
    namespace: &Namespace,
    id: CustomerId,
    precondition: Precondition<'_>,
    change: impl Fn(&Details) -> Details,
) -> Result<Customer, OperationError> {
    loop {
        let old = read::customer(registry, namespace, id).await?;
        if !precondition(&old) {
            return Err(OperationError::PreconditionFailed);
        }
        let details = change(&old.details);
        if details == old.details {
            return Ok(old);
        }
        let assessment = assess::assess(registry, namespace, &details, Some(id)).await?;
        let new = old.with_details(details, assessment, registry.now());
        match assess::replace(registry, namespace, &old, Some(&new)).await {
            Ok(()) => {
                registry.count_advisories(&new.assessment);
                return Ok(new);
            }
            // Changed or deleted meanwhile: look again. Somebody got ahead each time, so it ends.
            Err(OperationError::Store(StoreError::Conflict)) => {}
            Err(error) => return Err(error),
        }
    }
}
