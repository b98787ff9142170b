//! Whose turn it is to read a page: that takes a processor for a moment, and whoever reads one after
//! the other, or many lists at once, would otherwise have all of them while a single customer waits.

use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
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
    /// Does `work` when it is its turn, on a thread for such work: a task would be done by the thread of
    /// the runtime that begins it, once that has nothing else to do.
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
        let (mut answer, answered) = oneshot::channel();
        let _waiting = self.begin(|turn| async move {
            let work = AssertUnwindSafe(work).catch_unwind();
            tokio::select! {
                biased;
                () = answer.closed() => {}
                done = work => {
                    drop(turn);
                    // Nobody waits for it any more.
                    let _ = answer.send(done);
                }
            }
        });
        let done = answered.await.map_err(|_| StoreError::Closed)?;
        done.map_err(|panic| resume_unwind(panic))
    }

    /// Begins `work` as soon as it is its turn, and not at all if what comes back is dropped before.
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
