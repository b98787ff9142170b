//! Many at once: all of them are kept, they share syncs, and conditions hold between them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/faulty_disk.rs"]
mod faulty_disk;
#[path = "support/in_process.rs"]
mod in_process;
#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/random.rs"]
mod random;

use std::collections::BTreeSet;
use std::sync::Arc;

use faulty_disk::FaultyDisk;
use in_process::{all, ask, open};
use ledger::Ledger;
use random::Random;
use smart_customer::operation::{OperationError, Registry, change, create, delete};
use smart_customer::store::StoreOptions;
use tempfile::TempDir;

const TOKEN: [u8; 32] = [7; 32];

async fn registry(disk: &FaultyDisk) -> (Arc<Registry>, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let options =
        StoreOptions { disk: Arc::new(disk.clone()), ..StoreOptions::new(dir.path().join("data")) };
    (Arc::new(open(options).await.unwrap()), dir)
}

/// Runs `tasks` at the same time; their results, in order.
async fn together<T: Send + 'static>(
    tasks: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let running: Vec<_> = tasks.map(tokio::spawn).collect();
    let mut results = Vec::new();
    for task in running {
        results.push(task.await.unwrap());
    }
    results
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_customers_created_at_once_are_all_there() {
    let (registry, _dir) = registry(&FaultyDisk::default()).await;
    let (mut ledger, mut random) = (Ledger::new("acme"), Random::seeded());
    let namespace = ledger.namespace.clone();
    let created = together((0..100).map(|_| {
        let attempt = ledger.begin_create(&mut random, false);
        let (registry, namespace) = (registry.clone(), namespace.clone());
        async move {
            let created = ask(&registry, &namespace, &attempt, &TOKEN).await.unwrap();
            (attempt, created)
        }
    }))
    .await;
    for (attempt, created) in created {
        ledger.created(&attempt, &created.customer, created.replayed);
    }
    ledger.settle(&all(registry.store(), &namespace).await);
    assert_eq!(ledger.counts.created, 100);
    assert_eq!(registry.store().check().unwrap().faults, 0);
    registry.store().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writes_share_one_sync() {
    const TASKS: usize = 64;
    const WRITES: usize = 10;
    let disk = FaultyDisk::default();
    let (registry, _dir) = registry(&disk).await;
    let syncs_before = disk.state().syncs;
    together((0..TASKS).map(|task| {
        let registry = registry.clone();
        let (mut ledger, mut random) = (Ledger::new(&format!("company{task}")), Random::seeded());
        async move {
            for _ in 0..WRITES {
                let attempt = ledger.begin_create(&mut random, false);
                ask(&registry, &ledger.namespace, &attempt, &TOKEN).await.unwrap();
            }
        }
    }))
    .await;
    let syncs = disk.state().syncs - syncs_before;
    println!("{} writes, {syncs} syncs", TASKS * WRITES);
    assert!(syncs >= WRITES, "each task's writes follow each other");
    assert!(syncs < TASKS * WRITES / 4, "{syncs} syncs for {} writes", TASKS * WRITES);
    assert_eq!(registry.store().check().unwrap().customers, (TASKS * WRITES) as u64);
    registry.store().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_deletions_at_once_exactly_one_succeeds() {
    let (registry, _dir) = registry(&FaultyDisk::default()).await;
    let (mut ledger, mut random) = (Ledger::new("acme"), Random::seeded());
    let namespace = ledger.namespace.clone();
    for _ in 0..30 {
        let details = ledger.begin_create(&mut random, false).details;
        let created = create::create(&registry, &namespace, details, None).await.unwrap();
        let id = created.customer.id;
        let deleted =
            together(
                (0..2).map(|_| {
                    let (registry, namespace) = (registry.clone(), namespace.clone());
                    async move {
                        delete::delete(&registry, &namespace, id, &change::unconditional).await
                    }
                }),
            )
            .await;
        assert!(deleted.contains(&Ok(())), "{deleted:?}");
        assert!(deleted.contains(&Err(OperationError::CustomerNotFound)), "{deleted:?}");
    }
    let report = registry.store().check().unwrap();
    assert_eq!((report.faults, report.customers, report.events), (0, 0, 60));
    registry.store().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_requests_with_one_key_at_once_one_makes_a_customer() {
    let (registry, _dir) = registry(&FaultyDisk::default()).await;
    let (mut ledger, mut random) = (Ledger::new("acme"), Random::seeded());
    let namespace = ledger.namespace.clone();
    for _ in 0..10 {
        let attempt = ledger.begin_create(&mut random, true);
        let answers = together((0..8).map(|_| {
            let (registry, namespace) = (registry.clone(), namespace.clone());
            let attempt = attempt.clone();
            async move { ask(&registry, &namespace, &attempt, &TOKEN).await }
        }))
        .await;
        let (mut ids, mut made) = (BTreeSet::new(), 0);
        for answer in answers {
            match answer {
                Ok(created) => {
                    made += usize::from(!created.replayed);
                    ids.insert(created.customer.id);
                }
                Err(error) => assert_eq!(error, OperationError::IdempotencyInFlight),
            }
        }
        assert_eq!((made, ids.len()), (1, 1));
    }
    assert_eq!(all(registry.store(), &namespace).await.len(), 10);
    registry.store().close().await.unwrap();
}
