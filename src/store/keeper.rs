//! Takes snapshots while writes go on, and sees that what is on disk stays readable.
//!
//! It is two: a thread that writes and reads large files, and the writer's handle on it, which decides
//! when a snapshot is due. A snapshot is taken when the journal has outgrown the last one, or a day
//! after it when anything was changed since, so that what was deleted leaves the disk; and whenever
//! the snapshot or the journal before it turns out to be damaged, for which it takes the place.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::access::Access;
use super::journal::{Journal, OlderFiles};
use super::pace::Pace;
use super::snapshot::{self, Header, Moment, SnapshotReader, Taken};
use super::writer::{Begun, Errand, Message};
use super::{OpenError, StoreOptions, remake};

/// How long nothing is tried again after a snapshot that could not be taken.
const PAUSE: Duration = Duration::from_secs(60);

/// How often it is looked whether a snapshot has grown old.
const LOOK: Duration = Duration::from_secs(600);

/// When snapshots are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotOptions {
    /// Bytes of journal past which one is taken, unless the last one is larger.
    pub journal_bytes: u64,
    /// How old one may grow while there are changes that it lacks, and how often it is looked whether
    /// all that is kept beside the trees can be read.
    pub age: Duration,
    /// Bytes of journal and last snapshot up to which one is taken when the store is closed.
    pub close_bytes: u64,
}

impl Default for SnapshotOptions {
    fn default() -> SnapshotOptions {
        SnapshotOptions {
            journal_bytes: 64 * 1024 * 1024,
            age: Duration::from_secs(24 * 3600),
            close_bytes: 4 * 1024 * 1024,
        }
    }
}

/// The writer's handle.
pub struct Keeper {
    options: SnapshotOptions,
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    newest: Newest,
    is_busy: bool,
    /// Nothing is tried before.
    not_before: Option<Instant>,
    /// When it was last looked whether all can be read.
    looked_at: Instant,
}

/// The newest snapshot; nothing where there is none.
#[derive(Debug, Clone, Copy, Default)]
struct Newest {
    last: u64,
    bytes: u64,
    made_at: Timestamp,
}

/// What the thread is asked to do.
enum Job {
    /// A snapshot that will have so many bytes at most.
    Take(Begun, u64),
    /// The journal, and the snapshot that ends with that change.
    Look(OlderFiles, u64),
}

/// What the thread tells the writer.
pub enum News {
    /// A snapshot was taken, or why not.
    Taken(io::Result<Taken>),
    /// Snapshot and journal were read, or what is damaged.
    Looked(Result<(), String>),
    /// It is time to look after things.
    Tick,
}

/// What is to be done when the thread has told something.
pub enum Wish {
    /// Nothing.
    Nothing,
    /// Take a snapshot now.
    Take,
    /// Remove the journal up to this change.
    Forget(u64),
}

impl Keeper {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system starts none, or the snapshots cannot be read.
    pub fn start(
        options: &StoreOptions,
        access: Access,
        queue: tokio::sync::mpsc::WeakSender<Message>,
        journal: &Journal,
    ) -> Result<Keeper, OpenError> {
        let dir = options.data_dir.join("snapshot");
        let newest = newest(options, journal.last());
        let newest = newest.map_err(|error| OpenError::path("cannot read", &dir, error))?;
        let (jobs, waiting) = mpsc::channel();
        let stop = Arc::new(AtomicBool::new(false));
        let worker = Worker { options: options.clone(), access, queue, stop: stop.clone() };
        let thread = std::thread::Builder::new()
            .name("store-keeper".to_owned())
            .spawn(move || worker.run(&waiting))
            .map_err(|error| OpenError(format!("cannot start the keeper of snapshots: {error}")))?;
        Ok(Keeper {
            options: options.snapshot,
            jobs: Some(jobs),
            thread: Some(thread),
            stop,
            newest,
            is_busy: false,
            not_before: None,
            looked_at: Instant::now(),
        })
    }

    /// Whether the journal has outgrown the last snapshot and one can be taken now.
    pub fn is_due(&self, journal: &Journal) -> bool {
        let has_outgrown = journal.bytes() > self.options.journal_bytes.max(self.newest.bytes);
        has_outgrown && self.has_news(journal) && self.is_free()
    }

    /// Whether one can be taken in a moment.
    pub fn is_cheap(&self, journal: &Journal) -> bool {
        let bytes = journal.bytes() + self.newest.bytes;
        self.has_news(journal) && bytes <= self.options.close_bytes
    }

    fn has_news(&self, journal: &Journal) -> bool {
        journal.last() > self.newest.last
    }

    fn is_free(&self) -> bool {
        !self.is_busy && self.not_before.is_none_or(|at| at <= Instant::now())
    }

    /// Takes a snapshot of the moment at which a walk was begun.
    pub fn take(&mut self, begun: Begun, journal: &Journal) {
        // It holds what the last one and the journal since hold, and is compressed.
        let most = self.newest.bytes + journal.bytes();
        self.ask(Job::Take(begun, most));
    }

    /// Looks whether the newest snapshot and the journal behind it can be read.
    pub fn look(&mut self, journal: &Journal) {
        self.looked_at = Instant::now();
        // A journal that begins later than any snapshot ends is looked at as a damaged snapshot is.
        let wanted = self.newest.last.max(journal.first() - 1);
        self.ask(Job::Look(journal.older_files(), wanted));
    }

    fn ask(&mut self, job: Job) {
        let asked = self.jobs.as_ref().map(|jobs| jobs.send(job));
        self.is_busy |= matches!(asked, Some(Ok(())));
    }

    /// Takes in what the thread tells; what is to be done then.
    pub fn hear(&mut self, news: News, journal: &Journal) -> Wish {
        match news {
            News::Tick if !self.is_free() => return Wish::Nothing,
            News::Tick if self.has_news(journal) && self.newest.is_older_than(self.options.age) => {
                return Wish::Take;
            }
            News::Tick => {
                if self.looked_at.elapsed() >= self.options.age {
                    self.look(journal);
                }
                return Wish::Nothing;
            }
            _ => self.is_busy = false,
        }
        match news {
            News::Taken(Ok(taken)) => {
                let Taken { last, rows, bytes } = taken;
                self.newest = Newest { last, bytes, made_at: Timestamp::now() };
                tracing::info!(last, rows, bytes, "a snapshot was taken");
                Wish::Forget(last)
            }
            News::Taken(Err(error)) => {
                self.not_before = Some(Instant::now() + PAUSE);
                tracing::warn!(%error, "no snapshot was taken");
                Wish::Nothing
            }
            News::Looked(Err(damage)) => {
                tracing::warn!(damage, "what is kept is damaged: a snapshot takes its place");
                Wish::Take
            }
            News::Looked(Ok(())) | News::Tick => Wish::Nothing,
        }
    }

    /// Ends the thread; what it is doing is left undone.
    pub fn stop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the keeper of snapshots panicked");
        }
    }
}

/// The newest snapshot that ends with change `last` or one before.
fn newest(options: &StoreOptions, last: u64) -> io::Result<Newest> {
    let (disk, dir) = (&*options.disk, options.data_dir.join("snapshot"));
    let Some(last) = snapshot::all(disk, &dir)?.into_iter().find(|found| *found <= last) else {
        return Ok(Newest::default());
    };
    let path = snapshot::path(&dir, last);
    // That one is damaged is found when it is looked at.
    let header = disk.open_read(&path).and_then(SnapshotReader::new);
    let made_at = header.map_or(Timestamp::UNIX_EPOCH, |snapshot| snapshot.header().made_at);
    Ok(Newest { last, bytes: disk.length(&path)?, made_at })
}

impl Newest {
    fn is_older_than(self, age: Duration) -> bool {
        // A clock that was put back makes it young: then the journal decides.
        let elapsed = Timestamp::now().duration_since(self.made_at);
        Duration::try_from(elapsed).is_ok_and(|elapsed| elapsed > age)
    }
}

/// The thread.
struct Worker {
    options: StoreOptions,
    access: Access,
    queue: tokio::sync::mpsc::WeakSender<Message>,
    stop: Arc<AtomicBool>,
}

impl Worker {
    fn run(self, jobs: &mpsc::Receiver<Job>) {
        let look = LOOK.min(self.options.snapshot.age);
        loop {
            let news = match jobs.recv_timeout(look) {
                Ok(Job::Take(begun, most)) => News::Taken(self.take(begun, most)),
                Ok(Job::Look(journal, last)) => News::Looked(self.look(&journal, last)),
                Err(RecvTimeoutError::Timeout) => News::Tick,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            self.tell(news);
        }
    }

    fn tell(&self, news: News) {
        // The writer takes nothing more where it is about to wait for this thread to end.
        if let Some(queue) = self.queue.upgrade() {
            let _ = queue.blocking_send(Message::Errand(Errand::Hear(news)));
        }
    }

    fn take(&self, begun: Begun, most: u64) -> io::Result<Taken> {
        let (disk, dir) = (&*self.options.disk, self.options.data_dir.join("snapshot"));
        // Writes must not be refused because a snapshot that does not fit has filled the disk.
        if disk.space(&dir).is_some_and(|space| space.free < most) {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "there is no room for it"));
        }
        let header = Header { last: begun.last, made_at: Timestamp::now() };
        let pace = Pace::begin();
        let rest = || pace.rest();
        let trees = || {
            rest();
            self.access.trees()
        };
        let moment = Moment { trees: &trees, walk: begun.walk, last: begun.last };
        let taken = snapshot::take(disk, &dir, moment, header, &self.stop, &rest)?;
        snapshot::remove_others(disk, &dir, taken.last)?;
        Ok(taken)
    }

    fn look(&self, journal: &OlderFiles, last: u64) -> Result<(), String> {
        if last > 0 {
            let path = snapshot::path(&self.options.data_dir.join("snapshot"), last);
            let damaged = |error: io::Error| format!("{}: {error}", path.display());
            let snapshot = remake::open_snapshot(&self.options, last).map_err(damaged)?;
            let pace = Pace::begin();
            snapshot.verify_resting(&|| pace.rest()).map_err(damaged)?;
        }
        journal.verify().map_err(|error| error.to_string())
    }
}
