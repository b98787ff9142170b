//! A request's way through the service, as one ordered list of steps.
//!
//! request id → head → path → method → token → rate → place → namespace → scope → operation (which
//! reads the body it has) → headers of every answer → log line

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use futures_util::FutureExt;
use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::{Method, Request};
use ulid::Ulid;

use super::answer::{self, Answer};
use super::body::AnswerBody;
use super::call::{Admitted, Target};
use super::connection::{Admission, Connection};
use super::console::Question;
use super::document::Document;
use super::meter::Subject;
use super::path::{self, Resource};
use super::places::Places;
use super::problem::{Kind, Problem};
use super::{Service, auth, console, dispatch, document, head, health, mcp, metrics};
use crate::api::catalogue::{CATALOGUE, OperationId};
use crate::customer::access::Principal;
use crate::operation::token::Allowance;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const AI_METADATA: HeaderName = HeaderName::from_static("x-ai-metadata");

/// Longest request id that is taken over from a client.
const MAX_REQUEST_ID: usize = 128;

/// The `X-AI-Metadata` of each operation, in the order of the catalogue.
static AI_METADATA_VALUES: LazyLock<Vec<Option<HeaderValue>>> = LazyLock::new(|| {
    CATALOGUE.iter().map(|row| HeaderValue::from_str(&row.ai_metadata_header()).ok()).collect()
});

/// What a request asks for.
#[derive(Clone, Copy)]
enum Route<'p> {
    /// An operation of the catalogue.
    Operation(OperationId, Target<'p>),
    /// The door for agents.
    Mcp,
    /// What the console asks beside the operations.
    Console(Question<'p>),
    /// What the service says of itself.
    Document(Document<'p>),
    Health,
    Readiness,
    /// Figures.
    Metrics,
}

impl Route<'_> {
    /// What it is counted as.
    fn subject(&self) -> Subject {
        match self {
            Route::Operation(id, _) => Subject::Operation(*id),
            Route::Mcp => Subject::Mcp,
            Route::Console(_) => Subject::Console,
            Route::Document(_) => Subject::Document,
            Route::Health | Route::Readiness => Subject::Health,
            Route::Metrics => Subject::Metrics,
        }
    }
}

/// What is known of a request by the time it is answered, however that comes about.
#[derive(Default)]
struct Known {
    operation: Option<OperationId>,
    subject: Subject,
    allowance: Option<Allowance>,
    admission: Option<Admission>,
}

impl Known {
    /// Who asks, once it has a place among what is in progress.
    fn admit(
        &mut self,
        service: &Service,
        connection: &Connection,
        headers: &HeaderMap,
        places: &Places,
    ) -> Result<Principal, Problem> {
        let principal = auth::admit(service, connection, headers, &mut self.allowance)?;
        let place = places.take(&principal.token_hash);
        let place = place.map_err(|none| none.problem("requests"))?;
        self.admission = Some(connection.admit(place));
        Ok(principal)
    }
}

/// Answers a request that came over `connection`. Whatever goes wrong, there is an answer and a log
/// line.
pub async fn handle(
    service: Arc<Service>,
    request: Request<Incoming>,
    conflicting_framing: bool,
    connection: Arc<Connection>,
) -> Answer {
    let (started, unfinished) = (Instant::now(), connection.begin());
    let request_id = request_id(&request);
    let is_head = request.method() == Method::HEAD;
    let mut known = Known::default();
    let asked = Asked { request, conflicting_framing, connection: &connection };
    let steps = steps(&service, asked, id_text(&request_id), &mut known);
    // A panic is a fault of ours in this one request: it gets its 500, all others go on.
    let outcome = AssertUnwindSafe(steps).catch_unwind().await;
    let outcome = outcome.unwrap_or_else(|_| Err(Problem::internal("a request panicked")));
    let mut answer = outcome.unwrap_or_else(|problem| {
        service.meter.refused(problem.kind);
        if let Some(cause) = &problem.cause {
            tracing::error!(id = id_text(&request_id), cause, "a request failed");
        }
        answer::problem(&problem, id_text(&request_id))
    });
    if is_head {
        drop_body(&mut answer);
    }
    let held = (known.admission.take(), unfinished);
    let mut answer = answer.map(|body| body.logging_faults(id_text(&request_id)).holding(held));
    let operation = known.operation.or(mcp::called(&answer));
    log(&request_id, operation, &answer, started);
    let subject = operation.map_or(known.subject, Subject::Operation);
    service.meter.answered(subject, answer.status().as_u16(), started.elapsed());
    add_headers(&mut answer, request_id, &known);
    answer
}

/// A request as it came.
struct Asked<'c> {
    request: Request<Incoming>,
    conflicting_framing: bool,
    connection: &'c Connection,
}

async fn steps(
    service: &Arc<Service>,
    asked: Asked<'_>,
    request_id: &str,
    known: &mut Known,
) -> Result<Answer, Problem> {
    let Asked { request, conflicting_framing, connection } = asked;
    let checked = head::check(&request, &service.limits, conflicting_framing);
    let (parts, incoming) = request.into_parts();
    let route = route(parts.uri.path(), &parts.method);
    // Also a refusal of the head says what was asked for.
    if let Ok(route) = &route {
        known.subject = route.subject();
    }
    if let Ok(Route::Operation(id, _)) = route {
        known.operation = Some(id);
    }
    checked?;
    match route? {
        Route::Health => Ok(health::live()),
        Route::Readiness => Ok(health::ready(service)),
        Route::Document(document) => document::answer(document, &parts),
        Route::Operation(id, target) => {
            let places = match id {
                OperationId::CustomerChangeFeed => &service.feeds,
                _ => &service.requests,
            };
            let principal = known.admit(service, connection, &parts.headers, places)?;
            let (headers, query) = (&parts.headers, parts.uri.query());
            let principal = &principal;
            let request = Admitted { service, principal, id, target, headers, query, request_id };
            dispatch::dispatch(request, incoming).await
        }
        Route::Console(question) => {
            let principal = known.admit(service, connection, &parts.headers, &service.requests)?;
            Box::pin(console::answer(service, &principal, question, &parts)).await
        }
        Route::Metrics => {
            // Without a place among the requests: it is looked at above all when there is none.
            let allowance = &mut known.allowance;
            let principal = auth::admit(service, connection, &parts.headers, allowance)?;
            Box::pin(metrics::answer(service, &principal)).await
        }
        Route::Mcp => {
            let principal = known.admit(service, connection, &parts.headers, &service.requests)?;
            Box::pin(mcp::answer(service, principal, parts, incoming, request_id)).await
        }
    }
}

/// What the path and the method ask for.
fn route<'p>(path: &'p str, method: &Method) -> Result<Route<'p>, Problem> {
    let Some(resource) = path::resolve(path) else {
        return Err(Problem::new(Kind::PathNotFound, "nothing is at this path"));
    };
    let method = if method == Method::HEAD { &Method::GET } else { method };
    choose(resource, method.as_str()).map_err(|allow| {
        let detail = format!("this path has the methods {allow}");
        Problem { allow: Some(allow), ..Problem::new(Kind::MethodNotAllowed, detail) }
    })
}

/// The route of a method on a resource, or the methods that the resource has.
fn choose<'p>(resource: Resource<'p>, method: &str) -> Result<Route<'p>, &'static str> {
    let operation = |id, target| Ok(Route::Operation(id, target));
    let company = |id, namespace| operation(id, Target { namespace: Some(namespace), id: "" });
    let customer = |id, namespace, customer| {
        operation(id, Target { namespace: Some(namespace), id: customer })
    };
    let token = |id, token| operation(id, Target { namespace: None, id: token });
    match (resource, method) {
        (Resource::Customers(of), "GET") => company(OperationId::CustomerListing, of),
        (Resource::Customers(of), "POST") => company(OperationId::CustomerCreation, of),
        (Resource::Customers(_), _) => Err("GET, HEAD, POST"),
        (Resource::Customer(of, id), "GET") => customer(OperationId::CustomerDetail, of, id),
        (Resource::Customer(of, id), "DELETE") => customer(OperationId::CustomerDeletion, of, id),
        (Resource::Customer(of, id), "PUT") => customer(OperationId::CustomerReplacement, of, id),
        (Resource::Customer(of, id), "PATCH") => customer(OperationId::CustomerUpdate, of, id),
        (Resource::Customer(..), _) => Err("GET, HEAD, PUT, PATCH, DELETE"),
        (Resource::CustomerInsight(of, id), "GET") => {
            customer(OperationId::CustomerInsight, of, id)
        }
        (Resource::CustomerInsight(..), _) => Err("GET, HEAD"),
        (Resource::CompanyInsight(of), "GET") => company(OperationId::CompanyInsight, of),
        (Resource::CompanyInsight(_), _) => Err("GET, HEAD"),
        (Resource::Intent(of), "POST") => company(OperationId::IntentRecognition, of),
        (Resource::Intent(_), _) => Err("POST"),
        (Resource::Events(of), "GET") => company(OperationId::CustomerChangeFeed, of),
        (Resource::Events(_), _) => Err("GET, HEAD"),
        (Resource::Tokens, "POST") => token(OperationId::TokenCreation, ""),
        (Resource::Tokens, "GET") => token(OperationId::TokenListing, ""),
        (Resource::Tokens, _) => Err("GET, HEAD, POST"),
        (Resource::Token(id), "DELETE") => token(OperationId::TokenRevocation, id),
        (Resource::Token(_), _) => Err("DELETE"),
        (Resource::Backup, "GET") => token(OperationId::Backup, ""),
        (Resource::Backup, _) => Err("GET, HEAD"),
        (Resource::Mcp, "POST") => Ok(Route::Mcp),
        (Resource::Mcp, _) => Err("POST"),
        (Resource::Console(question), "GET") => Ok(Route::Console(question)),
        (Resource::Document(document), "GET") => Ok(Route::Document(document)),
        (Resource::Health, "GET") => Ok(Route::Health),
        (Resource::Readiness, "GET") => Ok(Route::Readiness),
        (Resource::Metrics, "GET") => Ok(Route::Metrics),
        (Resource::Console(_) | Resource::Document(_), _)
        | (Resource::Health | Resource::Readiness | Resource::Metrics, _) => Err("GET, HEAD"),
    }
}

/// The client's own id where it is a sane one, else a new ULID.
fn request_id(request: &Request<Incoming>) -> HeaderValue {
    let sane = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~:/+=".contains(byte);
        (1..=MAX_REQUEST_ID).contains(&bytes.len()) && bytes.iter().all(allowed)
    };
    match request.headers().get(REQUEST_ID).filter(sane) {
        Some(own) => own.clone(),
        None => HeaderValue::from_str(Ulid::generate().array_to_str(&mut [0; ulid::ULID_LEN]))
            .unwrap_or(HeaderValue::from_static("unknown")),
    }
}

fn id_text(request_id: &HeaderValue) -> &str {
    request_id.to_str().unwrap_or_default()
}

/// `HEAD` gets what `GET` gets, less the body (RFC 9110, section 9.3.2).
fn drop_body(answer: &mut Answer) {
    if let Some(length) = answer.body().size_hint().exact()
        && length > 0
    {
        answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *answer.body_mut() = AnswerBody::Empty;
}

fn add_headers(answer: &mut Answer, request_id: HeaderValue, known: &Known) {
    let headers = answer.headers_mut();
    headers.insert(REQUEST_ID, request_id);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(allowance) = known.allowance {
        auth::add_rate_limit(headers, allowance);
    }
    let metadata = known.operation.and_then(|id| AI_METADATA_VALUES.get(id as usize)?.clone());
    if let Some(metadata) = metadata {
        headers.insert(AI_METADATA, metadata);
    }
}

/// One line per request, without anything that a client sent but its request id.
fn log(
    request_id: &HeaderValue,
    operation: Option<OperationId>,
    answer: &Answer,
    started: Instant,
) {
    tracing::info!(
        id = id_text(request_id),
        operation = operation.map_or("none", |id| id.row().purpose),
        status = answer.status().as_u16(),
        micros = started.elapsed().as_micros() as u64,
        "request"
    );
}
