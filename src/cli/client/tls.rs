//! TLS to a service: whom the commands trust, and what they say when that is not enough.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    self, CertificateError, ClientConfig, DigitallySignedStruct, Error, InvalidMessage,
    RootCertStore, SignatureScheme,
};

use super::super::Failure;
use super::{CONNECT_PATIENCE, fault};
use crate::config::ServiceUrl;

/// Makes TLS of a connection to the service, which must show a certificate that leads to one in
/// `ca`, or is one of them; without `ca`, to one that this machine trusts.
///
/// # Errors
/// One sentence: the certificates cannot be read, or the service is not to be trusted.
pub async fn connect(
    stream: TcpStream,
    url: &ServiceUrl,
    ca: Option<&Path>,
) -> Result<TlsStream<TcpStream>, Failure> {
    let config = config(ca).map_err(Failure::Failed)?;
    let host = ServerName::try_from(url.address().0.to_owned()).map_err(|_| {
        Failure::Failed(format!("{url} holds a host that no certificate can be for"))
    })?;
    let connecting = TlsConnector::from(Arc::new(config)).connect(host, stream);
    match tokio::time::timeout(CONNECT_PATIENCE, connecting).await {
        Ok(connected) => connected.map_err(|error| untrusted(url, &error)),
        Err(_) => Err(fault::nobody(url, "it does not answer to TLS")),
    }
}

fn config(ca: Option<&Path>) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let trusted = match ca {
        Some(path) => certificates(path)?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    let verifier = Trust::new(trusted, ca, provider.clone())?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let wrong = |why: String| format!("--ca {}: {why}", path.display());
    let pem = std::fs::read(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match found {
        Ok(found) if found.is_empty() => Err(wrong(
            "holds no certificate; it must be PEM, with '-----BEGIN CERTIFICATE-----'".into(),
        )),
        Ok(found) => Ok(found),
        Err(error) => Err(wrong(format!("is no proper PEM: {error}"))),
    }
}

/// What rustls verifies, and one thing more: a service may show the very certificate that was given
/// as trusted, although that says of itself that it is an authority's, as what
/// `openssl req -x509` makes does. Its dates are verified before rustls comes to that, its name
/// here, and that the service has its key with the signature of the handshake.
#[derive(Debug)]
struct Trust {
    verifier: Arc<WebPkiServerVerifier>,
    given: Vec<CertificateDer<'static>>,
}

impl Trust {
    fn new(
        trusted: Vec<CertificateDer<'static>>,
        ca: Option<&Path>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Trust, String> {
        let mut roots = RootCertStore::empty();
        // The machine's own may hold some that rustls takes no part in.
        roots.add_parsable_certificates(trusted.iter().cloned());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
        let verifier = verifier.build().map_err(|error| match ca {
            Some(path) => format!("--ca {}: holds no certificate that can be used", path.display()),
            None => format!(
                "this machine knows no certificates to trust ({error}); say with --ca FILE whom to trust"
            ),
        })?;
        Ok(Trust { verifier, given: if ca.is_some() { trusted } else { Vec::new() } })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.verifier.verify_server_cert(shown, between, host, ocsp, now) {
            Err(error) if is_authority(&error) => {
                if !self.given.iter().any(|given| given == shown) {
                    return Err(CertificateError::UnknownIssuer.into());
                }
                let shown = ParsedCertificate::try_from(shown)?;
                rustls::client::verify_server_name(&shown, host)?;
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Whether all that is wrong is that the service shows an authority's certificate.
fn is_authority(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(cause)) = error else {
        return false;
    };
    matches!(cause.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

fn untrusted(url: &ServiceUrl, error: &io::Error) -> Failure {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    Failure::Failed(match cause {
        // A bad signature: whoever is trusted has the name of its authority, and another key.
        Some(Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        )) => format!(
            "the certificate of {url} leads to nobody who is trusted here: give with --ca FILE \
             that of its authority, or its own where it is self-signed"
        ),
        Some(Error::InvalidCertificate(fault)) => {
            format!("the certificate of {url} is not to be trusted: {fault}")
        }
        Some(Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            format!("what answers at {url} does not speak TLS: is it http:// there?")
        }
        _ => {
            let why = cause.map_or_else(|| error.to_string(), ToString::to_string);
            return fault::broken_off(url, &why);
        }
    })
}
