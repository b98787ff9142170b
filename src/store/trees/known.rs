//! Which texts the indexes may lead from, in memory: most of what a new customer is looked for by
//! nobody else has, and to find that out in the runs costs as much as to find somebody.
//!
//! A Bloom filter (Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970) which
//! grows by further ones (Almeida et al., "Scalable Bloom Filters", 2007): what it does not know is not
//! there, what it knows may be. It is filled of the trees in the background once somebody has asked;
//! until then everything may be there. What is removed stays known until it is filled anew.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};

use fastbloom::AtomicBloomFilter;

use super::runs::Rows;
use super::{Shared, Tree, Trees};
use crate::store::StoreError;

/// The trees whose texts are known: indexes, and the words themselves.
const TREES: [Tree; 5] =
    [Tree::ByEmail, Tree::ByVat, Tree::ByPerson, Tree::ByDuplicate, Tree::Word];

/// How often what is not there may be taken for something that may be.
const FALSE_POSITIVES: f64 = 0.01;

/// The fewest texts that a filter is made for.
const SMALLEST: usize = 16 * 1024;

/// How many times the texts that there are may be known before all is filled anew.
const STALE: usize = 3;

/// Rows that are read at once.
const PAGE: usize = 1024;

/// Bytes of the id at the end of an index key.
const ID: usize = 16;

/// So that it is the same in every process.
const SEED: u128 = 0x0001_9366_0f2b_4a1d;

/// What is known.
#[derive(Default)]
pub struct Known {
    is_wanted: AtomicBool,
    texts: RwLock<Option<Arc<Texts>>>,
}

/// The texts that were found or written since the filling began.
struct Texts {
    filters: RwLock<Vec<Filter>>,
    /// Whether those are in it that were written before.
    is_complete: AtomicBool,
}

struct Filter {
    bits: AtomicBloomFilter,
    room: usize,
    taken: AtomicUsize,
}

impl Known {
    /// Whether there may be a row in `tree` whose key is `text` and an id, or `text` where it is a word.
    pub fn may_have(&self, tree: Tree, text: &[u8]) -> bool {
        match &*self.texts.read().unwrap_or_else(PoisonError::into_inner) {
            Some(texts) if texts.is_complete.load(Ordering::Acquire) => {
                !TREES.contains(&tree) || texts.contain(&tree.key_in_runs(text))
            }
            Some(_) => true,
            None => {
                self.is_wanted.store(true, Ordering::Relaxed);
                true
            }
        }
    }

    /// Takes note of rows that are about to be written. The one thread that writes calls it for all of
    /// them: so whatever is written before the filling begins is found by it.
    pub(super) fn note(&self, rows: &Rows, trees: &Arc<Shared>) {
        if self.is_wanted.swap(false, Ordering::Relaxed) {
            self.begin_filling(trees);
        }
        let texts = self.texts.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(texts) = texts else { return };
        for (key, _) in rows.iter().filter(|(_, value)| value.is_some()) {
            texts.add(key);
        }
        if texts.are_stale(trees) {
            self.begin_filling(trees);
        }
    }

    fn begin_filling(&self, trees: &Arc<Shared>) {
        let texts = Arc::new(Texts::with_room(rows(trees) / 2 * 3));
        let (weak, filled) = (Arc::downgrade(trees), texts.clone());
        let fill = move || match filled.fill(&weak) {
            Ok(()) => {}
            // Whoever reads next meets it, too.
            Err(error) => tracing::debug!(%error, "what the indexes know was not gathered"),
        };
        match std::thread::Builder::new().name("store-known".to_owned()).spawn(fill) {
            Ok(_) => *self.texts.write().unwrap_or_else(PoisonError::into_inner) = Some(texts),
            Err(error) => tracing::warn!(%error, "what the indexes know is not gathered"),
        }
    }
}

/// Rows from which texts are known.
fn rows(trees: &Arc<Shared>) -> usize {
    let written = trees.written.lock().unwrap_or_else(PoisonError::into_inner);
    let rows = TREES.iter().map(|tree| written.digests.of(*tree as usize).rows()).sum::<u64>();
    usize::try_from(rows).unwrap_or(usize::MAX / 4)
}

impl Texts {
    fn with_room(room: usize) -> Texts {
        let filters = RwLock::new(vec![Filter::with_room(room.max(SMALLEST))]);
        Texts { filters, is_complete: AtomicBool::new(false) }
    }

    fn contain(&self, text: &[u8]) -> bool {
        let filters = self.filters.read().unwrap_or_else(PoisonError::into_inner);
        filters.iter().any(|filter| filter.bits.contains(text))
    }

    /// Adds the text of the index row with a key.
    fn add(&self, key: &[u8]) {
        let Some(text) = text_of(key) else { return };
        let filters = self.filters.read().unwrap_or_else(PoisonError::into_inner);
        if filters.iter().any(|filter| filter.bits.contains(text)) {
            return;
        }
        let Some(last) = filters.last() else { return };
        last.bits.insert(text);
        if last.taken.fetch_add(1, Ordering::Relaxed) + 1 == last.room {
            let room = last.room * 2;
            drop(filters);
            let mut filters = self.filters.write().unwrap_or_else(PoisonError::into_inner);
            filters.push(Filter::with_room(room));
        }
    }

    /// Whether most of what is known is not there any more.
    fn are_stale(&self, trees: &Arc<Shared>) -> bool {
        let filters = self.filters.read().unwrap_or_else(PoisonError::into_inner);
        // Each has as much room as all before it, so about half of what is known is in the last.
        let [_, .., last] = filters.as_slice() else { return false };
        self.is_complete.load(Ordering::Relaxed)
            && last.room / 2 > STALE * rows(trees).max(SMALLEST)
    }

    /// Adds what is in the trees, as long as they are there.
    fn fill(&self, trees: &Weak<Shared>) -> Result<(), StoreError> {
        for tree in TREES {
            let mut after = None;
            // None is held for longer than a page: whoever closes them waits for it.
            while let Some(shared) = trees.upgrade() {
                let trees = Trees { shared };
                let page = trees.scan(tree, b"", after.as_deref(), PAGE)?;
                page.iter().for_each(|(key, _)| self.add(&tree.key_in_runs(key)));
                match page.last() {
                    Some((last, _)) => after = Some(last.to_vec()),
                    None => break,
                }
            }
        }
        self.is_complete.store(true, Ordering::Release);
        Ok(())
    }
}

/// What is known of the row with a key; none where its tree is none of those.
fn text_of(key: &[u8]) -> Option<&[u8]> {
    let tree = TREES.into_iter().find(|tree| key.first() == Some(&(*tree as u8)))?;
    match tree {
        Tree::Word => Some(key),
        _ => key.split_last_chunk::<ID>().map(|(text, _)| text),
    }
}

impl Filter {
    fn with_room(room: usize) -> Filter {
        let bits = AtomicBloomFilter::with_false_pos(FALSE_POSITIVES).seed(&SEED);
        Filter { bits: bits.expected_items(room), room, taken: AtomicUsize::new(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::trees::RowBatch;

    fn write(trees: &Trees, numbers: std::ops::Range<u32>, is_there: bool) {
        let mut batch = RowBatch::default();
        for number in numbers {
            let key = [&text(number)[..], &[7; ID]].concat();
            let value = Some(b"v".to_vec());
            let (old, new) = if is_there { (None, value) } else { (Some(&b"v"[..]), None) };
            batch.set(Tree::ByEmail, key, old, new);
        }
        trees.write(batch).unwrap();
    }

    fn text(number: u32) -> Vec<u8> {
        format!("tse/v1/acme/{number}\0").into_bytes()
    }

    fn may_have(trees: &Trees, number: u32) -> bool {
        trees.may_have(Tree::ByEmail, &text(number))
    }

    /// Asks until the answer is known.
    fn fill(trees: &Trees, next: u32) {
        assert!(may_have(trees, 0), "before it is filled everything may be there");
        write(trees, next..next + 1, true);
        while (1_000_000..1_000_010).all(|number| may_have(trees, number)) {
            std::thread::yield_now();
        }
    }

    #[test]
    fn what_was_and_is_written_may_be_there_and_hardly_anything_else() {
        let dir = tempfile::tempdir().unwrap();
        let trees = Trees::open(dir.path(), 1024 * 1024).unwrap();
        write(&trees, 0..5000, true);
        fill(&trees, 5000);
        // Past the room that there was at first.
        write(&trees, 5001..60_000, true);
        assert!((0..60_000).all(|number| may_have(&trees, number)));
        let wrong = (1_000_000..1_010_000).filter(|&number| may_have(&trees, number)).count();
        assert!(wrong < 500, "{wrong} of 10000");
        assert!(trees.may_have(Tree::ByMarket, b"of other trees nothing is known"));
        trees.close().unwrap();
    }

    #[test]
    fn what_was_removed_is_forgotten_once_it_is_most_of_what_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let trees = Trees::open(dir.path(), 1024 * 1024).unwrap();
        fill(&trees, 0);
        let mut next = 1;
        // Each time others are there, never more than a few.
        while may_have(&trees, 1) || next < 2 {
            write(&trees, next..next + 1000, true);
            write(&trees, next..next + 1000, false);
            next += 1000;
            assert!(next < 1_000_000, "it is never filled anew");
        }
        trees.close().unwrap();
    }
}
