//! How fast work in the background goes on beside requests: on a machine with few processors, whoever
//! waits for an answer otherwise waits for one of them, too.

use std::cell::Cell;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, MutexGuard};

/// Longest rest: a piece of work that waited for the disk has held up nobody.
const LONGEST: Duration = Duration::from_millis(20);

/// The least work of a task between two rests: a timer of the runtime is no finer than a millisecond.
const PIECE: Duration = Duration::from_millis(4);

/// Whose turn it is. There is one for the whole process, as its processors are.
static TURN: Mutex<()> = Mutex::const_new(());

/// Work that is done in pieces of a millisecond or so, in turns with all other such work: together they
/// take half of one processor at most.
///
/// Whoever has a turn must not wait for other such work.
pub struct Pace(Cell<Option<Turn>>);

struct Turn {
    since: Instant,
    _held: MutexGuard<'static, ()>,
}

impl Turn {
    fn with(held: MutexGuard<'static, ()>) -> Turn {
        Turn { since: Instant::now(), _held: held }
    }
}

impl Pace {
    /// The work begins, in a thread of its own, once it is its turn.
    pub fn begin() -> Pace {
        Pace(Cell::new(Some(Turn::with(TURN.blocking_lock()))))
    }

    /// Another piece is done: rests for as long as it took, and goes on when it is its turn.
    pub fn rest(&self) {
        if let Some(turn) = self.0.take() {
            std::thread::sleep(turn.since.elapsed().min(LONGEST));
        }
        self.0.set(Some(Turn::with(TURN.blocking_lock())));
    }

    /// As [`Pace::begin`], in a task of the runtime.
    pub async fn begin_task() -> Pace {
        Pace(Cell::new(Some(Turn::with(TURN.lock().await))))
    }

    /// As [`Pace::rest`], in a task of the runtime: whatever it does, others have their turn.
    pub async fn give_way(&mut self) {
        let worked = self.0.get_mut().as_ref().map_or(PIECE, |turn| turn.since.elapsed());
        if worked < PIECE {
            return tokio::task::yield_now().await;
        }
        tokio::time::sleep(worked.min(LONGEST)).await;
        drop(self.0.take());
        let held = TURN.lock().await;
        *self.0.get_mut() = Some(Turn::with(held));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Works for a moment, and sees to it that nobody else does.
    fn work(working: &AtomicUsize) {
        assert_eq!(working.fetch_add(1, Ordering::SeqCst), 0);
        std::thread::sleep(Duration::from_micros(100));
        working.fetch_sub(1, Ordering::SeqCst);
    }

    #[test]
    fn of_all_who_work_in_the_background_one_works_at_a_time() {
        let working = AtomicUsize::new(0);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let in_thread = || {
            let pace = Pace::begin();
            for _ in 0..50 {
                work(&working);
                pace.rest();
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(in_thread);
            scope.spawn(in_thread);
            runtime.block_on(async {
                let mut pace = Pace::begin_task().await;
                for _ in 0..50 {
                    work(&working);
                    pace.give_way().await;
                }
            });
        });
    }
}
