//! Customers: as they are sent, and as they are answered.

use serde_json::{Value, json};

use super::{category, described, given_id, market, reference, share, time};
use crate::customer::assessment::AdvisoryCode;

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("NewCustomer", new_customer()),
        ("CustomerChange", change()),
        ("Customer", customer()),
        ("CheckedCustomer", checked_customer()),
        ("Customers", customers()),
        ("Assessment", assessment()),
        ("Advisory", advisory()),
    ]
}

/// The four details, by name.
fn details() -> Value {
    json!({
        "first-name": described("Name", "The first name."),
        "last-name": described("Name", "The last name."),
        "email": described("EmailAddress", "The email address."),
        "vat-number": described("VatNumber", "The VAT number, with its country's two letters."),
    })
}

/// The details in a request, and what only answers have: whatever it is, it is not read. It is not
/// `readOnly`, as OpenAPI has it that such a property should not be sent, and here it may be.
fn sent() -> Value {
    let mut properties = details();
    for name in ["id", "created-at", "updated-at", "ai"] {
        let description = "Ignored, so that an answer can be sent back.";
        properties[name] = json!({"description": description});
    }
    properties
}

fn new_customer() -> Value {
    json!({
        "title": "New customer",
        "description": "A customer as it is sent.",
        "type": "object",
        "properties": sent(),
        "required": ["first-name", "last-name", "email", "vat-number"],
        "additionalProperties": false,
        "examples": [{
            "first-name": "John", "last-name": "Smith", "email": "john.smith@example.com",
            "vat-number": "IT12345678901"
        }]
    })
}

fn change() -> Value {
    json!({
        "title": "Change of a customer",
        "description": "The details to change (JSON Merge Patch, RFC 7396); none of them can be \
                        removed.",
        "type": "object",
        "properties": sent(),
        "additionalProperties": false,
        "examples": [{"email": "jane.smith@example.com"}]
    })
}

fn customer() -> Value {
    let mut properties = details();
    properties["id"] = given_id("The customer's id.");
    properties["created-at"] = time("When it was created.");
    properties["updated-at"] = time("When it was last changed.");
    properties["ai"] = reference("Assessment");
    json!({
        "title": "Customer",
        "description": "A customer as it is kept, with what is understood of it.",
        "type": "object",
        "properties": properties,
        "required": ["id", "first-name", "last-name", "email", "vat-number", "created-at", "updated-at", "ai"],
        "additionalProperties": false,
        "examples": [example()]
    })
}

/// The published example, as it is answered.
fn example() -> Value {
    json!({
        "id": "01JD8Z3M6Q4X9T2V7B5N1C0KRE",
        "first-name": "John",
        "last-name": "Smith",
        "email": "john.smith@example.com",
        "vat-number": "IT12345678901",
        "created-at": "2026-11-23T18:22:15.123Z",
        "updated-at": "2026-11-23T18:22:15.123Z",
        "ai": assessment_example()
    })
}

fn assessment_example() -> Value {
    json!({
        "category": "corporate",
        "confidence": 0.91,
        "market": "IT",
        "quality": 0.58,
        "advisories": [{
            "field": "vat-number", "code": "vat-checksum",
            "message": "the check digit of IT12345678901 should be 3, not 1", "suggestion": null
        }]
    })
}

fn checked_customer() -> Value {
    let mut properties = details();
    properties["ai"] = reference("Assessment");
    json!({
        "title": "Checked customer",
        "description": "A customer as it would be kept: without id and times.",
        "type": "object",
        "properties": properties,
        "required": ["first-name", "last-name", "email", "vat-number", "ai"],
        "additionalProperties": false,
        "examples": [{
            "first-name": "John", "last-name": "Smith", "email": "john.smith@example.com",
            "vat-number": "IT12345678901", "ai": assessment_example()
        }]
    })
}

fn customers() -> Value {
    json!({
        "title": "Customers",
        "description": "Customers, in the order of the list.",
        "type": "array", "items": reference("Customer")
    })
}

fn assessment() -> Value {
    let description = "The country of the VAT number; absent where its prefix is no country's.";
    json!({
        "title": "Assessment",
        "description": "What is understood of a customer, on the device.",
        "type": "object",
        "properties": {
            "category": category("What kind of customer it is."),
            "confidence": share("How sure the category is: of the answers given with 0.9, nine in ten are right."),
            "market": market(description),
            "quality": share("How likely it is that the record is genuine and complete."),
            "advisories": {
                "description": "What a person should look at.",
                "type": "array", "items": reference("Advisory")
            }
        },
        "required": ["category", "confidence", "quality", "advisories"],
        "additionalProperties": false,
        "examples": [assessment_example()]
    })
}

fn advisory() -> Value {
    let codes = AdvisoryCode::ALL.map(AdvisoryCode::as_str);
    let fields = ["first-name", "last-name", "email", "vat-number"];
    json!({
        "title": "Advisory",
        "description": "Something that looks wrong in a customer that is accepted all the same.",
        "type": "object",
        "properties": {
            "field": {"description": "The field it is about.", "type": "string", "enum": fields},
            "code": {"description": "What kind of thing, for programs.", "type": "string", "enum": codes},
            "message": {"description": "What looks wrong, for people.", "type": "string", "minLength": 1},
            "suggestion": {
                "description": "The value that was probably meant; null where there is none.",
                "type": ["string", "null"]
            }
        },
        "required": ["field", "code", "message", "suggestion"],
        "additionalProperties": false,
        "examples": [assessment_example()["advisories"][0]]
    })
}
