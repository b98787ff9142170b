//! Where a certificate and its key come from, and the pair that is used now. The files are read
//! again and again, so that a renewed certificate is used without a restart; their contents are
//! compared, not their times, as those also change where links are turned or copies keep theirs.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;

use super::Pair;

/// Largest file that is taken for a certificate or a key, in bytes.
const MAX_FILE: u64 = 1024 * 1024;

/// The two files, and how often it is looked whether they have changed.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificates, PEM.
    pub certificate: PathBuf,
    /// The private key, PEM.
    pub key: PathBuf,
    /// How often it is looked.
    pub look_every: Duration,
}

/// What both files hold.
struct Contents {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

/// What a look at the files came to, and what it is known again by; no copy of the key is kept.
struct Look {
    came_to: Result<Contents, String>,
    mark: Mark,
}

/// The hashes of both files, or twice that of a fault.
type Mark = [[u8; 32]; 2];

/// The pair that is used now.
pub struct TlsSource {
    files: TlsFiles,
    first: Mark,
    pair: RwLock<Pair>,
}

impl TlsFiles {
    /// The files, looked at every two seconds: a renewed certificate is not waited for, and two
    /// small files that are in memory cost nothing.
    pub fn new(certificate: PathBuf, key: PathBuf) -> TlsFiles {
        TlsFiles { certificate, key, look_every: Duration::from_secs(2) }
    }

    fn read(&self) -> Result<Contents, String> {
        Ok(Contents { certificate: read(&self.certificate)?, key: read(&self.key)? })
    }

    fn parse(&self, contents: &Contents) -> Result<Pair, String> {
        let (certificate, key) = (self.certificate.display(), self.key.display());
        Pair::parse(&contents.certificate, &contents.key)
            .map_err(|why| format!("{why} (--tls-cert {certificate}, --tls-key {key})"))
    }

    fn look(&self) -> Look {
        let came_to = self.read();
        let [certificate, key]: [&[u8]; 2] = match &came_to {
            Ok(contents) => [&contents.certificate, &contents.key],
            Err(fault) => [fault.as_bytes(); 2],
        };
        Look { mark: [Sha256::digest(certificate).into(), Sha256::digest(key).into()], came_to }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let cannot = |why: String| format!("cannot read {}: {why}", path.display());
    let file = File::open(path).map_err(|error| cannot(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| cannot(error.to_string()))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(cannot("it is far too large for a certificate or a key".to_owned()));
    }
    Ok(bytes)
}

impl TlsSource {
    /// Reads the files for the first time.
    ///
    /// # Errors
    /// One sentence that says what is wrong with them.
    pub fn open(files: TlsFiles) -> Result<TlsSource, String> {
        let Look { came_to, mark: first } = files.look();
        let pair = RwLock::new(files.parse(&came_to?)?);
        Ok(TlsSource { files, first, pair })
    }

    /// What makes TLS of the next connection.
    pub fn acceptor(&self) -> TlsAcceptor {
        self.pair.read().unwrap_or_else(PoisonError::into_inner).acceptor().clone()
    }

    /// The pair that is used now.
    pub fn pair(&self) -> Pair {
        self.pair.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes every new pair that is a good one, as long as it is polled. What is none is logged
    /// once, when it is still the same at the next look: of two files one is replaced first.
    pub async fn follow(self: Arc<Self>) {
        let (mut before, mut settled) = (self.first, true);
        loop {
            tokio::time::sleep(self.files.look_every).await;
            let source = self.clone();
            // Reading may take long where the files are elsewhere.
            let Ok(look) = tokio::task::spawn_blocking(move || source.files.look()).await else {
                return;
            };
            let is_same = look.mark == before;
            if !(is_same && settled) {
                settled = self.take(look.came_to, is_same) || is_same;
                before = look.mark;
            }
        }
    }

    /// Uses the pair from now on; whether it is one. A fault is logged when it `is_lasting`.
    fn take(&self, contents: Result<Contents, String>, is_lasting: bool) -> bool {
        match contents.and_then(|contents| self.files.parse(&contents)) {
            Ok(pair) => {
                *self.pair.write().unwrap_or_else(PoisonError::into_inner) = pair;
                tracing::info!("the new certificate is used from now on");
                true
            }
            Err(fault) => {
                if is_lasting {
                    tracing::warn!(fault, "the new certificate is not used, the old one goes on");
                }
                false
            }
        }
    }
}
