//! Learning from the labelled utterances: first which words are names, then what is asked, then
//! which name or value has which role.

use super::Intents;
use super::classifier::Classifier;
use super::corpus::{Utterance, utterances};
use super::rows::Tagged;
use super::sentence::Sentence;
use super::tag::{self, Tag};
use super::tagger::Tagger;
use super::wording;

/// The utterances that are built in, a file by each author.
const FILES: [&str; 13] = [
    include_str!("../../../data/intent/train-1.tsv"),
    include_str!("../../../data/intent/train-2.tsv"),
    include_str!("../../../data/intent/train-3.tsv"),
    include_str!("../../../data/intent/train-4.tsv"),
    include_str!("../../../data/intent/train-5.tsv"),
    include_str!("../../../data/intent/train-6.tsv"),
    include_str!("../../../data/intent/train-7.tsv"),
    include_str!("../../../data/intent/train-8.tsv"),
    include_str!("../../../data/intent/train-9.tsv"),
    include_str!("../../../data/intent/train-10.tsv"),
    include_str!("../../../data/intent/train-11.tsv"),
    include_str!("../../../data/intent/train-12.tsv"),
    include_str!("../../../data/intent/train-13.tsv"),
];

/// The utterances that are built in.
pub fn built_in() -> Vec<Utterance> {
    FILES.into_iter().flat_map(utterances).collect()
}

/// What is learnt from utterances.
pub fn learn(utterances: &[Utterance]) -> Intents {
    let sentences: Vec<Sentence<'_>> = utterances.iter().map(|u| Sentence::of(&u.text)).collect();
    let label = |(utterance, sentence): (&Utterance, &Sentence<'_>)| {
        tag::labelled(utterance, &sentence.tokens)
    };
    let tags: Vec<Vec<Tag>> = utterances.iter().zip(&sentences).map(label).collect();
    let all = utterances.iter().zip(&sentences).zip(&tags);
    let tagged: Vec<Tagged<'_>> =
        all.map(|((u, sentence), tags)| Tagged { sentence, purpose: u.purpose, tags }).collect();
    let (tagger, tags_by_others) = Tagger::learn(&tagged);
    let wording = |(tagged, tags): (&Tagged<'_>, &Vec<Tag>)| {
        (wording::features(tagged.sentence, tags), tagged.purpose)
    };
    let classifier = Classifier::learn(tagged.iter().zip(&tags_by_others).map(wording));
    Intents { tagger, classifier }
}
