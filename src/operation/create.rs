//! Creating a customer.

use super::arrivals::ArrivalGuard;
use super::duplicates::Judge;
use super::idempotency::{self, IdempotencyKey};
use super::{OperationError, Registry, assess};
use crate::customer::{Customer, Details, Namespace};
use crate::intelligence;
use crate::store::record::IdempotencyRecord;
use crate::store::{IdempotencyClaim, StoreError};

/// A customer that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The customer, as it was when it was created.
    pub customer: Customer,
    /// It was created by an earlier request with the same idempotency key.
    pub replayed: bool,
}

/// Keeps a new customer. Once this returns without an error, it is on disk.
///
/// # Errors
/// The idempotency key is in use or was used with another body, or the store cannot keep it.
pub async fn create(
    registry: &Registry,
    namespace: &Namespace,
    details: Details,
    key: Option<IdempotencyKey>,
) -> Result<Created, OperationError> {
    match key {
        Some(key) => create_once(registry, namespace, details, key).await,
        None => {
            let (customer, _guard) = new_customer(registry, namespace, details).await?;
            registry.store.create(namespace, &customer, None).await?;
            registry.count_advisories(&customer.assessment);
            Ok(Created { customer, replayed: false })
        }
    }
}

/// A new customer, with what is understood of it.
async fn new_customer<'r>(
    registry: &'r Registry,
    namespace: &Namespace,
    details: Details,
) -> Result<(Customer, ArrivalGuard<'r>), StoreError> {
    let (id, at) = (registry.next_id(), registry.now());
    let judge = Judge::of(registry, namespace).await?;
    let (assessment, guard) = assess::assess_new(registry, namespace, &judge, &details, id).await?;
    Ok((Customer::new(id, details, assessment, at), guard))
}

async fn create_once(
    registry: &Registry,
    namespace: &Namespace,
    details: Details,
    key: IdempotencyKey,
) -> Result<Created, OperationError> {
    let Some(_guard) = registry.in_flight.enter(namespace, key.id) else {
        return Err(OperationError::IdempotencyInFlight);
    };
    let found = registry.store.idempotency(namespace, key.id).await?;
    match found {
        Some(record) if idempotency::is_remembered(record.at, registry.now()) => {
            replay(record, details, key)
        }
        expired => claim_and_create(registry, namespace, details, key, expired).await,
    }
}

async fn claim_and_create(
    registry: &Registry,
    namespace: &Namespace,
    details: Details,
    key: IdempotencyKey,
    expired: Option<IdempotencyRecord>,
) -> Result<Created, OperationError> {
    let (customer, _guard) = new_customer(registry, namespace, details).await?;
    let record = IdempotencyRecord {
        body_hash: key.body_hash,
        customer: customer.id,
        at: customer.created_at,
        duplicate: customer.assessment.duplicate().copied(),
    };
    let claim = IdempotencyClaim { id: key.id, replaces: expired, record };
    match registry.store.create(namespace, &customer, Some(claim)).await {
        Ok(()) => {
            registry.count_advisories(&customer.assessment);
            Ok(Created { customer, replayed: false })
        }
        // Only the sweep of expired keys can come between: the client tries again.
        Err(StoreError::Conflict) => Err(OperationError::IdempotencyInFlight),
        Err(error) => Err(error.into()),
    }
}

/// The first answer, made again from the same body: nothing of the person is kept for it, so a
/// customer that was deleted meanwhile is not remembered here either.
pub(super) fn replay(
    record: IdempotencyRecord,
    details: Details,
    key: IdempotencyKey,
) -> Result<Created, OperationError> {
    if record.body_hash != key.body_hash {
        return Err(OperationError::IdempotencyReused);
    }
    let assessment = intelligence::assess(&details).with_duplicate(record.duplicate);
    let customer = Customer::new(record.customer, details, assessment, record.at);
    Ok(Created { customer, replayed: true })
}
