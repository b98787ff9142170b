//! What words mean: the classes of `data/intent/lexicon.tsv`, which generalise to wordings that no
//! utterance has.

use std::sync::LazyLock;

use super::linear::{ByHash, NO_BYTES, hash, hash_on};
use super::token::Token;

/// Class, language, words in a line.
const LINES: &str = include_str!("../../../data/intent/lexicon.tsv");

/// Shortest stem that stands for any ending, in bytes.
const SHORTEST_STEM: usize = 3;

/// Classes of a word, one bit each, in the order in which the list has them first.
pub type Classes = u64;

/// Words and stems with their meanings.
#[derive(Debug)]
pub struct Lexicon {
    names: Vec<&'static str>,
    words: ByHash<Vec<Entry>>,
    stems: ByHash<Vec<Entry>>,
}

/// A meaning of a word, perhaps only before other words.
#[derive(Debug)]
struct Entry {
    class: u8,
    rest: Vec<&'static str>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(LINES));

/// The lexicon that is built in.
pub fn lexicon() -> &'static Lexicon {
    &LEXICON
}

impl Lexicon {
    fn parse(lines: &'static str) -> Lexicon {
        let (words, stems) = (ByHash::default(), ByHash::default());
        let mut lexicon = Lexicon { names: Vec::new(), words, stems };
        for line in lines.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let (Some(class), Some(words)) = (cells.next(), cells.nth(1)) else { continue };
            let class = lexicon.number(class);
            words.split(' ').for_each(|word| lexicon.add(class, word));
        }
        lexicon
    }

    fn number(&mut self, class: &'static str) -> u8 {
        let place = self.names.iter().position(|name| *name == class).unwrap_or_else(|| {
            self.names.push(class);
            self.names.len() - 1
        });
        u8::try_from(place).unwrap_or(u8::MAX)
    }

    fn add(&mut self, class: u8, phrase: &'static str) {
        let mut words = phrase.split('_');
        let first = words.next().unwrap_or_default();
        let entry = Entry { class, rest: words.collect() };
        match first.strip_suffix('*') {
            Some(stem) => self.stems.entry(hash(stem)).or_default().push(entry),
            None => self.words.entry(hash(first)).or_default().push(entry),
        }
    }

    /// The class of a name as a bit; none of a name that is not in the list.
    pub fn class(&self, name: &str) -> Classes {
        self.names.iter().position(|other| *other == name).map_or(0, |place| 1 << place)
    }

    /// Whether a folded word by itself is in one of the classes.
    pub fn is_in(&self, word: &str, classes: Classes) -> bool {
        self.entries(word).any(|entry| entry.rest.is_empty() && classes & (1 << entry.class) != 0)
    }

    /// The classes of each part of a text: a phrase counts where it begins.
    pub fn classes(&self, tokens: &[Token]) -> Vec<Classes> {
        let at = |place: usize| {
            let rest = tokens.get(place..).unwrap_or_default();
            self.classes_at(rest)
        };
        (0..tokens.len()).map(at).collect()
    }

    fn classes_at(&self, tokens: &[Token]) -> Classes {
        let Some(first) = tokens.first().filter(|token| token.is_word()) else { return 0 };
        let behind = tokens.get(1..).unwrap_or_default();
        let meant = self.entries(&first.folded).filter(|entry| continues(&entry.rest, behind));
        meant.fold(0, |classes, entry| classes | (1 << entry.class))
    }

    /// What begins with a word, by itself or by a stem of it.
    fn entries(&self, word: &str) -> impl Iterator<Item = &Entry> {
        let stems = word.bytes().scan(NO_BYTES, |hash, byte| {
            *hash = hash_on(*hash, byte);
            Some(*hash)
        });
        let stems =
            stems.skip(SHORTEST_STEM - 1).filter_map(|stem| self.stems.get(&stem)).flatten();
        self.words.get(&hash(word)).into_iter().flatten().chain(stems)
    }
}

/// Whether the rest of a phrase follows.
fn continues(rest: &[&str], tokens: &[Token]) -> bool {
    let is = |word: &str, token: &Token| match word.strip_suffix('*') {
        Some(stem) => token.folded.starts_with(stem),
        None => token.folded == word,
    };
    rest.len() <= tokens.len() && rest.iter().zip(tokens).all(|(word, token)| is(word, token))
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    fn is(text: &str, class: &str) -> bool {
        let classes = lexicon().classes(&tokens(text));
        classes.iter().any(|classes| classes & lexicon().class(class) != 0)
    }

    #[test]
    fn every_line_is_understood() {
        let lines: Vec<&str> = LINES.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.iter().all(|line| line.split('\t').count() == 3));
        assert!(lexicon().names.len() <= 64, "a class is a bit of 64");
        for word in
            lines.iter().filter_map(|line| line.split('\t').nth(2)).flat_map(|w| w.split(' '))
        {
            let stem = word.strip_suffix('*').unwrap_or(word);
            assert!(!stem.is_empty(), "an empty word in a line");
            let first = stem.split('_').next().unwrap_or_default();
            assert!(!first.ends_with('*') || first.len() > SHORTEST_STEM, "{word}");
        }
    }

    #[test]
    fn words_stems_and_phrases_have_their_meaning() {
        for (text, class) in [
            ("cancellatelo subito", "delete"),
            ("please get rid of him", "delete"),
            ("Fattura n. 3", "business"),
            ("si è sposata", "became"),
            ("how do I", "howto"),
        ] {
            assert!(is(text, class), "{text}: {class}");
        }
        assert!(!is("get off", "delete"));
    }
}
