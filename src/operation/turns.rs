//! Whose turn it is to read a page: that takes a processor for a moment, and whoever reads one after
//! the other, or many lists at once, would otherwise have all of them while a single customer waits.

use std::future::Future;
use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinSet, spawn_blocking};

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
    /// Does `work` when it is its turn, on a task of its own: whoever waits for it may not be asked
    /// any more, as the body of an answer whose client leaves no window for it, and would then keep
    /// the turn from all others. Work that nobody waits for any more is not done.
    ///
    /// # Errors
    /// [`StoreError::Closed`]: the service is about to end.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turns = self.0.clone();
        let mut task = JoinSet::new();
        task.spawn(async move {
            // An error would say that no turns are given any more, and they always are.
            let _turn = turns.acquire_owned().await;
            work.await
        });
        match task.join_next().await {
            Some(Ok(done)) => Ok(done),
            Some(Err(error)) if error.is_panic() => resume_unwind(error.into_panic()),
            _ => Err(StoreError::Closed),
        }
    }

    /// Begins `work` as soon as it is its turn, and not at all if what comes back is dropped before. It is
    /// done on a thread for such work, beside all else: a task that is begun is done by the same thread
    /// of the runtime, once that has nothing else to do. To wake a thread takes as long as to read some
    /// ten customers, though.
    pub fn begin<F: Future<Output = ()>>(
        &self,
        work: impl FnOnce(Turn) -> F + Send + 'static,
    ) -> Waiting {
        let runtime = Handle::current();
        let work = move |turn| runtime.block_on(work(turn));
        let mut waiting = JoinSet::new();
        match self.0.clone().try_acquire_owned() {
            Ok(turn) => drop(spawn_blocking(|| work(turn))),
            Err(_) => {
                let turns = self.0.clone();
                waiting.spawn(async move {
                    // An error would say that no turns are given any more, and they always are.
                    if let Ok(turn) = turns.acquire_owned().await {
                        spawn_blocking(|| work(turn));
                    }
                });
            }
        }
        waiting
    }

    /// Another turn at once, if nobody else waits for one.
    pub fn again(&self, turn: Turn) -> Option<Turn> {
        drop(turn);
        self.0.clone().try_acquire_owned().ok()
    }
}

/// A turn, until it is dropped.
pub type Turn = OwnedSemaphorePermit;

/// Work that waits for its turn, as long as this is held.
pub type Waiting = JoinSet<()>;

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
