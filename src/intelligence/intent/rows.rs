//! Sentences as the rows that tags are learnt from.

use super::chain::{Label, Row};
use super::linear::{Counted, Feature, Features, Sieve};
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
    let mut sieve = Sieve::new();
    let sights = || sentences.iter().map(|tagged| tagged.sentence.sights.as_slice());
    sights().for_each(|sights| keys(sights, |_, keys| keys.iter().for_each(|k| sieve.see(*k))));
    let mut counted = Counted::default();
    let mut number = |key: &u64| counted.number(*key);
    let mut see = |sights: &[Sight]| {
        numbers(
            sights,
            |word| sieve.is_repeated(word),
            |keys, strange| {
                let known = keys.iter().filter(|key| sieve.is_repeated(**key));
                known.chain(strange).map(&mut number).collect()
            },
        )
    };
    let mut seen: Vec<Seen> = sights().map(&mut see).collect();
    let (features, _, renumbered) = counted.keep(LEAST);
    let new = |number: &Feature| renumbered.get(*number as usize).copied().flatten();
    for part in seen.iter_mut().flatten() {
        *part = part.iter().filter_map(new).collect();
    }
    (features, seen)
}

/// What is seen of each part of a sentence, as far as it is known.
pub fn look(sights: &[Sight], features: &Features) -> Seen {
    let is_known = |word| features.number(word).is_some();
    numbers(sights, is_known, |keys, strange| {
        keys.iter().chain(strange).filter_map(|key| features.number(*key)).collect()
    })
}

/// The numbers of the features of each part, and of those that only strange words have.
fn numbers(
    sights: &[Sight],
    is_known: impl Fn(u64) -> bool,
    mut number: impl FnMut(&[u64], &[u64]) -> Vec<Feature>,
) -> Seen {
    let mut seen = Vec::with_capacity(sights.len());
    let mut strange = Vec::new();
    keys(sights, |place, keys| {
        strange.clear();
        if !keys.first().is_some_and(|word| is_known(*word)) {
            sight::strange(sights, place, &mut strange);
        }
        seen.push(number(keys, &strange));
    });
    seen
}

/// Gives the features of each part to `to`.
fn keys(sights: &[Sight], mut to: impl FnMut(usize, &[u64])) {
    let mut keys = Vec::with_capacity(64);
    for place in 0..sights.len() {
        keys.clear();
        sight::features(sights, place, &mut keys);
        to(place, &keys);
    }
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
