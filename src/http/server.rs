//! The server loop: takes connections, makes room for them, guards each, and stops in order.
//!
//! The caller brings the listener and says when to stop, so a test can use port 0.

use std::convert::Infallible;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use super::connection::{Connection, GuardedSocket};
use super::tls::{Handshakes, TlsSource};
use super::{Limits, Service, pipeline};

/// How long to wait after the system refused a connection (out of files, mostly): trying again at
/// once would only burn the processor.
const ACCEPT_BACK_OFF: Duration = Duration::from_millis(50);

/// Room above our own limit on heads, so that most heads beyond it get a proper problem from us
/// instead of hyper's bare 431.
const HEAD_MARGIN: usize = 4;

/// Bytes of a body that an HTTP/2 client may send ahead on a stream; twice as many on all streams of a
/// connection.
const STREAM_WINDOW: u32 = 128 * 1024;

/// Bytes of an answer that are set ready for an HTTP/2 client before it takes those before them.
const SEND_BUFFER: usize = 64 * 1024;

/// How often an idle HTTP/2 peer is asked whether it is still there.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// What every connection of a listener is served with.
struct Server {
    service: Arc<Service>,
    http: auto::Builder<TokioExecutor>,
    /// Where TLS is spoken.
    tls: Option<Tls>,
    /// Whether no more connections are taken.
    is_closed: watch::Sender<bool>,
}

struct Tls {
    source: Arc<TlsSource>,
    handshakes: Handshakes,
}

impl Server {
    fn new(service: Arc<Service>, certificate: Option<Arc<TlsSource>>) -> Server {
        let limits = &service.limits;
        let tls = certificate.map(|source| Tls {
            source,
            handshakes: Handshakes::new(limits.handshakes, limits.handshake),
        });
        Server { http: builder(limits), tls, is_closed: watch::Sender::new(false), service }
    }
}

/// Serves until `stop` is ready, then says that it is not ready and still takes connections for as long
/// as the farewell lasts, then lets open requests finish within the drain limit. Speaks TLS where there
/// is a certificate, else plain HTTP.
pub async fn serve(
    listener: TcpListener,
    certificate: Option<Arc<TlsSource>>,
    service: Arc<Service>,
    stop: impl Future<Output = ()>,
) {
    let mut reception = Reception {
        permits: Arc::new(Semaphore::new(service.limits.connections)),
        server: Arc::new(Server::new(service.clone(), certificate)),
        open: GracefulShutdown::new(),
        connections: JoinSet::new(),
    };
    reception.receive(&listener, stop).await;
    service.begin_draining();
    let farewell = async {
        tokio::select! {
            () = tokio::time::sleep(service.limits.farewell) => {}
            () = service.hurried() => {}
        }
    };
    reception.receive(&listener, farewell).await;
    // So that whoever cannot connect any more knows that the rest is drained.
    drop(listener);
    reception.drain().await;
}

/// The connections of the service, and what each is served with.
struct Reception {
    permits: Arc<Semaphore>,
    server: Arc<Server>,
    open: GracefulShutdown,
    connections: JoinSet<()>,
}

impl Reception {
    /// Takes connections until `end` is ready.
    async fn receive(&mut self, listener: &TcpListener, end: impl Future<Output = ()>) {
        tokio::pin!(end);
        loop {
            let accepted = tokio::select! {
                () = &mut end => return,
                // Ended ones are forgotten as they end.
                Some(_) = self.connections.join_next() => continue,
                accepted = accept(listener) => accepted,
            };
            let Some((stream, address)) = accepted else {
                // Mostly it is files that there are too few of.
                self.server.service.connections.end_idlest();
                continue;
            };
            let permit = tokio::select! {
                () = &mut end => return,
                permit = place(&self.permits, &self.server.service) => permit,
            };
            let (server, watcher) = (self.server.clone(), self.open.watcher());
            let entered = Arc::new(server.service.connections.enter(address));
            let connection = connection(stream, permit, watcher, server, entered.clone());
            self.connections.spawn(unless_ended(entered, connection));
        }
    }

    /// Lets open requests finish, as long as there is time.
    async fn drain(mut self) {
        self.server.is_closed.send_replace(true);
        let service = &self.server.service;
        tokio::select! {
            () = self.open.shutdown() => {}
            () = tokio::time::sleep(service.limits.drain) => {
                tracing::warn!("connections that did not finish in time are cut off");
            }
            () = service.hurried() => tracing::warn!("connections that are open are cut off"),
        }
        self.connections.shutdown().await;
    }
}

/// The next connection, and where it comes from.
async fn accept(listener: &TcpListener) -> Option<(TcpStream, IpAddr)> {
    match listener.accept().await {
        Ok((stream, address)) => Some((stream, address.ip())),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(ACCEPT_BACK_OFF).await;
            None
        }
    }
}

/// A place for a newcomer. Where all are taken it is that of the connection that is idle for longest;
/// where none is, the newcomer waits.
async fn place(permits: &Arc<Semaphore>, service: &Service) -> Option<OwnedSemaphorePermit> {
    loop {
        if let Ok(permit) = permits.clone().try_acquire_owned() {
            return Some(permit);
        }
        service.connections.end_idlest();
        tokio::select! {
            permit = permits.clone().acquire_owned() => return permit.ok(),
            // By then one may have become idle.
            () = tokio::time::sleep(ACCEPT_BACK_OFF) => {}
        }
    }
}

/// Lets a connection go on until it ends, or has to for the sake of others.
async fn unless_ended(entered: Arc<Connection>, connection: impl Future<Output = ()>) {
    tokio::select! {
        () = connection => {}
        () = entered.ended() => tracing::debug!("a connection made room for others"),
    }
}

fn builder(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    let head = limits.head_bytes * HEAD_MARGIN;
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(head.max(8192));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(u32::try_from(head).unwrap_or(u32::MAX))
        .max_pending_accept_reset_streams(32)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(2 * STREAM_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(limits.head);
    builder
}

/// Serves one connection to its end; the permit is its place among those that may be open.
async fn connection(
    stream: TcpStream,
    _permit: Option<OwnedSemaphorePermit>,
    watcher: Watcher,
    server: Arc<Server>,
    entered: Arc<Connection>,
) {
    // Without it a small answer may wait for an acknowledgement; it works either way.
    let _ = stream.set_nodelay(true);
    let Some(tls) = &server.tls else {
        return speak_http(stream, watcher, &server, entered).await;
    };
    let mut closed = server.is_closed.subscribe();
    let shaken = tokio::select! {
        shaken = tls.handshakes.shake(tls.source.acceptor(), stream) => shaken,
        // Nothing was asked yet, so nothing is owed to it.
        _ = closed.wait_for(|&is_closed| is_closed) => return,
    };
    server.service.meter.handshakes.add(usize::from(shaken.is_err()));
    match shaken {
        Ok(stream) => speak_http(stream, watcher, &server, entered).await,
        Err(error) => tracing::debug!(%error, "a TLS handshake failed"),
    }
}

async fn speak_http<S>(stream: S, watcher: Watcher, server: &Server, entered: Arc<Connection>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = server.service.clone();
    let socket = GuardedSocket::new(stream, service.limits.first_bytes, service.limits.write);
    let framing = socket.conflicting_framing();
    let answer = service_fn(move |request| {
        let (service, entered, conflicting) = (service.clone(), entered.clone(), framing.seen());
        // In a box, as hyper moves it about several times.
        let answer = Box::pin(pipeline::handle(service, request, conflicting, entered));
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let connection = server.http.serve_connection(TokioIo::new(socket), answer);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error, "a connection ended early");
    }
}
