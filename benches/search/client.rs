//! A lean client: one connection, one question after another.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::service::{CUSTOMERS, Service};

/// One connection.
pub struct Client {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
    token: String,
}

impl Client {
    /// Connects.
    pub fn open(service: &Service) -> io::Result<Client> {
        let writer = TcpStream::connect(service.address())?;
        writer.set_nodelay(true)?;
        let reader = BufReader::new(writer.try_clone()?);
        Ok(Client { reader, writer, token: service.token().to_owned() })
    }

    /// Asks for the 20 best matches; how many there were.
    pub fn search(&mut self, question: &str) -> io::Result<usize> {
        let (token, question) = (&self.token, utf8_percent_encode(question, NON_ALPHANUMERIC));
        let request = format!(
            "GET {CUSTOMERS}?limit=20&q={question} HTTP/1.1\r\nHost: bench\r\n\
             Accept: application/x-ndjson\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        self.writer.write_all(request.as_bytes())?;
        let head = self.line()?;
        if !head.starts_with("HTTP/1.1 200 ") {
            return Err(io::Error::other(format!("the service says {head}")));
        }
        while !self.line()?.trim().is_empty() {}
        self.chunks()
    }

    /// Reads a body in chunks; how many lines it has.
    fn chunks(&mut self) -> io::Result<usize> {
        let mut lines = 0;
        loop {
            let size = usize::from_str_radix(self.line()?.trim(), 16).map_err(io::Error::other)?;
            let mut chunk = vec![0; size + 2];
            self.reader.read_exact(&mut chunk)?;
            if size == 0 {
                return Ok(lines);
            }
            lines += chunk.iter().filter(|byte| **byte == b'\n').count() - 1;
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.reader.read_line(&mut line)? {
            0 => Err(io::Error::other("the service closed the connection")),
            _ => Ok(line),
        }
    }
}
