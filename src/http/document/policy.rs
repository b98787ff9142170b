//! What a browser may do with what it gets from us: nothing is loaded from anywhere else, nothing
//! written into a page runs, and no other site may show our pages as part of its own.

use hyper::header::{
    CONTENT_SECURITY_POLICY, HeaderMap, HeaderValue, REFERRER_POLICY, X_FRAME_OPTIONS,
};

/// For what has no scripts.
pub const STILL: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                         form-action 'none'; frame-ancestors 'none'";

/// For the console and the API reference, which have scripts of ours that call the service, and
/// pictures within their style sheets.
pub const SCRIPTED: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                            img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
                            form-action 'none'; frame-ancestors 'none'";

/// Tells the browser `policy`, to show it within no other page (for browsers that do not know
/// `frame-ancestors`), and to tell no site that it came from here.
pub fn add(headers: &mut HeaderMap, policy: &'static str) {
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}
