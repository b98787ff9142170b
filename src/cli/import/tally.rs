//! What became of the records of an import, counted.

use std::time::Duration;

use super::answers::Outcome;

/// What an outcome means to the person who imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is stored, or would be.
    Good,
    /// An earlier run had stored it.
    Earlier,
    /// It is refused for what it holds: to be corrected.
    Refused,
    /// An earlier run stored something else under its key and number.
    Changed,
    /// It is not stored for a reason that may pass: to be sent again.
    Postponed,
}

impl Kind {
    /// What `outcome` means.
    pub fn of(outcome: &Outcome) -> Kind {
        match outcome.status {
            200..300 if outcome.replayed => Kind::Earlier,
            200..300 => Kind::Good,
            // A time-out, the same line still in flight, the rate limit; faults of the service.
            408 | 409 | 429 | 500.. => Kind::Postponed,
            422 => Kind::Changed,
            _ => Kind::Refused,
        }
    }
}

/// The counts of an import.
#[derive(Debug, Default)]
pub struct Tally {
    good: u64,
    earlier: u64,
    refused: u64,
    changed: u64,
    postponed: u64,
    /// Why the first record was postponed.
    first_reason: Option<String>,
}

impl Tally {
    /// Counts one outcome.
    pub fn count(&mut self, kind: Kind, outcome: &Outcome) {
        let count = match kind {
            Kind::Good => &mut self.good,
            Kind::Earlier => &mut self.earlier,
            Kind::Refused => &mut self.refused,
            Kind::Changed => &mut self.changed,
            Kind::Postponed => &mut self.postponed,
        };
        *count += 1;
        if kind == Kind::Postponed && self.first_reason.is_none() {
            self.first_reason = Some(outcome.reason());
        }
    }

    /// How many records were answered.
    pub fn answered(&self) -> u64 {
        self.good + self.earlier + self.refusals() + self.postponed
    }

    /// How many records are in the report.
    pub fn refusals(&self) -> u64 {
        self.refused + self.changed
    }

    /// One line that says how it went.
    pub fn summary(&self, validate_only: bool, took: Duration) -> String {
        let (good, earlier, refused) = (self.good, self.earlier, self.refusals());
        let lines = self.answered();
        let seconds = took.as_secs_f64();
        // For a person's eyes: what the rounding loses is of no interest.
        let rate = (lines as f64 / seconds.max(0.001)).round();
        let rate = format!("{lines} lines in {seconds:.1} s, {rate} lines/s");
        if validate_only {
            return format!(
                "good: {good}, would be refused: {refused} ({rate}); nothing is stored"
            );
        }
        let postponed = match self.postponed {
            0 => String::new(),
            count => format!(", not stored: {count}"),
        };
        format!(
            "stored: {good}, already stored earlier: {earlier}, refused: {refused}{postponed} \
             ({rate})"
        )
    }

    /// What to do about the records that are not stored; `None` where all are.
    pub fn advice(&self, report: Option<&str>) -> Option<String> {
        let mut advice = Vec::new();
        if let Some(report) = report {
            advice.push(format!("{} refused: {report}", counted(self.refusals())));
        }
        if self.changed > 0 {
            advice.push(format!(
                "{} stored earlier with other content: to store what is there now as well, import \
                 with another --idempotency-key",
                counted(self.changed)
            ));
        }
        if let Some(reason) = &self.first_reason {
            advice.push(format!(
                "{} not stored for a reason that may pass ({reason}): run the same command again",
                counted(self.postponed)
            ));
        }
        (!advice.is_empty()).then(|| advice.join("; "))
    }
}

/// `1 line was`, `2 lines were`
fn counted(count: u64) -> String {
    let lines = if count == 1 { "line was" } else { "lines were" };
    format!("{count} {lines}")
}
