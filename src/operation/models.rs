//! The models that are learnt from a company's own customers, in memory beside the tree that keeps
//! them: few companies have enough customers to learn from.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::customer::Namespace;
use crate::intelligence::duplicate::Model;

/// The models by company, and the companies that should get one.
pub struct Models {
    shipped: Arc<Model>,
    learnt: RwLock<HashMap<Namespace, Arc<Model>>>,
    wanted: Mutex<HashSet<Namespace>>,
}

impl Models {
    /// The model that judges the duplicates of a company with so many customers.
    pub fn of(&self, namespace: &Namespace, _customers: u64) -> Arc<Model> {
        let learnt = self.learnt.read().unwrap_or_else(PoisonError::into_inner);
        learnt.get(namespace).unwrap_or(&self.shipped).clone()
    }
}

impl Default for Models {
    fn default() -> Models {
        Models {
            shipped: Arc::new(Model::shipped()),
            learnt: RwLock::default(),
            wanted: Mutex::default(),
        }
    }
}
