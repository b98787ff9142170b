//! The figures of a report: precision, recall and F1, and how far probabilities can be believed.

#![allow(dead_code, reason = "each part uses some of it")]

use std::fmt;

/// Counts of right and wrong answers to a question of yes or no.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rightly said yes.
    pub true_positives: u32,
    /// Wrongly said yes.
    pub false_positives: u32,
    /// Wrongly said no.
    pub false_negatives: u32,
}

impl Counts {
    /// Adds one answer to a question whose truth is known.
    pub fn add(&mut self, said: bool, is_true: bool) {
        match (said, is_true) {
            (true, true) => self.true_positives += 1,
            (true, false) => self.false_positives += 1,
            (false, true) => self.false_negatives += 1,
            (false, false) => {}
        }
    }

    /// The share of what was said that is true; 1 where nothing was said.
    pub fn precision(self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    /// The share of what is true that was said; 1 where nothing is true.
    pub fn recall(self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// The harmonic mean of precision and recall.
    pub fn f1(self) -> f64 {
        let twice = 2 * self.true_positives;
        share(twice, twice + self.false_positives + self.false_negatives)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (precision, recall, f1) = (self.precision(), self.recall(), self.f1());
        write!(f, "precision {precision:.3}  recall {recall:.3}  F1 {f1:.3}")
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

/// Answers whose probability lies in one tenth of 0..1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bin {
    /// How many.
    pub answers: u32,
    /// How many of them are right.
    pub right: u32,
    /// The sum of their probabilities.
    pub claimed: f64,
}

impl Bin {
    /// How far what is claimed is from what is right.
    pub fn gap(&self) -> f64 {
        let answers = f64::from(self.answers.max(1));
        (self.claimed / answers - f64::from(self.right) / answers).abs()
    }
}

/// How far probabilities can be believed: a reliability diagram of ten bins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Calibration {
    /// The bins, from 0.0..0.1 to 0.9..=1.0.
    pub bins: [Bin; 10],
}

impl Calibration {
    /// Adds an answer that was claimed with a probability.
    pub fn add(&mut self, probability: f64, is_right: bool) {
        let bin = ((probability * 10.0) as usize).min(9);
        let bin = &mut self.bins[bin];
        bin.answers += 1;
        bin.right += u32::from(is_right);
        bin.claimed += probability;
    }

    /// The expected calibration error: the mean gap, each answer counting alike.
    pub fn expected_error(&self) -> f64 {
        let all: u32 = self.bins.iter().map(|bin| bin.answers).sum();
        let gaps = self.bins.iter().map(|bin| f64::from(bin.answers) * bin.gap());
        gaps.sum::<f64>() / f64::from(all.max(1))
    }
}

impl fmt::Display for Calibration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (tenth, bin) in self.bins.iter().enumerate().filter(|(_, bin)| bin.answers > 0) {
            let answers = f64::from(bin.answers);
            let (claimed, right) = (bin.claimed / answers, f64::from(bin.right) / answers);
            let from = tenth as f64 / 10.0;
            writeln!(
                f,
                "  from {from:.1}: claimed {claimed:.3}, right {right:.3} of {}",
                bin.answers
            )?;
        }
        write!(f, "  expected calibration error {:.3}", self.expected_error())
    }
}
