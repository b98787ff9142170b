//! VAT numbers of Denmark, Estonia, Finland, Latvia, Lithuania and Sweden.

use super::check_digit::{complement_to_ten, luhn, remainder, weighted_sum};
use super::date;
use super::finding::{Finding, Outcome, check_digit, digits, require};
use super::table::Country;

pub(super) const DK: Country = Country {
    prefix: *b"DK",
    adjective: "Danish",
    form: "DK and 8 digits",
    example: "DK13585628",
    check: denmark,
};

pub(super) const EE: Country = Country {
    prefix: *b"EE",
    adjective: "Estonian",
    form: "EE and 9 digits",
    example: "EE100931558",
    check: estonia,
};

pub(super) const FI: Country = Country {
    prefix: *b"FI",
    adjective: "Finnish",
    form: "FI and 8 digits",
    example: "FI20774740",
    check: finland,
};

pub(super) const LT: Country = Country {
    prefix: *b"LT",
    adjective: "Lithuanian",
    form: "LT and 9 or 12 digits",
    example: "LT119511515",
    check: lithuania,
};

pub(super) const LV: Country = Country {
    prefix: *b"LV",
    adjective: "Latvian",
    form: "LV and 11 digits",
    example: "LV40003521600",
    check: latvia,
};

pub(super) const SE: Country = Country {
    prefix: *b"SE",
    adjective: "Swedish",
    form: "SE and 12 digits, the last two of them 01",
    example: "SE123456789701",
    check: sweden,
};

/// Source: BMF paper, "Dänemark"; Wikipedia (Danish), "CVR-nummer".
fn denmark(body: &[u8]) -> Outcome {
    let digits = digits::<8>(body)?;
    require(digits[0] != 0, "starts with 0")?;
    let rest = weighted_sum(&digits, &[2, 7, 6, 5, 4, 3, 2]) % 11;
    check_digit((11 - rest) % 11, digits[7])
}

/// Source: BMF paper, "Estland".
fn estonia(body: &[u8]) -> Outcome {
    let digits = digits::<9>(body)?;
    let sum = weighted_sum(&digits, &[3, 7, 1, 3, 7, 1, 3, 7]);
    check_digit(complement_to_ten(sum), digits[8])
}

/// Source: BMF paper, "Finnland"; Wikipedia (Finnish), "Y-tunnus".
fn finland(body: &[u8]) -> Outcome {
    let digits = digits::<8>(body)?;
    let rest = weighted_sum(&digits, &[7, 9, 10, 5, 8, 4, 2]) % 11;
    check_digit((11 - rest) % 11, digits[7])
}

/// Source: BMF paper, "Litauen": nine digits for companies, twelve for persons and for payers
/// registered for a time; the last but one is 1 in both.
fn lithuania(body: &[u8]) -> Outcome {
    match body.len() {
        9 => lithuanian(&digits::<9>(body)?),
        _ => lithuanian(&digits::<12>(body)?),
    }
}

fn lithuanian(digits: &[u8]) -> Outcome {
    let [number @ .., last] = digits else {
        return Err(Finding::Form);
    };
    require(number.last() == Some(&1), "has no 1 before its last digit")?;
    let first = weighted_sum(number, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2]) % 11;
    let right = match first {
        10 => weighted_sum(number, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4]) % 11 % 10,
        rest => rest,
    };
    check_digit(right, *last)
}

/// Sources: BMF paper, "Lettland" (companies); Wikipedia, "National identification number",
/// section Latvia (personal codes, since July 2017 without a date of birth and starting with 32).
fn latvia(body: &[u8]) -> Outcome {
    let digits = digits::<11>(body)?;
    let right = match digits {
        [4..=9, ..] => latvian_company(&digits),
        [3, 2, ..] => latvian_person(&digits),
        _ => {
            let why_not =
                "starts neither with a company's 4 to 9 nor with a date of birth nor with 32";
            require(has_birth_date(&digits), why_not)?;
            latvian_person(&digits)
        }
    };
    check_digit(right, digits[10])
}

/// The digit that makes the weighted sum leave 3; none where that would be 10.
fn latvian_company(digits: &[u8; 11]) -> u32 {
    let rest = weighted_sum(digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6]) % 11;
    (14 - rest) % 11
}

fn latvian_person(digits: &[u8; 11]) -> u32 {
    (1 + weighted_sum(digits, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10
}

/// Day, month and year of the century that the seventh digit counts from 1800 on.
fn has_birth_date(digits: &[u8; 11]) -> bool {
    let year = 1800 + u32::from(digits[6]) * 100 + remainder(&digits[4..6], 100);
    let month = remainder(&digits[2..4], 100);
    date::exists(year, month, remainder(&digits[..2], 100))
}

/// Source: Skatteverket, "Momsregistreringsnummer" (organisation number and 01); Wikipedia,
/// "Organisationsnummer" (Luhn).
fn sweden(body: &[u8]) -> Outcome {
    let digits = digits::<12>(body)?;
    require(digits[10..] == [0, 1], "does not end with 01")?;
    check_digit(luhn(&digits[..9]), digits[9])
}
