//! One arm per operation, and no wildcard: an operation that is not dispatched does not compile.

use futures_util::future::BoxFuture;
use hyper::body::Incoming;

use super::answer::Answer;
use super::call::Admitted;
use super::problem::Problem;
use super::{admin, company, customers, event};
use crate::api::catalogue::OperationId;

/// Carries out an operation, where its bearer may. The body is read by the operations that have
/// one; any other's is left unread. Each has a box of its own: together they would make the state of
/// every request as large as that of the largest, and it is moved about several times.
pub async fn dispatch(request: Admitted<'_>, body: Incoming) -> Result<Answer, Problem> {
    let answer: BoxFuture<'_, Result<Answer, Problem>> = match request.id {
        OperationId::CustomerCreation => Box::pin(customers::create(request.in_company()?, body)),
        OperationId::CustomerListing => Box::pin(customers::list(request.in_company()?)),
        OperationId::CustomerDetail => Box::pin(customers::detail(request.in_company()?)),
        OperationId::CustomerDeletion => Box::pin(customers::delete(request.in_company()?)),
        OperationId::CustomerReplacement => {
            Box::pin(customers::replace(request.in_company()?, body))
        }
        OperationId::CustomerUpdate => Box::pin(customers::update(request.in_company()?, body)),
        OperationId::CustomerInsight => Box::pin(customers::insight(request.in_company()?)),
        OperationId::CompanyInsight => Box::pin(company::insight(request.in_company()?)),
        OperationId::IntentRecognition => Box::pin(company::intent(request.in_company()?, body)),
        OperationId::CustomerChangeFeed => Box::pin(event::feed(request.in_company()?)),
        OperationId::TokenCreation => Box::pin(admin::create_token(request.by_admin()?, body)),
        OperationId::TokenListing => return admin::list_tokens(&request.by_admin()?),
        OperationId::TokenRevocation => Box::pin(admin::revoke_token(request.by_admin()?)),
        OperationId::Backup => Box::pin(admin::back_up(request.by_admin()?)),
    };
    answer.await
}
