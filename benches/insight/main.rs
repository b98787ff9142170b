//! What a company's insight and the understanding of a sentence cost, by size of the company: the
//! insight is to cost the same for few customers and for many. All is done on one thread.
//!
//! The service is the one that `serve` runs, over a directory below the target directory, with
//! customers who came over two years, of whom every third has gone.
//!
//! ```text
//! cargo bench --bench insight                    1,000 and 100,000 customers
//! cargo bench --bench insight -- 1000000         another size, or several
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

use jiff::{Timestamp, ToSpan};
use people::People;
use service::Service;
use smart_customer::customer::{History, Namespace, whole_milliseconds};
use smart_customer::intelligence::intent;
use smart_customer::intelligence::outlook::{Course, Series};
use smart_customer::operation::bulk::Line;
use smart_customer::operation::{company, intent as asking};

/// Anything that goes wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Customers, where the command line says nothing else.
const SIZES: [usize; 2] = [1_000, 100_000];

/// How often each thing is done.
const TIMES: usize = 1_000;

/// Days over which the customers came.
const DAYS: usize = 730;

/// Sentences of people, short and long.
const SENTENCES: [&str; 8] = [
    "list",
    "how many customers do we have?",
    "cancella mario rossi",
    "register John Smith, john.smith@example.com, VAT IT12345678903",
    "cambia l'indirizzo email di Maria Grazia De Luca in mg.deluca@example.it per favore",
    "mario punto rossi chiocciola libero punto it, partita iva 0 1 2 3 4 5 6 7 8 9 0, è nuovo",
    "hi, yesterday a lady from Hamburg called about her order, she has moved and would like us to \
     forget her altogether, her name was Schmidt I think, could you see to that?",
    "can you send the invoice to Anna Bianchi again",
];

fn main() -> Outcome<()> {
    let Some(sizes) = sizes::wanted(&SIZES)? else {
        return Ok(());
    };
    let begin = Instant::now();
    let intents = intent::trained();
    println!("learnt what sentences ask for in {:.2} s", begin.elapsed().as_secs_f64());
    head();
    measured("a sentence, recognised", |time| Outcome::Ok(intents.recognise(sentence(time))))?;
    for size in sizes {
        measure(size)?;
    }
    Ok(())
}

fn measure(size: usize) -> Outcome<()> {
    let begin = Instant::now();
    let service = Service::start_with(size, &mut People::new(), |number, people| {
        dated(number, size, people)
    })?;
    let rate = size as f64 / begin.elapsed().as_secs_f64();
    println!("\n{size} customers with their history, stored with {rate:.0} a second");
    head();
    let namespace = Namespace::new("tse", "v1", "acme").map_err(|_| "a bad namespace")?;
    let registry = service.registry();
    let insight = || service.block_on(company::insight(registry, &namespace));
    measured("a company's insight", |_| Outcome::Ok(insight()?))?;
    let series = insight()?.series;
    measured("of it the course, told once a day", |_| Outcome::Ok(course(&series)))?;
    measured("a sentence, understood", |time| {
        let understood = asking::understand(registry, &namespace, sentence(time));
        Outcome::Ok(service.block_on(understood)?)
    })?;
    service.stop()
}

fn course(series: &Series) -> Course {
    Course::of(black_box(series))
}

fn sentence(time: usize) -> &'static str {
    SENTENCES.get(time % SENTENCES.len()).copied().unwrap_or_default()
}

/// The customer `number` of `size`, who came in that order; every third has gone.
fn dated(number: usize, size: usize, people: &mut People) -> Outcome<Line> {
    let details = service::details(number, people)?;
    let hours = i64::try_from((size - number) * DAYS * 24 / size)?;
    let now = whole_milliseconds(Timestamp::now());
    let created_at = now.checked_sub(hours.hours())?;
    let lived = i64::try_from(number * 31 % (DAYS * 24))?;
    let has_gone = number.is_multiple_of(3) && lived < hours;
    let deleted_at = has_gone.then(|| created_at.checked_add(lived.hours())).transpose()?;
    Ok(Line { details, history: Some(History { created_at, deleted_at }), key: None })
}

/// Does `work` some times and prints how long it took.
fn measured<T>(name: &str, mut work: impl FnMut(usize) -> Outcome<T>) -> Outcome<()> {
    let mut times = Vec::with_capacity(TIMES);
    for time in 0..TIMES {
        let begin = Instant::now();
        let done = black_box(work(time)?);
        times.push(begin.elapsed());
        drop(done);
    }
    print(name, times);
    Ok(())
}

fn head() {
    println!("{:<40} {:>9} {:>9} {:>9}", "microseconds", "p50", "p99", "max");
}

fn print(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| {
        let time = times.get((times.len() * share / 100).min(times.len().saturating_sub(1)));
        time.copied().unwrap_or_default().as_secs_f64() * 1e6
    };
    println!("{name:<40} {:>9.1} {:>9.1} {:>9.1}", at(50), at(99), at(100));
}
