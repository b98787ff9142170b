//! Whose turn it is to read a page: that takes a processor for a moment, and whoever reads one after
//! the other, or many lists at once, would otherwise have all of them while a single customer waits.

use std::future::Future;
use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::{JoinError, JoinSet, spawn_blocking};

use crate::store::StoreError;

/// Turns, given in the order in which they are asked for; clones share them.
#[derive(Clone)]
pub struct Turns(Arc<Semaphore>);

impl Default for Turns {
    /// As many at the same moment as leave one processor to all else. That one also finds what clients
    /// send: a runtime whose threads are all at work looks for it only now and then, and with turns for
    /// all of them others waited for seconds, however short each turn was.
    fn default() -> Turns {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Turns(Arc::new(Semaphore::new(processors.saturating_sub(1).max(1))))
    }
}

impl Turns {
    /// Does `work` when it is its turn, on a thread for such work, so that meanwhile whoever waits for it
    /// can do something else: a task would be done by the same thread of the runtime, afterwards.
    ///
    /// Whoever waits for it may not be asked any more, as the body of an answer whose client leaves no
    /// window for it: that keeps the turn from nobody. Work that nobody waits for any more is not done.
    ///
    /// # Errors
    /// [`StoreError::Closed`]: the service is about to end.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Ok(turn) = self.0.clone().try_acquire_owned() {
            return on_thread(work, turn).await;
        }
        let turns = self.0.clone();
        let mut waiting = JoinSet::new();
        waiting.spawn(async move {
            let turn = turns.acquire_owned().await.map_err(|_| StoreError::Closed)?;
            on_thread(work, turn).await
        });
        waiting.join_next().await.map_or(Err(StoreError::Closed), joined)?
    }
}

/// Does `work` on a thread that keeps the turn until it is done, or until nobody waits for it any more.
async fn on_thread<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
    turn: OwnedSemaphorePermit,
) -> Result<T, StoreError> {
    let runtime = Handle::current();
    let (_waits, nobody_waits) = oneshot::channel::<()>();
    let work = async move {
        tokio::select! {
            biased;
            _ = nobody_waits => Err(StoreError::Closed),
            done = work => Ok(done),
        }
    };
    let thread = spawn_blocking(move || {
        let _turn = turn;
        runtime.block_on(work)
    });
    joined(thread.await)?
}

/// What became of a task; a panic goes on here.
fn joined<T>(ended: Result<T, JoinError>) -> Result<T, StoreError> {
    ended.map_err(|error| match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(_) => StoreError::Closed,
    })
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn who_is_not_asked_any_more_keeps_no_turn_from_others() {
        let turns = Turns(Arc::new(Semaphore::new(1)));
        let mut forgotten = Box::pin(turns.run(async {}));
        // Asked once, and never again.
        assert!((&mut forgotten).now_or_never().is_none());
        turns.run(async {}).await.unwrap();
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_gives_its_turn_back() {
        let turns = Turns(Arc::new(Semaphore::new(1)));
        let mut given_up = Box::pin(turns.run(pending::<()>()));
        assert!((&mut given_up).now_or_never().is_none());
        tokio::task::yield_now().await;
        drop(given_up);
        turns.run(async {}).await.unwrap();
    }
}
