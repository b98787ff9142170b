//! What becomes of each line of many customers: one of three shapes.

use serde_json::{Value, json};

use super::{given_id, problem, reference};

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![("BulkOutcome", outcome())]
}

fn outcome() -> Value {
    json!({
        "title": "Outcome of a line",
        "description": "What became of one line of many customers: it was stored, only checked, or \
                        refused.",
        "oneOf": [stored(), checked(), refused()],
        "examples": [{"line": 1, "status": 201, "id": "01JD8Z3M6Q4X9T2V7B5N1C0KRE"}]
    })
}

fn line() -> Value {
    json!({
        "description": "The number of the line, from 1; in CSV the first customer is 1.",
        "type": "integer", "minimum": 1
    })
}

/// A status that is always the same.
fn status(status: u16) -> Value {
    json!({
        "description": "The status that the customer would have had alone.",
        "type": "integer", "const": status
    })
}

fn stored() -> Value {
    json!({
        "title": "Stored line",
        "description": "The customer is on disk.",
        "type": "object",
        "properties": {
            "line": line(),
            "status": status(201),
            "id": given_id("The customer's id."),
            "replayed": {
                "description": "It was stored by an earlier request with the same Idempotency-Key; else absent.",
                "type": "boolean", "const": true
            }
        },
        "required": ["line", "status", "id"],
        "additionalProperties": false
    })
}

fn checked() -> Value {
    json!({
        "title": "Checked line",
        "description": "With validate-only: the customer as it would be kept.",
        "type": "object",
        "properties": {
            "line": line(),
            "status": status(200),
            "customer": reference("CheckedCustomer")
        },
        "required": ["line", "status", "customer"],
        "additionalProperties": false
    })
}

fn refused() -> Value {
    json!({
        "title": "Refused line",
        "description": "Nothing was stored of this line; the others are not affected.",
        "type": "object",
        "properties": {
            "line": line(),
            "status": problem::status(),
            "problem": reference("Problem")
        },
        "required": ["line", "status", "problem"],
        "additionalProperties": false
    })
}
