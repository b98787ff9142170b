//! A lean client: reads a list to its end and keeps nothing of it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use super::service::{CUSTOMERS, Service};

const BUFFER: usize = 256 * 1024;

/// What ends a whole answer in chunks.
const END: &[u8] = b"0\r\n\r\n";

/// One connection.
pub struct Client {
    stream: TcpStream,
    token: String,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects.
    pub fn open(service: &Service) -> io::Result<Client> {
        let stream = TcpStream::connect(service.address())?;
        Ok(Client { stream, token: service.token().to_owned(), buffer: vec![0; BUFFER] })
    }

    /// Asks for everything in that form and reads it; calls `look` every now and then. When the first
    /// of it was there.
    pub fn list(&mut self, form: &str, mut look: impl FnMut()) -> io::Result<Instant> {
        let token = &self.token;
        let request = format!(
            "GET {CUSTOMERS} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
             Accept: {form}\r\n\r\n"
        );
        self.stream.write_all(request.as_bytes())?;
        let (mut first, mut since) = (None, 0);
        loop {
            let count = self.stream.read(&mut self.buffer)?;
            let part = self.buffer.get(..count).unwrap_or_default();
            let is_first = first.is_none();
            let first = *first.get_or_insert_with(Instant::now);
            if count == 0 || (is_first && !part.starts_with(b"HTTP/1.1 200 ")) {
                return Err(io::Error::other("the list was refused, or broke off"));
            }
            if part.ends_with(END) {
                return Ok(first);
            }
            since += count;
            if since > 2 * BUFFER {
                since = 0;
                look();
            }
        }
    }
}
