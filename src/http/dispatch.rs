//! One arm per operation, and no wildcard: an operation that is not dispatched does not compile.

use hyper::body::Incoming;

use super::answer::Answer;
use super::call::Admitted;
use super::problem::Problem;
use super::{admin, company, customers, event};
use crate::api::catalogue::OperationId;

/// Carries out an operation, where its bearer may. The body is read by the operations that have
/// one; any other's is left unread.
pub async fn dispatch(request: Admitted<'_>, body: Incoming) -> Result<Answer, Problem> {
    match request.id {
        OperationId::CustomerCreation => customers::create(request.in_company()?, body).await,
        OperationId::CustomerListing => customers::list(request.in_company()?).await,
        OperationId::CustomerDetail => customers::detail(request.in_company()?).await,
        OperationId::CustomerDeletion => customers::delete(request.in_company()?).await,
        OperationId::CustomerReplacement => customers::replace(request.in_company()?, body).await,
        OperationId::CustomerUpdate => customers::update(request.in_company()?, body).await,
        OperationId::CustomerInsight => customers::insight(request.in_company()?).await,
        OperationId::CompanyInsight => company::insight(request.in_company()?).await,
        OperationId::IntentRecognition => company::intent(request.in_company()?, body).await,
        OperationId::CustomerChangeFeed => event::feed(request.in_company()?).await,
        OperationId::TokenCreation => admin::create_token(request.by_admin()?, body).await,
        OperationId::TokenListing => admin::list_tokens(&request.by_admin()?),
        OperationId::TokenRevocation => admin::revoke_token(&request.by_admin()?).await,
        OperationId::Backup => admin::back_up(&request.by_admin()?).await,
    }
}
