//! The wording of a text as features of what it asks for: its values are masked, so that only their
//! kinds count.

use super::lexicon::{Classes, lexicon};
use super::linear::{hash, mix};
use super::sentence::Sentence;
use super::tag::Tag;
use super::token::{Kind, Token};

/// A word, or a mask that stands for a value.
#[derive(Debug, Clone, Default)]
struct Item {
    word: u64,
    letters: String,
    classes: Classes,
    mask: u64,
}

/// The class of words that the lexicon does not have.
const OTHER: Classes = 1 << 63;

const NAME: u64 = 4;
const QUERY: u64 = 5;
const NUMBER: u64 = 6;
const BORDER: u64 = 7;

/// The features of a text whose names are tagged.
pub fn features(sentence: &Sentence<'_>, tags: &[Tag]) -> Vec<u64> {
    let items = items(sentence, tags);
    let mut to = Vec::with_capacity(400);
    to.push(mix(0, 0));
    words(&items, &mut to);
    letters(&items, &mut to);
    meanings(&items, &mut to);
    negations(&items, &mut to);
    whole(sentence.text, &items, &mut to);
    acts(&items, &mut to);
    to.sort_unstable();
    to.dedup();
    to
}

fn items(sentence: &Sentence<'_>, tags: &[Tag]) -> Vec<Item> {
    let tokens = &sentence.tokens;
    let function = lexicon().class("function");
    let mut items: Vec<Item> = Vec::with_capacity(tokens.len());
    for ((token, tag), classes) in tokens.iter().zip(tags).zip(sentence.classes.iter().copied()) {
        let mask = mask(token, *tag);
        let repeats = mask > 0 && items.last().is_some_and(|last| last.mask == mask);
        if repeats || is_quiet(token, mask) {
            continue;
        }
        items.push(match mask {
            0 => Item {
                word: hash(&token.folded),
                letters: if token.is_word() { token.folded.clone() } else { String::new() },
                classes: if classes == 0 && token.is_word() { OTHER } else { classes & !function },
                mask,
            },
            _ => Item { word: mask, letters: String::new(), classes: 0, mask },
        });
    }
    items
}

fn mask(token: &Token, tag: Tag) -> u64 {
    match (&token.kind, tag) {
        (Kind::Email(_), _) => 1,
        (Kind::Vat(_), _) => 2,
        (Kind::Id(_), _) => 3,
        (_, Tag::Query) => QUERY,
        (_, Tag::None) if token.kind == Kind::Number => NUMBER,
        (_, Tag::None) => 0,
        _ => NAME,
    }
}

/// Signs that say nothing of what is asked.
fn is_quiet(token: &Token, mask: u64) -> bool {
    mask == 0 && token.kind == Kind::Sign && !matches!(token.folded.as_str(), "?" | "!" | "@" | ":")
}

fn words(items: &[Item], to: &mut Vec<u64>) {
    let mut before = (BORDER, BORDER);
    for item in items {
        to.push(mix(1, item.word));
        to.push(mix(2, mix(before.1, item.word)));
        to.push(mix(3, mix(before.0, item.word)));
        to.push(mix(4, mix(before.0, mix(before.1, item.word))));
        before = (before.1, item.word);
    }
    to.push(mix(2, mix(before.1, BORDER)));
}

/// Three to five letters in a row within words, their borders included.
fn letters(items: &[Item], to: &mut Vec<u64>) {
    for item in items.iter().filter(|item| !item.letters.is_empty()) {
        let bordered = format!("<{}>", item.letters);
        let bytes = bordered.as_bytes();
        for length in 3..=5 {
            for piece in bytes.windows(length) {
                let hash = piece.iter().fold(7, |hash: u64, byte| {
                    hash.wrapping_mul(0x0100_0000_01B3) ^ u64::from(*byte)
                });
                to.push(mix(5, hash));
            }
        }
    }
}

fn each(classes: Classes) -> impl Iterator<Item = u64> {
    (0..64).filter(move |class| classes & (1 << class) != 0)
}

/// What the words mean: by themselves, beside each other, and in their order.
fn meanings(items: &[Item], to: &mut Vec<u64>) {
    let mut seen: Vec<u64> = Vec::new();
    let mut last: Option<&Item> = None;
    for item in items.iter().filter(|item| item.classes != 0 || item.mask != 0) {
        let meant: Vec<u64> =
            each(item.classes).chain((item.mask > 0).then_some(64 + item.mask)).collect();
        for class in &meant {
            to.push(mix(10, *class));
            to.extend(seen.iter().map(|before| mix(11, mix(*before, *class))));
            if let Some(last) = last {
                let before = each(last.classes).chain((last.mask > 0).then_some(64 + last.mask));
                to.extend(before.map(|before| mix(12, mix(before, *class))));
            }
        }
        if last.is_none() {
            to.extend(meant.iter().map(|class| mix(13, *class)));
        }
        for class in meant {
            if !seen.contains(&class) {
                seen.push(class);
            }
        }
        last = Some(item);
    }
}

/// What stands soon behind a negation.
fn negations(items: &[Item], to: &mut Vec<u64>) {
    let negation = lexicon().class("negation");
    for (place, _) in items.iter().enumerate().filter(|(_, item)| item.classes & negation != 0) {
        for item in items.iter().skip(place + 1).take(3) {
            to.push(mix(20, item.word));
            to.extend(each(item.classes).map(|class| mix(21, class)));
        }
    }
}

/// What is seen of the text as a whole.
fn whole(text: &str, items: &[Item], to: &mut Vec<u64>) {
    let count = |mask: u64| items.iter().filter(|item| item.mask == mask).count().min(2) as u64;
    let masks = (1..=QUERY).fold(0, |masks, mask| masks * 3 + count(mask));
    let is_question = u64::from(text.contains('?'));
    let size = (items.len() as u64).min(24).div_ceil(3);
    let first = items.first().map_or(BORDER, |item| item.word);
    let last = items.last().map_or(BORDER, |item| item.word);
    let known = items.iter().filter(|item| item.classes != 0).count() as u64;
    to.extend([
        mix(30, masks),
        mix(31, is_question),
        mix(32, size),
        mix(33, mix(masks, size)),
        mix(34, first),
        mix(35, last),
        mix(36, mix(is_question, first)),
        mix(37, known.min(8)),
        mix(38, mix(masks, is_question)),
    ]);
}

/// The acts that are named, by whether a negation stands before them.
fn acts(items: &[Item], to: &mut Vec<u64>) {
    let class = |name| lexicon().class(name);
    let negation = class("negation");
    let acts: [Classes; 8] =
        ["create", "delete", "change", "show", "list", "search", "count", "analyse"].map(class);
    let (mut free, mut negated, mut left) = (0u64, 0u64, 0);
    for item in items {
        if item.classes & negation != 0 {
            left = 4;
        }
        for (place, act) in acts.iter().enumerate() {
            if item.classes & act != 0 {
                if left > 0 { negated |= 1 << place } else { free |= 1 << place }
            }
        }
        left = if left > 0 { left - 1 } else { 0 };
    }
    let others = items.iter().filter(|item| item.classes == OTHER).count().min(4) as u64;
    let business =
        u64::from(items.iter().any(|item| {
            item.classes & (class("business") | class("topic") | class("other_act")) != 0
        }));
    let customer = u64::from(items.iter().any(|item| {
        item.mask == NAME
            || item.classes & (class("customer") | class("record") | class("register")) != 0
    }));
    to.extend([
        mix(22, mix(free, negated)),
        mix(23, mix(negated, u64::from(free == 0))),
        mix(24, mix(others, mix(business, customer))),
        mix(25, mix(free, mix(business, customer))),
        mix(26, mix(free, others)),
    ]);
}
