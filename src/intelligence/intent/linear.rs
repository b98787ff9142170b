//! Weights of features for up to eight outcomes, and how fast they are learnt.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Scores of outcomes, or what is to be added to them.
pub type Scores = [f32; 8];

/// The number of a feature: its row in the table.
pub type Feature = u32;

/// A map whose keys are hashes already.
pub type ByHash<V> = HashMap<u64, V, BuildHasherDefault<AsItIs>>;

/// Takes a key for its own hash.
#[derive(Default)]
pub struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// Features, which are hashes, and their numbers.
#[derive(Debug, Default)]
pub struct Features {
    numbers: ByHash<Feature>,
}

/// Tells which features come more than once, in little room: most come once, and need no number.
#[derive(Debug)]
pub struct Sieve {
    seen: Vec<u8>,
}

impl Sieve {
    /// How many features it tells apart before it takes one for another, as a power of two.
    const BITS: u32 = 22;

    /// A sieve that has seen nothing.
    pub fn new() -> Sieve {
        Sieve { seen: vec![0; 1 << Sieve::BITS] }
    }

    fn place(key: u64) -> usize {
        (key >> (64 - Sieve::BITS)) as usize
    }

    /// Sees a feature once more.
    pub fn see(&mut self, key: u64) {
        if let Some(seen) = self.seen.get_mut(Sieve::place(key)) {
            *seen = seen.saturating_add(1);
        }
    }

    /// Whether a feature was seen more than once: always rightly yes, and seldom wrongly.
    pub fn is_repeated(&self, key: u64) -> bool {
        self.seen.get(Sieve::place(key)).is_some_and(|seen| *seen > 1)
    }
}

/// Features that are being counted.
#[derive(Debug, Default)]
pub struct Counted {
    numbers: ByHash<Feature>,
    counts: Vec<u32>,
}

impl Counted {
    /// Counts a feature once more; its number until now.
    pub fn number(&mut self, key: u64) -> Feature {
        let next = Feature::try_from(self.counts.len()).unwrap_or(Feature::MAX);
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.counts.push(0);
        }
        if let Some(count) = self.counts.get_mut(number as usize) {
            *count += 1;
        }
        number
    }

    /// The features that were seen at least `least` times, numbered anew, and how often each was; and
    /// the new number of each number until now.
    pub fn keep(self, least: u32) -> (Features, Vec<u32>, Vec<Option<Feature>>) {
        let Counted { mut numbers, counts } = self;
        let mut next = 0;
        let renumber = |count: &u32| {
            let is_kept = *count >= least;
            next += u32::from(is_kept);
            is_kept.then(|| next - 1)
        };
        let renumbered: Vec<Option<Feature>> = counts.iter().map(renumber).collect();
        let new = |number: Feature| renumbered.get(number as usize).copied().flatten();
        numbers.retain(|_, number| {
            let kept = new(*number);
            *number = kept.unwrap_or_default();
            kept.is_some()
        });
        numbers.shrink_to_fit();
        let counts = counts.into_iter().filter(|count| *count >= least).collect();
        (Features { numbers }, counts, renumbered)
    }
}

impl Features {
    /// The number of a feature that is known.
    pub fn number(&self, key: u64) -> Option<Feature> {
        self.numbers.get(&key).copied()
    }

    /// How many there are.
    pub fn len(&self) -> Feature {
        Feature::try_from(self.numbers.len()).unwrap_or(Feature::MAX)
    }
}

/// The weights: a row for each feature.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Scores>,
}

impl Table {
    /// A table of `rows` rows of zeros.
    pub fn new(rows: usize) -> Table {
        Table { rows: vec![[0.0; 8]; rows] }
    }

    /// The mean of two tables of the same size.
    pub fn mean(one: &Table, other: &Table) -> Table {
        let mean = |(one, other): (&Scores, &Scores)| {
            let mut mean = *one;
            mean.iter_mut().zip(other).for_each(|(one, other)| *one = (*one + other) / 2.0);
            mean
        };
        Table { rows: one.rows.iter().zip(&other.rows).map(mean).collect() }
    }

    /// The sum of the rows of features, `shift` rows further down.
    pub fn sum(&self, features: &[Feature], shift: Feature) -> Scores {
        let mut sum = [0.0; 8];
        for row in features.iter().filter_map(|feature| self.rows.get((feature + shift) as usize)) {
            sum.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight);
        }
        sum
    }

    /// The sum of the rows of features, each times its value.
    pub fn weighted(&self, features: &[(Feature, f32)]) -> Scores {
        let mut sum = [0.0; 8];
        for (feature, value) in features {
            let Some(row) = self.rows.get(*feature as usize) else { continue };
            sum.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight * value);
        }
        sum
    }

    /// Adds to the rows of features, to each times its value.
    pub fn add_weighted(&mut self, features: &[(Feature, f32)], change: &Scores) {
        for (feature, value) in features {
            let Some(row) = self.rows.get_mut(*feature as usize) else { continue };
            row.iter_mut().zip(change).for_each(|(weight, change)| *weight += change * value);
        }
    }
}

/// A table whose features have each a rate of their own: the more one has moved, the less it moves
/// (AdaGrad with a rate for each row; Duchi, Hazan and Singer, 2011).
#[derive(Debug)]
pub struct Adaptive {
    /// The weights until now.
    pub table: Table,
    squares: Vec<f32>,
}

impl Adaptive {
    /// A table of `rows` rows of zeros.
    pub fn new(rows: usize) -> Adaptive {
        Adaptive { table: Table::new(rows), squares: vec![1e-6; rows] }
    }

    /// Moves the rows of features, `shift` rows further down, against a slope.
    pub fn descend(&mut self, features: &[Feature], shift: Feature, slope: &Scores, rate: f32) {
        let square: f32 = slope.iter().map(|slope| slope * slope).sum();
        for place in features.iter().map(|feature| (feature + shift) as usize) {
            let (Some(row), Some(squares)) =
                (self.table.rows.get_mut(place), self.squares.get_mut(place))
            else {
                continue;
            };
            *squares += square;
            let rate = rate / squares.sqrt();
            row.iter_mut().zip(slope).for_each(|(weight, slope)| *weight -= rate * slope);
        }
    }
}

/// How far weights move with each example.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The rate of the first round.
    pub rate: f32,
    /// How much slower it gets with each round.
    pub cooling: f32,
}

impl Pace {
    /// The rate of a round, from 0.
    pub fn at(self, round: usize) -> f32 {
        self.rate / (1.0 + self.cooling * round as f32)
    }
}

/// Probabilities of the outcomes that have a score above minus infinity.
pub fn softmax(scores: &Scores) -> Scores {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let odds = scores.map(|score| (score - highest).exp());
    let sum: f32 = odds.iter().sum();
    odds.map(|odds| odds / sum)
}

/// What a hash starts from.
pub const NO_BYTES: u64 = 0xCBF2_9CE4_8422_2325;

/// The hash of one byte more (FNV-1a; Fowler, Noll, Vo).
pub fn hash_on(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
}

/// The hash of a text.
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(NO_BYTES, hash_on)
}

/// A feature of two parts, in this order (the finaliser of SplitMix64; Steele, Lea, Flood, 2014).
pub fn mix(one: u64, other: u64) -> u64 {
    let mut mixed = one.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(other);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_features_are_forgotten_and_the_others_numbered_without_gaps() {
        let mut counted = Counted::default();
        let numbers: Vec<Feature> = [7, 8, 7, 9, 9, 9].map(|key| counted.number(key)).to_vec();
        assert_eq!(numbers, [0, 1, 0, 2, 2, 2]);
        let (features, counts, renumbered) = counted.keep(2);
        assert_eq!(renumbered, [Some(0), None, Some(1)]);
        assert_eq!(counts, [2, 3]);
        assert_eq!([7, 8, 9].map(|key| features.number(key)), [Some(0), None, Some(1)]);
    }

    #[test]
    fn a_sieve_tells_what_comes_again() {
        let mut sieve = Sieve::new();
        let (one, other) = (mix(1, 2), mix(3, 4));
        [one, other, one].into_iter().for_each(|key| sieve.see(key));
        assert!(sieve.is_repeated(one) && !sieve.is_repeated(other));
    }

    #[test]
    fn probabilities_sum_to_one_and_leave_out_what_cannot_be() {
        let odds = softmax(&[1.0, f32::NEG_INFINITY, 2.0, 0.0, 0.0, 0.0, 0.0, 90.0]);
        assert!((odds.iter().sum::<f32>() - 1.0).abs() < 1e-6 && odds[1] == 0.0);
    }
}
