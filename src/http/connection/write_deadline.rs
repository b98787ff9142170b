//! The time for which a client may take nothing of what is written to it.
//!
//! Any progress gives it all of the time again, so that it cuts off who does not read, not who
//! reads slowly. What counts is what the system says, and it calls a full TCP buffer writable only
//! when about a third of it is free: the time should be long enough for the slowest reader to take
//! that much.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// Fails a write that has been pending for too long. As long as none is pending there is no timer.
#[derive(Debug)]
pub struct WriteDeadline {
    patience: Duration,
    pending: Option<Pin<Box<Sleep>>>,
}

impl WriteDeadline {
    /// A deadline that a write reaches after `patience` without progress.
    pub fn new(patience: Duration) -> WriteDeadline {
        WriteDeadline { patience, pending: None }
    }

    /// Gives a write that is pending all of the time again.
    pub fn extend(&mut self) {
        if let Some(deadline) = &mut self.pending {
            deadline.as_mut().reset(Instant::now() + self.patience);
        }
    }

    /// Passes on what came of trying to write. A write that is still pending fails past the
    /// deadline; until then the task is woken at it.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with a timer, as [`tokio::time::sleep`] does.
    pub fn check<T>(
        &mut self,
        cx: &mut Context<'_>,
        tried: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.pending = None;
            return tried;
        }
        let patience = self.patience;
        let deadline = self.pending.get_or_insert_with(|| Box::pin(sleep(patience)));
        deadline.as_mut().poll(cx).map(|()| {
            let why = "the client did not read its answer in time";
            Err(io::Error::new(io::ErrorKind::TimedOut, why))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::timeout;

    use super::super::socket::GuardedSocket;
    use super::*;

    /// A deadline no test reaches.
    const LONG: Duration = Duration::from_secs(600);
    /// A deadline a test waits for.
    const SHORT: Duration = Duration::from_millis(20);
    /// The end of a test that would otherwise hang.
    const HANGING: Duration = Duration::from_secs(60);

    /// A client with room for four bytes, and the socket to it.
    fn guarded(write: Duration) -> (DuplexStream, GuardedSocket<DuplexStream>) {
        let (client, server) = duplex(4);
        (client, GuardedSocket::new(server, LONG, write))
    }

    async fn fails_in_time<T: std::fmt::Debug>(write: impl Future<Output = io::Result<T>>) {
        let failed = timeout(HANGING, write).await.unwrap().unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_write_that_gets_nowhere_fails_at_its_deadline_and_so_do_those_after_it() {
        let (_client, mut socket) = guarded(SHORT);
        socket.write_all(b"abcd").await.unwrap();
        fails_in_time(socket.write(b"e")).await;
        fails_in_time(socket.write_vectored(&[io::IoSlice::new(b"e")])).await;
    }

    #[tokio::test]
    async fn a_flush_in_between_gives_a_write_no_more_time() {
        let (_client, mut socket) = guarded(SHORT);
        socket.write_all(b"abcd").await.unwrap();
        let written = std::future::poll_fn(|cx| {
            let mut socket = Pin::new(&mut socket);
            let written = AsyncWrite::poll_write(socket.as_mut(), cx, b"e");
            // This stream keeps nothing back.
            assert!(AsyncWrite::poll_flush(socket, cx).is_ready());
            written
        });
        fails_in_time(written).await;
    }

    #[tokio::test]
    async fn who_sends_something_has_all_of_the_time_again() {
        let mut deadline = WriteDeadline::new(LONG);
        deadline.extend();
        assert!(deadline.pending.is_none());
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(deadline.check::<usize>(&mut cx, Poll::Pending).is_pending());
        let end = deadline.pending.as_ref().unwrap().deadline();
        deadline.extend();
        assert!(deadline.pending.as_ref().unwrap().deadline() > end);
    }

    #[tokio::test]
    async fn who_reads_at_last_gets_everything() {
        let (mut client, mut socket) = guarded(LONG);
        let writing = tokio::spawn(async move { socket.write_all(&[7; 400]).await });
        let mut received = Vec::new();
        timeout(HANGING, client.read_to_end(&mut received)).await.unwrap().unwrap();
        writing.await.unwrap().unwrap();
        assert_eq!(received, [7; 400]);
    }

    #[tokio::test]
    async fn there_is_one_timer_while_a_write_is_pending_and_none_once_it_gets_on() {
        let mut deadline = WriteDeadline::new(LONG);
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(deadline.check(&mut cx, Poll::Ready(Ok(1))).is_ready());
        assert!(deadline.pending.is_none());
        assert!(deadline.check::<usize>(&mut cx, Poll::Pending).is_pending());
        let end = deadline.pending.as_ref().unwrap().deadline();
        assert!(deadline.check::<usize>(&mut cx, Poll::Pending).is_pending());
        assert_eq!(deadline.pending.as_ref().unwrap().deadline(), end);
        assert!(deadline.check(&mut cx, Poll::Ready(Ok(1))).is_ready());
        assert!(deadline.pending.is_none());
    }
}
