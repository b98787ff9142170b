//! What a part of a text is in it: a value of which kind, or none.

use super::corpus::Utterance;
use super::purpose::Purpose;
use super::token::{Kind, Token};

/// The role of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// No value.
    None,
    /// Of a first name.
    First,
    /// Of a last name.
    Last,
    /// Of a first name that is to be.
    NewFirst,
    /// Of a last name that is to be.
    NewLast,
    /// Of what is searched for.
    Query,
    /// An address or VAT number that names the customer.
    Given,
    /// An address or VAT number that is to be.
    New,
}

impl Tag {
    /// All tags, in the order of their scores.
    pub const ALL: [Tag; 8] = [
        Tag::None,
        Tag::First,
        Tag::Last,
        Tag::NewFirst,
        Tag::NewLast,
        Tag::Query,
        Tag::Given,
        Tag::New,
    ];

    /// Its place in [`Tag::ALL`].
    pub fn place(self) -> usize {
        self as usize
    }

    fn of_slot(slot: &str) -> Tag {
        match slot {
            "first-name" => Tag::First,
            "last-name" => Tag::Last,
            "new-first-name" => Tag::NewFirst,
            "new-last-name" => Tag::NewLast,
            "q" => Tag::Query,
            "email" | "vat-number" => Tag::Given,
            "new-email" | "new-vat-number" => Tag::New,
            _ => Tag::None,
        }
    }

    /// The same without a purpose, to which what is new and what is searched for belong.
    pub fn plain(self) -> Tag {
        match self {
            Tag::NewFirst => Tag::First,
            Tag::NewLast => Tag::Last,
            Tag::New => Tag::Given,
            other => other,
        }
    }

    /// Whether a part of this kind can have the tag where this is asked for, or where what is asked
    /// for is not known.
    pub fn may_be(self, kind: &Kind, purpose: Option<Purpose>) -> bool {
        let is_value = matches!(kind, Kind::Email(_) | Kind::Vat(_));
        match self {
            Tag::None => true,
            Tag::First | Tag::Last => {
                matches!(kind, Kind::Word | Kind::Number | Kind::Sign)
                    && purpose != Some(Purpose::CustomerListing)
            }
            Tag::NewFirst | Tag::NewLast => {
                *kind == Kind::Word && purpose == Some(Purpose::CustomerUpdate)
            }
            Tag::Query => {
                !matches!(kind, Kind::Id(_))
                    && purpose.is_none_or(|purpose| purpose == Purpose::CustomerListing)
            }
            Tag::Given => is_value,
            Tag::New => is_value && purpose == Some(Purpose::CustomerUpdate),
        }
    }
}

/// The tags of an utterance's parts as it is labelled.
pub fn labelled(utterance: &Utterance, tokens: &[Token]) -> Vec<Tag> {
    tokens.iter().map(|token| tag_of(utterance, token)).collect()
}

fn tag_of(utterance: &Utterance, token: &Token) -> Tag {
    let middle = (token.range.start + token.range.end) / 2;
    let is_in = |range: &std::ops::Range<usize>| range.contains(&middle);
    let mark = utterance.marks.iter().find(|mark| is_in(&mark.range));
    let tag = mark.map_or(Tag::None, |mark| Tag::of_slot(&mark.slot));
    if tag.may_be(&token.kind, Some(utterance.purpose)) { tag } else { Tag::None }
}

#[cfg(test)]
mod tests {
    use super::super::corpus::utterances;
    use super::super::token::tokens;
    use super::*;

    #[test]
    fn parts_have_the_tag_of_their_mark() {
        let line =
            "customer_update\ten\t[Anna](first-name) [De Luca](last-name): [a@b.it](new-email)";
        let utterance = utterances(line).next().unwrap();
        let tags = labelled(&utterance, &tokens(&utterance.text));
        assert_eq!(tags, [Tag::First, Tag::Last, Tag::Last, Tag::None, Tag::New]);
    }

    #[test]
    fn what_is_new_is_so_only_in_an_update_and_what_is_searched_only_in_a_listing() {
        let update = Some(Purpose::CustomerUpdate);
        assert!(
            Tag::NewLast.may_be(&Kind::Word, update) && !Tag::Query.may_be(&Kind::Word, update)
        );
        let listing = Some(Purpose::CustomerListing);
        assert!(Tag::Query.may_be(&Kind::Word, listing) && !Tag::Last.may_be(&Kind::Word, listing));
        assert!(!Tag::NewLast.may_be(&Kind::Word, None) && Tag::Query.may_be(&Kind::Word, None));
    }
}
