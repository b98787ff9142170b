//! Learning a company's model from its own customers, in the background: who of them is looked at
//! with all the candidates that the indexes lead to, and no label is needed.

use super::duplicates::{self, Question};
use super::models::{LEARNT_FROM, SAMPLE};
use super::{OperationError, Registry};
use crate::customer::{Customer, Namespace};
use crate::intelligence::duplicate::{Comparison, Frequencies, Model, Profile, estimate};
use crate::store::StoreError;
use crate::store::pace::Pace;

/// Every so many of those that are counted are also looked up.
const LOOKED_UP_EVERY: usize = 4;

/// Customers that are read at once.
const PAGE: usize = 256;

/// Learns a new model for each company that is due for one; how many there were.
///
/// # Errors
/// The store cannot be read or written; the companies are due again with their next customer.
pub async fn learn_what_is_due(registry: &Registry) -> Result<usize, OperationError> {
    let due = registry.models.take_due();
    for namespace in &due {
        let model = learn(registry, namespace).await?;
        registry.store.keep_model(namespace, model.as_ref(), registry.now()).await?;
        registry.models.replace(namespace, model);
    }
    Ok(due.len())
}

/// A company's model as its customers are now; `None` where they are too few.
async fn learn(
    registry: &Registry,
    namespace: &Namespace,
) -> Result<Option<Model>, OperationError> {
    let customers = registry.store.count(namespace).await?;
    if customers < LEARNT_FROM {
        return Ok(None);
    }
    let sample = sample(registry, namespace, customers).await?;
    let profiles: Vec<Profile> =
        sample.iter().map(|customer| Profile::of(&customer.details)).collect();
    let (mut pairs, mut looked_up, mut pace) = (Vec::new(), 0, Pace::begin_task().await);
    for (customer, profile) in sample.iter().zip(&profiles).step_by(LOOKED_UP_EVERY) {
        pairs.extend(compare(registry, namespace, customer, profile).await?);
        looked_up += 1;
        // It is not urgent: requests have their turn.
        pace.give_way().await;
    }
    let work = move || {
        let frequencies = Frequencies::of(&profiles);
        estimate(&pairs, looked_up, customers, frequencies)
    };
    let model = tokio::task::spawn_blocking(work).await;
    Ok(Some(model.map_err(|error| StoreError::Fault(format!("nothing was learnt: {error}")))?))
}

/// Customers of a company, evenly from the oldest to the newest.
async fn sample(
    registry: &Registry,
    namespace: &Namespace,
    customers: u64,
) -> Result<Vec<Customer>, StoreError> {
    let every = usize::try_from(customers / SAMPLE).unwrap_or(usize::MAX).max(1);
    let (mut sample, mut after, mut passed) = (Vec::new(), None, 0);
    let mut pace = Pace::begin_task().await;
    loop {
        let page = registry.store.customers(namespace, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(sample);
        };
        after = Some(last.id);
        for customer in page {
            if passed % every == 0 {
                sample.push(customer);
            }
            passed += 1;
        }
        pace.give_way().await;
    }
}

/// How a customer agrees with each of its candidates.
async fn compare(
    registry: &Registry,
    namespace: &Namespace,
    customer: &Customer,
    profile: &Profile,
) -> Result<Vec<Comparison>, StoreError> {
    let without = &[customer.id];
    let question = Question::of(namespace, &customer.details, profile, without);
    let candidates = duplicates::candidates(registry, &question).await?;
    Ok(candidates.iter().map(|(_, other)| Comparison::of(profile, other)).collect())
}
