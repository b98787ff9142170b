//! The requests, made ahead as far as possible: the same bytes go to both sides.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::service::{Service, person};

/// Where the customers are.
pub const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";

/// A prime, so that reads jump about among the customers and still come to all of them.
const STRIDE: usize = 7919;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reading one customer.
    Get,
    /// Reading one that the client has already.
    Check,
    /// Creating one customer.
    Post,
}

impl Method {
    /// The status of the answer to a request that went well.
    pub fn status(self) -> u16 {
        match self {
            Method::Get => 200,
            Method::Check => 304,
            Method::Post => 201,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Method::Get => "GET",
            Method::Check => "conditional GET",
            Method::Post => "POST",
        })
    }
}

/// An endless supply of requests, no two alike in a row.
pub enum Requests {
    /// One for every customer that was loaded, all with this method.
    Get(Method, Vec<Vec<u8>>, AtomicUsize),
    /// The head, and the number of the next person to create.
    Post(Vec<u8>, AtomicUsize),
}

impl Requests {
    /// Requests with `method`, good for the service and for a bare server.
    pub fn new(method: Method, service: &Service) -> Requests {
        match method {
            Method::Get => Requests::reads(method, service, ""),
            Method::Check => Requests::reads(method, service, "If-None-Match: *\r\n"),
            Method::Post => {
                let line = format!("POST {CUSTOMERS} HTTP/1.1\r\n");
                let fields = fields(service.address(), service.token());
                let head = format!("{line}{fields}Content-Type: application/json\r\n");
                Requests::Post(head.into_bytes(), AtomicUsize::new(service.loaded()))
            }
        }
    }

    fn reads(method: Method, service: &Service, condition: &str) -> Requests {
        let fields = fields(service.address(), service.token());
        let get = |id: &String| {
            format!("GET {CUSTOMERS}/{id} HTTP/1.1\r\n{fields}{condition}\r\n").into_bytes()
        };
        Requests::Get(method, service.ids().iter().map(get).collect(), AtomicUsize::new(0))
    }

    /// Writes the next request in place of what is in `request`.
    pub fn write_next(&self, request: &mut Vec<u8>) {
        request.clear();
        match self {
            Requests::Get(_, all, next) => {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                if let Some(one) = all.get(turn.wrapping_mul(STRIDE) % all.len()) {
                    request.extend_from_slice(one);
                }
            }
            Requests::Post(head, next) => {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let body = person(number).to_json();
                request.extend_from_slice(head);
                request.extend_from_slice(
                    format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes(),
                );
            }
        }
    }

    /// The status that answers have when all is well.
    pub fn status(&self) -> u16 {
        match self {
            Requests::Get(method, ..) => method.status(),
            Requests::Post(..) => Method::Post.status(),
        }
    }
}

/// The header fields that every request has.
fn fields(address: SocketAddr, token: &str) -> String {
    format!("Host: {address}\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n")
}
