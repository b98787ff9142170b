//! Customers on their way into the store: whoever is created at the same moment, or by the same
//! bulk request, is not in the indexes yet, and may be the same person all the same.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::customer::{CustomerId, Details, Namespace, likeness};
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
    by_key: BTreeMap<String, BTreeMap<u64, Arc<Arrival>>>,
}

impl Arrivals {
    /// Takes note of a customer until the guard is dropped.
    pub fn enter(
        &self,
        namespace: &Namespace,
        details: &Details,
        arrival: Arrival,
    ) -> ArrivalGuard<'_> {
        let keys = keys(details);
        let arrival = Arc::new(arrival);
        let mut companies = self.companies();
        let company = companies.entry(namespace.clone()).or_default();
        company.last += 1;
        for key in &keys {
            company.by_key.entry(key.clone()).or_default().insert(company.last, arrival.clone());
        }
        let number = company.last;
        ArrivalGuard { arrivals: self, namespace: namespace.clone(), keys, number }
    }

    fn companies(&self) -> MutexGuard<'_, HashMap<Namespace, Company>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many of the keys of a customer are looked for as they are.
const EXACT: usize = 2;

/// The keys that lead to a customer, each kind with a letter of its own.
fn keys(details: &Details) -> Vec<String> {
    let email = likeness::canonical_email(&details.email);
    let exact: [String; EXACT] = [format!("e{email}"), format!("v{}", details.vat_number.as_str())];
    let persons = likeness::person_keys(details).into_iter().map(|key| format!("p{key}"));
    exact.into_iter().chain(persons).collect()
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
        let whole = lookups.others.iter().map(|key| format!("p{key}"));
        let mut alike = BTreeMap::new();
        for key in self.keys.iter().take(EXACT).cloned().chain(whole) {
            let found = company.by_key.get(&key).into_iter();
            alike.extend(found.flat_map(|arrivals| self.earlier(arrivals)));
        }
        for beginning in &lookups.beginnings {
            let beginning = format!("p{beginning}");
            let found = company.by_key.range(beginning.clone()..);
            let found = found
                .take_while(|(key, _)| key.starts_with(&beginning))
                .filter(|(key, _)| lookups.first_names_may_agree(key));
            alike.extend(found.flat_map(|(_, arrivals)| self.earlier(arrivals)).take(MOST));
        }
        alike.into_values().collect()
    }

    fn earlier(
        &self,
        arrivals: &BTreeMap<u64, Arc<Arrival>>,
    ) -> impl Iterator<Item = (u64, Arc<Arrival>)> {
        let earlier = arrivals.range(..self.number).take(MOST);
        earlier.map(|(number, arrival)| (*number, arrival.clone()))
    }
}

impl Drop for ArrivalGuard<'_> {
    fn drop(&mut self) {
        let mut companies = self.arrivals.companies();
        let Some(company) = companies.get_mut(&self.namespace) else {
            return;
        };
        for key in &self.keys {
            if let Some(arrivals) = company.by_key.get_mut(key) {
                arrivals.remove(&self.number);
                if arrivals.is_empty() {
                    company.by_key.remove(key);
                }
            }
        }
        if company.by_key.is_empty() {
            companies.remove(&self.namespace);
        }
    }
}
