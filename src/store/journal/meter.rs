//! What is counted of the journal while it is written.

use crate::telemetry::meter::Histogram;

/// Requests in a group. A group takes no further one at 512 changes.
const REQUESTS: [u64; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/// Microseconds of a sync: from a fast disk to one that is about to fail.
const MICROSECONDS: [u64; 14] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
    5_000_000,
];

/// What is counted of the journal.
#[derive(Debug)]
pub struct JournalMeter {
    /// How many requests a group has that is written.
    pub requests: Histogram<11>,
    /// How long the sync of a group takes, in microseconds; one that fails, too.
    pub syncs: Histogram<14>,
}

impl Default for JournalMeter {
    fn default() -> JournalMeter {
        JournalMeter { requests: Histogram::new(&REQUESTS), syncs: Histogram::new(&MICROSECONDS) }
    }
}
