//! What people who sit at the console look at beside the operations: where their token leads, and what
//! happened to one customer.

use super::Registry;
use crate::customer::access::{Permission, Principal};
use crate::customer::{CustomerId, Event, EventKind, Namespace};
use crate::store::StoreError;

/// Companies that are shown at most.
pub const COMPANIES: usize = 1000;

/// Events of a company among which those of one customer are looked for.
pub const EVENTS: usize = 20_000;

/// Events that are read at once.
const PAGE: usize = 500;

/// The companies that a token leads to.
#[derive(Debug, Default)]
pub struct Companies {
    /// Each with how many customers it has, in the order of their names.
    pub shown: Vec<(Namespace, u64)>,
    /// Whether there are more.
    pub more: bool,
}

/// The companies whose customers `principal` may read, [`COMPANIES`] at most.
///
/// # Errors
/// The store cannot be read.
pub async fn companies(
    registry: &Registry,
    principal: &Principal,
) -> Result<Companies, StoreError> {
    if !principal.permissions.contains(Permission::Read) {
        return Ok(Companies::default());
    }
    let mut shown = registry.store.companies(&principal.scope, COMPANIES + 1).await?;
    let more = shown.len() > COMPANIES;
    shown.truncate(COMPANIES);
    Ok(Companies { shown, more })
}

/// What happened to one customer.
#[derive(Debug)]
pub struct Trail {
    /// The events with their numbers, last one first.
    pub events: Vec<(u64, Event)>,
    /// Whether there are none before.
    pub is_complete: bool,
}

/// What happened to a customer, also to one that is gone, as far as it is among the last [`EVENTS`]
/// events of its company.
///
/// # Errors
/// The store cannot be read.
pub async fn trail(
    registry: &Registry,
    namespace: &Namespace,
    id: CustomerId,
) -> Result<Trail, StoreError> {
    let mut trail = Trail { events: Vec::new(), is_complete: false };
    let mut before = None;
    for _ in 0..EVENTS / PAGE {
        let page = registry.store.events_back(namespace, before, PAGE).await?;
        before = page.last().map(|(number, _)| *number);
        trail.is_complete = page.len() < PAGE;
        for (number, event) in page.into_iter().filter(|(_, event)| event.customer == id) {
            // Nothing happened to it before it was there.
            trail.is_complete |= event.kind == EventKind::Created;
            trail.events.push((number, event));
        }
        if trail.is_complete {
            break;
        }
        // Others have their turn between two pages.
        tokio::task::yield_now().await;
    }
    Ok(trail)
}
