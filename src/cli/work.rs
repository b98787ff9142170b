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

/// Ready at the first SIGINT or SIGTERM.
///
/// # Errors
/// The signals cannot be noticed.
#[cfg(unix)]
pub fn interruption() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready at the first Ctrl-C.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn interruption() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // An error means that nobody can ever interrupt: then it is as if somebody had.
        let _ = tokio::signal::ctrl_c().await;
    })
}
