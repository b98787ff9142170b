//! `/`, where everything begins: the console for people, and for programs the links that lead on
//! (RFC 8288, with the relations of RFC 8631).

use hyper::header::{HeaderValue, LINK};
use hyper::http::request::Parts;

use super::console;
use crate::http::answer::Answer;
use crate::http::problem::Problem;

/// Relative, as all addresses in the pages are: behind a proxy the service may not begin at the
/// host's `/`, and it is never told where.
const LINKS: HeaderValue = HeaderValue::from_static(concat!(
    "<./openapi.json>; rel=\"service-desc\"; type=\"application/json\", ",
    "<./docs>; rel=\"service-doc\"; type=\"text/html\", ",
    "<./llms.txt>; rel=\"describedby\"; type=\"text/plain\", ",
    "<./readyz>; rel=\"status\"; type=\"text/plain\"",
));

/// The page, with the links.
///
/// # Errors
/// As a file's.
pub fn answer(parts: &Parts) -> Result<Answer, Problem> {
    let page = console::page().ok_or_else(|| Problem::internal("the console has no page"))?;
    let mut answer = page.answer(parts)?;
    answer.headers_mut().insert(LINK, LINKS);
    Ok(answer)
}
