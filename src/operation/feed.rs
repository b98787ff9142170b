//! Following what happens to a company's customers, from a position on.
//!
//! A position is the number of a change. Numbers grow through the whole store, so that a company's
//! events have gaps between their numbers, and they stay what they are when the service is
//! started again.

use super::Registry;
use super::turns::Turns;
use crate::customer::{Event, Namespace};
use crate::store::{Store, StoreError, Subscription};

/// Events in one page: what is read ahead for a follower, and so what a slow one costs.
const PAGE: usize = 256;

/// Why a feed cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedError {
    /// The position is ahead of all that ever happened here, which ended with change `last`. It is
    /// that of another or a restored store, and to wait for it would lose events without a word.
    PositionAhead {
        /// The number of the last change.
        last: u64,
    },
    /// The store could not be read.
    Store(StoreError),
}

impl From<StoreError> for FeedError {
    fn from(error: StoreError) -> FeedError {
        FeedError::Store(error)
    }
}

/// One follower of a company's events.
pub struct Feed {
    store: Store,
    turns: Turns,
    namespace: Namespace,
    subscription: Subscription,
    position: u64,
}

/// Follows the events of a company that are behind `after`, or else those from now on. A company
/// without customers can be followed all the same.
///
/// # Errors
/// [`FeedError`]
pub async fn follow(
    registry: &Registry,
    namespace: Namespace,
    after: Option<u64>,
) -> Result<Feed, FeedError> {
    let store = registry.store.clone();
    // Before anything is read: what happens in between is then seen, or gives a sign.
    let subscription = store.subscribe(&namespace);
    let last = store.last_change().await?;
    let position = after.unwrap_or(last);
    if position > last {
        return Err(FeedError::PositionAhead { last });
    }
    Ok(Feed { store, turns: registry.pages.clone(), namespace, subscription, position })
}

impl Feed {
    /// The number of the last event that was read, or of the change it all begins behind.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The events that follow, with their numbers; none where nothing has happened since.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn next_page(&mut self) -> Result<Vec<(u64, Event)>, StoreError> {
        let (store, namespace, position) =
            (self.store.clone(), self.namespace.clone(), self.position);
        let page = async move { store.events(&namespace, position, PAGE).await };
        let page = self.turns.run(page).await??;
        if let Some((last, _)) = page.last() {
            self.position = *last;
        }
        Ok(page)
    }

    /// Waits until there may be more events. Nothing is lost where this is given up.
    ///
    /// # Errors
    /// [`StoreError::Closed`]: there will be none.
    pub async fn more(&mut self) -> Result<(), StoreError> {
        self.subscription.changed().await
    }
}
