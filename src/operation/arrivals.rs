//! Customers on their way into the store: whoever is created at the same moment, or by the same
//! bulk request, is not in the indexes yet, and may be the same person all the same.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::duplicates::Question;
use crate::customer::{CustomerId, Namespace};
use crate::intelligence::duplicate::{Lookups, Profile};

/// Most customers that one key leads to.
const MOST: usize = 32;

/// A customer on its way.
pub struct Arrival {
    /// The id that it will have.
    pub id: CustomerId,
    /// What it is compared by.
    pub profile: Profile,
}

/// All customers on their way.
#[derive(Default)]
pub struct Arrivals(Mutex<HashMap<Namespace, Company>>);

/// Those of a company, by the keys that lead to them and the order in which they came.
#[derive(Default)]
struct Company {
    last: u64,
    by_key: BTreeMap<(String, u64), Arc<Arrival>>,
}

impl Arrivals {
    /// Takes note of the customer who is asked about, until the guard is dropped.
    pub(super) fn enter(
        &self,
        question: &Question<'_>,
        arrival: &Arc<Arrival>,
    ) -> ArrivalGuard<'_> {
        let (namespace, keys) = (question.namespace.clone(), keys(question));
        let mut companies = self.companies();
        let company = companies.entry(namespace.clone()).or_default();
        company.last += 1;
        let number = company.last;
        for key in &keys {
            company.by_key.insert((key.clone(), number), arrival.clone());
        }
        ArrivalGuard { arrivals: self, namespace, keys, number }
    }

    fn companies(&self) -> MutexGuard<'_, HashMap<Namespace, Company>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many of the keys of a customer are looked for as they are.
const EXACT: usize = 2;

/// The keys that lead to a customer, each kind with a letter of its own.
fn keys(question: &Question<'_>) -> Vec<String> {
    let (own, number) = (&question.lookups.keys, question.details.vat_number.as_str());
    let exact: [String; EXACT] = [["e", &own.email].concat(), ["v", number].concat()];
    let persons = own.persons.iter().map(|key| person(key));
    exact.into_iter().chain(persons).collect()
}

fn person(key: &str) -> String {
    ["p", key].concat()
}

/// Forgets the customer when it is in the store, or will never be.
pub struct ArrivalGuard<'a> {
    arrivals: &'a Arrivals,
    namespace: Namespace,
    keys: Vec<String>,
    number: u64,
}

impl ArrivalGuard<'_> {
    /// The customers with a key in common that came before and are still on their way: so of two
    /// that come at once one knows of the other. `lookups` are those of the customer itself.
    pub fn before(&self, lookups: &Lookups) -> Vec<Arc<Arrival>> {
        let companies = self.arrivals.companies();
        let Some(company) = companies.get(&self.namespace) else {
            return Vec::new();
        };
        let whole = lookups.others.iter().map(|key| person(key));
        let mut alike = BTreeMap::new();
        for key in self.keys.iter().take(EXACT).cloned().chain(whole) {
            let earlier = (key.clone(), 0)..(key, self.number);
            let found = company.by_key.range(earlier).take(MOST);
            alike.extend(found.map(|((_, number), arrival)| (*number, arrival.clone())));
        }
        for beginning in &lookups.beginnings {
            let beginning = person(beginning);
            let found = company.by_key.range((beginning.clone(), 0)..);
            let found = found
                .take_while(|((key, _), _)| key.starts_with(&beginning))
                .filter(|((_, number), _)| *number < self.number)
                .filter(|((key, _), _)| lookups.first_names_may_agree(key));
            let found = found.take(MOST);
            alike.extend(found.map(|((_, number), arrival)| (*number, arrival.clone())));
        }
        alike.into_values().collect()
    }
}

impl Drop for ArrivalGuard<'_> {
    fn drop(&mut self) {
        let mut companies = self.arrivals.companies();
        let Some(company) = companies.get_mut(&self.namespace) else {
            return;
        };
        for key in self.keys.drain(..) {
            company.by_key.remove(&(key, self.number));
        }
        if company.by_key.is_empty() {
            companies.remove(&self.namespace);
        }
    }
}
