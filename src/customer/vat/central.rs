//! VAT numbers of Austria, Czechia, Germany, Hungary, Poland, Slovakia and Slovenia.

use super::check_digit::{complement_to_ten, luhn_sum, mod_11_10, remainder, weighted_sum};
use super::date;
use super::finding::{Finding, Outcome, check_digit, digits, require};
use super::table::Country;

pub(super) const AT: Country = Country {
    prefix: *b"AT",
    adjective: "Austrian",
    form: "ATU and 8 digits",
    example: "ATU13585627",
    check: austria,
};

pub(super) const CZ: Country = Country {
    prefix: *b"CZ",
    adjective: "Czech",
    form: "CZ and 8, 9 or 10 digits",
    example: "CZ25123891",
    check: czechia,
};

pub(super) const DE: Country = Country {
    prefix: *b"DE",
    adjective: "German",
    form: "DE and 9 digits",
    example: "DE136695976",
    check: germany,
};

pub(super) const HU: Country = Country {
    prefix: *b"HU",
    adjective: "Hungarian",
    form: "HU and 8 digits",
    example: "HU12892312",
    check: hungary,
};

pub(super) const PL: Country = Country {
    prefix: *b"PL",
    adjective: "Polish",
    form: "PL and 10 digits",
    example: "PL8567346215",
    check: poland,
};

pub(super) const SI: Country = Country {
    prefix: *b"SI",
    adjective: "Slovenian",
    form: "SI and 8 digits",
    example: "SI50223054",
    check: slovenia,
};

pub(super) const SK: Country = Country {
    prefix: *b"SK",
    adjective: "Slovak",
    form: "SK and 10 digits",
    example: "SK2022749619",
    check: slovakia,
};

/// Source: BMF paper, "Österreich": the Luhn sum of the first seven digits plus 4.
fn austria(body: &[u8]) -> Outcome {
    let digits = digits::<8>(body.strip_prefix(b"U").ok_or(Finding::Form)?)?;
    let sum = luhn_sum(&digits[..7], false) + 4;
    check_digit(complement_to_ten(sum), digits[7])
}

/// Sources: BMF paper, "Tschechische Republik"; Czech tax code (zákon č. 280/2009 Sb.), § 130: the
/// number is the identification number of a company or the birth number of a person.
fn czechia(body: &[u8]) -> Outcome {
    match body {
        [_, _, _, _, _, _, _, _] => czech_company(digits(body)?),
        [b'6', _, _, _, _, _, _, _, _] => czech_special(digits(body)?),
        [_, _, _, _, _, _, _, _, _] => old_birth_number(digits(body)?),
        _ => birth_number(digits(body)?),
    }
}

/// Eight digits: a company.
fn czech_company(digits: [u8; 8]) -> Outcome {
    require(digits[0] != 9, "has 8 digits and starts with 9")?;
    let right = match weighted_sum(&digits, &[8, 7, 6, 5, 4, 3, 2]) % 11 {
        0 => 1,
        1 => 0,
        rest => 11 - rest,
    };
    check_digit(right, digits[7])
}

/// Nine digits starting with 6: a person without a birth number; the 6 is not counted.
fn czech_special(digits: [u8; 9]) -> Outcome {
    let rest = weighted_sum(&digits[1..8], &[8, 7, 6, 5, 4, 3, 2]) % 11;
    check_digit((rest + 8) % 10, digits[8])
}

/// Nine digits: a birth number given out before 1954, without a check digit.
/// Source: zákon č. 133/2000 Sb., § 13.
fn old_birth_number(digits: [u8; 9]) -> Outcome {
    let year = match two(&digits, 0) {
        year @ 80.. => 1800 + year,
        year @ ..=53 => 1900 + year,
        _ => return Err(Finding::Part("has 9 digits and a year of birth after 1953")),
    };
    require(is_birth_date(year, &digits), NO_BIRTH_DATE)
}

/// Ten digits: a birth number since 1954.
fn birth_number(digits: [u8; 10]) -> Outcome {
    require(has_birth_date(&digits), NO_BIRTH_DATE)?;
    check_digit(birth_check_digit(&digits), digits[9])
}

const NO_BIRTH_DATE: &str = "does not begin with a date of birth";

/// Whether ten digits begin with a date of birth from 1954 to 2053.
fn has_birth_date(digits: &[u8; 10]) -> bool {
    let year = two(digits, 0);
    is_birth_date(if year < 54 { 2000 + year } else { 1900 + year }, digits)
}

/// The month is raised by 50 for women and by a further 20 when a day's numbers are used up.
/// Source: zákon č. 133/2000 Sb., § 13 (3). One raised by 40, which is never given out, is let
/// through, as python-stdnum does: that nobody has it is not worth a word to a clerk.
fn is_birth_date(year: u32, digits: &[u8]) -> bool {
    date::exists(year, two(digits, 2) % 50 % 20, two(digits, 4))
}

/// The remainder by 11 of the digits before; numbers up to 1985 have 0 for a remainder of 10.
fn birth_check_digit(digits: &[u8; 10]) -> u32 {
    remainder(&digits[..9], 11) % 10
}

/// The number that two digits spell, from a place on.
fn two(digits: &[u8], place: usize) -> u32 {
    remainder(digits.get(place..place + 2).unwrap_or_default(), 100)
}

/// Source: Zusammenfassende-Meldung-Datenübermittlungs-Verordnung (BGBl. I 1993, 736), Anlage 3:
/// ISO 7064 mod 11,10. Numbers do not start with 0 (BMF paper, "Deutschland").
fn germany(body: &[u8]) -> Outcome {
    let digits = digits::<9>(body)?;
    require(digits[0] != 0, "starts with 0")?;
    check_digit(mod_11_10(&digits[..8]), digits[8])
}

/// Source: BMF paper, "Ungarn"; Wikipedia, "Adószám".
fn hungary(body: &[u8]) -> Outcome {
    let digits = digits::<8>(body)?;
    let sum = weighted_sum(&digits, &[9, 7, 3, 1, 9, 7, 3]);
    check_digit(complement_to_ten(sum), digits[7])
}

/// Source: BMF paper, "Polen"; Wikipedia, "Numer identyfikacji podatkowej".
fn poland(body: &[u8]) -> Outcome {
    let digits = digits::<10>(body)?;
    let sum = weighted_sum(&digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]);
    check_digit(sum % 11, digits[9])
}

/// Source: BMF paper, "Slowenien": a remainder of 0 is never issued, one of 1 has check digit 0.
fn slovenia(body: &[u8]) -> Outcome {
    let digits = digits::<8>(body)?;
    require(digits[0] != 0, "starts with 0")?;
    let right = match weighted_sum(&digits, &[8, 7, 6, 5, 4, 3, 2]) % 11 {
        1 => 0,
        rest => 11 - rest,
    };
    check_digit(right, digits[7])
}

/// Source: BMF paper, "Slowakei": divisible by 11, not starting with 0, third digit 2 to 4 or 7 to
/// 9. Persons may also be registered under their birth number, as python-stdnum has it.
fn slovakia(body: &[u8]) -> Outcome {
    let digits = digits::<10>(body)?;
    let last = digits[9];
    let third_fits = matches!(digits[2], 2..=4 | 7..=9);
    if has_birth_date(&digits) {
        let right = birth_check_digit(&digits);
        // One that is not right may still be a company's.
        if right == u32::from(last) || digits[0] == 0 || !third_fits {
            return check_digit(right, last);
        }
    }
    require(digits[0] != 0, "starts with 0")?;
    require(third_fits, "has a third digit other than 2, 3, 4, 7, 8 and 9")?;
    check_digit(remainder(&digits[..9], 11), last)
}
