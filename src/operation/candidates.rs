//! Who of a company may be the same customer as another, looked for where the indexes lead to: one
//! key after another, the most telling first, so that whoever has found enough can stop.

use std::collections::VecDeque;

use super::Registry;
use super::duplicates::Question;
use crate::customer::CustomerId;
use crate::intelligence::duplicate::{Lookups, Profile};
use crate::store::{Alike, Likeness, StoreError};

/// As many customers as are read for one key whatever else they have in common. Where more have a
/// name, a mailbox or a number in common, that alone tells little.
const FEW: usize = 4;

/// A search on its way.
pub(super) struct Search<'s> {
    registry: &'s Registry,
    question: &'s Question<'s>,
    /// Most index rows that are read for one key.
    most: usize,
    lookups: Lookups,
    /// How many of the keys were looked up.
    step: usize,
    /// Who was found and not read yet.
    waiting: VecDeque<CustomerId>,
    /// Who was found, and who does not count.
    seen: Vec<CustomerId>,
}

impl<'s> Search<'s> {
    /// A search that looks at up to `most` index rows for each key.
    pub(super) fn new(
        registry: &'s Registry,
        question: &'s Question<'s>,
        most: usize,
    ) -> Search<'s> {
        let (lookups, seen) = (Lookups::of(question.details), question.without.to_vec());
        Search { registry, question, most, lookups, step: 0, waiting: VecDeque::new(), seen }
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
            if !self.look_up().await? {
                return Ok(None);
            }
        }
    }

    /// Finds whom the next key leads to; `false` where there is no further key.
    async fn look_up(&mut self) -> Result<bool, StoreError> {
        let (details, lookups) = (self.question.details, &self.lookups);
        let step = self.step;
        self.step += 1;
        let likeness = match step {
            0 => Likeness::Email(&details.email),
            1 => Likeness::VatNumber(details.vat_number.as_str()),
            step => match lookups.persons.get(step - 2) {
                Some(key) => Likeness::Person(key),
                None => match lookups.beginnings.get(step - 2 - lookups.persons.len()) {
                    Some(beginning) => Likeness::Persons(beginning),
                    None => return Ok(false),
                },
            },
        };
        let (namespace, most) = (self.question.namespace, self.most);
        let mut found = self.registry.store.alike(namespace, likeness, most).await?;
        keep_promising(&mut found, likeness, lookups);
        for Alike { id, .. } in found {
            if !self.seen.contains(&id) {
                self.seen.push(id);
                self.waiting.push_back(id);
            }
        }
        Ok(true)
    }
}

/// Leaves those who are worth reading.
fn keep_promising(found: &mut Vec<Alike>, likeness: Likeness<'_>, lookups: &Lookups) {
    if let Likeness::Persons(_) = likeness {
        found.retain(|other| lookups.first_names_may_agree(&other.key));
    }
    if found.len() <= FEW {
        return;
    }
    match likeness {
        Likeness::Email(_) | Likeness::VatNumber(_) => {
            found.retain(|other| lookups.names_may_agree(&other.marks));
        }
        Likeness::Person(_) | Likeness::Persons(_) => {
            found.retain(|other| lookups.all_else_may_agree(&other.marks));
        }
    }
}
