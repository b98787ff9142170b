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
    /// Creating one customer.
    Post,
}

impl Method {
    /// The status of the answer to a request that went well.
    pub fn status(self) -> u16 {
        match self {
            Method::Get => 200,
            Method::Post => 201,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Method::Get => "GET",
            Method::Post => "POST",
        })
    }
}

/// An endless supply of requests, no two alike in a row.
pub enum Requests {
    /// One for every customer that was loaded.
    Get(Vec<Vec<u8>>, AtomicUsize),
    /// The head, and the number of the next person to create.
    Post(Vec<u8>, AtomicUsize),
}

impl Requests {
    /// Requests with `method`, good for the service and for a bare server.
    pub fn new(method: Method, service: &Service) -> Requests {
        match method {
            Method::Get => {
                let get = |id: &String| {
                    let line = format!("GET {CUSTOMERS}/{id} HTTP/1.1\r\n");
                    format!("{line}{}\r\n", fields(service.address(), service.token())).into_bytes()
                };
                Requests::Get(service.ids().iter().map(get).collect(), AtomicUsize::new(0))
            }
            Method::Post => {
                let line = format!("POST {CUSTOMERS} HTTP/1.1\r\n");
                let head = format!(
                    "{line}{}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                    fields(service.address(), service.token()),
                    person(0).to_json().len(),
                );
                Requests::Post(head.into_bytes(), AtomicUsize::new(service.loaded()))
            }
        }
    }

    /// Writes the next request in place of what is in `request`.
    pub fn write_next(&self, request: &mut Vec<u8>) {
        request.clear();
        match self {
            Requests::Get(all, next) => {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                if let Some(one) = all.get(turn.wrapping_mul(STRIDE) % all.len()) {
                    request.extend_from_slice(one);
                }
            }
            Requests::Post(head, next) => {
                let number = next.fetch_add(1, Ordering::Relaxed);
                request.extend_from_slice(head);
                request.extend_from_slice(person(number).to_json().as_bytes());
            }
        }
    }

    /// The status that answers have when all is well.
    pub fn status(&self) -> u16 {
        match self {
            Requests::Get(..) => Method::Get.status(),
            Requests::Post(..) => Method::Post.status(),
        }
    }
}

/// The header fields that every request has.
fn fields(address: SocketAddr, token: &str) -> String {
    format!("Host: {address}\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n")
}
