//! Which texts the indexes may lead from, in memory: most of what a new customer is looked for by
//! nobody else has, and to find that out in the runs costs as much as to find somebody. Of persons also
//! what they are looked for by, and of words all that they begin with: so those that are spelt nearly
//! like another are found letter by letter.
//!
//! A Bloom filter (Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970) which
//! grows by further ones (Almeida et al., "Scalable Bloom Filters", 2007): what it does not know is not
//! there, what it knows may be. It is filled of the trees in the background once somebody has asked;
//! until then everything may be there. What is removed stays known, and to ask many filters takes long:
//! so another one is filled when most is gone or there are too many, and then takes its place.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak,
};

use fastbloom::AtomicBloomFilter;

use super::runs::Rows;
use super::{Shared, Tree, Trees};
use crate::store::pace::Pace;
use crate::store::{StoreError, key};

/// The trees whose texts are known: indexes, and the words themselves.
const TREES: [Tree; 5] =
    [Tree::ByEmail, Tree::ByVat, Tree::ByPerson, Tree::ByDuplicate, Tree::Word];

/// How often what is not there may be taken for something that may be.
const FALSE_POSITIVES: f64 = 0.01;

/// The fewest texts that a filter is made for.
const SMALLEST: usize = 16 * 1024;

/// How many beginnings a word has that no word before it has, about.
const BEGINNINGS: usize = 4;

/// What stands before the beginning of a word, in place of the number of a tree.
const BEGINNING: u8 = 0xfe;

/// How many times the texts that there are may be known before all is filled anew.
const STALE: usize = 3;

/// Most filters before they are filled anew as one: what is not there is looked for in each, and that
/// is a miss of the processor's cache or two. Each has twice the room of the one before, so this
/// happens when there are seven times as many texts as there was room for.
const MOST_FILTERS: usize = 3;

/// Rows that are read at once.
const PAGE: usize = 1024;

/// Bytes of the id at the end of an index key.
const ID: usize = 16;

/// So that it is the same in every process.
const SEED: u128 = 0x0001_9366_0f2b_4a1d;

/// What is known.
#[derive(Default)]
pub struct Known {
    texts: RwLock<Both>,
    /// Somebody fills it.
    is_filling: AtomicBool,
    /// Held from when rows are noted until they are written.
    writing: Mutex<()>,
}

/// What is known, and what will be instead: both take note of what is written.
#[derive(Default)]
struct Both {
    /// All that there is; none until it was filled once.
    complete: Option<Arc<Texts>>,
    /// That which is being filled.
    next: Option<Arc<Texts>>,
}

/// The texts that were found or written since the filling began.
struct Texts {
    filters: RwLock<Vec<Filter>>,
    /// The bytes that words are made of.
    alphabet: [AtomicU64; 4],
    /// How many were there when it was filled, and how many were reckoned with.
    filled: OnceLock<(usize, usize)>,
}

struct Filter {
    bits: AtomicBloomFilter,
    room: usize,
    taken: AtomicUsize,
}

/// What words may begin with, behind the head of their keys.
pub struct Beginnings {
    texts: Arc<Texts>,
    /// That of the beginning that was asked for last, as it is known.
    text: Vec<u8>,
    head: usize,
}

impl Known {
    /// Whether there may be a row in `tree` whose key is `text` and an id, or `text` where it is a word,
    /// or begins with `text` where that is one of [`key::person_beginnings`].
    pub(super) fn may_have(&self, tree: Tree, text: &[u8], trees: &Arc<Shared>) -> bool {
        match self.complete(trees) {
            Some(texts) => !TREES.contains(&tree) || texts.contain(&tree.key_in_runs(text)),
            None => true,
        }
    }

    /// What the words may begin with whose keys begin with `head`; `None` as long as that is not known.
    pub(super) fn beginnings(&self, head: &[u8], trees: &Arc<Shared>) -> Option<Beginnings> {
        let (texts, text) = (self.complete(trees)?, [&[BEGINNING], head].concat());
        Some(Beginnings { texts, head: text.len(), text })
    }

    /// What is known, if it is all; else it will be.
    fn complete(&self, trees: &Arc<Shared>) -> Option<Arc<Texts>> {
        let complete = self.both().complete.clone();
        if complete.is_none() {
            self.begin_filling(trees);
        }
        complete
    }

    fn both(&self) -> RwLockReadGuard<'_, Both> {
        self.texts.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn both_to_change(&self) -> RwLockWriteGuard<'_, Both> {
        self.texts.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of rows that are about to be written. What comes back is held until they are: so
    /// whatever is written before a filling begins is found by it.
    pub(super) fn note(&self, rows: &Rows, trees: &Arc<Shared>) -> MutexGuard<'_, ()> {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let both = self.both();
        for texts in [&both.complete, &both.next].into_iter().flatten() {
            let set = rows.iter().filter(|(_, value)| value.is_some());
            set.for_each(|(key, _)| texts.add(key));
        }
        if both.complete.as_ref().is_some_and(|texts| texts.are_stale(trees)) {
            self.begin_filling(trees);
        }
        writing
    }

    fn begin_filling(&self, trees: &Arc<Shared>) {
        if self.is_filling.swap(true, Ordering::Relaxed) {
            return;
        }
        let weak = Arc::downgrade(trees);
        let fill = move || match Known::fill(&weak) {
            Ok(()) => {}
            // Whoever reads next meets it, too.
            Err(error) => tracing::debug!(%error, "what the indexes know was not gathered"),
        };
        if let Err(error) = std::thread::Builder::new().name("store-known".to_owned()).spawn(fill) {
            tracing::warn!(%error, "what the indexes know is not gathered");
            self.is_filling.store(false, Ordering::Relaxed);
        }
    }

    /// Gathers what is known from the beginning, as long as the trees are there.
    fn fill(trees: &Weak<Shared>) -> Result<(), StoreError> {
        let texts = match trees.upgrade() {
            Some(trees) => {
                let complete = trees.known.both().complete.clone();
                let reckoned =
                    complete.as_ref().map_or_else(|| texts(&trees), |it| it.there(&trees));
                let outgrown = complete.map_or(0, |it| it.outgrown());
                trees.known.begin(Texts::with_room(outgrown.max(reckoned / 2 * 3)))
            }
            None => return Ok(()),
        };
        let filled = texts.fill(trees);
        if let Some(trees) = trees.upgrade() {
            trees.known.end(filled.is_ok());
        }
        filled
    }

    /// From now on what is written is noted there, too.
    fn begin(&self, texts: Texts) -> Arc<Texts> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let texts = Arc::new(texts);
        self.both_to_change().next = Some(texts.clone());
        texts
    }

    /// What was filled is what is known, unless something is missing in it.
    fn end(&self, is_filled: bool) {
        let mut both = self.both_to_change();
        let next = both.next.take().filter(|_| is_filled);
        both.complete = next.or(both.complete.take());
        self.is_filling.store(false, Ordering::Relaxed);
    }
}

impl Beginnings {
    /// Whether a word may begin with `beginning`.
    pub fn may_be(&mut self, beginning: &[u8]) -> bool {
        self.text.truncate(self.head);
        self.text.extend_from_slice(beginning);
        self.texts.contain(&self.text)
    }

    /// The bytes that words are made of, in order.
    pub fn alphabet(&self) -> Vec<u8> {
        let is_one = |byte: &u8| {
            let (block, bit) = place(*byte);
            let block = self.texts.alphabet.get(block);
            block.is_some_and(|block| block.load(Ordering::Relaxed) & bit != 0)
        };
        (0..=u8::MAX).filter(is_one).collect()
    }
}

/// Where in an alphabet a byte is.
fn place(byte: u8) -> (usize, u64) {
    (usize::from(byte / 64), 1 << (byte % 64))
}

/// How many texts are known of the trees as they are, about.
fn texts(trees: &Arc<Shared>) -> usize {
    let written = trees.written.lock().unwrap_or_else(PoisonError::into_inner);
    let rows = |tree: Tree| written.digests.of(tree as usize).rows();
    let rows = TREES.iter().map(|tree| rows(*tree)).sum::<u64>()
        + rows(Tree::Word).saturating_mul(BEGINNINGS as u64);
    usize::try_from(rows).unwrap_or(usize::MAX / 4)
}

impl Texts {
    fn with_room(room: usize) -> Texts {
        let filters = RwLock::new(vec![Filter::with_room(room.max(SMALLEST))]);
        Texts { filters, alphabet: Default::default(), filled: OnceLock::new() }
    }

    fn contain(&self, text: &[u8]) -> bool {
        let filters = self.filters.read().unwrap_or_else(PoisonError::into_inner);
        contains(&filters, hash(&filters, text))
    }

    /// Adds all that the row with a key is looked for by.
    fn add(&self, key: &[u8]) {
        if key.first() == Some(&(Tree::ByPerson as u8)) {
            return key::person_beginnings(key).for_each(|beginning| self.add_text(beginning));
        }
        let Some(text) = text_of(key) else { return };
        self.add_text(text);
        if key.first() == Some(&(Tree::Word as u8)) {
            self.add_beginnings(key);
        }
    }

    fn add_beginnings(&self, word: &[u8]) {
        let parts = head_of(word).and_then(|head| word.split_at_checked(head));
        let Some((head, bytes)) = parts else { return };
        let mut text = [&[BEGINNING], head.get(1..).unwrap_or_default()].concat();
        for &byte in bytes {
            let (block, bit) = place(byte);
            if let Some(block) = self.alphabet.get(block) {
                block.fetch_or(bit, Ordering::Relaxed);
            }
            text.push(byte);
            self.add_text(&text);
        }
    }

    fn add_text(&self, text: &[u8]) {
        let filters = self.filters.read().unwrap_or_else(PoisonError::into_inner);
        let hash = hash(&filters, text);
        if contains(&filters, hash) {
            return;
        }
        let Some(last) = filters.last() else { return };
        last.bits.insert_hash(hash);
        if last.taken.fetch_add(1, Ordering::Relaxed) + 1 == last.room {
            let room = last.room * 2;
            drop(filters);
            let mut filters = self.filters.write().unwrap_or_else(PoisonError::into_inner);
            filters.push(Filter::with_room(room));
        }
    }

    /// How many are in it.
    fn taken(&self) -> usize {
        let filters = self.filters.read().unwrap_or_else(PoisonError::into_inner);
        filters.iter().map(|filter| filter.taken.load(Ordering::Relaxed)).sum()
    }

    /// How many have outgrown their filters; none where these are few enough.
    fn outgrown(&self) -> usize {
        let filters = self.filters.read().unwrap_or_else(PoisonError::into_inner).len();
        if filters > MOST_FILTERS { self.taken() } else { 0 }
    }

    /// How many texts there are, about: as many times those that are reckoned with as there were when
    /// it was filled. Long words begin with more.
    fn there(&self, trees: &Arc<Shared>) -> usize {
        let reckoned = texts(trees);
        match self.filled.get() {
            Some(&(found, of)) if found > of => reckoned.saturating_mul(found) / of.max(1),
            _ => reckoned,
        }
    }

    /// Whether they are in too many filters, or most of them are not there any more.
    fn are_stale(&self, trees: &Arc<Shared>) -> bool {
        let filters = self.filters.read().unwrap_or_else(PoisonError::into_inner);
        // Each has as much room as all before it, so about half of what is known is in the last.
        let [_, .., last] = filters.as_slice() else { return false };
        filters.len() > MOST_FILTERS || last.room / 2 > STALE * self.there(trees).max(SMALLEST)
    }

    /// Adds what is in the trees, as long as they are there.
    fn fill(&self, trees: &Weak<Shared>) -> Result<(), StoreError> {
        let pace = Pace::begin();
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
                drop(trees);
                pace.rest();
            }
        }
        if let Some(trees) = trees.upgrade() {
            // It is filled once.
            let _ = self.filled.set((self.taken(), texts(&trees)));
        }
        Ok(())
    }
}

/// That of a text, which is the same for all filters.
fn hash(filters: &[Filter], text: &[u8]) -> u64 {
    filters.first().map_or(0, |first| first.bits.source_hash(text))
}

fn contains(filters: &[Filter], hash: u64) -> bool {
    // The largest one first, in which most of what is there is found.
    filters.iter().rev().any(|filter| filter.bits.contains_hash(hash))
}

/// What is known of the row with a key; none where its tree is none of those.
fn text_of(key: &[u8]) -> Option<&[u8]> {
    let tree = TREES.into_iter().find(|tree| key.first() == Some(&(*tree as u8)))?;
    match tree {
        Tree::Word => Some(key),
        _ => key.split_last_chunk::<ID>().map(|(text, _)| text),
    }
}

/// How much of the key of a word is before it: the tree, the company and the field (see key.rs).
fn head_of(word: &[u8]) -> Option<usize> {
    key::behind_slash(word, 3).map(|field| field + 1)
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
    use crate::store::trees::{Bytes, RowBatch};

    fn write(trees: &Trees, numbers: std::ops::Range<u32>, is_there: bool) {
        let mut batch = RowBatch::default();
        for number in numbers {
            let key = [&text(number)[..], &[7; ID]].concat();
            let value = Some(b"v".into());
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
    fn persons_are_known_by_all_that_they_are_looked_for_by() {
        let dir = tempfile::tempdir().unwrap();
        let trees = Trees::open(dir.path(), 1024 * 1024).unwrap();
        let write = |text: &str| {
            let key = [text.as_bytes(), &[7; ID]].concat();
            let mut batch = RowBatch::default();
            batch.set(Tree::ByPerson, key, None, Some(b"v".into()));
            trees.write(batch).unwrap();
        };
        let may_have = |text: &str| trees.may_have(Tree::ByPerson, text.as_bytes());
        // One that is found by the filling, and one that is noted when it is written.
        write("tse/v1/acme/rs/maria\0");
        while ["x", "y", "z"].iter().all(|text| may_have(text)) {
            std::thread::yield_now();
        }
        write("tse/v1/acme/frt/\u{e9}lise\0");
        for text in ["rs/", "rs/m", "rs/maria\0", "frt/", "frt/\u{e9}", "frt/\u{e9}lise\0"] {
            assert!(may_have(&format!("tse/v1/acme/{text}")), "{text}");
        }
        let others = ["rs/l", "rs/maria", "frt/m", "vrd/m", "rs/luca\0"];
        assert!(others.iter().any(|text| !may_have(&format!("tse/v1/acme/{text}"))));
        trees.close().unwrap();
    }

    #[test]
    fn what_words_begin_with_is_known_and_what_they_are_made_of() {
        let dir = tempfile::tempdir().unwrap();
        let trees = Trees::open(dir.path(), 1024 * 1024).unwrap();
        let head = b"tse/v1/acme/n";
        let write = |words: &[&str]| {
            let mut batch = RowBatch::default();
            for word in words {
                let key = [&head[..], word.as_bytes()].concat();
                batch.set(Tree::Word, key, None, Some(Bytes::default()));
            }
            trees.write(batch).unwrap();
        };
        write(&["rossi", "verdi"]);
        while trees.beginnings(head).is_none() {
            std::thread::yield_now();
        }
        write(&["ro\u{444}"]);
        let mut beginnings = trees.beginnings(head).unwrap();
        assert_eq!(beginnings.alphabet(), b"deiorsv\x84\xd1");
        for beginning in ["r", "ro", "rossi", "verd", "ro\u{444}"] {
            assert!(beginnings.may_be(beginning.as_bytes()), "{beginning}");
        }
        assert!(
            ["x", "rossini", "s", "erdi"].iter().any(|text| !beginnings.may_be(text.as_bytes()))
        );
        let mut of_others = trees.beginnings(b"tse/v1/acme/e").unwrap();
        assert!(["r", "ro", "ros", "v"].iter().any(|text| !of_others.may_be(text.as_bytes())));
        trees.close().unwrap();
    }

    #[test]
    fn too_many_filters_are_filled_anew_as_one_and_meanwhile_all_stays_known() {
        let dir = tempfile::tempdir().unwrap();
        let trees = Trees::open(dir.path(), 1024 * 1024).unwrap();
        fill(&trees, 0);
        let known = || trees.shared.known.both().complete.clone().unwrap();
        let filters = || known().filters.read().unwrap().len();
        let (mut next, mut before) = (1, filters());
        while filters() >= before {
            before = filters();
            write(&trees, next..next + 1000, true);
            next += 1000;
            assert!((0..next).step_by(997).all(|number| may_have(&trees, number)));
            assert!(next < 1_000_000, "it is never filled anew");
        }
        assert!(before > MOST_FILTERS);
        assert!((0..next).all(|number| may_have(&trees, number)));
        let wrong = (2_000_000..2_010_000).filter(|&number| may_have(&trees, number)).count();
        assert!(wrong < 500, "{wrong} of 10000");
        trees.close().unwrap();
    }

    #[test]
    fn long_words_are_not_filled_anew_again_and_again() {
        let dir = tempfile::tempdir().unwrap();
        let trees = Trees::open(dir.path(), 1024 * 1024).unwrap();
        fill(&trees, 0);
        let write = |numbers: std::ops::Range<u32>| {
            let mut batch = RowBatch::default();
            for number in numbers {
                // Hardly two of them begin alike.
                let digits = u64::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let word = format!("tse/v1/acme/n{digits:016x}{:048}", 0);
                batch.set(Tree::Word, word.into_bytes(), None, Some(Bytes::default()));
            }
            trees.write(batch).unwrap();
        };
        let known = || trees.shared.known.both().complete.clone().unwrap();
        let first = known();
        let mut next = 0;
        while first.outgrown() == 0 {
            write(next..next + 100);
            next += 100;
        }
        while Arc::ptr_eq(&first, &known()) {
            std::thread::yield_now();
        }
        assert!(!known().are_stale(&trees.shared), "it would be filled anew at once");
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
