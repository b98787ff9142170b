//! The rate limit of a token: N requests a second, N at once (the generic cell rate algorithm).

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use governor::clock::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

/// What a limited token may still do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Requests that it may make in a second.
    pub per_second: u32,
    /// Requests that it may make now, after the one that was counted.
    pub remaining: u32,
    /// The request that was counted is one too many.
    pub is_exceeded: bool,
}

/// Tells how much time has passed since some fixed moment, whatever is done to the clock on the
/// wall; a test can bring its own.
#[derive(Clone)]
pub struct Stopwatch(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Stopwatch {
    /// A stopwatch that shows what `elapsed` says.
    pub fn new(elapsed: impl Fn() -> Duration + Send + Sync + 'static) -> Stopwatch {
        Stopwatch(Arc::new(elapsed))
    }

    /// What it shows now.
    pub fn elapsed(&self) -> Duration {
        (self.0)()
    }
}

impl Default for Stopwatch {
    fn default() -> Stopwatch {
        let start = Instant::now();
        Stopwatch::new(move || start.elapsed())
    }
}

impl Clock for Stopwatch {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.elapsed()
    }
}

/// Counts the requests of one token.
pub struct Limiter {
    per_second: NonZeroU32,
    cells: RateLimiter<NotKeyed, InMemoryState, Stopwatch, StateInformationMiddleware>,
}

impl Limiter {
    /// A limiter that nothing is counted in yet.
    pub fn new(per_second: NonZeroU32, stopwatch: Stopwatch) -> Limiter {
        let cells = RateLimiter::direct_with_clock(Quota::per_second(per_second), stopwatch);
        Limiter { per_second, cells: cells.with_middleware() }
    }

    /// Counts a request. One too many is not counted: whoever insists does not wait for longer.
    pub fn count(&self) -> Allowance {
        let per_second = self.per_second.get();
        match self.cells.check() {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                Allowance { per_second, remaining, is_exceeded: false }
            }
            Err(_) => Allowance { per_second, remaining: 0, is_exceeded: true },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn as_many_requests_as_the_limit_come_through_at_once_and_one_each_nth_of_a_second_later() {
        for per_second in [1, 3, 50, 1_000_000] {
            let nanos = Arc::new(AtomicU64::new(0));
            let shown = nanos.clone();
            let stopwatch =
                Stopwatch::new(move || Duration::from_nanos(shown.load(Ordering::Relaxed)));
            let limiter = Limiter::new(NonZeroU32::new(per_second).unwrap(), stopwatch);
            for left in (0..per_second).rev() {
                let expected = Allowance { per_second, remaining: left, is_exceeded: false };
                assert_eq!(limiter.count(), expected);
            }
            let exceeded = Allowance { per_second, remaining: 0, is_exceeded: true };
            assert_eq!([limiter.count(), limiter.count()], [exceeded; 2]);
            nanos.fetch_add(1_000_000_000 / u64::from(per_second), Ordering::Relaxed);
            assert!(!limiter.count().is_exceeded);
            assert_eq!(limiter.count(), exceeded);
        }
    }
}
