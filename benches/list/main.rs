//! The full list of 100,000 customers over HTTP, against making the same JSON from customers that
//! are in memory already; and what the list costs in memory.
//!
//! The service is the one that `serve` runs, over a directory below the target directory; the
//! client is a thread of the same process that reads and throws away. Each number is the median of
//! a few rounds, which take turns.
//!
//! ```text
//! cargo bench --bench list
//! cargo bench --bench list -- 10000      another number of customers
//! ```

mod client;
mod service;

use std::error::Error;
use std::time::{Duration, Instant};

use smart_customer::api::shape;
use smart_customer::customer::Customer;

use client::Client;
use service::Service;

/// Anything that goes wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Customers, where the command line says nothing else.
const CUSTOMERS: usize = 100_000;

/// Rounds, of which the median counts.
const ROUNDS: usize = 7;

/// Customers in one buffer of the comparison, as in one chunk of the list.
const BUFFERED: usize = 256;

/// What the list should reach of the speed in memory, at least.
const TARGET: f64 = 0.60;

/// How late the first bytes of the list may come.
const FIRST: Duration = Duration::from_millis(5);

const FORMS: [&str; 3] = ["application/json", "application/x-ndjson", "text/csv"];

fn main() -> Outcome<()> {
    let Some(count) = customers_wanted()? else {
        return Ok(());
    };
    let service = Service::start(count)?;
    print_memory(&service)?;
    let customers = service.customers()?;
    let mut in_memory = Vec::new();
    let mut lists: [(Vec<Duration>, Vec<Duration>); 3] = Default::default();
    for _ in 0..ROUNDS {
        in_memory.push(serialise(&customers)?);
        for ((firsts, wholes), form) in lists.iter_mut().zip(FORMS) {
            let (first, whole) = list(&service, form)?;
            firsts.push(first);
            wholes.push(whole);
        }
    }
    let memory = median(in_memory);
    println!("{} customers, medians of {ROUNDS} rounds", customers.len());
    println!("{:<24} {:>8.1} ms", "in memory, JSON", milliseconds(memory));
    for (form, (firsts, wholes)) in FORMS.iter().zip(lists) {
        let (first, whole) = (median(firsts), median(wholes));
        let ratio = memory.as_secs_f64() / whole.as_secs_f64();
        let [first, whole] = [first, whole].map(milliseconds);
        println!("{form:<24} {whole:>8.1} ms   ratio {ratio:.2}   first bytes after {first:.2} ms");
    }
    let first = milliseconds(FIRST);
    println!("target: application/json >= {TARGET:.2}, its first bytes in less than {first:.0} ms");
    service.stop()
}

/// How many customers; `None` where nothing is to be measured (a build of everything that runs
/// the benches as tests).
fn customers_wanted() -> Outcome<Option<usize>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let wanted = arguments.iter().any(|argument| argument == "--bench");
    arguments.retain(|argument| argument != "--bench");
    let count = match arguments.as_slice() {
        [] => CUSTOMERS,
        [count] => count.parse().map_err(|_| format!("'{count}' is no number of customers"))?,
        _ => return Err("one number of customers is wanted, or nothing".into()),
    };
    Ok(wanted.then_some(count))
}

/// How long a list takes until its first bytes are there, and until all are.
fn list(service: &Service, form: &str) -> Outcome<(Duration, Duration)> {
    let mut client = Client::open(service)?;
    let begin = Instant::now();
    let first = client.list(form, || {})?.duration_since(begin);
    Ok((first, begin.elapsed()))
}

fn serialise(customers: &[Customer]) -> Outcome<Duration> {
    let begin = Instant::now();
    let mut out = Vec::new();
    for some in customers.chunks(BUFFERED) {
        out.clear();
        for customer in some {
            shape::write_customer(customer, &mut out)?;
            out.push(b',');
        }
        std::hint::black_box(&out);
    }
    Ok(begin.elapsed())
}

/// What the process has in memory before a list, and at most while it is read.
fn print_memory(service: &Service) -> Outcome<()> {
    for form in FORMS {
        let mut client = Client::open(service)?;
        let Some(before) = resident() else {
            println!("this system does not tell what is in memory");
            return Ok(());
        };
        let mut peak = before;
        client.list(form, || peak = peak.max(resident().unwrap_or(0)))?;
        println!(
            "{form:<24} resident {} KiB before, {} KiB more at the peak",
            before,
            peak - before
        );
    }
    Ok(())
}

/// KiB of this process that are in memory (Linux).
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
