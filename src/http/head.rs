//! What must hold for the head of every request, before anything looks at what it asks for.

use hyper::body::Incoming;
use hyper::header::{HOST, HeaderMap, TRANSFER_ENCODING};
use hyper::{Request, Version};

use super::Limits;
use super::problem::{Kind, Problem};

/// Checks a request's head.
///
/// `conflicting_framing`: the connection sent a head with both Transfer-Encoding and
/// Content-Length, which hyper hides from us.
///
/// # Errors
/// 400, 414 or 431.
pub fn check(
    request: &Request<Incoming>,
    limits: &Limits,
    conflicting_framing: bool,
) -> Result<(), Problem> {
    if conflicting_framing {
        let detail = "Transfer-Encoding and Content-Length exclude each other (RFC 9112, 6.1)";
        return Err(Problem::new(Kind::InvalidMessage, detail));
    }
    check_coding(request.headers())?;
    check_host(request)?;
    check_target(request, limits.target_bytes)?;
    check_size(request.headers(), limits)
}

/// RFC 9112, section 6.1: chunked once is the only coding that we know. hyper looks at the last
/// one only, so what another server took for a coding below it would be read as a body.
fn check_coding(headers: &HeaderMap) -> Result<(), Problem> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(()),
        (Some(one), None) if one.as_bytes().eq_ignore_ascii_case(b"chunked") => Ok(()),
        _ => {
            let detail = "the only Transfer-Encoding there may be is chunked, once";
            Err(Problem::new(Kind::InvalidMessage, detail))
        }
    }
}

/// RFC 9112, section 3.2: an HTTP/1.1 request has exactly one Host.
fn check_host(request: &Request<Incoming>) -> Result<(), Problem> {
    let hosts = request.headers().get_all(HOST).iter().count();
    let wanted = request.version() == Version::HTTP_11;
    if hosts > 1 || (wanted && hosts == 0) {
        return Err(Problem::new(Kind::InvalidMessage, "a request has exactly one Host header"));
    }
    Ok(())
}

fn check_target(request: &Request<Incoming>, limit: usize) -> Result<(), Problem> {
    let length = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if length > limit {
        let detail = format!("path and query have {length} bytes, {limit} are allowed");
        return Err(Problem::new(Kind::UriTooLong, detail));
    }
    Ok(())
}

fn check_size(headers: &HeaderMap, limits: &Limits) -> Result<(), Problem> {
    let bytes: usize =
        headers.iter().map(|(name, value)| name.as_str().len() + value.as_bytes().len()).sum();
    if bytes > limits.head_bytes || headers.len() > limits.headers {
        let (bytes, count) = (limits.head_bytes, limits.headers);
        let detail = format!("at most {count} headers with {bytes} bytes together are allowed");
        return Err(Problem::new(Kind::HeadersTooLarge, detail));
    }
    Ok(())
}
