//! Tags of a row of parts, each depending on the one before: a linear-chain conditional random field
//! (Lafferty, McCallum and Pereira, 2001), learnt by stochastic gradient descent.

use super::linear::{Adaptive, Feature, Pace, Scores, Table, softmax};

/// A row of parts of one sort: each sort has weights of its own beside those of all.
#[derive(Debug, Clone)]
pub struct Row<'f> {
    /// What is seen of each part.
    pub features: &'f [Vec<Feature>],
    /// What each part may be, and is.
    pub labels: Vec<Label>,
    /// Which sort, from 1; 0 where it has no weights of its own.
    pub sort: Feature,
}

/// What a part may be, and is.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// The tags that it may have, one bit each; never none.
    pub allowed: u8,
    /// The tag that it has, where that is known.
    pub tag: usize,
}

/// What is learnt: weights of features, and of each tag behind each.
#[derive(Debug, Default)]
pub struct Chain {
    table: Table,
    behind: [Scores; 8],
    features: Feature,
}

impl Chain {
    /// Learns from rows whose tags are known, a number of times over. There are `features` features
    /// and `sorts` sorts.
    pub fn learn(
        rows: &[Row<'_>],
        (features, sorts): (Feature, Feature),
        rounds: usize,
        pace: Pace,
    ) -> Chain {
        let mut adaptive = Adaptive::new((features * (1 + sorts)) as usize);
        let mut chain = Chain { table: Table::default(), behind: [[0.0; 8]; 8], features };
        for round in 0..rounds {
            for row in rows.iter().filter(|row| !row.labels.is_empty()) {
                chain.step(&mut adaptive, row, pace.at(round));
            }
        }
        chain.table = adaptive.table;
        chain
    }

    /// What two chains say together that have learnt of the same features, and of no sorts.
    pub fn mean(one: &Chain, other: &Chain) -> Chain {
        let mut behind = one.behind;
        for (row, other) in behind.iter_mut().zip(&other.behind) {
            row.iter_mut().zip(other).for_each(|(one, other)| *one = (*one + other) / 2.0);
        }
        Chain { table: Table::mean(&one.table, &other.table), behind, features: one.features }
    }

    fn step(&mut self, adaptive: &mut Adaptive, row: &Row<'_>, rate: f32) {
        let scores = scores(&adaptive.table, row, self.features);
        let slopes = slopes(&row.labels, &scores, &self.behind);
        for (features, slope) in row.features.iter().zip(&slopes.parts) {
            if slope.iter().any(|slope| slope.abs() > EASY) {
                adaptive.descend(features, 0, slope, rate);
                if row.sort > 0 {
                    adaptive.descend(features, row.sort * self.features, slope, rate);
                }
            }
        }
        for (weights, slopes) in self.behind.iter_mut().zip(&slopes.behind) {
            weights
                .iter_mut()
                .zip(slopes)
                .for_each(|(weight, slope)| *weight -= RATE_BEHIND * slope);
        }
    }

    /// The most likely tags of a row (Viterbi), the first tag being less likely by `boldness`, which is
    /// a logarithm of odds.
    pub fn tags(&self, row: &Row<'_>, boldness: f32) -> Vec<usize> {
        let mut scores = scores(&self.table, row, self.features);
        scores.iter_mut().for_each(|scores| scores[0] -= boldness);
        let Some(first) = scores.first() else { return Vec::new() };
        let mut best = *first;
        let mut origins: Vec<[usize; 8]> = Vec::with_capacity(scores.len());
        for score in scores.get(1..).unwrap_or_default() {
            let mut next = [f32::NEG_INFINITY; 8];
            let mut origin = [0; 8];
            for (from, (reached, steps)) in best.iter().zip(&self.behind).enumerate() {
                for ((next, origin), step) in next.iter_mut().zip(&mut origin).zip(steps) {
                    if reached + step > *next {
                        (*next, *origin) = (reached + step, from);
                    }
                }
            }
            next.iter_mut().zip(score).for_each(|(next, score)| *next += score);
            best = next;
            origins.push(origin);
        }
        walk_back(&best, &origins)
    }
}

/// The scores of each part's tags, minus infinity where one is not allowed.
fn scores(table: &Table, row: &Row<'_>, size: Feature) -> Vec<Scores> {
    let of_part = |(features, label): (&Vec<Feature>, &Label)| {
        let mut scores = table.sum(features, 0);
        if row.sort > 0 {
            let own = table.sum(features, row.sort * size);
            scores.iter_mut().zip(own).for_each(|(score, own)| *score += own);
        }
        for (tag, score) in scores.iter_mut().enumerate() {
            if label.allowed & (1 << tag) == 0 {
                *score = f32::NEG_INFINITY;
            }
        }
        scores
    };
    row.features.iter().zip(&row.labels).map(of_part).collect()
}

/// How fast the weights of a tag behind another move: slower, as every part moves them.
const RATE_BEHIND: f32 = 0.02;

/// Nothing is learnt of a part that is told as surely as this.
const EASY: f32 = 0.02;

fn walk_back(best: &Scores, origins: &[[usize; 8]]) -> Vec<usize> {
    let ends = best.iter().enumerate();
    let mut tag = ends.max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(tag, _)| tag);
    let mut tags = vec![tag];
    for origin in origins.iter().rev() {
        tag = origin.get(tag).copied().unwrap_or_default();
        tags.push(tag);
    }
    tags.reverse();
    tags
}

/// The gradient of the loss by the scores of parts, and by the weights of a tag behind another.
struct Slopes {
    parts: Vec<Scores>,
    behind: [Scores; 8],
}

/// How far the probabilities are from the truth (forward-backward, each part scaled to sum to one).
fn slopes(labels: &[Label], scores: &[Scores], behind: &[Scores; 8]) -> Slopes {
    let odds: Vec<Scores> = scores.iter().map(softmax).collect();
    let steps = behind.map(|weights| weights.map(f32::exp));
    let forward = forward(&odds, &steps);
    let backward = backward(&odds, &steps);
    let mut slopes = Slopes { parts: Vec::with_capacity(labels.len()), behind: [[0.0; 8]; 8] };
    for (place, label) in labels.iter().enumerate() {
        let mut slope = normal(times(&forward[place], &backward[place]));
        slope[label.tag] -= 1.0;
        slopes.parts.push(slope);
        if place > 0 {
            let ahead = times(&odds[place], &backward[place]);
            add_pairs(&forward[place - 1], &steps, &ahead, &mut slopes.behind);
            slopes.behind[labels[place - 1].tag][label.tag] -= 1.0;
        }
    }
    slopes
}

fn forward(odds: &[Scores], steps: &[Scores; 8]) -> Vec<Scores> {
    let mut forward: Vec<Scores> = Vec::with_capacity(odds.len());
    for odds in odds {
        let reached = forward.last().map_or([1.0; 8], |before| {
            let mut reached = [0.0; 8];
            for (mass, steps) in before.iter().zip(steps) {
                reached.iter_mut().zip(steps).for_each(|(sum, step)| *sum += mass * step);
            }
            reached
        });
        forward.push(normal(times(&reached, odds)));
    }
    forward
}

fn backward(odds: &[Scores], steps: &[Scores; 8]) -> Vec<Scores> {
    let mut backward = vec![[1.0; 8]; odds.len()];
    for place in (1..odds.len()).rev() {
        let ahead = times(&odds[place], &backward[place]);
        let of = |steps: &Scores| steps.iter().zip(&ahead).map(|(a, b)| a * b).sum::<f32>();
        backward[place - 1] = normal(steps.each_ref().map(of));
    }
    backward
}

fn add_pairs(before: &Scores, steps: &[Scores; 8], ahead: &Scores, to: &mut [Scores; 8]) {
    let mut pairs = [[0.0; 8]; 8];
    let mut sum = 0.0;
    for ((mass, steps), pairs) in before.iter().zip(steps).zip(&mut pairs) {
        for ((pair, step), ahead) in pairs.iter_mut().zip(steps).zip(ahead) {
            *pair = mass * step * ahead;
            sum += *pair;
        }
    }
    for (row, pairs) in to.iter_mut().zip(&pairs) {
        row.iter_mut().zip(pairs).for_each(|(slope, pair)| *slope += pair / sum);
    }
}

fn times(a: &Scores, b: &Scores) -> Scores {
    let mut product = *a;
    product.iter_mut().zip(b).for_each(|(product, b)| *product *= b);
    product
}

fn normal(scores: Scores) -> Scores {
    let sum: f32 = scores.iter().sum();
    scores.map(|score| score / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { rate: 0.3, cooling: 0.0 };

    fn row<'f>(features: &'f [Vec<Feature>], tags: &[usize], sort: Feature) -> Row<'f> {
        let labels = tags.iter().map(|tag| Label { allowed: 0b0000_0111, tag: *tag }).collect();
        Row { features, labels, sort }
    }

    fn seen(features: &[Feature]) -> Vec<Vec<Feature>> {
        features.iter().map(|feature| vec![*feature]).collect()
    }

    #[test]
    fn what_is_before_a_part_counts() {
        // Feature 2 has tag 1 behind tag 1, and tag 2 behind tag 2.
        let (one, other) = (seen(&[0, 2, 2]), seen(&[1, 2, 2]));
        let rows = [row(&one, &[1, 1, 1], 0), row(&other, &[2, 2, 2], 0)];
        let chain = Chain::learn(&rows, (3, 0), 50, PACE);
        assert_eq!(chain.tags(&rows[0], 0.0), [1, 1, 1]);
        assert_eq!(chain.tags(&rows[1], 0.0), [2, 2, 2]);
        assert!(chain.tags(&row(&[], &[], 0), 0.0).is_empty());
    }

    #[test]
    fn a_sort_has_weights_of_its_own() {
        let features = seen(&[0]);
        let rows = [row(&features, &[1], 0), row(&features, &[2], 1)];
        let chain = Chain::learn(&rows, (1, 1), 50, PACE);
        assert_eq!(chain.tags(&rows[0], 0.0), [1]);
        assert_eq!(chain.tags(&rows[1], 0.0), [2]);
    }

    #[test]
    fn a_tag_that_is_not_allowed_is_never_given() {
        let features = seen(&[0, 0]);
        let mut row = row(&features, &[1, 1], 0);
        let chain = Chain::learn(std::slice::from_ref(&row), (1, 0), 50, PACE);
        row.labels[0].allowed = 0b0000_0001;
        assert_eq!(chain.tags(&row, 0.0), [0, 1]);
    }
}
