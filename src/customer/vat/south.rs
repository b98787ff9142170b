//! VAT numbers of Croatia, Cyprus, Greece, Italy, Malta, Portugal and Spain.

use super::check_digit::{luhn, mod_11_10, value, weighted_sum};
use super::finding::{
    Finding, Outcome, check_digit, check_digits, check_letter, digits, require, should_be,
};
use super::table::Country;

pub(super) const CY: Country = Country {
    prefix: *b"CY",
    adjective: "Cypriot",
    form: "CY, 8 digits and a letter",
    example: "CY10259033P",
    check: cyprus,
};

pub(super) const EL: Country = Country {
    prefix: *b"EL",
    adjective: "Greek",
    form: "EL and 9 digits",
    example: "EL094259216",
    check: greece,
};

pub(super) const ES: Country = Country {
    prefix: *b"ES",
    adjective: "Spanish",
    form: "ES and 9 letters and digits, of which all but the first and the last are digits",
    example: "ESA13585625",
    check: spain,
};

pub(super) const GR: Country =
    Country { prefix: *b"GR", form: "GR and 9 digits", example: "GR094259216", ..EL };

pub(super) const HR: Country = Country {
    prefix: *b"HR",
    adjective: "Croatian",
    form: "HR and 11 digits",
    example: "HR33392005961",
    check: croatia,
};

pub(super) const IT: Country = Country {
    prefix: *b"IT",
    adjective: "Italian",
    form: "IT and 11 digits",
    example: "IT00743110157",
    check: italy,
};

pub(super) const MT: Country = Country {
    prefix: *b"MT",
    adjective: "Maltese",
    form: "MT and 8 digits",
    example: "MT11679112",
    check: malta,
};

pub(super) const PT: Country = Country {
    prefix: *b"PT",
    adjective: "Portuguese",
    form: "PT and 9 digits",
    example: "PT501964843",
    check: portugal,
};

/// Source: BMF paper, "Zypern": digits at odd places count by a table, those at even places as
/// they are; numbers do not start with 12. A digit in the letter's place is taken for a slip in
/// the check letter.
fn cyprus(body: &[u8]) -> Outcome {
    const AT_ODD_PLACES: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let (number, letter) = check_character_last(body)?;
    let digits = digits::<8>(number)?;
    require(digits[..2] != [1, 2], "starts with 12")?;
    let places = digits.chunks_exact(2);
    let sum: u32 =
        places.map(|pair| AT_ODD_PLACES[usize::from(pair[0])] + u32::from(pair[1])).sum();
    check_letter(b'A' + (sum % 26) as u8, letter)
}

/// A number and its last character, a letter or digit.
fn check_character_last(body: &[u8]) -> Result<(&[u8], u8), Finding> {
    match body {
        [number @ .., last] if last.is_ascii_alphanumeric() => Ok((number, *last)),
        _ => Err(Finding::Form),
    }
}

/// Source: BMF paper, "Griechenland"; Wikipedia (Greek), "Αριθμός φορολογικού μητρώου". Eight digits
/// are the old form, which had no 0 in front; they are taken as python-stdnum takes them.
fn greece(body: &[u8]) -> Outcome {
    let mut all = [0; 9];
    match body.len() {
        8 => all[1..].copy_from_slice(&digits::<8>(body)?),
        _ => all = digits(body)?,
    }
    let sum = weighted_sum(&all, &[256, 128, 64, 32, 16, 8, 4, 2]);
    check_digit(sum % 11 % 10, all[8])
}

/// Sources: Real Decreto 1065/2007, art. 19 to 22, and Orden EHA/451/2008 (which letter stands for
/// whom); Wikipedia (Spanish), "Número de identificación fiscal" and "Código de identificación
/// fiscal" (check characters).
fn spain(body: &[u8]) -> Outcome {
    let (number, last) = check_character_last(body)?;
    let (&first, rest) = number.split_first().ok_or(Finding::Form)?;
    let rest = digits::<7>(rest)?;
    match first {
        b'0'..=b'9' => spanish_letter(first - b'0', &rest, last),
        b'X'..=b'Z' => spanish_letter(first - b'X', &rest, last),
        b'K' | b'L' | b'M' => spanish_letter(0, &rest, last),
        b'A'..=b'H' | b'J' | b'N' | b'P'..=b'S' | b'U'..=b'W' => spanish_entity(&rest, last),
        _ => Err(Finding::Part("starts with a letter that stands for no kind of payer")),
    }
}

/// Persons: Spaniards (DNI), foreigners (NIE, whose X, Y, Z count 0, 1, 2), and the special kinds
/// K, L and M.
fn spanish_letter(first: u8, rest: &[u8; 7], last: u8) -> Outcome {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let number = u64::from(first) * 10_000_000 + value(rest);
    check_letter(LETTERS[(number % 23) as usize], last)
}

/// Companies and other bodies: the Luhn digit or the letter for it. Which bodies have which is
/// told differently by different sources, so that both are right for all.
fn spanish_entity(digits: &[u8; 7], last: u8) -> Outcome {
    const LETTERS: &[u8; 10] = b"JABCDEFGHI";
    let right = luhn(digits);
    let letter = LETTERS[(right % 10) as usize];
    if last == letter || u32::from(last) == u32::from(b'0') + right {
        return Ok(());
    }
    let both = format!("{right} or {}", char::from(letter));
    should_be("check character", both, char::from(last).to_string())
}

/// Source: Zakon o osobnom identifikacijskom broju (NN 60/2008), ISO 7064 mod 11,10.
fn croatia(body: &[u8]) -> Outcome {
    let digits = digits::<11>(body)?;
    check_digit(mod_11_10(&digits[..10]), digits[10])
}

/// Source: D.M. 23 dicembre 1976, "Sistemi di codificazione dei soggetti da iscrivere all'anagrafe
/// tributaria": Luhn. The office code in digits 8 to 10 is not checked: the structure that the
/// Commission publishes is any 11 digits, and lists of office codes change.
fn italy(body: &[u8]) -> Outcome {
    let digits = digits::<11>(body)?;
    require(value(&digits[..7]) > 0, "starts with seven zeros")?;
    check_digit(luhn(&digits[..10]), digits[10])
}

/// Source: BMF paper, "Malta": the check digits are 37 less the remainder, so 01 to 37. Others with
/// the same remainder are let through, as python-stdnum does.
fn malta(body: &[u8]) -> Outcome {
    let digits = digits::<8>(body)?;
    require(digits[0] != 0, "starts with 0")?;
    let sum = weighted_sum(&digits, &[3, 4, 6, 7, 8, 9]);
    let given = 10 * u32::from(digits[6]) + u32::from(digits[7]);
    if (sum + given).is_multiple_of(37) {
        return Ok(());
    }
    check_digits(37 - sum % 37, [digits[6], digits[7]])
}

/// Source: Wikipedia (Portuguese), "Número de identificação fiscal"; BMF paper, "Portugal".
fn portugal(body: &[u8]) -> Outcome {
    let digits = digits::<9>(body)?;
    require(digits[0] != 0, "starts with 0")?;
    let rest = weighted_sum(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    check_digit((11 - rest) % 11 % 10, digits[8])
}
