//! What is understood of a customer, with the reasons.

use serde_json::{Value, json};

use super::{category, given_id, market, reference, share};
use crate::intelligence::duplicate::FieldAgreement;

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![("CustomerInsight", insight()), ("PossibleDuplicate", duplicate())]
}

fn insight() -> Value {
    let by = "How much it takes off the quality.";
    json!({
        "title": "Customer insight",
        "description": "What is understood of a customer, with the reasons.",
        "type": "object",
        "properties": {
            "id": given_id("The customer's id."),
            "category": category("What kind of customer it is."),
            "confidence": share("How sure the category is."),
            "category-reasons": list("What speaks for the category, the weightiest first.", reason(&[])),
            "market": market("The country of the VAT number; absent where its prefix is no country's."),
            "quality": share("How likely it is that the record is genuine and complete."),
            "quality-reasons": list("What lowers the quality, the weightiest first.", reason(&[("by", share(by))])),
            "advisories": list("What a person should look at.", reference("Advisory")),
            "possible-duplicates": list(
                "Who may be the same customer, from a probability of 0.1 on, most probable first.",
                reference("PossibleDuplicate")
            ),
            "retention": share("The probability that the customer is still here in 90 days, from the company's own history by category and age; absent while that is too short.")
        },
        "examples": [{
            "id": "01JD8Z3M6Q4X9T2V7B5N1C0KRE", "category": "corporate", "confidence": 0.91,
            "category-reasons": [{"code": "own-domain", "message": "example.com is a domain of its own"}],
            "market": "IT", "quality": 0.58,
            "quality-reasons": [{
                "code": "vat-checksum", "by": 0.39,
                "message": "the check digit of IT12345678901 should be 3, not 1"
            }],
            "advisories": [], "possible-duplicates": [duplicate_example()], "retention": 0.97
        }],
        "required": [
            "id", "category", "confidence", "category-reasons", "quality", "quality-reasons",
            "advisories", "possible-duplicates"
        ],
        "additionalProperties": false
    })
}

fn duplicate_example() -> Value {
    json!({
        "id": "01JD8Z3M6Q4X9T2V7B5N1C0KRF", "probability": 0.98,
        "agreement": {
            "first-name": "nickname", "last-name": "exact", "email": "near", "vat-number": "exact"
        }
    })
}

fn list(description: &str, items: Value) -> Value {
    json!({"description": description, "type": "array", "items": items})
}

fn reason(more: &[(&str, Value)]) -> Value {
    let mut properties = json!({
        "code": {"description": "What kind of reason, for programs.", "type": "string", "minLength": 1},
        "message": {"description": "The reason, for people.", "type": "string", "minLength": 1}
    });
    let mut required = vec!["code", "message"];
    for (name, schema) in more {
        properties[*name] = schema.clone();
        required.push(name);
    }
    json!({
        "type": "object", "properties": properties, "required": required,
        "additionalProperties": false
    })
}

fn duplicate() -> Value {
    let field = || {
        let levels = FieldAgreement::ALL.map(FieldAgreement::as_str);
        json!({"description": "How both agree in it.", "type": "string", "enum": levels})
    };
    json!({
        "title": "Possible duplicate",
        "description": "A customer of the same company who is probably the same.",
        "type": "object",
        "properties": {
            "id": given_id("The other customer's id."),
            "probability": share("How probable it is that both are the same."),
            "agreement": {
                "description": "How both agree, field by field.",
                "type": "object",
                "properties": {
                    "first-name": field(), "last-name": field(), "email": field(), "vat-number": field()
                },
                "required": ["first-name", "last-name", "email", "vat-number"],
                "additionalProperties": false
            }
        },
        "required": ["id", "probability", "agreement"],
        "additionalProperties": false,
        "examples": [duplicate_example()]
    })
}
