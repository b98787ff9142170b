//! What can go wrong between a command and a service, each as a sentence that says what to do.

use std::error::Error;

use hyper::StatusCode;
use hyper::header::{HeaderMap, RETRY_AFTER};

use super::super::Failure;
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

/// What to do about an answer of this status, as the end of a sentence.
pub fn advice(status: StatusCode, headers: &HeaderMap) -> String {
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
