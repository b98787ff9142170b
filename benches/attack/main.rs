//! What hostile clients cost the others: for each way to be one, what a few well-behaved clients wait
//! meanwhile, and the memory and files of the service, beside the same without any of them.
//!
//! It is the binary that is attacked, over a directory below the target directory with customers in
//! it, as `serve` runs it but without a log line per request. Attackers have a thread for themselves,
//! which begins anew whatever was cut off; so they take a processor of the same machine, too, and the
//! second row tells what that alone costs. Well-behaved clients have four connections, on which each
//! creates a customer and reads one, and rests; and there is one who comes on a new connection each
//! time. Attackers have a token of their own, where theirs is an attack with a token.
//!
//! ```text
//! cargo bench --bench attack                      100,000 customers, about five minutes
//! cargo bench --bench attack -- --quick           10,000 and less time for each
//! cargo bench --bench attack -- 20000 heads       so many customers, rows whose names have the word
//! ```

mod attack;
mod bystander;
mod flood;
mod heavy;
#[path = "../upkeep/machine.rs"]
mod machine;
#[path = "../search/people.rs"]
mod people;
mod plan;
mod row;
mod slow;
mod target;
mod watch;
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "made for tests; only the bytes of frames are used here"
)]
#[path = "../../tests/wire/mod.rs"]
mod wire;

use std::error::Error;
use std::sync::Arc;

use attack::{Attack, Behaviour};
use bystander::Bystanders;
use machine::{Machine, Service};
use plan::Plan;
use row::Row;
use target::Target;
use watch::Watch;

/// Anything that goes wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let Some(plan) = Plan::of_arguments()? else {
        return Ok(());
    };
    let most = watch::raise_open_files();
    let machine = Machine::new(plan.customers)?;
    let service = machine.serve(&["--log-level", "warn"])?;
    machine.import(&service, "first")?;
    let target = Arc::new(Target::of(&service, machine.ids(&service)?)?);
    println!("{} customers, {:?} for each row\n{}", plan.customers, plan.time, Row::HEADING);
    let mut base = None;
    for behaviour in plan.behaviours() {
        let row = measure(&plan, &service, &target, behaviour, most)?;
        println!("{}", row.beside(base.as_ref().unwrap_or(&row)));
        base.get_or_insert(row);
    }
    service.stop()?;
    Ok(())
}

/// Attacks for a while, and measures what the others get meanwhile.
fn measure(
    plan: &Plan,
    service: &Service,
    target: &Arc<Target>,
    behaviour: &'static Behaviour,
    most: usize,
) -> Outcome<Row> {
    let watch = Watch::start(service.id())?;
    let attackers = behaviour.attackers.min(most);
    let attack = Attack::start(behaviour, attackers, target)?;
    std::thread::sleep(plan.warm_up);
    let before = target.deeds();
    let served = Bystanders::serve(target, plan.time)?;
    let deeds = target.deeds() - before;
    attack.stop()?;
    let seen = watch.stop()?;
    std::thread::sleep(plan.rest);
    Ok(Row { behaviour, attackers, deeds, served, seen, time: plan.time })
}
