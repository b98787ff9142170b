//! One arm per operation, and no wildcard: an operation that is not dispatched does not compile.

use hyper::body::Incoming;

use super::answer::Answer;
use super::customers::{self, Call};
use super::event;
use super::problem::Problem;
use crate::api::catalogue::OperationId;

/// Carries out the operation `id` on the customer `customer_id` (where it has one). The body is
/// read by the operations that have one; any other's is left unread.
pub async fn dispatch(
    id: OperationId,
    call: Call<'_>,
    customer_id: &str,
    body: Incoming,
) -> Result<Answer, Problem> {
    match id {
        OperationId::CustomerCreation => customers::create(call, body).await,
        OperationId::CustomerListing => customers::list(call).await,
        OperationId::CustomerDetail => customers::detail(call, customer_id).await,
        OperationId::CustomerDeletion => customers::delete(call, customer_id).await,
        OperationId::CustomerReplacement => customers::replace(call, customer_id, body).await,
        OperationId::CustomerUpdate => customers::update(call, customer_id, body).await,
        OperationId::CustomerChangeFeed => event::feed(call).await,
    }
}
