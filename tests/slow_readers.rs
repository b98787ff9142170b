//! Clients that ask and do not read: they are cut off where they see it, others are served
//! meanwhile, and the reader of a feed goes on where it was.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "support/follower.rs"]
mod follower;
mod support;
mod wire;

use std::net::SocketAddr;
use std::time::Duration;

use follower::{Follower, events_of};
use futures_util::future::try_join_all;
use smart_customer::api::draft_json;
use smart_customer::cli::serve::{Parts, Running};
use smart_customer::customer::Namespace;
use smart_customer::operation::create;
use smart_customer::operation::feed::follow;
use support::{CUSTOMERS, JOHN};
use tempfile::TempDir;
use tokio::net::{TcpSocket, TcpStream};
use wire::frame::{END_HEADERS, END_STREAM, HEADERS, Method, frame, head};
use wire::{NEVER, SOON, Wire, get, post_head, within};

/// Far more customers, and events, than the buffers of the connections below take.
const MANY: usize = 4096;

/// A service with room for two connections, small buffers, and many customers.
struct Service {
    running: Running,
    token: String,
    _dir: TempDir,
}

impl Service {
    async fn start(write: Duration) -> Service {
        let dir = tempfile::tempdir().unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        // Connections have the buffer of the socket that accepted them.
        socket.set_send_buffer_size(4096).unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let mut parts = Parts::new(dir.path());
        let limits = &mut parts.limits;
        (limits.connections, limits.keep_alive, limits.write) = (2, NEVER, write);
        (limits.first_bytes, limits.head, limits.drain) = (NEVER, NEVER, SOON);
        let running = Running::start(parts, socket.listen(16).unwrap()).await.unwrap();
        let token = running.new_admin_token.clone().unwrap();
        let service = Service { running, token, _dir: dir };
        service.create_many().await;
        service
    }

    /// Creates them, past HTTP.
    async fn create_many(&self) {
        let registry = self.running.service().registry();
        let acme = &Namespace::new("tse", "v1", "acme").unwrap();
        let details = &draft_json::parse(JOHN.as_bytes()).unwrap();
        for _ in 0..MANY / 512 {
            let group = (0..512).map(|_| create::create(registry, acme, details.clone(), None));
            within(try_join_all(group)).await.unwrap();
        }
    }

    fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// A connection that takes little ahead of its reader.
    async fn connect(&self) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(2048).unwrap();
        within(socket.connect(self.address())).await.unwrap()
    }

    /// While the client on one of the two places does not read: the one on the other is served,
    /// and a third gets the place of the first, once that is cut off.
    async fn serves_others_until_the_place_is_free(&self) {
        let mut other = Wire::new(self.connect().await);
        let path = support::customers_of("other");
        // Not idle, so that it is not its place that the third gets.
        let expecting = "Expect: 100-continue\r\n";
        other.send(post_head(&path, &self.token, JOHN.len(), expecting)).await;
        assert_eq!(other.answer_head().await.status, 100);
        let mut third = Wire::new(self.connect().await);
        third.send(get("/healthz", "")).await;
        assert_eq!(third.answer().await.status, 200);
        other.send(JOHN).await;
        assert_eq!(other.answer().await.status, 201);
    }
}

#[tokio::test]
async fn a_list_that_is_not_read_is_cut_off_where_that_is_seen() {
    let service = Service::start(SOON).await;
    let mut unread = Wire::new(service.connect().await);
    unread.send(get(CUSTOMERS, &service.token)).await;
    assert_eq!(unread.answer_head().await.status, 200);
    service.serves_others_until_the_place_is_free().await;
    let list = unread.rest().await;
    assert!(list.contains("\"id\"") && !list.ends_with("0\r\n\r\n"), "a cut list looks cut");
}

#[tokio::test]
async fn a_feed_that_is_not_read_is_cut_off_and_goes_on_behind_the_last_id() {
    let service = Service::start(SOON).await;
    let bearer = format!("Bearer {}", service.token);
    let path = format!("{}?after=0", events_of("acme"));
    let headers = [("authorization", bearer.as_str())];
    let unread = Follower::over(service.connect().await, &path, &headers);
    let mut unread = within(unread).await.unwrap();
    service.serves_others_until_the_place_is_free().await;
    let mut ids = Vec::new();
    while let Some(event) = within(unread.event()).await {
        ids.push(event.id);
    }
    assert!(unread.broke_off() && (1..MANY).contains(&ids.len()), "{}", ids.len());
    drop(unread);

    let last = ids[ids.len() - 1].to_string();
    let headers = [headers[0], ("last-event-id", &last)];
    let mut again = within(Follower::open(service.address(), &path, &headers)).await;
    while ids.len() < MANY {
        ids.push(within(again.event()).await.unwrap().id);
    }
    assert!(ids.is_sorted_by(|one, next| one < next), "each once and in order");
    let registry = service.running.service().registry();
    let mut all =
        follow(registry, Namespace::new("tse", "v1", "acme").unwrap(), Some(0)).await.unwrap();
    let mut kept = Vec::new();
    while kept.len() < MANY {
        kept.extend(all.next_page().await.unwrap().into_iter().map(|(number, _)| number));
    }
    assert!(ids == kept, "none is left out");
}

#[tokio::test]
async fn an_http2_connection_that_is_not_read_is_cut_off() {
    let service = Service::start(SOON).await;
    let bearer = format!("Bearer {}", service.token);
    let mut unread = Wire::new(service.connect().await);
    unread.open_http2().await;
    // The window of a stream, 64 KiB, is more than the buffers take.
    let path = format!("{}?after=0", events_of("acme"));
    let feed = head(Method::Get, &path, &[("authorization", &bearer)]);
    unread.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, &feed)).await;
    service.serves_others_until_the_place_is_free().await;
    unread.rest().await;
}

#[tokio::test]
async fn who_takes_an_answer_up_late_but_in_time_gets_all_of_it() {
    let service = Service::start(NEVER).await;
    let mut late = Wire::new(service.connect().await);
    late.send(get(CUSTOMERS, &service.token)).await;
    let mut other = Wire::new(service.connect().await);
    other.send(get("/healthz", "")).await;
    assert_eq!(other.answer().await.status, 200);
    let list = late.answer().await.json();
    assert_eq!(list.as_array().unwrap().len(), MANY);
}
