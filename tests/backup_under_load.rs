//! Backups that are taken while four writers go on: each is what the store was at one moment.
//!
//! SMART_CUSTOMER_TEST_BACKUP_WRITES sets how many writes are waited for between two pieces of a
//! backup, and thereby how long it takes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/backup.rs"]
mod backup;
#[path = "support/random.rs"]
mod random;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use backup::{Restored, acme, open, somebody};
use futures_util::future::{join, try_join_all};
use jiff::Timestamp;
use random::Random;
use smart_customer::customer::{CustomerId, Details, Event};
use smart_customer::operation::{Registry, change, create, delete};
use tokio::sync::watch;

/// Customers that are there before.
const BEFORE: usize = 3000;

/// Writes between two pieces of a backup, unless told otherwise.
const WRITES: usize = 60;

fn writes_between_pieces() -> usize {
    let given = std::env::var("SMART_CUSTOMER_TEST_BACKUP_WRITES");
    given.map_or(WRITES, |text| text.parse().unwrap())
}

/// What was done to each customer, in order; `None`: it was deleted.
type Story = HashMap<CustomerId, Vec<Option<Details>>>;

/// One of those who write, each to customers of its own.
struct Writer {
    registry: Arc<Registry>,
    random: Random,
    story: Story,
    there: Vec<CustomerId>,
}

impl Writer {
    async fn write(&mut self) {
        match self.random.below(10) {
            0..5 => self.create().await,
            5..8 => self.change().await,
            _ => self.delete().await,
        }
    }

    async fn create(&mut self) {
        let details = somebody(&mut self.random);
        let created = create::create(&self.registry, &acme(), details.clone(), None).await.unwrap();
        self.there.push(created.customer.id);
        self.story.insert(created.customer.id, vec![Some(details)]);
    }

    async fn change(&mut self) {
        let Some(&id) = self.random.pick(&self.there) else { return };
        let details = somebody(&mut self.random);
        let (acme, new) = (acme(), |_: &_| details.clone());
        let changed = change::change(&self.registry, &acme, id, &change::unconditional, new);
        changed.await.unwrap();
        self.story.get_mut(&id).unwrap().push(Some(details));
    }

    async fn delete(&mut self) {
        if self.there.is_empty() {
            return;
        }
        let place = self.random.below(self.there.len());
        let id = self.there.swap_remove(place);
        delete::delete(&self.registry, &acme(), id, &change::unconditional).await.unwrap();
        self.story.get_mut(&id).unwrap().push(None);
    }
}

/// Four writers that hold the customers from before, too.
async fn writers(registry: &Arc<Registry>, random: &mut Random) -> Vec<Writer> {
    let writer = |_| Writer {
        registry: registry.clone(),
        random: random.fork(),
        story: Story::new(),
        there: Vec::new(),
    };
    let mut writers: Vec<Writer> = (0..4).map(writer).collect();
    for writer in &mut writers {
        let (acme, somebodies) = (acme(), (0..BEFORE / 4).map(|_| somebody(random)));
        let create = |details| create::create(registry, &acme, details, None);
        for created in try_join_all(somebodies.map(create)).await.unwrap() {
            let customer = created.customer;
            writer.there.push(customer.id);
            writer.story.insert(customer.id, vec![Some(customer.details)]);
        }
    }
    writers
}

/// A backup whose pieces are taken one by one, each once so many more writes were answered.
async fn slow_backup(
    registry: &Registry,
    answered: &watch::Sender<usize>,
    pause: usize,
) -> Vec<u8> {
    let mut backup = registry.store().backup(Timestamp::now()).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = backup.next_bytes().await.unwrap() {
        bytes.extend(piece);
        let enough = *answered.borrow() + pause;
        answered.subscribe().wait_for(|count| *count >= enough).await.unwrap();
    }
    bytes
}

async fn events(registry: &Registry) -> Vec<(u64, Event)> {
    registry.store().events(&acme(), 0, usize::MAX).await.unwrap()
}

/// Who is there after change `last`, and how.
fn model(story: &Story, events: &[(u64, Event)], last: u64) -> BTreeMap<CustomerId, Details> {
    let mut done: HashMap<CustomerId, usize> = HashMap::new();
    let mut there = BTreeMap::new();
    for (_, event) in events.iter().filter(|(number, _)| *number <= last) {
        let step = done.entry(event.customer).or_default();
        match &story[&event.customer][*step] {
            Some(details) => there.insert(event.customer, details.clone()),
            None => there.remove(&event.customer),
        };
        *step += 1;
    }
    there
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_one_moment_of_the_store_whatever_is_written_meanwhile() {
    let (dir, mut random) = (tempfile::tempdir().unwrap(), Random::seeded());
    let registry = Arc::new(open(dir.path()).await);
    let writers = writers(&registry, &mut random).await;
    let (answered, is_over) = (watch::Sender::new(0), Arc::new(AtomicBool::new(false)));
    let began = Instant::now();
    let running: Vec<_> = writers
        .into_iter()
        .map(|mut writer| {
            let (answered, is_over) = (answered.clone(), is_over.clone());
            tokio::spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    writer.write().await;
                    answered.send_modify(|count| *count += 1);
                }
                writer.story
            })
        })
        .collect();
    let pause = writes_between_pieces();
    // Each begins at another moment, and both go on at the same time.
    let backup = async |begin: usize| {
        answered.subscribe().wait_for(|count| *count >= begin).await.unwrap();
        slow_backup(&registry, &answered, pause).await
    };
    let (earlier, later) = join(backup(pause), backup(5 * pause)).await;
    is_over.store(true, Ordering::Relaxed);
    let mut story = Story::new();
    for writer in running {
        story.extend(writer.await.unwrap());
    }
    let (writes, seconds) = (*answered.borrow(), began.elapsed().as_secs_f32());
    let events = events(&registry).await;
    registry.store().close().await.unwrap();
    for backup in [earlier, later] {
        let last = assert_one_moment(&backup, &story, &events).await;
        let since = events.iter().filter(|(number, _)| *number > last).count();
        println!(
            "{writes} writes answered in {seconds:.1} s, {since} of them behind change {last}"
        );
        assert!(since > 5 * pause);
    }
}

/// Asserts that what a backup holds is what there was after its last change; that.
async fn assert_one_moment(backup: &[u8], story: &Story, events: &[(u64, Event)]) -> u64 {
    let restored = Restored::nothing();
    let contents = restored.take(backup).await.unwrap();
    let registry = restored.open().await;
    let listed = registry.store().customers(&acme(), None, usize::MAX).await.unwrap();
    let found: BTreeMap<CustomerId, Details> =
        listed.into_iter().map(|customer| (customer.id, customer.details)).collect();
    let expected = model(story, events, contents.last);
    assert_eq!(contents.customers, expected.len() as u64);
    assert!(found == expected, "{} customers, {} expected", found.len(), expected.len());
    let of_then = events.iter().filter(|(number, _)| *number <= contents.last);
    assert!(of_then.eq(&self::events(&registry).await));
    assert_eq!(registry.store().check().unwrap().faults, 0);
    registry.store().close().await.unwrap();
    println!("{} rows ({} customers) in {} bytes", contents.rows, contents.customers, backup.len());
    contents.last
}
