//! How many things may be in progress at once, in all and for one token: what is beyond is refused at
//! once, so that whatever was accepted is done soon and no client, whatever it does, takes all of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::HashMap;

use super::problem::{Kind, Problem};

/// Places for things of one kind; clones share them.
#[derive(Clone)]
pub struct Places(Arc<Shared>);

struct Shared {
    most: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    /// By the hash of the token; nothing is kept of a token without a place.
    by_token: HashMap<[u8; 32], usize>,
}

/// A place, taken until it is dropped.
pub struct Place {
    places: Places,
    token: [u8; 32],
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlace {
    /// All are taken.
    Full,
    /// The token has its share, half of all, which is so many.
    Share(usize),
}

impl Places {
    /// So many places, of which no token may take more than half.
    pub fn new(most: usize) -> Places {
        Places(Arc::new(Shared { most, taken: Mutex::default() }))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for the bearer of a token.
    ///
    /// # Errors
    /// There is none.
    pub fn take(&self, token: &[u8; 32]) -> Result<Place, NoPlace> {
        let share = self.0.most.div_ceil(2);
        let mut taken = self.taken();
        if taken.all >= self.0.most {
            return Err(NoPlace::Full);
        }
        let own = taken.by_token.entry(*token).or_default();
        if *own >= share {
            return Err(NoPlace::Share(share));
        }
        *own += 1;
        taken.all += 1;
        Ok(Place { places: self.clone(), token: *token })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all -= 1;
        if let Some(own) = taken.by_token.get_mut(&self.token) {
            *own -= 1;
            if *own == 0 {
                taken.by_token.remove(&self.token);
            }
        }
    }
}

impl NoPlace {
    /// What the client is told: 503 where all are taken, 429 where it has its share. `what` names
    /// the things, such as "requests".
    pub fn problem(self, what: &str) -> Problem {
        match self {
            NoPlace::Full => {
                let detail =
                    format!("as many {what} are in progress as may be at once; nothing was done");
                Problem::new(Kind::Overloaded, detail)
            }
            NoPlace::Share(share) => {
                let detail = format!(
                    "{share} {what} of this token are in progress, as many as may be at once"
                );
                Problem::new(Kind::TooManyRequests, detail)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_gets_half_of_the_places_and_all_tokens_get_all_of_them() {
        let places = Places::new(4);
        let take = |token| places.take(&[token; 32]);
        let first = [take(1).unwrap(), take(1).unwrap()];
        assert_eq!(take(1).err(), Some(NoPlace::Share(2)));
        let second = [take(2).unwrap(), take(3).unwrap()];
        assert_eq!(take(4).err(), Some(NoPlace::Full));
        drop(first);
        let again = take(1).unwrap();
        drop((second, again));
        let taken = places.taken();
        assert_eq!((taken.all, taken.by_token.len()), (0, 0));
    }
}
