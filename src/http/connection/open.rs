//! Which connections are open and what each is doing, so that those which do nothing make room for a
//! newcomer, and those which leave too many answers unread are cut off, before others feel it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::http::places::Place;

/// The connections that are open; clones share them.
#[derive(Clone)]
pub struct Connections(Arc<Shared>);

struct Shared {
    open: Mutex<HashMap<u64, Arc<State>>>,
    /// Counts what happens on all of them: the time by which one is idle for longest.
    moves: AtomicU64,
    /// How many there were.
    ever: AtomicU64,
    /// Answers that were asked for and are not on their way yet.
    unfinished: AtomicUsize,
    most_unfinished: usize,
    grace: Duration,
}

/// What one connection is doing.
struct State {
    /// When it was opened.
    since: Instant,
    /// The last move on it.
    last: AtomicU64,
    /// Its requests that have a place among those in progress.
    admitted: AtomicUsize,
    unfinished: AtomicUsize,
    is_ending: AtomicBool,
    end: Notify,
}

/// An open connection, known as long as it is there.
pub struct Connection {
    connections: Connections,
    number: u64,
    state: Arc<State>,
    address: IpAddr,
}

impl Connections {
    /// No connection; all that will be may have so many unfinished answers together, and each may be
    /// idle for as long as `grace` when it is new.
    pub fn new(most_unfinished: usize, grace: Duration) -> Connections {
        Connections(Arc::new(Shared {
            open: Mutex::default(),
            moves: AtomicU64::new(0),
            ever: AtomicU64::new(0),
            unfinished: AtomicUsize::new(0),
            most_unfinished,
            grace,
        }))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<u64, Arc<State>>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many there are.
    pub fn open(&self) -> usize {
        self.all().len()
    }

    /// How many there were since the start, those included.
    pub fn ever(&self) -> u64 {
        self.0.ever.load(Relaxed)
    }

    /// One more, to a client at `address`.
    pub fn enter(&self, address: IpAddr) -> Connection {
        let number = self.0.moves.fetch_add(1, Relaxed);
        self.0.ever.fetch_add(1, Relaxed);
        let state = Arc::new(State {
            since: Instant::now(),
            last: AtomicU64::new(number),
            admitted: AtomicUsize::new(0),
            unfinished: AtomicUsize::new(0),
            is_ending: AtomicBool::new(false),
            end: Notify::new(),
        });
        self.all().insert(number, state.clone());
        Connection { connections: self.clone(), number, state, address }
    }

    /// Ends the connection on which nothing has happened for longest, of those on which no admitted
    /// request is in progress: it may be one whose client is silent, sends a head or a body that no
    /// answer depends on, or takes its time to read; or one that is kept for a next request, which
    /// its client can make on a new one (RFC 9112, section 9.5). One that is new stays. `false` where
    /// there is none.
    pub fn end_idlest(&self) -> bool {
        let open = self.all();
        // Asked for once: there may be thousands of them, and a newcomer for each of those.
        let now = Instant::now();
        let is_idle = |state: &&Arc<State>| state.is_idle(now, self.0.grace) && !state.is_ending();
        let idle = open.values().filter(is_idle);
        end(idle.min_by_key(|state| state.last.load(Relaxed)))
    }

    /// Ends the connection with the most unfinished answers, unless there are few enough once those
    /// are gone that are ending.
    fn end_greediest(&self) {
        let open = self.all();
        let ending = open.values().filter(|state| state.is_ending());
        let going: usize = ending.map(|state| state.unfinished.load(Relaxed)).sum();
        let unfinished = self.0.unfinished.load(Relaxed);
        if unfinished.saturating_sub(going) <= self.0.most_unfinished {
            return;
        }
        let staying = open.values().filter(|state| !state.is_ending());
        end(staying.max_by_key(|state| state.unfinished.load(Relaxed)));
    }
}

fn end(state: Option<&Arc<State>>) -> bool {
    let Some(state) = state else { return false };
    state.is_ending.store(true, Relaxed);
    // Kept for whoever asks only later.
    state.end.notify_one();
    true
}

impl State {
    fn is_idle(&self, now: Instant, grace: Duration) -> bool {
        self.admitted.load(Relaxed) == 0 && now.saturating_duration_since(self.since) >= grace
    }

    fn is_ending(&self) -> bool {
        self.is_ending.load(Relaxed)
    }
}

impl Connection {
    /// Where the client is, or the proxy in front of it.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// Waits until it is to be ended for the sake of others.
    pub async fn ended(&self) {
        self.state.end.notified().await;
    }

    /// Takes note of a request, whose answer is unfinished until the guard is dropped. Where that is
    /// one too many of all connections, the one with most of them is ended.
    pub fn begin(&self) -> Unfinished {
        let Shared { moves, unfinished, most_unfinished, .. } = &*self.connections.0;
        self.state.last.store(moves.fetch_add(1, Relaxed), Relaxed);
        self.state.unfinished.fetch_add(1, Relaxed);
        if unfinished.fetch_add(1, Relaxed) >= *most_unfinished {
            self.connections.end_greediest();
        }
        Unfinished { connections: self.connections.clone(), state: self.state.clone() }
    }

    /// Takes note that a request on it has `place`, until the guard is dropped.
    pub fn admit(&self, place: Place) -> Admission {
        self.state.admitted.fetch_add(1, Relaxed);
        Admission { _place: place, state: self.state.clone() }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.connections.all().remove(&self.number);
    }
}

/// An answer that is not on its way yet.
pub struct Unfinished {
    connections: Connections,
    state: Arc<State>,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.state.unfinished.fetch_sub(1, Relaxed);
        self.connections.0.unfinished.fetch_sub(1, Relaxed);
    }
}

/// A request that has a place.
pub struct Admission {
    _place: Place,
    state: Arc<State>,
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.state.admitted.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use futures_util::FutureExt;

    use super::*;
    use crate::http::places::Places;

    fn enter(connections: &Connections) -> Connection {
        connections.enter(Ipv4Addr::LOCALHOST.into())
    }

    fn is_ended(connection: &Connection) -> bool {
        connection.ended().now_or_never().is_some()
    }

    #[test]
    fn the_connection_on_which_nothing_happened_for_longest_makes_room() {
        let connections = Connections::new(10, Duration::ZERO);
        let [first, second, third] = [(); 3].map(|()| enter(&connections));
        drop(first.begin());
        assert!(connections.end_idlest());
        assert_eq!([&first, &second, &third].map(is_ended), [false, true, false]);
        assert!(connections.end_idlest(), "one that is ending is not ended twice");
        assert_eq!([&first, &second, &third].map(is_ended), [false, false, true]);
        drop((second, third));
        assert_eq!(connections.open(), 1);
    }

    #[test]
    fn a_connection_with_an_admitted_request_is_never_taken_for_idle() {
        let connections = Connections::new(10, Duration::ZERO);
        let busy = enter(&connections);
        let admitted = busy.admit(Places::new(1).take(&[0; 32]).unwrap());
        assert!(!connections.end_idlest());
        drop(admitted);
        assert!(connections.end_idlest());
    }

    #[test]
    fn a_new_connection_has_time_to_ask_for_something() {
        let connections = Connections::new(10, Duration::from_secs(3600));
        let _new = enter(&connections);
        assert!(!connections.end_idlest());
    }

    #[test]
    fn the_connection_with_most_unfinished_answers_is_ended_when_they_are_too_many() {
        let connections = Connections::new(4, Duration::ZERO);
        let [modest, greedy] = [(); 2].map(|()| enter(&connections));
        let unfinished: Vec<Unfinished> = (0..3).map(|_| greedy.begin()).collect();
        drop(modest.begin());
        let _first = modest.begin();
        assert!(!is_ended(&greedy));
        let _second = modest.begin();
        assert_eq!((is_ended(&modest), is_ended(&greedy)), (false, true));
        let third = modest.begin();
        assert!(!is_ended(&modest), "the greedy one is about to go, and that is enough");
        drop((third, unfinished, greedy));
        let _third = modest.begin();
        assert!(!is_ended(&modest));
    }
}
