//! What the intelligence costs where a customer is created: the time of what is understood of a new
//! customer among those of its company; and how long an insight with its duplicates takes. All is
//! done on one thread and waits for nothing. Beside the clock stands the mean processor time, which
//! the machine's other work does not lengthen, but which is told too coarsely for one customer.
//!
//! The service is the one that `serve` runs, over a directory below the target directory; names
//! are as common as they are in life (Zipf's law).
//!
//! ```text
//! cargo bench --bench assess                     1,000 and 100,000 customers
//! cargo bench --bench assess -- 1000000          another size, or several
//! ```

#[path = "../search/people.rs"]
mod people;
#[path = "../search/service.rs"]
mod service;
#[path = "../search/sizes.rs"]
mod sizes;

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use people::People;
use service::Service;
use smart_customer::customer::{CustomerId, Details, Namespace};
use smart_customer::intelligence;
use smart_customer::operation::{assess, insight, learn, list};

/// Anything that goes wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Customers, where the command line says nothing else.
const SIZES: [usize; 2] = [1_000, 100_000];

/// Customers that are looked at.
const LOOKS: usize = 5_000;

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
    println!("{:<40} {:>9} {:>9} {:>9} {:>9}", "microseconds", "p50", "p99", "max", "processor");
    let begin = Instant::now();
    service.block_on(learn::learn_what_is_due(service.registry()))?;
    println!("learnt what duplicates look like in {:.2} s", begin.elapsed().as_secs_f64());
    let new: Vec<Details> = (0..LOOKS)
        .map(|number| service::details(size + number, &mut people))
        .collect::<Outcome<_>>()?;
    by_itself(&new);
    among_others(&service, &new)?;
    insights(&service)?;
    service.stop()
}

/// What a customer tells by itself.
fn by_itself(new: &[Details]) {
    let look = |details: &Details| drop(black_box(intelligence::assess(details)));
    measured("understood of a customer by itself", new, look);
}

/// The same, and its possible duplicate among all others: what a creation has to wait for.
fn among_others(service: &Service, new: &[Details]) -> Outcome<()> {
    let (registry, namespace) = (service.registry(), namespace()?);
    let look = |details: &Details| {
        drop(black_box(service.block_on(assess::assess(registry, &namespace, details, None))));
    };
    measured("understood of a new one among all others", new, look);
    Ok(())
}

/// Insights of customers who are there.
fn insights(service: &Service) -> Outcome<()> {
    let (registry, namespace) = (service.registry(), namespace()?);
    let selection = list::Selection::default();
    let mut cursor = service.block_on(list::list(registry, &namespace, &selection))?.cursor;
    let mut ids = Vec::with_capacity(LOOKS);
    while ids.len() < LOOKS && !cursor.has_ended() {
        let page = service.block_on(cursor.next_page(registry, &namespace))?;
        ids.extend(page.iter().map(|customer| customer.id));
    }
    let look = |id: &CustomerId| {
        drop(black_box(service.block_on(insight::customer(registry, &namespace, *id))));
    };
    measured("an insight with its duplicates", &ids, look);
    Ok(())
}

fn namespace() -> Outcome<Namespace> {
    Namespace::new("tse", "v1", "acme").map_err(|_| "a bad namespace".into())
}

/// Times `look` at each of `all` and prints what it took.
fn measured<T>(name: &str, all: &[T], look: impl Fn(&T)) {
    let before = processor_time();
    let times = all.iter().map(|one| time(|| look(one))).collect();
    let used = processor_time().zip(before).map(|(after, before)| after.saturating_sub(before));
    let mean = used.map(|used| used.as_secs_f64() * 1e6 / all.len().max(1) as f64);
    print(name, times, mean);
}

/// The processor time of this thread so far (Linux).
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn time(work: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    work();
    begin.elapsed()
}

fn print(name: &str, mut times: Vec<Duration>, processor: Option<f64>) {
    times.sort_unstable();
    let at = |share: usize| {
        let time = times.get((times.len() * share / 100).min(times.len().saturating_sub(1)));
        time.copied().unwrap_or_default().as_secs_f64() * 1e6
    };
    let processor = processor.map(|mean| format!("{mean:.1}")).unwrap_or_default();
    println!("{name:<40} {:>9.1} {:>9.1} {:>9.1} {processor:>9}", at(50), at(99), at(100));
}
