//! How many searches may be on their way: one takes a thousand times as long as reading a customer,
//! and one without a limit keeps the order of all it finds until its last page is taken.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::store::StoreError;

/// Searches that wait, are carried out, or are not read to their end yet.
const MOST: usize = 32;

/// A search's place until it is over; clones share it.
pub type SearchPlace = Arc<OwnedSemaphorePermit>;

/// The searches on their way.
pub struct Searches {
    places: Arc<Semaphore>,
    /// For as many as are carried out at the same moment: one processor is left to all else.
    turns: Semaphore,
}

impl Default for Searches {
    fn default() -> Searches {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let turns = Semaphore::new(processors.saturating_sub(1).max(1));
        Searches { places: Arc::new(Semaphore::new(MOST)), turns }
    }
}

impl Searches {
    /// A place for one more.
    ///
    /// # Errors
    /// [`StoreError::Overloaded`]: there are too many.
    pub fn enter(&self) -> Result<SearchPlace, StoreError> {
        let place = self.places.clone().try_acquire_owned();
        place.map(Arc::new).map_err(|_| StoreError::Overloaded)
    }

    /// Waits for the turn to do a piece of a search, which ends with the guard.
    ///
    /// # Errors
    /// [`StoreError::Closed`]; never, as turns are always given.
    pub async fn turn(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        self.turns.acquire().await.map_err(|_| StoreError::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_search_too_many_is_refused_at_once_until_another_is_over() {
        let searches = Searches::default();
        let mut places: Vec<SearchPlace> = (0..MOST).map(|_| searches.enter().unwrap()).collect();
        assert_eq!(searches.enter().err(), Some(StoreError::Overloaded));
        let shared = places[0].clone();
        drop(places.remove(0));
        assert_eq!(searches.enter().err(), Some(StoreError::Overloaded));
        drop(shared);
        searches.enter().unwrap();
    }
}
