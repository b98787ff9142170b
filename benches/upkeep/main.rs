//! What keeping a store costs, by its size: room on the disk and in memory, starting, making the trees
//! anew, making it small, and what creations wait while a snapshot is taken.
//!
//! It is the binary that is measured, over a directory below the target directory, and all that is done
//! is done through its doors.
//!
//! ```text
//! cargo bench --bench upkeep                     10,000 customers
//! cargo bench --bench upkeep -- 1000000          another size, or several
//! ```

mod load;
mod machine;
#[path = "../search/people.rs"]
mod people;
#[path = "../search/sizes.rs"]
mod sizes;

use std::error::Error;

use load::{Load, Pace};
use machine::Machine;

/// Anything that goes wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Bytes of journal that creations write before a snapshot is taken: some 40,000, so that the service
/// has done by then what it does after each start.
const SETTLED: u64 = 12 * 1024 * 1024;

/// Customers, where the command line says nothing else.
const SIZES: [usize; 1] = [10_000];

fn main() -> Outcome<()> {
    for size in sizes::wanted(&SIZES)?.unwrap_or_default() {
        measure(size)?;
    }
    Ok(())
}

fn measure(size: usize) -> Outcome<()> {
    let machine = Machine::new(size)?;
    let service = machine.serve(&["--snapshot-after", "1000000000000"])?;
    let seconds = machine.import(&service, "first")?;
    println!("\n{size} customers, imported with {:.0} a second", size as f64 / seconds);
    println!(
        "  of {} bytes each, written out as JSON",
        machine.json_bytes(&service)? / size as u64
    );
    stop(service)?;
    room("after the import", &machine, size)?;
    let size = size + creations(&machine, Pace::RESTLESS)? + creations(&machine, Pace::STEADY)?;
    started("start after a clean stop", &machine)?;
    killed(&machine)?;
    churn(&machine)?;
    room("half deleted, as many again", &machine, size)?;
    println!("  compact                          {:8.2} s", machine.compact()?);
    room("after compact", &machine, size)?;
    started("start after compact", &machine)?;
    machine.remove_trees()?;
    started("start without trees (made anew)", &machine)
}

fn stop(service: machine::Service) -> Outcome<()> {
    println!("  stop                             {:8.2} s", service.stop()?);
    Ok(())
}

/// Prints how long a start takes and how much memory the service has when it is idle.
fn started(what: &str, machine: &Machine) -> Outcome<()> {
    let service = machine.serve(&[])?;
    let (seconds, rss) = (service.seconds, service.idle_rss()?);
    println!("  {what:<32} {seconds:8.2} s, then {rss} MiB of memory");
    service.stop().map(|_| ())
}

fn killed(machine: &Machine) -> Outcome<()> {
    machine.serve(&[])?.kill()?;
    started("start after a kill", machine)
}

/// Prints what creations wait after the start, while a snapshot is taken, and when none is.
/// How many were created.
fn creations(machine: &Machine, pace: Pace) -> Outcome<usize> {
    let [journal, snapshot, _] = machine.room()?;
    let after = (journal.max(snapshot) + SETTLED).to_string();
    let service = machine.serve(&["--snapshot-after", &after])?;
    let load = Load::of(&service);
    println!("  creations, {pace}");
    let is_taken = || service.has_logged("a snapshot was taken");
    let before = load.create_until(pace, || machine.is_taking_snapshot() || is_taken())?;
    let during = load.create_until(pace, is_taken)?;
    println!("  creations after the start:           {before}");
    println!("  creations while a snapshot is taken: {during}");
    let mut seconds = 0;
    let after = load.create_until(pace, || {
        seconds += 1;
        seconds > 100
    })?;
    println!("  creations while none is:             {after}");
    stop(service)?;
    Ok(before.count() + during.count() + after.count())
}

/// Deletes every second customer that was imported, and imports as many.
fn churn(machine: &Machine) -> Outcome<()> {
    let service = machine.serve(&[])?;
    let ids = machine.ids(&service)?;
    let half: Vec<String> = ids.into_iter().step_by(2).take(machine.second).collect();
    Load::of(&service).delete(&half)?;
    machine.import(&service, "second")?;
    stop(service)
}

fn room(when: &str, machine: &Machine, size: usize) -> Outcome<()> {
    let room = machine.room()?;
    let [journal, snapshot, trees] = room.map(|bytes| bytes / size as u64);
    println!(
        "  {when:<32} {:8} bytes a customer: journal {journal}, snapshot {snapshot}, trees {trees}",
        journal + snapshot + trees
    );
    Ok(())
}
