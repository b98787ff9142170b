//! What is understood of one customer, with the reasons.

use super::duplicates::{self, Judge, Match, Question};
use super::{OperationError, Registry, company, read};
use crate::customer::{Customer, CustomerId, Namespace, figures};
use crate::intelligence::duplicate::Profile;
use crate::intelligence::{self, Explanation};

/// What is understood of a customer.
pub struct CustomerInsight {
    /// The customer.
    pub customer: Customer,
    /// Why it is judged so.
    pub explanation: Explanation,
    /// Who may be the same, most probable first.
    pub duplicates: Vec<Match>,
    /// The probability that it is still here in [`SPAN`] days, where the company's history tells.
    pub retention: Option<f64>,
}

/// Days ahead that are looked into.
const SPAN: u32 = 90;

/// The insight of the customer `id` of a company.
///
/// # Errors
/// [`OperationError::CustomerNotFound`], or the store cannot be read.
pub async fn customer(
    registry: &Registry,
    namespace: &Namespace,
    id: CustomerId,
) -> Result<CustomerInsight, OperationError> {
    let customer = read::customer(registry, namespace, id).await?;
    let judge = Judge::of(registry, namespace).await?;
    let (details, profile) = (&customer.details, &Profile::of(&customer.details));
    let without = &[id];
    let question = Question::of(namespace, details, profile, without);
    let duplicates = duplicates::all(registry, &judge, &question).await?;
    let explanation = intelligence::explain(&customer.details);
    let retention = retention(registry, namespace, &customer).await?;
    Ok(CustomerInsight { customer, explanation, duplicates, retention })
}

/// The probability that a customer is still here in [`SPAN`] days.
async fn retention(
    registry: &Registry,
    namespace: &Namespace,
    customer: &Customer,
) -> Result<Option<f64>, OperationError> {
    let retention = company::retention(registry, namespace).await?;
    let age = figures::day(registry.now()).saturating_sub(figures::day(customer.created_at));
    let age = u32::try_from(age).unwrap_or(0);
    Ok(retention.still_here(customer.assessment.category, age, SPAN))
}
