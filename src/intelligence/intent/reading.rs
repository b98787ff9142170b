//! The values of a text from the tags of its parts, each through the domain's own parser.

use super::purpose::Purpose;
use super::slots::{Details, Slots};
use super::tag::Tag;
use super::token::{Kind, Token};
use crate::customer::{name, words};
use crate::intelligence::names;

/// The values of a text that asks for something. Of two values of a kind the last one counts:
/// people correct themselves.
pub fn slots(text: &str, tokens: &[Token], tags: &[Tag], purpose: Purpose) -> Slots {
    let mut slots = Slots::default();
    if purpose == Purpose::Unknown {
        return slots;
    }
    for (token, tag) in tokens.iter().zip(tags) {
        match &token.kind {
            Kind::Id(id) => slots.customer_id = Some(*id),
            Kind::Email(email) => {
                if let Some(details) = of(&mut slots, *tag) {
                    details.email = Some(email.clone());
                }
            }
            Kind::Vat(number) => {
                if let Some(details) = of(&mut slots, *tag) {
                    details.vat_number = Some(number.clone());
                }
            }
            _ => {}
        }
    }
    let span = |tag| span(text, tokens, tags, tag);
    let named = |tag, field| span(tag).and_then(|text| name::normalise(field, text).ok());
    slots.named.first_name = named(Tag::First, "first-name");
    slots.named.last_name = named(Tag::Last, "last-name");
    slots.new.first_name = named(Tag::NewFirst, "first-name");
    slots.new.last_name = named(Tag::NewLast, "last-name");
    slots.q = named(Tag::Query, "q").filter(|q| words::of_search(q).is_ok());
    slots
}

fn of(slots: &mut Slots, tag: Tag) -> Option<&mut Details> {
    match tag {
        Tag::Given => Some(&mut slots.named),
        Tag::New => Some(&mut slots.new),
        _ => None,
    }
}

/// The last run of parts that have the tag, as it is written.
fn span<'t>(text: &'t str, tokens: &[Token], tags: &[Tag], tag: Tag) -> Option<&'t str> {
    let last = tags.iter().rposition(|other| *other == tag)?;
    let before = tags.get(..last)?.iter().rposition(|other| *other != tag);
    let first = before.map_or(0, |before| before + 1);
    let span = text.get(tokens.get(first)?.range.start..tokens.get(last)?.range.end)?;
    let may_end_so = matches!(tag, Tag::Last | Tag::NewLast | Tag::Query);
    Some(if may_end_so { without_ending(span) } else { span })
}

/// A last name without an `s` that is of the sentence: "any Kowalskis", "grubers address".
fn without_ending(name: &str) -> &str {
    let word = name.rsplit([' ', '-', '\'', '’']).next().unwrap_or(name);
    match (word.strip_suffix('s'), name.strip_suffix('s')) {
        (Some(stem), Some(rest)) if names::commonness(word).is_none() => {
            let is_last = names::commonness(stem).is_some_and(|known| known.last >= COMMON);
            if is_last { rest } else { name }
        }
        _ => name,
    }
}

/// How common a last name is that an `s` is taken from: one in some ten thousand has it.
const COMMON: u8 = 6;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intelligence::intent::token::tokens;

    fn read(text: &str, tags: &[Tag], purpose: Purpose) -> Vec<(&'static str, String)> {
        slots(text, &tokens(text), tags, purpose).parameters()
    }

    #[test]
    fn of_two_values_the_last_one_counts() {
        let tags = [Tag::First, Tag::None, Tag::None, Tag::First];
        let expected = [("first-name", "Egor".to_owned())];
        assert_eq!(read("Igor no wait Egor", &tags[..], Purpose::CustomerCreation), expected);
    }

    #[test]
    fn a_new_value_goes_before_the_one_that_names_the_customer() {
        let text = "a@b.it c@d.it";
        let tags = [Tag::New, Tag::Given];
        let expected = [("email", "a@b.it".to_owned())];
        assert_eq!(read(text, &tags, Purpose::CustomerUpdate), expected);
    }

    #[test]
    fn an_ending_of_the_sentence_is_no_part_of_a_name() {
        for (written, name) in [("Kowalskis", "Kowalski"), ("Roberts", "Roberts"), ("as", "as")] {
            assert_eq!(without_ending(written), name);
        }
    }

    #[test]
    fn what_asks_for_nothing_has_no_values() {
        assert!(read("a@b.it", &[Tag::Given], Purpose::Unknown).is_empty());
    }
}
