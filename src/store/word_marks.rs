//! Marks of words: 16 bits each, which stand with every row of by_name. A search for several words
//! walks the rows of one of them and sees by the marks of the others which customers it need not
//! read. Two words may have the same mark, so a mark that is there proves nothing.

use crate::customer::words::{Word, mark};

/// Most words of a customer whose marks are kept; of one with more, every word may be there.
const MOST: usize = 24;

/// The marks of a customer's words.
pub struct WordMarks(Vec<u8>);

impl WordMarks {
    /// Those of `words`; none at all where there are too many.
    pub fn of(words: &[Word]) -> WordMarks {
        if words.len() > MOST {
            return WordMarks(Vec::new());
        }
        WordMarks(words.iter().flat_map(|word| mark(&word.text).to_be_bytes()).collect())
    }

    /// As they are stored.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Words of which one is looked for, by their marks.
#[derive(Debug, Clone)]
pub struct MarkSet(Box<[u64]>);

impl MarkSet {
    /// The set of the marks of `words`.
    pub fn of<'w>(words: impl Iterator<Item = &'w str>) -> MarkSet {
        let mut bits = vec![0; usize::from(u16::MAX) / 64 + 1];
        for word in words {
            let mark = mark(word);
            if let Some(block) = bits.get_mut(usize::from(mark / 64)) {
                *block |= 1 << (mark % 64);
            }
        }
        MarkSet(bits.into())
    }

    /// Whether one of the words can be among those with these stored marks.
    pub fn may_meet(&self, stored: &[u8]) -> bool {
        let (marks, _) = stored.as_chunks::<2>();
        marks.is_empty() || marks.iter().any(|mark| self.contains(u16::from_be_bytes(*mark)))
    }

    fn contains(&self, mark: u16) -> bool {
        self.0.get(usize::from(mark / 64)).is_some_and(|block| block >> (mark % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{MarkSet, WordMarks};
    use crate::customer::words::Word;

    fn words(texts: &[&str]) -> Vec<Word> {
        let word = |text: &&str| Word { text: (*text).to_owned(), in_name: true };
        texts.iter().map(word).collect()
    }

    #[test]
    fn a_word_that_is_there_is_never_passed_over() {
        let stored = WordMarks::of(&words(&["mario", "rossi"])).into_bytes();
        let meets = |text: &str| MarkSet::of([text].into_iter()).may_meet(&stored);
        assert!(meets("mario") && meets("rossi"));
        assert!(!meets("bianchi"));
        let many: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let stored = WordMarks::of(&words(&many)).into_bytes();
        assert!(MarkSet::of(["99"].into_iter()).may_meet(&stored));
    }
}
