//! A sentence, and what it asks for.

use serde_json::{Value, json};

use super::{given_id, reference, share};
use crate::api::draft_json::FIELDS;
use crate::api::intent_json::MAX_TEXT;
use crate::intelligence::intent::Purpose;

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![("Sentence", sentence()), ("RecognisedIntent", recognised())]
}

fn sentence() -> Value {
    json!({
        "title": "Sentence",
        "description": "What a person typed or said.",
        "type": "object",
        "properties": {
            "text": {
                "description": "The sentence, in English or Italian.",
                "type": "string", "minLength": 1, "maxLength": MAX_TEXT, "pattern": r"\S",
                "examples": ["register John Smith, john.smith@example.com, VAT IT12345678903"]
            }
        },
        "required": ["text"],
        "additionalProperties": false,
        "examples": [{"text": "register John Smith, john.smith@example.com, VAT IT12345678903"}]
    })
}

fn purpose() -> Value {
    let purposes = Purpose::ALL.map(Purpose::as_str);
    json!({
        "description": "The purpose of the operation that is asked for; unknown where it is none of them.",
        "type": "string", "enum": purposes
    })
}

fn intent() -> Value {
    json!({
        "description": "The intent of that operation.",
        "type": "string",
        "enum": ["create", "retrieve", "update", "delete", "analyze", "unknown"]
    })
}

fn recognised() -> Value {
    let missing: Vec<&str> = FIELDS.into_iter().chain(["customer-id"]).collect();
    json!({
        "title": "Recognised intent",
        "description": "What a sentence asks for. Nothing of it was carried out.",
        "type": "object",
        "properties": {
            "intent": intent(),
            "purpose": purpose(),
            "entity": {"description": "What it is about.", "const": "Customer"},
            "confidence": share("How probable it is that the purpose is right."),
            "alternatives": {
                "description": "The other purposes that it may be, most probable first.",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "intent": intent(), "purpose": purpose(),
                        "confidence": share("How probable it is.")
                    },
                    "required": ["intent", "purpose", "confidence"],
                    "additionalProperties": false
                }
            },
            "parameters": parameters(),
            "missing": {
                "description": "What the operation needs and the sentence does not say. Of an update, any one of the details that are named is enough.",
                "type": "array", "items": {"type": "string", "enum": missing}
            },
            "operation": operation(),
            "candidates": {
                "description": "Who may be meant, where it is not for sure one customer.",
                "type": "array", "items": reference("Customer"), "maxItems": 5
            }
        },
        "required": [
            "intent", "purpose", "entity", "confidence", "alternatives", "parameters", "missing",
            "operation"
        ],
        "additionalProperties": false,
        "examples": [example()]
    })
}

fn parameters() -> Value {
    json!({
        "description": "The values in the sentence, normalised: of an update the new ones, where they are stated.",
        "type": "object",
        "properties": {
            "first-name": reference("Name"), "last-name": reference("Name"),
            "email": reference("EmailAddress"), "vat-number": reference("VatNumber"),
            "customer-id": given_id("The customer's id."),
            "q": {"description": "What is searched for.", "type": "string", "minLength": 1}
        },
        "additionalProperties": false
    })
}

fn operation() -> Value {
    json!({
        "description": "The request that does it; null while something is missing, and where nothing is asked for.",
        "type": ["object", "null"],
        "properties": {
            "method": {
                "description": "The method.", "type": "string",
                "enum": ["GET", "POST", "PATCH", "DELETE"]
            },
            "path": {
                "description": "The path, with its query.", "type": "string", "pattern": "^/api/"
            },
            "body": {"description": "The body, where there is one.", "type": "object"}
        },
        "required": ["method", "path"],
        "additionalProperties": false
    })
}

fn example() -> Value {
    let john = json!({
        "first-name": "John", "last-name": "Smith", "email": "john.smith@example.com",
        "vat-number": "IT12345678903"
    });
    json!({
        "intent": "create", "purpose": "customer_creation", "entity": "Customer", "confidence": 0.98,
        "alternatives": [{"intent": "update", "purpose": "customer_update", "confidence": 0.01}],
        "parameters": john, "missing": [],
        "operation": {"method": "POST", "path": "/api/tse/v1/company/acme/customer", "body": john}
    })
}
