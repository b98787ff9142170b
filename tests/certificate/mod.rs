//! Certificates of the tests, made anew each time, and a client that trusts them.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// A self-signed certificate and its key.
pub struct Certificate {
    /// As a client gets it.
    pub der: CertificateDer<'static>,
    certificate: String,
    key: String,
}

impl Certificate {
    /// One for these names and addresses.
    pub fn of(names: &[&str]) -> Certificate {
        Certificate::with(names, |_| {})
    }

    /// The same, but one that says of itself that it is an authority's, as some tools make it.
    pub fn of_authority(names: &[&str]) -> Certificate {
        let authority = IsCa::Ca(BasicConstraints::Unconstrained);
        Certificate::with(names, |params| params.is_ca = authority)
    }

    /// One of which more is changed.
    pub fn with(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Certificate {
        let names = names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let made = params.self_signed(&key).unwrap();
        let (der, certificate) = (made.der().clone(), made.pem());
        Certificate { der, certificate, key: key.serialize_pem() }
    }

    /// Writes both into `dir`, in place of those that are there; their paths.
    pub fn write(&self, dir: &Path) -> (PathBuf, PathBuf) {
        let (certificate, key) = (dir.join("cert.pem"), dir.join("key.pem"));
        std::fs::write(&certificate, &self.certificate).unwrap();
        std::fs::write(&key, &self.key).unwrap();
        (certificate, key)
    }

    /// A TLS connection of a client that trusts this certificate alone and offers `protocols`.
    pub async fn connect(
        &self,
        address: SocketAddr,
        protocols: &[&str],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.der.clone()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TcpStream::connect(address).await?;
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }
}
