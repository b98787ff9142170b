//! What the console is told beside the operations, as JSON.

use jiff::Timestamp;
use serde::Serialize;

use super::event_json;
use super::shape::{IdShape, TimeShape};
use super::token_json::{PlainTime, permission_names, scope_text};
use crate::customer::access::Grant;
use crate::customer::assessment::Category;
use crate::customer::{CustomerId, Event, Namespace};

/// Who has signed in, and where that leads.
#[derive(Serialize)]
pub struct Session<'s> {
    token: TokenShape<'s>,
    companies: Vec<CompanyShape<'s>>,
    more: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct TokenShape<'s> {
    id: Option<IdShape>,
    name: &'s str,
    product: &'s str,
    company: &'s str,
    permissions: Vec<&'static str>,
    expires_at: Option<PlainTime>,
}

#[derive(Serialize)]
struct CompanyShape<'s> {
    product: &'s str,
    version: &'s str,
    company: &'s str,
    customers: u64,
}

impl<'s> Session<'s> {
    /// The session of a token and the companies it leads to; whether there are `more` of these.
    pub fn new(
        id: Option<CustomerId>,
        grant: &'s Grant,
        companies: &'s [(Namespace, u64)],
        more: bool,
    ) -> Session<'s> {
        let token = TokenShape {
            id: id.map(IdShape),
            name: &grant.name,
            product: scope_text(&grant.scope.product),
            company: scope_text(&grant.scope.company),
            permissions: permission_names(grant.permissions),
            expires_at: grant.expires_at.map(PlainTime),
        };
        Session { token, companies: companies.iter().map(company).collect(), more }
    }
}

fn company((namespace, customers): &(Namespace, u64)) -> CompanyShape<'_> {
    CompanyShape {
        product: namespace.product(),
        version: namespace.version(),
        company: namespace.company(),
        customers: *customers,
    }
}

/// What happened to one customer.
#[derive(Serialize)]
pub struct History<'h> {
    events: Vec<EventShape<'h>>,
    complete: bool,
}

#[derive(Serialize)]
struct EventShape<'h> {
    id: u64,
    kind: &'static str,
    time: TimeShape,
    category: Option<&'static str>,
    market: Option<&'h str>,
}

impl<'h> History<'h> {
    /// The history in `events`, in their order; whether it is all of it.
    pub fn new(events: &'h [(u64, Event)], complete: bool) -> History<'h> {
        History { events: events.iter().map(event).collect(), complete }
    }
}

fn event((number, event): &(u64, Event)) -> EventShape<'_> {
    EventShape {
        id: *number,
        kind: event_json::kind(event.kind),
        time: TimeShape(event.at),
        category: event.category.map(Category::as_str),
        market: event.market.as_deref(),
    }
}

/// How the service is.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Figures {
    /// Its version.
    pub version: &'static str,
    /// When it was started.
    pub started_at: PlainTime,
    /// Whether it takes reads and writes.
    pub ready: bool,
    /// Customers, of all companies.
    pub customers: u64,
    /// Companies that have customers.
    pub companies: u64,
    /// What it takes of the disk.
    pub disk: Disk,
    /// The newest snapshot.
    pub snapshot: Snapshot,
    /// Connections that are open, this one included.
    pub connections: usize,
}

/// Bytes on the disk.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Disk {
    /// Of the journal.
    pub journal_bytes: u64,
    /// Of the snapshots.
    pub snapshot_bytes: u64,
    /// Of the trees.
    pub trees_bytes: u64,
    /// That can still be written, where the system tells.
    pub free_bytes: Option<u64>,
}

/// The newest snapshot.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Snapshot {
    taken_at: Option<PlainTime>,
}

impl Snapshot {
    /// One taken at that time, or none.
    pub fn new(taken_at: Option<Timestamp>) -> Snapshot {
        Snapshot { taken_at: taken_at.map(PlainTime) }
    }
}
