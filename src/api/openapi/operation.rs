//! One operation of the document: a row of the catalogue, in OpenAPI's words.

use serde_json::{Value, json};

use super::{component, parameter, request, response, tag};
use crate::api::catalogue::Operation;
use crate::customer::access::Permission;

/// The name of the one way to show who asks.
pub const SECURITY: &str = "bearer";

/// That way.
pub fn security_scheme() -> Value {
    json!({
        "type": "http",
        "scheme": "bearer",
        "description": "A token as token_creation gives it out. The service makes an admin's on its first start."
    })
}

/// The operation of a row.
pub fn operation(row: &Operation) -> Value {
    let permission = permission(row.permission);
    let mut operation = json!({
        "operationId": row.purpose,
        "tags": [tag(row.entity)],
        "summary": row.summary,
        "description": description(row, permission),
        // OpenAPI 3.1 takes what a token must allow as the names of roles.
        "security": [{SECURITY: [permission]}],
        "x-ai-metadata": row.ai_metadata(),
        "responses": response::responses(row),
    });
    let parameters: Vec<Value> = parameter::of(row)
        .map(|parameter| component("parameters", &parameter::component_name(parameter)))
        .collect();
    if !parameters.is_empty() {
        operation["parameters"] = Value::Array(parameters);
    }
    if let Some(body) = request::body(row.id) {
        operation["requestBody"] = body;
    }
    operation
}

fn description(row: &Operation, permission: &str) -> String {
    let access = format!("The token needs the permission `{permission}`.");
    [row.description, row.use_when, row.avoid_when, &access].join("\n\n")
}

fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::Read => "read",
        Permission::Write => "write",
        Permission::Admin => "admin",
    }
}
