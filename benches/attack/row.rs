//! One way to attack, as a row of the table.

use std::fmt::Display;
use std::time::Duration;

use super::attack::Behaviour;
use super::bystander::Bystanders;
use super::watch::Seen;

/// What an attack came to.
pub struct Row {
    /// Which it was.
    pub behaviour: &'static Behaviour,
    /// How many attackers there were.
    pub attackers: usize,
    /// What they did.
    pub deeds: u64,
    /// What the others got.
    pub served: Bystanders,
    /// What the service took.
    pub seen: Seen,
    /// How long it was measured.
    pub time: Duration,
}

impl Row {
    /// What stands above the rows: times in ms, and in brackets how many times that of the first row.
    pub const HEADING: &'static str = "\
behaviour                     attackers  deeds/s | served/s  GET p50    p99         POST p50    p99         newcomer p99         refused unanswered reopened |      MiB peak  files";

    /// The row, with its slowest answers beside those of `base`.
    pub fn beside(&self, base: &Row) -> String {
        let (own, others) = (&self.served, &base.served);
        let seconds = self.time.as_secs_f64();
        let served = own.reads.len() + own.creations.len() + own.newcomers.len();
        format!(
            "{:<30}{:>8} {:>9.0} | {:>7.0}  {}  {}  {}  {:>7} {:>10} {:>8} | {:>5} → {:>5}  {:>5}",
            self.behaviour.name,
            self.attackers,
            self.deeds as f64 / seconds,
            served as f64 / seconds,
            times(&own.reads, &others.reads),
            times(&own.creations, &others.creations),
            slowest(&own.newcomers, &others.newcomers),
            own.refused,
            own.unanswered,
            own.reopened,
            known(self.seen.memory_before),
            known(self.seen.memory),
            known(self.seen.files),
        )
    }
}

fn times(own: &[Duration], base: &[Duration]) -> String {
    format!("{:>8} {}", in_ms(share(own, 50)), slowest(own, base))
}

fn slowest(own: &[Duration], base: &[Duration]) -> String {
    let (own, base) = (share(own, 99), share(base, 99));
    let ratio = own.zip(base).map(|(own, base)| own.as_secs_f64() / base.as_secs_f64());
    let ratio = ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.1}"));
    format!("{:>8} {:>8}", in_ms(own), format!("({ratio})"))
}

/// The time within which so many of a hundred were done.
fn share(times: &[Duration], of_hundred: usize) -> Option<Duration> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() * of_hundred / 100).copied()
}

fn in_ms(time: Option<Duration>) -> String {
    time.map_or("–".to_owned(), |time| format!("{:.2}", time.as_secs_f64() * 1e3))
}

fn known(figure: Option<impl Display>) -> String {
    figure.map_or("–".to_owned(), |figure| figure.to_string())
}
