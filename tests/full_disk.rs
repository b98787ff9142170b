//! A disk that is really full, by the store's own writes or by another program's, to the last byte:
//! what is refused, what goes on, and that it goes on by itself once there is room.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/faulty_disk.rs"]
mod faulty_disk;
#[path = "support/in_process.rs"]
mod in_process;
#[path = "support/ledger.rs"]
mod ledger;
mod process;
#[path = "support/random.rs"]
mod random;
#[path = "support/small_disk.rs"]
mod small_disk;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use faulty_disk::FaultyDisk;
use in_process::{Books, books, counts, open, verify, write_once};
use process::{Service, serve, token_in};
use random::Random;
use small_disk::{Kind, SmallDisk};
use smart_customer::operation::{OperationError, Registry};
use smart_customer::store::{StoreError, StoreOptions};
use tokio::sync::watch;
use tokio::task::JoinSet;

const TOKEN: [u8; 32] = [7; 32];

/// Size of the file system.
const MIB: u32 = 96;

/// What is left of it for the store to fill, in bytes.
const ROOM: usize = 12 * 1024 * 1024;

/// The customers of the company that the service is asked for.
const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";

/// Those who write at the same time.
const WRITERS: usize = 4;

/// Something that can be filled.
enum Limited {
    /// A file system of its own.
    Mounted(SmallDisk),
    /// Where none may be mounted: a file layer with a quota on what is appended and allocated.
    Quota(FaultyDisk, tempfile::TempDir),
}

impl Limited {
    fn new(kind: Kind) -> Limited {
        match SmallDisk::mount(kind, MIB) {
            Ok(disk) => {
                // Its path is no canonical one: the store shall not have to find its parent.
                std::fs::create_dir(disk.path().join("data")).unwrap();
                Limited::Mounted(disk)
            }
            Err(why) => {
                println!("{kind:?} may not be mounted, a quota takes its place: {why}");
                Limited::quota()
            }
        }
    }

    fn quota() -> Limited {
        let disk = FaultyDisk::default();
        disk.state().room = Some(MIB as usize * 1024 * 1024);
        Limited::Quota(disk, tempfile::tempdir().unwrap())
    }

    fn data_dir(&self) -> PathBuf {
        match self {
            Limited::Mounted(disk) => disk.path().join("data"),
            Limited::Quota(_, dir) => dir.path().join("data"),
        }
    }

    fn options(&self) -> StoreOptions {
        let mut options = StoreOptions::new(self.data_dir());
        // Small files, so that one is also begun when there is no room.
        options.journal_file_bytes = 256 * 1024;
        if let Limited::Quota(disk, _) = self {
            options.disk = Arc::new(disk.clone());
        }
        options
    }

    fn fill(&self, spared: usize) {
        match self {
            Limited::Mounted(disk) => disk.fill(spared),
            Limited::Quota(disk, _) => disk.state().room = Some(spared),
        }
    }

    fn free(&self) {
        match self {
            Limited::Mounted(disk) => disk.free(),
            Limited::Quota(disk, _) => disk.state().room = Some(MIB as usize * 1024 * 1024),
        }
    }
}

/// What came of the writes so far.
#[derive(Default)]
struct Outcome {
    answered: usize,
    refused: usize,
}

/// Several who write at the same time, whatever they are told.
struct Load {
    outcome: watch::Sender<Outcome>,
    stop: Arc<AtomicBool>,
    writers: JoinSet<()>,
}

impl Load {
    fn begin(registry: &Arc<Registry>, books: &Books, random: &mut Random) -> Load {
        let (outcome, stop) = (watch::Sender::default(), Arc::new(AtomicBool::new(false)));
        let mut writers = JoinSet::new();
        for _ in 0..WRITERS {
            let (registry, books, random) = (registry.clone(), books.clone(), random.fork());
            writers.spawn(write(registry, books, random, outcome.clone(), stop.clone()));
        }
        Load { outcome, stop, writers }
    }

    /// Waits until as many more writes were answered.
    async fn answers(&self, more: usize) {
        let wanted = self.outcome.borrow().answered + more;
        self.outcome.subscribe().wait_for(|outcome| outcome.answered >= wanted).await.unwrap();
    }

    /// Waits until as many more writes were refused.
    async fn refusals(&self, more: usize) {
        let wanted = self.outcome.borrow().refused + more;
        self.outcome.subscribe().wait_for(|outcome| outcome.refused >= wanted).await.unwrap();
    }

    async fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.writers.join_all().await;
    }
}

/// Writes until it is stopped. A write is answered, or there is no room for it: anything else is a
/// fault, but that for a moment the trees are opened anew.
async fn write(
    registry: Arc<Registry>,
    books: Books,
    mut random: Random,
    outcome: watch::Sender<Outcome>,
    stop: Arc<AtomicBool>,
) {
    while !stop.load(Ordering::Relaxed) {
        let ledger = random.pick(&books).unwrap();
        match write_once(&registry, ledger, &mut random).await {
            Ok(()) => outcome.send_modify(|outcome| outcome.answered += 1),
            Err(OperationError::Store(StoreError::DiskFull)) => {
                outcome.send_modify(|outcome| outcome.refused += 1);
            }
            Err(error) => panic!("{error}"),
        }
        // Whoever does not wait for anything lets the others have their turn.
        tokio::task::yield_now().await;
    }
}

/// Fills the disk under load, twice, and twice makes room again.
async fn fill_and_free(limited: Limited) {
    let (books, mut random) = (books(), Random::seeded());
    let registry = Arc::new(open(limited.options()).await.unwrap());
    for spared in [ROOM, 0] {
        let load = Load::begin(&registry, &books, &mut random);
        load.answers(50).await;
        tokio::task::block_in_place(|| limited.fill(spared));
        load.refusals(200).await;
        load.end().await;
        assert_eq!(registry.store().write_fault(), None);
        verify(&registry, &books, &TOKEN).await;

        let load = Load::begin(&registry, &books, &mut random);
        load.refusals(20).await;
        let freed = Instant::now();
        limited.free();
        load.answers(1).await;
        println!("writes go on after {:?}", freed.elapsed());
        load.answers(50).await;
        load.end().await;
        verify(&registry, &books, &TOKEN).await;
    }
    let counts = counts(&books);
    println!("answered: {counts:?}");
    registry.store().close().await.unwrap();
    drop(registry);
    for without_trees in [false, true] {
        if without_trees {
            std::fs::remove_dir_all(limited.data_dir().join("sled")).unwrap();
        }
        let registry = open(limited.options()).await.unwrap();
        verify(&registry, &books, &TOKEN).await;
        registry.store().close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_in_memory_nothing_is_lost_and_writes_go_on_when_there_is_room() {
    fill_and_free(Limited::new(Kind::Tmpfs)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_with_a_journal_nothing_is_lost_and_writes_go_on_when_there_is_room() {
    fill_and_free(Limited::new(Kind::Ext4)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_a_quota_nothing_is_lost_and_writes_go_on_when_there_is_room() {
    fill_and_free(Limited::quota()).await;
}

/// Customers that the service was asked for, each with the id in its answer.
#[derive(Default)]
struct Asked {
    number: usize,
    answered: BTreeMap<String, usize>,
}

/// What of a service's answers is looked at: status and body.
fn ask(address: &str, token: &str, what: &str, body: &str) -> (u16, String) {
    let answer = process::request(address, what, token, "", body);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

impl Asked {
    /// Asks for a new customer; the status.
    fn create(&mut self, address: &str, token: &str) -> u16 {
        self.number += 1;
        let number = self.number;
        let body = format!(
            "{{\"first-name\":\"Ada\",\"last-name\":\"Byron\",\"email\":\"ada{number}@example.com\",\
             \"vat-number\":\"IT12345678901\"}}"
        );
        let (status, body) = ask(address, token, &format!("POST {CUSTOMERS}"), &body);
        if status == 201 {
            let json: serde_json::Value = serde_json::from_str(&body).unwrap();
            self.answered.insert(json["id"].as_str().unwrap().to_owned(), number);
        }
        status
    }

    /// Reads every customer that was answered, and that there is no other.
    fn verify(&self, address: &str, token: &str) {
        for (id, number) in &self.answered {
            let (status, body) = patient(address, token, &format!("GET {CUSTOMERS}/{id}"));
            assert!(status == 200 && body.contains(&format!("ada{number}@example.com")), "{body}");
        }
        let (_, list) = patient(address, token, &format!("GET {CUSTOMERS}"));
        assert_eq!(list.matches("@example.com").count(), self.answered.len());
    }
}

/// An answer that is not "come again shortly".
fn patient(address: &str, token: &str, what: &str) -> (u16, String) {
    loop {
        let (status, body) = ask(address, token, what, "");
        if status != 503 {
            return (status, body);
        }
    }
}

/// Takes from sled the room that is kept for it, as a file system would that has no such thing.
fn starve(data_dir: &Path) {
    let file = File::options().write(true).open(data_dir.join("sled/db")).unwrap();
    file.set_len(file.metadata().unwrap().len()).unwrap();
}

fn killed_and_starved(kind: Kind) {
    let disk = match SmallDisk::mount(kind, MIB) {
        Ok(disk) => disk,
        // The other tests have their quota then; nothing of theirs makes sled itself fail.
        Err(why) => return println!("{kind:?} may not be mounted: {why}"),
    };
    let data_dir = disk.path().join("data");
    std::fs::create_dir(&data_dir).unwrap();
    let mut asked = Asked::default();
    let start = || {
        let mut command = serve(&data_dir);
        command.args(["--log-level", "warn"]);
        Service::start(command)
    };
    let mut service = start();
    let token = token_in(&data_dir);
    for _ in 0..200 {
        assert_eq!(asked.create(&service.address, &token), 201);
    }
    for starved in [false, true, true] {
        for _ in 0..40 {
            assert_eq!(asked.create(&service.address, &token), 201);
        }
        if starved {
            starve(&data_dir);
        }
        disk.fill(0);
        let mut statuses = BTreeSet::new();
        while !statuses.contains(&507) {
            statuses.insert(asked.create(&service.address, &token));
        }
        println!("{kind:?}, starved: {starved}: {statuses:?}");
        assert!(statuses.is_subset(&BTreeSet::from([201, 503, 507])), "{statuses:?}");
        asked.verify(&service.address, &token);

        let ended = service.end("KILL");
        assert_eq!(ended.stderr.contains("failure=NoRoom"), starved, "{}", ended.stderr);
        for _ in 0..3 {
            service = start();
            asked.verify(&service.address, &token);
            assert_eq!(asked.create(&service.address, &token), 507);
            service.end("KILL");
        }
        service = start();
        assert_eq!(asked.create(&service.address, &token), 507);
        disk.free();
        let freed = Instant::now();
        while asked.create(&service.address, &token) != 201 {}
        println!("writes go on after {:?}", freed.elapsed());
        asked.verify(&service.address, &token);
    }
    let ended = service.end("TERM");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let service = start();
    asked.verify(&service.address, &token);
}

/// Takes away all the room that is kept, too, so that sled cannot even be opened again.
fn robbed(kind: Kind) {
    let disk = match SmallDisk::mount(kind, MIB) {
        Ok(disk) => disk,
        Err(why) => return println!("{kind:?} may not be mounted: {why}"),
    };
    let data_dir = disk.path().join("data");
    std::fs::create_dir(&data_dir).unwrap();
    let service = Service::start(serve(&data_dir));
    let (token, mut asked) = (token_in(&data_dir), Asked::default());
    for _ in 0..100 {
        assert_eq!(asked.create(&service.address, &token), 201);
    }
    starve(&data_dir);
    std::fs::remove_file(data_dir.join("reserve")).unwrap();
    disk.fill(0);
    let address = &service.address;
    let (is_refused, is_freed) = (AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|scope| {
        // Who was not refused waits until there is room.
        let writer = scope.spawn(|| {
            loop {
                match asked.create(address, &token) {
                    201 if is_freed.load(Ordering::Relaxed) => break,
                    201 => {}
                    _ => is_refused.store(true, Ordering::Relaxed),
                }
            }
            asked
        });
        // It cannot be opened again, or it can, and only writes are refused.
        let is_closed = || ask(address, &token, "GET /readyz", "").0 == 503;
        while !is_closed() && !is_refused.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        println!("{kind:?}: closed for want of room: {}", is_closed());
        disk.free();
        is_freed.store(true, Ordering::Relaxed);
        writer.join().unwrap().verify(address, &token);
    });
    assert_eq!(ask(&service.address, &token, "GET /readyz", "").0, 200);
    assert_eq!(service.end("TERM").code, Some(0));
}

#[test]
fn where_the_room_that_is_kept_is_taken_away_reads_wait_and_all_goes_on_when_there_is_some() {
    robbed(Kind::Tmpfs);
    robbed(Kind::Ext4);
}

#[test]
fn on_a_full_disk_in_memory_a_killed_service_starts_and_reads() {
    killed_and_starved(Kind::Tmpfs);
}

#[test]
fn on_a_full_disk_with_a_journal_a_killed_service_starts_and_reads() {
    killed_and_starved(Kind::Ext4);
}
