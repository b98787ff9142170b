//! The OpenAPI 3.1 document, built from the catalogue, the parameters, the schemas and the kinds of
//! problem: there is nothing in it that is not said there.
//!
//! `operation` describes one row of the catalogue, with what `request` says of its body and
//! `response` of its answers; `problem` says which problems it can give. `parameter`, `header` and
//! `example` hold what several operations share; `metadata` is the schema of `x-ai-metadata`.

mod example;
mod header;
mod metadata;
mod operation;
mod parameter;
mod problem;
mod request;
mod response;

use serde_json::{Map, Value, json};

use super::catalogue::{CATALOGUE, Entity};
use super::schema;

pub use metadata::ai_metadata_schema;

const DESCRIPTION: &str = "\
The customers of many companies: kept, checked, searched and followed. Customers live in namespaces \
of product, version and company, which exist as soon as they are used.

**Access.** Every request carries `Authorization: Bearer TOKEN`. A token has a scope (product, \
company), permissions (`read`, `write`, `admin`; none implies another), and perhaps an end and a \
rate limit.

**Problems.** Every error is `application/problem+json` (RFC 9457). `type` is a page about that \
kind of problem, `errors` lists all faults of single fields at once.

**Safe retries.** A creation with an `Idempotency-Key` can be sent again within 24 hours. A change \
with `If-Match` is made only where nobody was faster.

**Methods.** `HEAD` works wherever `GET` does. An unknown path is 404, a known one with another \
method 405 with `Allow`. Unknown query parameters are refused.

**For agents.** Every operation carries `x-ai-metadata`: its purpose, entity, intent, effects and \
how people ask for it, as [this JSON Schema](schemas/ai-metadata.json) says. Every answer of an \
operation repeats purpose, entity and intent in `X-AI-Metadata`.";

/// The document.
pub fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Smart Customer Management API",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A customer registry that describes itself to people, programs and agents",
            "description": DESCRIPTION,
        },
        // Where the document is: right at the root of a host and behind a proxy with a prefix.
        "servers": [{"url": ".", "description": "This service"}],
        "externalDocs": {
            "description": "The JSON Schema of x-ai-metadata",
            "url": "schemas/ai-metadata.json"
        },
        "tags": tags(),
        "paths": paths(),
        "components": components(),
    })
}

fn tags() -> Value {
    json!([
        {"name": tag(Entity::Customer), "description": "The customers of a company, and what happens to them"},
        {"name": tag(Entity::Token), "description": "Who has access; for admins only"},
        {"name": tag(Entity::Backup), "description": "Everything as one file; for admins only"},
    ])
}

/// The group in which operations on `entity` are shown.
fn tag(entity: Entity) -> &'static str {
    match entity {
        Entity::Customer => "Customers",
        Entity::Token => "Tokens",
        Entity::Backup => "Backup",
    }
}

fn paths() -> Value {
    let mut paths = Map::new();
    for row in &CATALOGUE {
        let path = paths.entry(row.path).or_insert_with(|| json!({}));
        path[row.method.as_str().to_ascii_lowercase()] = operation::operation(row);
    }
    Value::Object(paths)
}

fn components() -> Value {
    json!({
        "schemas": schema::components(),
        "parameters": parameter::components(),
        "headers": header::components(),
        "examples": problem::example_components(),
        "responses": problem::response_components(),
        "securitySchemes": {operation::SECURITY: operation::security_scheme()},
    })
}

/// A reference to the component of that kind and name.
fn component(kind: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{kind}/{name}")})
}

/// A text with a JSON object of the component `name` in each line. OpenAPI 3.1 has no word for the
/// items of a stream, so that it is a text whose content is described.
fn lines_of(name: &str, description: &str) -> Value {
    json!({
        "description": description,
        "type": "string",
        "contentMediaType": "application/x-ndjson",
        "contentSchema": {"type": "array", "items": schema::reference(name)}
    })
}
