//! A word of a search: which words of customers match it, and how well.

use std::collections::HashMap;

use super::WantedWord;
use super::near::{near, near_by_beginnings};
use crate::customer::{Namespace, words};
use crate::store::trees::{Tree, Trees};
use crate::store::word_marks::MarkSet;
use crate::store::{StoreError, key};

/// Most words that a customer can match a word of the search by and that are looked for by their
/// marks: with more of them most customers would match.
const MOST_MARKED: usize = 4096;

/// Fewest bytes of a word of which others can be near spellings.
const NEAR_FROM: usize = 3;

/// Fewest bytes of a word in which two faults can be, if its first two bytes are right.
const TWO_FAULTS_FROM: usize = 8;

/// How far another form of a name is from it: as two slips of the key are.
const FORM_DISTANCE: u8 = 2;

/// How a word of the search matches a customer: its class, how far the customer's word is from it,
/// and that word.
pub type Match = (u8, u8, String);

/// A word of the search.
#[derive(Debug, Clone)]
pub struct Needle {
    /// The word, folded.
    pub text: String,
    /// The mark of the word itself.
    pub itself: MarkSet,
    /// Those of all words that match it in any way; `None` where they are too many, or were not asked
    /// for yet.
    pub any: Option<MarkSet>,
    has_marks: bool,
    /// Other forms of the same first name, which match as if they were spelt nearly like it.
    forms: Vec<&'static str>,
    /// What is spelt nearly like it, in names and in emails, nearest first; once it is asked for.
    near: Option<[Near; 2]>,
}

/// Words that are spelt nearly like another.
#[derive(Debug, Clone)]
struct Near {
    /// With their distances, nearest first.
    in_order: Vec<(u8, String)>,
    /// The same by the word.
    distances: HashMap<String, u8>,
}

impl From<Vec<(u8, String)>> for Near {
    fn from(in_order: Vec<(u8, String)>) -> Near {
        let distances = in_order.iter().map(|(distance, word)| (word.clone(), *distance)).collect();
        Near { in_order, distances }
    }
}

impl Needle {
    /// One of which the near spellings are not known yet.
    pub fn new(word: &WantedWord) -> Needle {
        let itself = MarkSet::of([word.text.as_str()].into_iter());
        let (text, forms) = (word.text.clone(), word.forms.clone());
        Needle { text, itself, any: None, has_marks: false, forms, near: None }
    }

    /// Looks up what is spelt nearly like it, if that was not done yet.
    pub fn find_near(&mut self, trees: &Trees, namespace: &Namespace) -> Result<(), StoreError> {
        if self.near.is_none() {
            let mut in_names = near_words(trees, namespace, true, &self.text)?;
            in_names.extend(self.known_forms(trees, namespace)?);
            keep_nearest(&mut in_names);
            let in_emails = near_words(trees, namespace, false, &self.text)?;
            self.near = Some([in_names.into(), in_emails.into()]);
        }
        Ok(())
    }

    /// Gathers the marks of all words that match it, once the near ones are known and if that was not
    /// done yet.
    pub fn find_marks(&mut self, trees: &Trees, namespace: &Namespace) -> Result<(), StoreError> {
        if !self.has_marks {
            self.any = self.all_marks(trees, namespace)?;
            self.has_marks = true;
        }
        Ok(())
    }

    /// The marks of all words that match it, once the near ones are known.
    fn all_marks(
        &self,
        trees: &Trees,
        namespace: &Namespace,
    ) -> Result<Option<MarkSet>, StoreError> {
        let mut matching = Vec::new();
        for in_name in [true, false] {
            let head = key::word(namespace.prefix().as_bytes(), in_name, "").len();
            let prefix = key::word(namespace.prefix().as_bytes(), in_name, &self.text);
            let rows = trees.scan(Tree::Word, &prefix, None, MOST_MARKED)?;
            if rows.len() == MOST_MARKED {
                return Ok(None);
            }
            for (key, _) in rows {
                matching.push(text_of(key.get(head..).unwrap_or_default())?);
            }
        }
        let near = self.near.iter().flatten().flat_map(|near| &near.in_order);
        let near = near.map(|(_, word)| word.as_str());
        Ok(Some(MarkSet::of(matching.iter().map(String::as_str).chain(near))))
    }

    /// What is spelt nearly like it and leads to customers, nearest first.
    pub fn near_in(&self, in_name: bool) -> &[(u8, String)] {
        self.near(in_name).map_or(&[], |near| &near.in_order)
    }

    fn near(&self, in_name: bool) -> Option<&Near> {
        self.near.as_ref().map(|[names, emails]| if in_name { names } else { emails })
    }

    /// How this word of the search matches a word of a customer, if it does.
    pub fn matches(&self, word: &words::Word) -> Option<Match> {
        let in_email = u8::from(!word.in_name);
        let (class, distance) = if word.text == self.text {
            (0, 0)
        } else if word.text.starts_with(&self.text) {
            (2, 0)
        } else {
            (4, *self.near(word.in_name)?.distances.get(&word.text)?)
        };
        Some((class + in_email, distance, word.text.clone()))
    }

    /// The other forms that are words of customers' names, as far away as any near spelling is:
    /// not those that begin with the word, which match better than that.
    fn known_forms(
        &self,
        trees: &Trees,
        namespace: &Namespace,
    ) -> Result<Vec<(u8, String)>, StoreError> {
        let mut known = Vec::new();
        for form in self.forms.iter().filter(|form| !form.starts_with(&self.text)) {
            if is_word(trees, &key::word(namespace.prefix().as_bytes(), true, form))? {
                known.push((FORM_DISTANCE, (*form).to_owned()));
            }
        }
        Ok(known)
    }
}

/// Leaves each word once, by its least distance, the nearest first.
fn keep_nearest(words: &mut Vec<(u8, String)>) {
    words.sort_unstable_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
    words.dedup_by(|next, kept| next.1 == kept.1);
    words.sort_unstable();
}

fn is_word(trees: &Trees, key: &[u8]) -> Result<bool, StoreError> {
    Ok(trees.may_have(Tree::Word, key) && trees.get(Tree::Word, key)?.is_some())
}

/// What is spelt nearly like `text`, nearest first: not the word itself, and none that begins
/// with it, which match better than that.
fn near_words(
    trees: &Trees,
    namespace: &Namespace,
    in_name: bool,
    text: &str,
) -> Result<Vec<(u8, String)>, StoreError> {
    let head = key::word(namespace.prefix().as_bytes(), in_name, "");
    let mut found = Vec::new();
    if text.len() >= NEAR_FROM {
        found = walk_vocabulary(trees, &head, text, 1, "")?;
    }
    if text.len() >= TWO_FAULTS_FROM {
        let beginning = text.get(..2).unwrap_or(text);
        found.extend(walk_vocabulary(trees, &head, text, 2, beginning)?);
    }
    found.retain(|(_, word)| !word.starts_with(text));
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The words behind `head` within `most` faults of `text` that begin with `beginning`.
fn walk_vocabulary(
    trees: &Trees,
    head: &[u8],
    text: &str,
    most: u8,
    beginning: &str,
) -> Result<Vec<(u8, String)>, StoreError> {
    let word_key = |word: &[u8]| [head, word].concat();
    let found = match trees.beginnings(head) {
        Some(mut words) => {
            let (alphabet, beginning) = (words.alphabet(), beginning.as_bytes());
            let may_be = |beginning: &[u8]| words.may_be(beginning);
            let mut found = Vec::new();
            for near in near_by_beginnings(text.as_bytes(), most, beginning, &alphabet, may_be) {
                if is_word(trees, &word_key(&near.1))? {
                    found.push(near);
                }
            }
            found
        }
        None => {
            let prefix = word_key(beginning.as_bytes());
            near(text.as_bytes(), most, |from| {
                let found =
                    trees.seek(Tree::Word, word_key(from).max(prefix.clone()).as_slice())?;
                let found = found.filter(|found| found.starts_with(&prefix));
                let word = |found: &[u8]| found.get(head.len()..).unwrap_or_default().to_vec();
                Ok::<_, StoreError>(found.map(|found| word(&found)))
            })?
        }
    };
    found.into_iter().map(|(distance, word)| Ok((distance, text_of(&word)?))).collect()
}

/// A stored word as text.
///
/// # Errors
/// It is damaged.
pub fn text_of(word: &[u8]) -> Result<String, StoreError> {
    let text = std::str::from_utf8(word).map(str::to_owned);
    text.map_err(|error| StoreError::damaged("a stored word is no text", error))
}
