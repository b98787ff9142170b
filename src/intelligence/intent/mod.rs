//! What a sentence asks for: which operation is meant, and with which values.
//!
//! It recognises and never executes. English and Italian. In the order of the work:
//!
//! - `token` parts a text into words and the values that have a form of their own (`pattern`,
//!   `spoken`, `number`); `lexicon` says what the words mean, `sight` what is seen of each.
//! - `tagger` finds the names among them, by a `chain` of tags.
//! - `classifier` judges the `wording`, in which values are masked as `item`s.
//! - `tagger` tells the roles of names and values, now that it is known what is asked; `reading` has
//!   the domain parse them.
//!
//! All of it is learnt with the first sentence (`training`) from the labelled utterances of `corpus`,
//! with what `linear` has for both models: a service that is never asked has no room for it.

mod chain;
mod classifier;
mod corpus;
mod filter;
mod item;
mod lexicon;
mod linear;
mod mention;
mod number;
mod pattern;
mod purpose;
mod reading;
mod rows;
mod sentence;
mod sight;
mod slots;
mod spoken;
mod tag;
mod tagger;
mod token;
mod training;
mod wording;

use std::sync::OnceLock;

use classifier::{Classifier, Probabilities};
pub use corpus::{Mark, Utterance, utterances};
pub use filter::{Filter, filter};
pub use mention::mentioned;
pub use purpose::Purpose;
use sentence::Sentence;
pub use slots::{Details, Slots};
use tagger::Tagger;

/// Below this probability no purpose is stated: hardly any text has so little to say.
const THRESHOLD: f64 = 0.25;

/// What a text was recognised as.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognition {
    /// What it asks for.
    pub purpose: Purpose,
    /// The probability that this is right, 0..1: calibrated on texts by other authors. Where no purpose
    /// is likely enough to be stated, that of [`Purpose::Unknown`], though others are likelier.
    pub confidence: f64,
    /// The other purposes with their probabilities, the most likely first.
    pub alternatives: Vec<(Purpose, f64)>,
    /// The values in it; none where the purpose is unknown.
    pub slots: Slots,
}

static TRAINED: OnceLock<Intents> = OnceLock::new();

/// What was learnt, where that is done already.
pub fn ready() -> Option<&'static Intents> {
    TRAINED.get()
}

/// What was learnt; the first call learns it, and others wait for that.
pub fn trained() -> &'static Intents {
    TRAINED.get_or_init(Intents::train)
}

/// Everything that is learnt, ready to recognise. Made once: it takes some tenths of a second.
#[derive(Debug)]
pub struct Intents {
    tagger: Tagger,
    classifier: Classifier,
}

impl Intents {
    /// Learns from the utterances that are built in. The same each time.
    pub fn train() -> Intents {
        training::learn(&training::built_in())
    }

    /// What a text asks for. Takes time in proportion to its length, which the caller bounds.
    pub fn recognise(&self, text: &str) -> Recognition {
        let sentence = Sentence::of(text);
        let seen = self.tagger.look(&sentence);
        let names = self.tagger.names(&sentence.tokens, &seen);
        let probabilities = self.classifier.probabilities(&wording::features(&sentence, &names));
        let (purpose, confidence, alternatives) = decide(probabilities);
        let tags = self.tagger.roles(&sentence.tokens, &seen, purpose);
        let slots = reading::slots(text, &sentence.tokens, &tags, purpose);
        Recognition { purpose, confidence, alternatives, slots }
    }
}

/// The likeliest purpose with its probability, and the others; none that is below the threshold.
fn decide(probabilities: Probabilities) -> (Purpose, f64, Vec<(Purpose, f64)>) {
    let mut all: Vec<(Purpose, f64)> = Purpose::ALL.into_iter().zip(probabilities).collect();
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    let is_sure = all.first().is_some_and(|(_, probability)| *probability >= THRESHOLD);
    let unknown = all.iter().position(|(purpose, _)| *purpose == Purpose::Unknown);
    let (purpose, confidence) = all.remove(if is_sure { 0 } else { unknown.unwrap_or_default() });
    (purpose, confidence, all)
}
