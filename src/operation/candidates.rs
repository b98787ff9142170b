//! Who of a company may be the same customer as another, looked for where the indexes lead to. The
//! marks beside the index rows tell who has the most in common: they are read first, and no more
//! than the caller has time for.

use super::Registry;
use super::duplicates::Question;
use crate::customer::CustomerId;
use crate::intelligence::duplicate::{Lookups, Profile};
use crate::store::{Alike, Likeness, StoreError};

/// How far is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effort {
    /// Most index rows that are looked at for one key.
    pub rows: usize,
    /// As many customers are worth reading for one key whatever else they have in common. Where
    /// more have a name, a mailbox or a number in common, that alone tells little.
    pub few: usize,
    /// Most customers that are read.
    pub customers: usize,
}

/// Candidates who are read one after another, the most promising first.
pub(super) struct Candidates<'c> {
    registry: &'c Registry,
    question: &'c Question<'c>,
    waiting: std::vec::IntoIter<CustomerId>,
}

impl<'c> Candidates<'c> {
    /// Looks into the indexes.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(super) async fn find(
        registry: &'c Registry,
        question: &'c Question<'c>,
        effort: Effort,
    ) -> Result<Candidates<'c>, StoreError> {
        let mut look = Looking { registry, question, effort, found: Vec::new() };
        look.up(Likeness::Mailbox(&question.lookups.keys.email)).await?;
        look.up(Likeness::VatNumber(question.details.vat_number.as_str())).await?;
        look.for_persons().await?;
        let found = look.found;
        Ok(Candidates { registry, question, waiting: in_order(found, question, effort) })
    }

    /// The next candidate, as it is compared; each comes once.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(super) async fn next(&mut self) -> Result<Option<(CustomerId, Profile)>, StoreError> {
        for id in self.waiting.by_ref() {
            let other = self.registry.store.customer(self.question.namespace, id).await?;
            // One that is gone since the index was read is no candidate.
            if let Some(other) = other {
                return Ok(Some((id, Profile::of(&other.details))));
            }
        }
        Ok(None)
    }
}

/// Looks into the indexes, key by key.
struct Looking<'l> {
    registry: &'l Registry,
    question: &'l Question<'l>,
    effort: Effort,
    /// Who was found, and how much they have in common with whom is looked for.
    found: Vec<(usize, CustomerId)>,
}

impl Looking<'_> {
    /// Whom one key leads to; how many rows were looked at.
    async fn up(&mut self, likeness: Likeness<'_>) -> Result<usize, StoreError> {
        let (store, namespace) = (&self.registry.store, self.question.namespace);
        let alike = store.alike(namespace, likeness, self.effort.rows).await?;
        let rows = alike.len();
        let lookups = &self.question.lookups;
        let promising = promising(alike, likeness, lookups, self.effort.few).into_iter();
        self.found.extend(promising.map(|one| (lookups.in_common(&one.marks), one.id)));
        Ok(rows)
    }

    /// Those whose last name sounds alike and whose first name begins alike or is another form of
    /// the same, or whose names are swapped.
    async fn for_persons(&mut self) -> Result<(), StoreError> {
        let lookups = &self.question.lookups;
        for (beginning, own) in lookups.beginnings.iter().zip(&lookups.keys.persons) {
            if self.up(Likeness::Persons(beginning)).await? >= self.effort.rows {
                self.up(Likeness::Person(own)).await?;
            }
        }
        for other in &lookups.others {
            self.up(Likeness::Person(other)).await?;
        }
        Ok(())
    }
}

/// Those who are worth reading.
fn promising(
    mut found: Vec<Alike>,
    likeness: Likeness<'_>,
    lookups: &Lookups,
    few: usize,
) -> Vec<Alike> {
    if let Likeness::Persons(_) = likeness {
        found.retain(|other| lookups.first_names_may_agree(&other.key));
    }
    if found.len() > few {
        match likeness {
            Likeness::Mailbox(_) | Likeness::VatNumber(_) => {
                found.retain(|other| lookups.names_may_agree(&other.marks));
            }
            Likeness::Person(_) | Likeness::Persons(_) => {
                found.retain(|other| lookups.all_else_may_agree(&other.marks));
            }
        }
    }
    found
}

/// Each once, those with the most in common first, the older one of two that have as much.
fn in_order(
    mut found: Vec<(usize, CustomerId)>,
    question: &Question<'_>,
    effort: Effort,
) -> std::vec::IntoIter<CustomerId> {
    found.retain(|(_, id)| !question.without.contains(id));
    found.sort_unstable_by(|(more, older), (less, younger)| {
        less.cmp(more).then_with(|| older.cmp(younger))
    });
    found.dedup();
    let ids: Vec<CustomerId> = found.into_iter().map(|(_, id)| id).take(effort.customers).collect();
    ids.into_iter()
}
