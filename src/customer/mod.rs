//! The domain, pure: what a customer is and which input makes one. It knows no disk, no clock and
//! no HTTP, so every rule about a customer can be read and tested here alone.

pub mod access;
pub mod assessment;
pub mod draft;
pub mod email;
pub mod event;
pub mod figures;
pub mod history;
pub mod id;
pub mod likeness;
pub mod name;
pub mod namespace;
pub mod vat;
pub mod violation;
pub mod words;

use jiff::Timestamp;

pub use assessment::Assessment;
pub use draft::{Change, Details, Draft, Given};
pub use event::{Event, EventKind};
pub use history::{GivenHistory, History};
pub use id::CustomerId;
pub use namespace::Namespace;
pub use violation::{Code, Violation};

/// A customer of one company. Its details went through [`Draft::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Given out by the service, never used twice.
    pub id: CustomerId,
    /// What the client said of the customer, normalised.
    pub details: Details,
    /// What is understood of it.
    pub assessment: Assessment,
    /// When it was created; whole milliseconds.
    pub created_at: Timestamp,
    /// When it was last changed; whole milliseconds, equal to `created_at` until then.
    pub updated_at: Timestamp,
    /// 1 at creation, one more with every change: with `updated_at` it identifies a state.
    pub revision: u32,
}

impl Customer {
    /// A customer in its first revision, created at `at` (cut to whole milliseconds).
    pub fn new(
        id: CustomerId,
        details: Details,
        assessment: Assessment,
        at: Timestamp,
    ) -> Customer {
        let at = whole_milliseconds(at);
        Customer { id, details, assessment, created_at: at, updated_at: at, revision: 1 }
    }

    /// The same customer with other details since `at`.
    pub fn with_details(
        &self,
        details: Details,
        assessment: Assessment,
        at: Timestamp,
    ) -> Customer {
        Customer {
            id: self.id,
            details,
            assessment,
            created_at: self.created_at,
            // Also when the clock was set back.
            updated_at: whole_milliseconds(at).max(self.updated_at),
            revision: self.revision.saturating_add(1),
        }
    }

    /// The same customer, understood otherwise.
    pub fn with_assessment(&self, assessment: Assessment) -> Customer {
        Customer { assessment, ..self.clone() }
    }
}

/// `at` without what is finer than a millisecond, the precision of everything kept and shown.
pub fn whole_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
