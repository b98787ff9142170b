//! What the tests of the server loop share: a client that sends any bytes and reads answers.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod frame;

use std::future::Future;
use std::io::ErrorKind;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A limit that no test reaches.
pub const NEVER: Duration = Duration::from_secs(3600);

/// A limit that a test waits for.
pub const SOON: Duration = Duration::from_millis(150);

/// Awaits what must come; the bound is there only so that a hanging test ends.
pub async fn within<T>(what: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(60), what).await.expect("this hangs")
}

/// A head without a body.
pub fn get(path: &str, token: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n")
}

/// The head of a POST that announces `length` bytes of JSON; `more` are lines with their ends.
pub fn post_head(path: &str, token: &str, length: usize, more: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n{more}\r\n"
    )
}

/// A POST of JSON.
pub fn post(path: &str, token: &str, body: &str) -> String {
    post_head(path, token, body.len(), "") + body
}

/// One connection, byte by byte.
pub struct Wire(BufReader<TcpStream>);

impl Wire {
    /// Takes over a connection.
    pub fn new(stream: TcpStream) -> Wire {
        Wire(BufReader::new(stream))
    }

    /// Sends bytes.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within(self.0.write_all(bytes.as_ref())).await.unwrap();
    }

    /// Sends bytes, unless the other side has closed already.
    pub async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        within(self.0.write_all(bytes.as_ref())).await.is_ok()
    }

    /// Says that nothing more will come.
    pub async fn finish_sending(&mut self) {
        within(self.0.shutdown()).await.unwrap();
    }

    /// The next answer to a request other than HEAD.
    pub async fn answer(&mut self) -> WireAnswer {
        let mut answer = self.answer_head().await;
        if answer.header("transfer-encoding").eq_ignore_ascii_case("chunked") {
            answer.body = within(self.chunks()).await;
        } else if let Ok(length) = answer.header("content-length").parse() {
            answer.body = self.bytes(length).await;
        }
        answer
    }

    /// The status and headers of the next answer.
    pub async fn answer_head(&mut self) -> WireAnswer {
        let line = self.line().await;
        let status = line.strip_prefix("HTTP/1.1 ").or(line.strip_prefix("HTTP/1.0 "));
        let status = status.and_then(|rest| rest.get(..3)?.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no status line: {line:?}"));
        let mut headers = Vec::new();
        loop {
            let line = self.line().await;
            match line.split_once(':') {
                Some((name, value)) => {
                    headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
                }
                None => break assert_eq!(line, "", "no header line"),
            }
        }
        WireAnswer { status, headers, body: Vec::new() }
    }

    /// Exactly `count` bytes.
    pub async fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        within(self.0.read_exact(&mut bytes)).await.unwrap();
        bytes
    }

    /// Everything until the other side closes, in order or not.
    pub async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        match within(self.0.read_to_end(&mut bytes)).await {
            Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
            _ => String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        within(self.0.read_line(&mut line)).await.unwrap();
        assert!(line.ends_with("\r\n"), "the connection ended within {line:?}");
        line.truncate(line.len() - 2);
        line
    }

    async fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let line = self.line().await;
            let size = usize::from_str_radix(&line, 16).unwrap();
            body.extend(self.bytes(size).await);
            assert_eq!(self.line().await, "");
            if size == 0 {
                return body;
            }
        }
    }
}

/// An answer as it was sent.
#[derive(Debug)]
pub struct WireAnswer {
    /// The status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl WireAnswer {
    /// A header's value; empty where it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts that this is a problem of the kind `name` with `status`.
    pub fn problem(&self, status: u16, name: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.json()["type"], format!("/problems/{name}"));
        assert_eq!(self.json()["request-id"], self.header("x-request-id"));
    }
}
