//! Customers as they were shown last, ready to be sent: whoever asks again for one that did not change
//! is answered without a look into the store.

use std::sync::Arc;

use foldhash::fast::RandomState;
use hyper::body::Bytes;
use hyper::header::HeaderValue;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use crate::customer::{CustomerId, Namespace};
use crate::store::Stamp;

/// Bytes that one takes beside its texts, about.
const OVERHEAD: usize = 256;

/// How many bytes one has, about: for the size of the tables at the beginning.
const USUAL: u64 = 1024;

/// A customer as it is shown.
#[derive(Debug)]
pub struct Shown {
    /// Its entity tag.
    pub tag: HeaderValue,
    /// Its JSON.
    pub json: Bytes,
    /// Whose customer it is: its id alone does not say that.
    pub namespace: Namespace,
    /// Of the state that is shown; none where it may have been changing.
    pub stamp: Option<Stamp>,
}

/// The customers that were shown last, by their ids.
pub struct ShownCustomers(Cache<CustomerId, Arc<Shown>, Weight, RandomState>);

#[derive(Clone)]
struct Weight;

impl Weighter<CustomerId, Arc<Shown>> for Weight {
    fn weight(&self, _: &CustomerId, shown: &Arc<Shown>) -> u64 {
        (OVERHEAD + shown.namespace.prefix().len() + shown.json.len()) as u64
    }
}

impl ShownCustomers {
    /// None yet, and later as many as `bytes` hold.
    pub fn within(bytes: u64) -> ShownCustomers {
        let usual = usize::try_from(bytes / USUAL).unwrap_or(usize::MAX);
        let (hashes, lifecycle) = (RandomState::default(), DefaultLifecycle::default());
        ShownCustomers(Cache::with(usual, bytes, Weight, hashes, lifecycle))
    }

    /// The customer `id` of a company, if its state is still the one with this stamp.
    pub fn find(&self, namespace: &Namespace, id: CustomerId, stamp: Stamp) -> Option<Arc<Shown>> {
        let shown = self.0.get(&id)?;
        (shown.stamp == Some(stamp) && shown.namespace == *namespace).then_some(shown)
    }

    /// Keeps a customer for whoever asks next.
    pub fn keep(&self, id: CustomerId, shown: Arc<Shown>) {
        if shown.stamp.is_some() {
            self.0.insert(id, shown);
        }
    }
}
