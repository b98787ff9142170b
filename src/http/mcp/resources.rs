//! What an agent can read of the service itself: the contract, and how to begin.

use std::sync::LazyLock;

use rmcp::model::{ErrorData, ReadResourceResult, Resource, ResourceContents};
use serde_json::json;

use crate::api::{llms, openapi};

/// A document of the service.
struct Document {
    uri: &'static str,
    name: &'static str,
    title: &'static str,
    description: &'static str,
    media: &'static str,
    text: String,
}

static DOCUMENTS: LazyLock<[Document; 2]> = LazyLock::new(|| {
    [
        Document {
            uri: "smart-customer://openapi.json",
            name: "openapi.json",
            title: "The contract",
            description: "The OpenAPI 3.1 document of the HTTP interface, with AI metadata.",
            media: "application/json",
            text: openapi::document().to_string(),
        },
        Document {
            uri: "smart-customer://llms.txt",
            name: "llms.txt",
            title: "What to read first",
            description: "What the service is for and how to use it, for agents.",
            media: "text/markdown",
            text: llms::text(),
        },
    ]
});

/// Every resource.
pub fn list() -> Vec<Resource> {
    let describe = |document: &Document| {
        Resource::new(document.uri, document.name)
            .with_title(document.title)
            .with_description(document.description)
            .with_mime_type(document.media)
            .with_size(document.text.len() as u64)
    };
    DOCUMENTS.iter().map(describe).collect()
}

/// The resource at `uri`.
///
/// # Errors
/// There is none.
pub fn read(uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let found = DOCUMENTS.iter().find(|document| document.uri == uri).ok_or_else(|| {
        let message = "there is no such resource; resources/list says which there are";
        ErrorData::resource_not_found(message, Some(json!({"uri": uri})))
    })?;
    let contents = ResourceContents::text(found.text.as_str(), uri).with_mime_type(found.media);
    Ok(ReadResourceResult::new(vec![contents]))
}
