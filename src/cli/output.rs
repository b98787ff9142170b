//! Standard output as commands write it: a reader that has seen enough is no error.

use std::io::{self, ErrorKind, Write};

use super::Failure;

/// Writes to standard output, to the last byte.
///
/// # Errors
/// It cannot be written, for another reason than that nobody reads it any more.
pub fn write(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(unwritable(&error)),
        _ => Ok(()),
    }
}

/// What is said when standard output cannot be written.
pub fn unwritable(error: &io::Error) -> Failure {
    Failure::Failed(format!("cannot write to standard output: {error}"))
}
