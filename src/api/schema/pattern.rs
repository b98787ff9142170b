//! Patterns of texts. They are read by ECMA-262 with the flag `u`, by Python and by Rust, so they
//! hold no more than all of these understand alike.

use std::fmt::Write;
use std::ops::RangeInclusive;

/// What stands between the brackets of a class with these characters.
pub(super) fn class(ranges: &[RangeInclusive<char>]) -> String {
    let mut class = String::new();
    for range in ranges {
        let (first, last) = (u32::from(*range.start()), u32::from(*range.end()));
        // Writing to a String cannot fail.
        let _ = match first == last {
            true => write!(class, "\\u{first:04X}"),
            false => write!(class, "\\u{first:04X}-\\u{last:04X}"),
        };
    }
    class
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn a_class_names_single_characters_and_ranges() {
        assert_eq!(class(&['\0'..='\u{8}', ' '..=' ']), r"\u0000-\u0008\u0020");
    }
}
