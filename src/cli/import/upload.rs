//! The file on its way to the service: read in big pieces by a thread of its own, sent as it is.
//!
//! ```text
//! thread: file ──► where records end ──► [window, bounded] ──► what was answered
//!                 └► the bytes ────────► [body, bounded] ────► the request
//! ```
//! The ends go ahead of the bytes, so that they are there when an answer comes. Both ways are
//! bounded: the file is read as fast as the service answers.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use hyper::body::{Body, Bytes, Frame};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinHandle;

use super::super::records::Records;

/// How much is read and sent at once.
const PIECE: usize = 64 * 1024;

/// Most pieces with records that are not answered yet.
const WINDOW: usize = 64;

/// Most pieces that wait to be sent.
const WAITING: usize = 4;

/// A file that is being read.
pub struct Upload {
    /// Its bytes, as the body of a request.
    pub body: Pieces,
    /// Its records, in order.
    pub window: Window,
    /// Ready when it has been read.
    pub reading: JoinHandle<io::Result<()>>,
}

impl Upload {
    /// Begins to read `file`, of which `records` knows the form.
    pub fn start(file: File, records: Records) -> Upload {
        let (ends, window) = mpsc::channel(WINDOW);
        let (pieces, body) = mpsc::channel(WAITING);
        let reading = tokio::task::spawn_blocking(move || {
            let done = read(file, records, &ends, &pieces);
            if let Err(error) = &done {
                // Breaks the request off, so that the service does not take it for whole. Where
                // nobody takes it any more, it is broken off already.
                let _ = pieces.blocking_send(Err(io::Error::new(error.kind(), error.to_string())));
            }
            done
        });
        let window = Window { batches: window, batch: Vec::new().into_iter(), start: 0 };
        Upload { body: Pieces(body), window, reading }
    }
}

/// Reads the file to its end, or until nobody wants it any more.
fn read(
    mut file: File,
    mut records: Records,
    window: &Sender<Vec<u64>>,
    body: &Sender<io::Result<Bytes>>,
) -> io::Result<()> {
    let mut at = 0;
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        file.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        let mut ends = Vec::new();
        records.read(&piece, at, &mut ends);
        at += piece.len() as u64;
        let is_last = piece.is_empty();
        if is_last {
            records.finish(at, &mut ends);
        }
        // A piece in the middle of a long record takes no place in the window.
        let announced = ends.is_empty() || window.blocking_send(ends).is_ok();
        let goes_on = announced && !is_last && body.blocking_send(Ok(piece.into())).is_ok();
        if !goes_on {
            return Ok(());
        }
    }
}

/// The records that are on their way, as ranges of bytes of the file.
pub struct Window {
    batches: Receiver<Vec<u64>>,
    batch: vec::IntoIter<u64>,
    start: u64,
}

impl Window {
    /// The next record; `None` when the file has no more.
    pub async fn next(&mut self) -> Option<Range<u64>> {
        loop {
            if let Some(end) = self.batch.next() {
                let range = self.start..end;
                self.start = end;
                return Some(range);
            }
            self.batch = self.batches.recv().await?.into_iter();
        }
    }
}

/// The pieces of a file as a body.
pub struct Pieces(Receiver<io::Result<Bytes>>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
