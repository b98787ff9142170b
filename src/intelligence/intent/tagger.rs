//! Which parts of a text are names, and which values name a customer or are to be new.
//!
//! There are two judgements with the same features: one before it is known what is asked, whose tags
//! mask the values for whoever finds that out; and one after, which tells roles.

use super::chain::{Chain, Row};
use super::linear::{Feature, Features, Pace};
use super::purpose::Purpose;
use super::rows::{self, SORTS, Seen, Tagged};
use super::sentence::Sentence;
use super::tag::Tag;
use super::token::Token;

/// How fast is learnt: found by leaving out one author after the other, as all that follow.
const PACE: Pace = Pace { rate: 0.3, cooling: 0.2 };

/// How often all sentences are learnt from for the first judgement.
const ROUNDS_OF_NAMES: usize = 3;

/// How often they are for the second one.
const ROUNDS_OF_ROLES: usize = 4;

/// How far values are preferred to none in the second judgement: as a missed one is as bad as a wrong
/// one, but rarer in the end.
const BOLDNESS: f32 = 0.8;

/// What is learnt of tags.
#[derive(Debug, Default)]
pub struct Tagger {
    features: Features,
    names: Chain,
    roles: Chain,
}

impl Tagger {
    /// Learns from sentences with their tags. The second is how each of `sentences` is tagged, its
    /// purpose unknown, by what was learnt from others: as well and as badly as it will be later.
    pub fn learn(sentences: &[Tagged<'_>]) -> (Tagger, Vec<Vec<Tag>>) {
        let (features, seen) = rows::count(sentences);
        let halves = [0, 1].map(|half| names(sentences, &seen, half, features.len()));
        let tags = tags_by_others(sentences, &seen, &halves);
        let names = Chain::mean(&halves[0], &halves[1]);
        let rows: Vec<Row<'_>> =
            known(sentences, &seen).map(|(t, seen)| rows::with_purpose(t, seen)).collect();
        let roles = Chain::learn(&rows, (features.len(), SORTS), ROUNDS_OF_ROLES, PACE);
        (Tagger { features, names, roles }, tags)
    }

    /// What is seen of a sentence's parts.
    pub fn look(&self, sentence: &Sentence<'_>) -> Seen {
        rows::look(&sentence.sights, &self.features)
    }

    /// The tags of parts of which this is seen, whatever is asked for.
    pub fn names(&self, tokens: &[Token], seen: &Seen) -> Vec<Tag> {
        tags(&self.names, &rows::row(tokens, seen, None), 0.0)
    }

    /// The tags of parts of which this is seen, where `purpose` is asked for.
    pub fn roles(&self, tokens: &[Token], seen: &Seen, purpose: Purpose) -> Vec<Tag> {
        tags(&self.roles, &rows::row(tokens, seen, Some(purpose)), BOLDNESS)
    }
}

/// Sentences that ask for something: in others nothing is marked, whoever they name.
fn known<'s, 't>(
    sentences: &'s [Tagged<'t>],
    seen: &'s [Seen],
) -> impl Iterator<Item = (&'s Tagged<'t>, &'s Seen)> {
    let all = sentences.iter().zip(seen);
    all.filter(|(tagged, _)| tagged.purpose != Purpose::Unknown)
}

/// Learns names from every other sentence.
fn names(sentences: &[Tagged<'_>], seen: &[Seen], half: usize, features: Feature) -> Chain {
    let rows: Vec<Row<'_>> = known(sentences, seen)
        .skip(half)
        .step_by(2)
        .map(|(tagged, seen)| rows::without_purpose(tagged, seen))
        .collect();
    Chain::learn(&rows, (features, 0), ROUNDS_OF_NAMES, PACE)
}

/// The tags of each sentence by the half that it is not in.
fn tags_by_others(sentences: &[Tagged<'_>], seen: &[Seen], halves: &[Chain; 2]) -> Vec<Vec<Tag>> {
    let mut is_in_first = true;
    let tag = |(tagged, seen): (&Tagged<'_>, &Seen)| {
        let chain = if is_in_first { &halves[1] } else { &halves[0] };
        is_in_first ^= tagged.purpose != Purpose::Unknown;
        tags(chain, &rows::row(&tagged.sentence.tokens, seen, None), 0.0)
    };
    sentences.iter().zip(seen).map(tag).collect()
}

fn tags(chain: &Chain, row: &Row<'_>, boldness: f32) -> Vec<Tag> {
    let tag = |place: usize| Tag::ALL.get(place).copied().unwrap_or(Tag::None);
    chain.tags(row, boldness).into_iter().map(tag).collect()
}
