//! The settings of `mcp`.

use clap::Args;

use super::{ServiceArgs, ServiceConfig};

/// The flags of `mcp`.
#[derive(Debug, Default, Args)]
pub struct McpArgs {
    #[command(flatten)]
    service: ServiceArgs,
}

/// What `mcp` needs to know, checked.
pub struct McpConfig {
    /// The service that it is a door to.
    pub service: ServiceConfig,
}

impl McpArgs {
    /// Fills in the file and the defaults, and checks everything.
    ///
    /// # Errors
    /// One sentence that says which setting is wrong and what would be right.
    pub fn resolve(self) -> Result<McpConfig, String> {
        let file = self.service.file()?;
        Ok(McpConfig { service: self.service.resolve(&file)? })
    }
}
