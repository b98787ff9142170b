//! The binary: parse the command line, run it, exit code: 0 done, 1 failed, 2 wrong usage.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use smart_customer::cli::{self, Arguments};

/// Takes a quarter off the time of a write (most of which sled spends allocating).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match cli::run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
