//! Weights of features for up to eight outcomes, and how they are learnt: stochastic gradient
//! descent with a rate for each weight (AdaGrad; Duchi, Hazan and Singer, 2011).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Scores of outcomes, or what is to be added to them.
pub type Scores = [f32; 8];

/// The number of a feature: its row in the table.
pub type Feature = u32;

/// Features, which are hashes, and their numbers.
#[derive(Debug, Default)]
pub struct Features {
    numbers: HashMap<u64, Feature, BuildHasherDefault<AsItIs>>,
}

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

impl Features {
    /// The number of a feature, a new one where it has none yet.
    pub fn number(&mut self, key: u64) -> Feature {
        let next = Feature::try_from(self.numbers.len()).unwrap_or(Feature::MAX);
        *self.numbers.entry(key).or_insert(next)
    }

    /// The number of a feature that was seen in training.
    pub fn known(&self, key: u64) -> Option<Feature> {
        self.numbers.get(&key).copied()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Forgets the features that `counts` has fewer than `least` of. What is left is numbered anew:
    /// the answer has the new number of each old one.
    pub fn prune(&mut self, counts: &[u32], least: u32) -> Vec<Option<Feature>> {
        let is_kept = |number: &Feature| counts.get(*number as usize).is_some_and(|c| *c >= least);
        self.numbers.retain(|_, number| is_kept(number));
        self.numbers.shrink_to_fit();
        let mut next = 0;
        let renumber = |number: Feature| {
            let is_kept = is_kept(&number);
            next += u32::from(is_kept);
            is_kept.then(|| next - 1)
        };
        let numbers = 0..Feature::try_from(counts.len()).unwrap_or(Feature::MAX);
        let renumbered: Vec<Option<Feature>> = numbers.map(renumber).collect();
        for number in self.numbers.values_mut() {
            *number = renumbered.get(*number as usize).copied().flatten().unwrap_or_default();
        }
        renumbered
    }
}

/// The weights: a row for each feature.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Scores>,
}

impl Table {
    /// The sum of the rows of features.
    pub fn scores(&self, features: &[Feature]) -> Scores {
        let mut scores = [0.0; 8];
        for row in features.iter().filter_map(|feature| self.rows.get(*feature as usize)) {
            scores.iter_mut().zip(row).for_each(|(score, weight)| *score += weight);
        }
        scores
    }

    /// The rows of features themselves.
    pub fn rows<const N: usize>(&self, features: &[Feature; N]) -> [Scores; N] {
        features.map(|feature| self.rows.get(feature as usize).copied().unwrap_or_default())
    }
}

/// How fast and how far weights move.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The first step of a weight.
    pub rate: f32,
    /// By how much a weight is pulled towards zero each time it is moved.
    pub decay: f32,
}

/// A table that is being learnt.
#[derive(Debug)]
pub struct Learning {
    table: Table,
    squares: Vec<Scores>,
    pace: Pace,
}

impl Learning {
    /// A table of `rows` rows of zeros.
    pub fn new(rows: usize, pace: Pace) -> Learning {
        let table = Table { rows: vec![[0.0; 8]; rows] };
        Learning { table, squares: vec![[1e-6; 8]; rows], pace }
    }

    /// The table as it is now.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Moves the weights of features against the gradient of the loss by their scores.
    pub fn step(&mut self, features: &[Feature], gradient: &Scores) {
        let Pace { rate, decay } = self.pace;
        for feature in features {
            let place = *feature as usize;
            let (Some(row), Some(squares)) =
                (self.table.rows.get_mut(place), self.squares.get_mut(place))
            else {
                continue;
            };
            for ((weight, square), slope) in row.iter_mut().zip(squares).zip(gradient) {
                let slope = slope + decay * *weight;
                *square += slope * slope;
                *weight -= rate * slope / square.sqrt();
            }
        }
    }

    /// The table, learnt.
    pub fn finish(self) -> Table {
        self.table
    }
}

/// Probabilities of the outcomes that have a score above minus infinity.
pub fn softmax(scores: &Scores) -> Scores {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let odds = scores.map(|score| (score - highest).exp());
    let sum: f32 = odds.iter().sum();
    odds.map(|odds| odds / sum)
}

/// The hash of text as a feature's part (FNV-1a; Fowler, Noll, Vo).
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// A feature of two parts, in this order (the finaliser of SplitMix64; Steele, Lea, Flood, 2014).
pub fn mix(one: u64, other: u64) -> u64 {
    let mut mixed = one.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(other);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
