//! How many instructions the hot paths take, compared with what is recorded in `counts.tsv`: other
//! than times, counts are nearly the same in each run, however busy the machine is, so that they can
//! be held to a few per cent.
//!
//! Valgrind's Callgrind counts. The process starts itself anew under it (`callgrind`), goes through
//! the paths (`plain`: without a service, `served`: with one), and is counted between the marks that
//! `counter` sets, on all of its threads; what lies between is not counted. `run` beside this file
//! installs Valgrind and is what one calls:
//!
//! ```text
//! benches/instructions/run                compares with the recorded counts
//! benches/instructions/run --record       records the counts
//! benches/instructions/run --profile GET  also where the instructions of the paths with GET in their
//!                                         names go
//! ```

mod arguments;
mod callgrind;
mod client;
mod counter;
#[path = "../search/people.rs"]
mod people;
mod plain;
mod recorded;
mod served;
mod service;
mod texts;

use std::error::Error;
use std::process::ExitCode;

use arguments::Wish;
use recorded::Machine;

/// Anything that goes wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Outcome<ExitCode> {
    match arguments::wish()? {
        Wish::Count => count().map(|()| ExitCode::SUCCESS),
        Wish::Record => recorded::record(&Machine::this()?, &callgrind::counts()?),
        Wish::Profile(part) => callgrind::counts_with_profile(&part).map(|_| ExitCode::SUCCESS),
        Wish::Compare => recorded::compare(&Machine::this()?, &callgrind::counts()?),
    }
}

/// What runs under Valgrind.
fn count() -> Outcome<()> {
    plain::prepare()?;
    let mut service = service::Service::start()?;
    callgrind::begin()?;
    plain::count_all()?;
    served::count_all(&mut service)?;
    service.stop()
}
