//! Search: customers by the words of their names and emails, best match first, without holding
//! more than a page.
//!
//! How well a word of the search matches a customer is its *class*: itself (0 in a name, 1 in the
//! email only), the beginning of a word (2, 3), nearly a word (4, 5). The class of its worst word
//! is the customer's *rank*. The words of the *driver*, the word of the search that seems
//! to be in the fewest customers, are walked in the order of rank, class and word; each customer they lead to
//! is read, its place in that order computed from its own words, and it is given out where it
//! belongs and nowhere else. So nothing needs to be remembered of what was given out.

mod near;
mod needle;
mod postings;

use std::collections::VecDeque;

use super::StoreError;
use super::key;
use super::record;
use super::trees::{Tree, Trees};
use crate::customer::{Customer, CustomerId, Namespace, words};
use needle::Needle;
use postings::{Posting, Spot, estimate, postings};

/// Rows of an index that are read at once, at most and at least.
const PAGE: usize = 256;
const SMALLEST_PAGE: usize = 16;

/// Places that are put in order in memory at once.
const MOST_PLACES: usize = 4096;

/// The first class of words that are not the word of the search itself.
const FIRST_INEXACT: u8 = 2;

/// The first class of words that are only spelt nearly like that of the search.
const FIRST_NEAR: u8 = 4;

/// The worst rank.
const LAST_RANK: u8 = 5;

/// So many customers cost more to read than it does to gather the marks of all words that match, by
/// which it is seen that most need not be read.
const MARKED_FROM: usize = 8;

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
    spot: Spot,
}

/// A search on its way.
#[derive(Debug, Clone)]
pub struct Search {
    namespace: Namespace,
    needles: Vec<Needle>,
    driver: usize,
    /// Everything up to this place was given out.
    behind: Option<Place>,
    order: Order,
}

/// How a search comes to the order of what it finds.
#[derive(Debug, Clone)]
enum Order {
    /// It walks the rows rank by rank: with one word, or where too many match to be held.
    Walked,
    /// It will put the next places in order at once, as walking again for each rank costs more.
    Unranked,
    /// It has done so.
    Ranked {
        /// Those that were not given out yet.
        rest: VecDeque<Place>,
        /// Whether there may be more behind them.
        has_more: bool,
    },
}

impl Search {
    /// A search of the customers of `namespace` for words.
    pub(super) fn new(
        trees: &Trees,
        namespace: &Namespace,
        words: &[WantedWord],
    ) -> Result<Search, StoreError> {
        let needles: Vec<Needle> = words.iter().map(Needle::new).collect();
        let (driver, order) = match needles.len() {
            1 => (0, Order::Walked),
            _ => (rarest(trees, namespace, &needles)?, Order::Unranked),
        };
        Ok(Search { namespace: namespace.clone(), needles, driver, behind: None, order })
    }

    /// Goes on behind the customer `id`; `false` where it is none that the search finds.
    pub(super) fn skip_to(&mut self, trees: &Trees, id: CustomerId) -> Result<bool, StoreError> {
        self.find_near(trees, 1)?;
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
        while found.len() < limit {
            let next = match &mut self.order {
                Order::Walked => {
                    self.walk(trees, limit, &mut found)?;
                    break;
                }
                Order::Unranked => {
                    self.rank(trees, limit)?;
                    continue;
                }
                Order::Ranked { rest, has_more } => match rest.pop_front() {
                    Some(place) => place,
                    None if *has_more => {
                        // Who goes on takes all, as each piece would be looked for among all.
                        self.rank(trees, usize::MAX)?;
                        continue;
                    }
                    None => break,
                },
            };
            // Changed meanwhile: it has another place, or none.
            found.extend(self.at(trees, &next)?);
            self.behind = Some(next);
        }
        Ok(found)
    }

    /// Walks the driver's words rank by rank, until `found` is full.
    fn walk(
        &mut self,
        trees: &Trees,
        limit: usize,
        found: &mut Vec<Customer>,
    ) -> Result<(), StoreError> {
        let first = self.behind.as_ref().map_or(0, |place| place.rank);
        for rank in first..=LAST_RANK {
            if rank >= FIRST_NEAR {
                self.find_near(trees, PAGE)?;
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
        let step = self.behind.as_ref().map(|place| (place.rank, place.class));
        if step > Some((rank, class)) {
            return Ok(());
        }
        let behind = self.behind.as_ref().filter(|_| step == Some((rank, class)));
        let mut behind = behind.map(|place| place.spot.clone());
        loop {
            // With one word each row leads to a customer who is wanted, mostly.
            let page = if self.needles.len() == 1 { limit - found.len() } else { PAGE };
            let page = page.clamp(SMALLEST_PAGE, PAGE);
            let rows = self.postings(trees, class, behind.as_ref(), page)?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            behind = Some(last.spot.clone());
            for Posting { spot, marks } in rows {
                if !self.may_match(rank, &marks) {
                    continue;
                }
                let place = Place { rank, class, spot };
                if let Some(customer) = self.at(trees, &place)? {
                    found.push(customer);
                    self.behind = Some(place);
                    if found.len() >= limit {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// The next rows of the driver's words of a class.
    fn postings(
        &self,
        trees: &Trees,
        class: u8,
        behind: Option<&Spot>,
        limit: usize,
    ) -> Result<Vec<Posting>, StoreError> {
        match self.needles.get(self.driver) {
            Some(driver) => postings(trees, &self.namespace, driver, class, behind, limit),
            None => Ok(Vec::new()),
        }
    }

    /// The customer at `place`, if that is where it belongs.
    fn at(&self, trees: &Trees, place: &Place) -> Result<Option<Customer>, StoreError> {
        let customer = self.load(trees, place.spot.id)?;
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

    /// Puts the next places in order, `wanted` at least unless there are fewer. All rows are gone
    /// through once, the best class first: of a class, no row leads to a better rank than itself,
    /// and rows of one rank are in order. So as soon as enough have the rank of the class or a better
    /// one, all others are behind them.
    fn rank(&mut self, trees: &Trees, wanted: usize) -> Result<(), StoreError> {
        let (mut places, mut inexact) = (Vec::new(), Vec::new());
        for class in 0..=LAST_RANK {
            if class == FIRST_INEXACT && !inexact.is_empty() {
                self.find_near(trees, inexact.len())?;
                for (class, Posting { spot, marks }) in std::mem::take(&mut inexact) {
                    if self.may_match(LAST_RANK, &marks) {
                        places.extend(self.place_of(trees, class, &spot)?);
                    }
                }
            }
            if class == FIRST_NEAR
                && let Some(driver) = self.needles.get_mut(self.driver)
            {
                driver.find_near(trees, &self.namespace)?;
            }
            let mut behind: Option<Spot> = None;
            loop {
                let enough = places.iter().filter(|place: &&Place| place.rank <= class);
                if enough.count() >= wanted {
                    places.retain(|place| place.rank <= class);
                    self.take_order(places, true);
                    return Ok(());
                }
                let rows = self.postings(trees, class, behind.as_ref(), PAGE)?;
                let Some(last) = rows.last() else { break };
                behind = Some(last.spot.clone());
                if class >= FIRST_INEXACT {
                    self.find_near(trees, rows.len())?;
                }
                for row in rows {
                    let place = match self.may_match(class, &row.marks) {
                        true => self.place_of(trees, class, &row.spot)?,
                        false => None,
                    };
                    match place {
                        Some(place) => places.push(place),
                        // Its rank is none of the best, if it has one: a mark that agrees proves
                        // nothing, and what is spelt nearly alike is not known yet.
                        None if class < FIRST_INEXACT => inexact.push((class, row)),
                        None => {}
                    }
                }
                if inexact.len() > MOST_PLACES {
                    self.find_near(trees, inexact.len())?;
                    inexact.retain(|(_, row)| self.may_match(LAST_RANK, &row.marks));
                }
                if places.len() > MOST_PLACES || inexact.len() > MOST_PLACES {
                    self.order = Order::Walked;
                    return Ok(());
                }
            }
        }
        self.take_order(places, false);
        Ok(())
    }

    fn take_order(&mut self, mut places: Vec<Place>, has_more: bool) {
        places.sort_unstable();
        self.order = Order::Ranked { rest: places.into(), has_more };
    }

    /// The place of the customer that a row of the driver's leads to, if it is behind what was given
    /// out. Each customer comes once: by the driver's word that is best for it.
    fn place_of(&self, trees: &Trees, class: u8, spot: &Spot) -> Result<Option<Place>, StoreError> {
        let place = self.load(trees, spot.id)?.and_then(|found| self.place(&found));
        Ok(place.filter(|place| {
            place.class == class
                && place.spot.word == spot.word
                && Some(place) > self.behind.as_ref()
        }))
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
        Some(Place { rank, class, spot: Spot { distance, word, id: customer.id } })
    }

    /// Looks up what is spelt nearly like each word, and what else is needed to judge so many rows of
    /// the driver's, if that was not done yet.
    fn find_near(&mut self, trees: &Trees, rows: usize) -> Result<(), StoreError> {
        for (position, needle) in self.needles.iter_mut().enumerate() {
            needle.find_near(trees, &self.namespace)?;
            // The driver's rows are walked; by marks it is seen whether the others match.
            if position != self.driver && rows >= MARKED_FROM {
                needle.find_marks(trees, &self.namespace)?;
            }
        }
        Ok(())
    }
}

/// The place of the word that seems to be in the fewest customers.
fn rarest(trees: &Trees, namespace: &Namespace, needles: &[Needle]) -> Result<usize, StoreError> {
    let mut counts = Vec::with_capacity(needles.len());
    for needle in needles {
        counts.push(estimate(trees, namespace, &needle.text)?);
    }
    Ok((0..needles.len()).min_by_key(|&position| counts.get(position)).unwrap_or(0))
}
