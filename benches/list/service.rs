//! The service as `serve` makes it, over a directory of its own with customers in it.

use std::net::SocketAddr;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use smart_customer::cli::serve::{Parts, Running};
use smart_customer::customer::{Customer, Details, Draft, Given, Namespace};
use smart_customer::operation::create;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use super::Outcome;

/// Where the customers are.
pub const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";

/// Customers that are created at the same time while loading.
const AT_ONCE: usize = 512;

/// Customers of one read for the comparison.
const PAGE: usize = 1000;

/// The running service.
pub struct Service {
    runtime: Runtime,
    running: Running,
    token: String,
    namespace: Namespace,
    _dir: TempDir,
}

impl Service {
    /// Starts it and creates `count` customers.
    pub fn start(count: usize) -> Outcome<Service> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let dir = tempfile::Builder::new()
            .prefix("bench-list-")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let running = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let running = Running::start(Parts::new(&dir.path().join("data")), listener).await?;
            Outcome::Ok(running)
        })?;
        let token = running.new_admin_token.clone().ok_or("no token was made")?;
        let namespace = Namespace::new("tse", "v1", "acme").map_err(|_| "a bad namespace")?;
        let service = Service { runtime, running, token, namespace, _dir: dir };
        service.load(count)?;
        Ok(service)
    }

    fn load(&self, count: usize) -> Outcome<()> {
        let registry = self.running.service().registry();
        let create = async |number| {
            let details = details(number)?;
            create::create(registry, &self.namespace, details, None).await?;
            Outcome::Ok(())
        };
        let all = stream::iter(0..count).map(create).buffer_unordered(AT_ONCE);
        self.runtime.block_on(all.try_collect())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// A token that allows everything.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Every customer, in memory.
    pub fn customers(&self) -> Outcome<Vec<Customer>> {
        let store = self.running.service().registry().store();
        let mut all: Vec<Customer> = Vec::new();
        loop {
            let last = all.last().map(|customer| customer.id);
            let page = self.runtime.block_on(store.customers(&self.namespace, last, PAGE))?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    /// Stops it in order.
    pub fn stop(self) -> Outcome<()> {
        Ok(self.runtime.block_on(self.running.stop())?)
    }
}

/// A person of their own address and number. One in ten numbers has a wrong check digit, so that
/// advisories are written, too.
fn details(number: usize) -> Outcome<Details> {
    let text = |text: &str| Given::Text(text.to_owned());
    let digits = format!("{number:07}015");
    let slip = u32::from(number.is_multiple_of(10));
    let vat_number = format!("IT{digits}{}", (check_digit(&digits) + slip) % 10);
    let draft = Draft {
        first_name: text("Annamaria"),
        last_name: text("Rossi Bianchi"),
        email: Given::Text(format!("annamaria.rossi.{number:07}@example.com")),
        vat_number: Given::Text(vat_number),
    };
    draft.check().map_err(|_| "a person of the bench is refused".into())
}

/// The check digit of an Italian VAT number.
fn check_digit(digits: &str) -> u32 {
    let digits = digits.bytes().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = digits
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, weight)| digit * weight / 10 + digit * weight % 10)
        .sum();
    (10 - sum % 10) % 10
}
