//! Whom a common name leads to first, in memory. A new customer is compared with the first few whose
//! names sound alike; where a name is common these are nearly always the same, and to find them in every
//! run again cost a fifth of all that a creation took.
//!
//! Whatever is written reaches them before it is answered. A reader that was looking meanwhile keeps
//! nothing: its place in the cache was taken away.

use std::sync::Arc;

use foldhash::fast::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, GuardResult, PlaceholderGuard};

use super::runs::Rows;
use super::{Bytes, Tree};
use crate::store::{StoreError, key};

/// Most rows of by_person that are asked for at once by what their keys begin with.
pub const CROWD: usize = 16;

/// How many crowds the tables have room for at the beginning.
const USUAL: usize = 1024;

/// Bytes that a crowd takes beside its rows and what they begin with, about.
const OVERHEAD: u64 = 128;

/// The first rows of by_person with keys that begin alike, at most [`CROWD`], in order; of their keys
/// what is behind that. All in one piece of memory, as there are many crowds: of each row the length of
/// either part, one byte each, and the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRows(Arc<[u8]>);

/// What is behind the beginning of a row's key, and its value.
type FirstRow<'r> = (&'r [u8], &'r [u8]);

impl FirstRows {
    /// These.
    ///
    /// # Errors
    /// [`StoreError::Damaged`]: one is longer than any that is ever written.
    pub fn of<'r>(rows: impl Iterator<Item = FirstRow<'r>>) -> Result<FirstRows, StoreError> {
        let too_long = |error| StoreError::damaged("a stored row is too long", error);
        let mut bytes = Vec::new();
        for (behind, value) in rows {
            for part in [behind, value] {
                bytes.push(u8::try_from(part.len()).map_err(too_long)?);
            }
            bytes.extend_from_slice(behind);
            bytes.extend_from_slice(value);
        }
        Ok(FirstRows(bytes.into()))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = FirstRow<'_>> {
        let mut rest = &*self.0;
        std::iter::from_fn(move || {
            let ([behind, value], parts) = rest.split_first_chunk()?;
            let (behind, parts) = parts.split_at_checked(usize::from(*behind))?;
            let (value, next) = parts.split_at_checked(usize::from(*value))?;
            rest = next;
            Some((behind, value))
        })
    }
}

/// The crowds that were asked for last, by what their keys begin with.
pub struct Crowds(Cache<Vec<u8>, FirstRows, Weight, RandomState>);

/// Where a crowd that was not found may be kept.
pub struct Gap<'c>(Option<PlaceholderGuard<'c, Vec<u8>, FirstRows, Weight, RandomState, Life>>);

type Life = quick_cache::sync::DefaultLifecycle<Vec<u8>, FirstRows>;

/// What is known of the rows with keys that begin so.
pub enum Found<'c> {
    /// The first of them.
    Crowd(FirstRows),
    /// Nothing.
    Nothing(Gap<'c>),
}

#[derive(Clone)]
struct Weight;

impl Weighter<Vec<u8>, FirstRows> for Weight {
    fn weight(&self, beginning: &Vec<u8>, rows: &FirstRows) -> u64 {
        OVERHEAD + (beginning.len() + rows.0.len()) as u64
    }
}

impl Crowds {
    /// None yet, and later as many as `bytes` hold.
    pub fn within(bytes: u64) -> Crowds {
        Crowds(Cache::with(USUAL, bytes, Weight, RandomState::default(), Life::default()))
    }

    /// The first rows of by_person whose keys begin with `beginning`, where they are known.
    pub fn find(&self, beginning: &[u8]) -> Found<'_> {
        // Nobody waits for somebody else who looks for them.
        match self.0.get_value_or_guard(beginning, Some(std::time::Duration::ZERO)) {
            GuardResult::Value(rows) => Found::Crowd(rows),
            GuardResult::Guard(gap) => Found::Nothing(Gap(Some(gap))),
            GuardResult::Timeout => Found::Nothing(Gap(None)),
        }
    }

    /// Takes note of rows that were written.
    pub fn note(&self, persons: &[(Vec<u8>, Option<Bytes>)]) {
        for (key, value) in persons {
            for beginning in key::person_beginnings(key) {
                let behind = key.get(beginning.len()..).unwrap_or_default();
                match self.0.get(beginning) {
                    Some(rows) => self.change(beginning, &rows, behind, value.as_deref()),
                    // Whoever is looking for them may have looked before.
                    None => drop(self.0.remove(beginning)),
                }
            }
        }
    }

    fn change(&self, beginning: &[u8], rows: &FirstRows, behind: &[u8], value: Option<&[u8]>) {
        let rows: Vec<FirstRow<'_>> = rows.iter().collect();
        let is_all = rows.len() < CROWD;
        let mut changed = Vec::with_capacity(CROWD + 1);
        match (rows.binary_search_by(|(key, _)| (*key).cmp(behind)), value) {
            (Err(_), None) => return,
            (Err(place), Some(_)) if place == rows.len() && !is_all => return,
            // Who moves up is not known.
            (Ok(_), None) if !is_all => return drop(self.0.remove(beginning)),
            (Ok(place) | Err(place), value) => {
                let (before, from) = rows.split_at(place);
                changed.extend_from_slice(before);
                changed.extend(value.map(|value| (behind, value)));
                changed.extend(from.iter().skip_while(|(key, _)| *key == behind));
                changed.truncate(CROWD);
            }
        }
        match FirstRows::of(changed.into_iter()) {
            Ok(changed) => self.0.insert(beginning.to_vec(), changed),
            // Whoever asks next meets it, too.
            Err(_) => drop(self.0.remove(beginning)),
        }
    }
}

impl Gap<'_> {
    /// Keeps what was found for whoever asks next, if it is heard of when it changes.
    pub fn fill(self, beginning: &[u8], rows: &FirstRows) {
        let is_heard_of = rows.iter().next().is_some_and(|(behind, _)| {
            let key = [beginning, behind].concat();
            key::person_beginnings(&key).any(|other| other == beginning)
        });
        if let Some(gap) = self.0.filter(|_| is_heard_of) {
            // It was taken away when something was written meanwhile.
            let _ = gap.insert(rows.clone());
        }
    }
}

/// The rows of by_person among some that are about to be written, by their keys there.
pub fn persons(rows: &Rows) -> Vec<(Vec<u8>, Option<Bytes>)> {
    Tree::ByPerson.among(rows).map(|(key, value)| (key.to_vec(), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::store::trees::{RowBatch, Trees};

    const BEGINNINGS: [&str; 6] = [
        "tse/v1/acme/rs/",
        "tse/v1/acme/rs/m",
        "tse/v1/acme/rs/mario\0",
        "tse/v1/acme/rs/l",
        "tse/v1/acme/rs/maria\0",
        "tse/v1/acme/frt/m",
    ];

    fn key(number: u64) -> Vec<u8> {
        let names = ["rs/maria", "rs/mario", "rs/luca", "rs/", "frt/mia"];
        let name = names[usize::try_from(number % 5).unwrap()];
        let id = u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 60);
        [b"tse/v1/acme/", name.as_bytes(), &[0], &id.to_be_bytes()].concat()
    }

    /// Sets a row, or removes it where it is there.
    fn turn(trees: &Trees, number: u64) {
        let (mut batch, key) = (RowBatch::default(), key(number));
        let old = trees.get(Tree::ByPerson, &key).unwrap();
        let new = old.is_none().then(|| Bytes::from(&number.to_be_bytes()));
        batch.set(Tree::ByPerson, key, old.as_deref(), new);
        trees.write(batch).unwrap();
    }

    fn scanned(trees: &Trees, beginning: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
        let rows = trees.scan(Tree::ByPerson, beginning.as_bytes(), None, CROWD).unwrap();
        rows.iter().map(|(key, value)| (key[beginning.len()..].to_vec(), value.to_vec())).collect()
    }

    fn first(trees: &Trees, beginning: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
        let rows = trees.first_persons(beginning.as_bytes()).unwrap();
        rows.iter().map(|(behind, value)| (behind.to_vec(), value.to_vec())).collect()
    }

    /// Says so when it is dropped.
    struct Over<'o>(&'o AtomicBool);

    impl Drop for Over<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    fn is_kept(trees: &Trees, beginning: &str) -> bool {
        trees.shared.crowds.0.peek(beginning.as_bytes()).is_some()
    }

    #[test]
    fn crowds_are_kept_and_always_what_the_runs_have_also_while_others_look_for_them() {
        let dir = tempfile::tempdir().unwrap();
        let trees = Trees::open(dir.path(), 1024 * 1024).unwrap();
        let is_over = AtomicBool::new(false);
        let mut kept = 0;
        std::thread::scope(|scope| {
            let look = || {
                while !is_over.load(Ordering::Relaxed) {
                    BEGINNINGS.iter().for_each(|beginning| drop(first(&trees, beginning)));
                }
            };
            scope.spawn(look);
            scope.spawn(look);
            // Also where an assertion fails: they are waited for.
            let _over = Over(&is_over);
            for number in 0..4000 {
                turn(&trees, number * 7 + number / 64);
                for beginning in BEGINNINGS {
                    assert_eq!(first(&trees, beginning), scanned(&trees, beginning), "{number}");
                    kept += usize::from(is_kept(&trees, beginning));
                }
            }
        });
        assert!(kept > 4000, "hardly ever was one kept: {kept}");
        trees.close().unwrap();
    }

    #[test]
    fn only_what_is_heard_of_when_it_changes_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let trees = Trees::open(dir.path(), 1024 * 1024).unwrap();
        turn(&trees, 4);
        for (beginning, is_heard_of) in
            [("tse/v1/acme/frt/m", true), ("tse/v1/acme/f", false), ("tse/v1/acme/rs/", false)]
        {
            first(&trees, beginning);
            assert_eq!(is_kept(&trees, beginning), is_heard_of, "{beginning}");
        }
        trees.close().unwrap();
    }
}
