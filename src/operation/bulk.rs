//! Creating many customers with few writes to the disk: each line stands for itself, whatever
//! becomes of its neighbours.

use super::arrivals::ArrivalGuard;
use super::create::{self, Created};
use super::duplicates::Judge;
use super::idempotency::{self, IdempotencyKey, InFlightGuard};
use super::{OperationError, Registry, assess};
use crate::customer::{Assessment, Customer, CustomerId, Details, History, Namespace};
use crate::intelligence;
use crate::store::record::IdempotencyRecord;
use crate::store::{Creation, IdempotencyClaim, StoreError};

/// One line of a bulk request: a customer to create.
pub struct Line {
    /// The four fields.
    pub details: Details,
    /// When it was created and deleted elsewhere.
    pub history: Option<History>,
    /// The idempotency key of this line.
    pub key: Option<IdempotencyKey>,
}

/// A line that will be written.
struct Ready<'r> {
    position: usize,
    customer: Customer,
    line: Line,
    expired: Option<IdempotencyRecord>,
    _key: Option<InFlightGuard<'r>>,
    _arrival: Option<ArrivalGuard<'r>>,
}

/// Creates all customers of `lines` in one step; the outcome of each, in their order. Where that
/// step meets a conflict, which is rare, each is tried by itself.
pub async fn create_all(
    registry: &Registry,
    namespace: &Namespace,
    lines: Vec<Line>,
) -> Vec<Result<Created, OperationError>> {
    let mut outcomes: Vec<Option<Result<Created, OperationError>>> = Vec::new();
    let mut ready = Vec::with_capacity(lines.len());
    let judge = Judge::of(registry, namespace).await;
    for (position, line) in lines.into_iter().enumerate() {
        let outcome = match prepare(registry, namespace, &judge, position, line).await {
            Ok(Prepared::Ready(line)) => {
                ready.push(*line);
                None
            }
            Ok(Prepared::Replayed(created)) => Some(Ok(*created)),
            Err(error) => Some(Err(error)),
        };
        outcomes.push(outcome);
    }
    for (position, outcome) in write(registry, namespace, ready).await {
        if let Some(slot) = outcomes.get_mut(position) {
            *slot = Some(outcome);
        }
    }
    let missing = || Err(StoreError::Fault("a line was left out".to_owned()).into());
    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(missing)).collect()
}

enum Prepared<'r> {
    Ready(Box<Ready<'r>>),
    Replayed(Box<Created>),
}

async fn prepare<'r>(
    registry: &'r Registry,
    namespace: &Namespace,
    judge: &Result<Judge, StoreError>,
    position: usize,
    line: Line,
) -> Result<Prepared<'r>, OperationError> {
    let (mut guard, mut expired) = (None, None);
    if let Some(key) = line.key {
        let entered = registry.in_flight.enter(namespace, key.id);
        guard = Some(entered.ok_or(OperationError::IdempotencyInFlight)?);
        match registry.store.idempotency(namespace, key.id).await? {
            Some(record) if idempotency::is_remembered(record.at, registry.now()) => {
                let created = create::replay(record, line.details, key)?;
                return Ok(Prepared::Replayed(Box::new(created)));
            }
            found => expired = found,
        }
    }
    let (id, at) = match line.history {
        Some(history) => (registry.id_at(history.created_at), history.created_at),
        None => (registry.next_id(), registry.now()),
    };
    let judge = judge.as_ref().map_err(StoreError::clone)?;
    let (assessment, arrival) = assess(registry, namespace, judge, &line, id).await?;
    let customer = Customer::new(id, line.details.clone(), assessment, at);
    let ready = Ready { position, customer, line, expired, _key: guard, _arrival: arrival };
    Ok(Prepared::Ready(Box::new(ready)))
}

/// What is understood of the customer of a line. One that is gone already is nobody's duplicate.
async fn assess<'r>(
    registry: &'r Registry,
    namespace: &Namespace,
    judge: &Judge,
    line: &Line,
    id: CustomerId,
) -> Result<(Assessment, Option<ArrivalGuard<'r>>), StoreError> {
    if let Some(History { deleted_at: Some(_), .. }) = line.history {
        return Ok((intelligence::assess(&line.details), None));
    }
    let (assessment, guard) =
        assess::assess_new(registry, namespace, judge, &line.details, id).await?;
    Ok((assessment, Some(guard)))
}

impl Ready<'_> {
    fn creation(&self, registry: &Registry) -> Creation<'_> {
        let claim = self.line.key.map(|key| IdempotencyClaim {
            id: key.id,
            replaces: self.expired.clone(),
            record: IdempotencyRecord {
                body_hash: key.body_hash,
                customer: self.customer.id,
                at: registry.now(),
                duplicate: self.customer.assessment.duplicate().copied(),
            },
        });
        let deleted_at = self.line.history.and_then(|history| history.deleted_at);
        Creation { customer: &self.customer, deleted_at, claim }
    }
}

async fn write(
    registry: &Registry,
    namespace: &Namespace,
    ready: Vec<Ready<'_>>,
) -> Vec<(usize, Result<Created, OperationError>)> {
    let creations: Vec<Creation<'_>> = ready.iter().map(|line| line.creation(registry)).collect();
    let together = match creations.as_slice() {
        [] => return Vec::new(),
        creations => registry.store.create_all(namespace, creations).await,
    };
    drop(creations);
    let mut outcomes = Vec::with_capacity(ready.len());
    for line in ready {
        let outcome = match &together {
            Err(StoreError::Conflict) => {
                let alone = [line.creation(registry)];
                registry.store.create_all(namespace, &alone).await
            }
            outcome => outcome.clone(),
        };
        if outcome.is_ok() {
            registry.count_advisories(&line.customer.assessment);
        }
        let position = line.position;
        outcomes.push((position, created(line.customer, outcome)));
    }
    outcomes
}

fn created(customer: Customer, outcome: Result<(), StoreError>) -> Result<Created, OperationError> {
    match outcome {
        Ok(()) => Ok(Created { customer, replayed: false }),
        // Only the sweep of expired keys, or a request with the same key, can come between.
        Err(StoreError::Conflict) => Err(OperationError::IdempotencyInFlight),
        Err(error) => Err(error.into()),
    }
}
