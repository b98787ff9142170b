//! Learning from the labelled utterances: first which words are names, then what is asked, then
//! which name or value has which role.

use std::io::Read;

use flate2::read::GzDecoder;

use super::Intents;
use super::classifier::Classifier;
use super::corpus::{Utterance, utterances};
use super::rows::Tagged;
use super::sentence::Sentence;
use super::tag::{self, Tag};
use super::tagger::Tagger;
use super::wording;

/// The utterances that are built in (`data/intent/train-*.tsv`), packed.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/utterances.gz"));

/// The utterances that are built in.
pub fn built_in() -> Vec<Utterance> {
    let mut lines = String::new();
    if let Err(error) = GzDecoder::new(PACKED).read_to_string(&mut lines) {
        // They are packed when this is built, so there is nobody else who could mend it.
        tracing::error!(%error, "the utterances that are built in cannot be unpacked");
    }
    utterances(&lines).collect()
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
