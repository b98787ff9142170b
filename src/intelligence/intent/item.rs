//! A text as its wording is judged: words, and masks that stand for its values, so that it does not
//! matter who is meant.

use super::lexicon::{Classes, lexicon};
use super::linear::hash;
use super::sentence::Sentence;
use super::tag::Tag;
use super::token::{Kind, Token};

/// What a mask stands for; 0 is a word.
pub type Mask = u64;

/// A name.
pub const NAME: Mask = 4;

/// What is searched for: the last of the values of customers.
pub const QUERY: Mask = 5;

/// A number that is no value.
const NUMBER: Mask = 6;

/// The class of words that the lexicon does not have, beyond all that it may have.
pub const OTHER: Classes = 1 << 63;

/// A word, or a mask that stands for a value.
#[derive(Debug, Clone, Default)]
pub struct Item {
    /// The word, hashed, or the mask.
    pub word: u64,
    /// The word itself; nothing of a mask or sign.
    pub letters: String,
    /// What the word means.
    pub classes: Classes,
    /// What it stands for.
    pub mask: Mask,
}

impl Item {
    /// What it means or stands for, as numbers: those of masks are above those of classes.
    pub fn meanings(&self) -> impl Iterator<Item = u64> {
        let mask = (self.mask > 0).then_some(64 + self.mask);
        each(self.classes).chain(mask)
    }

    /// Whether it means one of these.
    pub fn is(&self, classes: Classes) -> bool {
        self.classes & classes != 0
    }
}

/// The numbers of classes.
pub fn each(classes: Classes) -> impl Iterator<Item = u64> {
    let mut rest = classes;
    std::iter::from_fn(move || {
        let class = (rest != 0).then(|| u64::from(rest.trailing_zeros()))?;
        rest &= rest - 1;
        Some(class)
    })
}

/// The items of a sentence whose parts are tagged. Masks of a kind in a row are one.
pub fn items(sentence: &Sentence<'_>, tags: &[Tag]) -> Vec<Item> {
    let function = lexicon().class("function");
    let mut items: Vec<Item> = Vec::with_capacity(sentence.tokens.len());
    for ((token, tag), classes) in sentence.tokens.iter().zip(tags).zip(&sentence.classes) {
        let mask = mask(token, *tag);
        let repeats = mask > 0 && items.last().is_some_and(|last| last.mask == mask);
        if !repeats && !is_quiet(token, mask) {
            items.push(item(token, mask, *classes, function));
        }
    }
    items
}

fn item(token: &Token, mask: Mask, classes: Classes, function: Classes) -> Item {
    if mask > 0 {
        return Item { word: mask, mask, ..Item::default() };
    }
    let is_other = classes == 0 && token.is_word();
    Item {
        word: hash(&token.folded),
        letters: if token.is_word() { token.folded.clone() } else { String::new() },
        classes: if is_other { OTHER } else { classes & !function },
        mask,
    }
}

fn mask(token: &Token, tag: Tag) -> Mask {
    match (&token.kind, tag) {
        (Kind::Email(_), _) => 1,
        (Kind::Vat(_), _) => 2,
        (Kind::Id(_), _) => 3,
        (_, Tag::Query) => QUERY,
        (Kind::Number, Tag::None) => NUMBER,
        (_, Tag::None) => 0,
        _ => NAME,
    }
}

/// Signs that only part words.
const QUIET: &str = ",.;()[]{}\"'’‘“”«»-–—_*#|";

/// Signs that say nothing of what is asked.
fn is_quiet(token: &Token, mask: Mask) -> bool {
    mask == 0 && token.kind == Kind::Sign && QUIET.contains(&token.folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_masked_and_quiet_signs_left_out() {
        let sentence = Sentence::of("add Mario Rossi, a@b.it!");
        let tags = [Tag::None, Tag::First, Tag::Last, Tag::None, Tag::Given, Tag::None];
        let items = items(&sentence, &tags);
        let masks: Vec<Mask> = items.iter().map(|item| item.mask).collect();
        assert_eq!(masks, [0, NAME, 1, 0]);
        assert_eq!(items[0].letters, "add");
        assert!(items[0].is(lexicon().class("create")) && !items[1].is(OTHER));
    }

    #[test]
    fn a_word_that_the_lexicon_does_not_have_is_of_a_class_of_its_own() {
        let sentence = Sentence::of("the zebra");
        let items = items(&sentence, &[Tag::None, Tag::None]);
        assert_eq!(items[0].meanings().count(), 0);
        assert_eq!(items[1].meanings().collect::<Vec<_>>(), [63]);
    }
}
