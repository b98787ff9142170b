//! What hands do on a keyboard when nobody means a word: keys in a row, and keys at random, where
//! the next is mostly near the last or under the other hand.

use std::sync::LazyLock;

use super::letters::Script;
use super::list::mean;

/// How a word of pressed keys goes on for one more letter, and how it ends: about seven letters.
const ENDS: f64 = 1.0 / 7.0;

/// The rows of keys of one layout, from top to bottom.
type Layout = [&'static str; 3];

const QWERTY: Layout = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const QWERTZ: Layout = ["qwertzuiop", "asdfghjkl", "yxcvbnm"];
const AZERTY: Layout = ["azertyuiop", "qsdfghjklm", "wxcvbn"];
const CYRILLIC: Layout = ["йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"];
const BULGARIAN: Layout = ["уеишщксдзц", "ьяаожгтнвм", "юйъэфхпрлб"];
const SERBIAN: Layout = ["љњертзуиопш", "асдфгхјклчћ", "ѕџцвбнм"];
const GREEK: Layout = ["ςερτυθιοπ", "ασδφγηξκλ", "ζχψωβνμ"];

fn layouts(script: Script) -> &'static [Layout] {
    match script {
        Script::Latin => &[QWERTY, QWERTZ, AZERTY],
        Script::Cyrillic => &[CYRILLIC, BULGARIAN, SERBIAN],
        Script::Greek => &[GREEK],
    }
}

fn alphabet(script: Script) -> &'static str {
    match script {
        Script::Latin => "abcdefghijklmnopqrstuvwxyz",
        Script::Cyrillic => "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        Script::Greek => "αβγδεζηθικλμνξοπρστυφχψω",
    }
}

/// The rows of a script in letters, and its alphabet as a row.
fn rows(script: Script) -> Vec<Vec<u8>> {
    let rows = layouts(script).iter().flatten().copied();
    rows.chain([alphabet(script)]).map(|row| script.letters(row)).collect()
}

/// Which letter comes right after which, in either direction: one bit for each row and direction.
struct Neighbours {
    size: usize,
    rows: Vec<u32>,
}

impl Neighbours {
    fn of(script: Script) -> Neighbours {
        let size = script.size();
        let mut neighbours = Neighbours { size, rows: vec![0; size * size] };
        for (number, row) in rows(script).iter().enumerate() {
            for pair in row.windows(2) {
                neighbours.mark(pair[0], pair[1], 1 << (2 * number));
                neighbours.mark(pair[1], pair[0], 2 << (2 * number));
            }
        }
        neighbours
    }

    fn mark(&mut self, from: u8, to: u8, bit: u32) {
        self.rows[usize::from(from) * self.size + usize::from(to)] |= bit;
    }

    fn longest_walk(&self, letters: &[u8]) -> usize {
        let (mut longest, mut length, mut on) = (1, 1, u32::MAX);
        for pair in letters.windows(2) {
            let bits = self.rows[usize::from(pair[0]) * self.size + usize::from(pair[1])];
            (length, on) = match (on & bits, bits) {
                (0, 0) => (1, u32::MAX),
                (0, bits) => (2, bits),
                (both, _) => (length + 1, both),
            };
            longest = longest.max(length);
        }
        longest
    }
}

/// How likely each letter is after another when keys are pressed at random, as logarithms.
struct Hands {
    size: usize,
    next: Vec<f64>,
}

/// A key by its row and its place in it, counted in keys.
#[derive(Clone, Copy)]
struct Key {
    letter: u8,
    row: f64,
    column: f64,
}

impl Key {
    /// How much this key draws the hands: the row that they lie on most.
    fn pull(self) -> f64 {
        match self.row as u8 {
            0 => 1.0,
            1 => 2.5,
            _ => 0.7,
        }
    }

    /// How much likelier than any other a key is after this one for being near it.
    fn nearness(self, other: Key) -> f64 {
        let distance = (self.row - other.row).abs().max((self.column - other.column).abs());
        match distance {
            ..0.5 => 0.6,
            ..1.5 => 3.0,
            ..2.5 => 1.8,
            _ => 1.0,
        }
    }
}

impl Hands {
    fn of(script: Script) -> Hands {
        let (size, keys) = (script.size(), keys(script));
        // A letter that no key of the layout has is as likely as one of the whole alphabet.
        let mut next = vec![((1.0 - ENDS) / size as f64).ln(); size * size];
        for from in &keys {
            let weights = keys.iter().map(|to| to.pull() * from.nearness(*to));
            let all: f64 = weights.clone().sum();
            for (to, weight) in keys.iter().zip(weights) {
                let place = usize::from(from.letter) * size + usize::from(to.letter);
                next[place] = ((1.0 - ENDS) * weight / all).ln();
            }
        }
        Hands { size, next }
    }

    fn log_probability(&self, letters: &[u8]) -> f64 {
        let first = -(self.size as f64 - 1.0).ln();
        let place = |pair: &[u8]| usize::from(pair[0]) * self.size + usize::from(pair[1]);
        first + letters.windows(2).map(|pair| self.next[place(pair)]).sum::<f64>() + ENDS.ln()
    }
}

fn keys(script: Script) -> Vec<Key> {
    let mut keys = Vec::new();
    let layout = layouts(script).first().into_iter().flatten();
    for (row, text) in layout.enumerate() {
        for (column, letter) in script.letters(text).into_iter().enumerate() {
            // Each row is set half a key further to the right.
            let (row, column) = (row as f64, column as f64 + row as f64 / 2.0);
            keys.push(Key { letter, row, column });
        }
    }
    keys
}

/// Hands and neighbours of one script.
struct Keyboard {
    neighbours: Neighbours,
    hands: Hands,
}

impl Keyboard {
    fn of(script: Script) -> Keyboard {
        Keyboard { neighbours: Neighbours::of(script), hands: Hands::of(script) }
    }
}

static LATIN: LazyLock<Keyboard> = LazyLock::new(|| Keyboard::of(Script::Latin));
static OF_CYRILLIC: LazyLock<Keyboard> = LazyLock::new(|| Keyboard::of(Script::Cyrillic));
static OF_GREEK: LazyLock<Keyboard> = LazyLock::new(|| Keyboard::of(Script::Greek));

fn keyboard(script: Script) -> &'static Keyboard {
    match script {
        Script::Latin => &LATIN,
        Script::Cyrillic => &OF_CYRILLIC,
        Script::Greek => &OF_GREEK,
    }
}

/// How many letters at most follow one another as keys of one row do, or as in the alphabet, in
/// one direction.
pub fn longest_walk(script: Script, letters: &[u8]) -> usize {
    keyboard(script).neighbours.longest_walk(letters)
}

/// The natural logarithm of the probability of a word where letters come at random: half of such
/// words by hands on a keyboard, half with every letter as likely as any other.
pub fn log_probability(script: Script, letters: &[u8]) -> f64 {
    let hands = keyboard(script).hands.log_probability(letters);
    let each = (1.0 - ENDS).ln() - (script.size() as f64 - 1.0).ln();
    let evenly = each * letters.len() as f64 + ENDS.ln();
    mean([hands, evenly])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(word: &str) -> usize {
        let script = Script::of(word).unwrap();
        longest_walk(script, &script.letters(word))
    }

    #[test]
    fn walks_are_found_on_every_row_both_ways() {
        for word in ["qwerty", "ytrewq", "asdfgh", "qwertz", "azerty", "mlkjhg", "abcdef", "фывапр"]
        {
            assert_eq!(walk(word), 6, "{word}");
        }
        assert_eq!(walk("xasdfx"), 4);
        assert_eq!(walk("mario"), 2);
        assert_eq!(walk("asas"), 2);
    }

    #[test]
    fn what_can_follow_a_key_adds_up_to_what_does_not_end() {
        for script in [Script::Latin, Script::Cyrillic, Script::Greek] {
            let hands = Hands::of(script);
            for key in keys(script) {
                let row = usize::from(key.letter) * hands.size;
                let on_keys = keys(script);
                let sum: f64 =
                    on_keys.iter().map(|to| hands.next[row + usize::from(to.letter)].exp()).sum();
                assert!((sum + ENDS - 1.0).abs() < 0.2, "{script:?}: {sum}");
            }
        }
    }

    #[test]
    fn near_keys_are_likelier_than_far_ones() {
        let score = |word| log_probability(Script::Latin, &Script::Latin.letters(word));
        assert!(score("sdfdsf") > score("qpxmzo") + 2.0);
    }
}
