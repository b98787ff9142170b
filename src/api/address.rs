//! Addresses as they are handed out: the paths of a company's resources, and queries.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::customer::{CustomerId, Namespace};

/// Everything but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of a company, which everything of it begins with. None of its parts can hold a character
/// that is encoded in a path.
pub fn company(namespace: &Namespace) -> String {
    let (product, version) = (namespace.product(), namespace.version());
    format!("/api/{product}/{version}/company/{}", namespace.company())
}

/// The path of a company's customers.
pub fn customers(namespace: &Namespace) -> String {
    company(namespace) + "/customer"
}

/// The path of one of them.
pub fn customer(namespace: &Namespace, id: CustomerId) -> String {
    format!("{}/customer/{id}", company(namespace))
}

/// The query string of those parameters that have a value, with its `?`; nothing where none has.
pub fn query<const N: usize>(parameters: [(&str, Option<&str>); N]) -> String {
    let given = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let pairs: Vec<String> = given
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, RESERVED)))
        .collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}
