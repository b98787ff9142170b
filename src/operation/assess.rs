//! What is understood of a customer among the others of its company, and how that is kept true when
//! one of them changes: a customer names at most one other as its possible duplicate, and is looked
//! at again when that one changes or goes.

use std::sync::Arc;

use super::arrivals::{Arrival, ArrivalGuard};
use super::duplicates::{self, Judge, Question};
use super::{OperationError, Registry};
use crate::customer::{Assessment, Customer, CustomerId, Details, Namespace};
use crate::intelligence;
use crate::intelligence::duplicate::Profile;
use crate::store::{Replacement, StoreError};

/// Customers that are looked at again in the same step with the one they name.
const AT_ONCE: usize = 64;

/// What is understood of `details`; of those of the customer `itself`, where it is kept already.
///
/// # Errors
/// The store cannot be read.
pub async fn assess(
    registry: &Registry,
    namespace: &Namespace,
    details: &Details,
    itself: Option<CustomerId>,
) -> Result<Assessment, StoreError> {
    let judge = Judge::of(registry, namespace).await?;
    let (profile, without) = (&Profile::of(details), itself.as_slice());
    let question = Question::of(namespace, details, profile, without);
    let duplicate = duplicates::best(registry, &judge, &question).await?;
    Ok(intelligence::assess(details).with_duplicate(duplicate))
}

/// What is understood of a customer who is about to be created as `id`, also among those who are
/// created at the same time. The guard is held until it is in the store.
///
/// # Errors
/// The store cannot be read.
pub(super) async fn assess_new<'r>(
    registry: &'r Registry,
    namespace: &Namespace,
    judge: &Judge,
    details: &Details,
    id: CustomerId,
) -> Result<(Assessment, ArrivalGuard<'r>), StoreError> {
    let arrival = Arc::new(Arrival { id, profile: Profile::of(details) });
    let (profile, without) = (&arrival.profile, &[id]);
    let question = Question::of(namespace, details, profile, without);
    // Before the store is read: who leaves the arrivals in between is found there.
    let guard = registry.arrivals.enter(&question, &arrival);
    let arrivals = guard.before(&question.lookups);
    let mut duplicate = duplicates::best(registry, judge, &question).await?;
    for other in arrivals {
        if duplicates::is_certain(&duplicate) {
            break;
        }
        let found = judge.compare(profile, other.id, &other.profile);
        duplicate = duplicates::better(duplicate, duplicates::possible(&found));
    }
    Ok((intelligence::assess(details).with_duplicate(duplicate), guard))
}

/// Puts `new` in the place of `old`, or deletes it, and with it looks again at the customers that
/// name it as their possible duplicate.
///
/// # Errors
/// [`StoreError::Conflict`] where any of them was changed meanwhile; then `old` is as it was.
pub(super) async fn replace(
    registry: &Registry,
    namespace: &Namespace,
    old: &Customer,
    new: Option<&Customer>,
) -> Result<(), OperationError> {
    loop {
        let naming = naming(registry, namespace, old.id).await?;
        let renewed = look_again(registry, namespace, &naming, old.id, new).await?;
        let mut replacements: Vec<Replacement<'_>> = naming
            .iter()
            .zip(&renewed)
            .filter(|(before, after)| before != after)
            .map(|(old, new)| Replacement { old, new: Some(new) })
            .collect();
        // With more of them than one step takes, some come first: that they do not name it any
        // more is true soon.
        let is_last = naming.len() < AT_ONCE || replacements.is_empty();
        if is_last {
            replacements.insert(0, Replacement { old, new });
        }
        registry.store.replace_all(namespace, &replacements, registry.now()).await?;
        if is_last {
            return Ok(());
        }
    }
}

/// The customers that name `id`, as many as one step takes.
async fn naming(
    registry: &Registry,
    namespace: &Namespace,
    id: CustomerId,
) -> Result<Vec<Customer>, StoreError> {
    let mut naming = Vec::new();
    for other in registry.store.duplicates_of(namespace, id, AT_ONCE).await? {
        // One that is gone since the index was read names nobody.
        naming.extend(registry.store.customer(namespace, other).await?);
    }
    Ok(naming)
}

/// The customers with the duplicates that they have once the customer `changed` is as in `now`.
async fn look_again(
    registry: &Registry,
    namespace: &Namespace,
    customers: &[Customer],
    changed: CustomerId,
    now: Option<&Customer>,
) -> Result<Vec<Customer>, StoreError> {
    if customers.is_empty() {
        return Ok(Vec::new());
    }
    let judge = Judge::of(registry, namespace).await?;
    let now = now.map(|now| Profile::of(&now.details));
    let mut renewed = Vec::with_capacity(customers.len());
    for customer in customers {
        let (details, profile) = (&customer.details, &Profile::of(&customer.details));
        let without = &[customer.id, changed];
        let question = Question::of(namespace, details, profile, without);
        let mut duplicate = duplicates::best(registry, &judge, &question).await?;
        if let Some(now) = &now {
            let found = judge.compare(profile, changed, now);
            duplicate = duplicates::better(duplicate, duplicates::possible(&found));
        }
        let assessment = customer.assessment.clone().with_duplicate(duplicate);
        renewed.push(match assessment == customer.assessment {
            true => customer.clone(),
            false => customer.with_assessment(assessment),
        });
    }
    Ok(renewed)
}
