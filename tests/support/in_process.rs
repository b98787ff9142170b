//! The store and the operations as the service uses them, without the service around them.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use smart_customer::customer::{Customer, Namespace};
use smart_customer::operation::create::{self, Created};
use smart_customer::operation::idempotency::IdempotencyKey;
use smart_customer::operation::{OperationError, Registry, change, delete};
use smart_customer::store::{OpenError, Store, StoreError, StoreOptions};

use super::ledger::{Attempt, Counts, Ledger};
use super::random::Random;

/// The books about several companies, shared by those who write.
pub type Books = Arc<Vec<Mutex<Ledger>>>;

/// Empty books about three companies, one name of which begins another.
pub fn books() -> Books {
    Arc::new(["acme", "acme2", "zeta"].map(|name| Mutex::new(Ledger::new(name))).into())
}

/// The same books once more, to be written in by themselves.
pub fn copy(books: &Books) -> Books {
    Arc::new(books.iter().map(|ledger| Mutex::new(ledger.lock().unwrap().clone())).collect())
}

/// How much happened in all companies.
pub fn counts(books: &Books) -> Counts {
    let mut sum = Counts::default();
    for ledger in books.iter() {
        sum.add(ledger.lock().unwrap().counts);
    }
    sum
}

/// Opens the store as `serve` does.
pub async fn open(options: StoreOptions) -> Result<Registry, OpenError> {
    let store = tokio::task::spawn_blocking(|| Store::open(options)).await.unwrap()?;
    Ok(Registry::new(store, Box::new(Timestamp::now)).await.unwrap())
}

/// Every customer of a company, read page by page.
pub async fn all(store: &Store, namespace: &Namespace) -> Vec<Customer> {
    const PAGE: usize = 100;
    let mut all: Vec<Customer> = Vec::new();
    loop {
        let last = all.last().map(|customer| customer.id);
        let page = store.customers(namespace, last, PAGE).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// Compares a store with the books, and with itself.
pub async fn verify(registry: &Registry, books: &Books, token_hash: &[u8; 32]) {
    let mut customers = 0;
    for ledger in books.iter() {
        let namespace = ledger.lock().unwrap().namespace.clone();
        let listed = all(registry.store(), &namespace).await;
        customers += listed.len() as u64;
        let repeatable = {
            let mut ledger = ledger.lock().unwrap();
            ledger.settle(&listed);
            ledger.repeatable()
        };
        for attempt in repeatable {
            let again = ask(registry, &namespace, &attempt, token_hash).await.unwrap();
            ledger.lock().unwrap().created(&attempt, &again.customer, again.replayed);
        }
    }
    let report = registry.store().check().unwrap();
    assert_eq!((report.faults, &report.described), (0, &vec![]));
    assert_eq!(report.customers, customers);
}

/// Asks for a creation.
pub async fn ask(
    registry: &Registry,
    namespace: &Namespace,
    attempt: &Attempt,
    token_hash: &[u8; 32],
) -> Result<Created, OperationError> {
    let key = |text: &str| IdempotencyKey::new(text.as_bytes(), token_hash, &attempt.body());
    let key = attempt.key.as_ref().and_then(|(_, text)| key(text));
    create::create(registry, namespace, attempt.details.clone(), key).await
}

/// Creates, repeats and deletes until something fails; the error.
pub async fn write_until_error(
    registry: Arc<Registry>,
    books: Books,
    mut random: Random,
) -> OperationError {
    loop {
        let ledger = random.pick(&books).unwrap();
        if let Err(error) = write_once(&registry, ledger, &mut random).await {
            return error;
        }
    }
}

/// One random creation, repetition, change or deletion, entered in the book. What was refused as
/// "nothing was written" is entered as that.
pub async fn write_once(
    registry: &Registry,
    ledger: &Mutex<Ledger>,
    random: &mut Random,
) -> Result<(), OperationError> {
    let namespace = ledger.lock().unwrap().namespace.clone();
    if random.percent(20) {
        return update_once(registry, &namespace, ledger, random).await;
    }
    if random.percent(25) {
        let Some(id) = ledger.lock().unwrap().begin_delete(random) else {
            return Ok(());
        };
        let done = delete::delete(registry, &namespace, id, &change::unconditional).await;
        let mut ledger = ledger.lock().unwrap();
        match &done {
            Ok(()) => ledger.deleted(id),
            Err(error) if wrote_nothing(error) => ledger.delete_refused(id),
            Err(_) => {}
        }
        return done;
    }
    let attempt = if random.percent(20) {
        ledger.lock().unwrap().begin_repeat(random)
    } else {
        let with_key = random.percent(50);
        Some(ledger.lock().unwrap().begin_create(random, with_key))
    };
    let Some(attempt) = attempt else {
        return Ok(());
    };
    let done = ask(registry, &namespace, &attempt, &[7; 32]).await;
    let mut ledger = ledger.lock().unwrap();
    match &done {
        Ok(created) => ledger.created(&attempt, &created.customer, created.replayed),
        Err(OperationError::IdempotencyInFlight) if attempt.made_before.is_some() => return Ok(()),
        Err(error) if wrote_nothing(error) => ledger.refused(&attempt),
        Err(_) => {}
    }
    done.map(drop)
}

async fn update_once(
    registry: &Registry,
    namespace: &Namespace,
    ledger: &Mutex<Ledger>,
    random: &mut Random,
) -> Result<(), OperationError> {
    let Some((id, details)) = ledger.lock().unwrap().begin_update(random) else {
        return Ok(());
    };
    let new = |_: &_| details.clone();
    let done = change::change(registry, namespace, id, &change::unconditional, new).await;
    let mut ledger = ledger.lock().unwrap();
    match &done {
        Ok(customer) => ledger.updated(customer),
        Err(error) if wrote_nothing(error) => ledger.update_refused(id),
        Err(_) => {}
    }
    done.map(drop)
}

fn wrote_nothing(error: &OperationError) -> bool {
    use StoreError::{Damaged, DiskFull, Overloaded, ReadOnly, Repairing};
    matches!(
        error,
        OperationError::Store(DiskFull | Overloaded | ReadOnly | Repairing | Damaged(_))
    )
}
