//! How many searches may be on their way: one takes a thousand times as long as reading a customer,
//! and one without a limit keeps the order of all it finds until its last page is taken.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::turns::Turns;
use crate::store::StoreError;

/// Searches that wait, are carried out, or are not read to their end yet.
const MOST: usize = 32;

/// A search's place until it is over; clones share it.
pub type SearchPlace = Arc<OwnedSemaphorePermit>;

/// The searches on their way.
pub struct Searches {
    places: Arc<Semaphore>,
    turns: Turns,
}

impl Default for Searches {
    fn default() -> Searches {
        Searches { places: Arc::new(Semaphore::new(MOST)), turns: Turns::default() }
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

    /// Whose turn it is to do a piece of one.
    pub fn turns(&self) -> Turns {
        self.turns.clone()
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
