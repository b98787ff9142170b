//! A certificate and its key, checked, as what a listener needs to use them.

use std::net::IpAddr;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{self, ServerConfig};
use webpki::EndEntityCert;

/// What is offered by ALPN (RFC 7301), the better one first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// A certificate with those that lead to its authority, and the private key that belongs to it.
#[derive(Clone)]
pub struct Pair {
    own: CertificateDer<'static>,
    acceptor: TlsAcceptor,
}

impl Pair {
    /// The pair in two PEM files (RFC 7468): the service's own certificate first, then those
    /// between it and its authority; and an unencrypted PKCS #8, PKCS #1 or SEC1 key.
    ///
    /// # Errors
    /// What is wrong with which of the two, and what would be right, without anything of the key.
    pub fn parse(certificates: &[u8], key: &[u8]) -> Result<Pair, String> {
        let chain = chain(certificates)?;
        let own = chain.first().cloned().ok_or(NO_CERTIFICATE)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| no_key(&error))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| no_pair(&error))?;
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
        Ok(Pair { own, acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    /// What makes TLS of a connection.
    pub fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// A host that the certificate is good for: the address `listened` on where it is, else the
    /// first name in it that is no pattern.
    pub fn host(&self, listened: IpAddr) -> Option<String> {
        let own = EndEntityCert::try_from(&self.own).ok()?;
        if own.verify_is_valid_for_subject_name(&ServerName::from(listened)).is_ok() {
            return Some(match listened {
                IpAddr::V4(address) => address.to_string(),
                IpAddr::V6(address) => format!("[{address}]"),
            });
        }
        own.valid_dns_names().find(|name| !name.contains('*')).map(str::to_owned)
    }

    /// Whether the certificate vouches for itself, so that clients must be given it.
    pub fn is_self_signed(&self) -> bool {
        EndEntityCert::try_from(&self.own).is_ok_and(|own| own.issuer() == own.subject())
    }
}

const NO_CERTIFICATE: &str = "the certificate file holds none: it must be PEM, with \
                              '-----BEGIN CERTIFICATE-----', the service's own certificate first";

fn chain(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("the certificate file is no proper PEM: {error}"))
}

fn no_key(error: &pem::Error) -> String {
    match error {
        pem::Error::NoItemsFound => "the key file holds no key that can be read: it must be PEM, \
                                     with '-----BEGIN PRIVATE KEY-----', and not encrypted"
            .to_owned(),
        // Without the error's own text: it may hold a part of the key.
        _ => "the key file is no proper PEM".to_owned(),
    }
}

fn no_pair(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InconsistentKeys(_) => {
            "the key does not belong to the certificate".to_owned()
        }
        rustls::Error::InvalidCertificate(error) => {
            format!("the certificate cannot be used: {error}")
        }
        _ => format!("the key cannot be used: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertifiedKey, generate_simple_self_signed};

    use super::*;

    fn made(names: &[&str]) -> (String, String) {
        let names = names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        (cert.pem(), signing_key.serialize_pem())
    }

    fn fault(certificates: &str, key: &str) -> String {
        Pair::parse(certificates.as_bytes(), key.as_bytes()).err().unwrap()
    }

    #[test]
    fn what_is_no_pair_is_refused_with_what_is_wrong_and_without_the_key() {
        let (certificate, key) = made(&["localhost"]);
        let (_, other) = made(&["localhost"]);
        let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        let cut = &key[..key.len() / 2];
        for (certificates, key, expected) in [
            ("", &*key, "BEGIN CERTIFICATE"),
            ("nonsense", &key, "BEGIN CERTIFICATE"),
            (&*key, &key, "BEGIN CERTIFICATE"),
            (&certificate[..certificate.len() / 2], &key, "certificate file is no proper PEM"),
            (&certificate, "", "BEGIN PRIVATE KEY"),
            (&certificate, &encrypted, "not encrypted"),
            (&certificate, cut, "key file is no proper PEM"),
            (&certificate, &other, "does not belong"),
        ] {
            let fault = fault(certificates, key);
            assert!(fault.contains(expected), "{fault}");
            let body = key.lines().nth(1).unwrap_or("no body");
            assert!(!fault.contains(body), "{fault}");
        }
    }

    #[test]
    fn the_host_is_the_address_listened_on_where_the_certificate_has_it_else_its_first_name() {
        let (certificate, key) = made(&["*.example", "registry.example", "10.1.2.3", "::1"]);
        let pair = Pair::parse(certificate.as_bytes(), key.as_bytes()).unwrap();
        for (listened, host) in
            [("10.1.2.3", "10.1.2.3"), ("::1", "[::1]"), ("0.0.0.0", "registry.example")]
        {
            assert_eq!(pair.host(listened.parse().unwrap()).as_deref(), Some(host));
        }
        assert!(pair.is_self_signed());
        let (certificate, key) = made(&["*.example"]);
        let pair = Pair::parse(certificate.as_bytes(), key.as_bytes()).unwrap();
        assert_eq!(pair.host("127.0.0.1".parse().unwrap()), None);
    }
}
