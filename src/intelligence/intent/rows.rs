//! Sentences as the rows that tags are learnt from.

use super::chain::{Label, Row};
use super::linear::{Counted, Feature, Features};
use super::purpose::Purpose;
use super::sentence::Sentence;
use super::sight::{self, Sight};
use super::tag::Tag;
use super::token::Token;

/// Fewest times that a feature must have been seen to count.
const LEAST: u32 = 2;

/// How many sorts of sentences have weights of their own, as names and values have other roles there.
pub const SORTS: Feature = 2;

fn sort(purpose: Option<Purpose>) -> Feature {
    match purpose {
        Some(Purpose::CustomerUpdate) => 1,
        Some(Purpose::CustomerListing) => 2,
        _ => 0,
    }
}

/// A sentence with what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Tagged<'s> {
    /// The sentence.
    pub sentence: &'s Sentence<'s>,
    /// What it asks for.
    pub purpose: Purpose,
    /// The tags of its parts.
    pub tags: &'s [Tag],
}

/// The features of each part of a sentence.
pub type Seen = Vec<Vec<Feature>>;

/// The features that count, and those of each sentence.
pub fn count(sentences: &[Tagged<'_>]) -> (Features, Vec<Seen>) {
    let mut counted = Counted::default();
    let mut seen: Vec<Seen> = Vec::with_capacity(sentences.len());
    for sights in sentences.iter().map(|tagged| &tagged.sentence.sights) {
        seen.push(numbers(sights, sight::features, |key| Some(counted.number(key))));
    }
    for (tagged, seen) in sentences.iter().zip(&mut seen) {
        add_strange(&tagged.sentence.sights, seen, &mut counted);
    }
    let (features, _, renumbered) = counted.keep(LEAST);
    let new = |number: &Feature| renumbered.get(*number as usize).copied().flatten();
    for part in seen.iter_mut().flatten() {
        *part = part.iter().filter_map(new).collect();
    }
    (features, seen)
}

/// Adds what is seen of words that are too rare to count themselves.
fn add_strange(sights: &[Sight], seen: &mut Seen, counted: &mut Counted) {
    let mut keys = Vec::new();
    for (place, part) in seen.iter_mut().enumerate() {
        if part.first().is_some_and(|word| counted.count(*word) < LEAST) {
            keys.clear();
            sight::strange(sights, place, &mut keys);
            part.extend(keys.iter().map(|key| counted.number(*key)));
        }
    }
}

/// What is seen of each part of a sentence, as far as it is known.
pub fn look(sights: &[Sight], features: &Features) -> Seen {
    let see = |sights: &[Sight], place, keys: &mut Vec<u64>| {
        sight::features(sights, place, keys);
        if keys.first().is_some_and(|word| features.number(*word).is_none()) {
            sight::strange(sights, place, keys);
        }
    };
    numbers(sights, see, |key| features.number(key))
}

fn numbers(
    sights: &[Sight],
    see: impl Fn(&[Sight], usize, &mut Vec<u64>),
    mut number: impl FnMut(u64) -> Option<Feature>,
) -> Seen {
    let mut keys = Vec::with_capacity(64);
    let part = |place| {
        keys.clear();
        see(sights, place, &mut keys);
        keys.iter().filter_map(|key| number(*key)).collect()
    };
    (0..sights.len()).map(part).collect()
}

/// The row of a sentence of which it is not known what it asks for.
pub fn without_purpose<'s>(tagged: &Tagged<'_>, seen: &'s Seen) -> Row<'s> {
    let mut row = row(&tagged.sentence.tokens, seen, None);
    for (label, tag) in row.labels.iter_mut().zip(tagged.tags) {
        label.tag = tag.plain().place();
    }
    row
}

/// The row of a sentence of which it is known what it asks for.
pub fn with_purpose<'s>(tagged: &Tagged<'_>, seen: &'s Seen) -> Row<'s> {
    let mut row = row(&tagged.sentence.tokens, seen, Some(tagged.purpose));
    for (label, tag) in row.labels.iter_mut().zip(tagged.tags) {
        label.tag = tag.place();
    }
    row
}

/// A row whose tags are to be found.
pub fn row<'s>(tokens: &[Token], seen: &'s Seen, purpose: Option<Purpose>) -> Row<'s> {
    let allowed = |token: &Token| {
        let may_be = Tag::ALL.into_iter().filter(|tag| tag.may_be(&token.kind, purpose));
        may_be.fold(0, |bits, tag| bits | 1 << tag.place())
    };
    let labels = tokens.iter().map(|token| Label { allowed: allowed(token), tag: 0 }).collect();
    Row { features: seen, labels, sort: sort(purpose) }
}
