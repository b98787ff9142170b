//! The service as `serve` makes it, over a directory of its own with people in it.

#![allow(dead_code, reason = "each bench uses a part of it")]

use std::net::SocketAddr;

use smart_customer::cli::serve::{Parts, Running};
use smart_customer::customer::{Details, Draft, Given, Namespace};
use smart_customer::operation::Registry;
use smart_customer::operation::bulk::{self, Line};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use super::Outcome;
use super::people::People;

/// Where the customers are.
pub const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";

/// Customers that are stored in one step, as a bulk request does.
const BATCH: usize = 256;

/// The running service.
pub struct Service {
    runtime: Runtime,
    running: Running,
    token: String,
    _dir: TempDir,
}

impl Service {
    /// Starts it and stores `count` people.
    pub fn start(count: usize, people: &mut People) -> Outcome<Service> {
        Service::start_with(count, people, line)
    }

    /// Starts it and stores `count` customers, each made by `line` of its number.
    pub fn start_with(
        count: usize,
        people: &mut People,
        line: impl Fn(usize, &mut People) -> Outcome<Line>,
    ) -> Outcome<Service> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let dir = tempfile::Builder::new()
            .prefix("bench-search-")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let running = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let running = Running::start(Parts::new(&dir.path().join("data")), listener).await?;
            Outcome::Ok(running)
        })?;
        let token = running.new_admin_token.clone().ok_or("no token was made")?;
        let service = Service { runtime, running, token, _dir: dir };
        service.load(count, people, line)?;
        Ok(service)
    }

    fn load(
        &self,
        count: usize,
        people: &mut People,
        line: impl Fn(usize, &mut People) -> Outcome<Line>,
    ) -> Outcome<()> {
        let namespace = Namespace::new("tse", "v1", "acme").map_err(|_| "a bad namespace")?;
        let registry = self.running.service().registry();
        let mut numbers = 0..count;
        loop {
            let batch = numbers.by_ref().take(BATCH).map(|number| line(number, people));
            let batch = batch.collect::<Outcome<Vec<Line>>>()?;
            if batch.is_empty() {
                return Ok(());
            }
            let stored = bulk::create_all(registry, &namespace, batch);
            for outcome in self.runtime.block_on(stored) {
                outcome?;
            }
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// A token that allows everything.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// What its operations work on.
    pub fn registry(&self) -> &Registry {
        self.running.service().registry()
    }

    /// Waits for `work` on this thread.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Stops it in order.
    pub fn stop(self) -> Outcome<()> {
        Ok(self.runtime.block_on(self.running.stop())?)
    }
}

fn line(number: usize, people: &mut People) -> Outcome<Line> {
    Ok(Line { details: details(number, people)?, history: None, key: None })
}

/// The next of the people as a customer, with a VAT number of that number's own.
pub fn details(number: usize, people: &mut People) -> Outcome<Details> {
    let person = people.person();
    let draft = Draft {
        first_name: Given::Text(person.first),
        last_name: Given::Text(person.last),
        email: Given::Text(person.email),
        vat_number: Given::Text(format!("IT{:011}", number as u64 * 7_919 % 100_000_000_000)),
    };
    Ok(draft.check().map_err(|faults| format!("a person is refused: {faults:?}"))?)
}
