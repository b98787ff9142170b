//! The rows that lead from words to customers, in the order in which a search goes through them.

use super::needle::{Needle, text_of};
use crate::customer::{CustomerId, Namespace};
use crate::store::trees::{Bytes, Tree, Trees};
use crate::store::{StoreError, index, key};

/// Rows of a word that are read to guess how many there are.
const COUNTED: usize = 64;

/// A place among the rows of one class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// How far the word is from that of the search.
    pub distance: u8,
    /// The word.
    pub word: String,
    /// Whom it leads to.
    pub id: CustomerId,
}

/// A row.
#[derive(Debug, Clone)]
pub struct Posting {
    /// Where it is.
    pub spot: Spot,
    /// The marks of all words of the customer.
    pub marks: Bytes,
}

/// The next rows of a class behind one of them, or the first: `limit` at most, and none only at the
/// end.
pub fn postings(
    trees: &Trees,
    namespace: &Namespace,
    needle: &Needle,
    class: u8,
    behind: Option<&Spot>,
    limit: usize,
) -> Result<Vec<Posting>, StoreError> {
    let words = Words { trees, head: head(namespace, is_in_name(class)), limit };
    match class {
        0 | 1 => words.of_list(&[(0, needle.text.clone())], behind),
        2 | 3 => words.beginning_with(&needle.text, behind),
        _ => words.of_list(needle.near_in(is_in_name(class)), behind),
    }
}

/// About how many customers a word of the search leads to. Rows stand in the order of the ids, and
/// so of the time of creation: how soon the first [`COUNTED`] customers of a word followed each
/// other tells how many there are in all, without reading them.
pub fn estimate(trees: &Trees, namespace: &Namespace, text: &str) -> Result<u64, StoreError> {
    let mut customers = 0;
    for in_name in [true, false] {
        let word = key::word(namespace.prefix().as_bytes(), in_name, text);
        let rows = trees.scan(Tree::ByName, &key::postings(&word), None, COUNTED)?;
        let count = rows.len() as u64;
        customers += match (rows.first(), rows.last()) {
            (Some((first, _)), Some((last, _))) if rows.len() == COUNTED => {
                let [first, last] = [key::customer_id(first)?, key::customer_id(last)?];
                let all = index::last_customer_id(trees)?.map_or(0, CustomerId::milliseconds);
                let whole = all.saturating_sub(first.milliseconds());
                let part = last.milliseconds().saturating_sub(first.milliseconds());
                count.saturating_mul(whole.max(1)) / part.max(1)
            }
            _ => count,
        };
        customers += trees.scan(Tree::ByName, &word, None, COUNTED)?.len() as u64;
    }
    Ok(customers)
}

fn is_in_name(class: u8) -> bool {
    class.is_multiple_of(2)
}

fn head(namespace: &Namespace, in_name: bool) -> Vec<u8> {
    key::word(namespace.prefix().as_bytes(), in_name, "")
}

/// Words of a company's names, or of its emails.
struct Words<'t> {
    trees: &'t Trees,
    /// What their keys begin with.
    head: Vec<u8>,
    limit: usize,
}

impl Words<'_> {
    fn key(&self, word: &str) -> Vec<u8> {
        [&self.head, word.as_bytes()].concat()
    }

    /// The rows of these words, which are in order.
    fn of_list(
        &self,
        words: &[(u8, String)],
        behind: Option<&Spot>,
    ) -> Result<Vec<Posting>, StoreError> {
        let is_behind = |(distance, word): &&(u8, String)| {
            behind.is_none_or(|spot| (*distance, word) >= (spot.distance, &spot.word))
        };
        for (distance, word) in words.iter().filter(is_behind) {
            let key = self.key(word);
            let last = behind.filter(|spot| spot.word == *word && spot.distance == *distance);
            let after = last.map(|spot| key::by_name(&key, spot.id));
            let rows = self.rows(&key::postings(&key), after.as_deref(), *distance)?;
            if !rows.is_empty() {
                return Ok(rows);
            }
        }
        Ok(Vec::new())
    }

    /// The rows of all words that begin with `text` and are longer: they stand behind each other.
    fn beginning_with(
        &self,
        text: &str,
        behind: Option<&Spot>,
    ) -> Result<Vec<Posting>, StoreError> {
        let key = self.key(text);
        let after = match behind {
            Some(spot) => key::by_name(&self.key(&spot.word), spot.id),
            None => key::by_name(&key, CustomerId::LAST),
        };
        self.rows(&key, Some(&after), 0)
    }

    fn rows(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        distance: u8,
    ) -> Result<Vec<Posting>, StoreError> {
        let rows = self.trees.scan(Tree::ByName, prefix, after, self.limit)?;
        let posting = |(key, marks): (Bytes, Bytes)| {
            let word = key::word_of(&key)?.get(self.head.len()..).unwrap_or_default();
            let spot = Spot { distance, word: text_of(word)?, id: key::customer_id(&key)? };
            Ok(Posting { spot, marks })
        };
        rows.into_iter().map(posting).collect()
    }
}
