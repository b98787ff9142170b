//! Events of the change feed.

use serde_json::{Value, json};

use super::{given_id, market, time};
use crate::customer::assessment::Category;

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![("Event", event())]
}

fn event() -> Value {
    let mut market = market("The customer's market; null where it is not known.");
    market["type"] = json!(["string", "null"]);
    let categories = Category::ALL.map(Category::as_str).into_iter().map(Value::from);
    let category = json!({
        "description": "What kind of customer it is; null where nobody had judged it yet.",
        "type": ["string", "null"], "enum": categories.chain([Value::Null]).collect::<Vec<_>>()
    });
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
            "category": category,
            "market": market,
            "time": time("When it happened.")
        },
        "required": ["kind", "customer-id", "category", "market", "time"],
        "additionalProperties": false,
        "examples": [{
            "kind": "created", "customer-id": "01JD8Z3M6Q4X9T2V7B5N1C0KRE",
            "category": "corporate", "market": "IT",
            "time": "2026-11-23T18:22:15.123Z"
        }]
    })
}
