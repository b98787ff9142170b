//! Problems (RFC 9457): every error a client can get. All status codes of errors are here.

use serde::Serialize;

use super::shape::ViolationShape;
use crate::customer::{Code, Violation};

/// The kinds of problem. Each is a page, `/problems/{name}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A body with faulty fields.
    InvalidRequest,
    /// A body that is no JSON object.
    InvalidJson,
    /// A message that is no proper HTTP.
    InvalidMessage,
    /// A path part that can be no product, version or company.
    InvalidPathParameter,
    /// A query parameter that cannot be used.
    InvalidQueryParameter,
    /// A header that cannot be used.
    InvalidHeader,
    /// No token, or not a good one.
    Unauthorized,
    /// A good token, outside its scope.
    Forbidden,
    /// No such customer.
    CustomerNotFound,
    /// A company without customers.
    CustomersNotFound,
    /// No such token.
    TokenNotFound,
    /// No such path.
    PathNotFound,
    /// A path that has no such method.
    MethodNotAllowed,
    /// No acceptable form of the answer.
    NotAcceptable,
    /// A request that came too slowly.
    RequestTimeout,
    /// An idempotency key whose first request is not answered yet.
    IdempotencyInFlight,
    /// A customer that is no longer in the state that the client knows.
    PreconditionFailed,
    /// A body beyond the limit.
    ContentTooLarge,
    /// A request target beyond the limit.
    UriTooLong,
    /// A body of a kind that is not understood.
    UnsupportedMediaType,
    /// An idempotency key used before with another body.
    IdempotencyReused,
    /// More requests than the token may make, or more wrong tokens than may come from an address.
    TooManyRequests,
    /// A request head beyond the limit.
    HeadersTooLarge,
    /// A fault of ours.
    Internal,
    /// Writes are refused since an earlier fault.
    ReadOnly,
    /// More is waiting than may.
    Overloaded,
    /// What is kept is being made anew.
    Repairing,
    /// The service is stopping.
    ShuttingDown,
    /// No room on the disk.
    DiskFull,
}

/// What is fixed about a kind of problem.
pub struct KindText {
    /// The kind's name in `type`.
    pub name: &'static str,
    /// The HTTP status (RFC 9110, section 15), from 400 to 599.
    pub status: u16,
    /// The title of the problem.
    pub title: &'static str,
    /// For the page: what happened and what to do.
    pub explanation: &'static str,
}

impl Kind {
    /// Every kind, for whoever lists them.
    pub const ALL: [Kind; 29] = [
        Kind::InvalidRequest,
        Kind::InvalidJson,
        Kind::InvalidMessage,
        Kind::InvalidPathParameter,
        Kind::InvalidQueryParameter,
        Kind::InvalidHeader,
        Kind::Unauthorized,
        Kind::Forbidden,
        Kind::CustomerNotFound,
        Kind::CustomersNotFound,
        Kind::TokenNotFound,
        Kind::PathNotFound,
        Kind::MethodNotAllowed,
        Kind::NotAcceptable,
        Kind::RequestTimeout,
        Kind::IdempotencyInFlight,
        Kind::PreconditionFailed,
        Kind::ContentTooLarge,
        Kind::UriTooLong,
        Kind::UnsupportedMediaType,
        Kind::IdempotencyReused,
        Kind::TooManyRequests,
        Kind::HeadersTooLarge,
        Kind::Internal,
        Kind::ReadOnly,
        Kind::Overloaded,
        Kind::Repairing,
        Kind::ShuttingDown,
        Kind::DiskFull,
    ];

    /// What is fixed about the kind.
    pub fn text(self) -> KindText {
        let (name, status, title, explanation) = match self {
            Kind::InvalidRequest => (
                "invalid-request",
                400,
                "Invalid request data",
                "Fields of the body are missing or not acceptable. Each is listed under \"errors\" with what would be right.",
            ),
            Kind::InvalidJson => (
                "invalid-json",
                400,
                "Invalid JSON",
                "The body is no JSON object. \"detail\" says where reading it ended.",
            ),
            Kind::InvalidMessage => (
                "invalid-message",
                400,
                "Invalid HTTP message",
                "The request breaks a rule of HTTP (RFC 9110, RFC 9112) that keeps messages apart.",
            ),
            Kind::InvalidPathParameter => (
                "invalid-path-parameter",
                400,
                "Invalid path parameter",
                "A product and a company are 1 to 64 characters of A-Z a-z 0-9 . _ ~ - and a version is v and digits, such as v1 or v2.1.",
            ),
            Kind::InvalidQueryParameter => (
                "invalid-query-parameter",
                400,
                "Invalid query parameter",
                "A query parameter does not exist here, stands there twice, or has an impossible value. Names are case-sensitive.",
            ),
            Kind::InvalidHeader => (
                "invalid-header",
                400,
                "Invalid header",
                "A request header has a value that cannot be used.",
            ),
            Kind::Unauthorized => (
                "unauthorized",
                401,
                "Authentication required",
                "Send \"Authorization: Bearer TOKEN\" with a token that is known, not expired and not revoked.",
            ),
            Kind::Forbidden => (
                "forbidden",
                403,
                "Not allowed",
                "The token is good, but not for this operation or this company. The answer is the same whether or not the thing exists. At /mcp it may also be that Host or Origin is none that the service knows.",
            ),
            Kind::CustomerNotFound => (
                "customer-not-found",
                404,
                "Customer not found",
                "The company has no customer with this id; it may have been deleted.",
            ),
            Kind::CustomersNotFound => (
                "customers-not-found",
                404,
                "No customers found",
                "The company has no customers yet. The same company under another product or version is another set of customers.",
            ),
            Kind::TokenNotFound => (
                "token-not-found",
                404,
                "Token not found",
                "There is no token with this id; it may have been revoked.",
            ),
            Kind::PathNotFound => (
                "path-not-found",
                404,
                "Path not found",
                "Nothing is at this path. A trailing slash makes it another path.",
            ),
            Kind::MethodNotAllowed => (
                "method-not-allowed",
                405,
                "Method not allowed",
                "The path exists, but not with this method. The Allow header lists those it has.",
            ),
            Kind::NotAcceptable => (
                "not-acceptable",
                406,
                "Not acceptable",
                "The Accept header allows none of the forms that the answer can have.",
            ),
            Kind::RequestTimeout => (
                "request-timeout",
                408,
                "Request timeout",
                "The request came too slowly. Send it again as a whole.",
            ),
            Kind::IdempotencyInFlight => (
                "idempotency-in-flight",
                409,
                "Request in progress",
                "A request with the same Idempotency-Key is still being worked on. Try again shortly.",
            ),
            Kind::PreconditionFailed => (
                "precondition-failed",
                412,
                "Precondition failed",
                "The customer was changed since the client read it: its ETag is not the one in If-Match. Read it again and decide anew.",
            ),
            Kind::ContentTooLarge => (
                "content-too-large",
                413,
                "Content too large",
                "The body is larger than the limit. A customer needs less than a kilobyte.",
            ),
            Kind::UriTooLong => (
                "uri-too-long",
                414,
                "URI too long",
                "Path and query together are longer than the limit.",
            ),
            Kind::UnsupportedMediaType => (
                "unsupported-media-type",
                415,
                "Unsupported media type",
                "The body is of a kind that is not understood here, or has a Content-Encoding. \"detail\" says which kinds there are.",
            ),
            Kind::IdempotencyReused => (
                "idempotency-key-reused",
                422,
                "Idempotency key reused",
                "The same Idempotency-Key was used within the last 24 hours with another body. Use a new key for a new request.",
            ),
            Kind::TooManyRequests => (
                "too-many-requests",
                429,
                "Too many requests",
                "The token has made more requests than its rate limit allows, or has as many in progress as one token may; or too many wrong tokens came from the address of the client. \"detail\" says which. Try again as Retry-After says.",
            ),
            Kind::HeadersTooLarge => (
                "headers-too-large",
                431,
                "Request header fields too large",
                "The headers of the request are larger, or more, than the limit.",
            ),
            Kind::Internal => (
                "internal",
                500,
                "Internal error",
                "A fault of the service, not of the request. Its log has the cause under the request id.",
            ),
            Kind::ReadOnly => (
                "read-only",
                503,
                "Writes are refused",
                "The disk failed while something was written, so nothing more is written until the service is started again. Reads go on. Its log has the cause.",
            ),
            Kind::Overloaded => (
                "overloaded",
                503,
                "Overloaded",
                "More requests are waiting than can be answered soon. Nothing was stored; try again as Retry-After says.",
            ),
            Kind::Repairing => (
                "repairing",
                503,
                "Being repaired",
                "Stored data turned out to be damaged and is being made anew from its other copy. Nothing is lost, and nothing was stored; try again as Retry-After says.",
            ),
            Kind::ShuttingDown => (
                "shutting-down",
                503,
                "Shutting down",
                "The service is stopping. Nothing was stored; try again as Retry-After says.",
            ),
            Kind::DiskFull => (
                "disk-full",
                507,
                "Insufficient storage",
                "There is no room on the disk of the service. Nothing was stored; reads go on, and writes as soon as there is room.",
            ),
        };
        KindText { name, status, title, explanation }
    }
}

/// One problem: what the client is told, and what only the log is told.
#[derive(Debug)]
pub struct Problem {
    /// Its kind.
    pub kind: Kind,
    /// What happened this time, for the client.
    pub detail: String,
    /// Faults of single fields.
    pub violations: Vec<Violation>,
    /// What only the log is told.
    pub cause: Option<String>,
    /// The methods that would be allowed.
    pub allow: Option<&'static str>,
}

impl Problem {
    /// A problem with what happened this time.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Problem {
        let detail = detail.into();
        Problem { kind, detail, violations: Vec::new(), cause: None, allow: None }
    }

    /// A problem that consists of faults of fields.
    pub fn of_fields(kind: Kind, violations: Vec<Violation>) -> Problem {
        let faults: Vec<String> = violations
            .iter()
            .map(|violation| format!("{}: {}", violation.field, violation.code.summary()))
            .collect();
        Problem { violations, ..Problem::new(kind, faults.join("; ")) }
    }

    /// A problem with one header.
    pub fn of_header(name: &'static str, message: &str) -> Problem {
        let violation = Violation::new(name, Code::InvalidHeader, message);
        Problem::of_fields(Kind::InvalidHeader, vec![violation])
    }

    /// A fault of ours; the client learns nothing of its cause.
    pub fn internal(cause: impl Into<String>) -> Problem {
        let detail = "the service could not do this; its log has the cause under the request id";
        Problem { cause: Some(cause.into()), ..Problem::new(Kind::Internal, detail) }
    }

    /// Seconds after which the client may try again.
    pub fn retry_after(&self) -> Option<u32> {
        match self.kind {
            Kind::Overloaded | Kind::IdempotencyInFlight => Some(1),
            // A limit is at least one request a second.
            Kind::TooManyRequests => Some(1),
            Kind::Repairing | Kind::ShuttingDown => Some(5),
            Kind::DiskFull => Some(10),
            Kind::ReadOnly => Some(60),
            _ => None,
        }
    }

    /// The problem as `application/problem+json`.
    pub fn to_json(&self, request_id: &str) -> Vec<u8> {
        let text = self.kind.text();
        let shape = ProblemShape {
            r#type: format!("/problems/{}", text.name),
            title: text.title,
            status: text.status,
            detail: &self.detail,
            request_id,
            errors: self.violations.iter().map(ViolationShape::from).collect(),
        };
        // Only texts and numbers: there is nothing in it that could not be written.
        serde_json::to_vec(&shape).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct ProblemShape<'p> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'p str,
    #[serde(rename = "request-id")]
    request_id: &'p str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ViolationShape<'p>>,
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_an_error_status() {
        let names: std::collections::BTreeSet<&str> =
            Kind::ALL.iter().map(|kind| kind.text().name).collect();
        assert_eq!(names.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert!((400..600).contains(&kind.text().status), "{kind:?}");
        }
    }
}
