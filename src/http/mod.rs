//! How the product is reached: `server` (connections) → `path` (which operation) → `pipeline`
//! (what holds for every request) → `dispatch` (one arm per operation) → out through `answer`.
//! `mcp` is the same for agents, `document` what the service says of itself and the files of the
//! console, `console` what that asks beside the operations.

mod admin;
mod answer;
mod auth;
mod body;
mod bulk;
mod call;
mod company;
mod connection;
mod console;
mod customers;
mod dispatch;
mod document;
mod event;
mod head;
mod health;
mod list;
mod mcp;
mod meter;
mod metrics;
mod negotiate;
pub mod path;
mod pipeline;
mod precondition;
mod problem;
mod query;
mod selection;
pub mod server;
mod tls;

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use self::connection::Connections;
pub use self::mcp::Hosts;
use self::meter::HttpMeter;
pub use self::tls::{Pair, TlsFiles, TlsSource};
use crate::operation::Registry;

/// What the service allows its clients.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long a new connection may take until its first bytes.
    pub first_bytes: Duration,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long a request's head may take, and an idle HTTP/1 connection may stay.
    pub head: Duration,
    /// How long a request's body may take.
    pub body: Duration,
    /// How long a client may leave an answer unread before it is cut off.
    pub write: Duration,
    /// How often a change feed without changes shows that it lives.
    pub keep_alive: Duration,
    /// How long open requests get to finish when the service stops.
    pub drain: Duration,
    /// Largest body, in bytes.
    pub body_bytes: usize,
    /// Largest request head, in bytes of names and values.
    pub head_bytes: usize,
    /// Most header fields in a request. Below hyper's own limit of 100, which costs least as it is
    /// and beyond which hyper itself answers a bare 431.
    pub headers: usize,
    /// Longest request target, in bytes (RFC 9110, section 4.1 asks for 8000 at least).
    pub target_bytes: usize,
    /// Most connections at once.
    pub connections: usize,
    /// Most TLS handshakes at once: far more than honest clients have going on, and few enough to
    /// leave most connections to those who are done with theirs.
    pub handshakes: usize,
    /// Most HTTP/2 streams at once on a connection.
    pub streams: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            first_bytes: Duration::from_secs(5),
            handshake: Duration::from_secs(5),
            head: Duration::from_secs(30),
            body: Duration::from_secs(20),
            write: Duration::from_secs(30),
            keep_alive: Duration::from_secs(15),
            drain: Duration::from_secs(10),
            body_bytes: 64 * 1024,
            head_bytes: 16 * 1024,
            headers: 64,
            target_bytes: 8 * 1024,
            connections: 4096,
            handshakes: 1024,
            streams: 128,
        }
    }
}

/// What every request is answered from.
pub struct Service {
    registry: Registry,
    limits: Limits,
    draining: watch::Sender<bool>,
    mcp: mcp::Door,
    started_at: Timestamp,
    connections: Connections,
    meter: HttpMeter,
}

impl Service {
    /// A service over a registry, which agents reach by `hosts`.
    pub fn new(registry: Registry, limits: Limits, hosts: &Hosts) -> Service {
        let (draining, mcp) = (watch::Sender::new(false), mcp::Door::new(hosts));
        let (started_at, connections) = (registry.now(), Connections::default());
        let meter = HttpMeter::default();
        Service { registry, limits, draining, mcp, started_at, connections, meter }
    }

    /// The registry.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// From now on the service says that it is not ready, and what has no end of its own ends.
    fn begin_draining(&self) {
        self.draining.send_replace(true);
    }

    fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }

    /// True from the moment when the service begins to stop, for those who wait for it.
    fn draining(&self) -> watch::Receiver<bool> {
        self.draining.subscribe()
    }
}
