//! What the service takes of the machine while it is attacked, where the system tells (Linux).

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::Duration;

use super::Outcome;

/// How often the open files are counted.
const LOOK: Duration = Duration::from_millis(50);

/// Files that are left to everything but attackers.
#[cfg(target_os = "linux")]
const OTHERS: u64 = 128;

/// Watches a process.
pub struct Watch {
    process: u32,
    memory_before: Option<u64>,
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Option<usize>>,
}

/// What was seen.
pub struct Seen {
    /// MiB of memory before.
    pub memory_before: Option<u64>,
    /// MiB of memory at most.
    pub memory: Option<u64>,
    /// Open files at most.
    pub files: Option<usize>,
}

impl Watch {
    /// From now on.
    pub fn start(process: u32) -> Outcome<Watch> {
        // Forgets the highest there was before (proc_pid_clear_refs(5)).
        let _ = fs::write(format!("/proc/{process}/clear_refs"), "5");
        let is_over = Arc::new(AtomicBool::new(false));
        let end = is_over.clone();
        let thread = std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
            let mut most = files(process);
            while !end.load(Relaxed) {
                std::thread::sleep(LOOK);
                most = most.max(files(process));
            }
            most
        })?;
        Ok(Watch { process, memory_before: memory(process, "VmRSS:"), is_over, thread })
    }

    /// What was seen until now.
    pub fn stop(self) -> Outcome<Seen> {
        self.is_over.store(true, Relaxed);
        let files = self.thread.join().map_err(|_| "the watch failed")?;
        let memory = memory(self.process, "VmHWM:");
        Ok(Seen { memory_before: self.memory_before, memory, files })
    }
}

fn files(process: u32) -> Option<usize> {
    Some(fs::read_dir(format!("/proc/{process}/fd")).ok()?.count())
}

fn memory(process: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

/// Lets this process have as many files as it may; how many attackers that is enough for.
#[cfg(target_os = "linux")]
pub fn raise_open_files() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Where it cannot be raised it stays as it is, which is asked next.
    let _ = setrlimit(Resource::Nofile, limit);
    let files = getrlimit(Resource::Nofile).current;
    files.map_or(usize::MAX, |files| {
        usize::try_from(files.saturating_sub(OTHERS)).unwrap_or(usize::MAX)
    })
}

/// As many attackers as there are to be.
#[cfg(not(target_os = "linux"))]
pub fn raise_open_files() -> usize {
    usize::MAX
}
