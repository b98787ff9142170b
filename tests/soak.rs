//! Mixed load for a long time, and a kill every minute: nothing that was answered is lost, whatever is
//! read is what was answered, and memory and open files stay what the customers explain.
//!
//! ```text
//! SMART_CUSTOMER_TEST_SOAK_SECONDS=1200 cargo test --test soak -- --nocapture
//! ```
//!
//! Without the variable it takes one minute, in which it kills more often.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/booked.rs"]
mod booked;
#[path = "support/child.rs"]
mod child;
#[path = "support/in_process.rs"]
mod in_process;
#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/random.rs"]
mod random;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use booked::{create, delete, list, look, read, update};
use child::{Client, Service};
use in_process::{Books, books, counts};
use random::Random;
use smart_customer::operation::token;
use smart_customer::store::StoreOptions;

/// The environment variable that says how long, in seconds.
const SECONDS: &str = "SMART_CUSTOMER_TEST_SOAK_SECONDS";

/// Without it.
const USUAL: u64 = 60;

/// Time between kills, at most; there are four at least.
const BETWEEN_KILLS: Duration = Duration::from_secs(60);

/// Connections that ask all the time.
const CLIENTS: usize = 8;

/// Most open files: those clients, and what the store has open however large it is.
const MOST_FILES: usize = 128;

/// Most memory in KiB: what an empty service that has learnt sentences has, and so much for each
/// thousand customers.
const MOST_MEMORY: u64 = 256 * 1024;
const MOST_FOR_A_THOUSAND: u64 = 256;

/// A service just before it is killed.
struct Sample {
    after: Duration,
    requests: u64,
    customers: usize,
    memory: u64,
    files: usize,
}

impl Sample {
    fn take(process: u32, after: Duration, requests: u64, books: &Books) -> Sample {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let memory = memory.trim().strip_suffix(" kB").unwrap().parse().unwrap();
        let files = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap().count();
        let counts = counts(books);
        let customers = (counts.created + counts.happened).saturating_sub(counts.deleted);
        Sample { after, requests, customers, memory, files }
    }

    fn tell(&self) {
        println!(
            "{:6.0} s  {:9} requests  {:8} customers  {:7} KiB in memory  {:4} open files",
            self.after.as_secs_f64(),
            self.requests,
            self.customers,
            self.memory,
            self.files
        );
    }

    fn assert_flat(&self) {
        let allowed = MOST_MEMORY + MOST_FOR_A_THOUSAND * self.customers as u64 / 1000;
        assert!(self.memory < allowed, "{} KiB in memory", self.memory);
        assert!(self.files < MOST_FILES, "{} open files", self.files);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_mixed_load_and_kills_nothing_answered_is_lost_and_nothing_grows() {
    let seconds = std::env::var(SECONDS).ok().map_or(USUAL, |text| text.parse().unwrap());
    let whole = Duration::from_secs(seconds);
    let (dir, books, mut random) = (tempfile::tempdir().unwrap(), books(), Random::seeded());
    let (data, log) = (dir.path().join("data"), dir.path().join("log"));
    let (begun, asked) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    while begun.elapsed() < whole {
        let mut service = Service::spawn(&data, &log);
        let Some(address) = service.address() else {
            panic!("it does not start: {}", std::fs::read_to_string(&log).unwrap());
        };
        let token = token_of(&data);
        settle(&books, address, &token).await;
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| (books.clone(), random.fork(), asked.clone(), token.clone()))
            .map(|(books, random, asked, token)| {
                tokio::spawn(ask_until_killed(address, token, books, random, asked))
            })
            .collect();
        tokio::time::sleep(BETWEEN_KILLS.min(whole / 4)).await;
        let requests = asked.load(Ordering::Relaxed);
        let sample = Sample::take(service.process(), begun.elapsed(), requests, &books);
        service.kill();
        for client in clients {
            client.await.unwrap();
        }
        sample.tell();
        sample.assert_flat();
    }
    let registry = in_process::open(StoreOptions::new(&data)).await.unwrap();
    in_process::verify(&registry, &books, &token::hash(&token_of(&data))).await;
    registry.store().close().await.unwrap();
    println!("{:?}; lost: 0", counts(&books));
}

fn token_of(data: &Path) -> String {
    std::fs::read_to_string(data.join("admin-token")).unwrap().trim().to_owned()
}

/// Everything that was answered is there, and of what was not it is known from now on.
async fn settle(books: &Books, address: SocketAddr, token: &str) {
    for ledger in books.iter() {
        let mut client = Client::connect(address, token).await.unwrap();
        let listed = list(&mut client, ledger).await;
        ledger.lock().unwrap().settle(&listed);
    }
}

/// Creates, reads, lists and searches, changes and deletes: 30, 50, 10, 5 and 5 of 100 requests.
async fn ask_until_killed(
    address: SocketAddr,
    token: String,
    books: Books,
    mut random: Random,
    asked: Arc<AtomicU64>,
) {
    const SEARCHES: [&str; 4] =
        ["limit=50", "q=john&limit=20", "q=maria%20rossi&limit=5", "q=acme"];
    let Some(mut client) = Client::connect(address, &token).await else { return };
    loop {
        let ledger = random.pick(&books).unwrap();
        let some_one = ledger.lock().unwrap().some_one(&mut random);
        let done = match (random.below(100), some_one) {
            (0..30, _) | (_, None) => {
                let with_key = random.percent(10);
                let attempt = ledger.lock().unwrap().begin_create(&mut random, with_key);
                create(&mut client, ledger, &attempt).await
            }
            (30..80, Some(known)) => read(&mut client, ledger, &known).await,
            (80..90, Some(_)) => look(&mut client, ledger, random.pick(&SEARCHES).unwrap()).await,
            (90..95, Some(_)) => {
                let change = ledger.lock().unwrap().begin_update(&mut random);
                let Some((id, details)) = change else { continue };
                update(&mut client, ledger, id, details).await
            }
            _ => {
                let deletion = ledger.lock().unwrap().begin_delete(&mut random);
                let Some(id) = deletion else { continue };
                delete(&mut client, ledger, id).await
            }
        };
        if done.is_none() {
            return;
        }
        asked.fetch_add(1, Ordering::Relaxed);
    }
}
