//! VAT numbers of Bulgaria and Romania.

use super::check_digit::{remainder, weighted_sum};
use super::date;
use super::finding::{Outcome, check_digit, digits, require, unclear};
use super::table::Country;

pub(super) const BG: Country = Country {
    prefix: *b"BG",
    adjective: "Bulgarian",
    form: "BG and 9 or 10 digits",
    example: "BG175074752",
    check: bulgaria,
};

pub(super) const RO: Country = Country {
    prefix: *b"RO",
    adjective: "Romanian",
    form: "RO and 2 to 10 digits (or the 13 of a personal code)",
    example: "RO18547290",
    check: romania,
};

/// Sources: BMF paper, "Bulgarien"; Wikipedia (Bulgarian), "ЕИК", "Единен граждански номер" and
/// "Личен номер на чужденец".
fn bulgaria(body: &[u8]) -> Outcome {
    match body.len() {
        9 => bulgarian_company(digits(body)?),
        _ => bulgarian_person(digits(body)?),
    }
}

fn bulgarian_company(digits: [u8; 9]) -> Outcome {
    let right = match weighted_sum(&digits, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11 {
        10 => weighted_sum(&digits, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10,
        rest => rest,
    };
    check_digit(right, digits[8])
}

/// Ten digits: a citizen's number, which holds a date of birth, a foreigner's, or another's. They
/// cannot be told apart, so that one that fits any of the three rules is right.
fn bulgarian_person(digits: [u8; 10]) -> Outcome {
    let citizen = weighted_sum(&digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10;
    let foreigner = weighted_sum(&digits, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10;
    let other = (11 - weighted_sum(&digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    let last = u32::from(digits[9]);
    let fits_citizen = citizen == last && has_bulgarian_birth_date(&digits);
    if fits_citizen || foreigner == last || other == last {
        return Ok(());
    }
    unclear(
        "citizens, foreigners and others have different check digits, and this one fits none"
            .to_owned(),
    )
}

/// Year, month and day; the month is raised by 20 for the 19th and by 40 for the 21st century.
fn has_bulgarian_birth_date(digits: &[u8; 10]) -> bool {
    let year = remainder(&digits[..2], 100);
    let (century, month) = match remainder(&digits[2..4], 100) {
        month @ 41.. => (2000, month - 40),
        month @ 21.. => (1800, month - 20),
        month => (1900, month),
    };
    date::exists(century + year, month, remainder(&digits[4..6], 100))
}

/// Source: BMF paper, "Rumänien"; Wikipedia (Romanian), "Cod de identificare fiscală" and "Cod
/// numeric personal" (persons trading on their own account use theirs).
fn romania(body: &[u8]) -> Outcome {
    match body.len() {
        2..=10 => romanian_company(body),
        _ => romanian_person(digits(body)?),
    }
}

/// Two to ten digits, counted from the right.
fn romanian_company(body: &[u8]) -> Outcome {
    let mut padded = [b'0'; 10];
    let start = padded.len().saturating_sub(body.len());
    padded.iter_mut().skip(start).zip(body).for_each(|(to, from)| *to = *from);
    let digits = digits::<10>(&padded)?;
    require(body.first() != Some(&b'0'), "starts with 0")?;
    let sum = weighted_sum(&digits, &[7, 5, 3, 2, 1, 7, 5, 3, 2]);
    check_digit(sum * 10 % 11 % 10, digits[9])
}

fn romanian_person(digits: [u8; 13]) -> Outcome {
    require(digits[0] != 0, "starts with 0")?;
    require(has_romanian_birth_date(&digits), "holds no date of birth")?;
    require(has_romanian_county(&digits), "holds no county's number")?;
    let sum = weighted_sum(&digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]);
    let right = match sum % 11 {
        10 => 1,
        rest => rest,
    };
    check_digit(right, digits[12])
}

/// The first digit tells the century; for residents (7 to 9) it does not, and 1900 stands in.
fn has_romanian_birth_date(digits: &[u8; 13]) -> bool {
    let century = match digits[0] {
        3 | 4 => 1800,
        5 | 6 => 2000,
        _ => 1900,
    };
    let year = century + remainder(&digits[1..3], 100);
    date::exists(year, remainder(&digits[3..5], 100), remainder(&digits[5..7], 100))
}

/// Counties and the sectors of Bucharest, 70 for numbers given without regard to one, 80 to 83 of
/// numbers given abroad.
fn has_romanian_county(digits: &[u8; 13]) -> bool {
    matches!(remainder(&digits[7..9], 100), 1..=48 | 51 | 52 | 70 | 80..=83)
}
