//! What was answered, and therefore has to be there after any crash: the durability tests' own
//! book about every customer and idempotency key.

#![allow(dead_code, reason = "each test binary uses a part of it")]

mod details;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use smart_customer::customer::{Assessment, Customer, CustomerId, Details, Namespace};

use super::random::Random;
pub use details::body;
use details::some_details;

/// A creation that is asked for.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Of whom; the email is used for no other creation.
    pub details: Details,
    /// The idempotency key to use, and its place in the book.
    pub key: Option<(usize, String)>,
    /// The customer that an earlier answer named for this key.
    pub made_before: Option<Customer>,
}

impl Attempt {
    /// The request's body: the same bytes whenever the same creation is asked for.
    pub fn body(&self) -> Vec<u8> {
        body(&self.details)
    }
}

#[derive(Clone)]
struct KeyUse {
    text: String,
    details: Details,
    made: Made,
}

#[derive(Clone)]
enum Made {
    /// Asked for, not answered.
    Unknown,
    /// Seen not to be there after a crash.
    Nothing,
    /// Answered, or seen to be there after a crash.
    Customer(Box<Customer>),
}

/// How much happened.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    /// Creations that were answered.
    pub created: usize,
    /// Changes that were answered.
    pub updated: usize,
    /// Deletions that were answered.
    pub deleted: usize,
    /// Repetitions that got the first answer again.
    pub replayed: usize,
    /// Unanswered requests that turned out to have happened.
    pub happened: usize,
    /// Unanswered requests that turned out not to have happened.
    pub vanished: usize,
}

impl Counts {
    /// Counts what happened elsewhere, too.
    pub fn add(&mut self, other: Counts) {
        self.created += other.created;
        self.updated += other.updated;
        self.deleted += other.deleted;
        self.replayed += other.replayed;
        self.happened += other.happened;
        self.vanished += other.vanished;
    }
}

/// The book about one company.
#[derive(Clone)]
pub struct Ledger {
    /// Whose customers.
    pub namespace: Namespace,
    /// How much happened.
    pub counts: Counts,
    present: BTreeMap<CustomerId, Customer>,
    /// Changes without an answer: the customer as it was, and what it is to become.
    updating: BTreeMap<CustomerId, (Customer, Details)>,
    deleting: BTreeMap<CustomerId, Customer>,
    deleted: BTreeSet<CustomerId>,
    /// Creations without an answer, by email.
    creating: HashMap<String, Attempt>,
    keys: Vec<KeyUse>,
    next: usize,
}

impl Ledger {
    /// The empty book about `company`.
    pub fn new(company: &str) -> Ledger {
        Ledger {
            namespace: Namespace::new("tse", "v1", company).unwrap(),
            counts: Counts::default(),
            present: BTreeMap::new(),
            updating: BTreeMap::new(),
            deleting: BTreeMap::new(),
            deleted: BTreeSet::new(),
            creating: HashMap::new(),
            keys: Vec::new(),
            next: 0,
        }
    }

    /// A new creation, from now on under way.
    pub fn begin_create(&mut self, random: &mut Random, with_key: bool) -> Attempt {
        self.next += 1;
        let details = some_details(random, self.next, self.namespace.company());
        let key = with_key.then(|| {
            let text = format!("key-{}-{}", self.namespace.company(), self.next);
            let key = KeyUse { text: text.clone(), details: details.clone(), made: Made::Unknown };
            self.keys.push(key);
            (self.keys.len() - 1, text)
        });
        let attempt = Attempt { details, key, made_before: None };
        self.creating.insert(attempt.details.email.to_string(), attempt.clone());
        attempt
    }

    /// The repetition of a keyed creation whose outcome is known.
    pub fn begin_repeat(&mut self, random: &mut Random) -> Option<Attempt> {
        let index = random.below(self.keys.len());
        let key = self.keys.get_mut(index)?;
        let made_before = match std::mem::replace(&mut key.made, Made::Unknown) {
            Made::Unknown => return None,
            Made::Nothing => None,
            Made::Customer(customer) => {
                key.made = Made::Customer(customer.clone());
                Some(*customer)
            }
        };
        let (details, key) = (key.details.clone(), Some((index, key.text.clone())));
        let attempt = Attempt { details, key, made_before };
        if attempt.made_before.is_none() {
            self.creating.insert(attempt.details.email.to_string(), attempt.clone());
        }
        Some(attempt)
    }

    /// Every repetition that must be answered as the first time.
    pub fn repeatable(&self) -> Vec<Attempt> {
        let attempt = |(index, key): (usize, &KeyUse)| match &key.made {
            Made::Customer(customer) => Some(Attempt {
                details: key.details.clone(),
                key: Some((index, key.text.clone())),
                made_before: Some((**customer).clone()),
            }),
            _ => None,
        };
        self.keys.iter().enumerate().filter_map(attempt).collect()
    }

    /// The creation was answered with `customer`.
    pub fn created(&mut self, attempt: &Attempt, customer: &Customer, replayed: bool) {
        assert_eq!(customer.details, attempt.details, "an answer about somebody else");
        assert_eq!(replayed, attempt.made_before.is_some(), "{customer:?}");
        if let Some(before) = &attempt.made_before {
            let (customer, before) = (plain(customer.clone()), plain(before.clone()));
            assert_eq!(customer, before, "a repetition made another customer");
            self.counts.replayed += 1;
            return;
        }
        self.counts.created += 1;
        self.creating.remove(customer.details.email.as_str());
        self.keep(customer.clone(), attempt);
    }

    /// The creation was refused in a way that promises that nothing was kept.
    pub fn refused(&mut self, attempt: &Attempt) {
        if self.creating.remove(attempt.details.email.as_str()).is_some()
            && let Some((index, _)) = attempt.key
        {
            self.keys[index].made = Made::Nothing;
        }
    }

    fn keep(&mut self, customer: Customer, attempt: &Attempt) {
        if let Some((index, _)) = attempt.key {
            self.keys[index].made = Made::Customer(Box::new(customer.clone()));
        }
        let known = self.present.insert(customer.id, plain(customer));
        assert_eq!(known, None, "an id was given out twice");
    }

    /// One of those that nothing is under way with, by an id between the first and the last: so it is
    /// found at once among many, too.
    pub fn some_one(&self, random: &mut Random) -> Option<Customer> {
        let number = |id: &CustomerId| u128::from_be_bytes(id.to_bytes());
        let (first, last) = (self.present.first_key_value()?.0, self.present.last_key_value()?.0);
        let span = number(last) - number(first) + 1;
        let among = u128::from(random.next()) << 64 | u128::from(random.next());
        let id = CustomerId::from_bytes((number(first) + among % span).to_be_bytes());
        self.present.range(id..).next().map(|(_, customer)| customer.clone())
    }

    /// Whether a customer that was there before is as it was, and nothing is under way with it.
    pub fn is_still(&self, customer: &Customer) -> bool {
        self.present.get(&customer.id) == Some(customer)
    }

    fn take_one(&mut self, random: &mut Random) -> Option<(CustomerId, Customer)> {
        let id = self.some_one(random)?.id;
        self.present.remove_entry(&id)
    }

    /// A customer whose change is under way from now on, and the details that it is to have.
    pub fn begin_update(&mut self, random: &mut Random) -> Option<(CustomerId, Details)> {
        let (id, customer) = self.take_one(random)?;
        self.next += 1;
        let details = some_details(random, self.next, self.namespace.company());
        self.updating.insert(id, (customer, details.clone()));
        Some((id, details))
    }

    /// The change was answered with `customer`.
    pub fn updated(&mut self, customer: &Customer) {
        self.counts.updated += 1;
        let (old, details) = self.updating.remove(&customer.id).unwrap();
        assert_is_change(customer, &old, &details);
        self.present.insert(customer.id, plain(customer.clone()));
    }

    /// The change was refused in a way that promises that the customer is as it was.
    pub fn update_refused(&mut self, id: CustomerId) {
        let (customer, _) = self.updating.remove(&id).unwrap();
        self.present.insert(id, customer);
    }

    /// A customer whose deletion is under way from now on.
    pub fn begin_delete(&mut self, random: &mut Random) -> Option<CustomerId> {
        let (id, customer) = self.take_one(random)?;
        self.deleting.insert(id, customer);
        Some(id)
    }

    /// The deletion was answered.
    pub fn deleted(&mut self, id: CustomerId) {
        self.counts.deleted += 1;
        self.deleting.remove(&id);
        self.deleted.insert(id);
    }

    /// The deletion was refused in a way that promises that the customer is still there.
    pub fn delete_refused(&mut self, id: CustomerId) {
        let customer = self.deleting.remove(&id).unwrap();
        self.present.insert(id, customer);
    }

    /// Compares the book with everything that is there after a restart. What was not answered may
    /// have happened or not; from now on it is known which.
    pub fn settle(&mut self, listed: &[Customer]) {
        let mut missing = self.present.clone();
        let mut seen = BTreeSet::new();
        for customer in listed.iter().cloned().map(plain) {
            let id = customer.id;
            assert!(seen.insert(id), "{id} is listed twice");
            assert!(!self.deleted.contains(&id), "{id} came back after its deletion");
            if let Some(answered) = missing.remove(&id) {
                assert_eq!(customer, answered, "not the data that was answered");
            } else if let Some(answered) = self.deleting.remove(&id) {
                assert_eq!(customer, answered, "not the data that was answered");
                self.counts.vanished += 1;
                self.present.insert(id, answered);
            } else if let Some((old, details)) = self.updating.remove(&id) {
                self.settle_update(customer, &old, &details);
            } else if let Some(attempt) = self.creating.remove(customer.details.email.as_str()) {
                assert_eq!(customer.details, attempt.details, "not the data that was sent");
                self.counts.happened += 1;
                self.keep(customer, &attempt);
            } else {
                panic!("nobody knows of {customer:?}");
            }
        }
        let lost: Vec<&Customer> = missing.values().collect();
        assert!(self.updating.is_empty(), "lost while they were changed: {:?}", self.updating);
        assert!(lost.is_empty(), "{} answered customers are lost: {lost:?}", lost.len());
        self.counts.happened += self.deleting.len();
        self.deleted.extend(std::mem::take(&mut self.deleting).into_keys());
        for (_, attempt) in std::mem::take(&mut self.creating) {
            self.counts.vanished += 1;
            if let Some((index, _)) = attempt.key {
                self.keys[index].made = Made::Nothing;
            }
        }
    }

    /// A change without an answer was made or not.
    fn settle_update(&mut self, customer: Customer, old: &Customer, details: &Details) {
        if customer == *old {
            self.counts.vanished += 1;
        } else {
            assert_is_change(&customer, old, details);
            self.counts.happened += 1;
        }
        self.present.insert(customer.id, customer);
    }
}

/// The customer without its revision, which no answer shows, and without what is understood of it,
/// which depends on the others.
fn plain(customer: Customer) -> Customer {
    Customer { revision: 1, assessment: Assessment::none(), ..customer }
}

fn assert_is_change(customer: &Customer, old: &Customer, details: &Details) {
    assert_eq!(customer.details, *details, "not the data that was sent");
    assert_eq!((customer.id, customer.created_at), (old.id, old.created_at));
    assert!(customer.updated_at >= old.updated_at, "{customer:?}");
}
