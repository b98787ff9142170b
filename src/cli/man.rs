//! `smart-customer man`: the manual pages, one for each command.

use std::path::Path;

use clap::CommandFactory;

use super::{Arguments, Failure};

/// Writes them into `directory`.
///
/// # Errors
/// It is not there, or cannot be written into.
pub fn run(directory: &Path) -> Result<(), Failure> {
    clap_mangen::generate_to(Arguments::command(), directory).map_err(|error| {
        let directory = directory.display();
        Failure::Failed(format!("cannot write the manual pages into {directory}: {error}"))
    })
}
