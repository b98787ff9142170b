//! Those who take their time: with a head, a body, an answer, or with saying anything at all.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::target::{COMPANY, CUSTOMERS, Target, get};
use super::wire::frame::{
    END_HEADERS, END_STREAM, HEADERS, Method, PREFACE, SETTINGS, WINDOW_UPDATE, frame, head,
};

/// Between two pieces, sent or read.
const PAUSE: Duration = Duration::from_millis(500);

/// Lists that are asked for on an HTTP/2 connection.
const STREAMS: u32 = 100;

/// The setting of how much may be on its way on a stream (RFC 9113, section 6.5.2).
const INITIAL_WINDOW_SIZE: u16 = 4;

/// The largest window (RFC 9113, section 6.9.1).
const LARGEST_WINDOW: u32 = (1 << 31) - 1;

/// A head that gets longer line by line.
pub async fn heads(target: Arc<Target>) -> io::Result<()> {
    let stream = target.infiltrate().await?;
    trickle(&target, stream, "GET /healthz HTTP/1.1\r\nHost: bench\r\n", "a: b\r\n").await
}

/// A body that gets longer byte by byte.
pub async fn bodies(target: Arc<Target>) -> io::Result<()> {
    let stream = target.infiltrate().await?;
    let head = body_head(&target, "application/json", "Content-Length: 60000");
    trickle(&target, stream, &head, " ").await
}

/// A bulk body that gets longer byte by byte.
pub async fn bulk_bodies(target: Arc<Target>) -> io::Result<()> {
    let stream = target.infiltrate().await?;
    let head = body_head(&target, "application/x-ndjson", "Transfer-Encoding: chunked");
    trickle(&target, stream, &head, "1\r\n \r\n").await
}

/// The head of a POST of customers.
pub fn body_head(target: &Target, form: &str, framing: &str) -> String {
    let token = &target.hostile;
    format!(
        "POST {CUSTOMERS} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: {form}\r\n{framing}\r\n\r\n"
    )
}

/// Sends a piece now and then until the service has closed the connection.
async fn trickle(
    target: &Target,
    mut stream: TcpStream,
    start: &str,
    piece: &str,
) -> io::Result<()> {
    let (mut reader, mut writer) = stream.split();
    writer.write_all(start.as_bytes()).await?;
    let send = async {
        loop {
            target.did(1);
            sleep(PAUSE).await;
            writer.write_all(piece.as_bytes()).await?;
        }
    };
    tokio::select! {
        sent = send => sent,
        closed = until_closed(&mut reader) => closed,
    }
}

/// Reads all that is said.
async fn until_closed(reader: &mut (impl AsyncReadExt + Unpin)) -> io::Result<()> {
    let mut buffer = [0; 1024];
    while reader.read(&mut buffer).await? > 0 {}
    Ok(())
}

/// A list of all customers, of which a little is taken now and then.
pub async fn readers(target: Arc<Target>) -> io::Result<()> {
    let mut stream = target.infiltrate_narrowly().await?;
    stream.write_all(get(CUSTOMERS, &target.hostile).as_bytes()).await?;
    read_slowly(&target, stream).await
}

/// The feed of all that ever happened, the same way.
pub async fn feeds(target: Arc<Target>) -> io::Result<()> {
    let mut stream = target.infiltrate_narrowly().await?;
    let path = format!("{COMPANY}/event?after=0");
    stream.write_all(get(&path, &target.hostile).as_bytes()).await?;
    read_slowly(&target, stream).await
}

/// Many such lists on one connection, with windows as large as can be: it is not they that hold the
/// service up, but what is not read.
pub async fn http2_readers(target: Arc<Target>) -> io::Result<()> {
    let mut stream = target.infiltrate_narrowly().await?;
    let window = [&INITIAL_WINDOW_SIZE.to_be_bytes()[..], &LARGEST_WINDOW.to_be_bytes()].concat();
    let more = (LARGEST_WINDOW - 65_535).to_be_bytes();
    let mut start = [PREFACE, &frame(SETTINGS, 0, 0, &window)].concat();
    start.extend(frame(WINDOW_UPDATE, 0, 0, &more));
    let bearer = format!("Bearer {}", target.hostile);
    let list = head(Method::Get, CUSTOMERS, &[("authorization", &bearer)]);
    for number in 0..STREAMS {
        start.extend(frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, &list));
    }
    stream.write_all(&start).await?;
    read_slowly(&target, stream).await
}

async fn read_slowly(target: &Target, mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    while stream.read(&mut buffer).await? > 0 {
        target.did(1);
        sleep(PAUSE).await;
    }
    Ok(())
}

/// A connection that is silent from its beginning.
pub async fn idle(target: Arc<Target>) -> io::Result<()> {
    let mut stream = target.infiltrate().await?;
    target.did(1);
    until_closed(&mut stream).await
}

/// One that asks once and is silent then.
pub async fn crowd(target: Arc<Target>) -> io::Result<()> {
    let mut stream = target.infiltrate().await?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n").await?;
    target.did(1);
    until_closed(&mut stream).await
}
