//! How far long work has come, told in the log.

/// Rows or changes after which it is told how far making the trees anew has come.
const PROGRESS_EVERY: u64 = 100_000;

/// Tells now and then how far long work has come.
#[derive(Default)]
pub struct Progress {
    told: u64,
}

impl Progress {
    /// Tells it if it is worth telling.
    pub fn tell(&mut self, done: u64, what: &str) {
        if done >= self.told + PROGRESS_EVERY {
            self.told = done;
            tracing::info!(done, "{what}");
        }
    }
}
