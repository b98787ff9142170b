//! Which parts of a text are names, and which values name a customer or are to be new.
//!
//! There are two judgements with the same features: one before it is known what is asked, whose tags
//! mask the values for whoever finds that out; and one after, which tells roles.

use super::chain::{Chain, Label, Row};
use super::linear::{Counted, Feature, Features, Pace};
use super::purpose::Purpose;
use super::sentence::Sentence;
use super::sight;
use super::tag::Tag;
use super::token::Token;

/// Fewest times that a feature must have been seen to count.
const LEAST: u32 = 2;

/// The sorts of texts that have roles of their own.
const SORTS: Feature = 2;

fn sort(purpose: Option<Purpose>) -> Feature {
    match purpose {
        Some(Purpose::CustomerUpdate) => 1,
        Some(Purpose::CustomerListing) => 2,
        _ => 0,
    }
}

/// What is learnt of tags.
#[derive(Debug, Default)]
pub struct Tagger {
    features: Features,
    names: Chain,
    roles: Chain,
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

impl Tagger {
    /// Learns from sentences with their tags. The second is how each of `sentences` is tagged, its
    /// purpose unknown, by what was learnt from others: as well and as badly as it will be later.
    pub fn learn(sentences: &[Tagged<'_>]) -> (Tagger, Vec<Vec<Tag>>) {
        let (features, seen) = count(sentences);
        let all = sentences.iter().zip(&seen);
        let known = all.filter(|(tagged, _)| tagged.purpose != Purpose::Unknown);
        let names: Vec<Row<'_>> =
            known.clone().map(|(tagged, seen)| without_purpose(tagged, seen)).collect();
        let roles: Vec<Row<'_>> = known.map(|(tagged, seen)| with_purpose(tagged, seen)).collect();
        let size = (features.len(), SORTS);
        let pace = Pace { rate: 0.3, cooling: 0.2 };
        let rounds = 3;
        let half = |half: usize| {
            let rows = names.iter().enumerate().filter(move |(place, _)| place % 2 == half);
            Chain::learn(rows.map(|(_, row)| row), (size.0, 0), rounds, pace)
        };
        let halves = [half(0), half(1)];
        let mut place = 0;
        let tags_by_others = |(tagged, seen): (&Tagged<'_>, &Vec<Vec<Feature>>)| {
            let other = (place + 1) % 2;
            place += usize::from(tagged.purpose != Purpose::Unknown);
            let chain = halves.get(other).unwrap_or(&halves[0]);
            named(chain.tags(&without_purpose(tagged, seen)))
        };
        let by_others = sentences.iter().zip(&seen).map(tags_by_others).collect();
        let names = Chain::mean(&halves[0], &halves[1]);
        let pace = Pace { rate: 0.3, cooling: 0.2 };
        let roles = Chain::learn(roles.iter(), size, 4, pace);
        (Tagger { features, names, roles }, by_others)
    }

    /// The features of a sentence's parts.
    pub fn look(&self, sentence: &Sentence<'_>) -> Vec<Vec<Feature>> {
        let mut keys = Vec::with_capacity(64);
        let part = |place| {
            keys.clear();
            sight::features(&sentence.sights, place, &mut keys);
            if keys.first().is_some_and(|word| self.features.number(*word).is_none()) {
                sight::strange(&sentence.sights, place, &mut keys);
            }
            keys.iter().filter_map(|key| self.features.number(*key)).collect()
        };
        (0..sentence.tokens.len()).map(part).collect()
    }

    /// The tags of parts of which this is seen, whatever is asked for.
    pub fn names(&self, tokens: &[Token], seen: &[Vec<Feature>]) -> Vec<Tag> {
        named(self.names.tags(&Row { features: seen, labels: labels(tokens, None), sort: 0 }))
    }

    /// The tags of parts of which this is seen, where `purpose` is asked for.
    pub fn roles(&self, tokens: &[Token], seen: &[Vec<Feature>], purpose: Purpose) -> Vec<Tag> {
        let purpose = Some(purpose);
        let labels = labels(tokens, purpose);
        named(self.roles.tags(&Row { features: seen, labels, sort: sort(purpose) }))
    }
}

fn named(places: Vec<usize>) -> Vec<Tag> {
    let tag = |place: usize| Tag::ALL.get(place).copied().unwrap_or(Tag::None);
    places.into_iter().map(tag).collect()
}

/// The features that count, and those of each sentence's parts.
fn count(sentences: &[Tagged<'_>]) -> (Features, Vec<Vec<Vec<Feature>>>) {
    let mut counted = Counted::default();
    let mut keys = Vec::with_capacity(64);
    let mut seen: Vec<Vec<Vec<Feature>>> = Vec::with_capacity(sentences.len());
    for tagged in sentences {
        let mut part = |place| {
            keys.clear();
            sight::features(&tagged.sentence.sights, place, &mut keys);
            keys.iter().map(|key| counted.number(*key)).collect()
        };
        seen.push((0..tagged.tags.len()).map(&mut part).collect());
    }
    for (tagged, seen) in sentences.iter().zip(&mut seen) {
        for (place, part) in seen.iter_mut().enumerate() {
            if part.first().is_some_and(|word| counted.count(*word) < LEAST) {
                keys.clear();
                sight::strange(&tagged.sentence.sights, place, &mut keys);
                part.extend(keys.iter().map(|key| counted.number(*key)));
            }
        }
    }
    let (features, _, renumbered) = counted.keep(LEAST);
    let new = |number: &Feature| renumbered.get(*number as usize).copied().flatten();
    for part in seen.iter_mut().flatten() {
        *part = part.iter().filter_map(new).collect();
    }
    (features, seen)
}

fn without_purpose<'s>(tagged: &Tagged<'s>, seen: &'s [Vec<Feature>]) -> Row<'s> {
    let mut labels = labels(&tagged.sentence.tokens, None);
    for (label, tag) in labels.iter_mut().zip(tagged.tags) {
        label.tag = tag.plain().place();
    }
    Row { features: seen, labels, sort: 0 }
}

fn with_purpose<'s>(tagged: &Tagged<'s>, seen: &'s [Vec<Feature>]) -> Row<'s> {
    let purpose = Some(tagged.purpose);
    let mut labels = labels(&tagged.sentence.tokens, purpose);
    for (label, tag) in labels.iter_mut().zip(tagged.tags) {
        label.tag = tag.place();
    }
    Row { features: seen, labels, sort: sort(purpose) }
}

fn labels(tokens: &[Token], purpose: Option<Purpose>) -> Vec<Label> {
    let allowed = |token: &Token| {
        let may_be = Tag::ALL.into_iter().filter(|tag| tag.may_be(&token.kind, purpose));
        may_be.fold(0, |bits, tag| bits | 1 << tag.place())
    };
    tokens.iter().map(|token| Label { allowed: allowed(token), tag: 0 }).collect()
}
