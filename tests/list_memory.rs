//! What lists cost in memory that nobody reads. Alone in its file: it weighs the whole process.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "support/many.rs"]
mod many;
mod support;
mod wire;

use many::create_many;
use support::{CUSTOMERS, TestApp, john_with};
use tokio::net::TcpSocket;
use wire::{NEVER, Wire, get, within};

const CUSTOMERS_LISTED: usize = 4000;
const CLIENTS: usize = 64;

/// KiB of this process that are in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

/// Reads the whole list; its length in KiB.
async fn read_all(app: &TestApp) -> u64 {
    let list = app.get(CUSTOMERS).await;
    assert_eq!(list.json().as_array().unwrap().len(), CUSTOMERS_LISTED);
    list.body.len() as u64 / 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_that_are_not_read_cost_a_small_part_of_what_they_hold() {
    let app = TestApp::start_with(|parts| parts.limits.write = NEVER).await;
    let long = "𠮷".repeat(100);
    let body = |number| john_with("first-name", format!("{number}{}", &long[16..]));
    create_many(&app, CUSTOMERS_LISTED, body).await;
    let length = read_all(&app).await;
    let before = resident();
    let mut unread = Vec::new();
    for _ in 0..CLIENTS {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(2048).unwrap();
        let stream = within(socket.connect(app.running().address)).await.unwrap();
        let mut wire = Wire::new(stream);
        wire.send(get(CUSTOMERS, &app.token)).await;
        assert_eq!(wire.answer_head().await.status, 200);
        unread.push(wire);
    }
    // A service that read ahead would have done so by the time that others have read everything.
    for _ in 0..3 {
        read_all(&app).await;
    }
    let grown = resident().saturating_sub(before);
    let all = length * CLIENTS as u64;
    assert!(grown < all / 3, "{CLIENTS} unread lists of {length} KiB cost {grown} KiB");
    eprintln!("{CLIENTS} unread lists of {length} KiB cost {grown} KiB");
    drop(unread);
}
