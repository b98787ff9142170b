//! The command line: one file per command.

pub mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::ServeArgs;

/// A customer registry in one binary: HTTP API, durable store, validation on the device.
#[derive(Debug, Parser)]
#[command(name = "smart-customer", version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service until it is interrupted
    #[command(
        after_long_help = "SMART_CUSTOMER_ADMIN_TOKEN sets the admin token instead of the one in \
                           DATA_DIR/admin-token.\nStop it with Ctrl-C or SIGTERM: open requests \
                           get ten seconds to finish."
    )]
    Serve(ServeArgs),
}

/// Why a command was not carried out, in one sentence for standard error.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// A setting is wrong: exit code 2, as for a wrong flag.
    Usage(String),
    /// Something is in the way: exit code 1.
    Failed(String),
}

impl Failure {
    /// Says on standard error what is wrong; the exit code.
    pub fn report(&self) -> ExitCode {
        let (message, code) = match self {
            Failure::Usage(message) => (message, 2),
            Failure::Failed(message) => (message, 1),
        };
        eprintln!("smart-customer: {message}");
        ExitCode::from(code)
    }
}

/// Runs the command.
///
/// # Errors
/// The command could not be carried out.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Serve(args) => {
            let config = args.with_environment().resolve().map_err(Failure::Usage)?;
            serve::run(config).map_err(Failure::Failed)
        }
    }
}
