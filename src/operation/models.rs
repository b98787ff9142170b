//! The models by which duplicates are judged: the shipped one, and those that were learnt from a
//! company's own customers, in memory beside the tree that keeps them.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::customer::Namespace;
use crate::intelligence::duplicate::Model;
use crate::store::{Store, StoreError};

/// The fewest customers that something can be learnt from.
pub(super) const LEARNT_FROM: u64 = 500;

/// The most customers, about, that something is learnt from.
pub(super) const SAMPLE: u64 = 8000;

/// The models by company, and the companies that are due for a new one.
pub struct Models {
    shipped: Arc<Model>,
    learnt: RwLock<HashMap<Namespace, Arc<Model>>>,
    due: Mutex<HashSet<Namespace>>,
}

impl Models {
    /// Reads the models that are kept.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn load(store: &Store) -> Result<Models, StoreError> {
        let learnt = store.models::<Model>()?.into_iter();
        let learnt = learnt.map(|(namespace, model)| (namespace, Arc::new(model))).collect();
        let shipped = Arc::new(Model::shipped());
        Ok(Models { shipped, learnt: RwLock::new(learnt), due: Mutex::default() })
    }

    /// The model for a company, which has so many customers now. Where it was learnt from a much
    /// smaller or larger company, the company is due for a new one.
    pub fn of(&self, namespace: &Namespace, customers: u64) -> Arc<Model> {
        let learnt = self.learnt.read().unwrap_or_else(PoisonError::into_inner);
        let model = learnt.get(namespace).unwrap_or(&self.shipped).clone();
        drop(learnt);
        if is_due(model.customers, customers) {
            let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
            if !due.contains(namespace) {
                due.insert(namespace.clone());
            }
        }
        model
    }

    /// From now on `model` judges; without one the shipped one does.
    pub(super) fn replace(&self, namespace: &Namespace, model: Option<Model>) {
        let mut learnt = self.learnt.write().unwrap_or_else(PoisonError::into_inner);
        match model {
            Some(model) => learnt.insert(namespace.clone(), Arc::new(model)),
            None => learnt.remove(namespace),
        };
    }

    /// Takes the companies that are due.
    pub(super) fn take_due(&self) -> HashSet<Namespace> {
        std::mem::take(&mut *self.due.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether a model that was learnt from so many customers, 0 for the shipped one, is out of date. Once
/// a sample of them was all that it was learnt from, a few more tell little.
fn is_due(learnt_from: u64, customers: u64) -> bool {
    let grown =
        if learnt_from < SAMPLE { learnt_from * 3 / 2 } else { learnt_from.saturating_mul(4) };
    (customers >= LEARNT_FROM && customers > grown) || customers < learnt_from / 2
}

#[cfg(test)]
mod tests {
    use super::is_due;

    #[test]
    fn a_model_is_due_when_the_company_has_grown_by_half_a_large_one_fourfold_or_lost_half() {
        assert!(!is_due(0, 499) && is_due(0, 500));
        assert!(!is_due(500, 750) && is_due(500, 751));
        assert!(!is_due(10_000, 40_000) && is_due(10_000, 40_001));
        assert!(!is_due(1000, 500) && is_due(1000, 499));
    }
}
