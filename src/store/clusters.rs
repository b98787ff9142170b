//! How many clusters of possible duplicates a company has, and how many customers are in them,
//! counted as they change and never by walking all of them.
//!
//! Each customer names at most one other, so the names are a graph in which at most one arrow leaves
//! each customer. What hangs together in such a graph has either one customer that names nobody, or
//! one circle. So the clusters are as many as the customers that are named and name nobody, and the
//! circles; and a changed name changes that only where it begins, where it ends, and in the circle
//! that it closes or opens.

use std::collections::{HashMap, HashSet};
use std::ops::AddAssign;

use super::trees::{Tree, Trees};
use super::{StoreError, key, record};
use crate::customer::{Customer, CustomerId};

/// What a change does to the counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClusterChange {
    /// To the number of clusters.
    pub clusters: i64,
    /// To the number of customers in them.
    pub customers: i64,
}

impl AddAssign for ClusterChange {
    fn add_assign(&mut self, other: ClusterChange) {
        self.clusters += other.clusters;
        self.customers += other.customers;
    }
}

/// Who names whom, as the trees have it and a group of changes on top of them. A customer is known by
/// the key of its record, since groups hold changes of several companies.
pub struct Clusters<'t> {
    trees: &'t Trees,
    /// Whom each customer names whose name was changed in the group.
    names: HashMap<Vec<u8>, Option<CustomerId>>,
    /// Of each customer, who names it since the group or no longer does.
    named_by: HashMap<Vec<u8>, HashMap<CustomerId, bool>>,
}

impl<'t> Clusters<'t> {
    /// As the trees have it.
    pub fn over(trees: &'t Trees) -> Clusters<'t> {
        Clusters { trees, names: HashMap::new(), named_by: HashMap::new() }
    }

    /// What it changes that the customer `id` of `namespace` is `new` instead of `old`.
    pub fn change(
        &mut self,
        namespace: &[u8],
        id: CustomerId,
        old: Option<&Customer>,
        new: Option<&Customer>,
    ) -> Result<ClusterChange, StoreError> {
        let other = |customer: Option<&Customer>| {
            let other = customer.and_then(|customer| customer.assessment.duplicate());
            other.map(|other| other.id).filter(|other| *other != id)
        };
        let (old, new) = (other(old), other(new));
        let mut change = ClusterChange::default();
        if old != new {
            for (other, is_named) in [(old, false), (new, true)] {
                if let Some(other) = other {
                    change += self.name(namespace, id, other, is_named)?;
                }
            }
        }
        Ok(change)
    }

    /// From now on the customer `id` names `other`, or no longer does.
    fn name(
        &mut self,
        namespace: &[u8],
        id: CustomerId,
        other: CustomerId,
        is_named: bool,
    ) -> Result<ClusterChange, StoreError> {
        let both = [node(namespace, id), node(namespace, other)];
        let [from, to] = &both;
        let circle = i64::from(self.leads_to(to, from)?);
        let before = self.ends(&both)?;
        self.names.insert(from.clone(), is_named.then_some(other));
        self.named_by.entry(to.clone()).or_default().insert(id, is_named);
        let after = self.ends(&both)?;
        let circle = if is_named { circle } else { -circle };
        Ok(ClusterChange {
            clusters: after.clusters - before.clusters + circle,
            customers: after.customers - before.customers,
        })
    }

    /// What the two ends of an arrow add to the counts by themselves.
    fn ends(&self, ends: &[Vec<u8>; 2]) -> Result<ClusterChange, StoreError> {
        let mut sum = ClusterChange::default();
        for end in ends {
            let (names, is_named) = (self.named(end)?.is_some(), self.is_named(end)?);
            sum.clusters += i64::from(is_named && !names);
            sum.customers += i64::from(is_named || names);
        }
        Ok(sum)
    }

    /// Whom a customer names.
    fn named(&self, node: &[u8]) -> Result<Option<CustomerId>, StoreError> {
        if let Some(named) = self.names.get(node) {
            return Ok(*named);
        }
        let Some(value) = self.trees.get(Tree::Customer, node)? else {
            return Ok(None);
        };
        let (_, id) = key::split_id(node)?;
        let customer = record::decode_customer(id, &value)?;
        Ok(customer.assessment.duplicate().map(|other| other.id).filter(|other| *other != id))
    }

    /// Whether anybody names a customer.
    fn is_named(&self, node: &[u8]) -> Result<bool, StoreError> {
        let since = self.named_by.get(node);
        if since.is_some_and(|since| since.values().any(|is_named| *is_named)) {
            return Ok(true);
        }
        let (namespace, id) = key::split_id(node)?;
        let prefix = key::index_prefix_in(namespace, &id.to_string());
        // Of all that are passed over, and itself, one more than there can be.
        let limit = since.map_or(0, HashMap::len) + 2;
        for (row, _) in self.trees.scan(Tree::ByDuplicate, &prefix, None, limit)? {
            let by = key::customer_id(&row)?;
            if by != id && !since.is_some_and(|since| since.contains_key(&by)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether one comes from `from` to `to` by going on to whoever is named. Whom nobody names, as
    /// most who are new, nothing leads to.
    fn leads_to(&self, from: &[u8], to: &[u8]) -> Result<bool, StoreError> {
        let (namespace, goal) = key::split_id(to)?;
        if !self.is_named(to)? {
            return Ok(false);
        }
        let mut seen = HashSet::new();
        let mut next = Some(key::customer_id(from)?);
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            if id == goal {
                return Ok(true);
            }
            next = self.named(&node(namespace, id))?;
        }
        Ok(false)
    }
}

/// The key of a customer's record.
fn node(namespace: &[u8], id: CustomerId) -> Vec<u8> {
    [namespace, &id.to_bytes()].concat()
}
