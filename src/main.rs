//! The binary: parse the command line, run it, exit code: 0 done, 1 failed, 2 wrong usage.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use smart_customer::cli::{self, Arguments};

/// Takes a quarter off the time of a write (most of which sled spends allocating).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Has the system give this process small pages of memory only: of huge ones the first bytes of each
/// thread take 2 MiB, which makes a small service four times as large, and writes and reads are no
/// faster with them. The allocator does not ask for them; some systems give them to all who do not
/// refuse. First of all, as what is allocated before has the pages that it has.
#[cfg(target_os = "linux")]
fn refuse_huge_pages() {
    // A kernel without them, or a sandbox that forbids the call, costs nothing but memory.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(not(target_os = "linux"))]
fn refuse_huge_pages() {}

fn main() -> ExitCode {
    refuse_huge_pages();
    match cli::run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
