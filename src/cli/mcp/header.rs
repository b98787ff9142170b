//! Which headers the service needs beside a message (Streamable HTTP of the Model Context
//! Protocol): the protocol version, and since 2026-07-28 what the message is about.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::header::HeaderValue;
use serde_json::Value;

/// The first version in which the headers say what a message is about.
const SAYS_WHAT: &str = "2026-07-28";

/// What surrounds a value that cannot be sent as it is.
const WRAPPED: (&str, &str) = ("=?base64?", "?=");

/// The headers for `message`, whose sender and service have agreed on a version or not yet.
pub fn of(message: &Value, agreed: Option<&str>) -> Vec<(&'static str, HeaderValue)> {
    let method = message["method"].as_str();
    let own = "/params/_meta/io.modelcontextprotocol~1protocolVersion";
    let own = message.pointer(own).and_then(Value::as_str);
    // An `initialize` is what a version is agreed on with.
    let version = own.or(agreed).filter(|_| method != Some("initialize"));
    let mut headers = vec![("mcp-protocol-version", version)];
    if version.is_some_and(|version| version >= SAYS_WHAT) {
        headers.push(("mcp-method", method));
        headers.push(("mcp-name", method.and_then(|method| name(method, &message["params"]))));
    }
    let values = headers.into_iter();
    values.filter_map(|(name, text)| Some((name, value(text?)?))).collect()
}

/// What a request of this method names.
fn name<'m>(method: &str, params: &'m Value) -> Option<&'m str> {
    let member = match method {
        "tools/call" | "prompts/get" => "name",
        "resources/read" | "resources/subscribe" | "resources/unsubscribe" => "uri",
        "tasks/get" | "tasks/update" | "tasks/cancel" => "taskId",
        _ => return None,
    };
    params[member].as_str()
}

/// The text as a header's value: as it is where it can be, else in Base64 between two marks.
fn value(text: &str) -> Option<HeaderValue> {
    let (begin, end) = WRAPPED;
    let at_an_edge = text.starts_with([' ', '\t']) || text.ends_with([' ', '\t']);
    let is_printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let looks_wrapped = text.starts_with(begin) && text.ends_with(end);
    if is_printable && !at_an_edge && !looks_wrapped {
        return HeaderValue::from_str(text).ok();
    }
    HeaderValue::from_str(&format!("{begin}{}{end}", BASE64_STANDARD.encode(text))).ok()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use proptest::prelude::proptest;
    use serde_json::{Value, json};

    use super::{of, value};

    fn shown(message: &Value, agreed: Option<&str>) -> Vec<String> {
        let headers = of(message, agreed).into_iter();
        headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect()
    }

    fn with_version(method: &str, mut params: Value) -> Value {
        params["_meta"] = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28"});
        json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    }

    #[test]
    fn the_agreed_version_goes_with_every_message_but_initialize() {
        let version = ["mcp-protocol-version: 2025-11-25"];
        for method in ["ping", "tools/list", "notifications/initialized"] {
            assert_eq!(shown(&json!({"method": method}), Some("2025-11-25")), version);
            assert!(shown(&json!({"method": method}), None).is_empty());
        }
        assert_eq!(shown(&json!({"id": 1, "result": {}}), Some("2025-11-25")), version);
        assert!(shown(&with_version("initialize", json!({})), Some("2025-11-25")).is_empty());
    }

    #[test]
    fn a_message_s_own_version_comes_first_and_says_what_it_is_about() {
        for (method, params, name) in [
            ("tools/call", json!({"name": "customer_listing"}), Some("customer_listing")),
            ("prompts/get", json!({"name": "monthly report"}), Some("monthly report")),
            ("resources/read", json!({"uri": "customers://a"}), Some("customers://a")),
            ("tasks/get", json!({"taskId": "t"}), Some("t")),
            ("tools/list", json!({"name": "x"}), None),
            ("tools/call", json!({"name": 7}), None),
        ] {
            let mut expected =
                vec!["mcp-protocol-version: 2026-07-28".into(), format!("mcp-method: {method}")];
            expected.extend(name.map(|name| format!("mcp-name: {name}")));
            assert_eq!(shown(&with_version(method, params), Some("2025-06-18")), expected);
        }
    }

    #[test]
    fn a_value_that_a_header_would_change_is_wrapped() {
        for (text, expected) in [
            ("", ""),
            ("a b~", "a b~"),
            ("=?base64?", "=?base64?"),
            (" a", "=?base64?IGE=?="),
            ("a\t", "=?base64?YQk=?="),
            ("a\r\nb: c", "=?base64?YQ0KYjogYw==?="),
            ("Öko", "=?base64?w5Zrbw==?="),
            ("\u{7f}", "=?base64?fw==?="),
            ("=?base64?YQ==?=", "=?base64?PT9iYXNlNjQ/WVE9PT89?="),
        ] {
            assert_eq!(value(text).unwrap(), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_name_can_be_sent_and_read_again(name in ".*") {
            let sent = value(&name).unwrap();
            let sent = sent.to_str().unwrap();
            let inner = sent.strip_prefix("=?base64?").and_then(|text| text.strip_suffix("?="));
            let read = match inner {
                Some(inner) => String::from_utf8(BASE64_STANDARD.decode(inner).unwrap()).unwrap(),
                None => sent.trim().to_owned(),
            };
            assert_eq!(read, name);
        }
    }
}
