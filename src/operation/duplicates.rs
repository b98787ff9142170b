//! Who of a company is probably the same customer as another. Candidates come from the indexes, by
//! what two records of one person hardly differ in all at once: VAT number, mailbox, names. Each is
//! read and compared by the company's model.

use std::cmp::Reverse;
use std::sync::Arc;

use super::Registry;
use super::candidates::{Candidates, Effort};
use crate::customer::assessment::{Hundredths, PossibleDuplicate};
use crate::customer::{CustomerId, Details, Namespace};
use crate::intelligence::duplicate::{
    Agreement, Context, Duplicate, FieldAgreement, Lookups, Model, Profile, THRESHOLD,
};
use crate::store::StoreError;

/// How far is looked when a customer is kept: that must not take long.
const AT_ONCE: Effort = Effort { rows: 16, few: 4, customers: 8 };

/// The same where somebody asks for the duplicates of a customer.
const IN_DEPTH: Effort = Effort { rows: 256, few: 16, customers: 128 };

/// The same where it is learnt how often people who are not the same agree: none may be left out
/// because they do not.
const TO_LEARN: Effort = Effort { rows: 64, few: usize::MAX, customers: 256 };

/// From this probability on nobody else is looked for: there is none who is more probable.
const CERTAIN: f64 = 0.99;

/// The least probability of a duplicate that is told to somebody who asks for them.
const TOLD_FROM: f64 = 0.1;

/// Most duplicates that are told.
const MOST_TOLD: usize = 50;

/// A customer who may be the same as another.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Who it is.
    pub id: CustomerId,
    /// How probable it is, and what agrees.
    pub duplicate: Duplicate,
}

/// Who judges whether customers of a company are the same.
pub(super) struct Judge {
    model: Arc<Model>,
    customers: u64,
}

impl Judge {
    /// The one for a company as it is now.
    pub(super) async fn of(
        registry: &Registry,
        namespace: &Namespace,
    ) -> Result<Judge, StoreError> {
        let customers = registry.store.count(namespace).await?;
        Ok(Judge { model: registry.models.of(namespace, customers), customers })
    }

    /// How likely it is that a customer is the same as the one with that profile.
    pub(super) fn compare(&self, profile: &Profile, id: CustomerId, other: &Profile) -> Match {
        let context = Context::of(self.customers);
        Match { id, duplicate: self.model.compare(profile, other, context) }
    }
}

/// Whose duplicates are looked for, and where.
pub(super) struct Question<'q> {
    /// The company.
    pub namespace: &'q Namespace,
    /// What is known of the customer.
    pub details: &'q Details,
    /// The same, as it is compared.
    pub profile: &'q Profile,
    /// What to look for.
    pub lookups: Lookups,
    /// Customers that do not count: itself, or those about to be changed.
    pub without: &'q [CustomerId],
}

impl<'q> Question<'q> {
    /// Who may be the same as a customer, but for those that do not count.
    pub(super) fn of(
        namespace: &'q Namespace,
        details: &'q Details,
        profile: &'q Profile,
        without: &'q [CustomerId],
    ) -> Question<'q> {
        Question { namespace, details, profile, lookups: Lookups::of(details), without }
    }
}

/// The most probable duplicate, where there is one at least as likely as not.
pub(super) async fn best(
    registry: &Registry,
    judge: &Judge,
    question: &Question<'_>,
) -> Result<Option<PossibleDuplicate>, StoreError> {
    let mut candidates = Candidates::find(registry, question, AT_ONCE).await?;
    let mut best = None;
    while let Some((id, other)) = candidates.next().await? {
        let found = judge.compare(question.profile, id, &other);
        best = better(best, possible(&found));
        if is_certain(&best) {
            break;
        }
    }
    Ok(best)
}

/// Whether there is no need to look for a more probable one.
pub(super) fn is_certain(found: &Option<PossibleDuplicate>) -> bool {
    found.as_ref().is_some_and(|found| found.probability >= Hundredths::of(CERTAIN))
}

/// All customers that may be the same, most probable first.
pub(super) async fn all(
    registry: &Registry,
    judge: &Judge,
    question: &Question<'_>,
) -> Result<Vec<Match>, StoreError> {
    let mut matches = matches(registry, judge, question, IN_DEPTH).await?;
    matches.retain(|found| found.duplicate.probability >= TOLD_FROM);
    let probability = |found: &Match| found.duplicate.probability;
    matches.sort_by(|a, b| probability(b).total_cmp(&probability(a)).then(a.id.cmp(&b.id)));
    matches.truncate(MOST_TOLD);
    Ok(matches)
}

/// The more probable of two; the older one of two that are alike.
pub(super) fn better(
    one: Option<PossibleDuplicate>,
    other: Option<PossibleDuplicate>,
) -> Option<PossibleDuplicate> {
    let order = |found: &PossibleDuplicate| (found.probability, Reverse(found.id));
    one.into_iter().chain(other).max_by_key(order)
}

/// `found` as it is kept with a customer, if it is likely enough.
pub(super) fn possible(found: &Match) -> Option<PossibleDuplicate> {
    let Duplicate { probability, agreement } = &found.duplicate;
    (*probability >= THRESHOLD).then(|| PossibleDuplicate {
        id: found.id,
        probability: Hundredths::of(*probability),
        field: telling_field(agreement),
    })
}

/// The field that speaks for a duplicate most: the first of these in which both agree.
fn telling_field(agreement: &Agreement) -> &'static str {
    let fields = [
        ("email", agreement.email),
        ("vat-number", agreement.vat_number),
        ("last-name", agreement.last_name),
    ];
    let agrees = fields.iter().find(|(_, agreement)| *agreement == FieldAgreement::Exact);
    agrees.map_or("last-name", |(field, _)| field)
}

/// Every candidate with its probability.
async fn matches(
    registry: &Registry,
    judge: &Judge,
    question: &Question<'_>,
    effort: Effort,
) -> Result<Vec<Match>, StoreError> {
    let candidates = read_candidates(registry, question, effort).await?;
    let compare = |(id, other): &(CustomerId, Profile)| judge.compare(question.profile, *id, other);
    Ok(candidates.iter().map(compare).collect())
}

/// Everybody a customer may be compared with, to learn from it.
pub(super) async fn candidates(
    registry: &Registry,
    question: &Question<'_>,
) -> Result<Vec<(CustomerId, Profile)>, StoreError> {
    read_candidates(registry, question, TO_LEARN).await
}

async fn read_candidates(
    registry: &Registry,
    question: &Question<'_>,
    effort: Effort,
) -> Result<Vec<(CustomerId, Profile)>, StoreError> {
    let mut candidates = Candidates::find(registry, question, effort).await?;
    let mut read = Vec::new();
    while let Some(candidate) = candidates.next().await? {
        read.push(candidate);
    }
    Ok(read)
}
