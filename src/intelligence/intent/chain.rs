//! Tags of a row of parts, each depending on the one before: a linear-chain conditional random field
//! (Lafferty, McCallum and Pereira, 2001), learnt by stochastic gradient descent.

use super::linear::{Feature, Learning, Pace, Scores, Table, softmax};

/// One part of a row, as it is learnt from or judged.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// What is seen of it.
    pub features: Vec<Feature>,
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
}

impl Chain {
    /// Learns from rows whose tags are known, a number of times over.
    pub fn learn(rows: &[Vec<Part>], features: usize, rounds: usize, pace: Pace) -> Chain {
        let mut learning = Learning::new(features, pace);
        let numbers: [Feature; 8] = [0, 1, 2, 3, 4, 5, 6, 7];
        let mut behind = Learning::new(8, pace);
        for _ in 0..rounds {
            for row in rows.iter().filter(|row| !row.is_empty()) {
                let weights = behind.table().rows(&numbers);
                let slopes = slopes(row, &scores(learning.table(), row), &weights);
                for (part, slope) in row.iter().zip(&slopes.parts) {
                    learning.step(&part.features, slope);
                }
                for (number, slope) in numbers.iter().zip(&slopes.behind) {
                    behind.step(&[*number], slope);
                }
            }
        }
        let behind = behind.finish().rows(&numbers);
        Chain { table: learning.finish(), behind }
    }

    /// The most likely tags of a row (Viterbi).
    pub fn tags(&self, row: &[Part]) -> Vec<usize> {
        let scores = scores(&self.table, row);
        let Some(first) = scores.first() else { return Vec::new() };
        let mut best = *first;
        let mut origins: Vec<[usize; 8]> = Vec::with_capacity(row.len());
        for score in scores.get(1..).unwrap_or_default() {
            let mut next = [f32::NEG_INFINITY; 8];
            let mut origin = [0; 8];
            for (from, (reached, steps)) in best.iter().zip(&self.behind).enumerate() {
                for to in 0..8 {
                    let sum = reached + steps[to] + score[to];
                    if sum > next[to] {
                        (next[to], origin[to]) = (sum, from);
                    }
                }
            }
            best = next;
            origins.push(origin);
        }
        walk_back(&best, &origins)
    }
}

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

/// The scores of each part's tags, minus infinity where one is not allowed.
fn scores(table: &Table, row: &[Part]) -> Vec<Scores> {
    let of_part = |part: &Part| {
        let mut scores = table.scores(&part.features);
        for (tag, score) in scores.iter_mut().enumerate() {
            if part.allowed & (1 << tag) == 0 {
                *score = f32::NEG_INFINITY;
            }
        }
        scores
    };
    row.iter().map(of_part).collect()
}

/// The gradient of the loss by the scores of parts, and by the weights of a tag behind another.
struct Slopes {
    parts: Vec<Scores>,
    behind: [Scores; 8],
}

/// How far the probabilities are from the truth (forward-backward, each part scaled to sum to one).
fn slopes(row: &[Part], scores: &[Scores], behind: &[Scores; 8]) -> Slopes {
    let odds: Vec<Scores> = scores.iter().map(softmax).collect();
    let steps = behind.map(|weights| weights.map(f32::exp));
    let forward = forward(&odds, &steps);
    let backward = backward(&odds, &steps);
    let mut slopes = Slopes { parts: Vec::with_capacity(row.len()), behind: [[0.0; 8]; 8] };
    for (place, part) in row.iter().enumerate() {
        let mut slope = normal(times(&forward[place], &backward[place]));
        slope[part.tag] -= 1.0;
        slopes.parts.push(slope);
        if place > 0 {
            let ahead = times(&odds[place], &backward[place]);
            add_pairs(&forward[place - 1], &steps, &ahead, &mut slopes.behind);
            slopes.behind[row[place - 1].tag][part.tag] -= 1.0;
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

    fn part(feature: Feature, tag: usize) -> Part {
        Part { features: vec![feature], allowed: 0b0000_0111, tag }
    }

    #[test]
    fn what_is_before_a_part_counts() {
        // Feature 2 has tag 1 behind tag 1, and tag 2 behind tag 2.
        let rows =
            [vec![part(0, 1), part(2, 1), part(2, 1)], vec![part(1, 2), part(2, 2), part(2, 2)]];
        let chain = Chain::learn(&rows, 3, 50, Pace { rate: 0.2, decay: 0.0 });
        assert_eq!(chain.tags(&rows[0]), [1, 1, 1]);
        assert_eq!(chain.tags(&rows[1]), [2, 2, 2]);
        assert!(chain.tags(&[]).is_empty());
    }

    #[test]
    fn a_tag_that_is_not_allowed_is_never_given() {
        let rows = [vec![part(0, 1), part(0, 1)]];
        let chain = Chain::learn(&rows, 1, 50, Pace { rate: 0.2, decay: 0.0 });
        let other = Part { features: vec![0], allowed: 0b0000_0001, tag: 0 };
        assert_eq!(chain.tags(&[other, part(0, 0)]), [0, 1]);
    }
}
