//! Liveness and readiness, for whoever restarts or routes to the service.

use hyper::StatusCode;

use super::Service;
use super::answer::{self, Answer};

/// The process lives.
pub fn live() -> Answer {
    answer::text(StatusCode::OK, "ok\n")
}

/// The service takes requests: reads and writes.
pub fn is_ready(service: &Service) -> bool {
    hindrance(service).is_none()
}

/// The same, for whoever routes to it.
pub fn ready(service: &Service) -> Answer {
    match hindrance(service) {
        Some(hindrance) => answer::text(StatusCode::SERVICE_UNAVAILABLE, hindrance),
        None => answer::text(StatusCode::OK, "ready\n"),
    }
}

/// Why it does not take all requests, in a line.
fn hindrance(service: &Service) -> Option<&'static str> {
    let store = service.registry.store();
    if service.is_draining() {
        return Some("stopping\n");
    }
    if store.is_repairing() {
        return Some("repairing\n");
    }
    // The fault itself is in the log: this page needs no token.
    store.write_fault().map(|_| "read-only\n")
}
