//! Learning from the labelled utterances: first which words are names, then what is asked, then
//! which name or value has which role.

use super::Intents;
use super::classifier::Classifier;
use super::corpus::{Utterance, utterances};
use super::linear::Pace;
use super::purpose::Purpose;
use super::tag::{self, Tag};
use super::tagger::{Tagged, Tagger};
use super::token::{Token, tokens};
use super::wording;

/// The utterances that are built in, a file by each author.
const FILES: [&str; 5] = [
    include_str!("../../../data/intent/train-1.tsv"),
    include_str!("../../../data/intent/train-2.tsv"),
    include_str!("../../../data/intent/train-3.tsv"),
    include_str!("../../../data/intent/train-4.tsv"),
    include_str!("../../../data/intent/train-5.tsv"),
];

/// An utterance with its parts and their tags.
struct Example {
    utterance: Utterance,
    tokens: Vec<Token>,
    tags: Vec<Tag>,
}

impl Example {
    fn of(utterance: Utterance) -> Example {
        let tokens = tokens(&utterance.text);
        let tags = tag::labelled(&utterance, &tokens);
        Example { utterance, tokens, tags }
    }

    fn without_purpose(&self) -> Tagged<'_> {
        let tags = self.tags.iter().map(|tag| tag.plain()).collect();
        Tagged { text: &self.utterance.text, tokens: &self.tokens, purpose: None, tags }
    }

    fn with_purpose(&self) -> Tagged<'_> {
        let purpose = Some(self.utterance.purpose);
        Tagged {
            text: &self.utterance.text,
            tokens: &self.tokens,
            purpose,
            tags: self.tags.clone(),
        }
    }
}

/// The utterances that are built in.
pub fn built_in() -> Vec<Utterance> {
    FILES.into_iter().flat_map(utterances).collect()
}

/// What is learnt from utterances.
pub fn learn(utterances: &[Utterance]) -> Intents {
    let examples: Vec<Example> = utterances.iter().cloned().map(Example::of).collect();
    let masks = masks_of_others(&examples);
    let names = names(examples.iter());
    let classifier = classifier(&examples, &masks);
    let roles = roles(&examples);
    Intents { names, roles, classifier }
}

fn is_known(example: &&Example) -> bool {
    example.utterance.purpose != Purpose::Unknown
}

fn names<'e>(examples: impl Iterator<Item = &'e Example>) -> Tagger {
    let texts: Vec<_> = examples.filter(is_known).map(Example::without_purpose).collect();
    let pace = Pace { rate: 0.2, decay: 1e-4 };
    Tagger::learn(&texts, 6, pace)
}

fn roles(examples: &[Example]) -> Tagger {
    let texts: Vec<_> = examples.iter().filter(is_known).map(Example::with_purpose).collect();
    let pace = Pace { rate: 0.2, decay: 1e-4 };
    Tagger::learn(&texts, 6, pace)
}

/// The tags of each example by a tagger that never saw it: as good and as bad as they will be.
fn masks_of_others(examples: &[Example]) -> Vec<Vec<Tag>> {
    let halves = [0, 1].map(|half| {
        names(examples.iter().enumerate().filter(|(place, _)| place % 2 != half).map(|(_, e)| e))
    });
    let tags = |(place, example): (usize, &Example)| {
        halves[place % 2].tags(&example.utterance.text, &example.tokens, None)
    };
    examples.iter().enumerate().map(tags).collect()
}

fn classifier(examples: &[Example], masks: &[Vec<Tag>]) -> Classifier {
    let text = |(example, tags): (&Example, &Vec<Tag>)| {
        let features = wording::features(&example.utterance.text, &example.tokens, tags);
        (features, example.utterance.purpose)
    };
    let texts: Vec<_> = examples.iter().zip(masks).map(text).collect();
    let pace = Pace { rate: 0.1, decay: 1e-4 };
    Classifier::learn(&texts, 10, pace)
}
