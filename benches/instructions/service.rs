//! The service over a directory of its own with 1,000 people in it, without what `serve` does now and
//! then in the background: that would be counted with whatever is going on.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use smart_customer::customer::{Customer, Namespace};
use smart_customer::http::{self, Hosts, Limits, server};
use smart_customer::operation::bulk::{self, Line};
use smart_customer::operation::{Clock, Registry, token};
use smart_customer::store::{Store, StoreOptions};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::texts::Bodies;
use super::{Outcome, plain};

/// How many people are there.
pub const PEOPLE: usize = 1_000;

/// Customers that are stored in one step, as a bulk request does.
const BATCH: usize = 250;

/// When the service's clock begins, in milliseconds of Unix time.
const BEGIN: i64 = 1_764_000_000_000;

/// The running service.
pub struct Service {
    runtime: Runtime,
    service: Arc<http::Service>,
    server: JoinHandle<()>,
    stop: oneshot::Sender<()>,
    /// Where it listens.
    pub address: SocketAddr,
    /// A token that allows everything.
    pub token: String,
    /// Whose the customers are.
    pub namespace: Namespace,
    /// The bodies of people who are not there yet.
    pub newcomers: Bodies,
    _dir: TempDir,
}

impl Service {
    /// Starts it and stores its people.
    pub fn start() -> Outcome<Service> {
        // More workers than one would wake each other now and then.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let dir = tempfile::tempdir()?;
        let namespace = Namespace::new("tse", "v1", "acme").map_err(|_| "a bad namespace")?;
        let (registry, token) = runtime.block_on(open(&dir))?;
        let mut newcomers = Bodies::new();
        runtime.block_on(load(&registry, &namespace, &mut newcomers))?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let hosts = Hosts::new(address, Vec::new());
        let service = Arc::new(http::Service::new(registry, Limits::default(), &hosts));
        let (stop, stopped) = oneshot::channel::<()>();
        let server = runtime.spawn(server::serve(listener, None, service.clone(), async {
            let _ = stopped.await;
        }));
        Ok(Service {
            runtime,
            service,
            server,
            stop,
            address,
            token,
            namespace,
            newcomers,
            _dir: dir,
        })
    }

    /// What its operations work on.
    pub fn registry(&self) -> &Registry {
        self.service.registry()
    }

    /// Waits for `work` on this thread.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// The first customers.
    pub fn customers(&self, count: usize) -> Outcome<Vec<Customer>> {
        let customers = self.registry().store().customers(&self.namespace, None, count);
        Ok(self.block_on(customers)?)
    }

    /// Stops it in order.
    pub fn stop(self) -> Outcome<()> {
        let _ = self.stop.send(());
        self.runtime.block_on(async {
            self.server.await?;
            Ok(self.service.registry().store().close().await?)
        })
    }
}

/// A registry over an empty directory, and its admin token.
async fn open(dir: &TempDir) -> Outcome<(Registry, String)> {
    let store = Store::open(StoreOptions::new(dir.path().join("data")))?;
    let registry = Registry::new(store, clock()).await?;
    let token = token::generate()?;
    registry.keep_admin_token(&token).await?;
    Ok((registry, token))
}

/// A clock that goes on by a millisecond with each look: ids and times are as in life, and the same in
/// each run.
fn clock() -> Clock {
    let time = AtomicI64::new(BEGIN);
    Box::new(move || {
        let now = time.fetch_add(1, Ordering::Relaxed);
        Timestamp::from_millisecond(now).unwrap_or(Timestamp::UNIX_EPOCH)
    })
}

async fn load(registry: &Registry, namespace: &Namespace, people: &mut Bodies) -> Outcome<()> {
    for _ in 0..PEOPLE / BATCH {
        let line =
            |body: &String| Ok(Line { details: plain::read(body)?, history: None, key: None });
        let lines = people.take(BATCH)?.iter().map(line).collect::<Outcome<Vec<Line>>>()?;
        for outcome in bulk::create_all(registry, namespace, lines).await {
            outcome?;
        }
    }
    Ok(())
}
