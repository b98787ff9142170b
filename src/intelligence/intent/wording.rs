//! The wording of a text as features of what it asks for.
//!
//! Each feature is the hash of a template, whose number stands in front, and of what it found.

use super::item::{Item, NAME, OTHER, QUERY, each, items};
use super::lexicon::{Classes, lexicon};
use super::linear::{NO_BYTES, hash, hash_on, mix};
use super::sentence::Sentence;
use super::tag::Tag;

/// What is beyond the borders of a text.
const BORDER: u64 = 7;

/// How many bytes of a word are its stem: enough to tell words apart, few enough that inflected
/// forms are alike.
const STEM: usize = 4;

/// How many items behind a stem are paired with it.
const FAR: usize = 8;

/// How many items on either side of a stem have their meaning paired with it.
const NEAR: usize = 3;

/// How many items a negation reaches.
const REACH: usize = 3;

/// The features of a sentence whose parts are tagged, each once.
pub fn features(sentence: &Sentence<'_>, tags: &[Tag]) -> Vec<u64> {
    let items = items(sentence, tags);
    let mut to = Vec::with_capacity(64 * items.len());
    to.push(mix(0, 0));
    words(&items, &mut to);
    letters(&items, &mut to);
    stems(&items, &mut to);
    meanings(&items, &mut to);
    negations(&items, &mut to);
    acts(&items, &mut to);
    whole(sentence.text, &items, &mut to);
    to.sort_unstable();
    to.dedup();
    to
}

/// Words by themselves and beside each other.
fn words(items: &[Item], to: &mut Vec<u64>) {
    let mut before = BORDER;
    for item in items {
        to.push(mix(1, item.word));
        to.push(mix(2, mix(before, item.word)));
        before = item.word;
    }
    to.push(mix(2, mix(before, BORDER)));
}

/// Three to five letters in a row within words, their borders included.
fn letters(items: &[Item], to: &mut Vec<u64>) {
    for item in items.iter().filter(|item| !item.letters.is_empty()) {
        let bordered = format!("<{}>", item.letters);
        for length in 3..=5 {
            for piece in bordered.as_bytes().windows(length) {
                let hash = piece.iter().fold(NO_BYTES, |hash, byte| hash_on(hash, *byte));
                to.push(mix(5, hash));
            }
        }
    }
}

/// The beginnings of words: by themselves, with those soon behind, and with what those soon before
/// and behind mean.
fn stems(items: &[Item], to: &mut Vec<u64>) {
    let stems: Vec<u64> = items.iter().map(stem).collect();
    for (place, stem) in stems.iter().enumerate() {
        let behind = stems.get(place + 1..).unwrap_or_default();
        to.push(mix(40, *stem));
        to.extend(behind.first().map(|other| mix(41, mix(*stem, *other))));
        to.extend(behind.get(1).map(|other| mix(42, mix(*stem, *other))));
        to.extend(behind.iter().take(FAR).map(|other| mix(43, mix(*stem, *other))));
        let ahead = items.iter().skip(place + 1).take(NEAR);
        to.extend(ahead.flat_map(|item| each(item.classes)).map(|c| mix(45, mix(*stem, c))));
        let past = items.iter().take(place).skip(place.saturating_sub(NEAR));
        to.extend(past.flat_map(|item| each(item.classes)).map(|c| mix(46, mix(*stem, c))));
    }
}

fn stem(item: &Item) -> u64 {
    if item.letters.is_empty() {
        return item.word;
    }
    hash(item.letters.get(..STEM).unwrap_or(&item.letters))
}

/// What the words mean: by themselves, beside each other, and in their order.
fn meanings(items: &[Item], to: &mut Vec<u64>) {
    let mut seen: Vec<u64> = Vec::new();
    let mut last: Option<&Item> = None;
    for item in items.iter().filter(|item| item.classes != 0 || item.mask != 0) {
        for meaning in item.meanings() {
            to.push(mix(10, meaning));
            to.extend(seen.iter().map(|before| mix(11, mix(*before, meaning))));
            match last {
                Some(last) => to.extend(last.meanings().map(|b| mix(12, mix(b, meaning)))),
                None => to.push(mix(13, meaning)),
            }
        }
        for meaning in item.meanings() {
            if !seen.contains(&meaning) {
                seen.push(meaning);
            }
        }
        last = Some(item);
    }
}

/// What stands soon behind a negation.
fn negations(items: &[Item], to: &mut Vec<u64>) {
    let negation = lexicon().class("negation");
    for (place, _) in items.iter().enumerate().filter(|(_, item)| item.is(negation)) {
        for item in items.iter().skip(place + 1).take(REACH) {
            to.push(mix(20, item.word));
            to.extend(each(item.classes).map(|class| mix(21, class)));
        }
    }
}

/// The acts that are named, within the reach of a negation and out of it, and whether they are about
/// customers or other business.
fn acts(items: &[Item], to: &mut Vec<u64>) {
    let class = |name| lexicon().class(name);
    let acts = ["create", "delete", "change", "show", "list", "search", "count", "analyse"];
    let acts = acts.map(class).into_iter().fold(0, |all, act| all | act);
    let (mut free, mut negated, mut reach): (Classes, Classes, usize) = (0, 0, 0);
    for item in items {
        reach = if item.is(class("negation")) { REACH + 1 } else { reach };
        *if reach > 0 { &mut negated } else { &mut free } |= item.classes & acts;
        reach = reach.saturating_sub(1);
    }
    let is_any = |classes: Classes| items.iter().any(|item| item.is(classes));
    let business = class("business") | class("topic") | class("other_act");
    let customer = class("customer") | class("record") | class("register");
    let is_of_customer = is_any(customer) || items.iter().any(|item| item.mask == NAME);
    let about = mix(u64::from(is_any(business)), u64::from(is_of_customer));
    let others = items.iter().filter(|item| item.classes == OTHER).count();
    let others = others.min(4) as u64;
    to.extend([
        mix(22, mix(free, negated)),
        mix(23, mix(negated, u64::from(free == 0))),
        mix(24, mix(others, about)),
        mix(25, mix(free, about)),
        mix(26, mix(free, others)),
    ]);
}

/// What is seen of the text as a whole.
fn whole(text: &str, items: &[Item], to: &mut Vec<u64>) {
    let count = |mask: u64| items.iter().filter(|item| item.mask == mask).count().min(2) as u64;
    let masks = (1..=QUERY).fold(0, |masks, mask| masks * 3 + count(mask));
    let is_question = u64::from(text.contains('?'));
    let size = (items.len() as u64).min(24).div_ceil(3);
    let first = items.first().map_or(BORDER, |item| item.word);
    let last = items.last().map_or(BORDER, |item| item.word);
    let known = items.iter().filter(|item| item.classes != 0).count().min(8) as u64;
    to.extend([
        mix(30, masks),
        mix(31, is_question),
        mix(32, size),
        mix(33, mix(masks, size)),
        mix(34, first),
        mix(35, last),
        mix(36, mix(is_question, first)),
        mix(37, known),
        mix(38, mix(masks, is_question)),
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, tags: &[Tag]) -> Vec<u64> {
        features(&Sentence::of(text), tags)
    }

    #[test]
    fn who_is_meant_does_not_matter() {
        let tags = [Tag::None, Tag::First, Tag::Last];
        assert_eq!(of("delete Mario Rossi", &tags), of("Delete Anna Bianchi", &tags));
        assert_ne!(of("delete Mario Rossi", &tags), of("add Mario Rossi", &tags));
    }

    #[test]
    fn a_negation_and_a_question_are_seen() {
        let none = [Tag::None; 3];
        assert_ne!(of("do delete it", &none), of("dont delete it", &none));
        assert_ne!(of("delete", &none), of("delete?", &none));
    }

    #[test]
    fn nothing_has_features_too() {
        assert!(!of("", &[]).is_empty());
    }
}
