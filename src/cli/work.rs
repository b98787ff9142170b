//! How the commands that talk to a service are run: on one thread, until done or interrupted.

use std::io;

use super::Failure;

/// Runs `work`; an interruption ends it where it stands, and what it made aside is removed.
///
/// # Errors
/// Why it was not done.
pub fn run(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    run_to_the_end(async {
        let interrupted = interruption().map_err(no_signals)?;
        tokio::select! {
            done = work => done,
            () = interrupted => Err(Failure::Failed("interrupted".to_owned())),
        }
    })
}

/// Runs `work`, which looks after interruptions itself.
///
/// # Errors
/// Why it was not done.
pub fn run_to_the_end(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("the runtime cannot be started: {error}")))?;
    let done = runtime.block_on(work);
    // A thread that still reads or writes a file must not hold up the end.
    runtime.shutdown_background();
    done
}

/// What is said when interruptions cannot be noticed.
pub fn no_signals(error: io::Error) -> Failure {
    Failure::Failed(format!("cannot wait for signals: {error}"))
}

/// Ready at the first SIGINT or SIGTERM; where there are no such signals, at the first Ctrl-C.
///
/// # Errors
/// The signals cannot be noticed.
pub fn interruption() -> io::Result<impl Future<Output = ()>> {
    let mut interruptions = Interruptions::new()?;
    Ok(async move { interruptions.next().await })
}

/// The signals by which a process is told to end.
#[cfg(unix)]
pub struct Interruptions {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Interruptions {
    /// Those from now on: SIGINT and SIGTERM.
    ///
    /// # Errors
    /// They cannot be noticed.
    pub fn new() -> io::Result<Interruptions> {
        use tokio::signal::unix::{SignalKind, signal};
        let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
        Ok(Interruptions { interrupt: signal(interrupt)?, terminate: signal(terminate)? })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The signals by which a process is told to end.
#[cfg(not(unix))]
pub struct Interruptions;

#[cfg(not(unix))]
impl Interruptions {
    /// Those from now on: Ctrl-C.
    ///
    /// # Errors
    /// None.
    pub fn new() -> io::Result<Interruptions> {
        Ok(Interruptions)
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        // An error means that nobody can ever interrupt: then it is as if somebody had.
        let _ = tokio::signal::ctrl_c().await;
    }
}
