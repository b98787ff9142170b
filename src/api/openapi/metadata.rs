//! The shape of `x-ai-metadata`, published so that whoever reads it can rely on it.

use serde_json::{Value, json};

/// The JSON Schema of `x-ai-metadata`, which is on every operation of the document.
pub fn ai_metadata_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "/schemas/ai-metadata.json",
        "title": "AI metadata of an operation",
        "description": "What an agent needs to know of an operation before it uses it: x-ai-metadata in the OpenAPI document.",
        "type": "object",
        "properties": {
            "purpose": {
                "description": "What the operation is for; also its operationId and the name of its tool.",
                "type": "string", "pattern": "^[a-z]+(_[a-z]+)*$"
            },
            "entity": {"description": "What it is about.", "type": "string", "pattern": "^[A-Z][A-Za-z]*$"},
            "intent": {"description": "What a caller wants who calls it.", "type": "string", "pattern": "^[a-z]+$"},
            "effects": effects(),
            "examples": {
                "description": "How people ask for it.",
                "type": "array", "items": example(), "minItems": 1
            }
        },
        "required": ["purpose", "entity", "intent", "effects", "examples"],
        "additionalProperties": false
    })
}

fn effects() -> Value {
    json!({
        "description": "What the operation does to what is kept.",
        "type": "object",
        "properties": {
            "read-only": {"description": "Nothing is changed.", "type": "boolean"},
            "destructive": {"description": "Something that was there before is gone afterwards.", "type": "boolean"},
            "idempotent": {"description": "The same call again changes nothing more.", "type": "boolean"},
            "reversible": {"description": "Another operation brings back what was there before.", "type": "boolean"}
        },
        "required": ["read-only", "destructive", "idempotent", "reversible"],
        "additionalProperties": false
    })
}

fn example() -> Value {
    json!({
        "description": "A request in plain words, and what is then sent.",
        "type": "object",
        "properties": {
            "utterance": {"description": "What somebody says, in any language.", "type": "string", "minLength": 1},
            "arguments": {
                "description": "The parameters of the path, the query and the header, and the fields of the body, by their names.",
                "type": "object"
            }
        },
        "required": ["utterance", "arguments"],
        "additionalProperties": false
    })
}
