//! Judging customers anew whom an earlier release judged, or none: answers show the present
//! judgement at once, but indexes and counts know what is kept.

use super::{OperationError, Registry};
use crate::customer::{Customer, Namespace};
use crate::intelligence::{self, ASSESSMENT_VERSION};
use crate::store::{Replacement, StoreError};

/// Customers that are looked at in one step.
const PAGE: usize = 128;

/// Keeps the present judgement of every customer that has an older one; how many there were. Ends
/// at once where it is noted that there are none.
///
/// # Errors
/// The store cannot be read or written; the next start goes on.
pub async fn renew_assessments(registry: &Registry) -> Result<usize, OperationError> {
    if registry.store.judged_by()? == ASSESSMENT_VERSION {
        return Ok(0);
    }
    let (mut after, mut renewed) = (None, 0);
    loop {
        let page = registry.store.customers_of_all(after.as_ref(), PAGE).await?;
        let Some((namespace, last)) = page.last() else {
            break;
        };
        after = Some((namespace.clone(), last.id));
        for customers in page.chunk_by(|one, next| one.0 == next.0) {
            renewed += renew(registry, customers).await?;
        }
        tokio::task::yield_now().await;
    }
    // All are read again at the next start where there was nobody yet.
    if after.is_some() {
        registry.store.note_judged_by(ASSESSMENT_VERSION, registry.now()).await?;
    }
    Ok(renewed)
}

/// Keeps the present judgement of those of one company; how many had an older one.
async fn renew(
    registry: &Registry,
    customers: &[(Namespace, Customer)],
) -> Result<usize, StoreError> {
    let old = |customer: &&Customer| customer.assessment.version != ASSESSMENT_VERSION;
    let old: Vec<&Customer> = customers.iter().map(|(_, customer)| customer).filter(old).collect();
    let Some((namespace, _)) = customers.first().filter(|_| !old.is_empty()) else {
        return Ok(0);
    };
    let new: Vec<Customer> = old.iter().map(|customer| present(customer)).collect();
    let pairs = old.iter().zip(&new);
    let replacements: Vec<Replacement<'_>> =
        pairs.map(|(old, new)| Replacement { old, new: Some(new) }).collect();
    match registry.store.replace_all(namespace, &replacements, registry.now()).await {
        Ok(()) => Ok(old.len()),
        // Some were changed meanwhile, which judged those anew: the rest is tried one by one.
        Err(StoreError::Conflict) => one_by_one(registry, namespace, &replacements).await,
        Err(error) => Err(error),
    }
}

async fn one_by_one(
    registry: &Registry,
    namespace: &Namespace,
    replacements: &[Replacement<'_>],
) -> Result<usize, StoreError> {
    let mut renewed = 0;
    for replacement in replacements.chunks(1) {
        match registry.store.replace_all(namespace, replacement, registry.now()).await {
            Ok(()) => renewed += 1,
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(renewed)
}

/// The customer as answers show it already: so its entity tag stays what it is.
fn present(customer: &Customer) -> Customer {
    let assessment = intelligence::assessment_of(customer).into_owned();
    Customer { assessment, ..customer.clone() }
}
