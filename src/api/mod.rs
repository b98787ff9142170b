//! What the product says it does: the catalogue of operations and the JSON shapes. A description
//! cannot run anything: nothing here knows the store or the network.

pub mod catalogue;
pub mod draft_json;
pub mod shape;
