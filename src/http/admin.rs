//! The operations of the admin, as HTTP.

use std::sync::Arc;

use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::http::request::Parts;

use super::answer::{self, Answer};
use super::problem::{Kind, Problem};
use super::query::Query;
use super::{Service, body, negotiate, path};
use crate::api::token_json::{self, GrantError};
use crate::operation::{OperationError, token};

/// What an admin can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminOperation<'p> {
    /// `POST /admin/token`
    CreateToken,
    /// `GET /admin/token`
    ListTokens,
    /// `DELETE /admin/token/{id}`; the id as sent.
    RevokeToken(&'p str),
}

/// Carries out `operation`; the bearer may.
pub async fn carry_out(
    service: &Arc<Service>,
    operation: AdminOperation<'_>,
    parts: &Parts,
    body: Incoming,
) -> Result<Answer, Problem> {
    match operation {
        AdminOperation::CreateToken => create(service, parts, body).await,
        AdminOperation::ListTokens => list(service, parts),
        AdminOperation::RevokeToken(id) => revoke(service, parts, id).await,
    }
}

async fn create(service: &Service, parts: &Parts, body: Incoming) -> Result<Answer, Problem> {
    negotiate::content_is_json(&parts.headers)?;
    negotiate::accept_json(&parts.headers)?;
    Query::parse(parts.uri.query(), &[])?;
    let limits = &service.limits;
    let body = body::read(&parts.headers, body, limits.body_bytes, limits.body).await?;
    let grant = token_json::parse(&body, service.registry.now()).map_err(invalid_body)?;
    let new = token::create(&service.registry, grant).await?;
    let json = token_json::write_new(&new.token, &new.secret).map_err(unwritable)?;
    Ok(answer::transient_json(StatusCode::CREATED, json))
}

fn invalid_body(error: GrantError) -> Problem {
    match error {
        GrantError::NotAnObject(detail) => Problem::new(Kind::InvalidJson, detail),
        GrantError::Violations(faults) => Problem::of_fields(Kind::InvalidRequest, faults),
    }
}

fn list(service: &Service, parts: &Parts) -> Result<Answer, Problem> {
    negotiate::accept_json(&parts.headers)?;
    Query::parse(parts.uri.query(), &[])?;
    let json = token_json::write_list(&token::list(&service.registry)).map_err(unwritable)?;
    Ok(answer::transient_json(StatusCode::OK, json))
}

async fn revoke(service: &Service, parts: &Parts, id: &str) -> Result<Answer, Problem> {
    Query::parse(parts.uri.query(), &[])?;
    let id = path::customer_id(id).ok_or(OperationError::TokenNotFound)?;
    token::revoke(&service.registry, id).await?;
    Ok(answer::no_content())
}

fn unwritable(error: serde_json::Error) -> Problem {
    Problem::internal(format!("an answer cannot be written: {error}"))
}
