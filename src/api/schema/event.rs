//! Events of the change feed.

use serde_json::{Value, json};

use super::{id, time};

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![("Event", event())]
}

fn event() -> Value {
    json!({
        "description": "Something that happened to a customer; no personal data.",
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": ["created", "updated", "deleted"]},
            "customer-id": id(),
            "market": {"description": "The customer's market, where it is known.", "type": ["string", "null"], "pattern": "^[A-Z]{2}$"},
            "time": time()
        },
        "required": ["kind", "customer-id", "market", "time"],
        "examples": [{"kind": "created", "customer-id": "01JD8Z3M6Q4X9T2V7B5N1C0KRE", "market": "IT", "time": "2026-11-23T18:22:15.123Z"}]
    })
}
