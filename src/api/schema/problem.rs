//! Problems (RFC 9457).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::reference;
use crate::api::problem::Kind;
use crate::customer::Code;

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![("Problem", problem()), ("Fault", fault())]
}

fn problem() -> Value {
    let types = Kind::ALL.map(|kind| format!("/problems/{}", kind.text().name));
    let titles: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.text().title).collect();
    json!({
        "title": "Problem",
        "description": "Why a request was not carried out (RFC 9457).",
        "type": "object",
        "properties": {
            "type": {
                "description": "The kind of problem: the path of a page about it.",
                "type": "string", "format": "uri-reference", "enum": types
            },
            "title": {"description": "The kind of problem, for people.", "type": "string", "enum": titles},
            "status": status(),
            "detail": {"description": "What happened this time.", "type": "string", "minLength": 1},
            "request-id": {
                "description": "What the log of the service knows the request by.",
                "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[0-9A-Za-z_.~:/+=-]+$"
            },
            "errors": {
                "description": "Every fault of single fields; absent where there are none.",
                "type": "array", "minItems": 1, "items": reference("Fault")
            }
        },
        "required": ["type", "title", "status", "detail", "request-id"],
        "additionalProperties": false,
        "examples": [example()]
    })
}

/// The status of a problem of any kind.
pub(super) fn status() -> Value {
    let statuses: BTreeSet<u16> = Kind::ALL.iter().map(|kind| kind.text().status).collect();
    json!({"description": "The HTTP status.", "type": "integer", "enum": statuses})
}

fn example() -> Value {
    let kind = Kind::InvalidRequest.text();
    json!({
        "type": format!("/problems/{}", kind.name), "title": kind.title, "status": kind.status,
        "detail": "vat-number: missing", "request-id": "01JD8Z3M6Q4X9T2V7B5N1C0KRE",
        "errors": [fault_example()]
    })
}

fn fault_example() -> Value {
    json!({
        "field": "vat-number", "code": Code::Missing.as_str(),
        "message": "vat-number is required", "suggestion": null
    })
}

fn fault() -> Value {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    json!({
        "title": "Fault",
        "description": "One fault of one field, parameter or header.",
        "type": "object",
        "properties": {
            "field": {"description": "The name of the field, parameter or header.", "type": "string"},
            "code": {"description": "The kind of fault, for programs.", "type": "string", "enum": codes},
            "message": {
                "description": "What is wrong and what would be right.",
                "type": "string", "minLength": 1
            },
            "suggestion": {
                "description": "A value that would be accepted, where one is clearly meant; else null.",
                "type": ["string", "null"]
            }
        },
        "required": ["field", "code", "message", "suggestion"],
        "additionalProperties": false,
        "examples": [fault_example()]
    })
}
