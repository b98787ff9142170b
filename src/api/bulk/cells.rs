//! The cells of one CSV record, in a buffer of a fixed size: what does not fit is counted as too
//! much and forgotten, so that no record needs more memory than another.

use super::MAX_RECORD;

/// Most cells in a record.
pub const MAX_CELLS: usize = 64;

/// The record in the making.
pub struct Cells {
    /// One more than a record may have, so that one that fits never fills it.
    bytes: Box<[u8]>,
    filled: usize,
    ends: Box<[usize]>,
    count: usize,
    did_not_fit: bool,
    has_too_many: bool,
}

impl Cells {
    /// No cells.
    pub fn new() -> Cells {
        Cells {
            bytes: vec![0; MAX_RECORD + 1].into(),
            filled: 0,
            ends: vec![0; MAX_CELLS].into(),
            count: 0,
            did_not_fit: false,
            has_too_many: false,
        }
    }

    /// Forgets the record.
    pub fn clear(&mut self) {
        (self.filled, self.count) = (0, 0);
        (self.did_not_fit, self.has_too_many) = (false, false);
    }

    /// The room for more bytes, and for more ends of cells.
    pub fn room(&mut self) -> (&mut [u8], &mut [usize]) {
        let bytes = self.bytes.get_mut(self.filled..).unwrap_or_default();
        let ends = self.ends.get_mut(self.count..).unwrap_or_default();
        (bytes, ends)
    }

    /// So much of the room was used.
    pub fn add(&mut self, filled: usize, count: usize) {
        self.filled += filled;
        self.count += count;
    }

    /// Makes room for the rest of a record that cannot be used any more.
    pub fn drop_as_too_long(&mut self) {
        self.did_not_fit = true;
        self.filled = 0;
    }

    /// The same for one with too many cells.
    pub fn drop_as_too_many(&mut self) {
        self.has_too_many = true;
        self.count = 0;
    }

    /// Whether the record has more than [`MAX_RECORD`] bytes.
    pub fn is_too_long(&self) -> bool {
        self.did_not_fit || self.filled > MAX_RECORD
    }

    /// Whether there is a byte of a record.
    pub fn is_begun(&self) -> bool {
        self.did_not_fit || self.filled > 0
    }

    /// How many cells the record has; `None` where it has more than [`MAX_CELLS`].
    pub fn count(&self) -> Option<usize> {
        (!self.has_too_many).then_some(self.count)
    }

    /// The cells, each in its bytes; those of a record that did not fit are not to be used.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.ends.get(..self.count).unwrap_or_default();
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, &end)| self.bytes.get(start..end).unwrap_or_default())
    }
}
