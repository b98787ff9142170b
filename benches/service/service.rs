//! The service as `serve` makes it, over a directory of its own with customers in it.

use std::net::SocketAddr;
use std::path::Path;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use smart_customer::cli::serve::{Parts, Running};
use smart_customer::customer::{Details, Draft, Given, Namespace};
use smart_customer::operation::{Registry, create};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::people::People;
use super::{Outcome, server_runtime};

/// Customers that are created at the same time while loading.
const AT_ONCE: usize = 256;

/// How many persons there are.
const PERSONS: usize = 10_000_000;

/// The running service.
pub struct Service {
    runtime: Runtime,
    running: Running,
    token: String,
    ids: Vec<String>,
    dir: TempDir,
}

/// Somebody to create: never the same twice.
pub struct Person {
    first_name: String,
    last_name: String,
    email: String,
    vat_number: String,
}

impl Service {
    /// Starts the service and gives it so many customers.
    pub fn start(customers: usize, cache_bytes: u64) -> Outcome<Service> {
        let runtime = server_runtime("service")?;
        let dir = tempfile::Builder::new()
            .prefix("bench-service-")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let running = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let parts = Parts::new(&dir.path().join("data")).with_cache(cache_bytes);
            let running = Running::start(parts, listener).await?;
            Outcome::Ok(running)
        })?;
        let token = running.new_admin_token.clone().ok_or("no token was made")?;
        let ids = runtime.block_on(load(running.service().registry(), customers))?;
        Ok(Service { runtime, running, token, ids, dir })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// A token that allows everything.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The ids of the customers that were loaded.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// How many customers were loaded: persons 0 up to this one exist.
    pub fn loaded(&self) -> usize {
        self.ids.len()
    }

    /// A directory on the same disk as its data.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// How many customers it has, counted by the store's own check of itself.
    pub fn customers(&self) -> Outcome<u64> {
        Ok(self.running.service().registry().store().check()?.customers)
    }

    /// Stops it in order.
    pub fn stop(self) -> Outcome<()> {
        Ok(self.runtime.block_on(self.running.stop())?)
    }
}

async fn load(registry: &Registry, customers: usize) -> Outcome<Vec<String>> {
    let namespace = Namespace::new("tse", "v1", "acme").map_err(|_| "a bad namespace")?;
    stream::iter(0..customers)
        .map(|number| load_one(registry, &namespace, number))
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

async fn load_one(registry: &Registry, namespace: &Namespace, number: usize) -> Outcome<String> {
    let details = person(number).to_details()?;
    let created = create::create(registry, namespace, details, None).await?;
    Ok(created.customer.id.to_string())
}

/// The person with a number below [`PERSONS`].
pub fn person(number: usize) -> Person {
    // Spread, so that neighbours in time are no neighbours in an index.
    let spread = (number * 7_368_787 + 1) % PERSONS;
    let digits = format!("{spread:07}015");
    let vat_number = format!("IT{digits}{}", luhn(&digits));
    let (first_name, last_name) = People::from(number).names();
    Person { first_name, last_name, email: format!("c.{spread:07}@example.com"), vat_number }
}

/// The check digit of an Italian VAT number.
fn luhn(digits: &str) -> u32 {
    let sum: u32 = digits
        .bytes()
        .map(|byte| u32::from(byte - b'0'))
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, weight)| digit * weight / 10 + digit * weight % 10)
        .sum();
    (10 - sum % 10) % 10
}

impl Person {
    /// A request's body.
    pub fn to_json(&self) -> String {
        let Person { first_name, last_name, email, vat_number } = self;
        format!(
            "{{\"first-name\":\"{first_name}\",\"last-name\":\"{last_name}\",\
             \"email\":\"{email}\",\"vat-number\":\"{vat_number}\"}}"
        )
    }

    fn to_details(&self) -> Outcome<Details> {
        let text = |text: &str| Given::Text(text.to_owned());
        let draft = Draft {
            first_name: text(&self.first_name),
            last_name: text(&self.last_name),
            email: text(&self.email),
            vat_number: text(&self.vat_number),
        };
        draft.check().map_err(|_| "a person of the bench is refused".into())
    }
}
