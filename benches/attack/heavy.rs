//! Those who ask for what is much work, as fast as they are answered; and work beside the service.

use std::hint::black_box;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::target::{CUSTOMERS, Target, answer, get, person, post};

/// Bytes of the largest body.
const LARGEST: usize = 64 * 1024;

/// How long the processor is busy without a look at whether it should be.
const WHILE: Duration = Duration::from_millis(1);

/// What ends an answer in chunks.
const END: &[u8] = b"0\r\n\r\n";

/// Words to search for: common ones, mistyped ones, beginnings, and many at once.
const SEARCHES: [&str; 5] = [
    "giulia%20rossi",
    "gulia%20rosis",
    "a",
    "mraco%20bianhci%20feraari%20espostio%20romnao%20colombo",
    "a%20b%20c%20d%20e%20f%20g%20h%20i%20l%20m%20n%20o%20p%20r%20s%20t",
];

/// Work that has nothing to do with the service, without end.
pub async fn processor(target: Arc<Target>) -> io::Result<()> {
    loop {
        let begin = Instant::now();
        while begin.elapsed() < WHILE {
            black_box(begin);
        }
        target.did(1);
        tokio::task::yield_now().await;
    }
}

/// Bodies of nothing but opening brackets.
pub async fn deep_json(target: Arc<Target>) -> io::Result<()> {
    create(target, |_| "[".repeat(LARGEST)).await
}

/// Bodies with thousands of fields that no customer has.
pub async fn wide_json(target: Arc<Target>) -> io::Result<()> {
    let fields: Vec<String> = (0..4000).map(|number| format!("\"name{number}\":0")).collect();
    let body = format!("{{{}}}", fields.join(","));
    create(target, move |_| body.clone()).await
}

/// Customers, each another one.
pub async fn creations(target: Arc<Target>) -> io::Result<()> {
    create(target, person).await
}

async fn create(target: Arc<Target>, body: impl Fn(usize) -> String) -> io::Result<()> {
    let mut stream = BufReader::new(target.infiltrate().await?);
    loop {
        let request = post(CUSTOMERS, &target.hostile, &body(target.number()));
        stream.write_all(request.as_bytes()).await?;
        if answer(&mut stream).await?.is_none() {
            return Ok(());
        }
        target.did(1);
    }
}

/// Searches of each kind.
pub async fn searches(target: Arc<Target>) -> io::Result<()> {
    let mut stream = target.infiltrate().await?;
    loop {
        let words = SEARCHES.get(target.number() % SEARCHES.len()).copied().unwrap_or_default();
        let path = format!("{CUSTOMERS}?limit=20&q={words}");
        list(&mut stream, &get(&path, &target.hostile)).await?;
        target.did(1);
    }
}

/// Lists of all customers.
pub async fn lists(target: Arc<Target>) -> io::Result<()> {
    let mut stream = target.infiltrate().await?;
    loop {
        list(&mut stream, &get(CUSTOMERS, &target.hostile)).await?;
        target.did(1);
    }
}

/// Asks, and reads the answer to its end: that of its chunks, or a refusal, which comes in one piece.
async fn list(stream: &mut TcpStream, request: &str) -> io::Result<()> {
    stream.write_all(request.as_bytes()).await?;
    let mut buffer = vec![0; LARGEST];
    // The end may come in two pieces.
    let (mut kept, mut is_first) = (0, true);
    loop {
        let count = stream.read(buffer.get_mut(kept..).unwrap_or_default()).await?;
        let part = buffer.get(..kept + count).unwrap_or_default();
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if part.ends_with(END) || (is_first && !part.starts_with(b"HTTP/1.1 200 ")) {
            return Ok(());
        }
        let end = part.len();
        (kept, is_first) = (end.min(END.len()), false);
        buffer.copy_within(end - kept..end, 0);
    }
}
