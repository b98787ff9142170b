//! What a text asks for, by its wording: multinomial logistic regression with a margin.

use super::linear::{Counted, Feature, Features, Pace, Scores, Table, mix, softmax};
use super::purpose::Purpose;

/// How often all texts are learnt from.
const ROUNDS: usize = 8;

/// How fast: found by leaving out one author after the other.
const PACE: Pace = Pace { rate: 3.0, cooling: 0.2 };

/// The lead of wrong purposes while it is learnt, as a logarithm of odds.
const LEAD: f32 = 4.0;

/// How much less sure answers are than what is learnt says: so that of those given with 0.9 nine in
/// ten are right on texts of an author who was left out.
const TEMPERATURE: f32 = 1.5;

/// Fewest texts that a feature must have been in to count.
const LEAST: u32 = 2;

/// Probabilities, in the order of [`Purpose::ALL`].
pub type Probabilities = [f64; 7];

/// A feature of a text and how much it counts there.
type Valued = Vec<(Feature, f32)>;

/// What is learnt of wordings.
#[derive(Debug, Default)]
pub struct Classifier {
    features: Features,
    rarity: Vec<f32>,
    table: Table,
}

impl Classifier {
    /// Learns from the features of texts and what they ask for.
    pub fn learn(texts: impl Iterator<Item = (Vec<u64>, Purpose)>) -> Classifier {
        let mut counted = Counted::default();
        let mut number = |(keys, purpose): (Vec<u64>, Purpose)| {
            (keys.iter().map(|key| counted.number(*key)).collect(), purpose)
        };
        let rows: Vec<(Vec<Feature>, Purpose)> = texts.map(&mut number).collect();
        let (features, counts, renumbered) = counted.keep(LEAST);
        let rarity = rarity(&counts, rows.len());
        let new = |number: &Feature| renumbered.get(*number as usize).copied().flatten();
        let value = |(row, purpose): (Vec<Feature>, Purpose)| {
            (valued(row.iter().filter_map(new), &rarity), purpose)
        };
        let rows: Vec<(Valued, Purpose)> = rows.into_iter().map(value).collect();
        let table = table(&rows, features.len() as usize);
        Classifier { features, rarity, table }
    }

    /// The probability of each purpose of a text with these features.
    pub fn probabilities(&self, keys: &[u64]) -> Probabilities {
        let known = keys.iter().filter_map(|key| self.features.number(*key));
        let scores = scores(&self.table, &valued(known, &self.rarity));
        let mut probabilities = [0.0; 7];
        let all = softmax(&scores.map(|score| score / TEMPERATURE));
        probabilities.iter_mut().zip(all).for_each(|(to, from)| *to = f64::from(from));
        probabilities
    }
}

/// Stochastic gradient descent on the softmax margin (Gimpel and Smith, 2010): each wrong purpose is
/// given a lead, so that the right one has to win by more than that. It generalises better to other
/// authors than plain logistic regression.
fn table(rows: &[(Valued, Purpose)], features: usize) -> Table {
    let mut table = Table::new(features);
    let order = order(rows.len());
    for round in 0..ROUNDS {
        let rate = PACE.at(round);
        for (row, purpose) in order.iter().filter_map(|place| rows.get(*place)) {
            let change = change(scores(&table, row), *purpose);
            if change.iter().any(|change| change.abs() > EASY) {
                table.add_weighted(row, &change.map(|change| rate * change));
            }
        }
    }
    table
}

/// What is to be added to scores of which the one of `purpose` should be the highest.
fn change(mut scores: Scores, purpose: Purpose) -> Scores {
    scores.iter_mut().for_each(|score| *score += LEAD);
    if let Some(right) = scores.get_mut(purpose.place()) {
        *right -= LEAD;
    }
    let mut change = softmax(&scores).map(|odds| -odds);
    if let Some(right) = change.get_mut(purpose.place()) {
        *right += 1.0;
    }
    change
}

/// Nothing is learnt of a text that is told as surely as this.
const EASY: f32 = 0.02;

/// How much each feature counts: the rarer it is, the more.
fn rarity(counts: &[u32], texts: usize) -> Vec<f32> {
    counts.iter().map(|count| ((1.0 + texts as f32) / *count as f32).ln()).collect()
}

/// Features with how much they count, of a text together a vector of length one.
fn valued(row: impl Iterator<Item = Feature>, rarity: &[f32]) -> Valued {
    let value =
        |number: Feature| (number, rarity.get(number as usize).copied().unwrap_or_default());
    let mut valued: Valued = row.map(value).collect();
    let length = valued.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(1.0);
    valued.iter_mut().for_each(|(_, value)| *value /= length);
    valued
}

fn scores(table: &Table, row: &[(Feature, f32)]) -> Scores {
    let mut scores = table.weighted(row);
    if let Some(none) = scores.last_mut() {
        *none = f32::NEG_INFINITY;
    }
    scores
}

/// The places of a list in an order that mixes its parts, the same each time.
fn order(length: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    places.sort_by_key(|place| mix(17, *place as u64));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learnt() -> Classifier {
        let texts = [
            (vec![1, 2], Purpose::CustomerCreation),
            (vec![1, 3], Purpose::CustomerDeletion),
            (vec![1, 2, 9], Purpose::CustomerCreation),
            (vec![1, 3], Purpose::CustomerDeletion),
        ];
        Classifier::learn(texts.into_iter())
    }

    #[test]
    fn what_is_learnt_is_told_again_and_what_is_common_counts_less() {
        let probabilities = learnt().probabilities(&[1, 2]);
        let best = probabilities.iter().copied().fold(0.0, f64::max);
        assert_eq!(probabilities[Purpose::CustomerCreation.place()], best);
    }

    #[test]
    fn probabilities_sum_to_one_whatever_is_seen() {
        for keys in [vec![], vec![77], vec![1, 2, 3]] {
            let sum: f64 = learnt().probabilities(&keys).iter().sum();
            assert!((sum - 1.0).abs() < 1e-5, "{keys:?}: {sum}");
        }
    }
}
