//! Hyper alone: gives one fixed answer, to a `POST` only once its body is in a file for good.

use std::fs::File;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_LENGTH, DATE, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

use super::requests::Method;
use super::{Outcome, server_runtime};

/// Bodies that may wait for the writer.
const QUEUE: usize = 4096;

/// A bare server; it ends with the value.
pub struct Bare {
    address: SocketAddr,
    _runtime: Runtime,
}

impl Bare {
    /// A server for `method` that answers as `sample` does and keeps what it must in `dir`.
    pub fn start(method: Method, sample: &[u8], dir: &Path) -> Outcome<Bare> {
        let runtime = server_runtime("bare")?;
        let queue = match method {
            Method::Get | Method::Check => None,
            Method::Post => Some(start_writer(&dir.join("bodies"))?),
        };
        let work = Arc::new(Work { answer: Fixed::of(sample)?, queue });
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        runtime.spawn(accept(listener, work));
        Ok(Bare { address, _runtime: runtime })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

struct Work {
    answer: Fixed,
    queue: Option<mpsc::Sender<Waiting>>,
}

/// A body on its way to the disk, and who waits for it.
struct Waiting {
    body: Bytes,
    kept: oneshot::Sender<()>,
}

async fn accept(listener: TcpListener, work: Arc<Work>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, work.clone()));
    }
}

async fn serve(stream: TcpStream, work: Arc<Work>) {
    let answer = service_fn(move |request| {
        let work = work.clone();
        async move { work.answer(request).await }
    });
    // A client that finds its connection closed reports it.
    if stream.set_nodelay(true).is_ok() {
        let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
    }
}

impl Work {
    async fn answer(&self, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
        if let Some(queue) = &self.queue {
            let body = request.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
            let (kept, is_kept) = oneshot::channel();
            queue.send(Waiting { body, kept }).await.map_err(io::Error::other)?;
            is_kept.await.map_err(io::Error::other)?;
        }
        Ok(self.answer.response())
    }
}

fn start_writer(path: &Path) -> Outcome<mpsc::Sender<Waiting>> {
    let file = File::create_new(path)?;
    let (queue, waiting) = mpsc::channel(QUEUE);
    std::thread::Builder::new().name("bare-writer".to_owned()).spawn(|| write(file, waiting))?;
    Ok(queue)
}

/// Writes and syncs what is queued as one group, until nobody can queue anything any more.
fn write(mut file: File, mut queue: mpsc::Receiver<Waiting>) -> io::Result<()> {
    let (mut bytes, mut done) = (Vec::new(), Vec::new());
    while let Some(first) = queue.blocking_recv() {
        let mut next = Some(first);
        while let Some(waiting) = next {
            bytes.extend_from_slice(&waiting.body);
            done.push(waiting.kept);
            next = queue.try_recv().ok();
        }
        file.write_all(&bytes)?;
        file.sync_data()?;
        bytes.clear();
        for kept in done.drain(..) {
            // The client went away meanwhile.
            let _ = kept.send(());
        }
    }
    Ok(())
}

/// The answer that is always given.
struct Fixed {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Fixed {
    /// The answer in `sample`, less what hyper adds by itself.
    fn of(sample: &[u8]) -> Outcome<Fixed> {
        let text = std::str::from_utf8(sample)?;
        let (head, body) = text.split_once("\r\n\r\n").ok_or("an answer without an end")?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.get(9..12)).ok_or("no status")?.parse()?;
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(": ").ok_or("a header without a value")?;
            headers.append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_str(value)?);
        }
        headers.remove(DATE);
        headers.remove(CONTENT_LENGTH);
        Ok(Fixed { status, headers, body: Bytes::copy_from_slice(body.as_bytes()) })
    }

    fn response(&self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body.clone()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        response
    }
}
