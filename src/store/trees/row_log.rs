//! What is written and stands in memory only so far, whether it is on its way to the runs or to sled, so
//! that a process that is killed leaves it behind. It is never synced: after a power cut all trees are
//! made anew.
//!
//! ```text
//! <first batch, 20 digits>.rows       frames as in the journal, one for each batch
//! frame body                          number of rows u32 LE | rows: key length u32 LE | value length
//!                                     u32 LE, all ones where the row is removed | key | value; before
//!                                     each key stands the number of its tree
//! ```
//!
//! A file counts up to where the next one begins.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::runs::{Rows, RunsError};
use super::write_buffer::TreeRows;
use super::{Bytes, Tree};
use crate::store::disk;
use crate::store::journal::frame::{frame_bytes, parse_frame};

/// Bytes of the disk that are taken at once.
const PIECE: u64 = 1024 * 1024;

/// Bytes that a batch takes beside its rows, with those that say how far the trees go.
const OVERHEAD: u64 = 512;

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
    pub fn append(&mut self, batch: u64, in_runs: &Rows, in_sled: &TreeRows) -> io::Result<()> {
        let frame = frame_bytes(batch, 1, &encode(in_runs, in_sled)?);
        self.file.write_all(&frame)?;
        self.length += frame.len() as u64;
        Ok(())
    }
}

/// Calls `each` with the batches from `first` on, in order, until it says that one is of no use, and
/// returns the last that was.
///
/// # Errors
/// One is damaged, though its checksum holds, or the files cannot be read.
pub fn replay(
    dir: &Path,
    first: u64,
    mut each: impl FnMut(u64, Rows, TreeRows) -> bool,
) -> Result<u64, RunsError> {
    let mut next = first;
    let files = files(dir)?;
    let ends = files.iter().skip(1).map(|(begin, _)| begin - 1).chain([u64::MAX]);
    for ((_, path), end) in files.iter().zip(ends) {
        let bytes = std::fs::read(path)?;
        let mut rest = bytes.as_slice();
        while let Some((frame, length)) = parse_frame(rest) {
            if frame.first == next && next <= end {
                let (in_runs, in_sled) = decode(frame.body)?;
                if !each(next, in_runs, in_sled) {
                    return Ok(next - 1);
                }
                next += 1;
            }
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    Ok(next - 1)
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
pub fn size(in_runs: &Rows, in_sled: &TreeRows) -> u64 {
    let rows = rows(in_runs, in_sled);
    let sizes = rows.map(|(_, key, value)| 9 + key.len() + value.map_or(0, |value| value.len()));
    sizes.sum::<usize>() as u64 + OVERHEAD
}

/// All rows of a batch: the number of the tree where it does not stand in the key, the key, the value.
fn rows<'r>(
    in_runs: &'r Rows,
    in_sled: &'r TreeRows,
) -> impl Iterator<Item = (Option<u8>, &'r [u8], Option<&'r Bytes>)> {
    let in_runs = in_runs.iter().map(|(key, value)| (None, key.as_slice(), value.as_ref()));
    let in_sled = in_sled.iter().flat_map(|(tree, rows)| {
        rows.iter().map(|(key, value)| (Some(*tree as u8), &**key, value.as_ref()))
    });
    in_runs.chain(in_sled)
}

fn encode(in_runs: &Rows, in_sled: &TreeRows) -> io::Result<Vec<u8>> {
    let length = |length: usize| {
        let length = u32::try_from(length).ok().filter(|length| *length < REMOVED);
        length.ok_or_else(|| io::Error::other("a row is too long"))
    };
    let room = usize::try_from(size(in_runs, in_sled)).unwrap_or_default();
    let mut body = Vec::with_capacity(room);
    let many = in_runs.len() + in_sled.values().map(BTreeMap::len).sum::<usize>();
    body.extend_from_slice(&u32::try_from(many).map_err(io::Error::other)?.to_le_bytes());
    for (tree, key, value) in rows(in_runs, in_sled) {
        let key_length = length(usize::from(tree.is_some()) + key.len())?;
        let value_length = value.map_or(Ok(REMOVED), |value| length(value.len()))?;
        body.extend_from_slice(&key_length.to_le_bytes());
        body.extend_from_slice(&value_length.to_le_bytes());
        body.extend(tree);
        body.extend_from_slice(key);
        body.extend_from_slice(value.map(|value| &**value).unwrap_or_default());
    }
    Ok(body)
}

fn decode(body: &[u8]) -> Result<(Rows, TreeRows), RunsError> {
    let damaged = || RunsError::Damaged("a batch of rows".to_owned());
    let (many, mut body) = body.split_first_chunk().ok_or_else(damaged)?;
    let (mut in_runs, mut in_sled) = (Rows::new(), TreeRows::new());
    for _ in 0..u32::from_le_bytes(*many) {
        let (whole, value) = row(&mut body).ok_or_else(damaged)?;
        let (number, key) = whole.split_first().ok_or_else(damaged)?;
        let tree = Tree::numbered(*number).ok_or_else(damaged)?;
        if tree.is_in_runs() {
            in_runs.insert(whole.to_vec(), value);
        } else {
            in_sled.entry(tree).or_default().insert(key.into(), value);
        }
    }
    body.is_empty().then_some((in_runs, in_sled)).ok_or_else(damaged)
}

/// Takes the first row off `body`.
fn row<'b>(body: &mut &'b [u8]) -> Option<(&'b [u8], Option<Bytes>)> {
    let (key_length, rest) = body.split_first_chunk()?;
    let (value_length, rest) = rest.split_first_chunk()?;
    *body = rest;
    let key = bytes(body, u32::from_le_bytes(*key_length))?;
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
    use crate::store::trees::{ALL, RowBatch};

    /// A row that is set and one that is removed, in the runs and in sled.
    fn rows(value: &str) -> (Rows, TreeRows) {
        let keys = |name: &[u8]| Tree::Word.key_in_runs(name);
        let in_runs = [(keys(b"key"), Some(value.into())), (keys(b"removed"), None)];
        let in_sled = [(b"key".into(), Some(value.into())), (b"removed".into(), None)];
        (in_runs.into(), [(Tree::Customer, in_sled.into())].into())
    }

    fn append(log: &mut RowLog, batch: u64, value: &str) {
        let (in_runs, in_sled) = rows(value);
        log.append(batch, &in_runs, &in_sled).unwrap();
    }

    /// The batches from `first` on, up to `last` where there are more.
    fn replayed(dir: &Path, first: u64, last: u64) -> Vec<(u64, (Rows, TreeRows))> {
        let mut found = Vec::new();
        let reached = replay(dir, first, |batch, in_runs, in_sled| {
            let is_wanted = batch <= last;
            found.extend(is_wanted.then_some((batch, (in_runs, in_sled))));
            is_wanted
        });
        assert_eq!(reached.unwrap(), first - 1 + found.len() as u64);
        found
    }

    #[test]
    fn batches_come_back_and_not_what_another_file_took_the_place_of() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = RowLog::begin(dir.path(), 1).unwrap();
        for batch in 1..=4 {
            append(&mut log, batch, "killed");
        }
        // Of a process that went on behind the second.
        let mut log = RowLog::begin(dir.path(), 3).unwrap();
        append(&mut log, 3, "later");
        let expected = vec![(1, rows("killed")), (2, rows("killed")), (3, rows("later"))];
        assert_eq!(replayed(dir.path(), 1, 9), expected);
        assert_eq!(replayed(dir.path(), 1, 2), expected[..2]);
        assert_eq!(replayed(dir.path(), 3, 9), expected[2..]);
        assert_eq!(replayed(dir.path(), 4, 9), []);
        remove_until(dir.path(), 2).unwrap();
        assert_eq!(replayed(dir.path(), 2, 9), []);
        assert_eq!(replayed(dir.path(), 3, 9), expected[2..]);
    }

    #[test]
    fn a_batch_without_rows_is_one_of_them() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = RowLog::begin(dir.path(), 1).unwrap();
        log.append(1, &Rows::new(), &TreeRows::new()).unwrap();
        append(&mut log, 2, "behind");
        let expected = vec![(1, (Rows::new(), TreeRows::new())), (2, rows("behind"))];
        assert_eq!(replayed(dir.path(), 1, 9), expected);
    }

    #[test]
    fn a_damaged_batch_is_missing_and_what_is_behind_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = RowLog::begin(dir.path(), 1).unwrap();
        append(&mut log, 1, "good");
        append(&mut log, 2, "bad");
        let file = path(dir.path(), 1);
        let mut bytes = std::fs::read(&file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&file, bytes).unwrap();
        let mut log = RowLog::begin(dir.path(), 3).unwrap();
        append(&mut log, 3, "good");
        assert_eq!(replayed(dir.path(), 1, 9), [(1, rows("good"))]);
    }

    proptest! {
        #[test]
        fn rows_come_back_from_their_bytes(
            rows in prop::collection::vec(
                (prop::sample::select(&ALL), any::<Vec<u8>>(), any::<Option<Vec<u8>>>()), 0..8,
            ),
        ) {
            let mut batch = RowBatch::default();
            for (tree, key, value) in rows {
                batch.set(tree, key, None, value.map(Into::into));
            }
            let expected = (batch.in_runs, batch.in_sled);
            prop_assert_eq!(decode(&encode(&expected.0, &expected.1).unwrap()).unwrap(), expected);
        }

        #[test]
        fn no_bytes_make_reading_rows_panic(bytes in any::<Vec<u8>>()) {
            if let Ok((in_runs, in_sled)) = decode(&bytes) {
                prop_assert!(in_runs.len() + in_sled.len() <= bytes.len());
            }
        }
    }
}
