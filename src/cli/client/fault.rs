//! What can go wrong between a command and a service, each as a sentence that says what to do.

use std::error::Error;

use hyper::StatusCode;
use hyper::header::{HeaderMap, RETRY_AFTER};

use super::super::Failure;
use super::ProblemText;
use crate::config::ServiceUrl;

/// Nobody is there.
pub fn nobody(url: &ServiceUrl, why: &str) -> Failure {
    Failure::Failed(format!(
        "no service answers at {url} ({why}): start it with 'smart-customer serve', or say with \
         --url where it is"
    ))
}

/// Somebody is there, but gave no answer that can be read.
pub fn silent(url: &ServiceUrl, error: &hyper::Error) -> Failure {
    broken_off(url, &cause(error))
}

/// The answer to a request did not begin.
pub fn patience_lost(url: &ServiceUrl) -> Failure {
    broken_off(url, &no_bytes())
}

/// What is said of a service that owes an answer and is silent.
pub fn no_bytes() -> String {
    format!("it was silent for {} seconds", super::PATIENCE.as_secs())
}

/// The connection did not hold.
pub fn broken_off(url: &ServiceUrl, why: &str) -> Failure {
    Failure::Failed(format!(
        "the connection to {url} broke off ({why}): see whether the service runs, then try again"
    ))
}

/// What answers is no service of ours.
pub fn other_program(url: &ServiceUrl) -> Failure {
    Failure::Failed(format!("what answers at {url} is no smart-customer: check --url"))
}

/// The innermost cause of a fault, which says most.
pub fn cause(error: &hyper::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// What is known of an answer before its body.
pub struct Head {
    /// Where it comes from.
    pub url: ServiceUrl,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
}

/// What an answer that is an error says, and what to do about it: `advice` as the end of the
/// sentence where there is one for this request, else what holds for all.
pub fn refusal(head: &Head, body: &[u8], advice: Option<&str>) -> Failure {
    let advice = advice.map_or_else(|| general_advice(head.status, &head.headers), str::to_owned);
    Failure::Failed(match ProblemText::parse(body) {
        Some(problem) => format!("{}{advice}", problem.sentence()),
        None => format!("{} answers {}{advice}", head.url, named(head.status)),
    })
}

fn named(status: StatusCode) -> String {
    format!("{} {}", status.as_str(), status.canonical_reason().unwrap_or_default())
}

fn general_advice(status: StatusCode, headers: &HeaderMap) -> String {
    let wait = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    match (status, wait) {
        (StatusCode::UNAUTHORIZED, _) => {
            "; check --token, SMART_CUSTOMER_TOKEN or the admin-token of --data-dir".to_owned()
        }
        (StatusCode::FORBIDDEN, _) => "; this needs a token that allows more".to_owned(),
        (_, Some(wait)) if wait.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("; try again in {wait} s")
        }
        _ => String::new(),
    }
}
