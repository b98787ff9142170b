//! `smart-customer completions`: what makes a shell complete the words of the command line.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::{Arguments, Failure, output};

/// Prints it for `shell`.
///
/// # Errors
/// It cannot be written.
pub fn run(shell: Shell) -> Result<(), Failure> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    // As a whole first: what makes it takes every fault of a writer for one of its own.
    let mut script = Vec::new();
    generate(shell, &mut command, name, &mut script);
    output::write(|out| out.write_all(&script))
}
