//! Who a request comes from, and whether that one may make it now: bearer tokens (RFC 6750) and
//! their rate limits (draft-ietf-httpapi-ratelimit-headers-10).

use hyper::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use super::Service;
use super::connection::Connection;
use super::guesses::Standing;
use super::problem::{Kind, Problem};
use crate::customer::access::Principal;
use crate::operation::token::{self, Allowance, Bearer};

/// What `WWW-Authenticate` says where a token is missing (RFC 6750, section 3).
pub const CHALLENGE: &str = "Bearer realm=\"smart-customer\"";

const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Whose token the request carries that came over `connection`. The request is counted, and
/// `allowance` says what is left.
///
/// # Errors
/// 401 where there is no token, or not a good one; 429 where it makes too many requests, or too many
/// wrong ones came from where it comes from.
pub fn admit(
    service: &Service,
    connection: &Connection,
    headers: &HeaderMap,
    allowance: &mut Option<Allowance>,
) -> Result<Principal, Problem> {
    let Some(token) = bearer(headers) else {
        let detail = "send 'Authorization: Bearer TOKEN' with one token";
        return Err(Problem::new(Kind::Unauthorized, detail));
    };
    let bearer = authenticate(service, connection, token)?;
    *allowance = bearer.allowance;
    match bearer.allowance {
        Some(Allowance { is_exceeded: true, per_second, .. }) => {
            let detail = format!("the token may make {per_second} requests a second");
            Err(Problem::new(Kind::TooManyRequests, detail))
        }
        _ => Ok(bearer.principal),
    }
}

/// Whose token it is. How long that takes says nothing about it: it is always one hash and a look-up.
fn authenticate(
    service: &Service,
    connection: &Connection,
    token: &str,
) -> Result<Bearer, Problem> {
    let (guesses, address, hash) = (&service.guesses, connection.address(), token::hash(token));
    let standing = guesses.standing(address, &hash);
    if standing == Standing::Refused {
        let detail = "too many wrong tokens came from this address";
        return Err(Problem::new(Kind::TooManyRequests, detail));
    }
    let Some(bearer) = service.registry.authenticate(hash) else {
        guesses.was_wrong(address);
        let detail = "the token is unknown, expired or revoked";
        return Err(Problem::new(Kind::Unauthorized, detail));
    };
    if standing == Standing::New {
        guesses.was_right(address, &hash);
    }
    Ok(bearer)
}

/// The token of the one Authorization header, if that is a bearer token.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Tells the client of a limited token its limit, and what is left of it. All of it is back after
/// a second at most, as a limit of N lets N requests come at once.
pub fn add_rate_limit(headers: &mut HeaderMap, allowance: Allowance) {
    let Allowance { per_second, remaining, .. } = allowance;
    for (name, text) in [
        (RATE_LIMIT_POLICY, format!("\"default\";q={per_second};w=1")),
        (RATE_LIMIT, format!("\"default\";r={remaining};t=1")),
    ] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    }
}
