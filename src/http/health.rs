//! Liveness and readiness, for whoever restarts or routes to the service.

use hyper::StatusCode;

use super::Service;
use super::answer::{self, Answer};

/// The process lives.
pub fn live() -> Answer {
    answer::text(StatusCode::OK, "ok\n")
}

/// The service takes requests: reads and writes.
pub fn ready(service: &Service) -> Answer {
    if service.is_draining() {
        return answer::text(StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    if service.registry.store().is_repairing() {
        return answer::text(StatusCode::SERVICE_UNAVAILABLE, "repairing\n");
    }
    match service.registry.store().write_fault() {
        // The fault itself is in the log: this page needs no token.
        Some(_) => answer::text(StatusCode::SERVICE_UNAVAILABLE, "read-only\n"),
        None => answer::text(StatusCode::OK, "ready\n"),
    }
}
