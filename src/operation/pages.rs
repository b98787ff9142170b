//! The pages of a list, read ahead: while one is being written the next two are read on another thread,
//! as both take about as long. That thread belongs to nobody: it reads until it is two pages ahead, or
//! until somebody else waits for a turn, and is begun again when pages were taken. So a list that nobody
//! goes on with costs the memory of three pages and no thread.

use tokio::sync::mpsc;

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
    read: mpsc::Receiver<Read>,
    has_ended: bool,
    _waiting: Waiting,
}

/// A page that was read, of which perhaps nothing was wanted; and where to go on, unless that is being
/// done or was the end.
struct Read(Result<Page, OperationError>, Option<Cursor>);

impl Pages {
    /// Those that `cursor` yields; begins to read them.
    pub fn begin(registry: &Registry, namespace: Namespace, cursor: Cursor) -> Pages {
        let (store, turns) = (registry.store.clone(), cursor.turns(registry));
        let (read, waiting) = read_ahead(&store, &namespace, &turns, cursor);
        Pages { store, namespace, turns, read, has_ended: false, _waiting: waiting }
    }

    /// The next page; none behind the last one.
    ///
    /// # Errors
    /// The store cannot be read. Then there is none behind it.
    pub async fn next(&mut self) -> Result<Option<Page>, OperationError> {
        while !self.has_ended {
            let closed = || Read(Err(StoreError::Closed.into()), None);
            let Read(page, rest) = self.read.recv().await.unwrap_or_else(closed);
            if let Some(cursor) = rest {
                (self.read, self._waiting) =
                    read_ahead(&self.store, &self.namespace, &self.turns, cursor);
            }
            self.has_ended = page.as_ref().map_or(true, |page| page.is_last);
            let page = page?;
            if page.is_last || !page.customers.is_empty() {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }
}

/// Begins to read ahead from `cursor` on.
fn read_ahead(
    store: &Store,
    namespace: &Namespace,
    turns: &Turns,
    cursor: Cursor,
) -> (mpsc::Receiver<Read>, Waiting) {
    let (sender, read) = mpsc::channel(AHEAD);
    let (store, namespace, turns) = (store.clone(), namespace.clone(), turns.clone());
    let waiting = turns.clone().begin(|turn| async move {
        let reader = Reader { store, namespace, turns, sender: &sender };
        reader.run(cursor, turn).await;
    });
    (read, waiting)
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
