//! Tokens.

use serde_json::{Value, json};

use super::{id, time};

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![("NewToken", new_token()), ("Token", token(&[])), ("TokenWithSecret", token(&["token"]))]
}

fn grant() -> Value {
    let part = "^(\\*|(?!\\.{1,2}$)[A-Za-z0-9._~-]{1,64})$";
    json!({
        "name": {"description": "What the token is for.", "type": "string", "minLength": 1, "maxLength": 100, "examples": ["till-3"]},
        "product": {"description": "One product, or * for all.", "type": "string", "pattern": part, "examples": ["tse"]},
        "company": {"description": "One company, or * for all.", "type": "string", "pattern": part, "examples": ["acme"]},
        "permissions": {
            "description": "What the token allows; none implies another.",
            "type": "array", "items": {"type": "string", "enum": ["read", "write", "admin"]},
            "minItems": 1, "uniqueItems": true
        },
        "expires-at": {"description": "When it ends; null for never.", "type": ["string", "null"], "format": "date-time"},
        "requests-per-second": {"description": "How many requests a second it may make; null for any number.", "type": ["integer", "null"], "minimum": 1, "maximum": 1_000_000}
    })
}

fn new_token() -> Value {
    json!({
        "description": "What a token is to be.",
        "type": "object",
        "properties": grant(),
        "required": ["name", "product", "company", "permissions"],
        "examples": [{"name": "till-3", "product": "tse", "company": "acme", "permissions": ["read", "write"], "expires-at": null, "requests-per-second": 50}]
    })
}

/// A token: with its secret, just made; without, as it is listed.
fn token(secret: &[&str]) -> Value {
    let mut properties = grant();
    properties["id"] = id();
    properties["created-at"] = time();
    let required = [
        "id",
        "name",
        "product",
        "company",
        "permissions",
        "expires-at",
        "requests-per-second",
        "created-at",
    ];
    let mut required: Vec<&str> = required.into();
    if secret.is_empty() {
        properties["last-used-at"] = json!({"description": "The hour of its last use.", "type": ["string", "null"], "format": "date-time"});
        required.push("last-used-at");
    } else {
        properties["token"] =
            json!({"description": "The token itself, this once.", "type": "string"});
        required.push("token");
    }
    json!({"description": "A token that was given out.", "type": "object", "properties": properties, "required": required})
}
