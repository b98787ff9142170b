//! How many clusters of possible duplicates a company has, and how many customers are in them,
//! counted as they change and never by walking all of them.
//!
//! Each customer names at most one other, so the names are a graph in which at most one arrow leaves
//! each customer. What hangs together in such a graph has either one customer that names nobody, or
//! one circle. So the clusters are as many as the customers that are named and name nobody, and the
//! circles; and a changed name changes that only where it begins, where it ends, and in the circle
//! that it closes or opens.

use std::ops::AddAssign;

use foldhash::{HashMap, HashSet};

use super::trees::{Bytes, Tree, Trees};
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
    /// Of each customer, the first who names it in the trees and for whom nothing has changed since.
    first_left: HashMap<Vec<u8>, FirstLeft>,
}

/// How far it was looked who names a customer in the trees.
#[derive(Debug, Clone, Default)]
enum FirstLeft {
    /// Not at all.
    #[default]
    Unknown,
    /// Up to this one, who does.
    Row(Bytes, CustomerId),
    /// To the end: nobody is left.
    Nobody,
}

impl<'t> Clusters<'t> {
    /// As the trees have it.
    pub fn over(trees: &'t Trees) -> Clusters<'t> {
        let (names, named_by, first_left) = Default::default();
        Clusters { trees, names, named_by, first_left }
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
    fn ends(&mut self, ends: &[Vec<u8>; 2]) -> Result<ClusterChange, StoreError> {
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
    fn is_named(&mut self, node: &[u8]) -> Result<bool, StoreError> {
        let since = self.named_by.get(node);
        if since.is_some_and(|since| since.values().any(|is_named| *is_named)) {
            return Ok(true);
        }
        let mut first = self.first_left.remove(node).unwrap_or_default();
        let (_, id) = key::split_id(node)?;
        let is_left = |by: &CustomerId| {
            *by != id && !self.named_by.get(node).is_some_and(|since| since.contains_key(by))
        };
        // Whoever was passed over stays so: each row is looked at once in a group, however many go.
        while !matches!(&first, FirstLeft::Row(_, by) if is_left(by))
            && !matches!(first, FirstLeft::Nobody)
        {
            first = self.next_who_names(node, &first)?;
        }
        let is_named = matches!(first, FirstLeft::Row(..));
        self.first_left.insert(node.to_vec(), first);
        Ok(is_named)
    }

    /// Who names a customer in the trees, behind `last`.
    fn next_who_names(&self, node: &[u8], last: &FirstLeft) -> Result<FirstLeft, StoreError> {
        let (namespace, id) = key::split_id(node)?;
        let prefix = key::index_prefix_in(namespace, &id.to_string());
        if !self.trees.may_have(Tree::ByDuplicate, &prefix) {
            return Ok(FirstLeft::Nobody);
        }
        let after = match last {
            FirstLeft::Row(row, _) => Some(&**row),
            FirstLeft::Unknown | FirstLeft::Nobody => None,
        };
        let mut rows = self.trees.scan(Tree::ByDuplicate, &prefix, after, 1)?;
        let Some((row, _)) = rows.pop() else { return Ok(FirstLeft::Nobody) };
        let by = key::customer_id(&row)?;
        Ok(FirstLeft::Row(row, by))
    }

    /// Whether one comes from `from` to `to` by going on to whoever is named. Whom nobody names, as
    /// most who are new, nothing leads to.
    fn leads_to(&mut self, from: &[u8], to: &[u8]) -> Result<bool, StoreError> {
        let (namespace, goal) = key::split_id(to)?;
        if !self.is_named(to)? {
            return Ok(false);
        }
        let mut seen = HashSet::default();
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
