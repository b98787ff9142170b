//! What the console asks beside the operations. It is answered to any client with a token, but made
//! for one page: it is in no catalogue, and no agent is told of it.

use std::sync::Arc;

use hyper::http::request::Parts;

use super::answer::{self, Answer};
use super::call;
use super::customers::{known_id, unwritable};
use super::path::RawNamespace;
use super::problem::{Kind, Problem};
use super::query::Query;
use super::{Service, health, negotiate};
use crate::api::console_json::{Disk, Figures, History, Session, Snapshot};
use crate::api::token_json::PlainTime;
use crate::customer::access::{Permission, Principal};
use crate::operation::{look, token};

/// What the console asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question<'p> {
    /// Whose token this is, and where it leads.
    Session,
    /// What happened to a customer; the id as sent.
    History(RawNamespace<'p>, &'p str),
    /// How the service is.
    Figures,
}

/// Answers `question`.
///
/// # Errors
/// 403 where the token does not allow to know, 404 for what can be no customer; as any operation.
pub async fn answer(
    service: &Arc<Service>,
    principal: &Principal,
    question: Question<'_>,
    parts: &Parts,
) -> Result<Answer, Problem> {
    negotiate::accept_json(&parts.headers)?;
    Query::parse(parts.uri.query(), &[])?;
    let json = match question {
        Question::Session => session(service, principal).await,
        Question::History(namespace, id) => history(service, principal, namespace, id).await,
        Question::Figures => figures(service, principal).await,
    }?;
    Ok(answer::current_json(json))
}

/// `GET /console/session`
async fn session(service: &Service, principal: &Principal) -> Result<Vec<u8>, Problem> {
    let revoked = || Problem::new(Kind::Unauthorized, "the token was revoked meanwhile");
    let token = token::own(&service.registry, principal).ok_or_else(revoked)?;
    let companies = look::companies(&service.registry, principal).await?;
    let session = Session::new(token.id, &token.grant, &companies.shown, companies.more);
    serde_json::to_vec(&session).map_err(unwritable)
}

/// `GET /console/history/{product}/{version}/{companyId}/{customerId}`
async fn history(
    service: &Service,
    principal: &Principal,
    namespace: RawNamespace<'_>,
    id: &str,
) -> Result<Vec<u8>, Problem> {
    let namespace = call::parse(namespace)?;
    call::may(principal, Permission::Read, &namespace)?;
    let trail = look::trail(&service.registry, &namespace, known_id(id)?).await?;
    serde_json::to_vec(&History::new(&trail.events, trail.is_complete)).map_err(unwritable)
}

/// `GET /console/figures`
async fn figures(service: &Service, principal: &Principal) -> Result<Vec<u8>, Problem> {
    call::may_manage(principal)?;
    let sizes = service.registry.store().sizes().await?;
    let files = sizes.files;
    let figures = Figures {
        version: env!("CARGO_PKG_VERSION"),
        started_at: PlainTime(service.started_at),
        ready: health::is_ready(service),
        customers: sizes.customers,
        companies: sizes.companies,
        disk: Disk {
            journal_bytes: files.journal,
            snapshot_bytes: files.snapshots,
            trees_bytes: files.trees,
            free_bytes: files.free,
        },
        snapshot: Snapshot::new(files.snapshot_taken_at),
        connections: service.connections.open(),
    };
    serde_json::to_vec(&figures).map_err(unwritable)
}
