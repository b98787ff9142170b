//! The names and addresses by which agents reach a service.

use std::net::{Ipv6Addr, SocketAddr};

/// Longest name (RFC 1035, section 2.3.4, as text).
const MAX_NAME: usize = 253;

/// Longest part of a name between dots.
const MAX_LABEL: usize = 63;

/// A host as a `Host` header has it: a name or an address, an IPv6 address in brackets, and a port
/// where one was given.
///
/// # Errors
/// One sentence that says what would be one.
pub fn parse(text: &str) -> Result<String, String> {
    let text = text.trim();
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Ok(format!("[{address}]"));
    }
    if let Ok(SocketAddr::V6(address)) = text.parse() {
        return port_of(text, address.port()).map(|()| address.to_string());
    }
    let (name, port) = match text.split_once(':') {
        Some((name, port)) if !text.starts_with('[') => (name, Some(port)),
        _ => (text, None),
    };
    if let Some(address) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
        && let Ok(address) = address.parse::<Ipv6Addr>()
    {
        return Ok(format!("[{address}]"));
    }
    if let Some(port) = port {
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let number = port.parse().ok().filter(|_| digits).unwrap_or(0);
        port_of(text, number)?;
    }
    if is_name(name) { Ok(text.to_ascii_lowercase()) } else { Err(wrong(text)) }
}

fn port_of(text: &str, port: u16) -> Result<(), String> {
    if port == 0 { Err(wrong(text)) } else { Ok(()) }
}

/// IPv4 addresses look like names, too.
fn is_name(text: &str) -> bool {
    text.len() <= MAX_NAME && text.trim_end_matches('.').split('.').all(is_label)
}

/// With the underscore that some networks of containers have in their names.
fn is_label(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=MAX_LABEL).contains(&text.len()) && text.bytes().all(is_part)
}

fn wrong(text: &str) -> String {
    format!(
        "--mcp-host {text} is no host: give a name or an address without http:// and path, and a \
         port where only that one is meant, such as registry.example or 10.0.0.5:8080"
    )
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_host_is_a_name_or_an_address_with_or_without_a_port() {
        for (text, host) in [
            ("registry.example", "registry.example"),
            (" Registry.Example:8080 ", "registry.example:8080"),
            ("my_service", "my_service"),
            ("10.0.0.5", "10.0.0.5"),
            ("10.0.0.5:8080", "10.0.0.5:8080"),
            ("fe80::1", "[fe80::1]"),
            ("[FE80:0::1]", "[fe80::1]"),
            ("[fe80::1]:8080", "[fe80::1]:8080"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(host));
        }
    }

    #[test]
    fn what_is_no_host_is_refused_with_what_would_be_one() {
        let long = "a".repeat(64);
        for text in [
            "",
            " ",
            "*",
            "*.example",
            "http://a.example",
            "a.example/mcp",
            "me@a.example",
            "a.example:",
            "a.example:0",
            "a.example:65536",
            "a.example:+80",
            "a:1:2",
            "a b",
            "é",
            "[fe80::1",
            "[a.example]",
            "[fe80::1]:0",
            "[fe80::1]:x",
            "..",
            "a..b",
            &long,
        ] {
            let fault = parse(text).unwrap_err();
            assert!(fault.starts_with(&format!("--mcp-host {}", text.trim())), "{fault}");
            assert!(fault.contains("registry.example"), "{fault}");
        }
    }
}
