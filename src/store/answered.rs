//! The number of the last change that was answered, noted after each write and never synced. After a
//! power cut it would say little, but after a kill it is exact: so a journal that lost its end is known
//! to be damaged then, also where the trees are too, and cannot tell.
//!
//! ```text
//! DATA_DIR/answered    last change u64 LE | crc32c of it u32 LE, again and again: the last one counts
//! ```

use std::io;
use std::path::Path;

use super::disk::{Disk, DiskFile};

const NAME: &str = "answered";

const NOTE: usize = 12;

/// Bytes past which the file is begun anew.
const LONGEST: u64 = 64 * 1024;

/// Where it is noted.
#[derive(Default)]
pub struct Answered {
    file: Option<Box<dyn DiskFile>>,
    length: u64,
}

impl Answered {
    /// Notes that everything up to change `last` was answered.
    ///
    /// # Errors
    /// It cannot be noted; it is tried anew the next time.
    pub fn note(&mut self, disk: &dyn Disk, data_dir: &Path, last: u64) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) if self.length < LONGEST => file,
            _ => self.begin(disk, data_dir)?,
        };
        file.append(&note(last))?;
        self.length += NOTE as u64;
        self.file = Some(file);
        Ok(())
    }

    fn begin(&mut self, disk: &dyn Disk, data_dir: &Path) -> io::Result<Box<dyn DiskFile>> {
        let path = data_dir.join(NAME);
        match disk.remove(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        self.length = 0;
        disk.create(&path)
    }
}

fn note(last: u64) -> [u8; NOTE] {
    let mut note = [0; NOTE];
    let (number, checksum) = note.split_at_mut(8);
    number.copy_from_slice(&last.to_le_bytes());
    checksum.copy_from_slice(&crc32c::crc32c(number).to_le_bytes());
    note
}

/// The last change that was noted in `data_dir`; `None` where nothing can be read of any.
pub fn last(disk: &dyn Disk, data_dir: &Path) -> Option<u64> {
    let bytes = disk.read(&data_dir.join(NAME)).ok()?;
    let (notes, _) = bytes.as_chunks::<NOTE>();
    notes.iter().rev().find_map(|written| {
        let last = u64::from_le_bytes(*written.first_chunk()?);
        (note(last) == *written).then_some(last)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk::RealDisk;

    #[test]
    fn the_last_whole_note_counts() {
        let dir = tempfile::tempdir().unwrap();
        let said = || last(&RealDisk, dir.path());
        assert_eq!(said(), None);
        let mut answered = Answered::default();
        for number in [5, 9, 12] {
            answered.note(&RealDisk, dir.path(), number).unwrap();
            assert_eq!(said(), Some(number));
        }
        let path = dir.path().join(NAME);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert_eq!(said(), Some(9));
        let mut flipped = whole.clone();
        flipped[NOTE * 2] ^= 1;
        std::fs::write(&path, flipped).unwrap();
        assert_eq!(said(), Some(9));
        Answered::default().note(&RealDisk, dir.path(), 13).unwrap();
        assert_eq!(said(), Some(13));
        assert_eq!(std::fs::metadata(&path).unwrap().len(), NOTE as u64);
    }

    #[test]
    fn the_file_does_not_grow_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let mut answered = Answered::default();
        for number in 1..12_000 {
            answered.note(&RealDisk, dir.path(), number).unwrap();
        }
        assert_eq!(last(&RealDisk, dir.path()), Some(11_999));
        assert!(std::fs::metadata(dir.path().join(NAME)).unwrap().len() <= LONGEST + NOTE as u64);
    }
}
