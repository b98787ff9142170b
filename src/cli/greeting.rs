//! What `serve` writes on standard output once it serves: where it is, and on the first start how
//! to use it.

use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use crate::config::TlsPaths;
use crate::http::Pair;

/// What is to be said.
pub struct Greeting<'g> {
    /// Where the service listens.
    pub address: SocketAddr,
    /// The admin token, where this start made one.
    pub new_admin_token: Option<&'g str>,
    /// Where everything is kept.
    pub data_dir: &'g Path,
    /// The certificate and where it is kept, where TLS is spoken.
    pub tls: Option<(Pair, &'g TlsPaths)>,
}

impl Greeting<'_> {
    /// Writes it; the first line names the address listened on, the others one to be opened.
    ///
    /// # Errors
    /// It could not be written.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let (version, scheme) = (env!("CARGO_PKG_VERSION"), self.scheme());
        writeln!(out, "smart-customer {version} listens on {scheme}://{}", self.address)?;
        let url = self.url();
        writeln!(out, "console: {url}/")?;
        writeln!(out, "API reference: {url}/docs")?;
        writeln!(out, "data directory: {}", self.data_dir.display())?;
        if let Some(token) = self.new_admin_token {
            let kept = self.data_dir.join("admin-token");
            writeln!(out, "admin token (shown this once, kept in {}): {token}", kept.display())?;
            writeln!(out, "\ntry it:\n{}\n", self.curl(&url, token))?;
        }
        out.flush()
    }

    fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// An address that a browser opens: one that the certificate is good for, and never the one
    /// that stands for all addresses.
    pub fn url(&self) -> String {
        let listened = self.address.ip();
        let named = self.tls.as_ref().and_then(|(pair, _)| pair.host(listened));
        let host = named.unwrap_or_else(|| match listened {
            address if address.is_unspecified() => "localhost".to_owned(),
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        });
        format!("{}://{host}:{}", self.scheme(), self.address.port())
    }

    /// A line to paste that creates a customer.
    fn curl(&self, url: &str, token: &str) -> String {
        let trust = match &self.tls {
            Some((pair, files)) if pair.is_self_signed() => {
                format!("--cacert '{}' ", files.certificate.display())
            }
            _ => String::new(),
        };
        format!(
            "curl -X POST {url}/api/demo/v1/company/acme/customer {trust}\
             -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \
             -d '{{\"first-name\":\"John\",\"last-name\":\"Smith\",\
             \"email\":\"john.smith@example.com\",\"vat-number\":\"IT12345678901\"}}'"
        )
    }
}

#[cfg(test)]
mod tests {
    use rcgen::generate_simple_self_signed;

    use super::*;

    fn said(address: &str, names: Option<&[&str]>) -> String {
        let files = TlsPaths { certificate: "/etc/cert.pem".into(), key: "/etc/key.pem".into() };
        let tls = names.map(|names| {
            let names = names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
            let made = generate_simple_self_signed(names).unwrap();
            let key = made.signing_key.serialize_pem();
            Pair::parse(made.cert.pem().as_bytes(), key.as_bytes()).unwrap()
        });
        let greeting = Greeting {
            address: address.parse().unwrap(),
            new_admin_token: Some("sc_token"),
            data_dir: Path::new("data"),
            tls: tls.map(|pair| (pair, &files)),
        };
        let mut out = Vec::new();
        greeting.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_links_lead_to_where_the_service_is_reached() {
        let cases: [(&str, Option<&[&str]>, &str); 6] = [
            ("127.0.0.1:8080", None, "http://127.0.0.1:8080"),
            ("[::1]:8080", None, "http://[::1]:8080"),
            ("0.0.0.0:8080", None, "http://localhost:8080"),
            ("[::]:8443", Some(&["*.example"]), "https://localhost:8443"),
            ("127.0.0.1:8443", Some(&["a.example", "127.0.0.1"]), "https://127.0.0.1:8443"),
            ("10.1.2.3:8443", Some(&["registry.example"]), "https://registry.example:8443"),
        ];
        for (address, names, url) in cases {
            let text = said(address, names);
            let scheme = if names.is_some() { "https" } else { "http" };
            let first = format!("listens on {scheme}://{address}\n");
            assert!(text.lines().next().unwrap().ends_with(first.trim_end()), "{text}");
            assert!(text.contains(&format!("console: {url}/\n")), "{text}");
            assert!(text.contains(&format!("reference: {url}/docs\n")), "{text}");
            assert!(text.contains(&format!("curl -X POST {url}/api/")), "{text}");
            let trusts = text.contains("--cacert '/etc/cert.pem' -H");
            assert_eq!(trusts, names.is_some(), "{text}");
        }
    }
}
