//! Customers: as they are sent, as they are answered, and what is said of each in bulk.

use serde_json::{Value, json};

use super::{id, reference, time};
use crate::customer::email;
use crate::customer::name::MAX_CHARS;

/// White space, what draws nothing, and the marks that sit on letters: a name is more than these.
const INVISIBLE: &str = r"\u0009-\u000D\u0020\u0085\u00A0\u00AD\u0300-\u036F\u0483-\u0489\u0591-\u05BD\u061C\u064B-\u065F\u1680\u180E\u2000-\u200F\u2028\u2029\u202F\u205F\u2060-\u2064\u20D0-\u20F0\u3000\u3099\u309A\uFE00-\uFE0F\uFE20-\uFE2F\uFEFF";

/// Control characters that are no white space, and bidirectional overrides.
const FORBIDDEN: &str =
    r"\u0000-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\u202A-\u202E\u2066-\u2069";

pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("Name", name()),
        ("EmailAddress", email_address()),
        ("VatNumber", vat_number()),
        ("NewCustomer", new_customer()),
        ("CustomerChange", change()),
        ("Customer", customer()),
        ("CheckedCustomer", checked_customer()),
        ("Customers", json!({"type": "array", "items": reference("Customer")})),
        ("Assessment", assessment()),
        ("Advisory", advisory()),
        ("BulkOutcome", bulk_outcome()),
    ]
}

fn name() -> Value {
    json!({
        "description": "A first or last name, in any script. It is trimmed, normalised (NFC), and runs of white space in it are folded.",
        "type": "string", "minLength": 1, "maxLength": MAX_CHARS,
        "pattern": format!("^[^{FORBIDDEN}]*[^{FORBIDDEN}{INVISIBLE}][^{FORBIDDEN}]*$"),
        "examples": ["John"]
    })
}

fn email_address() -> Value {
    json!({
        "description": "An RFC 5321 mailbox with a dotted domain, internationalised included (RFC 6531); no display name, quoted local part or address literal. Its domain is kept in lower case.",
        "type": "string", "format": "idn-email", "maxLength": email::MAX_BYTES,
        "examples": ["john.smith@example.com"]
    })
}

fn vat_number() -> Value {
    json!({
        "description": "A VAT number of the structure that its country gives out, or two letters and eleven digits. Lower case, spaces, dots, hyphens and slashes are taken, too, and not kept. A wrong check digit is no fault, but gets an advisory.",
        "type": "string",
        "pattern": "^[A-Z]{2}[0-9]{11}$",
        "examples": ["IT12345678901"]
    })
}

/// The four details, by name.
fn details() -> Value {
    json!({
        "first-name": reference("Name"),
        "last-name": reference("Name"),
        "email": reference("EmailAddress"),
        "vat-number": reference("VatNumber"),
    })
}

fn new_customer() -> Value {
    json!({
        "description": "A customer as it is sent. What only answers have (id, created-at, updated-at, ai) is ignored, so that an answer can be sent back.",
        "type": "object",
        "properties": details(),
        "required": ["first-name", "last-name", "email", "vat-number"],
        "examples": [{"first-name": "John", "last-name": "Smith", "email": "john.smith@example.com", "vat-number": "IT12345678901"}]
    })
}

fn change() -> Value {
    json!({
        "description": "The details to change (JSON Merge Patch, RFC 7396); none of them can be removed.",
        "type": "object",
        "properties": details(),
        "examples": [{"email": "jane.smith@example.com"}]
    })
}

fn customer() -> Value {
    let mut properties = details();
    properties["id"] = id();
    properties["created-at"] = time();
    properties["updated-at"] = time();
    properties["ai"] = reference("Assessment");
    json!({
        "description": "A customer as it is kept, with what is understood of it.",
        "type": "object",
        "properties": properties,
        "required": ["id", "first-name", "last-name", "email", "vat-number", "created-at", "updated-at", "ai"],
    })
}

fn checked_customer() -> Value {
    let mut properties = details();
    properties["ai"] = reference("Assessment");
    json!({
        "description": "A customer as it would be kept: without id and times.",
        "type": "object",
        "properties": properties,
        "required": ["first-name", "last-name", "email", "vat-number", "ai"],
    })
}

fn assessment() -> Value {
    json!({
        "description": "What is understood of a customer, on the device.",
        "type": "object",
        "properties": {
            "market": {
                "description": "The country of the VAT number (ISO 3166), where its prefix belongs to one.",
                "type": "string", "pattern": "^[A-Z]{2}$", "examples": ["IT"]
            },
            "advisories": {"type": "array", "items": reference("Advisory")}
        },
        "required": ["advisories"]
    })
}

fn advisory() -> Value {
    json!({
        "description": "Something that looks wrong in a customer that is accepted all the same.",
        "type": "object",
        "properties": {
            "field": {"description": "The field it is about.", "type": "string"},
            "code": {"description": "What kind of thing, for programs.", "type": "string", "enum": ["vat-checksum", "vat-structure"]},
            "message": {"description": "What looks wrong, for people.", "type": "string"},
            "suggestion": {"description": "The value that was probably meant, where there is one.", "type": ["string", "null"]}
        },
        "required": ["field", "code", "message", "suggestion"]
    })
}

fn bulk_outcome() -> Value {
    json!({
        "description": "What became of one line of many customers.",
        "type": "object",
        "properties": {
            "line": {"description": "The number of the line, from 1; in CSV the first customer is 1.", "type": "integer", "minimum": 1},
            "status": {"description": "The status that the customer would have had alone.", "type": "integer", "minimum": 200, "maximum": 599},
            "id": id(),
            "replayed": {"description": "It was stored by an earlier request with the same Idempotency-Key.", "const": true},
            "customer": reference("CheckedCustomer"),
            "problem": reference("Problem")
        },
        "required": ["line", "status"],
        "examples": [{"line": 1, "status": 201, "id": "01JD8Z3M6Q4X9T2V7B5N1C0KRE"}]
    })
}
