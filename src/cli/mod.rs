//! The command line: one file per command.

pub mod serve;

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

/// Runs the command; the error is one sentence for standard error.
///
/// # Errors
/// The command could not be carried out.
pub fn run(arguments: Arguments) -> Result<(), String> {
    match arguments.command {
        Command::Serve(args) => serve::run(args.with_environment().resolve()?),
    }
}
