//! What a run measures, as the command line asks for it.

use std::time::Duration;

use smart_customer::telemetry::{self, LogFormat, LogOptions};
use tracing::level_filters::LevelFilter;

use super::requests::Method;
use super::service::Service;
use super::{Outcome, WORKERS};

/// The number of connections that the targets are for.
const TARGET_CONNECTIONS: usize = 64;

/// Customers before the first round, unless told otherwise.
const CUSTOMERS: usize = 20_000;

/// What a run measures.
pub struct Plan {
    /// Which methods, in order.
    pub methods: Vec<Method>,
    /// How many connections, in order.
    pub connections: Vec<usize>,
    /// Rounds of each side that count.
    pub rounds: usize,
    /// How long a round takes.
    pub round: Duration,
    /// How long each side runs before its first round.
    pub warm_up: Duration,
    /// Between rounds: what a round left for the background to write is no cost of the next.
    pub pause: Duration,
    /// Whether the service logs as in production.
    pub logged: bool,
    /// Customers before the first round.
    pub customers: usize,
    /// Bytes of memory for what the service read last.
    pub cache_bytes: u64,
}

impl Plan {
    /// The plan that the arguments ask for; `None` where nothing is to be measured (a build of
    /// everything that runs the benches as tests).
    pub fn of_arguments() -> Outcome<Option<Plan>> {
        let mut plan = Plan::full();
        let mut measure = false;
        for argument in std::env::args().skip(1) {
            match argument.split_once('=').unwrap_or((&argument, "")) {
                ("--customers", many) => plan.customers = many.parse()?,
                ("--cache", bytes) => plan.cache_bytes = bytes.parse()?,
                ("--seconds", many) => plan.round = Duration::from_secs(many.parse()?),
                ("--rounds", many) => plan.rounds = many.parse()?,
                ("--bench", _) => measure = true,
                ("--quick", _) => plan.shorten(),
                ("--logged", _) => plan.log(),
                ("get", _) => plan.methods = vec![Method::Get],
                ("check", _) => plan.methods = vec![Method::Check],
                ("post", _) => plan.methods = vec![Method::Post],
                (other, _) => plan.connections = vec![other.parse().map_err(|_| unknown(other))?],
            }
        }
        Ok(measure.then_some(plan))
    }

    fn full() -> Plan {
        Plan {
            methods: vec![Method::Get, Method::Check, Method::Post],
            connections: vec![1, 16, TARGET_CONNECTIONS, 256],
            rounds: 5,
            round: Duration::from_secs(2),
            warm_up: Duration::from_secs(1),
            pause: Duration::from_millis(600),
            logged: false,
            customers: CUSTOMERS,
            cache_bytes: 64 * 1024 * 1024,
        }
    }

    fn shorten(&mut self) {
        self.rounds = 3;
        self.round = Duration::from_millis(500);
        self.warm_up = Duration::from_millis(300);
        self.pause = Duration::from_millis(200);
    }

    fn log(&mut self) {
        self.logged = true;
        self.connections = vec![TARGET_CONNECTIONS];
        telemetry::init(LogOptions { format: LogFormat::Text, level: LevelFilter::INFO });
    }

    /// What the ratio should be at least.
    pub fn target(&self, method: Method, connections: usize) -> Option<f64> {
        (connections == TARGET_CONNECTIONS && !self.logged).then_some(match method {
            Method::Get | Method::Check => 0.80,
            Method::Post => 0.20,
        })
    }

    /// The run in words.
    pub fn describe(&self, service: &Service) -> String {
        let log = if self.logged { "text, level info, to standard error" } else { "none" };
        format!(
            "{} customers at the start, {} MiB for what was read last, log: {log}\n\
             HTTP/1.1 keep-alive, {WORKERS} workers a server, clients on one thread of the same \
             machine\n\
             medians of {} rounds of {:?} in turns; cpu: processor time of the server's threads",
            service.loaded(),
            self.cache_bytes / (1024 * 1024),
            self.rounds,
            self.round,
        )
    }
}

fn unknown(argument: &str) -> String {
    format!(
        "'{argument}' is none of --quick, --logged, --customers=, --cache=, --rounds=, --seconds=, get, check, post, or a number of connections"
    )
}
