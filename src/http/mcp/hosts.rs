//! Which names agents may reach the service by. A page in a browser that was told a false address
//! for its own name (DNS rebinding) comes with that name as Host or Origin, and is refused.

use std::net::SocketAddr;

/// The hosts of the service's own machine.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Names and addresses, some with a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// Those of the machine itself, the address that is listened on where it is one, and the
    /// `given` ones.
    pub fn new(address: SocketAddr, given: Vec<String>) -> Hosts {
        let mut hosts: Vec<String> = LOCAL.map(str::to_owned).into();
        if !address.ip().is_unspecified() {
            hosts.push(match address {
                SocketAddr::V4(address) => address.ip().to_string(),
                SocketAddr::V6(address) => format!("[{}]", address.ip()),
            });
        }
        hosts.extend(given);
        Hosts(hosts)
    }

    /// What `Host` may be; without a port any port is meant.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// What `Origin` may be: pages of these hosts, from any port of theirs.
    pub fn origins(&self) -> impl Iterator<Item = String> {
        let origins = |host: &String| {
            let host = without_port(host);
            [format!("http://{host}:*"), format!("https://{host}:*")]
        };
        self.0.iter().flat_map(origins)
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        // The colons within an address in brackets are no ports'.
        Some((name, port)) if !port.ends_with(']') => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(address: &str, given: &[&str]) -> Vec<String> {
        let given = given.iter().map(|&host| host.to_owned()).collect();
        let hosts = Hosts::new(address.parse().unwrap(), given);
        hosts.names().skip(LOCAL.len()).map(str::to_owned).collect()
    }

    #[test]
    fn the_address_listened_on_is_a_host_unless_it_is_every_address() {
        assert_eq!(names("10.1.2.3:80", &[]), ["10.1.2.3"]);
        assert_eq!(names("[fe80::1]:80", &["a.example:99"]), ["[fe80::1]", "a.example:99"]);
        assert!(names("0.0.0.0:80", &[]).is_empty());
        assert!(names("[::]:80", &[]).is_empty());
    }

    #[test]
    fn an_origin_has_a_host_and_any_port() {
        let given = vec!["a.example:99".to_owned(), "[fe80::1]".to_owned()];
        let hosts = Hosts::new("0.0.0.0:80".parse().unwrap(), given);
        let origins: Vec<String> = hosts.origins().skip(2 * LOCAL.len()).collect();
        assert_eq!(origins[..2], ["http://a.example:*", "https://a.example:*"]);
        assert_eq!(origins[2], "http://[fe80::1]:*");
    }
}
