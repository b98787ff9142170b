//! The socket under every HTTP connection, which guards what the HTTP stack above it cannot.
//!
//! The stack that tells HTTP/1.x from HTTP/2 waits for the first bytes without a limit, so a
//! client that connects and stays silent, or sends half of the HTTP/2 preface, would hold a
//! connection for good. It waits without a limit, too, for a client that does not read its answer.
//! And it hides from the service that a request head held both
//! `Transfer-Encoding` and `Content-Length`. All of that can be seen where the bytes pass.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::framing::FramingScanner;
use super::write_deadline::WriteDeadline;

/// What a client that speaks HTTP/2 sends first (RFC 9113 section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A byte stream, such as a TCP or a TLS stream, with a deadline for its first bytes, a
/// [`FramingScanner`] on everything read from it, and a deadline for writes that do not get on.
///
/// Reads fail with [`io::ErrorKind::TimedOut`] once the deadline has passed before the client
/// showed whether it speaks HTTP/2 (it sent the whole preface) or not (it sent a byte that
/// differs from it). After that the deadline is gone and reads cost the scan only. Writes,
/// flushes and the shutdown fail in the same way once they got nowhere for too long. Any other
/// error is that of the stream.
#[derive(Debug)]
pub struct GuardedSocket<T> {
    io: T,
    opening: Option<Opening>,
    scanner: FramingScanner,
    conflicting: ConflictingFraming,
    writing: WriteDeadline,
    /// Apart from `writing`: a stream that keeps nothing back can be flushed at any time, which
    /// says nothing about whether it takes more.
    flushing: WriteDeadline,
}

impl<T> GuardedSocket<T> {
    /// Guards `io`, whose client has `first_bytes` from now on to show which protocol it speaks,
    /// and is given up once it takes nothing of what is written for as long as `write`.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with a timer, as [`tokio::time::sleep`] does.
    pub fn new(io: T, first_bytes: Duration, write: Duration) -> Self {
        Self {
            io,
            opening: Some(Opening::new(first_bytes)),
            scanner: FramingScanner::new(),
            conflicting: ConflictingFraming::default(),
            writing: WriteDeadline::new(write),
            flushing: WriteDeadline::new(write),
        }
    }

    /// The verdict on this connection, to be asked at each request.
    ///
    /// The bytes of a request are scanned before the HTTP stack sees them, so the verdict on a
    /// request stands before the service is called with it.
    pub fn conflicting_framing(&self) -> ConflictingFraming {
        self.conflicting.clone()
    }

    /// Takes note of the bytes of one read; none at all are the end of the stream.
    fn note(&mut self, bytes: &[u8]) {
        self.opening = self.opening.take().and_then(|opening| opening.after(bytes));
        self.scanner.feed(bytes);
        if !bytes.is_empty() {
            // Whoever still sends, as most clients do before they read, has not gone away.
            self.writing.extend();
            self.flushing.extend();
        }
        if self.scanner.conflicting() {
            self.conflicting.set();
        }
    }
}

/// Whether a request of one connection held both `Transfer-Encoding` and `Content-Length`, to be
/// refused with 400 (RFC 9112 sections 6.1 and 6.3). Clones share the verdict.
///
/// It never turns back: where such a request ends is in dispute, so no later request of the
/// connection can be trusted either. Requests which the client sent ahead of it in the same
/// read may be refused with it.
#[derive(Debug, Clone, Default)]
pub struct ConflictingFraming(Arc<AtomicBool>);

impl ConflictingFraming {
    /// Whether such a request has been read.
    #[must_use]
    pub fn seen(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    fn set(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// The time until it is known which protocol the client speaks.
#[derive(Debug)]
struct Opening {
    deadline: Pin<Box<Sleep>>,
    /// What is left of the preface after the bytes so far, which all equal it.
    expected: &'static [u8],
}

impl Opening {
    fn new(first_bytes: Duration) -> Self {
        Self { deadline: Box::pin(sleep(first_bytes)), expected: PREFACE }
    }

    /// What is left to wait for after `bytes`: nothing once they are the end of the stream, end
    /// the preface or differ from it.
    fn after(mut self, bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        self.expected = self.expected.strip_prefix(bytes)?;
        (!self.expected.is_empty()).then_some(self)
    }

    /// Fails past the deadline; else the task is woken at it.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.deadline.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "the client did not show in time which protocol it speaks",
            )),
            Poll::Pending => Ok(()),
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for GuardedSocket<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(opening) = &mut self.opening {
            opening.check(cx)?;
        }
        let before = buf.filled().len();
        let room = buf.remaining() > 0;
        let polled = Pin::new(&mut self.io).poll_read(cx, buf);
        if room && matches!(polled, Poll::Ready(Ok(()))) {
            self.note(buf.filled().get(before..).unwrap_or_default());
        }
        polled
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for GuardedSocket<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, buf);
        self.writing.check(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        self.flushing.check(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.io).poll_shutdown(cx);
        self.flushing.check(cx, shut)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.writing.check(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::poll_fn;
    use std::sync::Mutex;

    use http_body_util::{BodyExt, Full};
    use hyper::body::{Bytes, Incoming};
    use hyper::service::service_fn;
    use hyper::{Request, Response};
    use hyper_util::rt::{TokioExecutor, TokioIo};
    use hyper_util::server::conn::auto;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::timeout;

    use super::*;

    /// A deadline no test reaches.
    const LONG: Duration = Duration::from_secs(600);
    /// A deadline a test waits for.
    const SHORT: Duration = Duration::from_millis(20);
    /// The end of a test that would otherwise hang.
    const HANGING: Duration = Duration::from_secs(60);

    const LENGTH_FIRST: &[u8] = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\
        Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    const CODING_FIRST: &[u8] = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\
        Content-Length: 5\r\n\r\n0\r\n\r\n";
    const PLAIN: &[u8] = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabcde";

    fn guarded(first_bytes: Duration) -> (DuplexStream, GuardedSocket<DuplexStream>) {
        let (client, server) = duplex(4096);
        (client, GuardedSocket::new(server, first_bytes, LONG))
    }

    /// Reads once from the socket, into a small buffer.
    async fn read_once(socket: &mut GuardedSocket<DuplexStream>) -> io::Result<Vec<u8>> {
        let mut buffer = [0; 64];
        let count = timeout(HANGING, socket.read(&mut buffer)).await.unwrap()?;
        Ok(buffer[..count].to_vec())
    }

    /// What the service saw of the verdict, call by call, when a client sends `bytes` to a
    /// server of HTTP/1.x, in pieces of at most `piece`.
    async fn verdicts_of_http1(bytes: &[u8], piece: usize) -> Vec<bool> {
        let (mut client, socket) = guarded(LONG);
        let (seen, verdict) = (Mutex::new(Vec::new()), socket.conflicting_framing());
        let service = service_fn(|request: Request<Incoming>| {
            seen.lock().unwrap().push(verdict.seen());
            async {
                request.into_body().collect().await.unwrap();
                Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
            }
        });
        let mut builder = hyper::server::conn::http1::Builder::new();
        builder.half_close(true);
        let server = builder.serve_connection(TokioIo::new(socket), service);
        let sending = async {
            for piece in bytes.chunks(piece) {
                client.write_all(piece).await.unwrap();
                tokio::task::yield_now().await;
            }
            client.shutdown().await.unwrap();
            client.read_to_end(&mut Vec::new()).await.unwrap();
        };
        let (served, ()) = timeout(HANGING, async { tokio::join!(server, sending) }).await.unwrap();
        served.unwrap();
        seen.into_inner().unwrap()
    }

    /// Serves one connection as the registry does, with either version of HTTP.
    async fn serve(socket: GuardedSocket<DuplexStream>) -> bool {
        let service = service_fn(|_: Request<Incoming>| async {
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
        });
        let builder = auto::Builder::new(TokioExecutor::new());
        let connection = builder.serve_connection(TokioIo::new(socket), service);
        connection.await.is_ok()
    }

    /// What a client gets from [`serve`] until the server closes, after it sent `bytes`.
    async fn answer_to(bytes: &[u8], first_bytes: Duration) -> Vec<u8> {
        let (mut client, socket) = guarded(first_bytes);
        let server = tokio::spawn(serve(socket));
        client.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        let reading = client.read_to_end(&mut answer);
        timeout(HANGING, reading).await.unwrap().unwrap();
        server.await.unwrap();
        answer
    }

    #[tokio::test]
    async fn the_service_is_called_with_the_verdict_on_a_request_with_both_fields() {
        for request in [LENGTH_FIRST, CODING_FIRST] {
            for piece in [1, 7, 4096] {
                assert_eq!(verdicts_of_http1(request, piece).await, [true]);
            }
        }
    }

    #[tokio::test]
    async fn a_request_after_valid_ones_is_judged_by_its_own_fields() {
        let requests = [PLAIN, PLAIN, CODING_FIRST].concat();
        assert_eq!(verdicts_of_http1(&requests, 1).await, [false, false, true]);
        let requests = [PLAIN, PLAIN].concat();
        assert_eq!(verdicts_of_http1(&requests, 4096).await, [false, false]);
    }

    #[tokio::test]
    async fn a_silent_connection_is_closed_at_the_deadline() {
        assert!(answer_to(b"", SHORT).await.is_empty());
    }

    #[tokio::test]
    async fn a_connection_with_half_of_the_preface_is_closed_at_the_deadline() {
        assert!(answer_to(&PREFACE[..12], SHORT).await.is_empty());
        assert!(answer_to(&PREFACE[..23], SHORT).await.is_empty());
    }

    #[tokio::test]
    async fn both_versions_of_http_are_served_through_the_guard() {
        let request = b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        assert!(answer_to(request, LONG).await.starts_with(b"HTTP/1.1 200 "));

        let (mut client, socket) = guarded(LONG);
        let server = tokio::spawn(serve(socket));
        let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
        client.write_all(&[PREFACE, &settings].concat()).await.unwrap();
        let mut answer = [0; 9];
        timeout(HANGING, client.read_exact(&mut answer)).await.unwrap().unwrap();
        assert_eq!(answer[3], 4, "a SETTINGS frame");
        drop(client);
        server.await.unwrap();
    }

    #[tokio::test]
    async fn a_read_past_the_deadline_fails_each_time() {
        let (mut client, mut socket) = guarded(SHORT);
        for _ in 0..2 {
            let error = read_once(&mut socket).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        }
        client.write_all(b"GET").await.unwrap();
        let error = read_once(&mut socket).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "even with bytes to read");
    }

    #[tokio::test]
    async fn the_deadline_is_dropped_at_the_first_byte_that_differs_from_the_preface() {
        for first in [&b"G"[..], b"PRI * HTTP/1", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r"] {
            let (mut client, mut socket) = guarded(LONG);
            for byte in first {
                assert!(socket.opening.is_some());
                client.write_all(&[*byte]).await.unwrap();
                read_once(&mut socket).await.unwrap();
            }
            assert!(socket.opening.is_none());
        }
    }

    #[tokio::test]
    async fn the_deadline_is_dropped_at_the_end_of_the_preface() {
        let (mut client, mut socket) = guarded(LONG);
        for byte in PREFACE {
            assert!(socket.opening.is_some());
            client.write_all(&[*byte]).await.unwrap();
            read_once(&mut socket).await.unwrap();
        }
        assert!(socket.opening.is_none());

        let (mut client, mut socket) = guarded(LONG);
        client.write_all(&[PREFACE, b"more"].concat()).await.unwrap();
        read_once(&mut socket).await.unwrap();
        assert!(socket.opening.is_none());
    }

    #[tokio::test]
    async fn the_end_of_the_stream_ends_the_wait_but_an_empty_buffer_does_not() {
        let (client, mut socket) = guarded(LONG);
        assert_eq!(socket.read(&mut []).await.unwrap(), 0);
        assert!(socket.opening.is_some());
        drop(client);
        assert!(read_once(&mut socket).await.unwrap().is_empty());
        assert!(socket.opening.is_none());
    }

    #[tokio::test]
    async fn only_the_new_bytes_of_a_buffer_that_holds_some_are_noted() {
        let (mut client, mut socket) = guarded(LONG);
        let mut storage = [0; 256];
        let mut buffer = ReadBuf::new(&mut storage);
        let requests = [PLAIN, LENGTH_FIRST].concat();
        let (start, rest) = requests.split_at(PLAIN.len() - 4);
        for piece in [start, rest] {
            assert!(!socket.conflicting_framing().seen());
            client.write_all(piece).await.unwrap();
            poll_fn(|cx| Pin::new(&mut socket).poll_read(cx, &mut buffer)).await.unwrap();
        }
        assert_eq!(buffer.filled(), requests);
        assert!(socket.conflicting_framing().seen());
    }

    #[tokio::test]
    async fn writes_pass_through() {
        let (mut client, mut socket) = guarded(LONG);
        assert_eq!(socket.is_write_vectored(), client.is_write_vectored());
        let parts = [IoSlice::new(b"ab"), IoSlice::new(b"cd")];
        assert_eq!(socket.write_vectored(&parts).await.unwrap(), 4);
        socket.write_all(b"ef").await.unwrap();
        socket.flush().await.unwrap();
        socket.shutdown().await.unwrap();
        let mut received = Vec::new();
        client.read_to_end(&mut received).await.unwrap();
        assert_eq!(received, b"abcdef");
    }
}
