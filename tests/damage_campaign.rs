//! The damage campaign: whatever happens to any one file of a data directory, the store opens by
//! itself and answers as before, nothing lost and nothing come back; and where two things are
//! damaged it does so too, or says what is damaged and what to do.
//!
//! Every case has a number and is the same each time but for the ids of the customers.
//! `SMART_CUSTOMER_DAMAGE_CASE=17` lets only case 17 of every test run.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "damage/fault.rs"]
mod fault;
#[path = "damage/file_damage.rs"]
mod file_damage;
#[path = "support/in_process.rs"]
mod in_process;
#[path = "support/ledger.rs"]
mod ledger;
#[path = "damage/questions.rs"]
mod questions;
#[path = "support/random.rs"]
mod random;
#[path = "support/sled_wreck.rs"]
mod sled_wreck;
#[path = "damage/table.rs"]
mod table;
#[path = "damage/template.rs"]
mod template;

use std::panic::AssertUnwindSafe;

use fault::{Fault, Part, Pillar};
use file_damage::FileDamage;
use futures_util::FutureExt;
use in_process::{verify, write_once};
use questions::{assert_answers, assert_answers_or_repairs, short_answers};
use random::Random;
use smart_customer::operation::{OperationError, Registry};
use smart_customer::store::{StoreError, StoreOptions};
use table::{Identity, Outcome, Table};
use template::{End, Template};

/// The environment variable that names the one case to run.
const ONLY: &str = "SMART_CUSTOMER_DAMAGE_CASE";

const TOKEN: [u8; 32] = [7; 32];

/// What happens in a case, in this order.
type Faults = Vec<Fault>;

/// Runs every case over `template`, tells what came of them, and fails where one does.
async fn run(template: &Template, cases: Vec<Faults>) -> Table {
    let only: Option<usize> = std::env::var(ONLY).ok().map(|number| number.parse().unwrap());
    let (mut table, mut failures) = (Table::default(), Vec::new());
    for (number, faults) in cases.into_iter().enumerate() {
        if only.is_some_and(|only| only != number) {
            continue;
        }
        let what = faults.iter().map(Fault::to_string).collect::<Vec<_>>().join(" and ");
        match AssertUnwindSafe(case(template, &faults, number)).catch_unwind().await {
            Ok(Some(outcome)) => table.add(row_and_column(&faults), outcome),
            Ok(None) => {}
            Err(panic) => {
                let why = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                failures.push(format!("{ONLY}={number} ({what}): {why}"));
            }
        }
    }
    println!("{table}{} cases, {} failed", table.cases(), failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    table
}

/// Where a case stands in the table.
fn row_and_column(faults: &[Fault]) -> (String, String) {
    match faults {
        [fault] => fault.what_and_how(),
        [first, others @ ..] => {
            let others = others.iter().map(|fault| format!("{:?}", fault.pillar().unwrap()));
            (format!("{:?}", first.pillar().unwrap()), others.collect())
        }
        [] => unreachable!("a case has a fault"),
    }
}

/// One case; `None` where there is nothing that could be damaged like this.
async fn case(template: &Template, faults: &[Fault], number: usize) -> Option<Outcome> {
    let mut random = Random::from(number as u64);
    template.put_back();
    let data_dir = template.data_dir();
    for fault in faults {
        if !fault.happen(&data_dir, &template.older(), &mut random) {
            return None;
        }
    }
    let damaged = Identity::of(&data_dir);
    let registry = match template.open().await {
        Ok(registry) => registry,
        // What sled had not written out is in the journal only.
        Err(refused) if faults.len() > 1 || template.end == End::KilledBehind => {
            assert_is_helpful(&refused.to_string());
            assert_opens_with_files_put_back(template).await;
            return Some(Outcome::Refused);
        }
        Err(refused) => panic!("it does not open: {refused}"),
    };
    if template.end == End::ClosedLong {
        // What of a long file is damaged may be noticed only when it is read.
        assert_answers_or_repairs(&registry, &template.answers).await;
    }
    assert_answers(&registry, &template.answers).await;
    let outcome = damaged.outcome(&Identity::of(&data_dir));
    assert_goes_on(template, registry, &mut random).await;
    Some(outcome)
}

/// What was repaired can be used, and is the same after the next start and after the next damage.
async fn assert_goes_on(template: &Template, registry: Registry, random: &mut Random) {
    let books = &template.books();
    for _ in 0..6 {
        write_once(&registry, random.pick(books).unwrap(), random).await.unwrap();
    }
    let answers = short_answers(&registry, books).await;
    registry.store().close().await.unwrap();
    drop(registry);
    if random.percent(30) {
        sled_wreck::remove(&template.data_dir().join("sled"));
    }
    let registry = template.open().await.unwrap();
    assert_answers(&registry, &answers).await;
    verify(&registry, books, &TOKEN).await;
    registry.store().close().await.unwrap();
}

/// A refusal says what is damaged and what to do.
fn assert_is_helpful(refused: &str) {
    let says_what = ["journal", "snapshot", "queryable state", "sled"];
    assert!(says_what.iter().any(|what| refused.contains(what)), "{refused}");
    let says_why = ["damaged", "missing", "there is no", "cannot be used", "answered"];
    assert!(says_why.iter().any(|why| refused.contains(why)), "{refused}");
    assert!(refused.contains("restore a backup"), "{refused}");
}

/// Nothing was done that would be in the way of the files once they are back in their places.
async fn assert_opens_with_files_put_back(template: &Template) {
    template.write_files(&template.data_dir());
    let registry = template.open().await.unwrap();
    assert_answers(&registry, &template.answers).await;
    registry.store().close().await.unwrap();
}

fn single_faults() -> Vec<Faults> {
    Fault::all().into_iter().map(|fault| vec![fault]).collect()
}

#[tokio::test]
async fn after_a_clean_end_every_single_damage_is_repaired_and_nothing_is_lost() {
    let template = Template::new(End::Closed).await;
    let table = run(&template, single_faults()).await;
    assert_eq!(table.count(Outcome::Refused), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_files_too_long_to_be_read_every_damage_is_repaired_when_it_is_met() {
    let template = Template::new(End::ClosedLong).await;
    let of_sled = |faults: &Faults| faults.iter().all(|fault| fault.pillar() == Some(Pillar::Sled));
    run(&template, single_faults().into_iter().filter(of_sled).collect()).await;
}

#[tokio::test]
async fn after_a_kill_every_single_damage_is_repaired_and_nothing_is_lost() {
    let template = Template::new(End::Killed).await;
    let table = run(&template, single_faults()).await;
    assert_eq!(table.count(Outcome::Refused), 0);
}

#[tokio::test]
async fn after_a_kill_before_all_was_in_the_trees_a_damaged_journal_is_repaired_or_refused() {
    let template = Template::new(End::KilledBehind).await;
    let of_journal = |faults: &Faults| faults[0].pillar() == Some(Pillar::Journal);
    let cases = single_faults().into_iter().filter(of_journal).collect();
    let table = run(&template, cases).await;
    assert!(table.count(Outcome::Refused) > 0);
    assert!(table.count(Outcome::JournalReplaced) > 0);
}

/// Cases in which two things are damaged, for each end.
const DOUBLE: usize = 52;

fn double_faults() -> Vec<Faults> {
    let mut random = Random::from(2);
    let pillars = [Pillar::Sled, Pillar::Journal, Pillar::Snapshot, Pillar::State];
    let mut pair = || {
        let first = random.below(pillars.len());
        let second = (first + 1 + random.below(pillars.len() - 1)) % pillars.len();
        vec![Fault::of(pillars[first], &mut random), Fault::of(pillars[second], &mut random)]
    };
    let mut pairs: Vec<Faults> = (0..DOUBLE).map(|_| pair()).collect();
    // What the journal lost at its end, trees that are lost, too, can say nothing of.
    for of_journal in [
        Fault::File(Part::NewestJournal, FileDamage::Deleted),
        Fault::File(Part::NewestJournal, FileDamage::CutAtABorder),
        Fault::NoDirectory(Pillar::Journal),
        Fault::EmptyDirectory(Pillar::Journal),
    ] {
        pairs.push(vec![of_journal, Fault::NoDirectory(Pillar::Sled)]);
        pairs.push(vec![of_journal, Fault::File(Part::SledConf, FileDamage::PageGarbled)]);
    }
    pairs
}

#[tokio::test]
async fn after_a_clean_end_two_damages_are_repaired_or_refused_by_name() {
    let template = Template::new(End::Closed).await;
    run(&template, double_faults()).await;
}

#[tokio::test]
async fn after_a_kill_two_damages_are_repaired_or_refused_by_name() {
    let template = Template::new(End::Killed).await;
    run(&template, double_faults()).await;
}

/// Damages of the files of the trees under an open store.
const RUNNING: usize = 24;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_under_a_running_store_is_repaired_and_never_shown() {
    let template = Template::new(End::Closed).await;
    let (mut repaired, mut repairing) = (0, 0);
    for number in 0..RUNNING {
        let mut random = Random::from(number as u64);
        template.put_back();
        // So little memory that what is asked for is read from the disk.
        let options = StoreOptions { cache_bytes: 256, ..template.options(template::NEVER) };
        let registry = template.open_as(options).await.unwrap();
        let damages = [
            FileDamage::BitsFlipped,
            FileDamage::PageZeroed,
            FileDamage::PageGarbled,
            FileDamage::SectorZeroed,
        ];
        let sled = template.data_dir().join("sled");
        let tables = std::fs::read_dir(sled.join("runs/tables")).unwrap();
        let mut files: Vec<_> = tables.map(|entry| entry.unwrap().path()).collect();
        files.push(sled.join("db"));
        for _ in 0..=random.below(6) {
            let file = random.pick(&files).unwrap();
            random.pick(&damages).unwrap().happen(file, None, &mut random);
        }
        if number % 4 == 0 {
            write_until_repaired(&template, &registry, &mut random).await;
            registry.store().close().await.unwrap();
            continue;
        }
        let mut questions: Vec<_> = template.answers.iter().collect();
        random.shuffle(&mut questions);
        let waited = assert_answers_or_repairs(&registry, questions).await;
        repaired += usize::from(waited > 0);
        repairing += waited;
        assert_answers(&registry, &template.answers).await;
        assert_goes_on(&template, registry, &mut random).await;
    }
    println!("{repaired} of {RUNNING} were noticed and repaired, {repairing} answers were to wait");
    assert!(repaired > RUNNING / 2);
}

/// Writes while it is damaged: what is answered is there, what is told to wait is not.
async fn write_until_repaired(template: &Template, registry: &Registry, random: &mut Random) {
    let books = template.books();
    let mut written = 0;
    while written < 20 {
        match write_once(registry, random.pick(&books).unwrap(), random).await {
            Ok(()) => written += 1,
            Err(OperationError::Store(StoreError::Repairing | StoreError::Damaged(_))) => {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
    // What no write met a check does.
    while let Err(StoreError::Repairing | StoreError::Damaged(_)) = registry.store().check() {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    verify(registry, &books, &TOKEN).await;
}
