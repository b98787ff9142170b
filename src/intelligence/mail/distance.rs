//! How far a word is from the one that was meant, as fingers and eyes err: the optimal string
//! alignment of Damerau and Levenshtein, with a price for each slip.

/// Two neighbouring letters in the wrong order.
const SWAPPED: u32 = 5;
/// A letter struck twice, or one of a double letter left out.
const DOUBLED: u32 = 5;
/// A key beside the right one, or a character that looks like it.
const BESIDE: u32 = 6;
/// A letter left out.
const LEFT_OUT: u32 = 8;
/// A key struck together with the one beside it.
const TOUCHED: u32 = 7;
/// Any other letter too many.
const TOO_MANY: u32 = 9;
/// Any other letter instead of the right one.
const OTHER: u32 = 11;
/// What a slip in the first letter costs beyond that: it is rare, and other names begin there.
const AT_THE_START: u32 = 4;
/// The same of a letter put before the first.
const BEFORE_THE_START: u32 = 2;

/// The longest word that is compared, in bytes.
pub const MAX: usize = 40;

/// The set of the letters of a label, one bit each.
pub fn letters(label: &str) -> u64 {
    label.bytes().fold(0, |set, byte| set | 1 << (byte % 64))
}

/// Whether the price between two labels of these letters and lengths is surely above `limit`: no
/// slip changes two letters of the set for less than [`BESIDE`], or the length by one for less than
/// [`DOUBLED`].
pub fn is_far(letters: (u64, u64), lengths: (usize, usize), limit: u32) -> bool {
    let changed = (letters.0 ^ letters.1).count_ones();
    let longer = lengths.0.abs_diff(lengths.1);
    changed * (BESIDE / 2) > limit || longer > (limit / DOUBLED) as usize
}

/// The price of writing `written` where `meant` was meant, or `None` where it is above `limit` or a
/// word is longer than [`MAX`].
pub fn between(written: &str, meant: &str, limit: u32) -> Option<u32> {
    let (written, meant) = (written.as_bytes(), meant.as_bytes());
    if written.len() > MAX || meant.len() > MAX {
        return None;
    }
    // Rows of the table for `written` up to the letter before last, the last one and this one.
    let (mut before, mut last, mut this) = ([0; MAX + 1], [0; MAX + 1], [0; MAX + 1]);
    for column in 1..=meant.len() {
        last[column] = last[column - 1] + left_out(meant, column - 1);
    }
    for row in 1..=written.len() {
        this[0] = last[0] + too_many(written, row - 1);
        let mut least = this[0];
        for column in 1..=meant.len() {
            let kept = last[column - 1] + instead(written, row - 1, meant, column - 1);
            let added = last[column] + too_many(written, row - 1);
            let dropped = this[column - 1] + left_out(meant, column - 1);
            let mut best = kept.min(added).min(dropped);
            if is_swap(written, row, meant, column) {
                best = best.min(before[column - 2] + SWAPPED + at_start(row - 2));
            }
            this[column] = best;
            least = least.min(best);
        }
        if least > limit + SWAPPED {
            return None;
        }
        (before, last, this) = (last, this, before);
    }
    Some(last[meant.len()]).filter(|&price| price <= limit)
}

fn at_start(index: usize) -> u32 {
    if index == 0 { AT_THE_START } else { 0 }
}

fn is_swap(written: &[u8], row: usize, meant: &[u8], column: usize) -> bool {
    row > 1
        && column > 1
        && written[row - 1] == meant[column - 2]
        && written[row - 2] == meant[column - 1]
        && written[row - 1] != written[row - 2]
}

fn left_out(meant: &[u8], index: usize) -> u32 {
    let letter = meant[index];
    let twin = |other: Option<&u8>| other == Some(&letter);
    if index > 0 && twin(meant.get(index - 1)) || twin(meant.get(index + 1)) {
        return DOUBLED;
    }
    if letter == b'-' { DOUBLED } else { LEFT_OUT + at_start(index) }
}

fn too_many(written: &[u8], index: usize) -> u32 {
    let letter = written[index];
    let around = [index.checked_sub(1).and_then(|i| written.get(i)), written.get(index + 1)];
    let around = around.into_iter().flatten();
    if letter == b'-' || around.clone().any(|&other| other == letter) {
        return DOUBLED;
    }
    let touched = around.clone().any(|&other| is_beside(letter, other));
    let before = if index == 0 { BEFORE_THE_START } else { 0 };
    before + if touched { TOUCHED } else { TOO_MANY }
}

fn instead(written: &[u8], row: usize, meant: &[u8], column: usize) -> u32 {
    let (one, other) = (written[row], meant[column]);
    if one == other {
        return 0;
    }
    let near = is_beside(one, other) || looks_like(one, other);
    (if near { BESIDE } else { OTHER }) + at_start(column)
}

fn looks_like(one: u8, other: u8) -> bool {
    let pair = (one.min(other), one.max(other));
    matches!(
        pair,
        (b'0', b'o') | (b'1', b'l') | (b'1', b'i') | (b'i', b'l') | (b'm', b'n') | (b'u', b'v')
    )
}

/// Rows of keys, each shifted by half a key against the one above. The German and French layouts
/// have some letters elsewhere: `y` and `z`, `a` and `q`, `z` and `w` change places there.
const ROWS: [&[u8]; 4] = [b"1234567890-", b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];

fn place(key: u8) -> Option<(usize, usize)> {
    ROWS.iter().enumerate().find_map(|(row, keys)| {
        keys.iter().position(|&other| other == key).map(|column| (row, column))
    })
}

/// Whether two keys touch.
fn is_beside(one: u8, other: u8) -> bool {
    let (Some(one), Some(other)) = (place(one), place(other)) else { return false };
    let (upper, lower) = if one.0 <= other.0 { (one, other) } else { (other, one) };
    match lower.0 - upper.0 {
        0 => upper.1.abs_diff(lower.1) == 1,
        1 => upper.1 == lower.1 || upper.1 == lower.1 + 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX, between, is_beside};

    fn price(written: &str, meant: &str) -> u32 {
        between(written, meant, 1_000).unwrap()
    }

    #[test]
    fn a_slip_of_the_finger_is_cheaper_than_another_letter() {
        assert_eq!(price("gmail", "gmail"), 0);
        let other = price("gmxil", "gmail");
        for slip in ["gmial", "gmaiil", "gmsil", "gmal", "gmaikl"] {
            assert!(price(slip, "gmail") < other, "{slip}");
        }
    }

    #[test]
    fn a_slip_at_the_start_is_dearer() {
        assert!(price("hmail", "gmail") > price("gmaol", "gmail"));
        assert!(price("mgail", "gmail") > price("gmial", "gmail"));
    }

    #[test]
    fn what_is_beyond_the_limit_or_too_long_is_not_priced() {
        assert_eq!(between("gmxil", "gmail", 5), None);
        assert_eq!(between(&"a".repeat(MAX + 1), "a", 1_000), None);
        assert!(between(&"a".repeat(MAX), &"b".repeat(MAX), 1_000).is_some());
        assert_eq!(between("", "ab", 1_000), Some(20));
    }

    #[test]
    fn keys_touch_along_and_across_the_rows() {
        for (one, other) in [(b'g', b'h'), (b'a', b's'), (b'a', b'q'), (b's', b'e'), (b'k', b'm')] {
            assert!(is_beside(one, other) && is_beside(other, one), "{one} {other}");
        }
        assert!(!is_beside(b'a', b'p') && !is_beside(b'g', b'g') && !is_beside(b'a', b'e'));
    }
}
