//! Who a request comes from: bearer tokens (RFC 6750).

use hyper::header::{AUTHORIZATION, HeaderMap};

use super::problem::{Kind, Problem};
use crate::customer::access::Principal;
use crate::operation::Registry;

/// What `WWW-Authenticate` says where a token is missing (RFC 6750, section 3).
pub const CHALLENGE: &str = "Bearer realm=\"smart-customer\"";

/// Whose token the request carries.
///
/// # Errors
/// 401 where there is none, or not a good one.
pub fn authenticate(registry: &Registry, headers: &HeaderMap) -> Result<Principal, Problem> {
    let Some(token) = bearer(headers) else {
        let detail = "send 'Authorization: Bearer TOKEN' with one token";
        return Err(Problem::new(Kind::Unauthorized, detail));
    };
    let detail = "the token is unknown, expired or revoked";
    registry.authenticate(token).ok_or_else(|| Problem::new(Kind::Unauthorized, detail))
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
