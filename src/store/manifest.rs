//! How long the files of the trees are and what their checksums are, noted when the store is closed in
//! order: so the next start knows that they are the same to the byte, without reading a row.
//!
//! Where there are very many bytes, of the longest files only the length is noted, as reading them would
//! hold up every start. Sled knows by itself when a page is not what was written, as long as the table of
//! its pages is right, which stands in a file of its own: sled writes that when it opens and finds
//! something new. Runs have a checksum in each block, and no two of them are likely to have one length.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Bytes of a file that are read at once.
const PIECE: usize = 256 * 1024;

/// The files below a directory, by their names from there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest(BTreeMap<String, FileSum>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileSum {
    length: u64,
    /// `None` for a file that is not read at every start.
    checksum: Option<u32>,
}

impl Manifest {
    /// Reads files below `dir`, short ones first, as long as they have up to `most` bytes together.
    ///
    /// # Errors
    /// One cannot be read, or has a name that is no text.
    pub fn of(dir: &Path, most: u64) -> io::Result<Manifest> {
        let with_length = |path: PathBuf| Ok((path.metadata()?.len(), path));
        let mut files: Vec<(u64, PathBuf)> =
            files(dir)?.into_iter().map(with_length).collect::<io::Result<_>>()?;
        files.sort_unstable();
        let (mut found, mut together) = (BTreeMap::new(), 0);
        for (length, path) in files {
            together += length;
            let name = path.strip_prefix(dir).ok().and_then(Path::to_str);
            let name = name.ok_or_else(|| io::Error::other("a file has a name that is no text"))?;
            found.insert(name.to_owned(), file_sum(&path, together <= most)?);
        }
        Ok(Manifest(found))
    }

    /// Whether the files below `dir` are these to the byte, and no others.
    pub fn agrees_with(&self, dir: &Path) -> bool {
        let Ok(paths) = files(dir) else { return false };
        let is_same = |(name, sum): (&String, &FileSum)| {
            file_sum(&dir.join(name), sum.checksum.is_some()).is_ok_and(|found| found == *sum)
        };
        paths.len() == self.0.len() && self.0.iter().all(is_same)
    }

    /// Whether every file was read.
    pub fn is_complete(&self) -> bool {
        self.0.values().all(|sum| sum.checksum.is_some())
    }

    /// As text, a line for each file.
    pub fn to_text(&self) -> String {
        let line = |(name, sum): (&String, &FileSum)| {
            let checksum = sum.checksum.map_or_else(|| "-".to_owned(), |sum| format!("{sum:08x}"));
            format!("{} {checksum} {name}\n", sum.length)
        };
        self.0.iter().map(line).collect()
    }

    /// From its text; `None` where that is no manifest.
    pub fn from_text(text: &str) -> Option<Manifest> {
        let line = |line: &str| {
            let (length, rest) = line.split_once(' ')?;
            let (checksum, name) = rest.split_once(' ')?;
            let checksum = match checksum {
                "-" => None,
                checksum => Some(u32::from_str_radix(checksum, 16).ok()?),
            };
            Some((name.to_owned(), FileSum { length: length.parse().ok()?, checksum }))
        };
        text.lines().map(line).collect::<Option<_>>().map(Manifest)
    }
}

fn files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    Ok(found)
}

fn file_sum(path: &Path, is_read: bool) -> io::Result<FileSum> {
    let mut file = File::open(path)?;
    if !is_read {
        return Ok(FileSum { length: file.metadata()?.len(), checksum: None });
    }
    let (mut length, mut checksum) = (0, 0);
    let mut piece = vec![0; PIECE];
    loop {
        let read = file.read(&mut piece)?;
        let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return Ok(FileSum { length, checksum: Some(checksum) });
        };
        length += bytes.len() as u64;
        checksum = crc32c::crc32c_append(checksum, bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_agree_until_one_is_altered_added_or_missing() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("blobs")).unwrap();
        std::fs::write(dir.path().join("db"), vec![7; 600_000]).unwrap();
        std::fs::write(dir.path().join("blobs/1 2"), b"large").unwrap();
        let manifest = Manifest::of(dir.path(), u64::MAX).unwrap();
        assert!(manifest.is_complete());
        let manifest = Manifest::from_text(&manifest.to_text()).unwrap();
        assert!(manifest.agrees_with(dir.path()));
        std::fs::write(dir.path().join("blobs/1 2"), b"lArge").unwrap();
        assert!(!manifest.agrees_with(dir.path()));
        std::fs::write(dir.path().join("blobs/1 2"), b"large").unwrap();
        std::fs::write(dir.path().join("more"), b"").unwrap();
        assert!(!manifest.agrees_with(dir.path()));
        std::fs::remove_file(dir.path().join("more")).unwrap();
        assert!(manifest.agrees_with(dir.path()));
        std::fs::remove_file(dir.path().join("db")).unwrap();
        assert!(!manifest.agrees_with(dir.path()));
    }

    #[test]
    fn of_what_is_too_much_to_be_read_only_the_length_counts() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("db"), [7; 100]).unwrap();
        std::fs::write(dir.path().join("runs"), [9; 60]).unwrap();
        std::fs::write(dir.path().join("conf"), b"short").unwrap();
        assert!(Manifest::of(dir.path(), 165).unwrap().is_complete());
        let manifest = Manifest::of(dir.path(), 164).unwrap();
        assert!(!manifest.is_complete());
        let manifest = Manifest::from_text(&manifest.to_text()).unwrap();
        std::fs::write(dir.path().join("db"), [8; 100]).unwrap();
        assert!(manifest.agrees_with(dir.path()));
        std::fs::write(dir.path().join("db"), [8; 101]).unwrap();
        assert!(!manifest.agrees_with(dir.path()));
        std::fs::write(dir.path().join("db"), [8; 100]).unwrap();
        std::fs::write(dir.path().join("runs"), [8; 60]).unwrap();
        assert!(!manifest.agrees_with(dir.path()));
    }

    #[test]
    fn what_is_no_manifest_is_none() {
        for text in ["x", "1 2", "1 zz db", "-1 00000000 db", "1 000000000 db"] {
            let read = Manifest::from_text(text);
            assert!(read.is_none_or(|read| read.to_text().trim() != text), "{text}");
        }
    }
}
