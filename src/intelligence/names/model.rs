//! How likely a word is among names: a model of letters, each given those before it.
//!
//! What was rarely seen is told from shorter contexts, as Witten and Bell do it (The zero-frequency
//! problem, IEEE Transactions on Information Theory 37, 1991, method C), down to no knowledge at
//! all: so a name of a people that no list has is unusual, but never impossible.

/// Most letters that one is told from, with itself.
const MAX_ORDER: u32 = 4;

/// What came after the contexts of one length: only that, as after most contexts few letters came,
/// and most contexts never did.
struct Level {
    contexts: Vec<Context>,
    /// How often each letter came that came after a context: those of the first context, then those
    /// of the next one.
    counts: Vec<u32>,
}

/// What came after one context.
struct Context {
    /// The letters that did, one bit each.
    letters: u64,
    /// Where their counts begin.
    begin: u32,
    /// How often any did.
    total: u32,
}

/// A model of the words of one script.
pub struct Model {
    size: usize,
    levels: Vec<Level>,
}

impl Model {
    /// A model of `words`, each of which is given as letters. `size` is that of the script, at most 64;
    /// `order` is 1 to 4. What more than 65,535 words have in one place counts as so many.
    pub fn of(size: usize, order: u32, words: impl Iterator<Item = Vec<u8>>) -> Model {
        let mut counts: Vec<u16> = vec![0; size.pow(order.clamp(1, MAX_ORDER))];
        for word in words {
            let mut written = 0;
            for letter in word.into_iter().chain([0]) {
                written = (written * size + usize::from(letter)) % counts.len();
                counts[written] = counts[written].saturating_add(1);
            }
        }
        let mut levels = vec![Level::of(&counts, size)];
        let mut shorter = without_the_first(&counts, size);
        while shorter.len() > 1 {
            levels.push(Level::of(&shorter, size));
            shorter = without_the_first(&shorter, size);
        }
        levels.reverse();
        Model { size, levels }
    }

    /// The natural logarithm of the probability of a word, its end included.
    pub fn log_probability(&self, letters: &[u8]) -> f64 {
        let (mut history, mut sum) = (0, 0.0);
        for &letter in letters.iter().chain(&[0]) {
            sum += self.probability(history, letter).ln();
            history = self.next(history, letter);
        }
        sum
    }

    fn probability(&self, history: usize, letter: u8) -> f64 {
        let nothing_known = 1.0 / self.size as f64;
        let levels = self.levels.iter();
        levels.fold(nothing_known, |less, level| level.probability(history, letter, less))
    }

    /// The letters before the next one, as digits of one number: as many as any level needs.
    fn next(&self, history: usize, letter: u8) -> usize {
        let longest = self.levels.last().map_or(1, |level| level.contexts.len());
        (history * self.size + usize::from(letter)) % longest
    }
}

/// The counts by one letter less before the last one. Places are letters as digits, the first one
/// being the highest.
fn without_the_first<C: Copy + Into<u32>>(counts: &[C], size: usize) -> Vec<u32> {
    let mut sums = vec![0; counts.len() / size];
    for counts in counts.chunks(sums.len()) {
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += (*count).into());
    }
    sums
}

impl Level {
    /// Keeps of `counts`, which has `size` letters for each context, what was seen.
    fn of<C: Copy + Into<u32>>(counts: &[C], size: usize) -> Level {
        let mut level = Level { contexts: Vec::with_capacity(counts.len() / size), counts: vec![] };
        for after in counts.chunks(size) {
            let begin = u32::try_from(level.counts.len()).unwrap_or(u32::MAX);
            let mut context = Context { letters: 0, begin, total: 0 };
            let counts = after.iter().map(|count| (*count).into());
            for (letter, count) in (0..).zip(counts).filter(|(_, count)| *count > 0) {
                context.letters |= 1 << letter;
                context.total += count;
                level.counts.push(count);
            }
            level.contexts.push(context);
        }
        level.counts.shrink_to_fit();
        level
    }

    fn probability(&self, history: usize, letter: u8, less: f64) -> f64 {
        let context = &self.contexts[history % self.contexts.len()];
        if context.total == 0 {
            return less;
        }
        let kinds = f64::from(context.letters.count_ones());
        (f64::from(self.count(context, letter)) + kinds * less) / (f64::from(context.total) + kinds)
    }

    fn count(&self, context: &Context, letter: u8) -> u32 {
        let bit = 1 << letter;
        if context.letters & bit == 0 {
            return 0;
        }
        let before = (context.letters & (bit - 1)).count_ones();
        self.counts.get((context.begin + before) as usize).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intelligence::names::letters::Script;

    fn model() -> Model {
        let words = ["mario", "maria", "marina", "martin", "marco", "anna"];
        let letters = words.into_iter().map(|word| Script::Latin.letters(word));
        Model::of(Script::Latin.size(), 4, letters)
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
