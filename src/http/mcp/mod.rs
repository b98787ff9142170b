//! The door for agents: the Model Context Protocol over Streamable HTTP, stateless.
//!
//! A request comes in through the pipeline, so its token is good and it is counted. Its message
//! goes to rmcp, which speaks the protocol and hands it to `handler`; tool calls go on through
//! `arguments` and `tools` to the same operations as those of HTTP, and never back to HTTP.

mod arguments;
mod handler;
mod hosts;
mod message;
mod prompts;
mod resources;
mod tools;

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use rmcp::model::{ErrorData, JsonRpcError};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};

use self::handler::Handler;
pub use self::hosts::Hosts;
use super::Service;
use super::answer::{self, Answer};
use super::problem::{Kind, Problem};
use super::{body, negotiate};
use crate::api::catalogue::OperationId;
use crate::customer::access::Principal;

const JSON: HeaderValue = HeaderValue::from_static(negotiate::JSON);

/// What rmcp refuses requests with.
const REFUSALS: [Kind; 4] =
    [Kind::Forbidden, Kind::NotAcceptable, Kind::InvalidHeader, Kind::ContentTooLarge];

/// Who makes a request, and of what.
struct Caller {
    service: Arc<Service>,
    principal: Principal,
    request_id: String,
    /// The operation whose tool is called, once that is known.
    called: OnceLock<OperationId>,
}

/// What a request was made for, on its answer: for the log.
#[derive(Clone, Copy)]
struct Called(OperationId);

/// The protocol's side of the door.
pub struct Door(StreamableHttpService<Handler, NeverSessionManager>);

impl Door {
    /// A door that is reached by these hosts.
    pub fn new(hosts: &Hosts) -> Door {
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .with_allowed_hosts(hosts.names())
            .with_allowed_origins(hosts.origins())
            .enforce_origin_validation();
        let sessions = Arc::new(NeverSessionManager::default());
        Door(StreamableHttpService::new(|| Ok(Handler), sessions, config))
    }
}

/// `POST /mcp`
pub async fn answer(
    service: &Arc<Service>,
    principal: Principal,
    mut parts: Parts,
    body: Incoming,
    request_id: &str,
) -> Result<Answer, Problem> {
    negotiate::content_is_json(&parts.headers)?;
    let limits = &service.limits;
    let body = body::read(&parts.headers, body, limits.body_bytes, limits.body).await?;
    if let Err(fault) = message::check(&body) {
        return malformed(fault);
    }
    let caller = Caller {
        service: service.clone(),
        principal,
        request_id: request_id.to_owned(),
        called: OnceLock::new(),
    };
    let caller = Arc::new(caller);
    parts.extensions.insert(caller.clone());
    tidy(&mut parts.headers);
    let answered = service.mcp.0.handle(Request::from_parts(parts, Full::new(body))).await;
    let mut answer = to_answer(answered).await?;
    if let Some(&id) = caller.called.get() {
        answer.extensions_mut().insert(Called(id));
    }
    Ok(answer)
}

/// The operation whose tool was called, if this answers such a call.
pub fn called(answer: &Answer) -> Option<OperationId> {
    answer.extensions().get::<Called>().map(|Called(id)| *id)
}

/// The token has been looked at and goes no further; the body is JSON, also where nobody said so.
fn tidy(headers: &mut HeaderMap) {
    headers.remove(AUTHORIZATION);
    headers.insert(CONTENT_TYPE, JSON);
}

/// JSON-RPC goes out as it is; what rmcp says in plain text becomes a problem.
async fn to_answer(answered: Response<BoxBody<Bytes, Infallible>>) -> Result<Answer, Problem> {
    let (parts, body) = answered.into_parts();
    let media = parts.headers.get(CONTENT_TYPE);
    if media.is_some_and(|media| media == negotiate::EVENT_STREAM) {
        // It might have no end, and nothing here sends more than one message.
        return Err(Problem::internal("rmcp answers with a stream"));
    }
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(never) => match never {},
    };
    match media {
        Some(media) if media == JSON => Ok(answer::transient_json(parts.status, body.into())),
        _ if parts.status.is_success() => Ok(answer::accepted()),
        // That the body is JSON was made sure of: it is the message that is none.
        _ if parts.status == StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            malformed(ErrorData::invalid_request("this is no message of JSON-RPC 2.0", None))
        }
        _ => Err(refusal(parts.status, &String::from_utf8_lossy(&body))),
    }
}

fn refusal(status: StatusCode, text: &str) -> Problem {
    // It begins with the name of the status, which is told apart from it.
    let named = |reason| text.strip_prefix(reason)?.strip_prefix(": ");
    let detail = status.canonical_reason().and_then(named).unwrap_or(text);
    match REFUSALS.into_iter().find(|kind| kind.text().status == status) {
        Some(Kind::Forbidden) => {
            let hint = "it must be one that the service knows; its flag --mcp-host adds one";
            Problem::new(Kind::Forbidden, format!("{detail}: {hint}"))
        }
        Some(kind) => Problem::new(kind, detail),
        None => Problem::internal(format!("rmcp answers {status}: {text}")),
    }
}

/// The answer to what is no message of the protocol.
fn malformed(fault: ErrorData) -> Result<Answer, Problem> {
    let json = serde_json::to_vec(&JsonRpcError::new(None, fault));
    let json = json.map_err(|error| Problem::internal(error.to_string()))?;
    // Every status of a kind is one; a test says so.
    let status = StatusCode::from_u16(Kind::InvalidJson.text().status);
    Ok(answer::transient_json(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), json))
}
