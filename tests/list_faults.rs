//! Lists that break off, and clients that do not read: what breaks is seen, what waits costs
//! nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "wire/app.rs"]
mod app;
#[path = "support/many.rs"]
mod many;
mod process;
mod support;
mod wire;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use many::{acme, create_many};
use process::{Service, serve, token_in};
use serde_json::Value;
use smart_customer::customer::CustomerId;
use support::{CUSTOMERS, JOHN, TestApp, ids, john_with};
use tokio::net::TcpSocket;
use wire::{Wire, get, within};

/// Customers whose list does not fit into the buffers of a connection.
const MANY: usize = 10_000;

const FORMS: [&str; 3] = ["application/json", "application/x-ndjson", "text/csv"];

fn large(number: usize) -> String {
    john_with("first-name", format!("N{number}")).replace("Smith", &"𠮷".repeat(100))
}

/// A connection on which a list in that form has begun, and little of it was read.
async fn begin(address: SocketAddr, token: &str, form: &str) -> Wire {
    begin_with(address, token, form, "").await
}

/// The same for a request with further header lines.
async fn begin_with(address: SocketAddr, token: &str, form: &str, lines: &str) -> Wire {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2048).unwrap();
    let mut wire = Wire::new(within(socket.connect(address)).await.unwrap());
    let request = get(CUSTOMERS, token);
    let lines = format!("\r\nConnection: close\r\nAccept: {form}\r\n{lines}");
    let request = request.replacen("\r\n", &lines, 1);
    wire.send(request).await;
    let head = wire.answer_head().await;
    assert_eq!((head.status, head.header("transfer-encoding")), (200, "chunked"));
    wire
}

/// Where log lines of this process are written to.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// Takes those of every thread from now on.
    fn of_process() -> Lines {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false);
        subscriber.with_writer(move || writer.clone()).init();
        lines
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Damages the record of a customer in the files of a service that does not run.
fn damage(data_dir: &Path, id: CustomerId) {
    // sled's own threads may hold its lock for a moment longer than the service.
    let mut opened = sled::open(data_dir.join("sled"));
    for _ in 0..1000 {
        if opened.is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
        opened = sled::open(data_dir.join("sled"));
    }
    let db = opened.unwrap();
    let tree = db.open_tree("customer").unwrap();
    let key = [acme().prefix().as_bytes(), &id.to_bytes()].concat();
    let mut record = tree.get(&key).unwrap().unwrap().to_vec();
    *record.last_mut().unwrap() ^= 1;
    tree.insert(key, record).unwrap();
    db.flush().unwrap();
}

#[tokio::test]
async fn a_store_that_is_closed_under_a_list_breaks_it_in_every_form() {
    let app = TestApp::start().await;
    create_many(&app, MANY, large).await;
    let mut lists = Vec::new();
    for form in FORMS {
        lists.push(begin(app.running().address, &app.token, form).await);
    }
    app.running().service().registry().store().close().await.unwrap();
    for (mut list, form) in lists.into_iter().zip(FORMS) {
        let list = list.rest().await;
        assert!(!list.is_empty() && !list.ends_with("0\r\n\r\n"), "{form} looks whole");
        assert!(!list.contains("]\r\n0"), "{form}");
    }
}

#[tokio::test]
async fn what_breaks_a_list_off_is_logged_under_the_id_of_its_request() {
    let lines = Lines::of_process();
    let app = TestApp::start().await;
    create_many(&app, MANY, large).await;
    let (address, id) = (app.running().address, "X-Request-Id: the-one-that-breaks\r\n");
    let mut list = begin_with(address, &app.token, FORMS[0], id).await;
    app.running().service().registry().store().close().await.unwrap();
    list.rest().await;
    let text = lines.text();
    let broke = |line: &&str| line.contains("ERROR") && line.contains("an answer broke off");
    let line = text.lines().filter(broke).find(|line| line.contains("the-one-that-breaks"));
    assert!(line.is_some_and(|line| line.contains("error=")), "{text}");
}

#[tokio::test]
async fn a_damaged_record_is_made_anew_before_any_list_shows_it() {
    let mut app = TestApp::start().await;
    let created = create_many(&app, 1000, |_| JOHN.to_owned()).await;
    let damaged = created[700];
    app.restart_with(|parts| damage(&parts.store.data_dir, damaged)).await;
    for form in FORMS {
        let mut list = begin(app.running().address, &app.token, form).await;
        let list = list.rest().await;
        assert!(list.ends_with("0\r\n\r\n"), "{form} is not whole");
        assert!(created.iter().all(|id| list.contains(&id.to_string())), "{form}");
    }
    let page = app.get(&format!("{CUSTOMERS}?after={}&limit=10", created[695])).await;
    assert_eq!(ids(&page.json()).len(), 10);
}

#[tokio::test]
async fn over_http2_a_list_that_breaks_is_reset_and_other_streams_go_on() {
    let app = TestApp::start().await;
    create_many(&app, MANY, large).await;
    let io = TokioIo::new(app.connect().await);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut lists = Vec::new();
    for form in FORMS {
        let request = Request::get(format!("http://localhost{CUSTOMERS}"))
            .header("authorization", format!("Bearer {}", app.token))
            .header("accept", form)
            .body(Empty::<Bytes>::new())
            .unwrap();
        let response = within(sender.send_request(request)).await.unwrap();
        assert_eq!(response.status(), 200);
        lists.push(response.into_body());
    }
    app.running().service().registry().store().close().await.unwrap();
    for (list, form) in lists.into_iter().zip(FORMS) {
        assert!(within(list.collect()).await.is_err(), "{form} looks whole");
        let request = Request::get("http://localhost/healthz").body(Empty::new()).unwrap();
        assert_eq!(within(sender.send_request(request)).await.unwrap().status(), 200);
    }
    connection.abort();
}

#[tokio::test]
async fn a_client_that_reads_nothing_for_a_while_gets_everything_after_all() {
    let app = TestApp::start().await;
    let created = create_many(&app, MANY, large).await;
    let mut list = begin(app.running().address, &app.token, "application/x-ndjson").await;
    // Meanwhile others read everything, and customers come and go.
    assert_eq!(app.get(&format!("{CUSTOMERS}?limit=1000")).await.status, 200);
    let last = created[MANY - 1];
    assert_eq!(app.delete(&format!("{CUSTOMERS}/{last}")).await.status, 204);
    let new = app.create_john(CUSTOMERS).await;
    let list = body_of(&list.rest().await);
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), MANY);
    assert!(lines[MANY - 2].contains(&created[MANY - 2].to_string()));
    assert!(lines[MANY - 1].contains(&new), "the list was read ahead of the client");
}

#[tokio::test]
async fn that_a_damaged_record_was_made_anew_is_in_the_log() {
    let app = TestApp::start().await;
    let created = create_many(&app, 600, |_| JOHN.to_owned()).await;
    let dir = app.stop().await;
    damage(dir.path(), created[500]);
    let mut command = serve(dir.path());
    command.args(["--log-format", "json", "--log-level", "warn"]);
    let service = Service::start(command);
    let (what, token) = (format!("GET {CUSTOMERS}"), token_in(dir.path()));
    let list = service.request(&what, &token, "", "");
    assert!(list.starts_with("HTTP/1.1 200 ") && list.contains(&created[500].to_string()));
    let log = service.end("TERM").stderr;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let has = |words: &str| lines.iter().any(|line| line["message"].as_str() == Some(words));
    assert!(has("the queryable state is made anew"), "{log}");
    assert!(has("the damaged state is kept aside"), "{log}");
}

/// The body in the chunks of an answer (RFC 9112, section 7.1), which is whole.
fn body_of(mut chunks: &str) -> String {
    let mut body = String::new();
    loop {
        let (size, rest) = chunks.split_once("\r\n").unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        body += &rest[..size];
        chunks = rest[size..].strip_prefix("\r\n").unwrap();
        if size == 0 {
            return body;
        }
    }
}
