//! The trees as those who read and write have them: open, being made anew, or taken away for good.

use std::sync::{Arc, PoisonError, RwLock};

use super::StoreError;
use super::freshness::Freshness;
use super::trees::{Failure, Trees};

/// What there is of the trees. Clones share it.
#[derive(Clone)]
pub struct Access(Arc<Shared>);

struct Shared {
    state: RwLock<State>,
    freshness: Freshness,
}

enum State {
    Open(Trees),
    Repairing,
    /// They could not be made anew.
    Lost,
    Closed,
}

impl Access {
    /// Open trees.
    pub fn open(trees: Trees) -> Access {
        let (state, freshness) = (RwLock::new(State::Open(trees)), Freshness::default());
        Access(Arc::new(Shared { state, freshness }))
    }

    /// The trees, for one read or one group of writes.
    ///
    /// # Errors
    /// [`StoreError::Repairing`] where they failed and until they are made anew or opened again,
    /// [`StoreError::Closed`] for good, a fault where they are lost.
    pub fn trees(&self) -> Result<Trees, StoreError> {
        match &*self.0.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Open(trees) if trees.failure().is_some() => {
                // Whoever repairs may have been too busy to hear of it.
                trees.call_alarm();
                Err(StoreError::Repairing)
            }
            State::Open(trees) => Ok(trees.clone()),
            State::Repairing => Err(StoreError::Repairing),
            State::Lost => Err(StoreError::Fault("the queryable state is lost".to_owned())),
            State::Closed => Err(StoreError::Closed),
        }
    }

    /// What is wrong with the trees that there are.
    pub fn failure(&self) -> Option<Failure> {
        match &*self.0.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Open(trees) => trees.failure().cloned(),
            _ => None,
        }
    }

    /// Takes the trees away until others are [given](Access::give), whatever is wrong with them.
    pub fn begin_repair(&self) -> Option<Trees> {
        self.replace(State::Repairing)
    }

    /// From now on these are the trees.
    pub fn give(&self, trees: Trees) {
        self.replace(State::Open(trees));
        self.0.freshness.renew();
    }

    /// Whether what was read of them still holds.
    pub fn freshness(&self) -> &Freshness {
        &self.0.freshness
    }

    /// There will be none until the next start.
    pub fn lose(&self) {
        self.replace(State::Lost);
    }

    /// Takes the trees away for good.
    pub fn close(&self) -> Option<Trees> {
        self.replace(State::Closed)
    }

    fn replace(&self, state: State) -> Option<Trees> {
        let mut held = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *held, state) {
            State::Open(trees) => Some(trees),
            _ => None,
        }
    }
}
