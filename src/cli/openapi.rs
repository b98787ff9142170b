//! `smart-customer openapi`: prints the OpenAPI document.

use super::{Failure, output};
use crate::api::openapi;

/// Prints the document.
///
/// # Errors
/// It cannot be written.
pub fn run() -> Result<(), Failure> {
    output::write(|out| writeln!(out, "{:#}", openapi::document()))
}
