//! The server loop: takes connections, guards each of them, and stops in order.
//!
//! The caller brings the listener and says when to stop, so a test can use port 0.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use super::connection::GuardedSocket;
use super::tls::{Handshakes, TlsSource};
use super::{Limits, Service, pipeline};

/// How long to wait after the system refused a connection (out of files, mostly): trying again at
/// once would only burn the processor.
const ACCEPT_BACK_OFF: Duration = Duration::from_millis(50);

/// Room above our own limit on heads, so that most heads beyond it get a proper problem from us
/// instead of hyper's bare 431.
const HEAD_MARGIN: usize = 4;

/// How often an idle HTTP/2 peer is asked whether it is still there.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// What every connection of a listener is served with.
struct Server {
    service: Arc<Service>,
    http: auto::Builder<TokioExecutor>,
    /// Where TLS is spoken.
    tls: Option<Tls>,
}

struct Tls {
    source: Arc<TlsSource>,
    handshakes: Handshakes,
}

/// Serves until `stop` is ready, then lets open requests finish within the drain limit. Speaks TLS
/// where there is a certificate, else plain HTTP.
pub async fn serve(
    listener: TcpListener,
    certificate: Option<Arc<TlsSource>>,
    service: Arc<Service>,
    stop: impl Future<Output = ()>,
) {
    let permits = Arc::new(Semaphore::new(service.limits.connections));
    let limits = &service.limits;
    let tls = certificate.map(|source| Tls {
        source,
        handshakes: Handshakes::new(limits.handshakes, limits.handshake),
    });
    let server = Arc::new(Server { http: builder(limits), tls, service: service.clone() });
    let open = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            // Ended ones are forgotten as they end.
            Some(_) = connections.join_next() => {}
            accepted = accept(&listener, &permits) => {
                if let Some((stream, permit)) = accepted {
                    let connection = connection(stream, permit, open.watcher(), server.clone());
                    connections.spawn(connection);
                }
            }
        }
    }
    // In this order, so that whoever cannot connect any more knows that the rest is drained.
    service.begin_draining();
    drop(listener);
    if tokio::time::timeout(service.limits.drain, open.shutdown()).await.is_err() {
        tracing::warn!("connections that did not finish in time are cut off");
    }
    connections.shutdown().await;
}

/// The next connection, taken only once there is room for it.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let permit = permits.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, permit)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(ACCEPT_BACK_OFF).await;
            None
        }
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
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(limits.head);
    builder
}

/// Serves one connection to its end; the permit is its place among those that may be open.
async fn connection(
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
    watcher: Watcher,
    server: Arc<Server>,
) {
    // Without it a small answer may wait for an acknowledgement; it works either way.
    let _ = stream.set_nodelay(true);
    let _counted = server.service.connections.count();
    let Some(tls) = &server.tls else {
        return speak_http(stream, watcher, &server).await;
    };
    let mut draining = server.service.draining();
    let shaken = tokio::select! {
        shaken = tls.handshakes.shake(tls.source.acceptor(), stream) => shaken,
        // Nothing was asked yet, so nothing is owed to it.
        _ = draining.wait_for(|&is_draining| is_draining) => return,
    };
    server.service.meter.handshakes.add(usize::from(shaken.is_err()));
    match shaken {
        Ok(stream) => speak_http(stream, watcher, &server).await,
        Err(error) => tracing::debug!(%error, "a TLS handshake failed"),
    }
}

async fn speak_http<S>(stream: S, watcher: Watcher, server: &Server)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = server.service.clone();
    let socket = GuardedSocket::new(stream, service.limits.first_bytes, service.limits.write);
    let framing = socket.conflicting_framing();
    let answer = service_fn(move |request| {
        let (service, conflicting) = (service.clone(), framing.seen());
        async move { Ok::<_, Infallible>(pipeline::handle(service, request, conflicting).await) }
    });
    let connection = server.http.serve_connection(TokioIo::new(socket), answer);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error, "a connection ended early");
    }
}
