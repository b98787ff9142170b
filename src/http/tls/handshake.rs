//! The handshakes that are going on: each bounded in time, all of them in number. When there are
//! too many, the one that has taken longest is given up, so that those who are slow, or only
//! pretend to begin, never keep anybody else waiting.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The first byte of a TLS connection: a record of the type handshake (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

/// What a client gets that speaks HTTP where TLS is spoken.
const HTTPS_ONLY: &str = "HTTP/1.1 400 Bad Request\r\n\
    Content-Type: application/problem+json\r\nContent-Length: 128\r\nConnection: close\r\n\r\n\
    {\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,\
    \"detail\":\"this port speaks TLS only: begin the address with https://\"}\n";

/// Most bytes of such a request that are looked at.
const MAX_PLAIN: usize = 16 * 1024;

/// The handshakes that are going on.
pub struct Handshakes {
    most: usize,
    patience: Duration,
    open: Mutex<Open>,
}

/// Each by its number, which grows, with the way to end it.
#[derive(Default)]
struct Open {
    next: u64,
    ends: BTreeMap<u64, oneshot::Sender<()>>,
}

/// A place among them, given back when it is dropped.
struct Place<'h> {
    among: &'h Handshakes,
    number: u64,
}

impl Handshakes {
    /// At most `most` at once, each given up after `patience`.
    pub fn new(most: usize, patience: Duration) -> Handshakes {
        Handshakes { most, patience, open: Mutex::default() }
    }

    /// Makes TLS of a connection.
    ///
    /// # Errors
    /// The client does not speak TLS as it should, took too long, or too many came after it.
    pub async fn shake(
        &self,
        acceptor: TlsAcceptor,
        stream: TcpStream,
    ) -> io::Result<TlsStream<TcpStream>> {
        let (_place, displaced) = self.begin();
        tokio::select! {
            shaken = accept(acceptor, stream) => shaken,
            _ = displaced => Err(io::Error::new(
                io::ErrorKind::ConnectionAborted,
                "too many others began a TLS handshake meanwhile",
            )),
            () = tokio::time::sleep(self.patience) => Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "the client did not end its TLS handshake in time",
            )),
        }
    }

    /// A new place, and what is ready when it is lost to those who came later.
    fn begin(&self) -> (Place<'_>, oneshot::Receiver<()>) {
        let (end, displaced) = oneshot::channel();
        let mut open = self.lock();
        let number = open.next;
        open.next += 1;
        open.ends.insert(number, end);
        if open.ends.len() > self.most
            && let Some((_, end)) = open.ends.pop_first()
        {
            // An error means that it has ended by itself.
            let _ = end.send(());
        }
        (Place { among: self, number }, displaced)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.among.lock().ends.remove(&self.number);
    }
}

async fn accept(acceptor: TlsAcceptor, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
    let mut first = [0];
    let count = stream.peek(&mut first).await?;
    if count > 0 && first != [HANDSHAKE] {
        refuse_plain(stream).await;
        let why = "the client does not speak TLS";
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    acceptor.accept(stream).await
}

/// Says what is wrong to whoever speaks HTTP. It works or it does not: nothing hangs on it.
async fn refuse_plain(mut stream: TcpStream) {
    // What is left unread when a connection is closed may take away what was written to it.
    let _ = stream.read(&mut vec![0; MAX_PLAIN]).await;
    let _ = stream.write_all(HTTPS_ONLY.as_bytes()).await;
    let _ = stream.shutdown().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_of_plain_http_is_as_long_as_it_says() {
        let (head, body) = HTTPS_ONLY.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{}", body.len());
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(problem["status"], 400);
    }

    #[tokio::test]
    async fn the_oldest_handshake_makes_room_for_the_newest_and_ended_ones_for_nobody() {
        let handshakes = Handshakes::new(2, Duration::from_secs(60));
        let (first, displaced) = handshakes.begin();
        let (second, mut second_displaced) = handshakes.begin();
        let (third, _third_displaced) = handshakes.begin();
        displaced.await.unwrap();
        drop(first);
        drop(third);
        let (_fourth, _fourth_displaced) = handshakes.begin();
        assert!(second_displaced.try_recv().is_err(), "there was room");
        drop(second);
        assert_eq!(handshakes.lock().ends.len(), 1);
    }
}
