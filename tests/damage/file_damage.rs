//! What can happen to a file.

use std::fs;
use std::path::Path;

use super::random::Random;

/// What a file system gives out at once, and a disk.
const PAGE: usize = 4096;
const SECTOR: usize = 512;

/// Something that happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileDamage {
    BitFlipped,
    BitsFlipped,
    PageZeroed,
    SectorZeroed,
    PageGarbled,
    CutAnywhere,
    CutAtABorder,
    Emptied,
    Longer,
    Deleted,
    Older,
    /// The number that the first line ends with is another.
    OtherNumber,
}

impl FileDamage {
    /// Everything.
    pub const ALL: [FileDamage; 12] = [
        FileDamage::BitFlipped,
        FileDamage::BitsFlipped,
        FileDamage::PageZeroed,
        FileDamage::SectorZeroed,
        FileDamage::PageGarbled,
        FileDamage::CutAnywhere,
        FileDamage::CutAtABorder,
        FileDamage::Emptied,
        FileDamage::Longer,
        FileDamage::Deleted,
        FileDamage::Older,
        FileDamage::OtherNumber,
    ];

    /// Whether it matters where in the file it happens.
    pub fn is_at_random(self) -> bool {
        use FileDamage::{Deleted, Emptied, Older, OtherNumber};
        !matches!(self, Emptied | Deleted | Older | OtherNumber)
    }

    /// Lets it happen to `file`, which some time before was as `older`; whether anything changed.
    pub fn happen(self, file: &Path, older: Option<&[u8]>, random: &mut Random) -> bool {
        if self == FileDamage::Deleted {
            return fs::remove_file(file).is_ok();
        }
        let before = fs::read(file).unwrap();
        // What is zero already may be zeroed: then somewhere else.
        let tries = if self.is_at_random() { 50 } else { 1 };
        for _ in 0..tries {
            let after = self.applied(&before, older, random);
            if after != before {
                fs::write(file, after).unwrap();
                return true;
            }
        }
        false
    }

    fn applied(self, before: &[u8], older: Option<&[u8]>, random: &mut Random) -> Vec<u8> {
        let mut bytes = before.to_vec();
        match self {
            FileDamage::BitFlipped => flip(&mut bytes, 1, random),
            FileDamage::BitsFlipped => {
                let times = 2 + random.below(20);
                flip(&mut bytes, times, random);
            }
            FileDamage::PageZeroed => block(&mut bytes, PAGE, random).fill(0),
            FileDamage::SectorZeroed => block(&mut bytes, SECTOR, random).fill(0),
            FileDamage::PageGarbled => {
                let mut noise = random.fork();
                block(&mut bytes, PAGE, random).fill_with(|| noise.next().to_le_bytes()[0]);
            }
            FileDamage::CutAnywhere => bytes.truncate(random.below(before.len())),
            FileDamage::CutAtABorder => {
                let border = random.pick(&borders(before)).copied();
                bytes.truncate(border.unwrap_or(0));
            }
            FileDamage::Longer => {
                let length = 1 + random.below(2 * SECTOR);
                bytes.extend((0..length).map(|_| random.next().to_le_bytes()[0]));
            }
            FileDamage::OtherNumber => enlarge(&mut bytes),
            FileDamage::Older => bytes = older.unwrap_or(before).to_vec(),
            FileDamage::Emptied | FileDamage::Deleted => bytes.clear(),
        }
        bytes
    }
}

fn flip(bytes: &mut [u8], times: usize, random: &mut Random) {
    for _ in 0..times {
        let place = random.below(bytes.len());
        if let Some(byte) = bytes.get_mut(place) {
            *byte ^= 1 << random.below(8);
        }
    }
}

/// Of a text, makes the number that ends its first line a larger one.
fn enlarge(bytes: &mut [u8]) {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return };
    let number = bytes[..end].iter().rposition(|byte| *byte == b' ').map(|space| space + 1);
    if let Some(digit) = number.and_then(|first| bytes.get_mut(first))
        && digit.is_ascii_digit()
    {
        *digit = b'9';
    }
}

/// One block of a file, the last one perhaps shorter.
fn block<'b>(bytes: &'b mut [u8], size: usize, random: &mut Random) -> &'b mut [u8] {
    let blocks = bytes.len().div_ceil(size);
    bytes.chunks_mut(size).nth(random.below(blocks)).unwrap_or_default()
}

/// Where something ends in a file and something else begins: frames of the journal, blocks of a
/// snapshot, lines of a text, sectors of anything else.
fn borders(bytes: &[u8]) -> Vec<usize> {
    if bytes.starts_with(b"SCJRNL") {
        return steps(bytes, 8, |head| 20 + number(head, 0));
    }
    if bytes.starts_with(b"SCSNAP") {
        return steps(bytes, 28, |head| 12 + number(head, 4));
    }
    if bytes.iter().all(u8::is_ascii) {
        let lines = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        return lines.map(|(place, _)| place + 1).filter(|end| *end < bytes.len()).collect();
    }
    (SECTOR..bytes.len()).step_by(SECTOR).collect()
}

fn steps(bytes: &[u8], first: usize, length: impl Fn(&[u8]) -> usize) -> Vec<usize> {
    let mut borders = Vec::new();
    let mut next = first;
    while next < bytes.len() {
        borders.push(next);
        next += length(&bytes[next..]);
    }
    borders
}

fn number(head: &[u8], at: usize) -> usize {
    let bytes = head.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).unwrap_or([255; 4]);
    usize::try_from(u32::from_le_bytes(bytes)).unwrap()
}
