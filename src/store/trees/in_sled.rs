//! The trees that are kept in sled. What is written waits in memory (write_buffer.rs) until a thread of
//! its own has sled take it, many batches in one transaction: each transaction wakes all of sled's own
//! threads, and with one for each group of creations these took a tenth of the processors.
//!
//! Sled never holds a part of a batch. A process that is killed leaves sled with fewer batches than were
//! written; the others are in the log of rows (row_log.rs).

use std::path::Path;
use std::sync::{
    Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
};
use std::thread::JoinHandle;
use std::time::Duration;

use sled::transaction::{
    ConflictableTransactionResult, TransactionError, Transactional, TransactionalTree,
};
use sled::{Batch, Db};

use super::tree::NAMES;
use super::watch::Watch;
use super::write_buffer::{Order, Span, TreeRows, WriteBuffer, laid_over};
use super::{ALL, Bytes, Tree};

/// How long rows wait for others, to be taken with them.
const PAUSE: Duration = Duration::from_millis(20);

/// Rows that may wait before whoever writes has sled take them first.
const MOST: usize = 8192;

/// How sled is opened.
pub struct SledOptions<'p> {
    /// Where it is.
    pub dir: &'p Path,
    /// Memory for what was read, in bytes.
    pub cache_bytes: u64,
    /// How often it flushes, in milliseconds; as often as is usual where nothing is said.
    pub flush_every_ms: Option<u64>,
    /// Whether what is written may wait in memory.
    pub is_buffered: bool,
}

/// The trees in sled, open.
pub struct InSled {
    work: Arc<Work>,
    /// Has sled take what waits; without it, nothing does.
    thread: Option<JoinHandle<()>>,
}

struct Work {
    db: Db,
    /// Knows what sled's own threads met with.
    config: sled::Config,
    /// In the order of [`Tree`]; those in the runs have none.
    trees: Vec<Option<sled::Tree>>,
    buffer: RwLock<WriteBuffer>,
    /// Held while sled takes what waits.
    taking: Mutex<()>,
    state: Mutex<State>,
    changed: Condvar,
}

/// What the thread is to do.
#[derive(Default)]
struct State {
    is_waiting: bool,
    is_stopped: bool,
}

impl InSled {
    /// Opens them, making them where there are none. `watch` is told what the thread meets with.
    ///
    /// # Errors
    /// They do not open, or the system starts no thread.
    pub fn open(options: &SledOptions<'_>, watch: &Arc<Watch>) -> sled::Result<InSled> {
        let config = sled::Config::new().path(options.dir).cache_capacity(options.cache_bytes);
        let config = match options.flush_every_ms {
            None => config,
            every => config.flush_every_ms(every),
        };
        let db = config.open()?;
        let open = |(place, name): (usize, &&str)| {
            let is_in_runs = ALL.iter().any(|tree| *tree as usize == place && tree.is_in_runs());
            (!is_in_runs).then(|| db.open_tree(name)).transpose()
        };
        let trees = NAMES.iter().enumerate().map(open).collect::<sled::Result<_>>()?;
        let (buffer, taking, state, changed) = Default::default();
        let work = Arc::new(Work { db, config, trees, buffer, taking, state, changed });
        let thread = options.is_buffered.then(|| start(&work, watch)).transpose()?;
        Ok(InSled { work, thread })
    }

    /// What sled's own threads met with.
    ///
    /// # Errors
    /// That.
    pub fn check(&self) -> sled::Result<()> {
        self.work.config.global_error()
    }

    /// The value under `key`.
    ///
    /// # Errors
    /// Sled cannot read it.
    pub fn get(&self, tree: Tree, key: &[u8]) -> sled::Result<Option<Bytes>> {
        let waiting = self.work.buffer().get(tree, key);
        match waiting {
            Some(value) => Ok(value),
            None => self.work.tree(tree)?.get(key),
        }
    }

    /// The rows in `span`, in its order.
    ///
    /// # Errors
    /// Sled cannot read them.
    pub fn range(&self, tree: Tree, span: &Span<'_>) -> sled::Result<Vec<(Bytes, Bytes)>> {
        let Some(bounds) = span.bounds() else { return Ok(Vec::new()) };
        let waiting = self.work.buffer().range(tree, span);
        let rows = self.work.tree(tree)?.range::<&[u8], _>(bounds);
        let Span { order, limit, .. } = *span;
        match order {
            Order::Forward => laid_over(waiting, rows, order).take(limit).collect(),
            Order::Back => laid_over(waiting, rows.rev(), order).take(limit).collect(),
        }
    }

    /// Writes the batch with the number `batch`. One thread writes.
    ///
    /// # Errors
    /// Sled does not take what waits.
    pub fn write(&self, batch: u64, rows: TreeRows) -> sled::Result<()> {
        let mut buffer = self.work.buffer_to_change();
        buffer.add(batch, rows);
        let many = buffer.rows();
        drop(buffer);
        if self.thread.is_none() || many > MOST {
            return self.work.take();
        }
        if !std::mem::replace(&mut self.work.state().is_waiting, true) {
            self.work.changed.notify_all();
        }
        Ok(())
    }

    /// What does as [`InSled::flush`], for another thread to call.
    pub fn flusher(&self) -> impl Fn() -> sled::Result<()> + Send + use<> {
        let work = self.work.clone();
        move || work.flush()
    }

    /// Has sled take what waits, and write it out.
    ///
    /// # Errors
    /// Sled does not.
    pub fn flush(&self) -> sled::Result<()> {
        self.work.flush()
    }
}

/// What waits is left: whoever wants it has it flushed before.
impl Drop for InSled {
    fn drop(&mut self) {
        self.work.state().is_stopped = true;
        self.work.changed.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that has sled take rows panicked");
        }
    }
}

fn start(work: &Arc<Work>, watch: &Arc<Watch>) -> std::io::Result<JoinHandle<()>> {
    let (work, watch) = (work.clone(), watch.clone());
    std::thread::Builder::new().name("store-sled".to_owned()).spawn(move || {
        // What goes wrong is noted, and nothing more is written then.
        while work.wait() && watch.ask(|| work.take()).is_ok() {}
    })
}

impl Work {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn buffer(&self) -> RwLockReadGuard<'_, WriteBuffer> {
        self.buffer.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn buffer_to_change(&self) -> RwLockWriteGuard<'_, WriteBuffer> {
        self.buffer.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn tree(&self, tree: Tree) -> sled::Result<&sled::Tree> {
        let name = NAMES.get(tree as usize).copied().unwrap_or_default();
        let missing = || sled::Error::CollectionNotFound(name.into());
        self.trees.get(tree as usize).and_then(Option::as_ref).ok_or_else(missing)
    }

    /// Waits for rows, and for others after them; whether there is still something to do.
    fn wait(&self) -> bool {
        let is_idle = |state: &mut State| !state.is_waiting && !state.is_stopped;
        let state = self.changed.wait_while(self.state(), is_idle);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        let is_running = |state: &mut State| !state.is_stopped;
        let waited = self.changed.wait_timeout_while(state, PAUSE, is_running);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.is_waiting = false;
        !state.is_stopped
    }

    /// Has sled take what waits, in one step.
    fn take(&self) -> sled::Result<()> {
        let _taking = self.taking.lock().unwrap_or_else(PoisonError::into_inner);
        let (batch, rows) = self.waiting()?;
        if rows.is_empty() {
            return Ok(());
        }
        apply(&rows)?;
        self.buffer_to_change().forget_until(batch);
        Ok(())
    }

    /// The last batch, and what waits, by the trees that it is for.
    fn waiting(&self) -> sled::Result<(u64, Vec<(&sled::Tree, Batch)>)> {
        let buffer = self.buffer();
        let rows = buffer.waiting().map(|(tree, rows)| {
            let mut batch = Batch::default();
            rows.for_each(|(key, value)| match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            });
            Ok((self.tree(tree)?, batch))
        });
        Ok((buffer.batch(), rows.collect::<sled::Result<_>>()?))
    }

    fn flush(&self) -> sled::Result<()> {
        self.take()?;
        self.db.flush().map(drop)
    }
}

fn apply(rows: &[(&sled::Tree, Batch)]) -> sled::Result<()> {
    let trees: Vec<&sled::Tree> = rows.iter().map(|(tree, _)| *tree).collect();
    let apply = |views: &Vec<TransactionalTree>| -> ConflictableTransactionResult<(), ()> {
        views.iter().zip(rows).try_for_each(|(view, (_, batch))| Ok(view.apply_batch(batch)?))
    };
    match trees.as_slice().transaction(apply) {
        Ok(()) => Ok(()),
        Err(TransactionError::Storage(error)) => Err(error),
        Err(TransactionError::Abort(())) => {
            Err(sled::Error::ReportableBug("nothing aborts a transaction".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::trees::{RowBatch, Trees, TreesError};

    fn open(dir: &Path) -> InSled {
        let options =
            SledOptions { dir, cache_bytes: 1 << 20, flush_every_ms: None, is_buffered: true };
        InSled::open(&options, &Arc::default()).unwrap()
    }

    /// A row of the customers and one of the tokens, both with the number of their batch.
    fn write(sled: &InSled, batch: u8) {
        let row = || [(Bytes::from(&[batch]), Some(Bytes::from(&[batch])))].into();
        let rows = [(Tree::Customer, row()), (Tree::Token, row())].into();
        sled.write(batch.into(), rows).unwrap();
    }

    fn all() -> Span<'static> {
        Span { from: b"", to: None, order: Order::Forward, limit: 999 }
    }

    fn customers(sled: &InSled) -> Vec<u8> {
        let rows = sled.range(Tree::Customer, &all()).unwrap();
        rows.iter().map(|(_, value)| value[0]).collect()
    }

    #[test]
    fn a_row_is_read_from_when_it_is_written_on_and_sled_takes_it_by_and_by() {
        let dir = tempfile::tempdir().unwrap();
        let sled = open(dir.path());
        for batch in 1..=3 {
            write(&sled, batch);
            assert_eq!(sled.get(Tree::Token, &[batch]).unwrap().as_deref(), Some(&[batch][..]));
            assert_eq!(customers(&sled), (1..=batch).collect::<Vec<u8>>());
        }
        while sled.work.buffer().rows() > 0 {
            std::thread::yield_now();
        }
        assert_eq!(customers(&sled), [1, 2, 3]);
        let span = Span { to: Some(&[3]), order: Order::Back, limit: 1, ..all() };
        let back = sled.range(Tree::Customer, &span).unwrap();
        assert_eq!(back, [(Bytes::from(&[2]), Bytes::from(&[2]))]);
    }

    #[test]
    fn what_was_flushed_stays_and_of_what_was_not_whole_batches_or_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let sled = open(dir.path());
        write(&sled, 1);
        sled.flush().unwrap();
        for batch in 2..=200 {
            write(&sled, batch);
        }
        drop(sled);
        let sled = open(dir.path());
        let left = customers(&sled);
        assert_eq!(left, (1..=u8::try_from(left.len()).unwrap()).collect::<Vec<u8>>());
        let tokens = sled.range(Tree::Token, &all()).unwrap();
        assert_eq!((tokens.len(), left.first()), (left.len(), Some(&1)));
    }

    #[test]
    fn whoever_writes_more_than_may_wait_has_sled_take_it() {
        let dir = tempfile::tempdir().unwrap();
        let sled = open(dir.path());
        let row = |number: usize| (Bytes::from(&number.to_be_bytes()), Some(Bytes::default()));
        sled.write(1, [(Tree::Customer, (0..=MOST).map(row).collect())].into()).unwrap();
        assert_eq!(sled.work.buffer().rows(), 0);
    }
    #[test]
    fn what_waits_when_a_process_is_killed_is_there_at_the_next_start() {
        let dir = tempfile::tempdir().unwrap();
        let open = || Trees::open(dir.path(), 1 << 20).unwrap();
        let trees = open();
        for number in 1..=50_u8 {
            let mut batch = RowBatch::default();
            batch.set(Tree::Customer, vec![number], None, Some(b"in sled".into()));
            batch.set(Tree::ByEmail, vec![number], None, Some(b"in the runs".into()));
            trees.write(batch).unwrap();
        }
        // As a kill does, this leaves what waits.
        drop(trees);
        for _ in 0..2 {
            let trees = open();
            assert_eq!((trees.count(Tree::Customer), trees.count(Tree::ByEmail)), (50, 50));
            trees.verify().unwrap();
            drop(trees);
        }
    }
    #[test]
    fn trees_are_damaged_whose_log_lacks_a_batch_that_sled_holds() {
        let dir = tempfile::tempdir().unwrap();
        let trees = Trees::open(dir.path(), 1 << 20).unwrap();
        for number in 1..=3_u8 {
            let mut batch = RowBatch::default();
            batch.set(Tree::Customer, vec![number], None, Some(Bytes::default()));
            trees.write(batch).unwrap();
        }
        trees.shared.in_sled.flush().unwrap();
        drop(trees);
        for entry in std::fs::read_dir(dir.path().join("runs")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rows") {
                std::fs::remove_file(path).unwrap();
            }
        }
        let opened = Trees::open(dir.path(), 1 << 20).map(drop).unwrap_err();
        // The first batch says which layout the trees have.
        let TreesError::Damaged(why) = opened else { panic!("{opened:?}") };
        assert!(why.contains("batch 1 of 4 is missing"), "{why}");
    }
}
