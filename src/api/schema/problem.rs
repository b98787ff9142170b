//! Problems (RFC 9457).

use serde_json::{Value, json};

use super::reference;
use crate::api::problem::Kind;

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![("Problem", problem()), ("Fault", fault())]
}

fn problem() -> Value {
    let types: Vec<String> =
        Kind::ALL.iter().map(|kind| format!("/problems/{}", kind.text().name)).collect();
    json!({
        "description": "Why a request was not carried out (RFC 9457).",
        "type": "object",
        "properties": {
            "type": {"description": "The kind of problem: the path of a page about it.", "type": "string", "format": "uri-reference", "enum": types},
            "title": {"description": "The kind of problem, for people.", "type": "string"},
            "status": {"description": "The HTTP status.", "type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"description": "What happened this time.", "type": "string"},
            "request-id": {"description": "What the log of the service knows the request by.", "type": "string"},
            "errors": {"description": "Every fault of single fields, where there are any.", "type": "array", "items": reference("Fault")}
        },
        "required": ["type", "title", "status", "detail", "request-id"]
    })
}

fn fault() -> Value {
    json!({
        "description": "One fault of one field, parameter or header.",
        "type": "object",
        "properties": {
            "field": {"type": "string"},
            "code": {"description": "The kind of fault, for programs.", "type": "string"},
            "message": {"description": "What is wrong and what would be right.", "type": "string"},
            "suggestion": {"description": "A value that would be accepted, where one is clearly meant.", "type": ["string", "null"]}
        },
        "required": ["field", "code", "message", "suggestion"]
    })
}
