//! Processor time of threads, where the system tells it (Linux).

use std::fs;
use std::time::Duration;

/// What the threads whose names begin with `bare` have used so far, and all others but the main
/// one, which are the service's.
pub struct Used {
    /// The bare server.
    pub bare: Duration,
    /// The service, its store included.
    pub service: Duration,
}

impl Used {
    /// Up to now.
    pub fn now() -> Option<Used> {
        let mut used = Used { bare: Duration::ZERO, service: Duration::ZERO };
        let main = std::process::id().to_string();
        for thread in fs::read_dir("/proc/self/task").ok()?.flatten() {
            let name = fs::read_to_string(thread.path().join("comm")).unwrap_or_default();
            let time = time(&thread.path().join("schedstat")).unwrap_or_default();
            if name.starts_with("bare") {
                used.bare += time;
            } else if thread.file_name().to_str() != Some(&main) {
                used.service += time;
            }
        }
        Some(used)
    }
}

/// The first number in the file: nanoseconds on a processor.
fn time(path: &std::path::Path) -> Option<Duration> {
    let text = fs::read_to_string(path).ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
