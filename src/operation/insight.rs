//! What is understood of one customer, with the reasons.

use super::duplicates::{self, Judge, Match, Question};
use super::{OperationError, Registry, read};
use crate::customer::{Customer, CustomerId, Namespace};
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
}

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
    let question = Question { namespace, details, profile, without: &[id] };
    let duplicates = duplicates::all(registry, &judge, &question).await?;
    let explanation = intelligence::explain(&customer.details);
    Ok(CustomerInsight { customer, explanation, duplicates })
}
