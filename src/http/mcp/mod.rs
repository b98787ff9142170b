//! The door for agents: the Model Context Protocol over Streamable HTTP, stateless.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::http::request::Parts;

use super::Service;
use super::answer::Answer;
use super::problem::{Kind, Problem};
use crate::customer::access::Principal;

/// `POST /mcp`
pub async fn answer(
    _service: &Arc<Service>,
    _principal: Principal,
    _parts: Parts,
    _body: Incoming,
    _request_id: &str,
) -> Result<Answer, Problem> {
    Err(Problem::new(Kind::PathNotFound, "nothing is at this path"))
}
