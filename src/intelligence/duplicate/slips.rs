//! Slips of the key: a wrong, missing or additional character, or two that changed places.

use strsim::osa_distance;

/// Whether two texts are at most so many slips apart. All but two slips or more are told without a
/// table of distances: whoever is new is compared with many.
pub fn are_within(a: &str, b: &str, slips: usize) -> bool {
    let (a, b) = without_common_ends(a, b);
    match slips {
        0 => a.is_empty() && b.is_empty(),
        1 => is_one_slip(a, b),
        _ => a.len().abs_diff(b.len()) <= 4 * slips && osa_distance(a, b) <= slips,
    }
}

/// Whether what is between the common ends is one slip, or nothing: at most one character of each, or
/// two that changed places.
fn is_one_slip(a: &str, b: &str) -> bool {
    let three = |text: &str| {
        let mut characters = text.chars();
        (characters.next(), characters.next(), characters.next())
    };
    match (three(a), three(b)) {
        ((_, None, _), (_, None, _)) => true,
        ((Some(a), Some(b), None), (Some(c), Some(d), None)) => (a, b) == (d, c),
        _ => false,
    }
}

/// Two texts without what both begin with and what both end with.
fn without_common_ends<'a, 'b>(a: &'a str, b: &'b str) -> (&'a str, &'b str) {
    let begin = common(a.chars().zip(b.chars()));
    let (a, b) = (a.get(begin..).unwrap_or(a), b.get(begin..).unwrap_or(b));
    let end = common(a.chars().rev().zip(b.chars().rev()));
    (a.get(..a.len() - end).unwrap_or(a), b.get(..b.len() - end).unwrap_or(b))
}

/// How many bytes are the same.
fn common(pairs: impl Iterator<Item = (char, char)>) -> usize {
    pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

/// Whether two texts are numbered and differ in the number alone, as `till1` and `till2` do: that is
/// no slip but two things of a kind. Exchanged digits are a slip.
pub fn are_numbered_apart(a: &str, b: &str) -> bool {
    let letters = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    let digits = |text: &str| {
        let mut digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
        digits.sort_unstable();
        digits
    };
    let has_digits = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    has_digits(a) && has_digits(b) && digits(a) != digits(b) && letters(a) == letters(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_numbered_differs_by_its_number() {
        assert!(are_numbered_apart("till1", "till2") && are_numbered_apart("2a12", "2a13"));
        assert!(!are_numbered_apart("rossi72", "rossi27") && !are_numbered_apart("till1", "till"));
        assert!(!are_numbered_apart("rossi", "rosso") && !are_numbered_apart("a1", "b2"));
    }

    #[test]
    fn a_slip_is_a_wrong_missing_additional_or_exchanged_character() {
        for (a, b) in [("rossi", "rosso"), ("rossi", "rosi"), ("rosi", "rossi"), ("rossi", "rosis")]
        {
            assert!(are_within(a, b, 1), "{a} {b}");
        }
        assert!(!are_within("rossi", "russo", 1));
        assert!(are_within("rossi", "russo", 2));
        assert!(
            are_within("", "", 1) && are_within("明子", "明", 1) && !are_within("明", "春子", 1)
        );
    }

    #[test]
    fn what_is_told_quickly_is_what_would_be_told_slowly() {
        let words = [
            "rossi", "rosi", "orssi", "ross", "bianchi", "binachi", "biancih", "a", "", "éa", "eá",
        ];
        for (a, b) in words.iter().flat_map(|a| words.iter().map(move |b| (a, b))) {
            for slips in 0..4 {
                assert_eq!(are_within(a, b, slips), osa_distance(a, b) <= slips, "{a} {b} {slips}");
            }
        }
    }
}
