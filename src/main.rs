//! The binary: parse the command line, run it, exit code. 0 done, 1 failed, 2 wrong usage (clap's).

use std::process::ExitCode;

use clap::Parser;
use smart_customer::cli::{self, Arguments};

fn main() -> ExitCode {
    match cli::run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("smart-customer: {error}");
            ExitCode::FAILURE
        }
    }
}
