//! The JSON Schemas (draft 2020-12, which OpenAPI 3.1 takes as it is) of all that is sent: one
//! component each, referred to by name. The OpenAPI document holds them as its components; a
//! schema for an agent's tool holds those that it needs.

mod bulk;
mod company;
mod customer;
mod email_address;
mod event;
mod insight;
mod intent;
mod name;
mod pattern;
mod problem;
mod token;
mod vat_number;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::customer::assessment::Category;
use crate::customer::namespace::MAX_PART;

/// Where the OpenAPI document keeps schemas.
const COMPONENTS: &str = "#/components/schemas/";

/// Where a schema of its own keeps them.
const DEFINITIONS: &str = "#/$defs/";

/// A reference to the component called `name`.
pub fn reference(name: &str) -> Value {
    json!({"$ref": format!("{COMPONENTS}{name}")})
}

/// Every component, by name.
pub fn components() -> Map<String, Value> {
    let fields = vec![
        ("Name", name::schema()),
        ("EmailAddress", email_address::schema()),
        ("VatNumber", vat_number::schema()),
    ];
    let groups = [
        fields,
        customer::schemas(),
        bulk::schemas(),
        event::schemas(),
        insight::schemas(),
        company::schemas(),
        intent::schemas(),
        problem::schemas(),
        token::schemas(),
    ];
    groups.into_iter().flatten().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// `schema` as one that stands for itself: the components that it refers to come along.
pub fn standalone(schema: Value) -> Value {
    let components = components();
    let (mut needed, mut looked_at) = (BTreeSet::new(), BTreeSet::new());
    collect(&schema, &mut needed);
    while let Some(name) = needed.difference(&looked_at).next().cloned() {
        if let Some(component) = components.get(&name) {
            collect(component, &mut needed);
        }
        looked_at.insert(name);
    }
    let definitions = components.into_iter().filter(|(name, _)| needed.contains(name));
    let definitions: Map<String, Value> =
        definitions.map(|(name, schema)| (name, redirected(schema))).collect();
    let mut schema = redirected(schema);
    if let Value::Object(object) = &mut schema
        && !definitions.is_empty()
    {
        object.insert("$defs".to_owned(), Value::Object(definitions));
    }
    schema
}

/// Adds to `names` the components that `schema` itself refers to.
fn collect(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            let target = object.get("$ref").and_then(Value::as_str);
            names.extend(target.and_then(|path| path.strip_prefix(COMPONENTS)).map(str::to_owned));
            object.values().for_each(|value| collect(value, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}

/// The same schema, with references to definitions of its own.
fn redirected(schema: Value) -> Value {
    match schema {
        Value::Object(object) => {
            let redirect = |(key, value): (String, Value)| match (key.as_str(), &value) {
                ("$ref", Value::String(path)) => {
                    let path = path.replace(COMPONENTS, DEFINITIONS);
                    (key, Value::String(path))
                }
                _ => (key, redirected(value)),
            };
            Value::Object(object.into_iter().map(redirect).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(redirected).collect()),
        other => other,
    }
}

/// A reference to the component called `name`, with what it is in this place.
fn described(name: &str, description: &str) -> Value {
    let mut schema = reference(name);
    schema["description"] = json!(description);
    schema
}

/// A product or a company (see [`crate::customer::namespace::PART_RULE`]).
pub fn namespace_part() -> Value {
    json!({
        "type": "string", "minLength": 1, "maxLength": MAX_PART,
        "pattern": r"^(?!\.{1,2}$)[0-9A-Za-z._~-]+$", "examples": ["acme"]
    })
}

/// A version of a product's interface.
pub fn version() -> Value {
    json!({
        "type": "string", "minLength": 2, "maxLength": MAX_PART, "pattern": r"^v[0-9]+(?:\.[0-9]+)?$",
        "examples": ["v1"]
    })
}

/// The id of a customer or of a token, as it may be sent: a ULID, of which the first digit is 7 at
/// most, in either case.
pub fn id() -> Value {
    json!({
        "type": "string", "minLength": 26, "maxLength": 26,
        "pattern": "^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$",
        "examples": ["01JD8Z3M6Q4X9T2V7B5N1C0KRE"]
    })
}

/// The same as it is given out: in upper case.
fn given_id(description: &str) -> Value {
    json!({
        "description": description, "type": "string", "minLength": 26, "maxLength": 26,
        "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$",
        "examples": ["01JD8Z3M6Q4X9T2V7B5N1C0KRE"]
    })
}

/// A time in UTC, always with milliseconds.
fn time(description: &str) -> Value {
    json!({
        "description": description, "type": "string", "format": "date-time",
        "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$",
        "examples": ["2026-11-23T18:22:15.123Z"]
    })
}

/// A category.
pub fn category(description: &str) -> Value {
    let categories = Category::ALL.map(Category::as_str);
    json!({"description": description, "type": "string", "enum": categories})
}

/// A share, a probability.
fn share(description: &str) -> Value {
    json!({"description": description, "type": "number", "minimum": 0, "maximum": 1})
}

/// A country, by its ISO 3166 code.
fn market(description: &str) -> Value {
    json!({
        "description": description, "type": "string", "minLength": 2, "maxLength": 2,
        "pattern": "^[A-Z]{2}$", "examples": ["IT"]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_to_a_component() {
        let components = components();
        let mut names = BTreeSet::new();
        components.values().for_each(|schema| collect(schema, &mut names));
        assert!(!names.is_empty());
        for name in names {
            assert!(components.contains_key(&name), "{name}");
        }
    }

    #[test]
    fn a_schema_that_stands_for_itself_brings_along_what_it_refers_to() {
        let schema = standalone(json!({"type": "array", "items": reference("Customer")}));
        assert_eq!(schema["items"]["$ref"], "#/$defs/Customer");
        let names: Vec<&String> = schema["$defs"].as_object().unwrap().keys().collect();
        for name in ["Customer", "Assessment", "Advisory", "EmailAddress"] {
            assert!(names.iter().any(|known| *known == name), "{name} in {names:?}");
        }
        assert!(!schema.to_string().contains(COMPONENTS));
    }
}
