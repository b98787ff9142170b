//! What happens to customers. An event holds nothing personal, so it may outlive its customer.

use jiff::Timestamp;

use super::CustomerId;
use super::assessment::Category;

/// What happened to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// It was created.
    Created,
    /// It was changed.
    Updated,
    /// It was deleted.
    Deleted,
}

/// What happened to which customer when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// To whom.
    pub customer: CustomerId,
    /// The customer's market, if known.
    pub market: Option<String>,
    /// What kind of customer it is; `None` where nobody had judged it yet.
    pub category: Option<Category>,
    /// When; whole milliseconds.
    pub at: Timestamp,
}
