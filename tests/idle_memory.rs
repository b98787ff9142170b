//! What a service without customers costs in memory: the real program, as it is after its start.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "support/child.rs"]
mod child;

use child::{Client, Service};
use hyper::{Method, StatusCode};
use serde_json::json;

/// Most KiB that a service without customers has in memory (25 MiB).
const MOST: u64 = 25 * 1024;

/// Most of them that it may have allocated: the others are the program's own pages and those of the
/// system's libraries. Built for tests the program is several times as large, so only this half of
/// the claim can be held there.
const MOST_ALLOCATED: u64 = 11 * 1024;

/// So many KiB of a process are in memory, of a kind (proc_pid_status(5)).
fn resident(process: u32, kind: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(kind)).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

/// Has every list read that a customer is judged by, and stores nothing.
async fn judge(client: &mut Client, name: &str) {
    let customer = json!({
        "first-name": name,
        "last-name": name,
        "email": "anna@acme.example",
        "vat-number": "IT12345678903",
    });
    let path = "/api/demo/v1/company/acme/customer?validate-only=true";
    let answer = client.send(Method::POST, path, None, customer.to_string().into_bytes()).await;
    let answer = answer.unwrap();
    assert_eq!(answer.status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer.body));
}

#[tokio::test]
async fn a_service_without_customers_is_small() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut service = Service::spawn(&data, &dir.path().join("log"));
    let address = service.address().unwrap();
    let token = std::fs::read_to_string(data.join("admin-token")).unwrap();
    let mut client = Client::connect(address, token.trim()).await.unwrap();
    for name in ["Anna", "Анна", "Άννα"] {
        judge(&mut client, name).await;
    }
    let (all, allocated) =
        (resident(service.process(), "VmRSS:"), resident(service.process(), "RssAnon:"));
    println!("in memory: {all} KiB, allocated of them: {allocated} KiB");
    assert!(allocated < MOST_ALLOCATED, "{allocated} KiB of {all} are allocated");
    assert!(cfg!(debug_assertions) || all < MOST, "{all} KiB are in memory");
}
