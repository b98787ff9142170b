//! `smart-customer mcp`: the door for agents on standard input and output.

use super::Failure;
use crate::config::McpConfig;

/// Passes messages between standard input and output and the service, until the input ends.
///
/// # Errors
/// The service cannot be reached, or the messages cannot be read or written.
pub fn run(_config: McpConfig) -> Result<(), Failure> {
    Err(Failure::Failed("there is no such command".to_owned()))
}
