//! `smart-customer openapi`: prints the OpenAPI document.

use super::Failure;
use crate::api::openapi;

/// Prints the document.
///
/// # Errors
/// It cannot be written.
pub fn run() -> Result<(), Failure> {
    println!("{:#}", openapi::document());
    Ok(())
}
