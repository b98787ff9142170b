//! Which parts of a text are names, and which values name a customer or are to be new.

use super::chain::{Chain, Part};
use super::linear::{Features, Pace};
use super::purpose::Purpose;
use super::sight::{self, Sight};
use super::tag::Tag;
use super::token::Token;

/// Fewest times that a feature must have been seen to count.
const LEAST: u32 = 2;

/// A text with its tags.
pub struct Tagged<'t> {
    /// The text.
    pub text: &'t str,
    /// Its parts.
    pub tokens: &'t [Token],
    /// What it asks for, if that is to be known.
    pub purpose: Option<Purpose>,
    /// The tags of the parts.
    pub tags: Vec<Tag>,
}

/// What is learnt of tags.
#[derive(Debug, Default)]
pub struct Tagger {
    features: Features,
    chain: Chain,
}

impl Tagger {
    /// Learns from texts with their tags.
    pub fn learn(texts: &[Tagged<'_>], rounds: usize, pace: Pace) -> Tagger {
        let mut features = Features::default();
        let mut rows: Vec<Vec<Part>> = Vec::with_capacity(texts.len());
        for text in texts {
            let row = row(text.text, text.tokens, text.purpose, |key| Some(features.number(key)));
            let tag = |(part, tag): (Part, &Tag)| Part { tag: tag.place(), ..part };
            rows.push(row.into_iter().zip(&text.tags).map(tag).collect());
        }
        let mut counts = vec![0; features.len()];
        for number in rows.iter().flatten().flat_map(|part| &part.features) {
            counts[*number as usize] += 1;
        }
        let renumbered = features.prune(&counts, LEAST);
        for part in rows.iter_mut().flatten() {
            let kept = part.features.iter().filter_map(|number| renumbered[*number as usize]);
            part.features = kept.collect();
        }
        let chain = Chain::learn(&rows, features.len(), rounds, pace);
        Tagger { features, chain }
    }

    /// The tags of the parts of a text.
    pub fn tags(&self, text: &str, tokens: &[Token], purpose: Option<Purpose>) -> Vec<Tag> {
        let row = row(text, tokens, purpose, |key| self.features.known(key));
        let tags = self.chain.tags(&row).into_iter();
        tags.map(|place| Tag::ALL.get(place).copied().unwrap_or(Tag::None)).collect()
    }
}

fn row(
    text: &str,
    tokens: &[Token],
    purpose: Option<Purpose>,
    mut number: impl FnMut(u64) -> Option<u32>,
) -> Vec<Part> {
    let sights = Sight::of(text, tokens);
    let mut keys = Vec::with_capacity(80);
    let part = |place: usize| {
        keys.clear();
        sight::features(&sights, place, purpose, &mut keys);
        let features = keys.iter().filter_map(|key| number(*key)).collect();
        Part { features, allowed: allowed(&tokens[place], purpose), tag: 0 }
    };
    (0..tokens.len()).map(part).collect()
}

fn allowed(token: &Token, purpose: Option<Purpose>) -> u8 {
    let may_be = Tag::ALL.into_iter().filter(|tag| tag.may_be(&token.kind, purpose));
    may_be.fold(0, |bits, tag| bits | 1 << tag.place())
}
