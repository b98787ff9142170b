//! The lists that are built in, found without a copy of them: a list stays the text that it is in
//! the binary, and beside it is a table of where its lines begin. A map of its words would take five
//! times that memory, in every service, for lists that most never ask.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// A list: an item a line, which begins with its word; comments behind `#`.
pub struct Lines {
    text: &'static str,
    places: HashTable<u32>,
}

impl Lines {
    /// The lines of `text`; of those that begin with the same word, the last one.
    pub fn new(text: &'static str) -> Lines {
        let mut places = HashTable::with_capacity(lines(text).count());
        for line in lines(text) {
            // No list is 4 GiB long.
            let place = (line.as_ptr().addr() - text.as_ptr().addr()) as u32;
            let word = first_cell(line);
            let is_same = |other: &u32| word_at(text, *other) == word;
            match places.entry(hash(word), is_same, |other| hash(word_at(text, *other))) {
                Entry::Occupied(mut found) => *found.get_mut() = place,
                Entry::Vacant(free) => drop(free.insert(place)),
            }
        }
        Lines { text, places }
    }

    /// What is behind `word` in its line, without what parts it from the word.
    pub fn get(&self, word: &str) -> Option<&'static str> {
        let line = self.text.get(self.end_of(word)?..)?.lines().next().unwrap_or_default();
        Some(line.trim_ascii())
    }

    /// Whether a line begins with `word`.
    pub fn contains(&self, word: &str) -> bool {
        self.end_of(word).is_some()
    }

    /// Where `word` ends that begins a line.
    fn end_of(&self, word: &str) -> Option<usize> {
        if word.bytes().any(is_separator) {
            return None;
        }
        let is_it = |place: &u32| {
            let line = self.text.as_bytes().get(*place as usize..);
            let rest = line.and_then(|line| line.strip_prefix(word.as_bytes()));
            rest.is_some_and(|rest| rest.first().is_none_or(|byte| is_separator(*byte)))
        };
        self.places.find(hash(word), is_it).map(|place| *place as usize + word.len())
    }

    /// The first words of all lines.
    #[cfg(test)]
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        lines(self.text).map(first_cell)
    }
}

/// The lines of a list that say something.
pub fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn word_at(text: &'static str, place: u32) -> &'static str {
    text.get(place as usize..).map(first_cell).unwrap_or_default()
}

/// What is before the first separator or the end of the line.
fn first_cell(text: &str) -> &str {
    let end = text.bytes().position(is_separator).unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// Whether a byte parts the first cell of a line from what is behind it, or ends the line.
fn is_separator(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

fn hash(word: &str) -> u64 {
    FixedState::default().hash_one(word)
}

#[cfg(test)]
mod tests {
    use super::{Lines, lines};

    #[test]
    fn comments_and_empty_lines_say_nothing() {
        assert!(lines("# a\n\nb\nc \n").eq(["b", "c"]));
        let list = Lines::new("# a\n\nb\nc \n");
        assert!(list.contains("b") && list.contains("c"));
        assert!(!list.contains("a") && !list.contains("#") && !list.contains(""));
    }

    #[test]
    fn a_line_is_found_by_its_whole_first_word() {
        let list = Lines::new("anna b1\nann 10\r\nmaria\tx y\nlast");
        assert_eq!(list.get("anna"), Some("b1"));
        assert_eq!(list.get("ann"), Some("10"));
        assert_eq!(list.get("maria"), Some("x y"));
        assert_eq!(list.get("last"), Some(""));
        for other in ["an", "annab", "anna b1", "b1", "x", "las", ""] {
            assert_eq!(list.get(other), None, "{other}");
        }
    }

    #[test]
    fn the_last_of_two_lines_with_one_word_counts() {
        assert_eq!(Lines::new("a 1\nb 2\na 3\n").get("a"), Some("3"));
    }
}
