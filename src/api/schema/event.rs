//! Events of the change feed.

use serde_json::{Value, json};

use super::{given_id, market, time};

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![("Event", event())]
}

fn event() -> Value {
    let mut market = market("The customer's market; null where it is not known.");
    market["type"] = json!(["string", "null"]);
    json!({
        "title": "Event",
        "description": "Something that happened to a customer; no personal data.",
        "type": "object",
        "properties": {
            "kind": {
                "description": "What happened.",
                "type": "string", "enum": ["created", "updated", "deleted"]
            },
            "customer-id": given_id("The customer it happened to."),
            "market": market,
            "time": time("When it happened.")
        },
        "required": ["kind", "customer-id", "market", "time"],
        "additionalProperties": false,
        "examples": [{
            "kind": "created", "customer-id": "01JD8Z3M6Q4X9T2V7B5N1C0KRE", "market": "IT",
            "time": "2026-11-23T18:22:15.123Z"
        }]
    })
}
