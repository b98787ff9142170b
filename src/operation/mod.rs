//! What the product does, free of any transport: HTTP and MCP are two doors to these functions.

mod arrivals;
pub mod assess;
pub mod backup;
pub mod bulk;
mod candidates;
pub mod change;
pub mod company;
pub mod create;
mod cursor;
pub mod delete;
pub mod duplicates;
mod error;
pub mod feed;
pub mod idempotency;
pub mod insight;
pub mod intent;
pub mod learn;
pub mod list;
pub mod look;
mod meter;
mod models;
mod pages;
pub mod read;
pub mod renew;
mod searching;
pub mod token;
mod turns;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use ulid::Generator;

use crate::customer::CustomerId;
use crate::store::{Store, StoreError, TokenHash};
use arrivals::Arrivals;
use company::Courses;
pub use error::OperationError;
use idempotency::InFlight;
use meter::OperationMeter;
use models::Models;
use searching::Searches;
use token::{Stopwatch, Usages};
use turns::Turns;

/// Tells the time; a test can bring its own.
pub type Clock = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// Everything that the operations need: the store, the time, and the ids to give out.
pub struct Registry {
    store: Store,
    clock: Clock,
    ids: Mutex<Generator>,
    in_flight: InFlight,
    arrivals: Arrivals,
    models: Models,
    courses: Courses,
    searches: Searches,
    /// For pages of lists, and of feeds.
    pages: Turns,
    admin_token: Option<TokenHash>,
    usages: Usages,
    meter: OperationMeter,
}

impl Registry {
    /// A registry over an open store.
    ///
    /// # Errors
    /// The last id, which new ones continue after, cannot be read.
    pub async fn new(store: Store, clock: Clock) -> Result<Registry, StoreError> {
        let last_token = store.tokens().iter().map(|(_, record)| record.token.id).max();
        let ids = Mutex::new(continue_after(store.last_customer_id().await?.max(last_token)));
        let models = Models::load(&store)?;
        Ok(Registry {
            store,
            clock,
            ids,
            in_flight: InFlight::default(),
            arrivals: Arrivals::default(),
            models,
            courses: Courses::default(),
            searches: Searches::default(),
            pages: Turns::default(),
            admin_token: None,
            usages: Usages::default(),
            meter: OperationMeter::default(),
        })
    }

    /// The same registry, with rate limits by `stopwatch`.
    pub fn with_stopwatch(mut self, stopwatch: Stopwatch) -> Registry {
        self.usages = Usages::by(stopwatch);
        self
    }

    /// What rate limits go by.
    pub fn stopwatch(&self) -> Stopwatch {
        self.usages.stopwatch()
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
        let now = system_time(self.now());
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let id = match ids.generate_from_datetime(now) {
            Ok(id) => id,
            // All 2^80 ids of a millisecond were used: go on with the next millisecond's.
            Err(overflow) => overflow.commit_overflow_increment(),
        };
        CustomerId::from(id)
    }

    /// A new id for a customer that was created at `at`: it is listed among those of that time.
    fn id_at(&self, at: Timestamp) -> CustomerId {
        CustomerId::from(ulid::Ulid::from_datetime(system_time(at)))
    }
}

/// `at`, where it lies behind 1970, before which no ULID is.
fn system_time(at: Timestamp) -> SystemTime {
    let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds)
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
