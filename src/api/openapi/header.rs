//! The headers of answers, one component each.

use serde_json::{Map, Value, json};

use super::component;

/// Of every answer.
pub const REQUEST_ID: &str = "X-Request-Id";
/// Of every answer of an operation.
pub const AI_METADATA: &str = "X-AI-Metadata";
/// Of answers to limited tokens.
pub const RATE_LIMITS: [&str; 2] = ["RateLimit", "RateLimit-Policy"];
/// Of answers after which the client may try again.
pub const RETRY_AFTER: &str = "Retry-After";
/// Of answers to clients without a good token.
pub const WWW_AUTHENTICATE: &str = "WWW-Authenticate";
/// Of one customer.
pub const ETAG: &str = "ETag";
/// Of a new customer.
pub const LOCATION: &str = "Location";
/// Of a creation that was done before.
pub const REPLAYED: &str = "Idempotency-Replayed";
/// Of a page of a list.
pub const LINK: &str = "Link";
/// Of an answer that has several forms.
pub const VARY: &str = "Vary";
/// Of a file to keep under a name.
pub const DISPOSITION: &str = "Content-Disposition";
/// Of answers that may be kept, or not.
pub const CACHE_CONTROL: &str = "Cache-Control";

/// Those of [`components`] with these names.
pub fn references(names: impl IntoIterator<Item = &'static str>) -> Map<String, Value> {
    names.into_iter().map(|name| (name.to_owned(), component("headers", name))).collect()
}

/// A header that always has that one value.
pub fn fixed(description: &str, value: &str) -> Value {
    json!({"description": description, "required": true, "schema": {"type": "string", "const": value}})
}

/// How long the answer may be kept.
pub fn cache_control(value: &str) -> Value {
    fixed("How long the answer may be kept, and by whom.", value)
}

/// The headers that are the same wherever they are sent.
pub fn components() -> Map<String, Value> {
    [common(), of_customers()].into_iter().flatten().collect()
}

fn common() -> Map<String, Value> {
    let [rate_limit, policy] = RATE_LIMITS;
    named([
        (
            REQUEST_ID,
            true,
            "What the log of the service knows the request by: the client's own X-Request-Id where it sent a sane one.",
            json!({"type": "string", "minLength": 1, "maxLength": 128, "examples": ["01JD8Z3M6Q4X9T2V7B5N1C0KRE"]}),
        ),
        (
            AI_METADATA,
            true,
            "What the operation is for, as an RFC 9651 dictionary.",
            json!({"type": "string", "pattern": "^purpose=[a-z_]+, entity=[A-Za-z]+, intent=[a-z]+$", "examples": ["purpose=customer_detail, entity=Customer, intent=retrieve"]}),
        ),
        (
            rate_limit,
            false,
            "For a limited token: how many requests it may still make (r) and in how many seconds all are back (t).",
            json!({"type": "string", "examples": ["\"default\";r=49;t=1"]}),
        ),
        (
            policy,
            false,
            "For a limited token: how many requests (q) it may make in so many seconds (w).",
            json!({"type": "string", "examples": ["\"default\";q=50;w=1"]}),
        ),
        (
            RETRY_AFTER,
            true,
            "After how many seconds the client may try again.",
            json!({"type": "integer", "minimum": 1, "examples": [1]}),
        ),
        (
            WWW_AUTHENTICATE,
            true,
            "How to show who asks (RFC 6750).",
            json!({"type": "string", "examples": ["Bearer realm=\"smart-customer\""]}),
        ),
        (
            DISPOSITION,
            true,
            "A name for the file (RFC 6266), with the day.",
            json!({"type": "string", "examples": ["attachment; filename=\"smart-customer-2026-11-25.backup\""]}),
        ),
    ])
}

fn of_customers() -> Map<String, Value> {
    named([
        (
            ETAG,
            true,
            "The strong entity tag of this state of the customer, for If-Match and If-None-Match.",
            json!({"type": "string", "pattern": "^\"[^\"]+\"$", "examples": ["\"1-19a5c1f0e2b-1\""]}),
        ),
        (
            LOCATION,
            true,
            "The path of the new customer.",
            json!({"type": "string", "format": "uri-reference", "examples": ["/api/tse/v1/company/acme/customer/01JD8Z3M6Q4X9T2V7B5N1C0KRE"]}),
        ),
        (
            REPLAYED,
            false,
            "The customer was created by an earlier request with the same Idempotency-Key.",
            json!({"type": "string", "const": "true"}),
        ),
        (
            LINK,
            false,
            "The next page (RFC 8288), while there are more customers than the limit.",
            json!({"type": "string", "examples": ["</api/tse/v1/company/acme/customer?limit=100&after=01JD8Z3M6Q4X9T2V7B5N1C0KRE>; rel=\"next\""]}),
        ),
        (
            VARY,
            true,
            "The form depends on what the client accepts.",
            json!({"type": "string", "const": "Accept"}),
        ),
    ])
}

fn named<const N: usize>(headers: [(&str, bool, &str, Value); N]) -> Map<String, Value> {
    let describe = |(name, required, description, schema): (&str, bool, &str, Value)| {
        let header = json!({"description": description, "required": required, "schema": schema});
        (name.to_owned(), header)
    };
    headers.into_iter().map(describe).collect()
}
