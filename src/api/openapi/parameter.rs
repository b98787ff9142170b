//! The parameters that are sent over HTTP, one component each.

use serde_json::{Map, Value, json};

use crate::api::catalogue::{CATALOGUE, Operation};
use crate::api::parameter::{Door, Parameter, Place};

/// What a row's operation takes over HTTP.
pub fn of(row: &Operation) -> impl Iterator<Item = Parameter> {
    row.parameters.iter().copied().filter(|parameter| parameter.door() != Door::Tool)
}

/// The name of a parameter's component: that of the variant, as two parameters can share the name
/// on the wire.
pub fn component_name(parameter: Parameter) -> String {
    format!("{parameter:?}")
}

/// Every parameter that an operation takes over HTTP.
pub fn components() -> Map<String, Value> {
    let parameters = CATALOGUE.iter().flat_map(of);
    parameters.map(|parameter| (component_name(parameter), describe(parameter))).collect()
}

fn describe(parameter: Parameter) -> Value {
    let place = match parameter.place() {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
    };
    json!({
        "name": parameter.name(),
        "in": place,
        "required": parameter.is_in_path(),
        "description": parameter.description(),
        "schema": parameter.schema(),
    })
}
