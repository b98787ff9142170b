//! Conditional requests (RFC 9110, section 13): what `If-Match` and `If-None-Match` ask for.

use hyper::header::{HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};

use crate::customer::Customer;
use crate::intelligence;

/// The customer's strong entity tag (RFC 9110, section 8.8.3), with its quotes.
pub fn tag(customer: &Customer) -> String {
    format!("\"{}\"", intelligence::state_tag(customer))
}

/// Whether the client has this state already: `If-None-Match` names the tag, compared weakly, or
/// any tag (sections 8.8.3.2 and 13.1.2).
pub fn is_known_to_client(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    tags(headers, &IF_NONE_MATCH)
        .any(|known| known == b"*" || known.strip_prefix(b"W/").unwrap_or(known) == tag.as_bytes())
}

/// Whether a change may be made to this state: there is no `If-Match`, or it names the tag,
/// compared strongly, or any tag (sections 8.8.3.2 and 13.1.1).
pub fn may_change(headers: &HeaderMap, customer: &Customer) -> bool {
    if !headers.contains_key(IF_MATCH) {
        return true;
    }
    is_named(tags(headers, &IF_MATCH), customer)
}

/// The same for the text of one `If-Match`, where there is one.
pub fn may_change_by(if_match: Option<&str>, customer: &Customer) -> bool {
    if_match.is_none_or(|text| is_named(split(text.as_bytes()), customer))
}

/// That another customer turned out to be a duplicate, or no longer is there, is no change that
/// somebody else made to this one: what is to be told of it may differ.
fn is_named<'t>(mut tags: impl Iterator<Item = &'t [u8]>, customer: &Customer) -> bool {
    let tag = intelligence::state_tag(customer).to_string();
    let own = intelligence::own_state(tag.as_bytes());
    let is_own =
        |known: &[u8]| unquoted(known).is_some_and(|tag| intelligence::own_state(tag) == own);
    tags.any(|known| known == b"*" || is_own(known))
}

/// What is between the quotes of a strong tag.
fn unquoted(tag: &[u8]) -> Option<&[u8]> {
    tag.strip_prefix(b"\"")?.strip_suffix(b"\"")
}

/// The tags in all headers of that name.
fn tags<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h [u8]> {
    headers.get_all(name).iter().flat_map(|value| split(value.as_bytes()))
}

/// The tags in a list of them. Ours hold no comma, so a split at commas finds them.
fn split(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|&byte| byte == b',').map(<[u8]>::trim_ascii)
}
