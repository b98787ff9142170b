//! A lean client: it reads of an answer what it must, the status and the length.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const BUFFER: usize = 8 * 1024;

/// One connection, with one request at a time on it.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> io::Result<Connection> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: vec![0; BUFFER], filled: 0 })
    }

    /// Sends a request and reads the answer, which must have `status`.
    pub async fn exchange(&mut self, request: &[u8], status: u16) -> io::Result<()> {
        self.stream.write_all(request).await?;
        self.filled = 0;
        loop {
            let count =
                self.stream.read(self.buffer.get_mut(self.filled..).unwrap_or(&mut [])).await?;
            if count == 0 {
                return Err(io::Error::other("the connection ended, or the answer is too long"));
            }
            self.filled += count;
            if let Some(end) = end(self.answer()) {
                if end < self.filled {
                    return Err(io::Error::other("more came than the answer"));
                }
                if end == self.filled {
                    return check(self.answer(), status);
                }
            }
        }
    }

    /// The last answer, as it came.
    pub fn answer(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }
}

/// Where the answer that `bytes` begin with ends, once its head is there.
fn end(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut length) = (0, 0);
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        at += line.len();
        if line == b"\r\n" {
            return Some(at + length);
        }
        if let Some(value) = line.strip_prefix(b"content-length: ") {
            let digits = value.iter().take_while(|byte| byte.is_ascii_digit());
            length = digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'));
        }
    }
    None
}

fn check(answer: &[u8], status: u16) -> io::Result<()> {
    if answer.get(..12) == Some(format!("HTTP/1.1 {status}").as_bytes()) {
        return Ok(());
    }
    Err(io::Error::other(format!("an answer is wrong: {}", String::from_utf8_lossy(answer))))
}
