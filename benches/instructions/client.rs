//! A client that costs next to nothing: it is counted with the service.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::Outcome;

/// How long an answer may take, also under Valgrind on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Longest answer, in bytes.
const BUFFER: usize = 4 * 1024 * 1024;

/// One connection, with one request at a time on it.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects.
    pub fn open(address: SocketAddr) -> Outcome<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Client { stream, buffer: vec![0; BUFFER] })
    }

    /// Sends a request and reads the answer, which must have `status`; its length.
    pub fn ask(&mut self, request: &[u8], status: u16) -> Outcome<usize> {
        self.exchange(request, status, is_whole)
    }

    /// The same where it is known how long the answer is, so that nothing has to be read in it.
    pub fn ask_again(&mut self, request: &[u8], status: u16, length: usize) -> Outcome<usize> {
        self.exchange(request, status, |answer| answer.len() >= length)
    }

    fn exchange(
        &mut self,
        request: &[u8],
        status: u16,
        is_whole: impl Fn(&[u8]) -> bool,
    ) -> Outcome<usize> {
        self.stream.write_all(request)?;
        let mut filled = 0;
        loop {
            let count = self.stream.read(self.buffer.get_mut(filled..).unwrap_or_default())?;
            filled += count;
            let answer = self.buffer.get(..filled).unwrap_or_default();
            if count == 0 {
                return Err("the connection ended, or the answer is too long".into());
            }
            if is_whole(answer) {
                check(answer, status)?;
                return Ok(filled);
            }
        }
    }

    /// The last answer, which was so long.
    pub fn answer(&self, length: usize) -> &[u8] {
        self.buffer.get(..length).unwrap_or_default()
    }
}

/// Whether this is an answer to its end.
fn is_whole(answer: &[u8]) -> bool {
    let (mut at, mut length, mut is_chunked) = (0, 0, false);
    for line in answer.split_inclusive(|&byte| byte == b'\n') {
        at += line.len();
        if line == b"\r\n" {
            let is_last = answer.ends_with(b"\r\n0\r\n\r\n");
            return if is_chunked { is_last } else { answer.len() >= at + length };
        }
        is_chunked |= line == b"transfer-encoding: chunked\r\n";
        if let Some(value) = line.strip_prefix(b"content-length: ") {
            let digits = value.iter().take_while(|byte| byte.is_ascii_digit());
            length = digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'));
        }
    }
    false
}

fn check(answer: &[u8], status: u16) -> Outcome<()> {
    let digits = answer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
    if digits.and_then(|digits| digits.parse().ok()) == Some(status) {
        return Ok(());
    }
    Err(format!("an answer is wrong: {}", String::from_utf8_lossy(answer)).into())
}
