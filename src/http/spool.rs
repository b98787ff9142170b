//! Answers that wait for their reader: most clients send the whole of a bulk request before they
//! read a byte of its answer. A little waits in memory, the rest in a file without a name, so that
//! neither the memory grows nor the two of them wait for each other for good. Beyond
//! [`MOST_ON_DISK`] whoever writes has to wait.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::Stream;
use futures_util::stream;
use hyper::body::Bytes;
use tokio::sync::Notify;

use super::body::StreamFault;
use crate::store::Store;

/// Bytes that wait in memory.
const MOST_IN_MEMORY: usize = 256 * 1024;

/// Bytes that wait in the file: the answers to some four million lines.
const MOST_ON_DISK: u64 = 256 * 1024 * 1024;

/// Bytes that are read back from the file at once.
const CHUNK: usize = 64 * 1024;

/// The side that writes. The stream ends when it is dropped.
pub struct Writer {
    shared: Arc<Shared>,
    store: Store,
}

struct Shared {
    waiting: Mutex<Waiting>,
    /// There is something to read, or nothing more will come.
    readable: Notify,
    /// There is room, or nobody reads any more.
    writable: Notify,
}

#[derive(Default)]
struct Waiting {
    memory: VecDeque<Bytes>,
    in_memory: usize,
    /// What came after all that is in memory.
    file: Option<Overflow>,
    is_ended: bool,
    is_abandoned: bool,
}

struct Overflow {
    file: File,
    read: u64,
    written: u64,
}

/// Nobody reads any more.
#[derive(Debug)]
pub struct Abandoned;

/// A writer, and the stream of what it writes. The file, if one is needed, is on the disk of
/// `store`.
pub fn spool(store: Store) -> (Writer, impl Stream<Item = Result<Bytes, StreamFault>> + Send) {
    let shared = Arc::new(Shared {
        waiting: Mutex::default(),
        readable: Notify::new(),
        writable: Notify::new(),
    });
    let reader = Reader(shared.clone());
    let chunks = stream::try_unfold(reader, |reader| async {
        Ok(reader.next().await?.map(|chunk| (chunk, reader)))
    });
    (Writer { shared, store }, chunks)
}

impl Writer {
    /// Adds a chunk; waits only where there is no room on the disk for it.
    ///
    /// # Errors
    /// The reader is gone.
    pub async fn write(&self, chunk: Vec<u8>) -> Result<(), Abandoned> {
        let chunk = Bytes::from(chunk);
        loop {
            let room = self.shared.writable.notified();
            {
                let mut waiting = self.shared.lock();
                if waiting.is_abandoned {
                    return Err(Abandoned);
                }
                if waiting.add(&chunk, &self.store) {
                    self.shared.readable.notify_one();
                    return Ok(());
                }
            }
            room.await;
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.lock().is_ended = true;
        self.shared.readable.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Adds `chunk` where there is room for it.
    fn add(&mut self, chunk: &Bytes, store: &Store) -> bool {
        // All of it was read: what comes now fits into memory again.
        self.file = self.file.take().filter(|overflow| overflow.read < overflow.written);
        if self.file.is_none() && self.in_memory < MOST_IN_MEMORY {
            self.in_memory += chunk.len();
            self.memory.push_back(chunk.clone());
            return true;
        }
        self.overflow(chunk, store).unwrap_or_else(|error| {
            tracing::warn!(%error, "answers cannot be set aside; their reader is waited for");
            false
        })
    }

    fn overflow(&mut self, chunk: &[u8], store: &Store) -> io::Result<bool> {
        if self.file.is_none() {
            self.file = Some(Overflow { file: store.scratch_file()?, read: 0, written: 0 });
        }
        let Some(overflow) = self.file.as_mut() else {
            return Ok(false);
        };
        let end = overflow.written + chunk.len() as u64;
        if end > MOST_ON_DISK {
            return Ok(false);
        }
        overflow.file.seek(SeekFrom::Start(overflow.written))?;
        overflow.file.write_all(chunk)?;
        overflow.written = end;
        Ok(true)
    }

    /// The next chunk, if one waits.
    fn take(&mut self) -> io::Result<Option<Bytes>> {
        if let Some(chunk) = self.memory.pop_front() {
            self.in_memory -= chunk.len();
            return Ok(Some(chunk));
        }
        let Some(overflow) = self.file.as_mut().filter(|overflow| overflow.read < overflow.written)
        else {
            return Ok(None);
        };
        let rest = usize::try_from(overflow.written - overflow.read).unwrap_or(CHUNK);
        let mut chunk = vec![0; rest.min(CHUNK)];
        overflow.file.seek(SeekFrom::Start(overflow.read))?;
        overflow.file.read_exact(&mut chunk)?;
        overflow.read += chunk.len() as u64;
        Ok(Some(Bytes::from(chunk)))
    }
}

struct Reader(Arc<Shared>);

impl Reader {
    async fn next(&self) -> Result<Option<Bytes>, StreamFault> {
        loop {
            let more = self.0.readable.notified();
            {
                let mut waiting = self.0.lock();
                if let Some(chunk) = waiting.take()? {
                    self.0.writable.notify_one();
                    return Ok(Some(chunk));
                }
                if waiting.is_ended {
                    return Ok(None);
                }
            }
            more.await;
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.lock().is_abandoned = true;
        self.0.writable.notify_one();
    }
}
