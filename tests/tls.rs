//! TLS on the port of the service: what is spoken in it, certificates that are renewed, and clients
//! that begin a handshake and do not go on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod certificate;
mod support;
mod wire;

use std::time::Duration;

use certificate::Certificate;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body, Bytes};
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use smart_customer::cli::serve::Parts;
use smart_customer::http::TlsFiles;
use support::{CUSTOMERS, TestApp};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use wire::{NEVER, SOON, within};

/// A service with a certificate of its own, looked at all the time.
struct Place {
    app: TestApp,
    files: TempDir,
    certificate: Certificate,
}

impl Place {
    async fn start(change: impl FnOnce(&mut Parts)) -> Place {
        let files = tempfile::tempdir().unwrap();
        let certificate = Certificate::of(&["localhost"]);
        let (pem, key) = certificate.write(files.path());
        let app = TestApp::start_with(|parts| {
            let tls = TlsFiles { look_every: Duration::from_millis(5), ..TlsFiles::new(pem, key) };
            parts.tls = Some(tls);
            change(parts);
        });
        Place { app: app.await, files, certificate }
    }

    async fn connect(&self, protocols: &[&str]) -> TlsStream<TcpStream> {
        let address = self.app.running().address;
        within(self.certificate.connect(address, protocols)).await.unwrap()
    }

    /// The figures, over a connection of their own.
    async fn metrics(&self) -> String {
        let stream = self.connect(&["http/1.1"]).await;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let mut request = self.request();
        *request.uri_mut() = "/metrics".parse().unwrap();
        let answer = within(sender.send_request(request)).await.unwrap();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    }

    fn request(&self) -> Request<Empty<Bytes>> {
        Request::builder()
            .uri(format!("https://localhost{CUSTOMERS}?limit=1"))
            .header("host", "localhost")
            .header("authorization", format!("Bearer {}", self.app.token))
            .body(Empty::new())
            .unwrap()
    }
}

fn agreed(stream: &TlsStream<TcpStream>) -> Option<&[u8]> {
    stream.get_ref().1.alpn_protocol()
}

/// There are no customers, which only the service itself can know.
async fn assert_served<B: Body<Error: std::fmt::Debug>>(answer: Response<B>, version: Version) {
    assert_eq!((answer.status().as_u16(), answer.version()), (404, version));
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(body.windows(9).any(|part| part == b"customers"), "{body:?}");
}

#[tokio::test]
async fn http_1_and_http_2_are_spoken_as_client_and_service_agree() {
    let place = Place::start(|_| {}).await;
    for offered in [&["http/1.1", "h2"][..], &["h2"]] {
        let stream = place.connect(offered).await;
        assert_eq!(agreed(&stream), Some(&b"h2"[..]));
        let (mut sender, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let answer = within(sender.send_request(place.request())).await.unwrap();
        assert_served(answer, Version::HTTP_2).await;
    }
    for offered in [&["http/1.1"][..], &[]] {
        let stream = place.connect(offered).await;
        assert_eq!(agreed(&stream), offered.first().map(|name| name.as_bytes()));
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let answer = within(sender.send_request(place.request())).await.unwrap();
        assert_served(answer, Version::HTTP_11).await;
    }
}

#[tokio::test]
async fn a_renewed_certificate_is_used_without_a_restart_and_open_connections_go_on() {
    let place = Place::start(|_| {}).await;
    let stream = place.connect(&["http/1.1"]).await;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    for _ in 0..2 {
        let renewed = Certificate::of(&["localhost"]);
        renewed.write(place.files.path());
        let used = async {
            // Whoever trusts the new one only, gets in only once it is used.
            while renewed.connect(place.app.running().address, &[]).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        within(used).await;
        let old = place.certificate.connect(place.app.running().address, &[]);
        assert!(within(old).await.is_err(), "the old one is still shown");
    }
    let answer = within(sender.send_request(place.request())).await.unwrap();
    assert_served(answer, Version::HTTP_11).await;
}

/// Waits until the service has hung up.
async fn hung_up(mut stream: TcpStream) {
    // A reset is as good an end as a proper one.
    let _ = within(stream.read_to_end(&mut Vec::new())).await;
}

#[tokio::test]
async fn handshakes_that_do_not_go_on_keep_nobody_waiting() {
    let place = Place::start(|parts| {
        (parts.limits.handshakes, parts.limits.handshake) = (3, NEVER);
        parts.limits.connections = 5;
    })
    .await;
    let mut begun = Vec::new();
    for number in 0..20 {
        let mut stream = place.app.connect().await;
        if number % 2 == 0 {
            // The head of a record that never comes.
            stream.write_all(&[22, 3, 1, 1, 0]).await.unwrap();
        }
        begun.push(stream);
    }
    let stream = place.connect(&["http/1.1"]).await;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let answer = within(sender.send_request(place.request())).await.unwrap();
    assert_served(answer, Version::HTTP_11).await;
    // There is room for two beside the client that is served.
    for stream in begun.into_iter().take(17) {
        hung_up(stream).await;
    }
}

#[tokio::test]
async fn a_handshake_that_takes_too_long_is_given_up() {
    let place = Place::start(|parts| parts.limits.handshake = SOON).await;
    let silent = place.app.connect().await;
    let mut slow = place.app.connect().await;
    slow.write_all(&[22, 3, 1]).await.unwrap();
    hung_up(silent).await;
    hung_up(slow).await;
}

#[tokio::test]
async fn a_client_that_is_silent_after_the_handshake_is_cut_off() {
    let place = Place::start(|parts| parts.limits.first_bytes = SOON).await;
    let mut stream = place.connect(&["h2", "http/1.1"]).await;
    let _ = within(stream.read_to_end(&mut Vec::new())).await;
}

#[tokio::test]
async fn who_speaks_plain_http_is_told_to_use_https() {
    let place = Place::start(|_| {}).await;
    let request = format!("GET {CUSTOMERS} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let answer = String::from_utf8(place.app.raw(request.as_bytes()).await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    assert!(answer.contains("application/problem+json") && answer.contains("https://"), "{answer}");
    // It is counted once the connection is closed, which this client may see first.
    let counted = async {
        while !place.metrics().await.contains("tls_handshakes_total{outcome=\"failed\"} 1\n") {
            tokio::task::yield_now().await;
        }
    };
    within(counted).await;
}

#[tokio::test]
async fn a_stop_waits_for_no_handshake() {
    let place = Place::start(|parts| {
        (parts.limits.handshake, parts.limits.drain) = (NEVER, NEVER);
    })
    .await;
    let silent = place.app.connect().await;
    // It is accepted before this one, and so is in its handshake.
    drop(place.connect(&[]).await);
    within(place.app.stop()).await;
    hung_up(silent).await;
}
