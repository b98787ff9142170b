//! Following what happens to a company's customers: the events behind a position, and a sign when
//! there may be more.
//!
//! The tree of events is the truth and a sign only a hint. Whoever follows subscribes first and
//! reads then, so nothing is missed: what is not in the tree yet when it is read gives a sign
//! later. The trees show a group only after the journal's fdatasync (writer.rs), so nobody reads
//! an event that a power cut could take back, and no number of an event ever gets another meaning.
//! Numbers grow with every write and the trees show them in their order: behind an event that was
//! read none turns up that is before it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::change::Primary;
use super::index::NumberedChange;
use super::trees::{Bytes, Tree};
use super::{Store, StoreError, key, record};
use crate::customer::{Event, Namespace};

/// The senders of signs, by the namespace whose changes they announce.
type Senders = HashMap<Box<[u8]>, watch::Sender<()>>;

/// Who waits for changes of which namespace; clones share it.
#[derive(Clone, Default)]
pub struct Subscribers(Arc<Mutex<Senders>>);

impl Subscribers {
    fn senders(&self) -> MutexGuard<'_, Senders> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for changes of `namespace` from now on.
    fn subscribe(&self, namespace: &[u8]) -> Subscription {
        let mut senders = self.senders();
        let sender = senders.entry(namespace.into()).or_insert_with(|| watch::Sender::new(()));
        let signs = sender.subscribe();
        Subscription { subscribers: self.clone(), namespace: namespace.into(), signs }
    }

    /// Gives a sign to those who wait for a namespace that `group` touched, once the trees show it.
    pub fn wake(&self, group: &[NumberedChange]) {
        let senders = self.senders();
        if senders.is_empty() {
            return;
        }
        let changes = group.iter().map(|numbered| &numbered.change);
        let customers = changes.filter(|change| change.tree == Primary::Customer);
        let ids = customers.filter_map(|change| key::split_id(&change.key).ok());
        let touched: BTreeSet<&[u8]> = ids.map(|(namespace, _)| namespace).collect();
        for sender in touched.into_iter().filter_map(|namespace| senders.get(namespace)) {
            sender.send_replace(());
        }
    }

    /// Ends the wait of all, once the trees are taken away: nothing happens any more.
    pub fn close(&self) {
        self.senders().clear();
    }
}

/// A place among those who wait for changes of a namespace.
pub struct Subscription {
    subscribers: Subscribers,
    namespace: Box<[u8]>,
    signs: watch::Receiver<()>,
}

impl Subscription {
    /// Waits until something may have happened since the last call, or else since the beginning.
    ///
    /// # Errors
    /// [`StoreError::Closed`]: nothing happens any more.
    pub async fn changed(&mut self) -> Result<(), StoreError> {
        self.signs.changed().await.map_err(|_| StoreError::Closed)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut senders = self.subscribers.senders();
        // The last one, this one still among the receivers, takes the sender along.
        if senders.get(&self.namespace).is_some_and(|sender| sender.receiver_count() <= 1) {
            senders.remove(&self.namespace);
        }
    }
}

impl Store {
    /// Up to `limit` events of `namespace` with their numbers, in order, behind the number `after`.
    pub async fn events(
        &self,
        namespace: &Namespace,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Event)>, StoreError> {
        let prefix = namespace.prefix().as_bytes();
        let after = key::event(prefix, after);
        let rows = self.engine.scan(Tree::Event, prefix, Some(&after), limit).await?;
        self.engine.noticed(rows.iter().map(numbered).collect())
    }

    /// Up to `limit` events of `namespace` with their numbers, last one first, before the number
    /// `before` or else from the last on.
    pub async fn events_back(
        &self,
        namespace: &Namespace,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, Event)>, StoreError> {
        let prefix = namespace.prefix().as_bytes();
        let before = before.map(|number| key::event(prefix, number));
        let trees = self.engine.trees()?;
        let rows = trees.scan_back(Tree::Event, prefix, before.as_deref(), limit);
        let events = rows.and_then(|rows| rows.iter().map(numbered).collect());
        self.engine.noticed(events)
    }

    /// The number of the last change that readers can see, of whatever it was; 0 before the first.
    pub async fn last_change(&self) -> Result<u64, StoreError> {
        self.engine.trees()?.applied()
    }

    /// Waits for changes of the customers of `namespace` from now on.
    pub fn subscribe(&self, namespace: &Namespace) -> Subscription {
        self.engine.subscribers().subscribe(namespace.prefix().as_bytes())
    }
}

fn numbered((key, value): &(Bytes, Bytes)) -> Result<(u64, Event), StoreError> {
    Ok((key::event_number(key)?, record::decode_event(value)?))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::customer::CustomerId;
    use crate::store::change::Change;

    fn change(tree: Primary, key: Vec<u8>) -> NumberedChange {
        let change = Change { tree, key, value: None, at: Timestamp::UNIX_EPOCH };
        NumberedChange { number: 1, change, old: None }
    }

    fn change_in(company: &str) -> NumberedChange {
        let namespace = Namespace::new("tse", "v1", company).unwrap();
        let key = key::customer(&namespace, CustomerId::from_bytes([7; 16]));
        change(Primary::Customer, key)
    }

    fn has_sign(subscription: &Subscription) -> bool {
        subscription.signs.has_changed().unwrap()
    }

    #[test]
    fn only_those_are_woken_whose_namespace_was_touched() {
        let subscribers = Subscribers::default();
        let [acme, second, acme2] = ["tse/v1/acme/", "tse/v1/acme/", "tse/v1/acme2/"]
            .map(|namespace| subscribers.subscribe(namespace.as_bytes()));
        subscribers.wake(&[change(Primary::Token, vec![1; 32]), change_in("zeta")]);
        assert!(![&acme, &second, &acme2].map(has_sign).contains(&true));
        subscribers.wake(&[change_in("acme"), change_in("acme")]);
        assert_eq!([&acme, &second, &acme2].map(has_sign), [true, true, false]);
    }

    #[tokio::test]
    async fn a_sign_that_comes_between_two_waits_is_not_missed() {
        let subscribers = Subscribers::default();
        let mut acme = subscribers.subscribe(b"tse/v1/acme/");
        for _ in 0..2 {
            subscribers.wake(&[change_in("acme")]);
            acme.changed().await.unwrap();
        }
        subscribers.close();
        assert_eq!(acme.changed().await, Err(StoreError::Closed));
    }

    #[test]
    fn nothing_is_left_of_a_namespace_that_nobody_follows_any_more() {
        let subscribers = Subscribers::default();
        let first = subscribers.subscribe(b"tse/v1/acme/");
        let second = subscribers.subscribe(b"tse/v1/acme/");
        drop(first);
        assert_eq!(subscribers.senders().len(), 1);
        subscribers.wake(&[change_in("acme")]);
        assert!(has_sign(&second));
        drop(second);
        assert!(subscribers.senders().is_empty());
    }
}
