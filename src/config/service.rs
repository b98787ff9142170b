//! Where the commands that talk to a service find it, and who they are to it.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::Args;
use hyper::Uri;

use super::{DATA_DIR, File};

/// Where the service is unless told otherwise.
const URL: &str = "http://127.0.0.1:8080";

/// The port of `http` (RFC 9110, section 4.2.1).
const HTTP_PORT: u16 = 80;

/// The port of `https` (RFC 9110, section 4.2.2).
const HTTPS_PORT: u16 = 443;

/// The flags of every command that talks to a service.
#[derive(Debug, Default, Args)]
pub struct ServiceArgs {
    /// Where the service is reached [default: http://127.0.0.1:8080]
    #[arg(long, env = "SMART_CUSTOMER_URL", value_name = "URL")]
    pub url: Option<String>,
    /// Whom to trust over https: the certificate of the service's authority, or its own where that
    /// is self-signed, PEM [default: whom this machine trusts]
    #[arg(long, env = "SMART_CUSTOMER_CA", value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// The token to show to the service; better by the environment, as other users of a machine
    /// can read the flags of its processes [default: the one in DATA_DIR/admin-token]
    #[arg(long, env = "SMART_CUSTOMER_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// The service's data directory, where its admin-token file is [default:
    /// ./smart-customer-data]
    #[arg(long, env = "SMART_CUSTOMER_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// A TOML file with any of these settings, by the names of the flags
    #[arg(long, env = "SMART_CUSTOMER_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// A service and what to show it, checked.
#[derive(Clone)]
pub struct ServiceConfig {
    /// Where it is.
    pub url: ServiceUrl,
    /// The certificates that are trusted over https; `None` for those that the machine trusts.
    pub ca: Option<PathBuf>,
    /// Who this is to it.
    pub token: TokenSource,
}

/// Where the token comes from.
#[derive(Clone)]
pub enum TokenSource {
    /// It was given.
    Given(String),
    /// It is in this file.
    File(PathBuf),
}

impl ServiceArgs {
    /// The configuration file that the flags name.
    pub(super) fn file(&self) -> Result<File, String> {
        File::read(self.config.as_deref())
    }

    /// Fills in the file and the defaults, and checks everything.
    pub(super) fn resolve(self, file: &File) -> Result<ServiceConfig, String> {
        let url = self.url.or(file.url.clone());
        let url = ServiceUrl::parse(url.as_deref().unwrap_or(URL))?;
        let data_dir = self.data_dir.or(file.data_dir.clone());
        let data_dir = data_dir.as_deref().unwrap_or(Path::new(DATA_DIR));
        let given = self.token.or(file.token.clone()).filter(|token| !token.is_empty());
        let token = match given {
            Some(token) if token.bytes().all(|byte| byte.is_ascii_graphic()) => {
                TokenSource::Given(token)
            }
            Some(_) => return Err("the token given is none: a token is visible ASCII".to_owned()),
            None => TokenSource::File(data_dir.join("admin-token")),
        };
        Ok(ServiceConfig { url, ca: self.ca.or(file.ca.clone()), token })
    }
}

/// The address of a service, with the path that a proxy in front of it may have put before its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUrl {
    is_https: bool,
    authority: String,
    host: String,
    port: u16,
    path: String,
}

impl ServiceUrl {
    /// The parts of `text`.
    ///
    /// # Errors
    /// One sentence that says what is wrong with it.
    pub fn parse(text: &str) -> Result<ServiceUrl, String> {
        if text.contains('@') {
            // Without the text: what stands before the @ may be a password.
            let fault =
                "the --url holds a user name; give the address only, and a token by --token";
            return Err(fault.to_owned());
        }
        let wrong = |why: &str| format!("--url {text} is no address such as {URL}: {why}");
        let uri: Uri = text.parse().map_err(|error| wrong(&format!("{error}")))?;
        let is_https = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(wrong("it does not begin with http:// or https://")),
        };
        if uri.query().is_some() {
            return Err(wrong("it holds a query"));
        }
        let authority = uri.authority().ok_or_else(|| wrong("it names no host"))?;
        let port = match authority.as_str().strip_prefix(authority.host()) {
            Some("") if is_https => Some(HTTPS_PORT),
            Some("") => Some(HTTP_PORT),
            _ => authority.port_u16(),
        };
        Ok(ServiceUrl {
            is_https,
            authority: authority.to_string(),
            // An IPv6 address stands in brackets in a URL only.
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: port.ok_or_else(|| wrong("the port is none"))?,
            path: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Whether it is reached by TLS.
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// Host and port as a `Host` header has them.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Host and port to connect to.
    pub fn address(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// What stands before the paths of the service; empty as a rule.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::ServiceUrl;

    #[test]
    fn host_port_and_a_proxy_s_path_are_read_from_a_url() {
        for (text, host, port, path) in [
            ("http://127.0.0.1:8080", "127.0.0.1", 8080, ""),
            ("http://registry.example/", "registry.example", 80, ""),
            ("http://[::1]:99", "::1", 99, ""),
            ("http://[::1]", "::1", 80, ""),
            ("http://intranet/registry/", "intranet", 80, "/registry"),
            ("https://registry.example", "registry.example", 443, ""),
            ("https://[::1]:8443/registry", "::1", 8443, "/registry"),
        ] {
            let url = ServiceUrl::parse(text).unwrap();
            assert_eq!(url.is_https(), text.starts_with("https:"));
            assert_eq!(url.to_string(), text.trim_end_matches('/'));
            assert_eq!((url.address(), url.path()), ((host, port), path), "{text}");
        }
    }

    #[test]
    fn a_wrong_url_is_refused_with_what_is_wrong() {
        for (text, expected) in [
            ("", "http://127.0.0.1:8080"),
            ("127.0.0.1:8080", "begin with http://"),
            ("ftp://127.0.0.1", "begin with http://"),
            ("wss://127.0.0.1", "or https://"),
            ("http://127.0.0.1:99999", "port"),
            ("http://127.0.0.1:", "port"),
            ("http://127.0.0.1/?a=b", "query"),
            ("http:///path", ""),
        ] {
            let fault = ServiceUrl::parse(text).unwrap_err();
            assert!(fault.starts_with("--url ") && fault.contains(expected), "{text}: {fault}");
        }
        let fault = ServiceUrl::parse("http://me:secret@127.0.0.1").unwrap_err();
        assert!(!fault.contains("secret") && fault.contains("--token"), "{fault}");
    }
}
