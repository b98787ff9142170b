//! What is written to the runs and stands in memory only so far, so that a process that is killed leaves
//! it behind. It is never synced: after a power cut all trees are made anew.
//!
//! ```text
//! <first batch, 20 digits>.rows       frames as in the journal, one for each batch
//! frame body                          number of rows u32 LE | rows: key length u32 LE | value length
//!                                     u32 LE, all ones where the row is removed | key | value
//! ```
//!
//! A file counts up to where the next one begins.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Bytes;
use super::runs::{Rows, RunsError};
use crate::store::disk;
use crate::store::journal::frame::{frame_bytes, parse_frame};

/// Bytes of the disk that are taken at once.
const PIECE: u64 = 1024 * 1024;

/// What stands in place of the length of a value that there is none of.
const REMOVED: u32 = u32::MAX;

/// The log, open for appending.
pub struct RowLog {
    dir: PathBuf,
    file: File,
    length: u64,
    /// How long it can become without asking for more room.
    allocated: u64,
}

impl RowLog {
    /// Begins a file for the batches from `first` on.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn begin(dir: &Path, first: u64) -> io::Result<RowLog> {
        let file = File::create(path(dir, first))?;
        Ok(RowLog { dir: dir.to_owned(), file, length: 0, allocated: 0 })
    }

    /// Goes on in a new file.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn go_on(&mut self, first: u64) -> io::Result<()> {
        *self = RowLog::begin(&self.dir, first)?;
        Ok(())
    }

    /// Takes room for `bytes` more.
    ///
    /// # Errors
    /// There is none.
    pub fn make_room(&mut self, bytes: u64) -> io::Result<()> {
        let wanted = self.length + bytes;
        if wanted > self.allocated {
            let wanted = wanted.next_multiple_of(PIECE);
            disk::allocate(&self.file, wanted)?;
            self.allocated = wanted;
        }
        Ok(())
    }

    /// Appends a batch.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn append(&mut self, batch: u64, rows: &Rows) -> io::Result<()> {
        let frame = frame_bytes(batch, 1, &encode(rows)?);
        self.file.write_all(&frame)?;
        self.length += frame.len() as u64;
        Ok(())
    }
}

/// Calls `each` with the batches from `first` to `last`, in order.
///
/// # Errors
/// One is not there, or damaged.
pub fn replay(
    dir: &Path,
    first: u64,
    last: u64,
    mut each: impl FnMut(u64, Rows),
) -> Result<(), RunsError> {
    let mut next = first;
    let files = files(dir)?;
    let ends = files.iter().skip(1).map(|(begin, _)| begin - 1).chain([last]);
    for ((_, path), end) in files.iter().zip(ends) {
        if next > last {
            break;
        }
        let bytes = std::fs::read(path)?;
        let mut rest = bytes.as_slice();
        while let Some((frame, length)) = parse_frame(rest) {
            if frame.first == next && next <= end.min(last) {
                each(next, decode(frame.body)?);
                next += 1;
            }
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    match next > last {
        true => Ok(()),
        false => Err(RunsError::Damaged(format!("batch {next} of {last} is missing"))),
    }
}

/// Removes the files in which nothing behind the batch `last` stands.
///
/// # Errors
/// One cannot be removed.
pub fn remove_until(dir: &Path, last: u64) -> io::Result<()> {
    let files = files(dir)?;
    let nexts = files.iter().skip(1).map(|(begin, _)| *begin);
    for ((_, path), next) in files.iter().zip(nexts) {
        if next <= last + 1 {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The files by their first batch, in order.
fn files(dir: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let first = name.and_then(|name| name.strip_suffix(".rows")?.parse().ok());
        found.extend(first.map(|first| (first, path)));
    }
    found.sort_unstable();
    Ok(found)
}

fn path(dir: &Path, first: u64) -> PathBuf {
    dir.join(format!("{first:020}.rows"))
}

/// Bytes that a batch takes in the log, about.
pub fn size(rows: &Rows) -> u64 {
    let row = |(key, value): (&Vec<u8>, &Option<Bytes>)| {
        8 + key.len() + value.as_ref().map_or(0, |value| value.len())
    };
    rows.iter().map(row).sum::<usize>() as u64 + 32
}

fn encode(rows: &Rows) -> io::Result<Vec<u8>> {
    let length = |bytes: &[u8]| {
        let length = u32::try_from(bytes.len()).ok().filter(|length| *length < REMOVED);
        length.ok_or_else(|| io::Error::other("a row is too long"))
    };
    let mut body = Vec::with_capacity(usize::try_from(size(rows)).unwrap_or_default());
    // A batch may have rows in sled only; a frame is never empty.
    let many = u32::try_from(rows.len()).map_err(io::Error::other)?;
    body.extend_from_slice(&many.to_le_bytes());
    for (key, value) in rows {
        body.extend_from_slice(&length(key)?.to_le_bytes());
        let value_length = value.as_deref().map_or(Ok(REMOVED), length)?;
        body.extend_from_slice(&value_length.to_le_bytes());
        body.extend_from_slice(key);
        body.extend_from_slice(value.as_deref().unwrap_or_default());
    }
    Ok(body)
}

fn decode(body: &[u8]) -> Result<Rows, RunsError> {
    let damaged = || RunsError::Damaged("a batch of rows".to_owned());
    let (many, mut body) = body.split_first_chunk().ok_or_else(damaged)?;
    let mut rows = Rows::new();
    for _ in 0..u32::from_le_bytes(*many) {
        let (key, value) = row(&mut body).ok_or_else(damaged)?;
        rows.insert(key, value);
    }
    body.is_empty().then_some(rows).ok_or_else(damaged)
}

/// Takes the first row off `body`.
fn row(body: &mut &[u8]) -> Option<(Vec<u8>, Option<Bytes>)> {
    let (key_length, rest) = body.split_first_chunk()?;
    let (value_length, rest) = rest.split_first_chunk()?;
    *body = rest;
    let key = bytes(body, u32::from_le_bytes(*key_length))?.to_vec();
    match u32::from_le_bytes(*value_length) {
        REMOVED => Some((key, None)),
        length => Some((key, Some(bytes(body, length)?.into()))),
    }
}

/// Takes so many bytes off `body`.
fn bytes<'b>(body: &mut &'b [u8], length: u32) -> Option<&'b [u8]> {
    let (bytes, rest) = body.split_at_checked(usize::try_from(length).ok()?)?;
    *body = rest;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(value: &str) -> Rows {
        [(b"key".to_vec(), Some(value.into())), (b"removed".to_vec(), None)].into()
    }

    fn replayed(dir: &Path, first: u64, last: u64) -> Result<Vec<(u64, Rows)>, String> {
        let mut found = Vec::new();
        replay(dir, first, last, |batch, rows| found.push((batch, rows)))
            .map(|()| found)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn batches_come_back_up_to_the_last_one_and_not_what_another_file_took_the_place_of() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = RowLog::begin(dir.path(), 1).unwrap();
        for batch in 1..=4 {
            log.append(batch, &rows("killed")).unwrap();
        }
        // Of a process that went on behind the second.
        let mut log = RowLog::begin(dir.path(), 3).unwrap();
        log.append(3, &rows("later")).unwrap();
        let expected = vec![(1, rows("killed")), (2, rows("killed")), (3, rows("later"))];
        assert_eq!(replayed(dir.path(), 1, 3).unwrap(), expected);
        assert_eq!(replayed(dir.path(), 3, 3).unwrap(), expected[2..]);
        assert_eq!(replayed(dir.path(), 4, 3).unwrap(), []);
        assert!(replayed(dir.path(), 1, 4).unwrap_err().contains("batch 4 of 4 is missing"));
        remove_until(dir.path(), 2).unwrap();
        assert!(replayed(dir.path(), 2, 3).is_err());
        assert_eq!(replayed(dir.path(), 3, 3).unwrap(), expected[2..]);
    }

    #[test]
    fn a_batch_without_rows_is_one_of_them() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = RowLog::begin(dir.path(), 1).unwrap();
        log.append(1, &Rows::new()).unwrap();
        log.append(2, &rows("behind")).unwrap();
        let expected = vec![(1, Rows::new()), (2, rows("behind"))];
        assert_eq!(replayed(dir.path(), 1, 2).unwrap(), expected);
    }

    #[test]
    fn a_damaged_batch_is_missing() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = RowLog::begin(dir.path(), 1).unwrap();
        log.append(1, &rows("good")).unwrap();
        log.append(2, &rows("bad")).unwrap();
        let file = path(dir.path(), 1);
        let mut bytes = std::fs::read(&file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&file, bytes).unwrap();
        assert_eq!(replayed(dir.path(), 1, 1).unwrap().len(), 1);
        assert!(replayed(dir.path(), 1, 2).unwrap_err().contains("batch 2"));
    }

    proptest! {
        #[test]
        fn rows_come_back_from_their_bytes(
            rows in prop::collection::btree_map(any::<Vec<u8>>(), any::<Option<Vec<u8>>>(), 0..8),
        ) {
            let rows: Rows =
                rows.into_iter().map(|(key, value)| (key, value.map(Into::into))).collect();
            prop_assert_eq!(decode(&encode(&rows).unwrap()).unwrap(), rows);
        }

        #[test]
        fn no_bytes_make_reading_rows_panic(bytes in any::<Vec<u8>>()) {
            if let Ok(rows) = decode(&bytes) {
                prop_assert!(rows.len() <= bytes.len());
            }
        }
    }
}
