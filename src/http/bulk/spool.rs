//! Answers that wait for their reader: most clients send the whole of a bulk request before they
//! read a byte of its answer. A little waits in memory, the rest in a file without a name, so that
//! neither the memory grows nor the two of them wait for each other for good. Beyond
//! [`ROOM`] whoever writes has to wait.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::Stream;
use futures_util::stream;
use hyper::body::Bytes;
use tokio::sync::Notify;

use crate::http::body::StreamFault;
use crate::store::Store;

/// How much may wait, in bytes.
#[derive(Clone, Copy)]
pub struct Room {
    memory: usize,
    disk: u64,
}

/// On the disk, the answers to some four million lines.
pub const ROOM: Room = Room { memory: 256 * 1024, disk: 256 * 1024 * 1024 };

/// Bytes that are read back from the file at once.
const CHUNK: usize = 64 * 1024;

/// The side that writes. The stream ends when it is dropped.
pub struct Writer {
    shared: Arc<Shared>,
    store: Store,
}

struct Shared {
    room: Room,
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
pub fn spool(
    store: Store,
    room: Room,
) -> (Writer, impl Stream<Item = Result<Bytes, StreamFault>> + Send) {
    let shared = Arc::new(Shared {
        room,
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
                if waiting.add(&chunk, self.shared.room, &self.store) {
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
    fn add(&mut self, chunk: &Bytes, room: Room, store: &Store) -> bool {
        // All of it was read: what comes now fits into memory again.
        self.file = self.file.take().filter(|overflow| overflow.read < overflow.written);
        if self.file.is_none() && self.in_memory < room.memory {
            self.in_memory += chunk.len();
            self.memory.push_back(chunk.clone());
            return true;
        }
        self.overflow(chunk, room, store).unwrap_or_else(|error| {
            tracing::warn!(%error, "answers cannot be set aside; their reader is waited for");
            false
        })
    }

    fn overflow(&mut self, chunk: &[u8], room: Room, store: &Store) -> io::Result<bool> {
        if self.file.is_none() {
            self.file = Some(Overflow { file: store.scratch_file()?, read: 0, written: 0 });
        }
        let Some(overflow) = self.file.as_mut() else {
            return Ok(false);
        };
        let end = overflow.written + chunk.len() as u64;
        if end > room.disk {
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

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::{FutureExt, StreamExt};

    use super::*;
    use crate::store::StoreOptions;

    const SMALL: Room = Room { memory: 10, disk: 40 };
    const LARGE: Room = Room { memory: 10, disk: 1000 };

    fn store() -> (Store, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        (Store::open(StoreOptions::new(dir.path())).unwrap(), dir)
    }

    /// Everything that waits or still comes, as one text.
    async fn rest(chunks: impl Stream<Item = Result<Bytes, StreamFault>>) -> String {
        let chunks: Vec<Bytes> = chunks.map(Result::unwrap).collect().await;
        String::from_utf8(chunks.concat()).unwrap()
    }

    #[tokio::test]
    async fn what_is_written_comes_out_in_order_from_memory_and_file() {
        let (store, _dir) = store();
        for count in 0..10 {
            let (writer, chunks) = spool(store.clone(), SMALL);
            for number in 0..count {
                writer.write(number.to_string().repeat(5).into_bytes()).await.unwrap();
            }
            drop(writer);
            let expected: String = (0..count).map(|number| number.to_string().repeat(5)).collect();
            assert_eq!(rest(chunks).await, expected);
        }
    }

    #[tokio::test]
    async fn reading_and_writing_in_any_turns_keeps_the_order() {
        let (store, _dir) = store();
        for turns in 0..256_u32 {
            let (writer, chunks) = spool(store.clone(), LARGE);
            let (mut chunks, mut read) = (Box::pin(chunks), Vec::new());
            for (number, letter) in ('a'..='x').enumerate() {
                writer.write(letter.to_string().repeat(5).into_bytes()).await.unwrap();
                if turns >> (number % 8) & 1 == 1 {
                    read.extend(chunks.next().now_or_never().flatten().map(Result::unwrap));
                }
            }
            drop(writer);
            let read = String::from_utf8(read.concat()).unwrap() + &rest(chunks).await;
            let expected: String = ('a'..='x').map(|letter| letter.to_string().repeat(5)).collect();
            assert_eq!(read, expected, "turns {turns:b}");
        }
    }

    #[tokio::test]
    async fn a_writer_without_room_waits_for_the_reader() {
        let (store, _dir) = store();
        let (writer, chunks) = spool(store, SMALL);
        let mut chunks = pin!(chunks);
        for _ in 0..5 {
            writer.write(vec![b'x'; 10]).await.unwrap();
        }
        let mut waits = pin!(writer.write(vec![b'y'; 10]));
        assert!(waits.as_mut().now_or_never().is_none());
        // The chunk in memory makes no room, the end of the file does.
        assert_eq!(chunks.next().await.unwrap().unwrap(), "x".repeat(10));
        assert!(waits.as_mut().now_or_never().is_none());
        assert_eq!(chunks.next().await.unwrap().unwrap(), "x".repeat(40));
        waits.await.unwrap();
        assert_eq!(chunks.next().await.unwrap().unwrap(), "y".repeat(10));
    }

    #[tokio::test]
    async fn a_writer_that_waits_is_told_that_the_reader_is_gone() {
        let (store, _dir) = store();
        let (writer, chunks) = spool(store, Room { memory: 1, disk: 0 });
        writer.write(vec![b'x'; 10]).await.unwrap();
        let mut waits = pin!(writer.write(vec![b'y'; 10]));
        assert!(waits.as_mut().now_or_never().is_none());
        drop(chunks);
        waits.await.unwrap_err();
    }

    #[tokio::test]
    async fn where_no_file_can_be_made_the_reader_is_waited_for() {
        let (store, dir) = store();
        drop(dir);
        let (writer, chunks) = spool(store, SMALL);
        writer.write(vec![b'x'; 10]).await.unwrap();
        let writing = async move {
            for _ in 0..5 {
                writer.write(vec![b'y'; 10]).await.unwrap();
            }
        };
        let (read, ()) = tokio::join!(rest(chunks), writing);
        assert_eq!(read, "x".repeat(10) + &"y".repeat(50));
    }
}
