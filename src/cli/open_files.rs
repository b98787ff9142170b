//! How many connections the system lets the service have: each is an open file, and the store must
//! never be without one for want of which nothing could be kept.

/// Files that are left to the store, to answers set aside, and to the program itself.
const OTHERS: u64 = 128;

/// Connections that there are at least, whatever the system says.
const FEWEST: usize = 16;

/// As many of `wanted` connections as may be open, once this process may have as many files as the
/// system lets it raise its own limit to.
#[cfg(target_os = "linux")]
pub fn connections(wanted: usize) -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let needed = wanted as u64 + OTHERS;
    let mut limit = getrlimit(Resource::Nofile);
    let raised = limit.maximum.map_or(needed, |maximum| maximum.min(needed));
    if limit.current.is_some_and(|current| current < raised) {
        let before = limit.current.replace(raised);
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(%error, "the limit of open files stays as it is");
            limit.current = before;
        }
    }
    let most = within(limit.current, wanted);
    if most < wanted {
        tracing::warn!(connections = most, "the system's limit of open files allows no more");
    }
    most
}

/// As many of `wanted` connections as may be open.
#[cfg(not(target_os = "linux"))]
pub fn connections(wanted: usize) -> usize {
    within(None, wanted)
}

fn within(files: Option<u64>, wanted: usize) -> usize {
    let files = files.map_or(usize::MAX, |files| {
        usize::try_from(files.saturating_sub(OTHERS)).unwrap_or(usize::MAX)
    });
    wanted.min(files.max(FEWEST))
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn connections_leave_files_to_the_store() {
        assert_eq!(within(None, 4096), 4096);
        assert_eq!(within(Some(1_000_000), 4096), 4096);
        assert_eq!(within(Some(1024), 4096), 896);
        assert_eq!(within(Some(64), 4096), 16);
    }
}
