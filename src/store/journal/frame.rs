//! Frames as they stand in the files of the journal: written, read, and looked for behind damage.

use std::path::Path;

use crate::store::OpenError;
use crate::store::codec::MAX_ENCODED;

/// What a file begins with.
pub const FILE_HEADER: &[u8; 8] = b"SCJRNL\x01\x00";

const FRAME_HEADER: usize = 20;

/// More changes than any journal holds: a larger number stands in no frame.
const MOST_CHANGES: u64 = 1 << 40;

/// One group of changes as it stands in the journal.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame<'b> {
    /// Number of the first change.
    pub first: u64,
    /// How many changes there are, at least one.
    pub count: u32,
    /// The encoded changes.
    pub body: &'b [u8],
}

impl Frame<'_> {
    /// Number of the last change.
    pub fn last(&self) -> u64 {
        self.first + u64::from(self.count) - 1
    }
}

/// A frame as it stands in a file.
pub fn frame_bytes(first: u64, count: u32, body: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(FRAME_HEADER + body.len());
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(&first.to_le_bytes());
    frame.extend_from_slice(&count.to_le_bytes());
    frame.extend_from_slice(body);
    let checksum = frame_checksum(&frame);
    if let Some(field) = frame.get_mut(4..8) {
        field.copy_from_slice(&checksum.to_le_bytes());
    }
    frame
}

fn frame_checksum(frame: &[u8]) -> u32 {
    let length = crc32c::crc32c(frame.get(..4).unwrap_or_default());
    crc32c::crc32c_append(length, frame.get(8..).unwrap_or_default())
}

/// The frame at the start of `bytes` and its length, if a whole good one stands there.
pub fn parse_frame(bytes: &[u8]) -> Option<(Frame<'_>, usize)> {
    let (header, rest) = bytes.split_first_chunk::<FRAME_HEADER>()?;
    let [l0, l1, l2, l3, c0, c1, c2, c3, first @ .., n0, n1, n2, n3] = *header;
    let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).ok()?;
    let count = u32::from_le_bytes([n0, n1, n2, n3]);
    if length == 0 || length > MAX_ENCODED || count == 0 {
        return None;
    }
    let body = rest.get(..length)?;
    let checksum = frame_checksum(bytes.get(..FRAME_HEADER + length)?);
    let first = u64::from_le_bytes(first);
    (checksum == u32::from_le_bytes([c0, c1, c2, c3]))
        .then_some((Frame { first, count, body }, FRAME_HEADER + length))
}

/// Walks the frames of one file.
pub struct Reader<'b> {
    bytes: &'b [u8],
    /// How far it has come, in bytes; 0 before a header that is none.
    pub offset: usize,
    /// The number that the next frame has to begin with.
    pub next: u64,
}

impl<'b> Reader<'b> {
    /// The frames in the bytes of a file whose first change is `first`.
    pub fn new(bytes: &'b [u8], first: u64) -> Reader<'b> {
        let offset = if bytes.starts_with(FILE_HEADER) { FILE_HEADER.len() } else { 0 };
        Reader { bytes, offset, next: first }
    }

    /// The next frame; `None` at the end, and where no good frame with the right number stands.
    pub fn next_frame(&mut self) -> Option<Frame<'b>> {
        if self.offset == 0 {
            return None;
        }
        let (frame, length) = parse_frame(self.bytes.get(self.offset..)?)?;
        if frame.first != self.next {
            return None;
        }
        self.offset += length;
        self.next = frame.last() + 1;
        Some(frame)
    }

    /// Whether everything was read.
    pub fn at_end(&self) -> bool {
        self.offset == self.bytes.len()
    }

    /// The error for the bad frame, or the unknown header, that the walk ended at.
    pub fn damaged(&self, path: &Path) -> OpenError {
        let path = path.display();
        match self.bytes.split_first_chunk::<8>() {
            Some((header, _)) if header != FILE_HEADER && header.starts_with(b"SCJRNL") => {
                OpenError(format!(
                    "{path} has a version that is not known: a later release wrote it, open the \
                     directory with that one; or it is damaged, then restore a backup"
                ))
            }
            _ => OpenError(format!(
                "{path} is damaged at byte {}: restore a backup into a new directory, or put an \
                 undamaged copy of this file in its place",
                self.offset
            )),
        }
    }

    /// Whether a good frame with a later number stands anywhere behind the bad one.
    pub fn good_frame_behind(&self) -> bool {
        frame_at_or_behind(self.bytes, self.offset + 1, self.next).is_some()
    }
}

/// Where the first good frame from `offset` on stands whose number is `next` or a later one.
pub fn frame_at_or_behind(bytes: &[u8], offset: usize, next: u64) -> Option<usize> {
    (offset..bytes.len()).find(|&offset| {
        let rest = bytes.get(offset..).unwrap_or_default();
        // The number is looked at first: at most places it is none, and the checksum takes longer.
        let number =
            rest.get(8..16).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
        number.is_some_and(|number| (next..next.saturating_add(MOST_CHANGES)).contains(&number))
            && parse_frame(rest).is_some()
    })
}
