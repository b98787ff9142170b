//! What is attacked: where it is, the tokens, the customers, and connections to it.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream as BlockingStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};

use super::Outcome;
use super::machine::Service;

/// The company with the customers.
pub const COMPANY: &str = "/api/tse/v1/company/acme";

/// Where the customers are.
pub const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";

/// Attackers come from so many addresses, so that the ports of none run out.
const ADDRESSES: u64 = 200;

/// The service under attack.
pub struct Target {
    address: SocketAddr,
    /// The token of the well-behaved.
    pub honest: String,
    /// The token of the attackers.
    pub hostile: String,
    ids: Vec<String>,
    next: AtomicUsize,
    attackers: AtomicU64,
    deeds: AtomicU64,
}

impl Target {
    /// That service, which has these customers.
    pub fn of(service: &Service, ids: Vec<String>) -> Outcome<Target> {
        Ok(Target {
            address: service.address.parse()?,
            honest: token(service)?,
            hostile: token(service)?,
            ids,
            next: AtomicUsize::new(0),
            attackers: AtomicU64::new(0),
            deeds: AtomicU64::new(0),
        })
    }

    /// A number that was not given out before.
    pub fn number(&self) -> usize {
        self.next.fetch_add(1, Relaxed)
    }

    /// The path of some customer.
    pub fn customer(&self) -> String {
        let at = self.number().wrapping_mul(7919) % self.ids.len().max(1);
        format!("{CUSTOMERS}/{}", self.ids.get(at).map_or("", String::as_str))
    }

    /// The attackers did so much more: requests, frames, pieces, or connections.
    pub fn did(&self, deeds: u64) {
        self.deeds.fetch_add(deeds, Relaxed);
    }

    /// What they did so far.
    pub fn deeds(&self) -> u64 {
        self.deeds.load(Relaxed)
    }

    /// A connection of a well-behaved client.
    pub async fn connect(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// A connection of an attacker.
    pub async fn infiltrate(&self) -> io::Result<TcpStream> {
        self.infiltrate_with(&TcpSocket::set_nodelay).await
    }

    /// One that takes little ahead of its reader.
    pub async fn infiltrate_narrowly(&self) -> io::Result<TcpStream> {
        self.infiltrate_with(&|socket, _| socket.set_recv_buffer_size(2048)).await
    }

    async fn infiltrate_with(
        &self,
        set: &(dyn Fn(&TcpSocket, bool) -> io::Result<()> + Sync),
    ) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        set(&socket, true)?;
        let number = self.attackers.fetch_add(1, Relaxed) % ADDRESSES;
        let own = Ipv4Addr::new(127, 0, 1, 1 + u8::try_from(number).unwrap_or_default());
        // Elsewhere than on Linux only one address is this machine's own.
        let _ = socket.bind(SocketAddr::from((own, 0)));
        socket.connect(self.address).await
    }
}

/// A new token for all that can be done with the customers.
fn token(service: &Service) -> Outcome<String> {
    let body = r#"{"name":"bench","product":"tse","company":"acme","permissions":["read","write"],"expires-at":null,"requests-per-second":null}"#;
    let mut stream = BlockingStream::connect(&service.address)?;
    let request = post("/admin/token", &service.token, body);
    stream.write_all(request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let token: serde_json::Value = serde_json::from_str(body)?;
    Ok(token.get("token").and_then(|token| token.as_str()).ok_or(answer.clone())?.to_owned())
}

/// A request without a body.
pub fn get(path: &str, token: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n")
}

/// A request with a JSON body.
pub fn post(path: &str, token: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// A customer of their own address and number.
pub fn person(number: usize) -> String {
    let letters = |number: usize| -> String {
        let digits = [number % 26, number / 26 % 26, number / 676 % 26];
        digits.iter().map(|&digit| char::from(b'a' + digit as u8)).collect()
    };
    format!(
        r#"{{"first-name":"Anna{}","last-name":"Nuova{}","email":"a.{number}@nuova{}.example","vat-number":"IT{:011}"}}"#,
        letters(number % 700),
        letters(number / 700),
        number % 9_000,
        70_000_000_000 + number
    )
}

/// Reads an answer with a known length to its end; its status. `None` where the connection ended
/// before there was anything of it.
pub async fn answer(stream: &mut BufReader<TcpStream>) -> io::Result<Option<u16>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let status = line.get(9..12).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("no status line"))?;
    let mut length = 0;
    while line.trim_end() != "" {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim_end().parse().map_err(io::Error::other)?;
        }
    }
    stream.read_exact(&mut vec![0; length]).await?;
    Ok(Some(status))
}
