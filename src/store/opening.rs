//! Opening a data directory: takes the lock, finds out what can be believed of trees, journal and
//! snapshot, and brings the trees up to the last change. Any one of the three may be damaged or gone:
//!
//! | damaged | taken from | and then |
//! |---|---|---|
//! | trees | snapshot and journal | the old ones are kept aside |
//! | journal | trees that hold what was written, and what can be read of it behind them | a snapshot is taken, the journal kept aside and another begun |
//! | snapshot | the trees | another is taken (keeper.rs) |
//!
//! What the trees hold is known to the byte after a clean end (manifest.rs), else by a walk over every
//! row (digest.rs).

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::change::{self, Change};
use super::group::Group;
use super::index;
use super::journal::{self, Frame, Journal};
use super::rebuild::{self, LoadError};
use super::room::Room;
use super::session::{self, End, Left};
use super::snapshot::{self, Header, Images, Moment, SnapshotReader};
use super::trees::{self, Failure, Trees, TreesError};
use super::{OpenError, StoreError, StoreOptions};

/// Changes that are replayed in one step.
const REPLAY_GROUP: usize = 512;

/// Rows or changes after which it is told how far making the trees anew has come.
const PROGRESS_EVERY: u64 = 100_000;

/// A data directory, opened.
pub struct Opened {
    /// The queryable state, up to the end of the journal.
    pub trees: Trees,
    /// The truth, open for appending.
    pub journal: Journal,
    /// The room that is kept on the disk.
    pub room: Room,
    /// Keeps other processes out for as long as it lives.
    pub lock: File,
}

/// Opens the data directory, making it on first use, and repairs it where one thing is damaged.
///
/// # Errors
/// See [`super::Store::open`].
pub fn open(options: &StoreOptions) -> Result<Opened, OpenError> {
    let dir = &options.data_dir;
    let fault = |error: std::io::Error| OpenError::path("cannot use", dir, error);
    make_dir(dir)?;
    let lock = session::lock(dir)?;
    let mut room = Room::new(options.disk.clone(), dir);
    room.make_way().map_err(fault)?;
    let opened = open_locked(options);
    // Also where it was not opened: the next start needs it as much.
    if let Err(error) = room.secure(0) {
        tracing::warn!(%error, "there is little room on the disk: reads go on, writes are refused");
    }
    let (trees, journal) = opened?;
    Ok(Opened { trees, journal, room, lock })
}

fn open_locked(options: &StoreOptions) -> Result<(Trees, Journal), OpenError> {
    let dir = &options.data_dir;
    let fault = |error: std::io::Error| OpenError::path("cannot use", dir, error);
    let left = session::left(&*options.disk, dir);
    remove_leftovers(options).map_err(fault)?;
    let snapshots = Snapshots::of(options)?;
    let journal = open_journal(options, &left, snapshots.base());
    // Noted before sled is touched: were it noted later, a kill meanwhile would leave trees of
    // this run that look like those of a power cut.
    let known = journal.as_ref().map_or(left.known.unwrap_or(0), Journal::last);
    session::enter(&*options.disk, dir, known).map_err(fault)?;
    let (trees, journal) = match journal {
        Ok(journal) => trees_beside(options, &left, &snapshots, journal)?,
        Err(damage) => instead_of_journal(options, &left, &damage)?,
    };
    if trees.applied().map_err(unreadable)? <= journal.last() {
        return Ok((trees, journal));
    }
    // Nothing is in the trees that was not in the journal before: so the journal lacks it.
    let journal = begin_journal(options, &trees, &"it ends early")?;
    Ok((trees, journal))
}

/// Removes what interrupted work has left behind.
fn remove_leftovers(options: &StoreOptions) -> std::io::Result<()> {
    snapshot::prepare(&*options.disk, &options.data_dir.join("snapshot"))?;
    remove_dir(&options.data_dir.join(REBUILD))
}

fn remove_dir(dir: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The snapshots that there are, newest first, by the changes that they end with.
struct Snapshots(Vec<u64>);

impl Snapshots {
    fn of(options: &StoreOptions) -> Result<Snapshots, OpenError> {
        let dir = options.data_dir.join("snapshot");
        let all = snapshot::all(&*options.disk, &dir);
        all.map(Snapshots).map_err(|error| OpenError::path("cannot read", &dir, error))
    }

    /// The change behind which a journal begins where there is none.
    fn base(&self) -> u64 {
        self.0.first().copied().unwrap_or(0)
    }
}

/// The trees beside a journal that is whole as far as it was looked at, up to its end.
fn trees_beside(
    options: &StoreOptions,
    left: &Left,
    snapshots: &Snapshots,
    journal: Journal,
) -> Result<(Trees, Journal), OpenError> {
    // After a power cut sled may hold anything, and may do anything when it is opened. Where not even
    // the session marker is there it was no power cut, and the trees may know of more than the journal.
    let is_cut = left.end == End::Unknown && left.known.is_some();
    let believed = match is_cut && can_rebuild(options, snapshots, &journal) {
        true => Err(Doubt::Unsynced),
        false => believed_trees(options, left),
    };
    let doubt = match believed {
        Ok(trees) if trees.applied().map_err(unreadable)? + 1 >= journal.first() => {
            return match catch_up(&trees, &journal) {
                Ok(()) => Ok((trees, journal)),
                Err(error) if is_out_of_room(&trees) => Err(error),
                Err(damage) => salvage(options, trees, journal.last(), &damage),
            };
        }
        Ok(trees) => {
            trees.abandon();
            Doubt::Damaged("they end before the journal begins".to_owned())
        }
        Err(doubt) => doubt,
    };
    Ok((remake(options, snapshots, &journal, &doubt)?, journal))
}

/// Whether everything can be had without the trees.
fn can_rebuild(options: &StoreOptions, snapshots: &Snapshots, journal: &Journal) -> bool {
    let newest = snapshots.0.first().filter(|last| **last + 1 >= journal.first());
    let is_whole =
        |last: u64| open_snapshot(options, last).is_ok_and(|snapshot| snapshot.verify().is_ok());
    match newest {
        Some(&last) if is_whole(last) => journal.replay(last, |_| Ok(())).is_ok(),
        _ => journal.first() == 1 && journal.replay(0, |_| Ok(())).is_ok(),
    }
}

/// Makes the trees anew, up to the end of the journal, in place of damaged ones that nobody has open.
///
/// # Errors
/// Journal or snapshot are damaged, too; then all is as before.
pub fn repair(options: &StoreOptions, journal: &Journal, damage: &str) -> Result<Trees, OpenError> {
    let fault = |error| OpenError::path("cannot use", &options.data_dir, error);
    remove_leftovers(options).map_err(fault)?;
    remake(options, &Snapshots::of(options)?, journal, &Doubt::Damaged(damage.to_owned()))
}

/// Opens trees again, up to the end of the journal, that failed for want of room.
///
/// # Errors
/// There still is none, or they are damaged.
pub fn reopen(options: &StoreOptions, journal: &Journal) -> Result<Trees, Failure> {
    let failed = |doubt| match doubt {
        Doubt::NoRoom(why) => Failure::NoRoom(why),
        doubt => Failure::Damaged(format!("{doubt:?}")),
    };
    let left = Left { end: End::Killed, known: None, manifest: None };
    let trees = believed_trees(options, &left).map_err(failed)?;
    match (catch_up(&trees, journal), trees.failure().cloned()) {
        (Ok(()), None) => Ok(trees),
        (caught_up, failure) => {
            trees.abandon();
            let damage = || caught_up.err().map_or_else(String::new, |error| error.to_string());
            Err(failure.unwrap_or_else(|| Failure::Damaged(damage())))
        }
    }
}

fn is_out_of_room(trees: &Trees) -> bool {
    matches!(trees.failure(), Some(Failure::NoRoom(_)))
}

/// Why the trees are not believed.
#[derive(Debug)]
enum Doubt {
    /// There is no room to open them: nothing is wrong with them.
    NoRoom(String),
    /// There are none.
    Missing,
    /// Nobody knows what of them was synced before the power was cut.
    Unsynced,
    /// Another release wrote them.
    OtherLayout,
    /// They do not hold what was written.
    Damaged(String),
}

impl From<TreesError> for Doubt {
    fn from(error: TreesError) -> Doubt {
        match error {
            TreesError::NoRoom(why) => Doubt::NoRoom(why),
            TreesError::OtherLayout => Doubt::OtherLayout,
            TreesError::Damaged(why) => Doubt::Damaged(why),
        }
    }
}

/// The trees, once they were found to hold what was written.
fn believed_trees(options: &StoreOptions, left: &Left) -> Result<Trees, Doubt> {
    let dir = options.data_dir.join("sled");
    if !dir.exists() {
        return Err(Doubt::Missing);
    }
    let unreadable = |error: std::io::Error| Doubt::Damaged(error.to_string());
    trees::remove_interrupted_snapshots(&dir).map_err(unreadable)?;
    let manifest = left.manifest.as_ref();
    if manifest.is_some_and(|manifest| !manifest.agrees_with(&dir)) {
        return Err(Doubt::Damaged("its files are not as they were closed".to_owned()));
    }
    let trees = Trees::open(&dir, options.cache_bytes)?;
    match manifest {
        Some(_) => Ok(trees),
        None => match trees.verify() {
            Ok(()) => Ok(trees),
            Err(error) => {
                let is_out_of_room = is_out_of_room(&trees);
                trees.abandon();
                let doubt = if is_out_of_room { Doubt::NoRoom } else { Doubt::Damaged };
                Err(doubt(error.to_string()))
            }
        },
    }
}

/// The trees where the journal is damaged, and a new journal behind them.
fn instead_of_journal(
    options: &StoreOptions,
    left: &Left,
    damage: &OpenError,
) -> Result<(Trees, Journal), OpenError> {
    let trees = believed_trees(options, left).map_err(|doubt| match doubt {
        Doubt::Missing => both(damage, &"there is none"),
        Doubt::OtherLayout | Doubt::Unsynced => both(damage, &"another release wrote it"),
        Doubt::Damaged(why) | Doubt::NoRoom(why) => both(damage, &why),
    })?;
    match left.known {
        Some(known) => salvage(options, trees, known, damage),
        None => Err(both(damage, &"nobody knows whether it holds everything")),
    }
}

/// A new journal behind trees that hold everything but what can still be read of the old one, whose
/// last change is `known` or a later one.
fn salvage(
    options: &StoreOptions,
    trees: Trees,
    known: u64,
    damage: &OpenError,
) -> Result<(Trees, Journal), OpenError> {
    let applied = trees.applied().map_err(unreadable)?;
    let dir = options.data_dir.join("journal");
    let mut replay = Replay::new(&trees, applied);
    let last = journal::salvage(&*options.disk, &dir, applied, |frame| replay.take(&frame))?;
    replay.finish()?;
    if last < known {
        return Err(both(damage, &format!("it ends with change {last}")));
    }
    let journal = begin_journal(options, &trees, damage)?;
    Ok((trees, journal))
}

fn both(damage: &OpenError, doubt: &dyn std::fmt::Display) -> OpenError {
    OpenError(format!("{damage} (nor can it be taken from the queryable state: {doubt})"))
}

fn open_journal(options: &StoreOptions, left: &Left, base: u64) -> Result<Journal, OpenError> {
    let (dir, limit) = (options.data_dir.join("journal"), options.journal_file_bytes);
    Journal::open(options.disk.clone(), &dir, limit, base, left.known.unwrap_or(0))
}

/// Puts a damaged journal aside and begins another one behind the last change in the trees, once a
/// snapshot of everything until then is on disk.
fn begin_journal(
    options: &StoreOptions,
    trees: &Trees,
    why: &dyn std::fmt::Display,
) -> Result<Journal, OpenError> {
    let applied = trees.applied().map_err(unreadable)?;
    let dir = options.data_dir.join("journal");
    let aside = aside(options, "journal")?;
    tracing::warn!(
        %why,
        kept_as = %aside.display(),
        "the journal is damaged: everything in it is taken from the queryable state"
    );
    take_snapshot(options, trees, applied)?;
    std::fs::rename(&dir, &aside)
        .and_then(|()| options.disk.sync_dir(&options.data_dir))
        .map_err(|error| OpenError::path("cannot set aside", &dir, error))?;
    Journal::open(options.disk.clone(), &dir, options.journal_file_bytes, applied, applied)
}

/// Takes a snapshot of trees that nobody writes to.
///
/// # Errors
/// It cannot be written; then all is as before.
pub fn take_snapshot(options: &StoreOptions, trees: &Trees, last: u64) -> Result<(), OpenError> {
    let dir = options.data_dir.join("snapshot");
    let (trees, walk) = (|| Ok(trees.clone()), Images::default().begin());
    let moment = Moment { trees: &trees, walk, last };
    let header = Header { last, made_at: Timestamp::now() };
    let never = AtomicBool::new(false);
    let disk = &*options.disk;
    snapshot::take(disk, &dir, moment, header, &never)
        .and_then(|taken| snapshot::remove_others(disk, &dir, taken.last))
        .map_err(|error| OpenError::path("cannot take a snapshot in", &dir, error))
}

/// Where something damaged is kept for the person in charge. One of a kind is enough: an older one
/// is removed.
fn aside(options: &StoreOptions, what: &str) -> Result<PathBuf, OpenError> {
    let dir = &options.data_dir;
    let fault = |error: std::io::Error| OpenError::path("cannot tidy", dir, error);
    for entry in std::fs::read_dir(dir).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        if entry.file_name().to_string_lossy().starts_with(&format!("{what}.damaged-")) {
            remove_dir(&entry.path()).map_err(fault)?;
        }
    }
    Ok(dir.join(format!("{what}.damaged-{}", Timestamp::now().as_millisecond())))
}

/// Makes sure that there is a store in `dir`: what works on one must not make another where a name
/// was misspelt.
pub(super) fn require_store(dir: &Path) -> Result<(), OpenError> {
    if ["journal", "snapshot", "sled"].iter().any(|part| dir.join(part).is_dir()) {
        return Ok(());
    }
    Err(OpenError(format!("there is no store in {}: check --data-dir", dir.display())))
}

/// Makes the data directory, where it is not there, readable to its owner only.
pub(super) fn make_dir(dir: &Path) -> Result<(), OpenError> {
    if dir.exists() {
        return Ok(());
    }
    let made = make_private_dir(dir).and_then(|()| sync_name(dir));
    made.map_err(|error| OpenError::path("cannot make", dir, error))
}

#[cfg(unix)]
fn make_private_dir(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

#[cfg(not(unix))]
fn make_private_dir(dir: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)
}

/// Makes the name of the data directory durable.
#[cfg(unix)]
fn sync_name(dir: &Path) -> std::io::Result<()> {
    match dir.canonicalize()?.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
fn sync_name(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Where trees are made anew, until they are whole.
pub(super) const REBUILD: &str = "sled.rebuild";

/// Makes the trees anew aside, up to the end of the journal, and puts them in the place of the old.
fn remake(
    options: &StoreOptions,
    snapshots: &Snapshots,
    journal: &Journal,
    doubt: &Doubt,
) -> Result<Trees, OpenError> {
    let (dir, rebuild) = (options.data_dir.join("sled"), options.data_dir.join(REBUILD));
    if let Doubt::NoRoom(why) = doubt {
        return Err(OpenError(format!(
            "there is no room on the disk of {} to open what is kept there ({why}): make some",
            options.data_dir.display()
        )));
    }
    let has_old = dir.exists();
    if !has_old && journal.last() == 0 {
        return open_trees(options, "sled");
    }
    tracing::warn!(?doubt, "the queryable state is made anew");
    let trees = rebuilt(options, snapshots, journal)?;
    catch_up(&trees, journal)?;
    trees.close().map_err(unreadable)?;
    let moved = match doubt {
        Doubt::Damaged(_) if has_old => {
            let aside = aside(options, "sled")?;
            tracing::warn!(kept_as = %aside.display(), "the damaged state is kept aside");
            std::fs::rename(&dir, &aside)
        }
        _ => remove_dir(&dir),
    };
    moved
        .and_then(|()| std::fs::rename(&rebuild, &dir))
        .and_then(|()| options.disk.sync_dir(&options.data_dir))
        .map_err(|error| OpenError::path("cannot replace", &dir, error))?;
    open_trees(options, "sled")
}

fn open_trees(options: &StoreOptions, name: &str) -> Result<Trees, OpenError> {
    let dir = options.data_dir.join(name);
    Trees::open(&dir, options.cache_bytes)
        .map_err(|error| OpenError::path("cannot open", &dir, format!("{error:?}")))
}

/// Trees aside, from the newest snapshot that is whole and that the journal goes on from, or empty
/// ones where the journal has everything.
fn rebuilt(
    options: &StoreOptions,
    snapshots: &Snapshots,
    journal: &Journal,
) -> Result<Trees, OpenError> {
    let mut damage = None;
    for last in snapshots.0.iter().filter(|last| **last + 1 >= journal.first()) {
        match from_snapshot(options, *last) {
            Ok(trees) => return Ok(trees),
            Err(error) => {
                tracing::warn!(%error, "a snapshot cannot be used");
                damage = Some(error);
                // What is there by now is not whole.
                let dir = options.data_dir.join(REBUILD);
                remove_dir(&dir).map_err(|error| OpenError::path("cannot remove", &dir, error))?;
            }
        }
    }
    match damage {
        _ if journal.first() == 1 => open_trees(options, REBUILD),
        Some(error) => Err(error),
        None => Err(OpenError(format!(
            "the journal begins with change {}, and there is no snapshot of what was before: put \
             the files of {} back, or restore a backup into a new directory",
            journal.first(),
            options.data_dir.join("snapshot").display()
        ))),
    }
}

/// The snapshot that ends with change `last`, to be read.
///
/// # Errors
/// It cannot be read, or is that of another moment.
pub fn open_snapshot(
    options: &StoreOptions,
    last: u64,
) -> std::io::Result<SnapshotReader<Box<dyn std::io::Read + Send>>> {
    let path = snapshot::path(&options.data_dir.join("snapshot"), last);
    let reader = SnapshotReader::new(options.disk.open_read(&path)?)?;
    if reader.header().last == last {
        return Ok(reader);
    }
    Err(std::io::Error::other("it is the snapshot of another moment"))
}

fn from_snapshot(options: &StoreOptions, last: u64) -> Result<Trees, OpenError> {
    let path = snapshot::path(&options.data_dir.join("snapshot"), last);
    let damaged = |error: &dyn std::fmt::Display| {
        OpenError(format!(
            "the snapshot {} cannot be used: {error}; put an undamaged copy in its place, or \
             restore a backup into a new directory",
            path.display()
        ))
    };
    let reader = open_snapshot(options, last).map_err(|error| damaged(&error))?;
    let trees = open_trees(options, REBUILD)?;
    let mut progress = Progress::default();
    rebuild::load(&trees, reader, |rows| {
        progress.tell(rows, "the queryable state is being made anew");
    })
    .map_err(|error| match error {
        LoadError::Snapshot(error) => damaged(&error),
        LoadError::Store(error) => OpenError(format!("the trees cannot be made anew: {error}")),
    })?;
    Ok(trees)
}

/// Tells now and then how far long work has come.
#[derive(Default)]
struct Progress {
    told: u64,
}

impl Progress {
    fn tell(&mut self, done: u64, what: &str) {
        if done >= self.told + PROGRESS_EVERY {
            self.told = done;
            tracing::info!(done, "{what}");
        }
    }
}

fn unreadable(error: StoreError) -> OpenError {
    OpenError(format!("cannot read the queryable state: {error}"))
}

/// Applies every change of the journal that the trees do not hold yet.
fn catch_up(trees: &Trees, journal: &Journal) -> Result<(), OpenError> {
    let applied = trees.applied().map_err(unreadable)?;
    if applied >= journal.last() {
        return Ok(());
    }
    let mut replay = Replay::new(trees, applied);
    journal.replay(applied, |frame| replay.take(&frame))?;
    replay.finish()?;
    let changes = journal.last() - applied;
    tracing::info!(changes, "changes were replayed from the journal");
    Ok(())
}

/// Changes of the journal on their way into the trees.
struct Replay<'t> {
    trees: &'t Trees,
    applied: u64,
    next: u64,
    waiting: Vec<Change>,
    progress: Progress,
}

impl<'t> Replay<'t> {
    fn new(trees: &'t Trees, applied: u64) -> Replay<'t> {
        let (waiting, progress) = Default::default();
        Replay { trees, applied, next: applied + 1, waiting, progress }
    }

    fn take(&mut self, frame: &Frame<'_>) -> Result<(), OpenError> {
        self.waiting.extend(changes_after(frame, self.applied).map_err(replay_failed)?);
        if self.waiting.len() >= REPLAY_GROUP { self.apply() } else { Ok(()) }
    }

    fn apply(&mut self) -> Result<(), OpenError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.next = apply(self.trees, self.next, waiting).map_err(replay_failed)?;
        self.progress.tell(self.next - self.applied, "changes are being replayed");
        Ok(())
    }

    fn finish(mut self) -> Result<(), OpenError> {
        self.apply()
    }
}

fn replay_failed(error: StoreError) -> OpenError {
    OpenError(format!("cannot replay the journal: {error}"))
}

/// The changes of a frame whose numbers are above `applied`.
fn changes_after(frame: &Frame<'_>, applied: u64) -> Result<Vec<Change>, StoreError> {
    let mut changes = change::decode_changes(frame.body)?;
    if u64::try_from(changes.len()).ok() != Some(u64::from(frame.count)) {
        return Err(StoreError::Fault("a journal frame has another count of changes".to_owned()));
    }
    let known = (applied + 1).saturating_sub(frame.first);
    changes.drain(..usize::try_from(known).unwrap_or(usize::MAX).min(changes.len()));
    Ok(changes)
}

/// Writes numbered changes and all that is derived from them; returns the next number.
fn apply(trees: &Trees, first: u64, changes: Vec<Change>) -> Result<u64, StoreError> {
    let mut group = Group::new(trees, first);
    for change in changes {
        group.push(change)?;
    }
    let next = group.next_number();
    if !group.is_empty() {
        trees.write(index::rows(group.changes(), trees)?)?;
    }
    Ok(next)
}
