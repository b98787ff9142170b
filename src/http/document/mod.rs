//! What the service says of itself, for people, programs and agents, and the files of its console. No
//! token is needed for it.

mod console;
mod file;
mod index;
pub mod policy;
mod problem_page;
mod reference;

use std::sync::LazyLock;

use hyper::http::request::Parts;

use self::file::{File, Media};
use super::answer::{self, Answer};
use super::problem::{Kind, Problem};
use crate::api::{llms, openapi};

/// A document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document<'p> {
    /// Where everything begins: the page of the console.
    Index,
    /// A file of the console; its path as sent.
    ConsoleFile(&'p str),
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
    /// The page about a kind of problem; its name as sent.
    ProblemPage(&'p str),
}

/// The registered type is known to few, so it is for those who ask for it.
const OPENAPI: &[Media] = &[
    ("application/json", "application/json"),
    ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json;version=3.1"),
];

const SCHEMA: &[Media] = &[
    ("application/schema+json", "application/schema+json"),
    ("application/json", "application/json"),
];

/// Browsers show plain text and would rather save Markdown, so that is for those who ask for it.
const LLMS: &[Media] = &[
    ("text/plain", "text/plain; charset=utf-8"),
    ("text/markdown", "text/markdown; charset=utf-8"),
];

static OPENAPI_FILE: LazyLock<File> =
    LazyLock::new(|| File::new(OPENAPI, policy::STILL, openapi::document().to_string()));

static SCHEMA_FILE: LazyLock<File> =
    LazyLock::new(|| File::new(SCHEMA, policy::STILL, openapi::ai_metadata_schema().to_string()));

static LLMS_FILE: LazyLock<File> = LazyLock::new(|| File::new(LLMS, policy::STILL, llms::text()));

/// The document.
///
/// # Errors
/// 404 where there is no such file; 406 or 400 as [`File::answer`].
pub fn answer(document: Document<'_>, parts: &Parts) -> Result<Answer, Problem> {
    match document {
        Document::Index => index::answer(parts),
        Document::ConsoleFile(path) => console::file_at(path)
            .ok_or_else(|| Problem::new(Kind::PathNotFound, "the console has no such file"))?
            .answer(parts),
        Document::OpenApi => OPENAPI_FILE.answer(parts),
        Document::AiMetadataSchema => SCHEMA_FILE.answer(parts),
        Document::Reference => reference::page().answer(parts),
        Document::ReferenceAsset(name) => reference::asset(name)
            .ok_or_else(|| Problem::new(Kind::PathNotFound, "the reference has no such file"))?
            .answer(parts),
        Document::Llms => LLMS_FILE.answer(parts),
        Document::ProblemPage(name) => problem_page::render(name)
            .map(answer::html)
            .ok_or_else(|| Problem::new(Kind::PathNotFound, "there is no such kind of problem")),
    }
}
