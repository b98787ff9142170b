//! The settings of `backup`, `restore`, `check` and `compact`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{DATA_DIR, File, STANDARD_STREAM, ServiceArgs, ServiceConfig};

/// The flags of `backup`.
#[derive(Debug, Default, Args)]
pub struct BackupArgs {
    /// Where to write it, or - for standard output; is replaced once the whole backup has come
    #[arg(long, env = "SMART_CUSTOMER_OUTPUT", value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The service
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// What `backup` needs to know, checked.
pub struct BackupConfig {
    /// The service.
    pub service: ServiceConfig,
    /// The file to write; `None` is standard output.
    pub output: Option<PathBuf>,
}

impl BackupArgs {
    /// Fills in the file and the defaults, and checks everything.
    ///
    /// # Errors
    /// One sentence that says which setting is wrong and what would be right.
    pub fn resolve(self) -> Result<BackupConfig, String> {
        let settings = self.service.file()?;
        let output = self.output.or(settings.output.clone());
        let output = output.ok_or("say with --output FILE where the backup is to be written")?;
        Ok(BackupConfig {
            output: Some(output).filter(|file| file != Path::new(STANDARD_STREAM)),
            service: self.service.resolve(&settings)?,
        })
    }
}

/// The flags of `restore`.
#[derive(Debug, Default, Args)]
pub struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The new data directory
    #[command(flatten)]
    pub directory: DirectoryArgs,
}

/// The flags of every command that works on a data directory without a service.
#[derive(Debug, Default, Args)]
pub struct DirectoryArgs {
    /// Where everything is kept [default: ./smart-customer-data]
    #[arg(long, env = "SMART_CUSTOMER_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// A TOML file with any of these settings, by the names of the flags
    #[arg(long, env = "SMART_CUSTOMER_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl DirectoryArgs {
    /// The data directory.
    ///
    /// # Errors
    /// One sentence that says what is wrong with the configuration file.
    pub fn resolve(self) -> Result<PathBuf, String> {
        let settings = File::read(self.config.as_deref())?;
        Ok(self.data_dir.or(settings.data_dir).unwrap_or_else(|| DATA_DIR.into()))
    }
}
