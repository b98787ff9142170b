//! The settings of `import` and `export`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{NamespaceArgs, STANDARD_STREAM, ServiceArgs, ServiceConfig};
use crate::customer::Namespace;

/// Longest idempotency key.
const MAX_KEY: usize = 255;

/// The formats of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// A header line with the field names, then one customer a record
    Csv,
    /// One JSON object a line
    Ndjson,
}

/// The flags of `import`.
#[derive(Debug, Default, Args)]
pub struct ImportArgs {
    /// The customers, or - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Whose customers they become
    #[command(flatten)]
    pub namespace: NamespaceArgs,
    /// The form of the customers [default: by the file's name: .csv, .ndjson or .jsonl]
    #[arg(long, env = "SMART_CUSTOMER_FORMAT", value_name = "FORMAT")]
    pub format: Option<ImportFormat>,
    /// Where refused records are kept, to correct and import; the reasons are put beside it. Is
    /// replaced when it is there [default: beside FILE, such as FILE.refused.csv with
    /// FILE.refused.reasons.txt, under a name that is free]
    #[arg(long, env = "SMART_CUSTOMER_REPORT", value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// What the service knows this import by: under one key it stores each line once [default: one
    /// that is the same whenever this file goes to these customers]
    #[arg(long, env = "SMART_CUSTOMER_IDEMPOTENCY_KEY", value_name = "KEY")]
    pub idempotency_key: Option<String>,
    /// Only say what would be refused; store nothing
    #[arg(
        long,
        env = "SMART_CUSTOMER_VALIDATE_ONLY",
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub validate_only: Option<bool>,
    /// Take created-at and deleted-at from the records (needs an admin token)
    #[arg(
        long,
        env = "SMART_CUSTOMER_HISTORY",
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub history: Option<bool>,
    /// The service
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// What `import` needs to know, checked.
pub struct ImportConfig {
    /// The service.
    pub service: ServiceConfig,
    /// Whose customers they become.
    pub namespace: Namespace,
    /// The file; `None` is standard input.
    pub file: Option<PathBuf>,
    /// The form of the customers.
    pub format: ImportFormat,
    /// Where refused records are to be kept.
    pub report: Option<PathBuf>,
    /// What the service is to know this import by.
    pub key: Option<String>,
    /// Whether nothing is to be stored.
    pub validate_only: bool,
    /// Whether the records bring their dates with them.
    pub history: bool,
}

impl ImportArgs {
    /// Fills in the file and the defaults, and checks everything.
    ///
    /// # Errors
    /// One sentence that says which setting is wrong and what would be right.
    pub fn resolve(self) -> Result<ImportConfig, String> {
        let settings = self.service.file()?;
        let file = Some(self.file).filter(|file| file != Path::new(STANDARD_STREAM));
        let format = match self.format.or(settings.format()?) {
            Some(format) => format,
            None => import_format(file.as_deref())?,
        };
        let key = self.idempotency_key.or(settings.idempotency_key.clone());
        key.as_deref().map_or(Ok(()), check_key)?;
        Ok(ImportConfig {
            namespace: self.namespace.resolve(&settings)?,
            file,
            format,
            report: self.report.or(settings.report.clone()),
            key,
            validate_only: self.validate_only.or(settings.validate_only).unwrap_or(false),
            history: self.history.or(settings.history).unwrap_or(false),
            service: self.service.resolve(&settings)?,
        })
    }
}

fn check_key(key: &str) -> Result<(), String> {
    if (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(format!("--idempotency-key {key:?} is none: it is 1 to {MAX_KEY} visible ASCII characters"))
}

fn import_format(file: Option<&Path>) -> Result<ImportFormat, String> {
    let Some(file) = file else {
        return Err("say with --format csv or --format ndjson what standard input holds".to_owned());
    };
    match extension(file).as_str() {
        "csv" => Ok(ImportFormat::Csv),
        "ndjson" | "jsonl" => Ok(ImportFormat::Ndjson),
        _ => Err(format!(
            "the name of {} does not say what it holds: add --format csv or --format ndjson",
            file.display()
        )),
    }
}

/// The formats of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// One JSON object a line
    Ndjson,
    /// A header line with the field names, then one customer a record
    Csv,
    /// One JSON array
    Json,
}

/// The flags of `export`.
#[derive(Debug, Default, Args)]
pub struct ExportArgs {
    /// Whose customers
    #[command(flatten)]
    pub namespace: NamespaceArgs,
    /// The form of the customers [default: by the name of --output, else ndjson]
    #[arg(long, env = "SMART_CUSTOMER_FORMAT", value_name = "FORMAT")]
    pub format: Option<ExportFormat>,
    /// Where to write them; is replaced once all of them have come [default: standard output]
    #[arg(long, env = "SMART_CUSTOMER_OUTPUT", value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The service
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// What `export` needs to know, checked.
pub struct ExportConfig {
    /// The service.
    pub service: ServiceConfig,
    /// Whose customers.
    pub namespace: Namespace,
    /// The form of the customers.
    pub format: ExportFormat,
    /// The file to write; `None` is standard output.
    pub output: Option<PathBuf>,
}

impl ExportArgs {
    /// Fills in the file and the defaults, and checks everything.
    ///
    /// # Errors
    /// One sentence that says which setting is wrong and what would be right.
    pub fn resolve(self) -> Result<ExportConfig, String> {
        let settings = self.service.file()?;
        let output = self.output.or(settings.output.clone());
        let output = output.filter(|file| file != Path::new(STANDARD_STREAM));
        let format = self.format.or(settings.format()?);
        Ok(ExportConfig {
            namespace: self.namespace.resolve(&settings)?,
            format: format.unwrap_or_else(|| export_format(output.as_deref())),
            output,
            service: self.service.resolve(&settings)?,
        })
    }
}

fn export_format(output: Option<&Path>) -> ExportFormat {
    match output.map(extension).as_deref() {
        Some("csv") => ExportFormat::Csv,
        Some("json") => ExportFormat::Json,
        _ => ExportFormat::Ndjson,
    }
}

/// What a file's name ends with, in lower case.
fn extension(file: &Path) -> String {
    let ending = file.extension().unwrap_or_default();
    ending.to_string_lossy().to_ascii_lowercase()
}
