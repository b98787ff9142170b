//! 20,000 changes by 8 writers, a restart in the middle, and readers that vanish at any byte and
//! come back: each sees every change of its company once and in order, and no other's.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "support/follower.rs"]
mod follower;
#[path = "support/random.rs"]
mod random;
mod support;
mod wire;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;

use follower::{Follower, Seen, events_of};
use random::Random;
use smart_customer::cli::serve::Parts;
use support::{JOHN, TestApp, customers_of, john_with};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wire::{NEVER, Wire, get, post, within};

/// Changes in all.
const CHANGES: usize = 20_000;

/// Who makes them at once.
const WRITERS: usize = 8;

/// How often the service is started for it.
const STARTS: usize = 2;

/// One name begins another.
const COMPANIES: [&str; 3] = ["acme", "acme2", "zeta"];

/// Readers of each company, one of which never vanishes by itself.
const READERS: usize = 2;

/// What one writer did to one company, in its order: kind and customer.
type Done = Vec<(String, String)>;

/// Creates and deletes over one connection; what it did, by company.
async fn write(
    address: SocketAddr,
    token: String,
    mut random: Random,
) -> BTreeMap<&'static str, Done> {
    let mut wire = Wire::new(TcpStream::connect(address).await.unwrap());
    let mut done: BTreeMap<&str, Done> = BTreeMap::new();
    let mut alive: Vec<(&str, String)> = Vec::new();
    for _ in 0..CHANGES / WRITERS / STARTS {
        let (company, kind, id) = if random.percent(40) && !alive.is_empty() {
            let (company, id) = alive.swap_remove(random.below(alive.len()));
            let path = format!("{}/{id}", customers_of(company));
            wire.send(get(&path, &token).replacen("GET", "DELETE", 1)).await;
            assert_eq!(wire.answer_head().await.status, 204);
            (company, "deleted", id)
        } else {
            let company = *random.pick(&COMPANIES).unwrap();
            wire.send(post(&customers_of(company), &token, JOHN)).await;
            let id = wire.answer().await.json()["id"].as_str().unwrap().to_owned();
            alive.push((company, id.clone()));
            (company, "created", id)
        };
        done.entry(company).or_default().push((kind.to_owned(), id));
    }
    done
}

/// A reader of one company's feed that keeps what it saw.
struct Reader {
    company: &'static str,
    bearer: String,
    random: Random,
    vanishes: bool,
    address: watch::Receiver<SocketAddr>,
    seen: Vec<Seen>,
    connections: usize,
}

impl Reader {
    /// Reads from the beginning to the one customer in France.
    async fn read(mut self) -> Reader {
        loop {
            let mut follower = self.connect().await;
            self.connections += 1;
            if self.vanishes {
                follower.vanish_after(self.bytes());
            }
            while let Some(event) = follower.event().await {
                let is_last = event.data["market"] == "FR";
                self.seen.push(event);
                if is_last {
                    return self;
                }
            }
        }
    }

    /// Goes on where it was, waiting for the next start where the service has stopped.
    async fn connect(&mut self) -> Follower {
        let last = self.seen.last().map_or(0, |event| event.id);
        let mut headers = vec![("authorization", self.bearer.as_str())];
        let (mut path, text) = (events_of(self.company), last.to_string());
        if last > 0 && self.random.percent(50) {
            headers.push(("last-event-id", &text));
        } else {
            path += &format!("?after={last}");
        }
        loop {
            let address = *self.address.borrow_and_update();
            match Follower::try_open(address, &path, &headers).await {
                Some(follower) => {
                    assert_eq!(follower.began_at, last);
                    return follower;
                }
                None => self.address.changed().await.unwrap(),
            }
        }
    }

    /// After how many bytes it vanishes: within the first event or far behind it.
    fn bytes(&mut self) -> usize {
        let most = if self.random.percent(30) { 500 } else { 60_000 };
        self.random.below(most)
    }

    /// Asserts that it saw all that was done, once, in the order of each writer.
    fn verify(&self, done: &[Done]) {
        assert!(self.seen.is_sorted_by(|one, next| one.id < next.id));
        let order = self.seen.iter().map(Seen::what).zip(0..);
        let order: HashMap<(String, String), usize> = order.collect();
        assert_eq!(order.len(), self.seen.len(), "each once");
        assert_eq!(order.len(), done.iter().map(Vec::len).sum::<usize>(), "all, and no other's");
        for done in done {
            assert!(done.is_sorted_by_key(|change| order[change]));
        }
    }
}

/// Feeds say nothing but what happens: only a sign makes them look for it.
fn patient(parts: &mut Parts) {
    parts.limits.keep_alive = NEVER;
}

/// Readers of every company.
fn readers(app: &TestApp, random: &mut Random, address: &watch::Sender<SocketAddr>) -> Vec<Reader> {
    let reader = |(company, number)| Reader {
        company,
        bearer: format!("Bearer {}", app.token),
        random: random.fork(),
        vanishes: number > 0,
        address: address.subscribe(),
        seen: Vec::new(),
        connections: 0,
    };
    let each = COMPANIES.iter().flat_map(|company| (0..READERS).map(move |n| (*company, n)));
    each.map(reader).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_vanish_anywhere_see_every_change_once_and_in_order() {
    let mut random = Random::seeded();
    let mut app = TestApp::start_with(patient).await;
    let address = watch::Sender::new(app.running().address);
    let mut reading = JoinSet::new();
    for reader in readers(&app, &mut random, &address) {
        reading.spawn(reader.read());
    }
    let mut done: BTreeMap<&str, Vec<Done>> = BTreeMap::new();
    for start in 0..STARTS {
        if start > 0 {
            app.restart_with(patient).await;
            address.send_replace(app.running().address);
        }
        let writing: JoinSet<_> = (0..WRITERS)
            .map(|_| write(app.running().address, app.token.clone(), random.fork()))
            .collect();
        for (company, changes) in writing.join_all().await.into_iter().flatten() {
            done.entry(company).or_default().push(changes);
        }
    }
    for company in COMPANIES {
        let last = app.post(&customers_of(company), john_with("vat-number", "FR12345678901")).await;
        let id = last.json()["id"].as_str().unwrap().to_owned();
        done.entry(company).or_default().push(vec![("created".to_owned(), id)]);
    }
    for reader in within(reading.join_all()).await {
        println!(
            "{}: {} events, {} connections",
            reader.company,
            reader.seen.len(),
            reader.connections
        );
        reader.verify(&done[reader.company]);
    }
}
