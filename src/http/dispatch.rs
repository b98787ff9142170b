//! One arm per operation, and no wildcard: an operation that is not dispatched does not compile.

use hyper::body::Bytes;

use super::answer::Answer;
use super::customers::{self, Call};
use super::problem::Problem;
use crate::api::catalogue::OperationId;

/// Carries out the operation `id` on the customer `customer_id` (where it has one).
pub async fn dispatch(
    id: OperationId,
    call: Call<'_>,
    customer_id: &str,
    body: Bytes,
) -> Result<Answer, Problem> {
    match id {
        OperationId::CustomerCreation => customers::create(call, body).await,
        OperationId::CustomerListing => customers::list(call).await,
        OperationId::CustomerDetail => customers::detail(call, customer_id).await,
        OperationId::CustomerDeletion => customers::delete(call, customer_id).await,
    }
}
