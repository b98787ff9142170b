//! Whether `serve` speaks TLS, and whether it may do without.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::File;

/// The flags of TLS.
#[derive(Debug, Default, Args)]
pub struct TlsArgs {
    /// Speak https with this certificate: PEM, the service's own first, then those between it and
    /// its authority. Is used without a restart when it changes; needs --tls-key
    #[arg(long, env = "SMART_CUSTOMER_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate: PEM, not encrypted
    #[arg(long, env = "SMART_CUSTOMER_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Speak plain http also to other machines, where a proxy in front of the service speaks TLS
    #[arg(
        long,
        env = "SMART_CUSTOMER_INSECURE_HTTP",
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub insecure_http: Option<bool>,
}

/// A certificate and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsPaths {
    /// The file of the certificates.
    pub certificate: PathBuf,
    /// The file of the private key.
    pub key: PathBuf,
}

impl TlsArgs {
    /// The files of TLS, or `None` where plain http may be spoken on `listen`.
    ///
    /// # Errors
    /// One sentence: half of the files is missing, or others could listen in.
    pub(super) fn resolve(
        self,
        file: &File,
        listen: &[SocketAddr],
    ) -> Result<Option<TlsPaths>, String> {
        let certificate = self.tls_cert.or(file.tls_cert.clone());
        let key = self.tls_key.or(file.tls_key.clone());
        match (certificate, key) {
            (Some(certificate), Some(key)) => Ok(Some(TlsPaths { certificate, key })),
            (Some(_), None) => Err(incomplete("--tls-cert", "--tls-key", "the certificate's key")),
            (None, Some(_)) => Err(incomplete("--tls-key", "--tls-cert", "the key's certificate")),
            (None, None) => {
                let allowed = self.insecure_http.or(file.insecure_http).unwrap_or(false);
                match listen.iter().find(|address| !address.ip().to_canonical().is_loopback()) {
                    Some(address) if !allowed => Err(exposed(address)),
                    _ => Ok(None),
                }
            }
        }
    }
}

fn incomplete(given: &str, missing: &str, what: &str) -> String {
    format!("{given} is given without {missing}: say with {missing} FILE where {what} is")
}

fn exposed(address: &SocketAddr) -> String {
    format!(
        "--listen {address} is reached by other machines, and without TLS whoever is on the way \
         reads tokens and customers: give --tls-cert FILE and --tls-key FILE, or listen on \
         127.0.0.1; --insecure-http allows it where a proxy in front of the service speaks TLS"
    )
}
