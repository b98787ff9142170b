//! The arithmetic that several countries share. Every function takes digit values (0 to 9), not
//! characters, so that none of them can fail.

/// The number that the digits spell, most significant first (at most 18 digits).
pub(super) fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, &digit| value * 10 + u64::from(digit))
}

/// The remainder of the number that the digits spell.
pub(super) fn remainder(digits: &[u8], modulus: u32) -> u32 {
    digits.iter().fold(0, |rest, &digit| (rest * 10 + u32::from(digit)) % modulus)
}

/// The sum of each digit times its weight; digits without a weight do not count.
pub(super) fn weighted_sum(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(&digit, weight)| u32::from(digit) * weight).sum()
}

/// The digit that a weighted sum's remainder by 10 lacks to ten.
pub(super) fn complement_to_ten(sum: u32) -> u32 {
    (10 - sum % 10) % 10
}

/// The sum of the Luhn algorithm (ISO/IEC 7812-1, annex B), every second digit doubled and its
/// digits added; `last_doubled` says whether the last of the digits is one of them.
pub(super) fn luhn_sum(digits: &[u8], last_doubled: bool) -> u32 {
    let mut doubled = last_doubled;
    let mut sum = 0;
    for &digit in digits.iter().rev() {
        let term = u32::from(digit) * if doubled { 2 } else { 1 };
        sum += term / 10 + term % 10;
        doubled = !doubled;
    }
    sum
}

/// The Luhn check digit of the digits before it.
pub(super) fn luhn(digits: &[u8]) -> u32 {
    complement_to_ten(luhn_sum(digits, true))
}

/// The ISO/IEC 7064 mod 11,10 check digit of the digits before it.
pub(super) fn mod_11_10(digits: &[u8]) -> u32 {
    let product = digits.iter().fold(10, |product, &digit| {
        let sum = (product + u32::from(digit)) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

/// The remainder by 97 that ISO/IEC 7064 mod 97-10 works with, over ASCII letters and digits;
/// a letter counts as the two digits of its place in the alphabet plus 9 (A is 10).
pub(super) fn mod_97(parts: &[&[u8]]) -> u32 {
    parts.iter().copied().flatten().fold(0, |rest, &byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        b'A'..=b'Z' => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
        _ => rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_luhn_example_of_the_standard_has_check_digit_3() {
        assert_eq!(luhn(&[7, 9, 9, 2, 7, 3, 9, 8, 7, 1]), 3);
    }

    #[test]
    fn the_mod_11_10_example_of_the_standard_has_check_digit_5() {
        assert_eq!(mod_11_10(&[0, 7, 9, 4]), 5);
    }

    #[test]
    fn the_mod_97_10_example_of_the_standard_leaves_1() {
        assert_eq!(mod_97(&[b"794", b"44"]), 1);
    }
}
