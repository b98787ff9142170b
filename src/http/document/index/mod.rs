//! `/`, where everything begins: a page for people, and for programs the links that lead on
//! (RFC 8288, with the relations of RFC 8631).

use std::sync::LazyLock;

use hyper::header::{HeaderValue, LINK};
use hyper::http::request::Parts;

use super::file::{File, Media};
use super::policy;
use crate::http::answer::Answer;
use crate::http::problem::Problem;

const HTML: &[Media] = &[("text/html", "text/html; charset=utf-8")];

/// Relative, as all addresses in the pages are: behind a proxy the service may not begin at the
/// host's `/`, and it is never told where.
const LINKS: HeaderValue = HeaderValue::from_static(concat!(
    "<./openapi.json>; rel=\"service-desc\"; type=\"application/json\", ",
    "<./docs>; rel=\"service-doc\"; type=\"text/html\", ",
    "<./llms.txt>; rel=\"describedby\"; type=\"text/plain\", ",
    "<./readyz>; rel=\"status\"; type=\"text/plain\"",
));

static PAGE: LazyLock<File> = LazyLock::new(|| {
    let page = include_str!("page.html").replace("{version}", env!("CARGO_PKG_VERSION"));
    File::new(HTML, policy::STILL, page)
});

/// The page, with the links.
///
/// # Errors
/// As [`File::answer`].
pub fn answer(parts: &Parts) -> Result<Answer, Problem> {
    let mut answer = PAGE.answer(parts)?;
    answer.headers_mut().insert(LINK, LINKS);
    Ok(answer)
}
