//! What is counted of connections and requests: by operation and status, never by path, company or
//! token, so that there is no more to count however many of those there are.

use std::array;
use std::time::Duration;

use super::problem::Kind;
use crate::api::catalogue::{CATALOGUE, OperationId};
use crate::telemetry::meter::{Counters, Histogram};

/// Operations and what else is asked for.
const SUBJECTS: usize = CATALOGUE.len() + OTHERS.len();

/// What is asked for beside operations, as it is called in the figures.
const OTHERS: [&str; 6] = ["mcp", "console", "document", "health", "metrics", "none"];

/// The statuses that the service answers with; the last place is for any other.
const STATUSES: [u16; 26] = [
    200, 201, 202, 204, 206, 304, 400, 401, 403, 404, 405, 406, 408, 409, 412, 413, 414, 415, 422,
    429, 431, 500, 501, 503, 507, 0,
];

/// Microseconds until an answer begins: from one that costs nothing to one that waited for a disk
/// that is about to fail.
const MICROSECONDS: [u64; 14] = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 10_000_000,
];

/// What a request asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Subject {
    /// An operation, by whichever door.
    Operation(OperationId),
    /// Something else of the door for agents.
    Mcp,
    /// What the console asks.
    Console,
    /// What the service says of itself.
    Document,
    /// Whether it lives, or is ready.
    Health,
    /// These figures.
    Metrics,
    /// Nothing that there is.
    #[default]
    None,
}

/// What is counted of connections and requests.
#[derive(Debug)]
pub struct HttpMeter {
    requests: [Counters<{ STATUSES.len() }>; SUBJECTS],
    durations: [Histogram<{ MICROSECONDS.len() }>; SUBJECTS],
    /// Problems that were answered, lines of bulk requests and calls of tools among them, as in
    /// [`Kind::ALL`].
    pub refusals: Counters<{ Kind::ALL.len() }>,
    /// TLS handshakes: those that came to an end, and those that did not.
    pub handshakes: Counters<2>,
}

impl Default for HttpMeter {
    fn default() -> HttpMeter {
        HttpMeter {
            requests: array::from_fn(|_| Counters::default()),
            durations: array::from_fn(|_| Histogram::new(&MICROSECONDS)),
            refusals: Counters::default(),
            handshakes: Counters::default(),
        }
    }
}

/// What was counted of one subject.
pub struct Counted<'m> {
    /// What it is called.
    pub subject: &'static str,
    /// How many answers there were with each status; `other` is any that is not expected.
    pub statuses: Vec<(String, u64)>,
    /// How long they took until they began, in microseconds.
    pub durations: &'m Histogram<{ MICROSECONDS.len() }>,
}

impl HttpMeter {
    /// Counts an answer that began after `took`.
    pub fn answered(&self, subject: Subject, status: u16, took: Duration) {
        let place = subject.place();
        let known = STATUSES.iter().position(|&known| known == status);
        if let (Some(requests), Some(durations)) =
            (self.requests.get(place), self.durations.get(place))
        {
            requests.add(known.unwrap_or(STATUSES.len() - 1));
            durations.observe(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
    }

    /// Counts a problem.
    pub fn refused(&self, kind: Kind) {
        self.refusals.add(kind as usize);
    }

    /// Everything that was answered so far.
    pub fn read(&self) -> impl Iterator<Item = Counted<'_>> {
        let names = CATALOGUE.iter().map(|row| row.purpose).chain(OTHERS);
        let counted = names.zip(&self.requests).zip(&self.durations);
        counted.map(|((subject, requests), durations)| {
            let counts = STATUSES.into_iter().zip(requests.read());
            let statuses = counts.filter(|(_, count)| *count > 0).map(|(status, count)| {
                (if status == 0 { "other".to_owned() } else { status.to_string() }, count)
            });
            Counted { subject, statuses: statuses.collect(), durations }
        })
    }
}

impl Subject {
    fn place(self) -> usize {
        let other = match self {
            Subject::Operation(id) => return id as usize,
            Subject::Mcp => 0,
            Subject::Console => 1,
            Subject::Document => 2,
            Subject::Health => 3,
            Subject::Metrics => 4,
            Subject::None => 5,
        };
        CATALOGUE.len() + other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_problems_have_the_places_that_they_are_counted_at_and_their_status_is_known() {
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
            assert!(STATUSES.contains(&kind.text().status));
        }
    }

    #[test]
    fn an_answer_is_counted_by_what_was_asked_for_and_its_status() {
        let meter = HttpMeter::default();
        meter.answered(Subject::None, 404, Duration::from_millis(1));
        meter.answered(Subject::Operation(OperationId::Backup), 299, Duration::MAX);
        let counted = |name: &str| {
            let of = meter.read().find(|counted| counted.subject == name).unwrap();
            (of.statuses, of.durations.read().count())
        };
        assert_eq!(counted("none"), (vec![("404".to_owned(), 1)], 1));
        assert_eq!(counted("backup"), (vec![("other".to_owned(), 1)], 1));
        assert_eq!(counted("health"), (Vec::new(), 0));
    }
}
