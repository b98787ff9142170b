//! What the product does, free of any transport: HTTP and MCP are two doors to these functions.

pub mod create;
pub mod delete;
mod error;
pub mod idempotency;
pub mod read;
pub mod token;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use ulid::Generator;

use crate::customer::CustomerId;
use crate::store::{Store, StoreError};
pub use error::OperationError;
use idempotency::InFlight;

/// Tells the time; a test can bring its own.
pub type Clock = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// Everything that the operations need: the store, the time, and the ids to give out.
pub struct Registry {
    store: Store,
    clock: Clock,
    ids: Mutex<Generator>,
    in_flight: InFlight,
    admin_token: Option<[u8; 32]>,
}

impl Registry {
    /// A registry over an open store.
    ///
    /// # Errors
    /// The last customer id, which new ones continue after, cannot be read.
    pub async fn new(store: Store, clock: Clock) -> Result<Registry, StoreError> {
        let ids = Mutex::new(continue_after(store.last_customer_id().await?));
        let in_flight = InFlight::default();
        Ok(Registry { store, clock, ids, in_flight, admin_token: None })
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The time, in whole milliseconds.
    pub fn now(&self) -> Timestamp {
        crate::customer::whole_milliseconds((self.clock)())
    }

    /// A new id, above every one given out before, also when the clock was set back.
    fn next_id(&self) -> CustomerId {
        let now = std::time::UNIX_EPOCH + Duration::from_millis(unix_milliseconds(self.now()));
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let id = match ids.generate_from_datetime(now) {
            Ok(id) => id,
            // All 2^80 ids of a millisecond were used: go on with the next millisecond's.
            Err(overflow) => overflow.commit_overflow_increment(),
        };
        CustomerId::from(id)
    }
}

fn unix_milliseconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or(0)
}

/// A generator whose ids are above `last`.
fn continue_after(last: Option<CustomerId>) -> Generator {
    let mut generator = Generator::new();
    if let Some(last) = last {
        // The id of the following millisecond is used up, so that all later ones are above it.
        let following = last.ulid().datetime() + Duration::from_millis(1);
        let _ = generator.generate_from_datetime(following);
    }
    generator
}
