//! A backup of the running store: a snapshot (snapshot/format.rs) that is given out piece by piece
//! while it is made. It needs no room on the disk, and holds everything as it was at one moment.
//!
//! The moment is chosen by the writer between two groups of writes. From then on a thread of its own
//! walks the trees, no faster than the pieces are taken.

use std::io::{self, BufWriter, Read, Write};

use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::JoinHandle;

use super::engine::Engine;
use super::snapshot::{Header, Moment, SnapshotReader, SnapshotWriter};
use super::trees::Tree;
use super::writer::Begun;
use super::{Store, StoreError};

/// Bytes of a piece, about.
const PIECE: usize = 64 * 1024;

/// Backups that are made at the same time, at most.
pub const AT_ONCE: usize = 2;

/// Pieces that wait to be taken.
const WAITING: usize = 8;

/// A backup that is being made. Dropped before its end, it is made no further.
pub struct Backup {
    /// Number of the last change in it.
    pub last: u64,
    pieces: mpsc::Receiver<Vec<u8>>,
    /// Until its end was seen.
    walk: Option<JoinHandle<io::Result<()>>>,
    /// Until it is dropped another has to wait.
    _turn: OwnedSemaphorePermit,
}

impl Store {
    /// Begins a backup of everything that was answered by now; `made_at` is noted in it. Waits while
    /// [`AT_ONCE`] others are being made: each may keep much in memory.
    ///
    /// # Errors
    /// The store is closed, or cannot be read.
    pub async fn backup(&self, made_at: Timestamp) -> Result<Backup, StoreError> {
        let turn = self.engine.backups().acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let begun = self.engine.begin_walk().await?;
        let last = begun.last;
        let (sender, pieces) = mpsc::channel(WAITING);
        let engine = self.engine.clone();
        let header = Header { last, made_at };
        let walk =
            tokio::task::spawn_blocking(move || write(&engine, begun, header, Pieces(sender)));
        Ok(Backup { last, pieces, walk: Some(walk), _turn: turn })
    }
}

impl Backup {
    /// The next bytes; `None` once all of it was given out.
    ///
    /// # Errors
    /// It cannot be brought to its end. What was given out by then says of itself that it was cut
    /// off.
    pub async fn next_bytes(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(piece) = self.pieces.recv().await {
            return Ok(Some(piece));
        }
        // Also a walk that panicked gives out no more, so this is no end until it says so.
        match self.walk.take() {
            Some(walk) => walk.await.map_err(io::Error::other)?.map(|()| None),
            None => Ok(None),
        }
    }
}

fn write(engine: &Engine, begun: Begun, header: Header, pieces: Pieces) -> io::Result<()> {
    let Begun { walk, last } = begun;
    let trees = || engine.trees();
    let mut writer = SnapshotWriter::new(BufWriter::with_capacity(PIECE, pieces), header)?;
    Moment { trees: &trees, walk, last }
        .for_each_row(|tree, key, value| writer.add(tree, key, value))?;
    let (_, rows) = writer.finish()?;
    tracing::info!(rows, last, "a backup was given out");
    Ok(())
}

/// What is written goes to whoever takes the backup.
struct Pieces(mpsc::Sender<Vec<u8>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(bytes.to_vec());
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a backup that is whole holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// Number of the last change in it.
    pub last: u64,
    /// When it was begun.
    pub made_at: Timestamp,
    /// Rows of every kind.
    pub rows: u64,
    /// Customers.
    pub customers: u64,
    /// Events, also of customers that are gone.
    pub events: u64,
    /// Tokens.
    pub tokens: u64,
}

/// Reads a backup from its beginning to its end.
///
/// # Errors
/// It cannot be read, was cut off or altered, or is none: in words that follow its name.
pub fn verify(input: impl Read) -> io::Result<Contents> {
    let mut reader = SnapshotReader::new(input)?;
    let Header { last, made_at } = reader.header();
    let mut contents = Contents { last, made_at, rows: 0, customers: 0, events: 0, tokens: 0 };
    while let Some(rows) = reader.next_block()? {
        contents.rows += rows.len() as u64;
        for row in rows {
            match row.tree {
                Tree::Customer => contents.customers += 1,
                Tree::Event => contents.events += 1,
                Tree::Token => contents.tokens += 1,
                _ => {}
            }
        }
    }
    Ok(contents)
}
