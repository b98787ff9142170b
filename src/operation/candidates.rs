//! Who of a company may be the same customer as another, looked for where the indexes lead to. The
//! marks beside the index rows tell who has the most in common: they are read first, and no more
//! than the caller has time for.

use super::Registry;
use super::duplicates::Question;
use crate::customer::CustomerId;
use crate::intelligence::duplicate::{Lookups, Profile};
use crate::store::{Alike, Likeness, StoreError};

/// As many customers as are worth reading for one key whatever else they have in common. Where
/// more have a name, a mailbox or a number in common, that alone tells little.
const FEW: usize = 4;

/// How far is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effort {
    /// Most index rows that are looked at for one key.
    pub rows: usize,
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
        let lookups = Lookups::of(question.details);
        let mut found: Vec<(usize, CustomerId)> = Vec::new();
        for likeness in likenesses(question, &lookups) {
            let alike = registry.store.alike(question.namespace, likeness, effort.rows).await?;
            let promising = promising(alike, likeness, &lookups).into_iter();
            found.extend(promising.map(|one| (lookups.in_common(&one.marks), one.id)));
        }
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

/// Every key that leads to candidates.
fn likenesses<'l>(
    question: &Question<'l>,
    lookups: &'l Lookups,
) -> impl Iterator<Item = Likeness<'l>> {
    let number = question.details.vat_number.as_str();
    [Likeness::Email(&question.details.email), Likeness::VatNumber(number)]
        .into_iter()
        .chain(lookups.persons.iter().map(|key| Likeness::Person(key)))
        .chain(lookups.beginnings.iter().map(|beginning| Likeness::Persons(beginning)))
}

/// Those who are worth reading.
fn promising(mut found: Vec<Alike>, likeness: Likeness<'_>, lookups: &Lookups) -> Vec<Alike> {
    if let Likeness::Persons(_) = likeness {
        found.retain(|other| lookups.first_names_may_agree(&other.key));
    }
    if found.len() > FEW {
        match likeness {
            Likeness::Email(_) | Likeness::VatNumber(_) => {
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
