//! Tokens.

use serde_json::{Value, json};

use super::{given_id, name, time};
use crate::api::token_json::{MAX_RATE, PERMISSIONS};

/// An RFC 3339 time that a token can end at. That it lies in the future cannot be said but for the
/// years that were over when this was written; behind 9999-12-30 there is no time that can be kept.
const END: &str = r"^(?!9999-12-3)(?:202[6-9]|20[3-9][0-9]|2[1-9][0-9]{2}|[3-9][0-9]{3})-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})$";

/// A time in UTC, with a fraction of a second only where there is one.
const PLAIN_TIME: &str =
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,3})?Z$";

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("NewToken", new_token()),
        ("Token", listed_token()),
        ("TokenWithSecret", token_with_secret()),
    ]
}

/// What a token is good for, as it is asked for.
fn grant() -> Value {
    json!({
        "name": name::of_token(),
        "product": scope("One product, or * for all."),
        "company": scope("One company, or * for all."),
        "permissions": {
            "description": "What the token allows; none implies another.",
            "type": "array", "items": {"type": "string", "enum": PERMISSIONS},
            "minItems": 1, "uniqueItems": true, "examples": [["read", "write"]]
        },
        "expires-at": {
            "description": "When it ends, which must be in the future; null for never.",
            "type": ["string", "null"], "format": "date-time", "pattern": END,
            "examples": ["2036-01-01T00:00:00Z"]
        },
        "requests-per-second": {
            "description": "How many requests a second it may make; null for any number.",
            "type": ["integer", "null"], "minimum": 1, "maximum": MAX_RATE, "examples": [50]
        }
    })
}

fn scope(description: &str) -> Value {
    json!({
        "description": description, "type": "string", "minLength": 1, "maxLength": 64,
        "pattern": r"^(?:\*|(?!\.{1,2}$)[0-9A-Za-z._~-]+)$", "examples": ["acme"]
    })
}

fn new_token() -> Value {
    json!({
        "title": "New token",
        "description": "What a token is to be.",
        "type": "object",
        "properties": grant(),
        "required": ["name", "product", "company", "permissions"],
        "additionalProperties": false,
        "examples": [{
            "name": "till-3", "product": "tse", "company": "acme",
            "permissions": ["read", "write"], "expires-at": null, "requests-per-second": 50
        }]
    })
}

fn listed_token() -> Value {
    let last_used_at = plain_time("The hour of its last use; null where it was never used.");
    token("A token that was given out, without its secret.", ("last-used-at", last_used_at))
}

fn token_with_secret() -> Value {
    let secret = json!({
        "description": "The token itself, this once: only its hash is kept.",
        "type": "string", "pattern": "^sc_[0-9A-Za-z_-]{43}$"
    });
    token("A token just made.", ("token", secret))
}

/// A token with one `more` property, each of them always there.
fn token(description: &str, more: (&str, Value)) -> Value {
    let mut properties = grant();
    properties["expires-at"] = plain_time("When it ends; null for never.");
    properties["id"] = given_id("The token's id.");
    properties["created-at"] = time("When it was made.");
    properties[more.0] = more.1;
    let required: Vec<&String> =
        properties.as_object().into_iter().flat_map(|properties| properties.keys()).collect();
    json!({
        "title": "Token",
        "description": description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false
    })
}

fn plain_time(description: &str) -> Value {
    json!({
        "description": description, "type": ["string", "null"], "format": "date-time",
        "pattern": PLAIN_TIME, "examples": ["2036-01-01T00:00:00Z"]
    })
}
