//! Which trees there are, and where each is kept.

use std::collections::BTreeMap;

/// How many trees there are.
pub const TREES: usize = 15;

/// Every tree. The order is that of their names below, and of their digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tree {
    /// Customers: primary.
    Customer,
    /// Idempotency records: primary.
    Idempotency,
    /// Tokens: primary.
    Token,
    /// Customers by email.
    ByEmail,
    /// Customers by VAT number.
    ByVat,
    /// Customers by market.
    ByMarket,
    /// Customers by category.
    ByCategory,
    /// Customers by what the names of one person have in common, however they are written.
    ByPerson,
    /// Customers by the one that they are probably the same as.
    ByDuplicate,
    /// Customers by the words of their names and emails.
    ByName,
    /// The words themselves.
    Word,
    /// What happened, in order.
    Event,
    /// Counts by company and day.
    Rollup,
    /// What was learnt of a company: primary.
    Model,
    /// How far the journal is applied.
    Meta,
}

/// Those that hold something, which a walk can compare with their digests.
pub const ALL: [Tree; TREES - 1] = [
    Tree::ByName,
    Tree::Customer,
    Tree::ByEmail,
    Tree::ByVat,
    Tree::ByPerson,
    Tree::ByMarket,
    Tree::ByCategory,
    Tree::ByDuplicate,
    Tree::Event,
    Tree::Word,
    Tree::Idempotency,
    Tree::Token,
    Tree::Rollup,
    Tree::Model,
];

/// Their names in sled, in the order of [`Tree`].
pub const NAMES: [&str; TREES] = [
    "customer",
    "idempotency",
    "token",
    "by_email",
    "by_vat",
    "by_market",
    "by_category",
    "by_person",
    "by_duplicate",
    "by_name",
    "word",
    "event",
    "rollup",
    "model",
    "meta",
];

impl Tree {
    /// The tree with this number, where there is one.
    pub fn numbered(number: u8) -> Option<Tree> {
        ALL.into_iter().chain([Tree::Meta]).find(|tree| *tree as u8 == number)
    }

    /// Whether it is kept in the runs (runs.rs), else in sled: what lies at random places, there for one
    /// lookup or in great number, and what is only appended to.
    pub fn is_in_runs(self) -> bool {
        match self {
            Tree::ByEmail
            | Tree::ByVat
            | Tree::ByMarket
            | Tree::ByCategory
            | Tree::ByPerson
            | Tree::ByDuplicate
            | Tree::ByName
            | Tree::Word
            | Tree::Event
            | Tree::Idempotency => true,
            Tree::Customer | Tree::Token | Tree::Rollup | Tree::Model | Tree::Meta => false,
        }
    }

    /// A key of this tree among those of all that are in the runs.
    pub fn key_in_runs(self, key: &[u8]) -> Vec<u8> {
        let mut whole = Vec::with_capacity(1 + key.len());
        whole.push(self as u8);
        whole.extend_from_slice(key);
        whole
    }

    /// The same of a key that is not needed any more: where it has room for one more byte, nothing is
    /// taken from memory.
    pub fn own_key_in_runs(self, mut key: Vec<u8>) -> Vec<u8> {
        key.insert(0, self as u8);
        key
    }

    /// Those of `rows`, by their keys in the runs, that are of this tree, by their keys in it.
    pub fn among<V>(self, rows: &BTreeMap<Vec<u8>, V>) -> impl Iterator<Item = (&[u8], &V)> {
        let (from, to) = (self.key_in_runs(b""), self.end_in_runs(b""));
        rows.range(from..to).map(|(key, value)| (key.get(1..).unwrap_or_default(), value))
    }

    /// The first key there behind all of this tree that begin with `prefix`.
    pub fn end_in_runs(self, prefix: &[u8]) -> Vec<u8> {
        // The number of a tree is small: there is always one.
        end(self.key_in_runs(prefix)).unwrap_or_default()
    }
}

/// The first key behind all that begin with `prefix`; none where there can always be one more.
pub fn end(mut prefix: Vec<u8>) -> Option<Vec<u8>> {
    while prefix.last() == Some(&u8::MAX) {
        prefix.pop();
    }
    *prefix.last_mut()? += 1;
    Some(prefix)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_end_is_behind_what_begins_so_and_before_all_else(
            prefix in prop::collection::vec(prop_oneof![Just(0xff), any::<u8>()], 0..4),
            other in prop::collection::vec(prop_oneof![Just(0xff), any::<u8>()], 0..6),
        ) {
            let (begin, end) = (Tree::ByName.key_in_runs(&prefix), Tree::ByName.end_in_runs(&prefix));
            let key = Tree::ByName.key_in_runs(&other);
            prop_assert_eq!((begin..end).contains(&key), other.starts_with(&prefix));
        }
    }
}
