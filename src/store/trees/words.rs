//! Words that are known to be there, in memory. The words of a new customer nearly always are, and to
//! look each of them up in the runs cost the writer an eighth of its time.
//!
//! Only the thread that writes asks, so nothing changes between a look into the runs and its note.

use foldhash::fast::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use super::Tree;
use super::runs::Rows;

/// How many words the tables have room for at the beginning.
const USUAL: usize = 1024;

/// Bytes that a word takes beside its key, about.
const OVERHEAD: u64 = 64;

/// The words that were asked for last and were there, by their keys.
pub struct KnownWords(Cache<Vec<u8>, (), Weight, RandomState>);

#[derive(Clone)]
struct Weight;

impl Weighter<Vec<u8>, ()> for Weight {
    fn weight(&self, word: &Vec<u8>, (): &()) -> u64 {
        OVERHEAD + word.len() as u64
    }
}

impl KnownWords {
    /// None yet, and later as many as `bytes` hold.
    pub fn within(bytes: u64) -> KnownWords {
        let (hashes, lifecycle) = (RandomState::default(), DefaultLifecycle::default());
        KnownWords(Cache::with(USUAL, bytes, Weight, hashes, lifecycle))
    }

    /// Whether a word is known to be there; if not, it may be all the same.
    pub fn contain(&self, word: &[u8]) -> bool {
        self.0.get(word).is_some()
    }

    /// Takes note of a word that is there.
    pub fn add(&self, word: &[u8]) {
        self.0.insert(word.to_vec(), ());
    }

    /// Forgets the words that are removed by these rows.
    pub fn forget_removed(&self, rows: &Rows) {
        for (word, _) in Tree::Word.among(rows).filter(|(_, value)| value.is_none()) {
            drop(self.0.remove(word));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Bytes, RowBatch, Tree, Trees};

    /// Adds or removes a word.
    fn turn(trees: &Trees, word: &[u8], is_there: bool) {
        let mut batch = RowBatch::default();
        let (old, new) =
            if is_there { (None, Some(Bytes::default())) } else { (Some(&[][..]), None) };
        batch.set(Tree::Word, word.to_vec(), old, new);
        trees.write(batch).unwrap();
    }

    #[test]
    fn a_word_is_known_for_as_long_as_it_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let trees = Trees::open(dir.path(), 1024 * 1024).unwrap();
        let (rossi, bianchi) = (b"tse/v1/acme/nrossi", b"tse/v1/acme/nbianchi");
        for is_there in [true, false, true] {
            turn(&trees, rossi, is_there);
            // The second time it is known.
            for _ in 0..2 {
                assert_eq!(trees.has_word(rossi), Ok(is_there));
                assert_eq!(trees.shared.words.contain(rossi), is_there);
                assert_eq!(trees.has_word(bianchi), Ok(false));
            }
        }
        trees.close().unwrap();
    }
}
