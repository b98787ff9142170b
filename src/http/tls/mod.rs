//! TLS (RFC 8446, and RFC 5246 for older clients) under the connections: `pair` is a certificate
//! with its key, `source` the files that it comes from and is taken from anew when they change,
//! `handshake` how long and how many clients may take to agree on it.

mod handshake;
mod pair;
mod source;

pub use handshake::Handshakes;
pub use pair::Pair;
pub use source::{TlsFiles, TlsSource};
