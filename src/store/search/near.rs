//! Words that are spelt nearly like another: the sorted vocabulary is walked with the rows of the
//! table that tells how far two words are apart, and every stretch of it in which no word can be
//! near is jumped over. So the cost hardly grows with the vocabulary.
//!
//! The distance is that of Damerau and Levenshtein in its restricted form (optimal string
//! alignment): a byte inserted, left out or replaced, or two neighbours swapped, counts one.

/// The words within `most` of `query`, in order, with their distances. `seek` gives the first word
/// of the vocabulary that is not before a given one.
///
/// # Errors
/// Those of `seek`.
pub fn near<E>(
    query: &[u8],
    most: u8,
    mut seek: impl FnMut(&[u8]) -> Result<Option<Vec<u8>>, E>,
) -> Result<Vec<(u8, Vec<u8>)>, E> {
    let mut table = Table::new(query, most);
    let mut found = Vec::new();
    let mut from = Some(Vec::new());
    while let Some(start) = from {
        let Some(word) = seek(&start)? else {
            break;
        };
        from = match table.follow(&word) {
            Followed::ToTheEnd(distance) => {
                if distance <= most {
                    found.push((distance, word));
                }
                table.next_start(None)
            }
            Followed::Until(byte) => table.next_start(Some(byte)),
        };
    }
    Ok(found)
}

/// The same letter by letter, where it is known what words begin with and not which there are: what may
/// be a word within `most` of `query` and begins with `beginning`, in order. Words are made of the bytes
/// of `alphabet`; `may_be` tells whether a word may begin so.
pub fn near_by_beginnings(
    query: &[u8],
    most: u8,
    beginning: &[u8],
    alphabet: &[u8],
    may_be: impl FnMut(&[u8]) -> bool,
) -> Vec<(u8, Vec<u8>)> {
    let mut table = Table::new(query, most);
    if matches!(table.follow(beginning), Followed::Until(_)) {
        return Vec::new();
    }
    let mut walk = Walk { table, alphabet, may_be, found: Vec::new() };
    walk.go_on();
    walk.found
}

/// A walk from one beginning to those that are a letter longer.
struct Walk<'w, F> {
    table: Table<'w>,
    alphabet: &'w [u8],
    may_be: F,
    found: Vec<(u8, Vec<u8>)>,
}

impl<F: FnMut(&[u8]) -> bool> Walk<'_, F> {
    fn go_on(&mut self) {
        let distance = self.table.distance();
        if distance <= self.table.most && !self.table.path.is_empty() {
            self.found.push((distance, self.table.path.clone()));
        }
        let without_fault = self.table.bytes_without_fault();
        for &byte in without_fault.as_deref().unwrap_or(self.alphabet) {
            self.table.path.push(byte);
            let may_be = (self.may_be)(&self.table.path);
            self.table.path.pop();
            let row = may_be.then(|| self.table.next_row(byte));
            if let Some(row) = row.filter(|row| lowest(row) <= self.table.most) {
                self.table.path.push(byte);
                self.table.rows.push(row);
                self.go_on();
                self.table.rows.pop();
                self.table.path.pop();
            }
        }
    }
}

/// How far a word could be followed.
enum Followed {
    /// To its end; how far it is from the query.
    ToTheEnd(u8),
    /// Until this byte, with which no word can be near any more.
    Until(u8),
}

/// The rows of the table for the beginning of a word: `rows[i][j]` is the distance between the
/// first `i` bytes of `path` and the first `j` of the query.
struct Table<'q> {
    query: &'q [u8],
    most: u8,
    path: Vec<u8>,
    rows: Vec<Vec<u8>>,
}

impl<'q> Table<'q> {
    fn new(query: &'q [u8], most: u8) -> Table<'q> {
        let first = (0..=query.len()).map(|length| u8::try_from(length).unwrap_or(u8::MAX));
        Table { query, most, path: Vec::new(), rows: vec![first.collect()] }
    }

    /// Makes the rows for `word`, keeping those of the beginning it shares with the word before.
    fn follow(&mut self, word: &[u8]) -> Followed {
        let shared = self.path.iter().zip(word).take_while(|(a, b)| a == b).count();
        self.path.truncate(shared);
        self.rows.truncate(shared + 1);
        for &byte in word.get(shared..).unwrap_or_default() {
            let row = self.next_row(byte);
            if lowest(&row) > self.most {
                return Followed::Until(byte);
            }
            self.path.push(byte);
            self.rows.push(row);
        }
        Followed::ToTheEnd(self.distance())
    }

    /// How far the path is from the query.
    fn distance(&self) -> u8 {
        self.rows.last().and_then(|row| row.last().copied()).unwrap_or(u8::MAX)
    }

    /// The row behind the last one for a word that goes on with `byte`.
    fn next_row(&self, byte: u8) -> Vec<u8> {
        let depth = self.path.len();
        let at = |row: usize, column: usize| -> u8 {
            self.rows.get(row).and_then(|row| row.get(column)).copied().unwrap_or(u8::MAX)
        };
        let mut row = Vec::with_capacity(self.query.len() + 1);
        row.push(at(depth, 0).saturating_add(1));
        let mut before = None;
        for (column, &wanted) in self.query.iter().enumerate() {
            let left = row.last().copied().unwrap_or(u8::MAX);
            let mut cell = at(depth, column)
                .saturating_add(u8::from(wanted != byte))
                .min(at(depth, column + 1).saturating_add(1))
                .min(left.saturating_add(1));
            let swapped = before == Some(byte) && self.path.last() == Some(&wanted);
            if swapped && depth > 0 && column > 0 {
                cell = cell.min(at(depth - 1, column - 1).saturating_add(1));
            }
            row.push(cell);
            before = Some(wanted);
        }
        row
    }

    /// Where the next near word can begin at the earliest: behind all words that begin with the
    /// path and `after`, or where there is no `after`, behind the path itself.
    fn next_start(&mut self, after: Option<u8>) -> Option<Vec<u8>> {
        let mut after = after;
        loop {
            if let Some(byte) = self.next_byte(after) {
                let mut start = self.path.clone();
                start.push(byte);
                return Some(start);
            }
            after = Some(self.path.pop()?);
            self.rows.pop();
        }
    }

    /// The lowest byte above `after` with which a word that begins with the path can be near.
    fn next_byte(&self, after: Option<u8>) -> Option<u8> {
        let next = match after {
            Some(byte) => byte.checked_add(1)?,
            None => 0,
        };
        match self.bytes_without_fault() {
            None => Some(next),
            Some(bytes) => bytes.into_iter().find(|&byte| byte >= next),
        }
    }

    /// The bytes with which a word that begins with the path can go on and be near, in order; `None`
    /// where these are all.
    fn bytes_without_fault(&self) -> Option<Vec<u8>> {
        let row = self.rows.last()?;
        if lowest(row) < self.most {
            return None;
        }
        let as_wanted = row.iter().zip(self.query).filter(|(cell, _)| **cell == self.most);
        let mut bytes: Vec<u8> = as_wanted.map(|(_, byte)| *byte).collect();
        if let [.., before, _] = self.rows.as_slice() {
            let pairs = before.iter().zip(self.query.windows(2));
            let swapped =
                pairs.filter(|(cell, pair)| **cell < self.most && pair.get(1) == self.path.last());
            bytes.extend(swapped.filter_map(|(_, pair)| pair.first()));
        }
        bytes.sort_unstable();
        bytes.dedup();
        Some(bytes)
    }
}

fn lowest(row: &[u8]) -> u8 {
    row.iter().copied().min().unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::{near, near_by_beginnings};

    fn walk(words: &BTreeSet<Vec<u8>>, query: &str, most: u8) -> (Vec<(u8, String)>, usize) {
        let mut seeks = 0;
        let found = near(query.as_bytes(), most, |from: &[u8]| {
            seeks += 1;
            Ok::<_, Infallible>(words.range(from.to_vec()..).next().cloned())
        });
        let text = |word| String::from_utf8(word).unwrap();
        (found.unwrap().into_iter().map(|(d, word)| (d, text(word))).collect(), seeks)
    }

    #[test]
    fn a_swap_an_insertion_an_omission_and_a_replacement_are_near() {
        let words = ["smith", "smiths", "smit", "smyth", "smtih", "jones", "s"];
        let words = words.iter().map(|word| word.as_bytes().to_vec()).collect();
        let (found, _) = walk(&words, "smith", 1);
        let found: Vec<&str> = found.iter().map(|(_, word)| word.as_str()).collect();
        assert_eq!(found, ["smit", "smith", "smiths", "smtih", "smyth"]);
    }

    #[test]
    fn a_large_vocabulary_is_jumped_through_not_read() {
        let words: BTreeSet<Vec<u8>> = (0..100_000u32)
            .map(|n| format!("{:x}{:x}", n.wrapping_mul(2_654_435_761), n).into_bytes())
            .collect();
        let (_, seeks) = walk(&words, "abcdef12", 1);
        assert!(seeks < 2_000, "{seeks}");
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_comparing_with_every_word_finds(
            words in proptest::collection::btree_set("[a-d]{0,7}", 0..60),
            query in "[a-d]{1,7}",
            most in 0u8..3,
            beginning in "[a-d]{2}",
        ) {
            let vocabulary = words.iter().map(|word| word.clone().into_bytes()).collect();
            let (found, _) = walk(&vocabulary, &query, most);
            let distance = |word: &String| strsim::osa_distance(word, &query) as u8;
            let expected: Vec<(u8, String)> = words
                .iter()
                .map(|word| (distance(word), word.clone()))
                .filter(|(distance, _)| *distance <= most)
                .collect();
            prop_assert_eq!(&found, &expected);
            let beginnings: BTreeSet<&str> =
                words.iter().flat_map(|word| (0..=word.len()).filter_map(|end| word.get(..end))).collect();
            let may_be = |beginning: &[u8]| beginnings.contains(std::str::from_utf8(beginning).unwrap());
            let beginning = beginning.as_bytes().get(..usize::from(most)).unwrap_or_default();
            let found = near_by_beginnings(query.as_bytes(), most, beginning, b"abcd", may_be);
            let found = found.into_iter().map(|(d, word)| (d, String::from_utf8(word).unwrap()));
            let found: Vec<(u8, String)> = found.filter(|(_, word)| words.contains(word)).collect();
            let beginning = std::str::from_utf8(beginning).unwrap();
            let is_wanted = |(_, word): &(u8, String)| !word.is_empty() && word.starts_with(beginning);
            prop_assert_eq!(found, expected.into_iter().filter(is_wanted).collect::<Vec<_>>());
        }
    }
}
