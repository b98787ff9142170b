//! The words that lead to customers, each once: a row is written when a word comes up for the
//! first time and removed with its last customer, so most changes of customers do not touch it.

use std::collections::BTreeMap;

use super::StoreError;
use super::key;
use super::trees::{Bytes, RowBatch, Tree, Trees};
use crate::customer::CustomerId;

/// What a group of changes does to words: which customers they lead to afterwards and which no
/// longer, by the key of the word.
#[derive(Default)]
pub struct Vocabulary {
    words: BTreeMap<Vec<u8>, BTreeMap<CustomerId, bool>>,
}

impl Vocabulary {
    /// Takes note of a row of by_name that is set or removed; rows of other trees are none of it.
    pub fn note(&mut self, tree: Tree, key: &[u8], is_set: bool) -> Result<(), StoreError> {
        if tree == Tree::ByName {
            let word = key::word_of(key)?;
            let id = key::customer_id(key)?;
            match self.words.get_mut(word) {
                Some(customers) => customers.insert(id, is_set),
                None => self.words.entry(word.to_vec()).or_default().insert(id, is_set),
            };
        }
        Ok(())
    }

    /// Adds the words that come up and removes those that lead nowhere any more.
    pub fn write(self, trees: &Trees, batch: &mut RowBatch) -> Result<(), StoreError> {
        for (word, customers) in self.words {
            let is_known = trees.has_word(&word)?;
            let is_used = customers.values().any(|is_set| *is_set)
                || leads_elsewhere(trees, &word, &customers)?;
            match (is_known, is_used) {
                (false, true) => batch.set(Tree::Word, word, None, Some(Bytes::default())),
                (true, false) => batch.set(Tree::Word, word, Some(&[]), None),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether a word leads to a customer that is not among `customers`.
fn leads_elsewhere(
    trees: &Trees,
    word: &[u8],
    customers: &BTreeMap<CustomerId, bool>,
) -> Result<bool, StoreError> {
    let prefix = key::postings(word);
    let rows = trees.scan(Tree::ByName, &prefix, None, customers.len() + 1)?;
    for (key, _) in rows {
        if !customers.contains_key(&key::customer_id(&key)?) {
            return Ok(true);
        }
    }
    Ok(false)
}
