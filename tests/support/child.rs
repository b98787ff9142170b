//! The real program as a process of its own, and a client that speaks to it over one connection.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use smart_customer::customer::vat::VatNumber;
use smart_customer::customer::{Assessment, Customer, CustomerId, Details};
use tokio::net::TcpStream;

/// A running `serve`; killed at the latest when it is dropped.
pub struct Service {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Service {
    /// Starts it over `data_dir`; what it logs goes to `log`.
    pub fn spawn(data_dir: &Path, log: &Path) -> Service {
        Service::spawn_with(data_dir, log, &[])
    }

    /// The same with more arguments.
    pub fn spawn_with(data_dir: &Path, log: &Path, arguments: &[&str]) -> Service {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--log-level", "warn", "--data-dir"];
        let mut child = command(log)
            .args(serve)
            .arg(data_dir)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Service { child, stdout }
    }

    /// Waits until it says where it listens; `None` where it ended without.
    pub fn address(&mut self) -> Option<SocketAddr> {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        let (_, address) = line.trim().split_once("http://")?;
        Some(address.parse().unwrap())
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Kills it on the spot; whether it had said anything that was not read yet.
    pub fn kill(mut self) -> bool {
        self.end();
        let mut unread = Vec::new();
        self.stdout.read_to_end(&mut unread).unwrap();
        !unread.is_empty()
    }

    fn end(&mut self) {
        // It may have ended by itself; then there is nothing left to kill.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.end();
    }
}

/// The program, to be run with what it logs or complains of in `log`.
pub fn command(log: &Path) -> Command {
    let log = File::options().append(true).create(true).open(log).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_smart-customer"));
    command
        .env_remove("SMART_CUSTOMER_ADMIN_TOKEN")
        .env_remove("SMART_CUSTOMER_CONFIG")
        .stdout(Stdio::null())
        .stderr(log);
    command
}

/// One connection to the service.
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    bearer: String,
    /// The beginning of the last answer came, and its end did not.
    is_cut_off: bool,
}

/// An answer, read to its end.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Whether it says that it was given before.
    pub replayed: bool,
    /// The body.
    pub body: Bytes,
}

impl Client {
    /// Connects; `None` where nobody answers (any more).
    pub async fn connect(address: SocketAddr, token: &str) -> Option<Client> {
        let stream = TcpStream::connect(address).await.ok()?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(Client { sender, bearer: format!("Bearer {token}"), is_cut_off: false })
    }

    /// Whether the connection broke in the middle of an answer.
    pub fn was_cut_off(&self) -> bool {
        self.is_cut_off
    }

    /// Sends a request and reads the answer; `None` where the connection broke before its end.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Vec<u8>,
    ) -> Option<Answer> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost")
            .header("authorization", &self.bearer);
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.sender.ready().await.ok()?;
        let request = request.body(Full::new(body.into())).unwrap();
        let answer = self.sender.send_request(request).await.ok()?;
        let (status, replayed) =
            (answer.status(), answer.headers().contains_key("idempotency-replayed"));
        self.is_cut_off = true;
        let body = answer.into_body().collect().await.ok()?.to_bytes();
        self.is_cut_off = false;
        Some(Answer { status, replayed, body })
    }
}

/// The customer that a JSON object shows.
pub fn customer(json: &Value) -> Customer {
    let text = |name: &str| json[name].as_str().unwrap().to_owned();
    Customer {
        id: CustomerId::parse(&text("id")).unwrap(),
        details: Details {
            first_name: text("first-name").into(),
            last_name: text("last-name").into(),
            email: text("email").into(),
            vat_number: VatNumber::from_stored(text("vat-number")),
        },
        assessment: Assessment::none(),
        created_at: text("created-at").parse().unwrap(),
        updated_at: text("updated-at").parse().unwrap(),
        revision: 1,
    }
}
