//! The operations of the admin, as HTTP.

use futures_util::stream;
use hyper::StatusCode;
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderValue;

use super::answer::{self, Answer};
use super::body::{AnswerBody, StreamFault};
use super::call::Admitted;
use super::customers::invalid_body;
use super::problem::Problem;
use super::query::Query;
use super::{body, negotiate, path};
use crate::api::token_json;
use crate::operation::backup::{self, Backup};
use crate::operation::{OperationError, token};

/// `POST /admin/token`
pub async fn create_token(request: Admitted<'_>, body: Incoming) -> Result<Answer, Problem> {
    let Admitted { service, headers, query, .. } = request;
    negotiate::content_is_json(headers)?;
    negotiate::accept_json(headers)?;
    Query::parse(query, &[])?;
    let limits = &service.limits;
    let body = body::read(headers, body, limits.body_bytes, limits.body).await?;
    let grant = token_json::parse(&body, service.registry.now()).map_err(invalid_body)?;
    let new = token::create(&service.registry, grant).await?;
    let json = token_json::write_new(&new.token, &new.secret).map_err(unwritable)?;
    Ok(answer::transient_json(StatusCode::CREATED, json))
}

/// `GET /admin/token`
pub fn list_tokens(request: &Admitted<'_>) -> Result<Answer, Problem> {
    negotiate::accept_json(request.headers)?;
    Query::parse(request.query, &[])?;
    let json =
        token_json::write_list(&token::list(&request.service.registry)).map_err(unwritable)?;
    Ok(answer::transient_json(StatusCode::OK, json))
}

/// `DELETE /admin/token/{tokenId}`
pub async fn revoke_token(request: Admitted<'_>) -> Result<Answer, Problem> {
    Query::parse(request.query, &[])?;
    let id = path::customer_id(request.target.id).ok_or(OperationError::TokenNotFound)?;
    token::revoke(&request.service.registry, id).await?;
    Ok(answer::no_content())
}

/// `GET /admin/backup`
pub async fn back_up(request: Admitted<'_>) -> Result<Answer, Problem> {
    negotiate::accept(request.headers, &[(negotiate::OCTET_STREAM, ())])?;
    Query::parse(request.query, &[])?;
    let registry = &request.service.registry;
    let backup = backup::begin(registry).await?;
    let name = format!("smart-customer-{}.backup", registry.now().strftime("%Y-%m-%d"));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let disposition = disposition.map_err(|error| Problem::internal(error.to_string()))?;
    let pieces = stream::try_unfold(backup, next_piece);
    Ok(answer::attachment(disposition, AnswerBody::Stream(Box::pin(pieces))))
}

async fn next_piece(mut backup: Backup) -> Result<Option<(Bytes, Backup)>, StreamFault> {
    let piece = backup.next_bytes().await?;
    Ok(piece.map(|piece| (Bytes::from(piece), backup)))
}

fn unwritable(error: serde_json::Error) -> Problem {
    Problem::internal(format!("an answer cannot be written: {error}"))
}
