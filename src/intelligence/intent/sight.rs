//! What is seen of each part of a text by whoever looks for names in it.

use super::lexicon::Classes;
use super::linear::{hash, mix};
use super::token::{Kind, Token};
use crate::intelligence::names;

/// A part of a text, seen by itself.
#[derive(Debug, Clone, Default)]
pub struct Sight {
    word: u64,
    classes: Classes,
    shape: u64,
    name: u64,
    affixes: [u64; 6],
    in_email: u64,
    is_value: bool,
    is_name_like: bool,
}

/// What is beyond the borders of a text.
const BORDER: Sight = Sight {
    word: 0xB0,
    classes: 0,
    shape: 0,
    name: 0,
    affixes: [0; 6],
    in_email: 0,
    is_value: false,
    is_name_like: false,
};

/// Most addresses of a text whose parts are compared with its words: it bounds the work.
const MOST_EMAILS: usize = 4;

/// What is seen of each part of a text.
pub fn sights(text: &str, tokens: &[Token], classes: &[Classes]) -> Vec<Sight> {
    let has_capitals = text.chars().any(char::is_uppercase);
    let has_small = text.chars().any(char::is_lowercase);
    let case = u64::from(has_capitals) + 2 * u64::from(has_small);
    let emails: Vec<String> = tokens.iter().filter_map(local_part).take(MOST_EMAILS).collect();
    let see = |(token, classes): (&Token, &Classes)| {
        let name = commonness(token, text);
        let in_email = in_emails(token, &emails);
        let value = word_of_value(&token.kind);
        Sight {
            word: value.unwrap_or_else(|| hash(&token.folded)),
            classes: *classes,
            shape: mix(shape(token, text), case),
            name: name.0 * 16 + name.1,
            affixes: affixes(token),
            in_email,
            is_value: value.is_some(),
            is_name_like: name != (0, 0) || in_email > 0,
        }
    };
    tokens.iter().zip(classes).map(see).collect()
}

fn word_of_value(kind: &Kind) -> Option<u64> {
    match kind {
        Kind::Email(_) => Some(1),
        Kind::Vat(_) => Some(2),
        Kind::Id(_) => Some(3),
        _ => None,
    }
}

fn local_part(token: &Token) -> Option<String> {
    match &token.kind {
        Kind::Email(email) => email.split('@').next().map(str::to_lowercase),
        _ => None,
    }
}

/// How common a word is as a first and as a last name, in few steps.
fn commonness(token: &Token, text: &str) -> (u64, u64) {
    if !token.is_word() {
        return (0, 0);
    }
    let written = token.written(text);
    let word = written.split('-').next().unwrap_or(written);
    let step = |common: u8| u64::from(common.div_ceil(3));
    names::commonness(word).map_or((0, 0), |known| (step(known.first), step(known.last)))
}

/// Whether a word is in the part of an address before the `@`: 1 its first letters, 2 all of it.
fn in_emails(token: &Token, locals: &[String]) -> u64 {
    if !token.is_word() || token.folded.len() < 3 {
        return 0;
    }
    let is_in = |local: &String| {
        if local.contains(token.folded.as_str()) {
            return 2;
        }
        u64::from(token.folded.get(..4).is_some_and(|start| local.contains(start)))
    };
    locals.iter().map(is_in).max().unwrap_or(0)
}

/// Case and kind of what is written.
fn shape(token: &Token, text: &str) -> u64 {
    let written = token.written(text);
    let mut letters = written.chars().filter(|c| c.is_alphabetic());
    let first_is_capital = letters.next().is_some_and(char::is_uppercase);
    let (mut has_capital, mut has_small) = (false, false);
    letters.for_each(|letter| {
        has_capital |= letter.is_uppercase();
        has_small |= letter.is_lowercase();
    });
    let has_digit = written.bytes().any(|byte| byte.is_ascii_digit());
    let length = written.chars().take(3).count() as u64;
    let kind = match token.kind {
        Kind::Word => 0,
        Kind::Number => 1,
        Kind::Sign => 2,
        _ => 3,
    };
    let flags = [first_is_capital, has_capital, has_small, has_digit, written.contains('.')];
    flags.iter().fold(length * 4 + kind, |shape, flag| shape * 2 + u64::from(*flag))
}

/// How a word begins and ends, in two to four letters.
fn affixes(token: &Token) -> [u64; 6] {
    let word = token.folded.as_str();
    let mut affixes = [0; 6];
    if token.is_word() {
        for (length, pair) in
            (2..).zip(affixes.chunks_exact_mut(2)).filter(|(l, _)| *l < word.len())
        {
            let ends = [word.get(..length), word.get(word.len() - length..)];
            for ((to, end), which) in pair.iter_mut().zip(ends).zip(1..) {
                *to = end.map_or(0, |end| mix(hash(end), which));
            }
        }
    }
    affixes
}

/// The features of the part at `place`; the first one is its word.
pub fn features(sights: &[Sight], place: usize, to: &mut Vec<u64>) {
    let at = |step| place.checked_add_signed(step).and_then(|p| sights.get(p)).unwrap_or(&BORDER);
    let (here, before, behind) = (at(0), at(-1), at(1));
    let (before2, behind2) = (at(-2), at(2));
    own(here, to);
    let likeness = u64::from(before.is_name_like) * 2 + u64::from(behind.is_name_like);
    to.extend([
        mix(20, before.word),
        mix(21, behind.word),
        mix(22, before2.word),
        mix(23, behind2.word),
        mix(24, mix(before2.word, before.word)),
        mix(25, mix(behind.word, behind2.word)),
        mix(26, mix(before.word, behind.word)),
        mix(27, before.name),
        mix(28, behind.name),
        mix(29, mix(before.name, here.name)),
        mix(30, mix(here.name, behind.name)),
        mix(31, before.shape),
        mix(32, behind.shape),
        mix(33, mix(before.shape, here.shape)),
        mix(34, mix(here.shape, behind.shape)),
        mix(35, mix(here.name, likeness)),
        mix(36, nearest_value(sights, place)),
        mix(37, mix(here.shape, before.word)),
        mix(38, mix(here.name, before.word)),
        mix(39, mix(here.name, behind.word)),
        mix(44, (place as u64).min(3)),
        mix(45, ((sights.len() - place) as u64).min(3)),
    ]);
    for (template, sight) in [(40, before), (41, behind), (42, before2), (43, behind2)] {
        of_classes(template, sight.classes, to);
    }
    if here.is_value || here.is_name_like {
        around(sights, place, here, to);
    }
}

/// The features of the part at `place` beside the others if its word was hardly ever seen.
pub fn strange(sights: &[Sight], place: usize, to: &mut Vec<u64>) {
    let at = |step| place.checked_add_signed(step).and_then(|p| sights.get(p)).unwrap_or(&BORDER);
    let (here, before, behind) = (at(0), at(-1), at(1));
    to.extend([
        mix(70, 0),
        mix(71, here.shape),
        mix(72, mix(here.shape, here.name)),
        mix(73, before.word),
        mix(74, behind.word),
        mix(75, mix(here.shape, before.shape)),
        mix(76, mix(here.shape, behind.shape)),
    ]);
}

/// What a part is by itself.
fn own(here: &Sight, to: &mut Vec<u64>) {
    let is_unknown = u64::from(here.classes == 0);
    to.extend([
        mix(2, here.word),
        mix(1, 0),
        mix(3, here.shape),
        mix(4, here.name),
        mix(5, mix(here.shape, here.name)),
        mix(6, here.in_email),
        mix(7, mix(here.name, here.in_email)),
        mix(8, mix(here.shape, is_unknown)),
        mix(9, mix(here.name, is_unknown)),
    ]);
    of_classes(10, here.classes, to);
    let affixes = here.affixes.iter().filter(|affix| **affix != 0);
    to.extend(affixes.map(|affix| mix(11, *affix)));
}

fn of_classes(template: u64, classes: Classes, to: &mut Vec<u64>) {
    let mut rest = classes;
    while rest != 0 {
        to.push(mix(template, u64::from(rest.trailing_zeros())));
        rest &= rest - 1;
    }
}

/// How far the nearest address or number is, and on which side.
fn nearest_value(sights: &[Sight], place: usize) -> u64 {
    let distance = |step: isize| {
        let at = place.checked_add_signed(step)?;
        sights.get(at).filter(|sight| sight.is_value).map(|sight| mix(sight.word, step as u64))
    };
    (1..=3).find_map(|step| distance(-step).or_else(|| distance(step))).unwrap_or(0)
}

/// How many parts are looked at on either side of a name or value: it bounds the work.
const FAR: usize = 32;

/// What may tell the old from the new: what all words mean before and behind, what else is of the
/// kind.
fn around(sights: &[Sight], place: usize, here: &Sight, to: &mut Vec<u64>) {
    let before = sights.get(place.saturating_sub(FAR)..place).unwrap_or_default();
    let behind = sights.get(place + 1..(place + 1 + FAR).min(sights.len())).unwrap_or_default();
    let like =
        |sights: &[Sight]| sights.iter().filter(|s| s.word == here.word).count().min(2) as u64;
    let all = |sights: &[Sight]| sights.iter().fold(0, |classes, s| classes | s.classes);
    let kind = if here.is_value { here.word } else { 0 };
    to.push(mix(60, mix(kind, like(before) * 3 + like(behind))));
    of_classes(mix(61, kind), all(before), to);
    of_classes(mix(62, kind), all(behind), to);
}
