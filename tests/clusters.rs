//! Clusters of possible duplicates are counted as names come and go, one change at a time; the
//! check counts them by walking all. Both must agree, whatever happened in whatever order.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/random.rs"]
mod random;

use jiff::Timestamp;
use random::Random;
use smart_customer::customer::assessment::{Hundredths, PossibleDuplicate};
use smart_customer::customer::{
    Assessment, Customer, CustomerId, Details, Draft, Given, Namespace,
};
use smart_customer::intelligence;
use smart_customer::store::{Creation, Replacement, Store, StoreOptions};
use tempfile::TempDir;

const CUSTOMERS: usize = 24;
const STEPS: usize = 400;

fn details() -> Details {
    let given = |text: &str| Given::Text(text.to_owned());
    let draft = Draft {
        first_name: given("John"),
        last_name: given("Smith"),
        email: given("john.smith@example.com"),
        vat_number: given("IT12345678903"),
    };
    draft.check().unwrap()
}

/// The customer `number`, who is probably the same as `other`.
fn customer(number: usize, other: Option<usize>) -> Customer {
    let assessment = intelligence::assess(&details()).with_duplicate(other.map(duplicate));
    Customer::new(id(number), details(), assessment, Timestamp::UNIX_EPOCH)
}

fn id(number: usize) -> CustomerId {
    CustomerId::from_bytes([u8::try_from(number).unwrap() + 1; 16])
}

fn duplicate(number: usize) -> PossibleDuplicate {
    PossibleDuplicate { id: id(number), probability: Hundredths::from_percent(90), field: "email" }
}

struct World {
    store: Store,
    acme: Namespace,
    /// Who is there.
    customers: Vec<Option<Customer>>,
    _dir: TempDir,
}

impl World {
    fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(StoreOptions::new(dir.path())).unwrap();
        let acme = Namespace::new("tse", "v1", "acme").unwrap();
        World { store, acme, customers: vec![None; CUSTOMERS], _dir: dir }
    }

    async fn create(&mut self, numbers: &[(usize, Option<usize>)]) {
        let new: Vec<Customer> = numbers.iter().map(|&(one, other)| customer(one, other)).collect();
        let creation = |customer| Creation { customer, deleted_at: None, claim: None };
        let creations: Vec<Creation<'_>> = new.iter().map(creation).collect();
        self.store.create_all(&self.acme, &creations).await.unwrap();
        for ((number, _), customer) in numbers.iter().zip(new) {
            self.customers[*number] = Some(customer);
        }
    }

    /// Each of `numbers` names another one from now on, or nobody, or goes.
    async fn replace(&mut self, numbers: &[(usize, Fate)]) {
        let new: Vec<Option<Customer>> = numbers
            .iter()
            .map(|&(number, fate)| match fate {
                Fate::Goes => None,
                Fate::Names(other) => {
                    let old = self.customers[number].clone().unwrap();
                    let assessment = old.assessment.clone().with_duplicate(other.map(duplicate));
                    Some(old.with_assessment(assessment))
                }
            })
            .collect();
        let replacements: Vec<Replacement<'_>> = numbers
            .iter()
            .zip(&new)
            .map(|(&(number, _), new)| {
                let old = self.customers[number].as_ref().unwrap();
                Replacement { old, new: new.as_ref() }
            })
            .collect();
        self.store.replace_all(&self.acme, &replacements, Timestamp::UNIX_EPOCH).await.unwrap();
        for (&(number, _), new) in numbers.iter().zip(new) {
            self.customers[number] = new;
        }
    }

    /// Clusters, and customers in them, after both ways of counting were found to agree.
    async fn clusters(&self) -> (u64, u64) {
        let report = self.store.check().unwrap();
        assert_eq!((report.faults, &report.described), (0, &vec![]));
        let figures = self.store.figures(&self.acme).await.unwrap();
        (figures.clusters, figures.in_clusters)
    }
}

#[derive(Clone, Copy)]
enum Fate {
    Names(Option<usize>),
    Goes,
}

#[tokio::test]
async fn pairs_circles_and_stars_are_one_cluster_each() {
    let mut world = World::new();
    world.create(&[(0, None), (1, Some(0))]).await;
    assert_eq!(world.clusters().await, (1, 2), "one names another");
    world.replace(&[(0, Fate::Names(Some(1)))]).await;
    assert_eq!(world.clusters().await, (1, 2), "and is named back");
    world.create(&[(2, Some(0)), (3, Some(0)), (4, Some(5)), (5, Some(4))]).await;
    assert_eq!(world.clusters().await, (2, 6), "two more name the first, and there is a pair");
    world.replace(&[(5, Fate::Names(Some(3)))]).await;
    assert_eq!(world.clusters().await, (1, 6), "which then hang together");
    world.replace(&[(0, Fate::Names(None)), (1, Fate::Names(None))]).await;
    assert_eq!(world.clusters().await, (1, 5), "the circle is open, one is out");
    let last = [1, 2, 3, 4, 5].map(|number| (number, Fate::Goes));
    world.replace(&last).await;
    assert_eq!(world.clusters().await, (0, 0));
    world.store.close().await.unwrap();
}

#[tokio::test]
async fn both_ways_of_counting_agree_after_every_change() {
    let (mut world, mut random) = (World::new(), Random::seeded());
    for _ in 0..STEPS {
        let mut picked: Vec<usize> = (0..CUSTOMERS).filter(|_| random.below(6) == 0).collect();
        picked.sort_by_key(|_| random.below(1000));
        let other = |random: &mut Random| Some(random.below(CUSTOMERS)).filter(|it| it % 4 > 0);
        let (there, absent): (Vec<usize>, Vec<usize>) =
            picked.into_iter().partition(|&number| world.customers[number].is_some());
        let absent: Vec<_> =
            absent.into_iter().map(|number| (number, other(&mut random))).collect();
        world.create(&absent).await;
        let fate = |random: &mut Random| match random.below(4) {
            0 => Fate::Goes,
            _ => Fate::Names(other(random)),
        };
        let there: Vec<_> = there.into_iter().map(|number| (number, fate(&mut random))).collect();
        world.replace(&there).await;
        world.clusters().await;
    }
    world.store.close().await.unwrap();
}

#[tokio::test]
async fn nobody_is_a_cluster_with_another_company_or_without_a_judgement() {
    let mut world = World::new();
    world.create(&[(0, None), (1, Some(0))]).await;
    let other = Namespace::new("tse", "v1", "acme2").unwrap();
    let plain = Customer::new(id(1), details(), Assessment::none(), Timestamp::UNIX_EPOCH);
    world.store.create(&other, &plain, None).await.unwrap();
    let figures = world.store.figures(&other).await.unwrap();
    assert_eq!((figures.customers, figures.clusters, figures.in_clusters), (1, 0, 0));
    assert_eq!(world.clusters().await, (1, 2));
    world.store.close().await.unwrap();
}
