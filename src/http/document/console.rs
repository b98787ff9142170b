//! The files of the web console. They are packed once, when the first is asked for.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::file::{File, Media};
use super::policy;
use crate::console;

const HTML: &[Media] = &[("text/html", "text/html; charset=utf-8")];
const SCRIPT: &[Media] = &[("text/javascript", "text/javascript; charset=utf-8")];
const STYLE: &[Media] = &[("text/css", "text/css; charset=utf-8")];
const PICTURE: &[Media] = &[("image/svg+xml", "image/svg+xml")];

static FILES: LazyLock<HashMap<&str, File>> = LazyLock::new(|| {
    console::FILES.iter().map(|(path, bytes)| (*path, file(path, bytes))).collect()
});

/// The file at `path`, if there is one. The page itself is not among them, as all that it names is
/// relative to where it is.
pub fn file_at(path: &str) -> Option<&'static File> {
    FILES.get(path).filter(|_| path != console::PAGE)
}

/// The page.
pub fn page() -> Option<&'static File> {
    FILES.get(console::PAGE)
}

fn file(path: &str, bytes: &'static [u8]) -> File {
    let media = match path.rsplit_once('.') {
        Some((_, "js")) => SCRIPT,
        Some((_, "css")) => STYLE,
        Some((_, "svg")) => PICTURE,
        // A test says that there are no others.
        _ => HTML,
    };
    let file = File::new(media, policy::SCRIPTED, bytes);
    match packed(bytes) {
        Ok(packed) if packed.len() < bytes.len() => file.with_gzip(packed),
        // Tiny files only grow; that memory is no file to write to is known.
        _ => file,
    }
}

fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes)?;
    packer.finish()
}
