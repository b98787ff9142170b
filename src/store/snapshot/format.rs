//! A snapshot as a file: rows in order, compressed block by block, with a checksum of each block and
//! one of the whole, so that it says by itself when it was cut off or altered. A backup is the same
//! file.
//!
//! ```text
//! header   "SCSNAP" | version u16 | last change u64 | made at, milliseconds i64 | crc32c u32     28 bytes
//! block    raw length u32 | length u32 | crc32c of both and the data u32 | data (LZ4)
//! row      tree u8 | key length u32 | value length u32 | key | value                           in a block
//! end      0 u32 | 0 u32 | rows u64 | SHA-256 of everything before                             48 bytes
//! ```
//!
//! All numbers are little endian. Rows stand in the order of their trees and keys, each once.

use std::io::{self, Read, Write};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::store::trees::Tree;

const MAGIC: &[u8; 8] = b"SCSNAP\x01\x00";

/// Bytes of rows after which a block ends.
const BLOCK: usize = 256 * 1024;

/// Most bytes of a block as it is read: a block, and the largest row that can have begun in it.
const MAX_BLOCK: usize = BLOCK + 32 * 1024 * 1024;

/// The trees that stand in a snapshot, in their order, with their numbers, which are never used twice.
pub const TREES: [(Tree, u8); 5] = [
    (Tree::Customer, 1),
    (Tree::Idempotency, 2),
    (Tree::Token, 3),
    (Tree::Model, 4),
    (Tree::Event, 5),
];

/// The number of a tree that stands in a snapshot; they stand in the order of their numbers.
///
/// # Errors
/// It does not stand in a snapshot.
pub fn number(tree: Tree) -> io::Result<u8> {
    let known = TREES.iter().find(|(known, _)| *known == tree);
    known.map(|(_, number)| *number).ok_or_else(|| invalid("a row of another tree"))
}

/// What a snapshot says of itself before its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Number of the last change that it holds.
    pub last: u64,
    /// When it was begun; whole milliseconds.
    pub made_at: Timestamp,
}

/// A row of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// In which tree.
    pub tree: Tree,
    /// Its key.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
}

/// Writes a snapshot.
pub struct SnapshotWriter<W> {
    out: W,
    hash: Sha256,
    block: Vec<u8>,
    rows: u64,
}

impl<W: Write> SnapshotWriter<W> {
    /// Begins a snapshot.
    ///
    /// # Errors
    /// `out` takes no bytes.
    pub fn new(out: W, header: Header) -> io::Result<SnapshotWriter<W>> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(header.last.to_le_bytes());
        bytes.extend(header.made_at.as_millisecond().to_le_bytes());
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        let mut writer =
            SnapshotWriter { out, hash: Sha256::new(), block: Vec::with_capacity(BLOCK), rows: 0 };
        writer.write(&bytes)?;
        Ok(writer)
    }

    /// Adds a row, which has to come behind all before it.
    ///
    /// # Errors
    /// `out` takes no bytes, or the row is of no tree that stands in a snapshot.
    pub fn add(&mut self, tree: Tree, key: &[u8], value: &[u8]) -> io::Result<()> {
        self.block.push(number(tree)?);
        self.block.extend(length(key)?.to_le_bytes());
        self.block.extend(length(value)?.to_le_bytes());
        self.block.extend(key);
        self.block.extend(value);
        self.rows += 1;
        if self.block.len() >= BLOCK { self.end_block() } else { Ok(()) }
    }

    /// Ends the snapshot; how many rows are in it.
    ///
    /// # Errors
    /// `out` takes no bytes.
    pub fn finish(mut self) -> io::Result<(W, u64)> {
        if !self.block.is_empty() {
            self.end_block()?;
        }
        let mut end = [0; 8].to_vec();
        end.extend(self.rows.to_le_bytes());
        self.write(&end)?;
        let hash = self.hash.finalize();
        self.out.write_all(&hash)?;
        self.out.flush()?;
        Ok((self.out, self.rows))
    }

    fn end_block(&mut self) -> io::Result<()> {
        let data = lz4_flex::block::compress(&self.block);
        let mut head = length(&self.block)?.to_le_bytes().to_vec();
        head.extend(length(&data)?.to_le_bytes());
        let checksum = crc32c::crc32c_append(crc32c::crc32c(&head), &data);
        head.extend(checksum.to_le_bytes());
        self.block.clear();
        self.write(&head)?;
        self.write(&data)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.out.write_all(bytes)
    }
}

/// Reads a snapshot, block by block; nothing of a block is given out before its checksum holds.
pub struct SnapshotReader<R> {
    input: R,
    hash: Sha256,
    header: Header,
    rows: u64,
    has_ended: bool,
}

impl<R: Read> SnapshotReader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// It cannot be read, is damaged, of a later release, or no snapshot at all.
    pub fn new(input: R) -> io::Result<SnapshotReader<R>> {
        let header = Header { last: 0, made_at: Timestamp::UNIX_EPOCH };
        let mut reader =
            SnapshotReader { input, hash: Sha256::new(), header, rows: 0, has_ended: false };
        let bytes: [u8; 28] = reader.read()?;
        let (fields, checksum) = bytes.split_at(24);
        if !fields.starts_with(b"SCSNAP") {
            return Err(invalid("it is no snapshot and no backup"));
        }
        if crc32c::crc32c(fields).to_le_bytes() != checksum {
            return Err(invalid("its header is damaged"));
        }
        if !fields.starts_with(MAGIC) {
            return Err(invalid("a later release wrote it"));
        }
        let number = |at: usize| {
            let bytes = fields.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
            u64::from_le_bytes(bytes.unwrap_or_default())
        };
        let made_at = Timestamp::from_millisecond(number(16).cast_signed())
            .map_err(|_| invalid("its header is damaged"))?;
        reader.header = Header { last: number(8), made_at };
        Ok(reader)
    }

    /// What it says of itself.
    pub fn header(&self) -> Header {
        self.header
    }

    /// The rows of the next block; `None` behind the last, once the whole was found to be what was
    /// written.
    ///
    /// # Errors
    /// It cannot be read, was cut off or altered.
    pub fn next_block(&mut self) -> io::Result<Option<Vec<Row>>> {
        if self.has_ended {
            return Ok(None);
        }
        let head: [u8; 8] = self.read()?;
        let raw_length = first_number(&head)?;
        let length = first_number(head.get(4..).unwrap_or_default())?;
        if length == 0 {
            return self.end().map(|()| None);
        }
        if raw_length > MAX_BLOCK || length > MAX_BLOCK {
            return Err(damaged());
        }
        let checksum: [u8; 4] = self.read()?;
        let mut data = vec![0; length];
        self.input.read_exact(&mut data).map_err(cut_off)?;
        self.hash.update(&data);
        if crc32c::crc32c_append(crc32c::crc32c(&head), &data).to_le_bytes() != checksum {
            return Err(damaged());
        }
        let block = lz4_flex::block::decompress(&data, raw_length).map_err(|_| damaged())?;
        let rows = rows(&block)?;
        self.rows += rows.len() as u64;
        Ok(Some(rows))
    }

    /// Reads all of it; how many rows there are.
    ///
    /// # Errors
    /// As [`SnapshotReader::next_block`].
    pub fn verify(self) -> io::Result<u64> {
        self.verify_resting(&|| ())
    }

    /// The same, with `rest` between two blocks.
    ///
    /// # Errors
    /// As [`SnapshotReader::next_block`].
    pub fn verify_resting(mut self, rest: &dyn Fn()) -> io::Result<u64> {
        while self.next_block()?.is_some() {
            rest();
        }
        Ok(self.rows)
    }

    fn end(&mut self) -> io::Result<()> {
        let rows: [u8; 8] = self.read()?;
        let hash = std::mem::take(&mut self.hash).finalize();
        let mut written = [0; 32];
        self.input.read_exact(&mut written).map_err(cut_off)?;
        if hash.as_slice() != written || u64::from_le_bytes(rows) != self.rows {
            return Err(damaged());
        }
        if self.input.read(&mut [0; 1])? > 0 {
            return Err(invalid("there is something behind its end"));
        }
        self.has_ended = true;
        Ok(())
    }

    fn read<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes).map_err(cut_off)?;
        self.hash.update(bytes);
        Ok(bytes)
    }
}

fn rows(mut block: &[u8]) -> io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    while let Some((number, rest)) = block.split_first() {
        let known = TREES.iter().find(|(_, known)| known == number);
        let (tree, _) = known.ok_or_else(damaged)?;
        let key_length = first_number(rest)?;
        let rest = rest.get(4..).unwrap_or_default();
        let value_length = first_number(rest)?;
        let rest = rest.get(4..).unwrap_or_default();
        let (key, rest) = rest.split_at_checked(key_length).ok_or_else(damaged)?;
        let (value, rest) = rest.split_at_checked(value_length).ok_or_else(damaged)?;
        rows.push(Row { tree: *tree, key: key.to_vec(), value: value.to_vec() });
        block = rest;
    }
    Ok(rows)
}

fn first_number(bytes: &[u8]) -> io::Result<usize> {
    let number = bytes.first_chunk().ok_or_else(damaged)?;
    usize::try_from(u32::from_le_bytes(*number)).map_err(|_| damaged())
}

fn length(bytes: &[u8]) -> io::Result<u32> {
    u32::try_from(bytes.len()).map_err(|_| invalid("a row is too long"))
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn damaged() -> io::Error {
    invalid("it is damaged: a checksum does not hold")
}

fn cut_off(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => invalid("it was cut off"),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header() -> Header {
        Header { last: 77, made_at: Timestamp::from_millisecond(1_760_000_000_123).unwrap() }
    }

    fn written(rows: &[Row]) -> Vec<u8> {
        let mut writer = SnapshotWriter::new(Vec::new(), header()).unwrap();
        for row in rows {
            writer.add(row.tree, &row.key, &row.value).unwrap();
        }
        let (bytes, count) = writer.finish().unwrap();
        assert_eq!(count, rows.len() as u64);
        bytes
    }

    fn read(bytes: &[u8]) -> io::Result<Vec<Row>> {
        let mut reader = SnapshotReader::new(bytes)?;
        assert_eq!(reader.header(), header());
        let mut rows = Vec::new();
        while let Some(block) = reader.next_block()? {
            rows.extend(block);
        }
        Ok(rows)
    }

    fn some_rows() -> Vec<Row> {
        let row = |number: u32| Row {
            tree: if number < 3000 { Tree::Customer } else { Tree::Event },
            key: format!("tse/v1/acme/{number:016}").into_bytes(),
            value: vec![number as u8; (number % 300) as usize],
        };
        (0..4000).map(row).collect()
    }

    #[test]
    fn what_was_written_is_read_also_nothing() {
        let rows = some_rows();
        let bytes = written(&rows);
        assert!(bytes.len() < 200_000, "{} bytes are hardly compressed", bytes.len());
        assert_eq!(read(&bytes).unwrap(), rows);
        assert_eq!(read(&written(&[])).unwrap(), []);
        assert_eq!(SnapshotReader::new(&*bytes).unwrap().verify().unwrap(), 4000);
    }

    #[test]
    fn a_file_that_was_cut_off_anywhere_says_so() {
        let bytes = written(&some_rows());
        for length in (0..bytes.len()).step_by(211).chain([bytes.len() - 1]) {
            let error = read(&bytes[..length]).unwrap_err().to_string();
            assert_eq!(error, "it was cut off", "{length}");
        }
        let longer = [&*bytes, &[0]].concat();
        assert!(read(&longer).unwrap_err().to_string().contains("behind its end"));
    }

    proptest! {
        #[test]
        fn no_altered_bit_goes_unnoticed(place in any::<prop::sample::Index>(), bit in 0..8u8) {
            let mut bytes = written(&some_rows()[..400]);
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            let noticed = SnapshotReader::new(&*bytes).and_then(SnapshotReader::verify);
            prop_assert!(noticed.is_err());
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = SnapshotReader::new(&*bytes).and_then(SnapshotReader::verify);
            let mut begun = written(&[])[..28].to_vec();
            begun.extend(bytes);
            let _ = SnapshotReader::new(&*begun).and_then(SnapshotReader::verify);
        }
    }
}
