//! Answers: every kind of response the service gives, built in one place.

use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HeaderMap,
    HeaderName, HeaderValue, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use hyper::{Response, StatusCode};
use prometheus_client::encoding::prometheus_text;

use super::auth::CHALLENGE;
use super::body::AnswerBody;
use super::document::policy;
use super::negotiate;
use super::problem::{Kind, Problem};

/// An answer.
pub type Answer = Response<AnswerBody>;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const NDJSON: HeaderValue = HeaderValue::from_static("application/x-ndjson");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const EVENT_STREAM: HeaderValue = HeaderValue::from_static(negotiate::EVENT_STREAM);
const OCTET_STREAM: HeaderValue = HeaderValue::from_static(negotiate::OCTET_STREAM);
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const ONE: HeaderValue = HeaderValue::from_static("private, max-age=300");
const MANY: HeaderValue = HeaderValue::from_static("private, no-cache");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
const NEVER: HeaderValue = HeaderValue::from_static("no-store");

/// Keeps proxies that know it from collecting an answer before they pass it on.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Header fields that most answers have at most.
const FIELDS: usize = 12;

fn answer(status: StatusCode, body: AnswerBody) -> Answer {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    // Once, for all that there will be: it would grow several times.
    *answer.headers_mut() = HeaderMap::with_capacity(FIELDS);
    answer
}

fn with_type(status: StatusCode, media: HeaderValue, body: AnswerBody) -> Answer {
    let mut answer = answer(status, body);
    answer.headers_mut().insert(CONTENT_TYPE, media);
    answer
}

/// JSON.
pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Answer {
    with_type(status, JSON, AnswerBody::Full(body.into()))
}

/// JSON of something that depends on the moment, such as a validation: kept by nobody.
pub fn transient_json(status: StatusCode, body: Vec<u8>) -> Answer {
    let mut answer = json(status, body);
    answer.headers_mut().insert(CACHE_CONTROL, NEVER);
    answer
}

/// JSON of something that may be another at any moment: a client asks again before it uses it.
pub fn current_json(body: Vec<u8>) -> Answer {
    let mut answer = json(StatusCode::OK, body);
    answer.headers_mut().insert(CACHE_CONTROL, MANY);
    answer
}

/// One customer, which a client may keep for five minutes.
pub fn one(status: StatusCode, tag: &HeaderValue, body: Bytes) -> Answer {
    let mut answer = json(status, body);
    answer.headers_mut().insert(ETAG, tag.clone());
    answer.headers_mut().insert(CACHE_CONTROL, ONE);
    answer
}

/// The client has the customer already (RFC 9110, section 15.4.5).
pub fn not_modified(tag: &HeaderValue) -> Answer {
    let mut answer = answer(StatusCode::NOT_MODIFIED, AnswerBody::Empty);
    answer.headers_mut().insert(ETAG, tag.clone());
    answer.headers_mut().insert(CACHE_CONTROL, ONE);
    answer
}

/// Many customers, piece by piece, in the form that the client likes best.
pub fn many(media: HeaderValue, body: AnswerBody) -> Answer {
    let mut answer = with_type(StatusCode::OK, media, body);
    answer.headers_mut().insert(CACHE_CONTROL, MANY);
    answer.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
    answer
}

/// The outcome of every line of a bulk request, piece by piece.
pub fn lines(body: AnswerBody) -> Answer {
    let mut answer = with_type(StatusCode::OK, NDJSON, body);
    answer.headers_mut().insert(CACHE_CONTROL, NEVER);
    answer
}

/// Events as they happen, kept and held back by nobody.
pub fn event_stream(body: AnswerBody) -> Answer {
    let mut answer = with_type(StatusCode::OK, EVENT_STREAM, body);
    answer.headers_mut().insert(CACHE_CONTROL, NEVER);
    answer.headers_mut().insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
    answer
}

/// A file to keep under a name, piece by piece, kept by nobody on the way.
pub fn attachment(disposition: HeaderValue, body: AnswerBody) -> Answer {
    let mut answer = with_type(StatusCode::OK, OCTET_STREAM, body);
    answer.headers_mut().insert(CACHE_CONTROL, NEVER);
    answer.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    answer
}

/// Done, and nothing to say.
pub fn no_content() -> Answer {
    answer(StatusCode::NO_CONTENT, AnswerBody::Empty)
}

/// Taken, and nothing to say.
pub fn accepted() -> Answer {
    answer(StatusCode::ACCEPTED, AnswerBody::Empty)
}

/// A page for people.
pub fn html(page: String) -> Answer {
    let mut answer = with_type(StatusCode::OK, HTML, AnswerBody::Full(Bytes::from(page)));
    policy::add(answer.headers_mut(), policy::STILL);
    answer
}

/// A file, which a client may keep, but asks for again before it uses it again.
pub fn file(content_type: &'static str, tag: &HeaderValue, bytes: Bytes) -> Answer {
    let media = HeaderValue::from_static(content_type);
    let mut answer = with_type(StatusCode::OK, media, AnswerBody::Full(bytes));
    answer.headers_mut().insert(ETAG, tag.clone());
    answer.headers_mut().insert(CACHE_CONTROL, ASK_AGAIN);
    answer
}

/// The client has the file already.
pub fn unchanged_file(tag: &HeaderValue) -> Answer {
    let mut answer = not_modified(tag);
    answer.headers_mut().insert(CACHE_CONTROL, ASK_AGAIN);
    answer
}

/// A line of text, kept by nobody.
pub fn text(status: StatusCode, line: &'static str) -> Answer {
    let mut answer = with_type(status, TEXT, AnswerBody::Full(Bytes::from_static(line.as_bytes())));
    answer.headers_mut().insert(CACHE_CONTROL, NEVER);
    answer
}

/// Figures of this moment, as Prometheus collects them.
pub fn metrics(text: String) -> Answer {
    let media = HeaderValue::from_static(prometheus_text::CONTENT_TYPE);
    let mut answer = with_type(StatusCode::OK, media, AnswerBody::Full(Bytes::from(text)));
    answer.headers_mut().insert(CACHE_CONTROL, NEVER);
    answer
}

/// A problem.
pub fn problem(problem: &Problem, request_id: &str) -> Answer {
    let body = AnswerBody::Full(Bytes::from(problem.to_json(request_id)));
    // Every status of a kind is one; a test says so.
    let status = StatusCode::from_u16(problem.kind.text().status);
    let mut answer = with_type(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), PROBLEM, body);
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, NEVER);
    if let Some(seconds) = problem.retry_after() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(methods) = problem.allow {
        headers.insert(ALLOW, HeaderValue::from_static(methods));
    }
    match problem.kind {
        Kind::Unauthorized => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
        }
        // What else such a client sent may be the rest of what it smuggled, or of a slow body.
        Kind::InvalidMessage | Kind::RequestTimeout => {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        _ => {}
    }
    answer
}
