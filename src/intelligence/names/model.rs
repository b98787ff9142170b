//! How likely a word is among names: a model of letters, each given those before it.
//!
//! What was rarely seen is told from shorter contexts, as Witten and Bell do it (The zero-frequency
//! problem, IEEE Transactions on Information Theory 37, 1991, method C), down to no knowledge at
//! all: so a name of a people that no list has is unusual, but never impossible.

/// Most letters that one is told from, with itself.
const MAX_ORDER: usize = 4;

/// Counts of one length of context.
struct Level {
    /// How often a letter came after its context: places are the letters as digits.
    counts: Vec<u32>,
    /// How often any letter came after a context.
    totals: Vec<u32>,
    /// How many different letters came after a context.
    kinds: Vec<u32>,
}

/// A model of the words of one script.
pub struct Model {
    size: usize,
    levels: Vec<Level>,
}

impl Model {
    /// A model that has seen nothing. `size` is that of the script, `order` at most 4.
    pub fn new(size: usize, order: usize) -> Model {
        let level = |length: u32| Level {
            counts: vec![0; size.pow(length + 1)],
            totals: vec![0; size.pow(length)],
            kinds: vec![0; size.pow(length)],
        };
        let lengths = 0..u32::try_from(order.min(MAX_ORDER)).unwrap_or_default();
        Model { size, levels: lengths.map(level).collect() }
    }

    /// Learns a word.
    pub fn learn(&mut self, letters: &[u8]) {
        let mut history = 0;
        for &letter in letters.iter().chain(&[0]) {
            let letter = usize::from(letter);
            self.levels.iter_mut().for_each(|level| level.see(self.size, history, letter));
            history = self.next(history, letter);
        }
    }

    /// The natural logarithm of the probability of a word, its end included.
    pub fn log_probability(&self, letters: &[u8]) -> f64 {
        let (mut history, mut sum) = (0, 0.0);
        for &letter in letters.iter().chain(&[0]) {
            let letter = usize::from(letter);
            sum += self.probability(history, letter).ln();
            history = self.next(history, letter);
        }
        sum
    }

    fn probability(&self, history: usize, letter: usize) -> f64 {
        let nothing_known = 1.0 / self.size as f64;
        let levels = self.levels.iter();
        levels
            .fold(nothing_known, |less, level| level.probability(self.size, history, letter, less))
    }

    /// The letters before the next one, as digits of one number: as many as any level needs.
    fn next(&self, history: usize, letter: usize) -> usize {
        let longest = self.levels.last().map_or(1, |level| level.totals.len());
        (history * self.size + letter) % longest
    }
}

impl Level {
    fn see(&mut self, size: usize, history: usize, letter: usize) {
        let context = history % self.totals.len();
        let place = context * size + letter;
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
            self.totals[context] += 1;
            self.kinds[context] += u32::from(*count == 1);
        }
    }

    fn probability(&self, size: usize, history: usize, letter: usize, less: f64) -> f64 {
        let context = history % self.totals.len();
        let (total, kinds) = (f64::from(self.totals[context]), f64::from(self.kinds[context]));
        let count = self.counts.get(context * size + letter).copied().unwrap_or_default();
        if total == 0.0 { less } else { (f64::from(count) + kinds * less) / (total + kinds) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intelligence::names::letters::Script;

    fn model() -> Model {
        let mut model = Model::new(Script::Latin.size(), 4);
        for word in ["mario", "maria", "marina", "martin", "marco", "anna"] {
            model.learn(&Script::Latin.letters(word));
        }
        model
    }

    #[test]
    fn the_probabilities_of_what_can_come_next_add_up_to_one() {
        let model = model();
        for history in [0, 1, 27, 13 * 27 * 27 + 27 + 18, 19_682] {
            let sum: f64 = (0..27).map(|letter| model.probability(history, letter)).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{history}: {sum}");
        }
    }

    #[test]
    fn what_resembles_the_names_is_likelier_than_what_does_not() {
        let model = model();
        let score = |word| model.log_probability(&Script::Latin.letters(word));
        assert!(score("marino") > score("qzxkwj") + 5.0);
    }
}
