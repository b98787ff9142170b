//! What the service says of itself, for people, programs and agents. No token is needed for it.

use hyper::http::request::Parts;

use super::answer::Answer;
use super::problem::{Kind, Problem};

/// A document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document<'p> {
    /// Where everything begins.
    Index,
    /// The OpenAPI document.
    OpenApi,
    /// The schema of the AI metadata in it.
    AiMetadataSchema,
    /// The API reference, as a page.
    Reference,
    /// A file of that page; its name as sent.
    ReferenceAsset(&'p str),
    /// What an agent should read first.
    Llms,
}

/// The document.
///
/// # Errors
/// 404 where there is no such file.
pub fn answer(_document: Document<'_>, _parts: &Parts) -> Result<Answer, Problem> {
    Err(Problem::new(Kind::PathNotFound, "nothing is at this path"))
}
