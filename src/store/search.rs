//! Search: customers by the words of their names and emails, best match first, without holding
//! more than a page.
//!
//! How well a word of the search matches a customer is its *class*: itself (0 in a name, 1 in the
//! email only), the beginning of a word (2, 3), nearly a word (4, 5). The class of its worst word
//! is the customer's *rank*. The words of the *driver*, the word of the search that seems
//! to be in the fewest customers, are walked in the order of rank, class and word; each customer they lead to
//! is read, its place in that order computed from its own words, and it is given out where it
//! belongs and nowhere else. So nothing needs to be remembered of what was given out.

use std::collections::{HashMap, VecDeque};

use super::StoreError;
use super::index;
use super::key;
use super::near::near;
use super::record;
use super::trees::{Bytes, Tree, Trees};
use super::word_marks::MarkSet;
use crate::customer::{Customer, CustomerId, Namespace, words};

/// Rows of an index that are read at once.
const PAGE: usize = 256;

/// Rows of a word that are read to guess how many there are.
const COUNTED: usize = 256;

/// Places that are put in order in memory at once.
const MOST_PLACES: usize = 4096;

/// Most words that a customer can match a word of the search by and that are looked for by their
/// marks: with more of them most customers would match.
const MOST_MARKED: usize = 4096;

/// Fewest bytes of a word of which others can be near spellings.
const NEAR_FROM: usize = 3;

/// Fewest bytes of a word in which two faults can be, if its first two bytes are right.
const TWO_FAULTS_FROM: usize = 8;

/// How far another form of a name is from it: as two slips of the key are.
const FORM_DISTANCE: u8 = 2;

/// The worst rank.
const LAST_RANK: u8 = 5;

/// A word that is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedWord {
    /// The word, folded as [`words::of_search`] does.
    pub text: String,
    /// Other forms of the same first name, folded.
    pub forms: Vec<&'static str>,
}

/// Where a customer stands in the order of what a search finds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    rank: u8,
    class: u8,
    distance: u8,
    word: String,
    id: CustomerId,
}

/// A word of the search.
#[derive(Debug, Clone)]
struct Needle {
    text: String,
    /// Other forms of the same first name, which match as if they were spelt nearly like it.
    forms: Vec<&'static str>,
    /// What is spelt nearly like it, in names and in emails, nearest first; once it is asked for.
    near: Option<[Near; 2]>,
    /// The mark of the word itself.
    itself: MarkSet,
    /// Those of all words that match it in any way; `None` where they are too many.
    any: Option<MarkSet>,
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

/// How a word of the search matches a customer.
type Match = (u8, u8, String);

/// A search on its way.
#[derive(Debug, Clone)]
pub struct Search {
    namespace: Namespace,
    needles: Vec<Needle>,
    driver: usize,
    /// Everything up to this place was given out.
    behind: Option<Place>,
    /// The rest, where it was put in order at once.
    rest: Option<VecDeque<Place>>,
    walks_all: bool,
}

impl Search {
    /// A search of the customers of `namespace` for words.
    pub(super) fn new(
        trees: &Trees,
        namespace: &Namespace,
        words: &[WantedWord],
    ) -> Result<Search, StoreError> {
        let needles: Vec<Needle> = words.iter().map(Needle::new).collect();
        let mut counts = Vec::with_capacity(needles.len());
        for needle in &needles {
            counts.push(estimate(trees, namespace, &needle.text)?);
        }
        let driver = (0..needles.len()).min_by_key(|&position| counts.get(position)).unwrap_or(0);
        let walks_all = needles.len() == 1;
        let namespace = namespace.clone();
        Ok(Search { namespace, needles, driver, behind: None, rest: None, walks_all })
    }

    /// Goes on behind the customer `id`; `false` where it is none that the search finds.
    pub(super) fn skip_to(&mut self, trees: &Trees, id: CustomerId) -> Result<bool, StoreError> {
        self.find_near(trees)?;
        let Some(customer) = self.load(trees, id)? else {
            return Ok(false);
        };
        self.behind = self.place(&customer);
        Ok(self.behind.is_some())
    }

    /// The next customers, `limit` at most; fewer at the end only.
    pub(super) fn next(
        &mut self,
        trees: &Trees,
        limit: usize,
    ) -> Result<Vec<Customer>, StoreError> {
        let mut found = Vec::new();
        if self.rest.is_none() {
            // With several words, what matches them exactly is found by looking at the index
            // alone; the rest is ranked at once, as walking it again for each rank costs more.
            let last = if self.walks_all { LAST_RANK } else { 1 };
            self.walk(trees, last, limit, &mut found)?;
            if found.len() < limit && !self.walks_all {
                self.rest = self.rank_rest(trees)?;
                self.walks_all = self.rest.is_none();
                if self.walks_all {
                    self.walk(trees, LAST_RANK, limit, &mut found)?;
                }
            }
        }
        while found.len() < limit
            && let Some(place) = self.rest.as_mut().and_then(VecDeque::pop_front)
        {
            // Changed meanwhile: it has another place, or none.
            let customer = self.load(trees, place.id)?;
            found.extend(customer.filter(|customer| self.place(customer).as_ref() == Some(&place)));
        }
        Ok(found)
    }

    /// Walks the driver's words rank by rank up to `last`, until `found` is full.
    fn walk(
        &mut self,
        trees: &Trees,
        last: u8,
        limit: usize,
        found: &mut Vec<Customer>,
    ) -> Result<(), StoreError> {
        let first = self.behind.as_ref().map_or(0, |place| place.rank);
        for rank in first..=last {
            if rank >= 4 {
                self.find_near(trees)?;
            }
            let lowest = if self.needles.len() == 1 { rank } else { 0 };
            for class in lowest..=rank {
                self.walk_class(trees, rank, class, limit, found)?;
                if found.len() >= limit {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn walk_class(
        &mut self,
        trees: &Trees,
        rank: u8,
        class: u8,
        limit: usize,
        found: &mut Vec<Customer>,
    ) -> Result<(), StoreError> {
        let behind = self.behind.clone();
        let step = behind.as_ref().map(|place| (place.rank, place.class));
        if step > Some((rank, class)) {
            return Ok(());
        }
        let behind = behind.filter(|_| step == Some((rank, class)));
        let mut next = match &behind {
            Some(place) => Some((place.distance, place.word.clone())),
            None => self.word_behind(trees, class, None)?,
        };
        let mut after = behind.map(|place| place.id);
        while let Some((distance, word)) = next {
            let word_key = self.word_key(class, &word);
            loop {
                let rows = postings(trees, &word_key, after, PAGE)?;
                let Some(&(last, _)) = rows.last() else { break };
                for (id, marks) in rows {
                    if !self.may_match(rank, &marks) {
                        continue;
                    }
                    let place = Place { rank, class, distance, word: word.clone(), id };
                    if let Some(customer) = self.at(trees, &place)? {
                        found.push(customer);
                        self.behind = Some(place);
                        if found.len() >= limit {
                            return Ok(());
                        }
                    }
                }
                after = Some(last);
            }
            after = None;
            next = self.word_behind(trees, class, Some((distance, word)))?;
        }
        Ok(())
    }

    /// The customer at `place`, if that is where it belongs.
    fn at(&self, trees: &Trees, place: &Place) -> Result<Option<Customer>, StoreError> {
        let customer = self.load(trees, place.id)?;
        Ok(customer.filter(|customer| self.place(customer).as_ref() == Some(place)))
    }

    /// Whether the other words can match a customer whose words have these marks, well enough for
    /// `rank`: the index tells without a look at the customer.
    fn may_match(&self, rank: u8, marks: &[u8]) -> bool {
        let others = self.needles.iter().enumerate().filter(|(at, _)| *at != self.driver);
        others.map(|(_, needle)| needle).all(|needle| match (rank, &needle.any) {
            (0 | 1, _) => needle.itself.may_meet(marks),
            (_, Some(any)) => any.may_meet(marks),
            (_, None) => true,
        })
    }

    /// Everything that is found behind the place that was given out last, in order; `None` where
    /// that is too much to be held.
    fn rank_rest(&mut self, trees: &Trees) -> Result<Option<VecDeque<Place>>, StoreError> {
        self.find_near(trees)?;
        let mut places = Vec::new();
        for class in 0..=LAST_RANK {
            let mut next = self.word_behind(trees, class, None)?;
            while let Some((distance, word)) = next {
                let (word_key, mut after) = (self.word_key(class, &word), None);
                loop {
                    let rows = postings(trees, &word_key, after, PAGE)?;
                    let Some(&(last, _)) = rows.last() else { break };
                    for (id, marks) in rows {
                        if !self.may_match(LAST_RANK, &marks) {
                            continue;
                        }
                        let place = self.load(trees, id)?.and_then(|found| self.place(&found));
                        // Each customer comes once: by the driver's word that is best for it.
                        places.extend(place.filter(|place| {
                            place.class == class && place.word == word && place.rank > 1
                        }));
                    }
                    if places.len() > MOST_PLACES {
                        return Ok(None);
                    }
                    after = Some(last);
                }
                next = self.word_behind(trees, class, Some((distance, word)))?;
            }
        }
        places.retain(|place| Some(place) > self.behind.as_ref());
        places.sort_unstable();
        Ok(Some(places.into()))
    }

    fn load(&self, trees: &Trees, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let value = trees.get(Tree::Customer, &key::customer(&self.namespace, id))?;
        value.map(|value| record::decode_customer(id, &value)).transpose()
    }

    /// Where a customer belongs; `None` where not all words match it.
    fn place(&self, customer: &Customer) -> Option<Place> {
        let words = words::of(&customer.details);
        let (mut rank, mut of_driver) = (0, None);
        for (position, needle) in self.needles.iter().enumerate() {
            let best = words.iter().filter_map(|word| needle.matches(word)).min()?;
            rank = rank.max(best.0);
            if position == self.driver {
                of_driver = Some(best);
            }
        }
        let (class, distance, word) = of_driver?;
        Some(Place { rank, class, distance, word, id: customer.id })
    }

    /// Looks up what is spelt nearly like each word, if that was not done yet.
    fn find_near(&mut self, trees: &Trees) -> Result<(), StoreError> {
        for needle in &mut self.needles {
            if needle.near.is_none() {
                let mut in_names = near_words(trees, &self.namespace, true, &needle.text)?;
                in_names.extend(needle.known_forms(trees, &self.namespace)?);
                keep_nearest(&mut in_names);
                let in_emails = near_words(trees, &self.namespace, false, &needle.text)?;
                needle.near = Some([in_names.into(), in_emails.into()]);
                needle.any = needle.all_marks(trees, &self.namespace)?;
            }
        }
        Ok(())
    }

    fn word_key(&self, class: u8, word: &str) -> Vec<u8> {
        key::word(self.namespace.prefix().as_bytes(), is_in_name(class), word)
    }

    /// The driver's next word of a class: the first, or the one behind `last`.
    fn word_behind(
        &self,
        trees: &Trees,
        class: u8,
        last: Option<(u8, String)>,
    ) -> Result<Option<(u8, String)>, StoreError> {
        let Some(driver) = self.needles.get(self.driver) else {
            return Ok(None);
        };
        match class {
            0 | 1 => Ok(last.is_none().then(|| (0, driver.text.clone()))),
            2 | 3 => {
                let text = last.map_or_else(|| driver.text.clone(), |(_, word)| word);
                self.prefixed_behind(trees, class, &driver.text, &text)
            }
            _ => {
                let near = driver.near_in(is_in_name(class)).map(|near| near.in_order.iter());
                let mut near = near.into_iter().flatten();
                Ok(near.find(|near| Some(*near) > last.as_ref()).cloned())
            }
        }
    }

    /// The first word behind `last` that begins with `prefix`, and is longer.
    fn prefixed_behind(
        &self,
        trees: &Trees,
        class: u8,
        prefix: &str,
        last: &str,
    ) -> Result<Option<(u8, String)>, StoreError> {
        let mut from = self.word_key(class, last);
        from.push(0);
        let prefix = self.word_key(class, prefix);
        let head = self.word_key(class, "").len();
        let found = trees.seek(Tree::Word, &from)?.filter(|found| found.starts_with(&prefix));
        found.map(|found| Ok((0, text_of(found.get(head..).unwrap_or_default())?))).transpose()
    }
}

impl Needle {
    fn new(word: &WantedWord) -> Needle {
        let itself = MarkSet::of([word.text.as_str()].into_iter());
        let (text, forms) = (word.text.clone(), word.forms.clone());
        Needle { text, forms, near: None, itself, any: None }
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
            let key = key::word(namespace.prefix().as_bytes(), true, form);
            if trees.get(Tree::Word, &key)?.is_some() {
                known.push((FORM_DISTANCE, (*form).to_owned()));
            }
        }
        Ok(known)
    }

    /// The marks of all words that this one matches, once the near ones are known.
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

    fn near_in(&self, in_name: bool) -> Option<&Near> {
        self.near.as_ref().map(|[names, emails]| if in_name { names } else { emails })
    }

    /// How this word of the search matches a word of a customer, if it does.
    fn matches(&self, word: &words::Word) -> Option<Match> {
        let in_email = u8::from(!word.in_name);
        let (class, distance) = if word.text == self.text {
            (0, 0)
        } else if word.text.starts_with(&self.text) {
            (2, 0)
        } else {
            (4, *self.near_in(word.in_name)?.distances.get(&word.text)?)
        };
        Some((class + in_email, distance, word.text.clone()))
    }
}

fn is_in_name(class: u8) -> bool {
    class.is_multiple_of(2)
}

/// Leaves each word once, by its least distance, the nearest first.
fn keep_nearest(words: &mut Vec<(u8, String)>) {
    words.sort_unstable_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
    words.dedup_by(|next, kept| next.1 == kept.1);
    words.sort_unstable();
}

/// About how many customers a word of the search leads to. Rows stand in the order of the ids, and
/// so of the time of creation: how soon the first [`COUNTED`] customers of a word followed each
/// other tells how many there are in all, without reading them.
fn estimate(trees: &Trees, namespace: &Namespace, text: &str) -> Result<u64, StoreError> {
    let mut customers = 0;
    for in_name in [true, false] {
        let word = key::word(namespace.prefix().as_bytes(), in_name, text);
        let rows = postings(trees, &word, None, COUNTED)?;
        let count = rows.len() as u64;
        customers += match (rows.first(), rows.last()) {
            (Some((first, _)), Some((last, _))) if rows.len() == COUNTED => {
                let all = index::last_customer_id(trees)?.map_or(0, CustomerId::milliseconds);
                let whole = all.saturating_sub(first.milliseconds());
                let part = last.milliseconds().saturating_sub(first.milliseconds());
                count.saturating_mul(whole.max(1)) / part.max(1)
            }
            _ => count,
        };
        customers += trees.scan(Tree::ByName, &word, None, COUNTED)?.len() as u64;
    }
    Ok(customers)
}

/// The next customers that a word leads to, with the marks of all their words.
fn postings(
    trees: &Trees,
    word: &[u8],
    after: Option<CustomerId>,
    limit: usize,
) -> Result<Vec<(CustomerId, Bytes)>, StoreError> {
    let prefix = key::postings(word);
    let after = after.map(|id| key::by_name(word, id));
    let rows = trees.scan(Tree::ByName, &prefix, after.as_deref(), limit)?;
    rows.into_iter().map(|(key, marks)| Ok((key::customer_id(&key)?, marks))).collect()
}

/// What is spelt nearly like `text`, nearest first: not the word itself, and none that begins
/// with it, which match better than that.
fn near_words(
    trees: &Trees,
    namespace: &Namespace,
    in_name: bool,
    text: &str,
) -> Result<Vec<(u8, String)>, StoreError> {
    let mut found = Vec::new();
    if text.len() >= NEAR_FROM {
        found = walk_vocabulary(trees, namespace, in_name, text, 1, "")?;
    }
    if text.len() >= TWO_FAULTS_FROM {
        let beginning = text.get(..2).unwrap_or(text);
        found.extend(walk_vocabulary(trees, namespace, in_name, text, 2, beginning)?);
    }
    found.retain(|(_, word)| !word.starts_with(text));
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The words within `most` faults of `text` that begin with `beginning`.
fn walk_vocabulary(
    trees: &Trees,
    namespace: &Namespace,
    in_name: bool,
    text: &str,
    most: u8,
    beginning: &str,
) -> Result<Vec<(u8, String)>, StoreError> {
    let head = key::word(namespace.prefix().as_bytes(), in_name, "");
    let prefix = key::word(namespace.prefix().as_bytes(), in_name, beginning);
    let found = near(text.as_bytes(), most, |from| {
        let from: Vec<u8> = head.iter().chain(from).copied().collect();
        let found = trees.seek(Tree::Word, from.as_slice().max(&prefix))?;
        let found = found.filter(|found| found.starts_with(&prefix));
        Ok::<_, StoreError>(found.map(|found| found.get(head.len()..).unwrap_or_default().to_vec()))
    })?;
    found.into_iter().map(|(distance, word)| Ok((distance, text_of(&word)?))).collect()
}

fn text_of(word: &[u8]) -> Result<String, StoreError> {
    let text = std::str::from_utf8(word).map(str::to_owned);
    text.map_err(|error| StoreError::damaged("a stored word is no text", error))
}
