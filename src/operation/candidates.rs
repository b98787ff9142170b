//! Who of a company may be the same customer as another, looked for where the indexes lead to: one
//! key after another, the most telling first, so that whoever has found enough can stop.

use std::collections::VecDeque;

use super::Registry;
use super::duplicates::Question;
use crate::customer::CustomerId;
use crate::intelligence::duplicate::{NameLookups, Profile};
use crate::store::{Likeness, StoreError};

/// A search on its way.
pub(super) struct Search<'s> {
    registry: &'s Registry,
    question: &'s Question<'s>,
    /// Most customers that one key leads to.
    most: usize,
    names: NameLookups,
    /// How many of the keys were looked up.
    step: usize,
    /// Who was found and not read yet.
    waiting: VecDeque<CustomerId>,
    /// Who was found, and who does not count.
    seen: Vec<CustomerId>,
}

impl<'s> Search<'s> {
    /// A search that takes up to `most` customers from each key.
    pub(super) fn new(
        registry: &'s Registry,
        question: &'s Question<'s>,
        most: usize,
    ) -> Search<'s> {
        let (names, seen) = (NameLookups::of(question.details), question.without.to_vec());
        Search { registry, question, most, names, step: 0, waiting: VecDeque::new(), seen }
    }

    /// The next candidate, as it is compared; each comes once.
    pub(super) async fn next(&mut self) -> Result<Option<(CustomerId, Profile)>, StoreError> {
        loop {
            while let Some(id) = self.waiting.pop_front() {
                let other = self.registry.store.customer(self.question.namespace, id).await?;
                // One that is gone since the index was read is no candidate.
                if let Some(other) = other {
                    return Ok(Some((id, Profile::of(&other.details))));
                }
            }
            let Some(found) = self.look_up().await? else {
                return Ok(None);
            };
            for id in found {
                if !self.seen.contains(&id) {
                    self.seen.push(id);
                    self.waiting.push_back(id);
                }
            }
        }
    }

    /// Whom the next key leads to; `None` where there is no further key.
    async fn look_up(&mut self) -> Result<Option<Vec<CustomerId>>, StoreError> {
        let (details, step) = (self.question.details, self.step);
        self.step += 1;
        let likeness = match step {
            0 => Likeness::Email(&details.email),
            1 => Likeness::VatNumber(details.vat_number.as_str()),
            step => match self.names.whole.get(step - 2) {
                Some(key) => Likeness::Person(key),
                None => return self.look_around(step - 2 - self.names.whole.len()).await,
            },
        };
        let (namespace, most) = (self.question.namespace, self.most);
        self.registry.store.alike(namespace, likeness, most).await.map(Some)
    }

    /// Who has another first name with the same first letter, and is worth comparing.
    async fn look_around(&self, position: usize) -> Result<Option<Vec<CustomerId>>, StoreError> {
        let Some(beginning) = self.names.beginnings.get(position) else {
            return Ok(None);
        };
        let (store, namespace) = (&self.registry.store, self.question.namespace);
        let found = store.persons(namespace, beginning, self.most).await?.into_iter();
        let worth = found.filter(|(key, _)| self.names.is_worth_comparing(key));
        Ok(Some(worth.map(|(_, id)| id).collect()))
    }
}
