//! How fast work in the background goes on beside requests: on a machine with few processors, whoever
//! waits for an answer otherwise waits for one of them, too.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Longest rest: a piece of work that waited for the disk has held up nobody.
const LONGEST: Duration = Duration::from_millis(20);

/// The least work of a task between two rests: a timer of the runtime is no finer than a millisecond.
const PIECE: Duration = Duration::from_millis(4);

/// Work that is done in pieces of a millisecond or so, and takes half of one processor at most.
pub struct Pace(Cell<Instant>);

impl Pace {
    /// The work begins.
    pub fn begin() -> Pace {
        Pace(Cell::new(Instant::now()))
    }

    /// Another piece is done: rests for as long as it took.
    pub fn rest(&self) {
        std::thread::sleep(self.0.get().elapsed().min(LONGEST));
        self.0.set(Instant::now());
    }

    /// The same for a task of the runtime: whatever it does, others have their turn.
    pub async fn give_way(&mut self) {
        let worked = self.0.get().elapsed();
        if worked < PIECE {
            return tokio::task::yield_now().await;
        }
        tokio::time::sleep(worked.min(LONGEST)).await;
        self.0.set(Instant::now());
    }
}
