//! What tools answer, as JSON: the same customers and events as over HTTP, and beside them what
//! HTTP says in headers.

use serde::Serialize;
use serde_json::Value;

use super::event_json::EventShape;
use super::shape::{self, CustomerShape, IdShape};
use crate::customer::{Assessment, Customer, CustomerId, Details, Event};
use crate::intelligence;

/// What keeps an answer from being written: nothing in practice.
type Written = serde_json::Result<Value>;

#[derive(Serialize)]
struct KeptShape<'c> {
    #[serde(flatten)]
    customer: CustomerShape<'c>,
    etag: &'c str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
}

/// A customer with its entity tag, and whether an earlier call with the same key made it.
///
/// # Errors
/// None in practice: all texts are valid.
pub fn customer(customer: &Customer, etag: &str, replayed: bool) -> Written {
    let assessment = intelligence::assessment_of(customer);
    let customer = shape::customer_shape(customer, &assessment);
    serde_json::to_value(KeptShape { customer, etag, replayed })
}

/// A customer that is not stored.
///
/// # Errors
/// As [`customer`].
pub fn checked(details: &Details, assessment: &Assessment) -> Written {
    serde_json::to_value(shape::details_shape(details, assessment))
}

#[derive(Serialize)]
struct PageShape {
    customers: Vec<Value>,
    next: Option<IdShape>,
}

/// A page of a list, and what the next one goes on after.
///
/// # Errors
/// As [`customer`].
pub fn page(customers: &[Customer], next: Option<CustomerId>) -> Written {
    let customers = customers.iter().map(shape::customer_value);
    let customers = customers.collect::<serde_json::Result<Vec<Value>>>()?;
    serde_json::to_value(PageShape { customers, next: next.map(IdShape) })
}

#[derive(Serialize)]
struct DeletedShape {
    deleted: IdShape,
}

/// Which customer was deleted.
///
/// # Errors
/// As [`customer`].
pub fn deleted(id: CustomerId) -> Written {
    serde_json::to_value(DeletedShape { deleted: IdShape(id) })
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct EventsShape<'e> {
    events: Vec<NumberedShape<'e>>,
    after: u64,
    has_more: bool,
}

#[derive(Serialize)]
struct NumberedShape<'e> {
    id: u64,
    #[serde(flatten)]
    event: EventShape<'e>,
}

/// Events with their numbers, what to go on after, and whether there is more there already.
///
/// # Errors
/// As [`customer`].
pub fn events(events: &[(u64, Event)], after: u64, has_more: bool) -> Written {
    let events = events.iter().map(|(id, event)| NumberedShape { id: *id, event: event.into() });
    serde_json::to_value(EventsShape { events: events.collect(), after, has_more })
}
