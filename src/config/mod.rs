//! Configuration: a flag beats the environment, which beats the file; checked once.
//!
//! Every flag of a command has an environment variable `SMART_CUSTOMER_…` (clap reads both) and a
//! key of the same name in an optional TOML file. One file serves all commands: each takes the
//! keys that it knows, and a key that no command knows is refused.

mod backup;
mod host;
mod mcp;
mod namespace;
mod serve;
mod service;
mod tls;
mod token;
mod transfer;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Deserialize;

pub use backup::{BackupArgs, BackupConfig, DirectoryArgs, RestoreArgs};
pub use mcp::{McpArgs, McpConfig};
pub use namespace::NamespaceArgs;
pub use serve::{LogFormatName, LogLevelName, ServeArgs, ServeConfig};
pub use service::{ServiceArgs, ServiceConfig, ServiceUrl, TokenSource};
pub use tls::{TlsArgs, TlsPaths};
pub use token::{
    CreateTokenArgs, CreateTokenConfig, ListFormat, ListTokensArgs, ListTokensConfig,
    PermissionName, RevokeTokenArgs, RevokeTokenConfig,
};
pub use transfer::{
    ExportArgs, ExportConfig, ExportFormat, ImportArgs, ImportConfig, ImportFormat,
};

/// Where the data is unless told otherwise.
const DATA_DIR: &str = "./smart-customer-data";

/// What stands for standard input, or output.
const STANDARD_STREAM: &str = "-";

/// The formats of all commands.
const FORMATS: [&str; 4] = ["ndjson", "csv", "json", "table"];

/// The optional file: the same keys as the flags of all commands.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    listen: Option<String>,
    data_dir: Option<PathBuf>,
    snapshot_after: Option<u64>,
    cache: Option<u64>,
    log_format: Option<LogFormatName>,
    log_level: Option<LogLevelName>,
    admin_token: Option<String>,
    mcp_host: Option<Vec<String>>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    insecure_http: Option<bool>,
    ca: Option<PathBuf>,
    url: Option<String>,
    token: Option<String>,
    product: Option<String>,
    api_version: Option<String>,
    company: Option<String>,
    format: Option<String>,
    report: Option<PathBuf>,
    idempotency_key: Option<String>,
    validate_only: Option<bool>,
    history: Option<bool>,
    output: Option<PathBuf>,
    name: Option<String>,
    permission: Option<Vec<PermissionName>>,
    expires_at: Option<String>,
    requests_per_second: Option<u32>,
}

impl File {
    /// The file at `path`; nothing where there is none.
    fn read(path: Option<&Path>) -> Result<File, String> {
        let Some(path) = path else {
            return Ok(File::default());
        };
        let text = std::fs::read_to_string(path).map_err(|error| {
            format!("cannot read the configuration {}: {error}", path.display())
        })?;
        toml::from_str(&text).map_err(|error| {
            // Without the line itself, as the error's own text has it: it may hold a token.
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let (path, fault) = (path.display(), error.message());
            format!("the configuration {path} is not right in line {line}: {fault}")
        })
    }

    /// The file's `format`. One that only other commands know is left to them.
    fn format<F: ValueEnum>(&self) -> Result<Option<F>, String> {
        let Some(text) = &self.format else {
            return Ok(None);
        };
        if !FORMATS.contains(&text.as_str()) {
            let known = FORMATS.join(", ");
            return Err(format!(
                "the configuration's format {text:?} is none of those there are: {known}"
            ));
        }
        Ok(F::from_str(text, false).ok())
    }
}
