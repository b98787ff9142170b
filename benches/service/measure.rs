//! Rounds: two servers in turns under the same load, and what came of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::Outcome;
use super::connection::Connection;
use super::plan::Plan;
use super::processor::Used;
use super::requests::Requests;

/// A server with the connections to it, and its rounds so far.
pub struct Side {
    connections: Vec<Connection>,
    rounds: Vec<Round>,
    is_bare: bool,
}

/// What one round showed.
struct Round {
    per_second: f64,
    median: Duration,
    slow: Duration,
    processor: Option<Duration>,
}

/// What a number of connections showed of both sides.
pub struct Pair {
    service: Round,
    bare: Round,
}

impl Side {
    /// Opens the connections of one side.
    pub fn open(
        clients: &Runtime,
        address: SocketAddr,
        connections: usize,
        is_bare: bool,
    ) -> Outcome<Side> {
        let open = async {
            let mut all = Vec::with_capacity(connections);
            for _ in 0..connections {
                all.push(Connection::open(address).await?);
            }
            Ok::<_, std::io::Error>(all)
        };
        Ok(Side { connections: clients.block_on(open)?, rounds: Vec::new(), is_bare })
    }

    /// Loads the server for `time`.
    async fn load(&mut self, requests: &Arc<Requests>, time: Duration) -> Outcome<Round> {
        let before = Used::now();
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for connection in self.connections.drain(..) {
            tasks.spawn(use_connection(connection, requests.clone(), start + time));
        }
        let mut latencies = Vec::new();
        while let Some(done) = tasks.join_next().await {
            let (connection, some) = done??;
            self.connections.push(connection);
            latencies.extend(some);
        }
        let elapsed = start.elapsed();
        let processor = before.zip(Used::now()).map(|(before, after)| {
            let of = |used: &Used| if self.is_bare { used.bare } else { used.service };
            of(&after).saturating_sub(of(&before))
        });
        Ok(Round::of(latencies, elapsed, processor))
    }
}

/// Sends one request after the other; the connection back, and how long each answer took.
async fn use_connection(
    mut connection: Connection,
    requests: Arc<Requests>,
    end: Instant,
) -> Outcome<(Connection, Vec<Duration>)> {
    let (mut request, mut latencies) = (Vec::new(), Vec::new());
    let mut now = Instant::now();
    while now < end {
        requests.write_next(&mut request);
        let sent = Instant::now();
        connection.exchange(&request, requests.status()).await?;
        now = Instant::now();
        latencies.push(now - sent);
    }
    Ok((connection, latencies))
}

/// Both sides in turns.
pub fn pair(
    plan: &Plan,
    clients: &Runtime,
    requests: &Arc<Requests>,
    service: &mut Side,
    bare: &mut Side,
) -> Outcome<Pair> {
    for side in [&mut *service, &mut *bare] {
        clients.block_on(side.load(requests, plan.warm_up))?;
    }
    for _ in 0..plan.rounds {
        for side in [&mut *service, &mut *bare] {
            std::thread::sleep(plan.pause);
            let round = clients.block_on(side.load(requests, plan.round))?;
            side.rounds.push(round);
        }
    }
    Ok(Pair { service: Round::median(&service.rounds), bare: Round::median(&bare.rounds) })
}

impl Round {
    fn of(mut latencies: Vec<Duration>, elapsed: Duration, processor: Option<Duration>) -> Round {
        latencies.sort_unstable();
        let at = |share: usize| latencies.get(latencies.len() * share / 100).copied();
        let count = latencies.len().max(1);
        Round {
            per_second: count as f64 / elapsed.as_secs_f64(),
            median: at(50).unwrap_or_default(),
            slow: at(99).unwrap_or_default(),
            processor: processor.map(|time| time.div_f64(count as f64)),
        }
    }

    /// The median of each number.
    fn median(rounds: &[Round]) -> Round {
        Round {
            per_second: middle(rounds.iter().map(|round| round.per_second)),
            median: middle_time(rounds.iter().map(|round| round.median)),
            slow: middle_time(rounds.iter().map(|round| round.slow)),
            processor: rounds
                .iter()
                .map(|round| round.processor)
                .collect::<Option<Vec<_>>>()
                .map(|times| middle_time(times.into_iter())),
        }
    }
}

fn middle(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

fn middle_time(times: impl Iterator<Item = Duration>) -> Duration {
    Duration::from_secs_f64(middle(times.map(|time| time.as_secs_f64())))
}

impl Pair {
    /// Over the rows.
    pub const HEADING: &str = "\
        connections   service req/s    bare req/s   ratio   service p50/p99 ms      bare p50/p99 ms   \
        cpu µs/req service, bare";

    /// The numbers of one number of connections.
    pub fn row(&self, connections: usize, target: Option<f64>) -> String {
        let (service, bare) = (&self.service, &self.bare);
        let target = target.map_or(String::new(), |target| format!("   target >= {target:.2}"));
        format!(
            "{connections:>11}   {:>13.0} {:>13.0}   {:>5.2}   {:>18}   {:>18}   {:>11} {:>9}{target}",
            service.per_second,
            bare.per_second,
            service.per_second / bare.per_second,
            service.latencies(),
            bare.latencies(),
            service.processor_text(),
            bare.processor_text(),
        )
    }
}

impl Round {
    fn latencies(&self) -> String {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        format!("{:.2} / {:.2}", milliseconds(self.median), milliseconds(self.slow))
    }

    fn processor_text(&self) -> String {
        self.processor.map_or("-".to_owned(), |time| format!("{:.1}", time.as_secs_f64() * 1e6))
    }
}
