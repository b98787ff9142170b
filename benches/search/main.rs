//! Search over HTTP: the times of `q=` with a page of 20, by kind of question and size of the
//! company; and how fast the company was filled, as every customer costs index rows.
//!
//! The service is the one that `serve` runs, over a directory below the target directory; names
//! are as common as they are in life (Zipf's law). One connection asks one question after another.
//!
//! ```text
//! cargo bench --bench search                     1,000 and 100,000 customers
//! cargo bench --bench search -- 1000000          another size, or several
//! ```

mod client;
mod people;
mod service;
mod sizes;

use std::error::Error;
use std::time::{Duration, Instant};

use client::Client;
use people::{Kind, People};
use service::Service;

/// Anything that goes wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Customers, where the command line says nothing else.
const SIZES: [usize; 2] = [1_000, 100_000];

/// Questions of each kind.
const QUESTIONS: usize = 500;

fn main() -> Outcome<()> {
    let Some(sizes) = sizes::wanted(&SIZES)? else {
        return Ok(());
    };
    for size in sizes {
        measure(size)?;
    }
    Ok(())
}

fn measure(size: usize) -> Outcome<()> {
    let mut people = People::new();
    let begin = Instant::now();
    let service = Service::start(size, &mut people)?;
    let rate = size as f64 / begin.elapsed().as_secs_f64();
    println!("\n{size} customers, stored with {rate:.0} a second");
    println!("{:<34} {:>9} {:>9} {:>9}  found", "question", "p50 ms", "p99 ms", "max ms");
    let mut client = Client::open(&service)?;
    let mut all = Vec::new();
    for kind in Kind::ALL {
        let (mut times, mut found) = (Vec::new(), 0);
        for _ in 0..QUESTIONS {
            let question = people.question(kind);
            let begin = Instant::now();
            found += client.search(&question)?;
            times.push(begin.elapsed());
        }
        all.extend(&times);
        print(kind.name(), times, Some(found));
    }
    print("all", all, None);
    println!("resident: {} KiB", resident().unwrap_or(0));
    service.stop()
}

fn print(name: &str, mut times: Vec<Duration>, found: Option<usize>) {
    times.sort_unstable();
    let at = |share: usize| {
        let time = times.get((times.len() * share / 100).min(times.len() - 1));
        time.copied().unwrap_or_default().as_secs_f64() * 1e3
    };
    let mean = found.map(|found| format!("{:.1}", found as f64 / QUESTIONS as f64));
    let mean = mean.unwrap_or_default();
    println!("{name:<34} {:>9.2} {:>9.2} {:>9.2}  {mean}", at(50), at(99), at(100));
}

/// KiB of this process that are in memory (Linux).
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
