//! The pages of a list, read ahead: while one is being written the next two are read on another thread,
//! as both take about as long. That thread belongs to nobody: it reads until it is two pages ahead, or
//! until somebody else waits for a turn, and is begun again when pages were taken. So a list that nobody
//! goes on with costs the memory of three pages and no thread.

use tokio::sync::mpsc;
use tokio::task::yield_now;

use super::cursor::Cursor;
use super::turns::{Turn, Turns, Waiting};
use super::{OperationError, Registry};
use crate::customer::{Customer, Namespace};
use crate::store::{Store, StoreError};

/// How many pages are read ahead.
const AHEAD: usize = 2;

/// Some customers of a list, in its order.
#[derive(Debug)]
pub struct Page {
    /// The customers; none only where there are none at all, or where the last ones are gone.
    pub customers: Vec<Customer>,
    /// Whether none come behind them.
    pub is_last: bool,
}

/// The pages of a list.
pub struct Pages {
    store: Store,
    namespace: Namespace,
    turns: Turns,
    rest: Rest,
}

/// What was not taken yet.
enum Rest {
    /// It begins here: many lists have one page only, which is not worth a thread.
    Cursor(Cursor),
    /// It is being read ahead, as long as this is held.
    Ahead(mpsc::Receiver<Read>, Waiting),
    /// Nothing.
    Nothing,
}

/// A page that was read, of which perhaps nothing was wanted; and where to go on, unless that is being
/// done or was the end.
struct Read(Result<Page, OperationError>, Option<Cursor>);

impl Pages {
    /// Those that `cursor` yields.
    pub fn of(registry: &Registry, namespace: Namespace, cursor: Cursor) -> Pages {
        let (store, turns) = (registry.store.clone(), cursor.turns(registry));
        Pages { store, namespace, turns, rest: Rest::Cursor(cursor) }
    }

    /// The next page; none behind the last one. Whoever gives this up on the way cannot go on.
    ///
    /// # Errors
    /// The store cannot be read. Then there is none behind it.
    pub async fn next(&mut self) -> Result<Option<Page>, OperationError> {
        loop {
            let (Read(page, more), ahead) = match std::mem::replace(&mut self.rest, Rest::Nothing) {
                Rest::Cursor(cursor) => (self.first(cursor).await, Rest::Nothing),
                Rest::Ahead(mut read, waiting) => {
                    // It may be there already: between two pages others have the thread of the runtime.
                    yield_now().await;
                    let closed = || Read(Err(StoreError::Closed.into()), None);
                    let next = read.recv().await.unwrap_or_else(closed);
                    (next, Rest::Ahead(read, waiting))
                }
                Rest::Nothing => return Ok(None),
            };
            let page = page?;
            self.rest = match more {
                Some(cursor) => self.read_ahead(cursor),
                None if page.is_last => Rest::Nothing,
                None => ahead,
            };
            if page.is_last || !page.customers.is_empty() {
                return Ok(Some(page));
            }
        }
    }

    async fn first(&self, mut cursor: Cursor) -> Read {
        let read = cursor.read_in_turn(&self.turns, &self.store, &self.namespace).await;
        let is_last = cursor.has_ended();
        Read(read.map(|customers| Page { customers, is_last }), (!is_last).then_some(cursor))
    }

    /// Begins to read ahead from `cursor` on.
    fn read_ahead(&self, cursor: Cursor) -> Rest {
        let (sender, read) = mpsc::channel(AHEAD);
        let (store, namespace, turns) =
            (self.store.clone(), self.namespace.clone(), self.turns.clone());
        let waiting = self.turns.begin(|turn| async move {
            Reader { store, namespace, turns, sender: &sender }.run(cursor, turn).await;
        });
        Rest::Ahead(read, waiting)
    }
}

struct Reader<'s> {
    store: Store,
    namespace: Namespace,
    turns: Turns,
    sender: &'s mpsc::Sender<Read>,
}

impl Reader<'_> {
    async fn run(self, mut cursor: Cursor, mut turn: Turn) {
        // There is room for the first one, unless nobody waits for it any more.
        let Ok(mut room) = self.sender.try_reserve() else { return };
        while !self.sender.is_closed() {
            let customers = cursor.read(&self.store, &self.namespace).await;
            let is_last = cursor.has_ended();
            let page = customers.map(|customers| Page { customers, is_last });
            if is_last || page.is_err() {
                return room.send(Read(page, None));
            }
            let next = (self.turns.again(turn), self.sender.try_reserve());
            let (Some(next_turn), Ok(next_room)) = next else {
                return room.send(Read(page, Some(cursor)));
            };
            room.send(Read(page, None));
            (turn, room) = (next_turn, next_room);
        }
    }
}
