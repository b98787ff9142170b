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
mod guesses;
mod head;
mod health;
mod list;
mod mcp;
mod meter;
mod metrics;
mod negotiate;
pub mod path;
mod pipeline;
mod places;
mod precondition;
mod problem;
mod query;
#[doc(hidden)] // a door for tests
pub mod selection;
pub mod server;
mod shown;
mod tls;

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use self::connection::Connections;
use self::guesses::Guesses;
pub use self::mcp::Hosts;
use self::meter::HttpMeter;
use self::places::Places;
use self::shown::ShownCustomers;
pub use self::tls::{Pair, TlsFiles, TlsSource};
use crate::operation::Registry;

/// What the service allows its clients. Together these bound its memory and the time that what was
/// accepted takes, whatever they do: at most 256 MiB of heads (`connections` times four times
/// `head_bytes`, which hyper reads ahead), 64 MiB of bodies (`requests` times `body_bytes`), and
/// 256 MiB of pages of lists and feeds that are not sent yet, and `shown_bytes`.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long a new connection may take until its first bytes.
    pub first_bytes: Duration,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long a new connection may be idle however many newcomers there are: enough to send a
    /// request from the other side of the world.
    pub grace: Duration,
    /// How long a request's head may take, and an idle HTTP/1 connection may stay.
    pub head: Duration,
    /// How long a request's body may take.
    pub body: Duration,
    /// How long a client may leave an answer unread before it is cut off.
    pub write: Duration,
    /// How often a change feed without changes shows that it lives.
    pub keep_alive: Duration,
    /// How long new connections are still taken when the service is about to stop and says so at
    /// `/readyz`: whoever routes to it goes elsewhere meanwhile.
    pub farewell: Duration,
    /// How long open requests then get to finish.
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
    /// Most connections at once. A newcomer takes the place of the one that is idle for longest; as
    /// there are more of them than `requests` and `feeds` together, there always is one.
    pub connections: usize,
    /// Most TLS handshakes at once: far more than honest clients have going on, and few enough to
    /// leave most connections to those who are done with theirs.
    pub handshakes: usize,
    /// Most HTTP/2 streams at once on a connection.
    pub streams: u32,
    /// Most answers at once that are asked for and not taken; beyond, the connection with most of
    /// them is closed. Only clients of HTTP/2 that do not read have many.
    pub answers: usize,
    /// Most requests with a token at once, from their head to the end of their answer. One more is
    /// refused; no token has more than half of these, or of the following.
    pub requests: usize,
    /// Most change feeds at once; they are not among the requests.
    pub feeds: usize,
    /// Most bulk requests at once; they are among the requests, too. Each may keep some MiB in memory
    /// and its answers on the disk.
    pub bulks: usize,
    /// Most bytes of customers that are kept as they were shown last.
    pub shown_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            first_bytes: Duration::from_secs(5),
            handshake: Duration::from_secs(5),
            grace: Duration::from_millis(250),
            head: Duration::from_secs(30),
            body: Duration::from_secs(20),
            write: Duration::from_secs(30),
            keep_alive: Duration::from_secs(15),
            farewell: Duration::ZERO,
            drain: Duration::from_secs(10),
            body_bytes: 64 * 1024,
            head_bytes: 16 * 1024,
            headers: 64,
            target_bytes: 8 * 1024,
            connections: 4096,
            handshakes: 1024,
            streams: 128,
            answers: 16 * 1024,
            requests: 1024,
            feeds: 1024,
            bulks: 16,
            shown_bytes: 32 * 1024 * 1024,
        }
    }
}

impl Limits {
    /// The same where the system allows only so many connections: still not all can be at work.
    pub fn with_connections(mut self, connections: usize) -> Limits {
        let third = (connections / 3).max(1);
        (self.requests, self.feeds) = (self.requests.min(third), self.feeds.min(third));
        self.connections = connections;
        self
    }
}

/// What every request is answered from.
pub struct Service {
    registry: Registry,
    limits: Limits,
    draining: watch::Sender<bool>,
    hurry: watch::Sender<bool>,
    mcp: mcp::Door,
    started_at: Timestamp,
    connections: Connections,
    meter: HttpMeter,
    guesses: Guesses,
    requests: Places,
    feeds: Places,
    bulks: Places,
    shown: ShownCustomers,
}

impl Service {
    /// A service over a registry, which agents reach by `hosts`.
    pub fn new(registry: Registry, limits: Limits, hosts: &Hosts) -> Service {
        Service {
            draining: watch::Sender::new(false),
            hurry: watch::Sender::new(false),
            mcp: mcp::Door::new(hosts),
            started_at: registry.now(),
            connections: Connections::new(limits.answers, limits.grace),
            meter: HttpMeter::default(),
            guesses: Guesses::new(registry.stopwatch()),
            requests: Places::new(limits.requests),
            feeds: Places::new(limits.feeds),
            bulks: Places::new(limits.bulks),
            shown: ShownCustomers::within(limits.shown_bytes),
            registry,
            limits,
        }
    }

    /// The registry.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// From now on the service says that it is not ready, and what has no end of its own ends.
    fn begin_draining(&self) {
        self.draining.send_replace(true);
    }

    /// Ends what is still open where the service stops, and leaves it no more time.
    pub fn hurry(&self) {
        self.hurry.send_replace(true);
    }

    /// Waits until there is no more time.
    async fn hurried(&self) {
        // An error would say that the service is gone, which this here holds.
        let _ = self.hurry.subscribe().wait_for(|&hurry| hurry).await;
    }

    fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }

    /// True from the moment when the service begins to stop, for those who wait for it.
    fn draining(&self) -> watch::Receiver<bool> {
        self.draining.subscribe()
    }
}
