//! The real service is killed again and again over one data directory, while it works, takes snapshots,
//! sends backups and starts, with whole and with damaged trees, and so is a `compact`: what was
//! answered is there afterwards, and what was deleted stays deleted.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/booked.rs"]
mod booked;
#[path = "support/child.rs"]
mod child;
#[path = "support/in_process.rs"]
mod in_process;
#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/random.rs"]
mod random;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use booked::{create, delete, list, update};
use child::{Client, Service};
use hyper::Method;
use in_process::{Books, books, counts};

use random::Random;
use smart_customer::operation::token;
use smart_customer::store::StoreOptions;

/// Data directories, one after the other: a small one has snapshots all the time.
const DIRECTORIES: usize = 3;

/// How often the service is killed over each while it works, and while it starts.
const KILLS: (usize, usize) = (15, 10);

/// Kills of a `compact` over each, and of starts that make damaged trees anew.
const COMPACTIONS: usize = 6;
const REBUILDS: usize = 6;

/// Bytes of journal after which a snapshot is taken: so it is taken all the time.
const SNAPSHOT_AFTER: [&str; 2] = ["--snapshot-after", "8000"];

/// Connections that write at the same time.
const WRITERS: usize = 6;

#[derive(Default)]
struct Kills {
    while_working: usize,
    before_the_address: usize,
    after_the_address: usize,
    /// Of all: in the middle of a snapshot.
    in_a_snapshot: usize,
    /// Of those while it worked: in the middle of a backup.
    in_a_backup: usize,
    /// Of starts over damaged trees, and those in the middle of making them anew.
    of_rebuilds: usize,
    in_a_rebuild: usize,
    /// Of compactions, and those in the middle of making the trees small.
    of_compactions: usize,
    in_a_compaction: usize,
}

impl Kills {
    fn add(&mut self, other: &Kills) {
        self.while_working += other.while_working;
        self.before_the_address += other.before_the_address;
        self.after_the_address += other.after_the_address;
        self.in_a_snapshot += other.in_a_snapshot;
        self.in_a_backup += other.in_a_backup;
        self.of_rebuilds += other.of_rebuilds;
        self.in_a_rebuild += other.in_a_rebuild;
        self.of_compactions += other.of_compactions;
        self.in_a_compaction += other.in_a_compaction;
    }

    fn while_opening(&self) -> usize {
        self.before_the_address + self.after_the_address
    }
}

/// One data directory, whoever runs over it, and the book about what was answered.
struct Run {
    random: Random,
    dir: tempfile::TempDir,
    books: Books,
    /// How long the last start took.
    start: Duration,
    kills: Kills,
}

impl Run {
    fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("log")
    }

    fn logged(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap()
    }

    fn token(&self) -> String {
        std::fs::read_to_string(self.data_dir().join("admin-token")).unwrap().trim().to_owned()
    }

    fn spawn(&self) -> Service {
        Service::spawn_with(&self.data_dir(), &self.log(), &SNAPSHOT_AFTER)
    }

    /// Counts what was left in the middle. A kill may cost sled what it had not written out, but never
    /// the runs beside it a file or a batch, nor any tree a row in the middle.
    fn look_around(&mut self) {
        const LOST: [&str; 3] = ["LsmTree", "is missing", "does not hold"];
        for doubt in self.logged().lines().filter(|line| line.contains("is made anew")) {
            assert!(!LOST.iter().any(|lost| doubt.contains(lost)), "{doubt}");
        }
        self.kills.in_a_snapshot += usize::from(self.has_half_a_snapshot());
    }

    fn has_half_a_snapshot(&self) -> bool {
        let snapshots = std::fs::read_dir(self.data_dir().join("snapshot"));
        snapshots
            .into_iter()
            .flatten()
            .flatten()
            .any(|entry| entry.path().extension().is_some_and(|extension| extension == "new"))
    }

    /// Waits for the next snapshot that is begun, though not for ever, and for some part of it.
    async fn wait_for_snapshot(&mut self) {
        let begun = Instant::now();
        while !self.has_half_a_snapshot() && begun.elapsed() < Duration::from_millis(500) {
            tokio::time::sleep(Duration::from_micros(100)).await;
        }
        std::thread::sleep(Duration::from_micros(self.random.below(3000) as u64));
    }

    fn has_half_made_trees(&self) -> bool {
        self.data_dir().join("sled.rebuild").exists()
    }

    /// Waits until trees are being made aside, though not for ever, and for some part of it.
    fn wait_for_half_made_trees(&mut self) {
        let begun = Instant::now();
        while !self.has_half_made_trees() && begun.elapsed() < Duration::from_secs(2) {
            std::thread::sleep(Duration::from_micros(100));
        }
        std::thread::sleep(Duration::from_micros(self.random.below(20_000) as u64));
    }

    /// Damages the trees, starts the service and kills it while it makes them anew.
    fn kill_while_rebuilding(&mut self) {
        let pages = self.data_dir().join("sled/db");
        let Ok(mut bytes) = std::fs::read(&pages) else { return };
        bytes.fill_with(|| self.random.next().to_le_bytes()[0]);
        std::fs::write(&pages, bytes).unwrap();
        let service = self.spawn();
        self.wait_for_half_made_trees();
        service.kill();
        self.kills.of_rebuilds += 1;
        self.kills.in_a_rebuild += usize::from(self.has_half_made_trees());
        self.look_around();
    }

    /// Kills a compaction of what the service left.
    fn kill_while_compacting(&mut self) {
        let mut command = child::command(&self.log());
        let mut compact =
            command.arg("compact").arg("--data-dir").arg(self.data_dir()).spawn().unwrap();
        if self.random.percent(70) {
            self.wait_for_half_made_trees();
        } else {
            let longest = usize::try_from(self.start.as_micros()).unwrap() * 3;
            std::thread::sleep(Duration::from_micros(self.random.below(longest) as u64));
        }
        // It may have ended by itself; then there is nothing left to kill.
        let _ = compact.kill();
        compact.wait().unwrap();
        self.kills.of_compactions += 1;
        self.kills.in_a_compaction += usize::from(self.has_half_made_trees());
        self.look_around();
    }

    /// Starts the service and kills it at some moment on its way up.
    fn kill_while_opening(&mut self) {
        let mut service = self.spawn();
        if self.random.percent(25) {
            // Just when it says that it is there.
            assert!(service.address().is_some(), "{}", self.logged());
            service.kill();
            self.kills.after_the_address += 1;
            self.look_around();
            return;
        }
        let longest = usize::try_from(self.start.as_micros()).unwrap() * 5 / 4;
        std::thread::sleep(Duration::from_micros(self.random.below(longest) as u64));
        if service.kill() {
            self.kills.after_the_address += 1;
        } else {
            self.kills.before_the_address += 1;
        }
        self.look_around();
    }

    /// Starts the service, looks whether everything is there, writes, and kills it meanwhile.
    async fn kill_while_working(&mut self) {
        let begun = Instant::now();
        let mut service = self.spawn();
        let Some(address) = service.address() else {
            panic!("the service does not start: {}", self.logged());
        };
        self.start = begun.elapsed();
        let token = self.token();
        for ledger in self.books.iter() {
            let mut client = Client::connect(address, &token).await.unwrap();
            let listed = list(&mut client, ledger).await;
            ledger.lock().unwrap().settle(&listed);
        }
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let (books, random, token) =
                    (self.books.clone(), self.random.fork(), token.clone());
                tokio::spawn(async move {
                    if let Some(client) = Client::connect(address, &token).await {
                        write_until_killed(client, books, random).await;
                    }
                })
            })
            .collect();
        let backups = {
            let token = token.clone();
            tokio::spawn(async move { back_up_until_killed(address, &token).await })
        };
        if self.random.percent(50) {
            self.wait_for_snapshot().await;
        } else {
            let longest = if self.random.percent(20) { 20_000 } else { 500_000 };
            tokio::time::sleep(Duration::from_micros(self.random.below(longest) as u64)).await;
        }
        service.kill();
        self.kills.while_working += 1;
        for writer in writers {
            writer.await.unwrap();
        }
        self.kills.in_a_backup += usize::from(backups.await.unwrap());
        self.look_around();
    }

    /// Opens the directory in this process and compares everything; then closes it in order.
    async fn verify(&self) {
        let registry = in_process::open(StoreOptions::new(self.data_dir())).await.unwrap();
        // Without a token file nothing can have been answered, nor asked with a key.
        let token_hash = match std::fs::read_to_string(self.data_dir().join("admin-token")) {
            Ok(token) => token::hash(token.trim()),
            Err(_) => [0; 32],
        };
        in_process::verify(&registry, &self.books, &token_hash).await;
        registry.store().close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_answered_is_lost_when_the_service_is_killed_at_any_moment() {
    let mut random = Random::seeded();
    let (mut kills, mut sum) = (Kills::default(), ledger::Counts::default());
    for _ in 0..DIRECTORIES {
        let run = kill_over_one_directory(random.fork()).await;
        kills.add(&run.kills);
        sum.add(counts(&run.books));
    }
    tell(&kills, &sum);
    assert!(kills.before_the_address > 0 && kills.after_the_address > 0);
    assert!(kills.in_a_snapshot > 2 && kills.in_a_backup > 2);
    assert!(kills.in_a_rebuild > 2 && kills.in_a_compaction > 2);
    assert!(sum.created > 200 && sum.deleted > 50 && sum.replayed > 50);
    assert!(sum.updated > 50);
}

async fn kill_over_one_directory(random: Random) -> Run {
    let dir = tempfile::tempdir().unwrap();
    let start = Duration::from_millis(100);
    let mut run = Run { random, dir, books: books(), start, kills: Kills::default() };
    while run.kills.while_working < KILLS.0 || run.kills.while_opening() < KILLS.1 {
        // Also several times in a row, also over a directory that was never opened.
        while run.random.percent(40) {
            run.kill_while_opening();
        }
        if run.random.percent(40) {
            run.verify().await;
        }
        run.kill_while_working().await;
        if run.kills.of_compactions < COMPACTIONS {
            run.kill_while_compacting();
        }
        if run.kills.of_rebuilds < REBUILDS && run.random.percent(50) {
            run.kill_while_rebuilding();
        }
    }
    run.verify().await;
    run
}

fn tell(kills: &Kills, counts: &ledger::Counts) {
    println!(
        "{} kills ({} while opening: {} before and {} after the address was printed; {} in the \
         middle of a snapshot, {} of a backup); {} kills over damaged trees, {} while they were made \
         anew; {} of a compaction, {} while the trees were made small; answered: \
         {} creations, {} changes, {} deletions, {} replays; unanswered: {} happened, {} did \
         not; lost: 0",
        kills.while_working + kills.while_opening(),
        kills.while_opening(),
        kills.before_the_address,
        kills.after_the_address,
        kills.in_a_snapshot,
        kills.in_a_backup,
        kills.of_rebuilds,
        kills.in_a_rebuild,
        kills.of_compactions,
        kills.in_a_compaction,
        counts.created,
        counts.updated,
        counts.deleted,
        counts.replayed,
        counts.happened,
        counts.vanished,
    );
}

/// Asks for backups until nobody answers; whether the last one was cut off.
async fn back_up_until_killed(address: SocketAddr, token: &str) -> bool {
    let Some(mut client) = Client::connect(address, token).await else { return false };
    loop {
        match client.send(Method::GET, "/admin/backup", None, Vec::new()).await {
            Some(answer) => assert_eq!(answer.status, 200),
            None => return client.was_cut_off(),
        }
    }
}

async fn write_until_killed(mut client: Client, books: Books, mut random: Random) {
    loop {
        let ledger = random.pick(&books).unwrap();
        let done = if random.percent(20) {
            let change = ledger.lock().unwrap().begin_update(&mut random);
            let Some((id, details)) = change else {
                continue;
            };
            update(&mut client, ledger, id, details).await
        } else if random.percent(25) {
            let id = ledger.lock().unwrap().begin_delete(&mut random);
            let Some(id) = id else {
                continue;
            };
            delete(&mut client, ledger, id).await
        } else {
            let attempt = {
                let mut ledger = ledger.lock().unwrap();
                let repeated = random.percent(20).then(|| ledger.begin_repeat(&mut random));
                let with_key = random.percent(50);
                repeated.flatten().unwrap_or_else(|| ledger.begin_create(&mut random, with_key))
            };
            create(&mut client, ledger, &attempt).await
        };
        if done.is_none() {
            return;
        }
    }
}
