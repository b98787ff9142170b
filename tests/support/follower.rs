//! A client of the change feed that keeps only what it got whole, and that can vanish at any byte.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::net::SocketAddr;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderMap;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// The path of the feed of `company` in product `tse`, version `v1`.
pub fn events_of(company: &str) -> String {
    format!("/api/tse/v1/company/{company}/event")
}

/// An event as a client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its id.
    pub id: u64,
    /// What the data says.
    pub data: Value,
}

impl Seen {
    /// The kind and the customer.
    pub fn what(&self) -> (String, String) {
        let text = |key: &str| self.data[key].as_str().unwrap().to_owned();
        (text("kind"), text("customer-id"))
    }
}

/// An open feed.
pub struct Follower {
    /// The headers of the answer.
    pub headers: HeaderMap,
    /// The id that the feed began with.
    pub began_at: u64,
    body: Incoming,
    connection: JoinHandle<()>,
    /// What came behind the last whole block.
    rest: Vec<u8>,
    /// After so many bytes the client is gone.
    left: usize,
    /// How the feed broke off, if it did.
    fault: Option<hyper::Error>,
}

impl Follower {
    /// Opens the feed at `path`, which must be answered with 200, and reads where it begins.
    /// `None` where there is no such service any more.
    pub async fn try_open(
        address: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Option<Follower> {
        Follower::over(TcpStream::connect(address).await.ok()?, path, headers).await
    }

    /// The same over a connection.
    pub async fn over(stream: TcpStream, path: &str, headers: &[(&str, &str)]) -> Option<Follower> {
        let (response, connection) = ask(stream, path, headers).await?;
        let (parts, body) = response.into_parts();
        assert_eq!(parts.status, 200);
        let mut follower = Follower {
            headers: parts.headers,
            began_at: 0,
            body,
            connection,
            rest: Vec::new(),
            left: usize::MAX,
            fault: None,
        };
        let opening = follower.block().await?;
        let id = opening.strip_prefix("retry: 2000\nid: ");
        follower.began_at = id.unwrap_or_else(|| panic!("{opening}")).parse().unwrap();
        Some(follower)
    }

    /// The same where there is such a service.
    pub async fn open(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Follower {
        Follower::try_open(address, path, headers).await.unwrap()
    }

    /// Makes the client vanish after `bytes` more bytes, wherever that is.
    pub fn vanish_after(&mut self, bytes: usize) {
        self.left = bytes;
    }

    /// The next event. `None` where the client vanished, or the feed ended in order or was cut.
    pub async fn event(&mut self) -> Option<Seen> {
        loop {
            let block = self.block().await?;
            if block != ": keep-alive" {
                return Some(event(&block));
            }
        }
    }

    /// The next block, whatever it is; `None` as for [`Follower::event`].
    pub async fn block(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.rest.windows(2).position(|pair| pair == b"\n\n") {
                let block = self.rest.drain(..end + 2).take(end).collect();
                return Some(String::from_utf8(block).unwrap());
            }
            let data = match self.body.frame().await? {
                Ok(frame) => frame.into_data().unwrap(),
                Err(fault) => {
                    self.fault = Some(fault);
                    return None;
                }
            };
            let taken = data.len().min(self.left);
            self.rest.extend(&data[..taken]);
            self.left -= taken;
            if taken < data.len() {
                return None;
            }
        }
    }

    /// Whether the feed broke off, without an end in order.
    pub fn broke_off(&self) -> bool {
        self.fault.is_some()
    }

    /// Asserts that nothing more comes but the end, in order.
    pub async fn ended(mut self) {
        let more = self.block().await;
        assert!(more.is_none() && self.rest.is_empty(), "{more:?}, {:?}", self.rest);
        assert!(self.fault.is_none(), "{:?}", self.fault);
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

async fn ask(
    stream: TcpStream,
    path: &str,
    headers: &[(&str, &str)],
) -> Option<(Response<Incoming>, JoinHandle<()>)> {
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    let connection = tokio::spawn(async {
        // Whoever reads the body sees how it ended.
        let _ = connection.await;
    });
    let mut request = Request::get(path).header("host", "localhost");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = sender.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await.ok()?;
    Some((response, connection))
}

fn event(block: &str) -> Seen {
    let lines: Vec<&str> = block.lines().collect();
    let [id, kind, data] = lines[..] else {
        panic!("{block}");
    };
    let data: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(kind.strip_prefix("event: "), data["kind"].as_str());
    Seen { id: id.strip_prefix("id: ").unwrap().parse().unwrap(), data }
}
