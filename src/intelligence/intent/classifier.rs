//! What a text asks for, by its wording: multinomial logistic regression.

use super::linear::{Feature, Features, Learning, Pace, Scores, Table, softmax};
use super::purpose::Purpose;

/// Fewest utterances that a feature must have been in to count.
const LEAST: u32 = 2;

/// Probabilities, in the order of [`Purpose::ALL`].
pub type Probabilities = [f64; 7];

/// What is learnt of wordings.
#[derive(Debug, Default)]
pub struct Classifier {
    features: Features,
    table: Table,
}

impl Classifier {
    /// Learns from the features of texts and what they ask for, a number of times over.
    pub fn learn(texts: &[(Vec<u64>, Purpose)], rounds: usize, pace: Pace) -> Classifier {
        let mut features = Features::default();
        let mut counts: Vec<u32> = Vec::new();
        let mut rows: Vec<(Vec<Feature>, usize)> = Vec::with_capacity(texts.len());
        for (keys, purpose) in texts {
            let row: Vec<Feature> = keys.iter().map(|key| features.number(*key)).collect();
            counts.resize(features.len(), 0);
            row.iter().for_each(|number| counts[*number as usize] += 1);
            rows.push((row, purpose.place()));
        }
        let renumbered = features.prune(&counts, LEAST);
        for (row, _) in &mut rows {
            *row = row.iter().filter_map(|number| renumbered[*number as usize]).collect();
        }
        let mut learning = Learning::new(features.len(), pace);
        let order = order(rows.len());
        for _ in 0..rounds {
            for (row, purpose) in order.iter().map(|place| &rows[*place]) {
                let mut slope = softmax(&scores(learning.table(), row));
                slope[*purpose] -= 1.0;
                learning.step(row, &slope);
            }
        }
        Classifier { features, table: learning.finish() }
    }

    /// The probability of each purpose; a temperature above 1 makes them less sure.
    pub fn probabilities(&self, keys: &[u64], temperature: f32) -> Probabilities {
        let known: Vec<Feature> = keys.iter().filter_map(|key| self.features.known(*key)).collect();
        let scores = scores(&self.table, &known).map(|score| score / temperature);
        let mut probabilities = [0.0; 7];
        let all = softmax(&scores);
        probabilities.iter_mut().zip(all).for_each(|(to, from)| *to = f64::from(from));
        probabilities
    }
}

fn scores(table: &Table, row: &[Feature]) -> Scores {
    let mut scores = table.scores(row);
    scores[7] = f32::NEG_INFINITY;
    scores
}

/// The places of a list in an order that mixes its parts, the same each time.
fn order(length: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    places.sort_by_key(|place| super::linear::mix(17, *place as u64));
    places
}
