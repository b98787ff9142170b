//! What the product says it does: the catalogue of operations and the JSON shapes. A description
//! cannot run anything: nothing here knows the store or the network.

pub mod address;
pub mod bulk;
pub mod catalogue;
pub mod company_json;
pub mod console_json;
pub mod customer_csv;
pub mod draft_json;
pub mod event_json;
pub mod insight_json;
pub mod intent_json;
pub mod llms;
pub mod openapi;
pub mod parameter;
pub mod problem;
pub mod prompt;
pub mod schema;
pub mod shape;
pub mod strict_json;
pub mod token_json;
pub mod tool;
pub mod tool_json;
