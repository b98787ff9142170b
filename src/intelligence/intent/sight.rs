//! What is seen of each part of a text by whoever looks for names in it.

use super::lexicon::{Classes, lexicon};
use super::linear::{hash, mix};
use super::purpose::Purpose;
use super::token::{Kind, Token};
use crate::intelligence::names;

/// A part of a text, seen by itself.
#[derive(Debug, Clone, Default)]
pub struct Sight {
    word: u64,
    classes: Classes,
    shape: u64,
    name: u64,
    affixes: Vec<u64>,
    in_email: u64,
    is_value: bool,
    is_name_like: bool,
}

/// What is beyond the borders of a text.
const BORDER: u64 = 0xB0;

impl Sight {
    /// What is seen of each part of a text.
    pub fn of(text: &str, tokens: &[Token]) -> Vec<Sight> {
        let classes = lexicon().classes(tokens);
        let has_capitals = text.chars().any(char::is_uppercase);
        let has_small = text.chars().any(char::is_lowercase);
        let case = u64::from(has_capitals) + 2 * u64::from(has_small);
        let emails: Vec<&str> = tokens.iter().filter_map(local_part).collect();
        let see = |(token, classes): (&Token, Classes)| {
            let name = commonness(token.written(text));
            let (is_value, in_email) =
                (word_of_kind(&token.kind).is_some(), in_emails(token, &emails));
            Sight {
                word: word_of_kind(&token.kind).unwrap_or_else(|| hash(&token.folded)),
                classes,
                shape: mix(shape(token, text), case),
                name: name.0 * 16 + name.1,
                affixes: affixes(token),
                in_email,
                is_value,
                is_name_like: name != (0, 0) || in_email > 0,
            }
        };
        tokens.iter().zip(classes).map(see).collect()
    }
}

fn word_of_kind(kind: &Kind) -> Option<u64> {
    match kind {
        Kind::Email(_) => Some(1),
        Kind::Vat(_) => Some(2),
        Kind::Id(_) => Some(3),
        _ => None,
    }
}

fn local_part(token: &Token) -> Option<&str> {
    match &token.kind {
        Kind::Email(email) => email.split('@').next(),
        _ => None,
    }
}

/// How common a word is as a first and as a last name, in few steps.
fn commonness(written: &str) -> (u64, u64) {
    let word = written.split('-').next().unwrap_or(written);
    let step = |common: u8| u64::from(common.div_ceil(3));
    names::commonness(word).map_or((0, 0), |known| (step(known.first), step(known.last)))
}

/// Whether a word is in the part of an address before the `@`: 1 its first letters, 2 all of it.
fn in_emails(token: &Token, locals: &[&str]) -> u64 {
    if !token.is_word() || token.folded.len() < 3 {
        return 0;
    }
    let is_in = |local: &&str| {
        let local = local.to_lowercase();
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
    let (mut capitals, mut small) = (0, 0);
    letters.for_each(|letter| {
        capitals += u64::from(letter.is_uppercase());
        small += u64::from(letter.is_lowercase());
    });
    let has_digit = written.chars().any(|c| c.is_ascii_digit());
    let has_dot = written.contains('.');
    let length = (written.chars().count() as u64).min(3);
    let case = u64::from(first_is_capital) + 2 * u64::from(capitals > 0) + 4 * u64::from(small > 0);
    let kind = match token.kind {
        Kind::Word => 0,
        Kind::Number => 1,
        Kind::Sign => 2,
        _ => 3,
    };
    case + 8 * u64::from(has_digit) + 16 * u64::from(has_dot) + 32 * length + 128 * kind
}

fn affixes(token: &Token) -> Vec<u64> {
    if !token.is_word() {
        return Vec::new();
    }
    let word = token.folded.as_str();
    let mut affixes = Vec::with_capacity(6);
    for length in 2..=4 {
        if word.len() > length {
            affixes.extend(word.get(..length).map(|start| mix(hash(start), 1)));
            affixes.extend(word.get(word.len() - length..).map(|end| mix(hash(end), 2)));
        }
    }
    affixes
}

/// The features of the part at `place`.
pub fn features(sights: &[Sight], place: usize, purpose: Option<Purpose>, to: &mut Vec<u64>) {
    let border = Sight { word: BORDER, ..Sight::default() };
    let at =
        |step: isize| place.checked_add_signed(step).and_then(|p| sights.get(p)).unwrap_or(&border);
    let (here, before, behind) = (at(0), at(-1), at(1));
    let (before2, behind2) = (at(-2), at(2));
    let base = to.len();
    own(here, to);
    let nearest = nearest_value(sights, place);
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
        mix(
            35,
            mix(here.name, mix(u64::from(before.is_name_like), u64::from(behind.is_name_like))),
        ),
        mix(36, nearest),
        mix(37, mix(here.shape, before.word)),
        mix(38, mix(here.name, before.word)),
        mix(39, mix(here.name, behind.word)),
    ]);
    of_classes(40, before.classes, to);
    of_classes(41, behind.classes, to);
    of_classes(42, before2.classes, to);
    of_classes(43, behind2.classes, to);
    to.push(mix(44, (place as u64).min(3)));
    to.push(mix(45, ((sights.len() - place) as u64).min(3)));
    if let Some(purpose) = purpose {
        let of_purpose = 100 + purpose.place() as u64;
        let end = to.len();
        for at in base..end {
            to.push(mix(to[at], of_purpose));
        }
        earlier(sights, place, of_purpose, to);
    }
}

/// What a part is by itself.
fn own(here: &Sight, to: &mut Vec<u64>) {
    to.extend([
        mix(1, 0),
        mix(2, here.word),
        mix(3, here.shape),
        mix(4, here.name),
        mix(5, mix(here.shape, here.name)),
        mix(6, here.in_email),
        mix(7, mix(here.name, here.in_email)),
        mix(8, mix(here.shape, u64::from(here.classes == 0))),
        mix(9, mix(here.name, u64::from(here.classes == 0))),
    ]);
    of_classes(10, here.classes, to);
    to.extend(here.affixes.iter().map(|affix| mix(11, *affix)));
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

/// What of an update was before: names and values of the same kind, and words of change.
fn earlier(sights: &[Sight], place: usize, of_purpose: u64, to: &mut Vec<u64>) {
    let (Some(here), before) = (sights.get(place), sights.get(..place).unwrap_or_default()) else {
        return;
    };
    let behind = sights.get(place + 1..).unwrap_or_default();
    let same = |sight: &&Sight| here.is_value && sight.word == here.word;
    let (earlier, later) = (before.iter().filter(same).count(), behind.iter().filter(same).count());
    to.push(mix(of_purpose, mix(60, (earlier.min(2) * 3 + later.min(2)) as u64)));
    let classes_before = before.iter().fold(0, |classes, sight| classes | sight.classes);
    let classes_behind = behind.iter().fold(0, |classes, sight| classes | sight.classes);
    of_classes(mix(of_purpose, 61), classes_before, to);
    of_classes(mix(of_purpose, 62), classes_behind, to);
    let again = before.iter().any(|sight| sight.word == here.word);
    to.push(mix(of_purpose, mix(63, u64::from(again))));
}
