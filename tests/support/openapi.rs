//! The OpenAPI document as the tests read it: by operation and status, and as schemas that values
//! can be held to.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::collections::BTreeSet;

use jsonschema::Draft;
use serde_json::{Map, Value, json};
use smart_customer::api::catalogue::Operation;
use smart_customer::api::openapi;

/// The document.
pub struct Document(pub Value);

impl Document {
    /// The document as the service makes it.
    pub fn new() -> Document {
        Document(openapi::document())
    }

    /// The operation of a row.
    pub fn operation(&self, row: &Operation) -> &Value {
        &self.0["paths"][row.path][row.method.as_str().to_ascii_lowercase()]
    }

    /// `value`, or what it refers to.
    pub fn resolved<'d>(&'d self, value: &'d Value) -> &'d Value {
        let Some(path) = value["$ref"].as_str() else {
            return value;
        };
        let target = path.strip_prefix('#').and_then(|pointer| self.0.pointer(pointer));
        target.unwrap_or_else(|| panic!("{path} leads nowhere"))
    }

    /// The answers of an operation, by status.
    pub fn responses(&self, row: &Operation) -> Vec<(u16, &Value)> {
        let responses = object(&self.operation(row)["responses"]);
        let number = |status: &String| status.parse().unwrap();
        responses.iter().map(|(status, answer)| (number(status), self.resolved(answer))).collect()
    }

    /// The names of the kinds of problem of an operation.
    pub fn kinds(&self, row: &Operation) -> BTreeSet<String> {
        let problems = |answer: &Value| {
            let examples = &answer["content"]["application/problem+json"]["examples"];
            examples.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
        };
        let answers = self.responses(row).into_iter();
        answers.flat_map(|(_, answer)| -> Vec<String> { problems(answer) }).collect()
    }

    /// What is wrong with `value` where it should be as `schema` says.
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let components = json!({"schemas": self.0["components"]["schemas"]});
        let schema = json!({"allOf": [schema], "components": components});
        let options = jsonschema::options().with_draft(Draft::Draft202012);
        let validator = options.should_validate_formats(true).build(&schema).unwrap();
        let faults = validator.iter_errors(value);
        faults.map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
    }
}

/// The members of an object.
pub fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}"))
}

/// The text of a string.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no string: {value}"))
}
