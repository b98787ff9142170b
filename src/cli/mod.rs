//! The command line: one file per command, and what the commands share.

mod admin_token;
mod backup;
mod check;
mod client;
mod compact;
mod completions;
mod export;
mod greeting;
mod import;
mod listening;
mod man;
mod mcp;
mod open_files;
mod openapi;
mod output;
mod progress;
mod records;
mod restore;
pub mod serve;
mod sink;
mod supervisor;
mod table;
mod token;
mod whole_file;
mod work;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use self::token::TokenCommand;
use crate::config::{
    BackupArgs, DirectoryArgs, ExportArgs, ImportArgs, McpArgs, RestoreArgs, ServeArgs,
};

/// A customer registry in one binary: HTTP API, durable store, validation on the device.
#[derive(Debug, Parser)]
#[command(
    name = "smart-customer",
    version = crate::telemetry::meter::VERSION,
    max_term_width = 100,
    after_help = "Every flag has an environment variable SMART_CUSTOMER_… and a key of its name in \
                  the TOML file that --config names;\na flag beats the environment, which beats the \
                  file. 'smart-customer COMMAND --help' lists them.\nExit codes: 0 done, 1 failed, \
                  2 wrong usage."
)]
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
    /// Make, list and revoke the tokens of a running service
    #[command(subcommand)]
    Token(TokenCommand),
    /// Store the customers of a CSV or NDJSON file in a running service
    #[command(
        after_long_help = "Good lines are stored whatever happens to bad ones. Lines that are \
                           refused are kept in a report, as they were, to be corrected and \
                           imported; exit code 1 says that there are some.\nRun the same command \
                           again after an interruption: within 24 hours no line is stored twice, \
                           as the service knows each by the key of the import and its number. So \
                           correct lines where they are; add new ones at the end.\nStandard input \
                           is first copied into a file without a name in TMPDIR."
    )]
    Import(ImportArgs),
    /// Write all of a company's customers to a file or to standard output
    #[command(
        after_long_help = "A file is replaced only once all customers have come: there is never \
                           half of an export under its name."
    )]
    Export(ExportArgs),
    /// Write everything that a running service keeps to one file, as it is at one moment
    #[command(
        after_long_help = "The service goes on meanwhile and needs no room on its disk. Needs an \
                           admin token. The file holds all customers of all companies and the \
                           hashes of the tokens: only its owner may read it, and it is replaced \
                           only once the whole backup has come and was found to be whole.\n\
                           'smart-customer restore' makes a data directory of it."
    )]
    Backup(BackupArgs),
    /// Make a new data directory of a backup
    #[command(
        after_long_help = "The directory must be empty or not there. Nothing is made of a backup \
                           that was cut off or altered. All tokens of the source work in the new \
                           directory, also its admin token; the first 'smart-customer serve' \
                           there makes an admin token more and keeps it in DATA_DIR/admin-token."
    )]
    Restore(RestoreArgs),
    /// Verify everything in a data directory that no service is using
    #[command(
        after_long_help = "First every checksum of journal and snapshots is verified, and nothing \
                           is touched. Where those are whole, the store is opened as a start of \
                           the service would, and every row is compared with all that must agree \
                           with it; should the queryable state be damaged, it is made anew then, \
                           and that is told as a fault.\nExit code 0 when all agrees, 1 \
                           otherwise, with what does not."
    )]
    Check(DirectoryArgs),
    /// Make a data directory small that no service is using
    #[command(
        after_long_help = "Gives back the room of what was changed and deleted, and removes what \
                           was set aside as damaged: nothing that was deleted is left on disk. \
                           Needs room for what is left over beside what is there. It may be \
                           interrupted: nothing is lost, and it can be run again."
    )]
    Compact(DirectoryArgs),
    /// Print the OpenAPI document of the service
    Openapi,
    /// Be a running service's Model Context Protocol server on standard input and output
    #[command(
        after_long_help = "For desktop agents, which start it themselves. Most take this in their \
                           configuration:\n\n  {\"mcpServers\": {\"customers\": {\n    \
                           \"command\": \"smart-customer\",\n    \"args\": [\"mcp\", \
                           \"--url\", \"http://127.0.0.1:8080\"],\n    \"env\": \
                           {\"SMART_CUSTOMER_TOKEN\": \"sc_…\"}}}}\n\nGive it a token of its \
                           own that allows no more than the agent needs, such as one from\n  \
                           smart-customer token create --name agent --product tse --company acme \
                           --permission read\nWhat goes wrong is told to the agent and on \
                           standard error. It ends with its input, and finds a service that was \
                           stopped and started again."
    )]
    Mcp(McpArgs),
    /// Print what makes a shell complete the words of this command line
    #[command(after_long_help = "For bash:\n  smart-customer completions bash > \
                           /etc/bash_completion.d/smart-customer")]
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
    /// Write the manual pages, one for each command, into a directory that is there
    #[command(
        after_long_help = "For all users of a machine:\n  mkdir -p /usr/local/share/man/man1\n  \
                           smart-customer man /usr/local/share/man/man1"
    )]
    Man {
        /// The directory; pages that are there are replaced
        #[arg(value_name = "DIR")]
        directory: PathBuf,
    },
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

    /// The same failure, and `more` to say of it.
    fn and(mut self, more: &str) -> Failure {
        let (Failure::Usage(message) | Failure::Failed(message)) = &mut self;
        message.push_str("; ");
        message.push_str(more);
        self
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
        Command::Token(command) => token::run(command),
        Command::Import(args) => import::run(args.resolve().map_err(Failure::Usage)?),
        Command::Export(args) => export::run(args.resolve().map_err(Failure::Usage)?),
        Command::Backup(args) => backup::run(args.resolve().map_err(Failure::Usage)?),
        Command::Restore(args) => {
            restore::run(args.file, args.directory.resolve().map_err(Failure::Usage)?)
        }
        Command::Check(args) => check::run(args.resolve().map_err(Failure::Usage)?),
        Command::Compact(args) => compact::run(args.resolve().map_err(Failure::Usage)?),
        Command::Openapi => openapi::run(),
        Command::Mcp(args) => mcp::run(args.resolve().map_err(Failure::Usage)?),
        Command::Completions { shell } => completions::run(shell),
        Command::Man { directory } => man::run(&directory),
    }
}
