//! VAT numbers of Belgium, France, Ireland, Luxembourg and the Netherlands.

use super::check_digit::{luhn, mod_97, remainder, value, weighted_sum};
use super::finding::{
    Finding, Outcome, check_digits, check_letter, digits, require, should_be, two_digits, unclear,
};
use super::table::Country;

pub(super) const BE: Country = Country {
    prefix: *b"BE",
    adjective: "Belgian",
    form: "BE and 10 digits",
    example: "BE0428759497",
    check: belgium,
};

pub(super) const FR: Country = Country {
    prefix: *b"FR",
    adjective: "French",
    form: "FR, a key of 2 digits or letters (no I, no O) and a SIREN of 9 digits",
    example: "FR83404833048",
    check: france,
};

pub(super) const IE: Country = Country {
    prefix: *b"IE",
    adjective: "Irish",
    form: "IE, 7 digits and 1 or 2 letters from A to W (before 2013 also IE, a digit, a letter, + \
           or *, 5 digits and a letter)",
    example: "IE6433435F",
    check: ireland,
};

pub(super) const LU: Country = Country {
    prefix: *b"LU",
    adjective: "Luxembourg",
    form: "LU and 8 digits",
    example: "LU15027442",
    check: luxembourg,
};

pub(super) const NL: Country = Country {
    prefix: *b"NL",
    adjective: "Dutch",
    form: "NL, 9 digits, B and 2 digits",
    example: "NL004495445B01",
    check: netherlands,
};

/// Source: arrêté royal du 24 juin 2003 (numéro d'entreprise), art. 2; BMF paper, "Belgien".
/// Nine digits are the form before April 2005, which had no 0 in front; they are taken as
/// python-stdnum takes them.
fn belgium(body: &[u8]) -> Outcome {
    let mut all = [0; 10];
    match body.len() {
        9 => all[1..].copy_from_slice(&digits::<9>(body)?),
        _ => all = digits(body)?,
    }
    require(all[0] <= 1, "has 10 digits and starts with neither 0 nor 1")?;
    require(value(&all) > 0, "is all zeros")?;
    check_digits(97 - remainder(&all[..8], 97), [all[8], all[9]])
}

/// Sources: Code général des impôts, art. 286 ter; Wikipedia, "Code Insee" (the SIREN
/// has a Luhn check digit); BMF paper, "Frankreich" (numeric and alphanumeric keys). Numbers of
/// Monaco have a SIREN part that starts with 000 and no SIREN check digit.
fn france(body: &[u8]) -> Outcome {
    let (key, siren) = body.split_first_chunk::<2>().ok_or(Finding::Form)?;
    let siren = digits::<9>(siren)?;
    let [first, second] = [key_value(key[0])?, key_value(key[1])?];
    if siren[..3] != [0, 0, 0] {
        siren_check(&siren)?;
    }
    if first < 10 && second < 10 {
        check_digits(numeric_key(&siren), key.map(|byte| byte - b'0'))
    } else {
        letter_key_check(first, second, &siren)
    }
}

/// The value of a key character: digits, then the letters without I and O.
fn key_value(character: u8) -> Result<u32, Finding> {
    let value = match character {
        b'0'..=b'9' => character - b'0',
        b'A'..=b'H' => character - b'A' + 10,
        b'J'..=b'N' => character - b'J' + 18,
        b'P'..=b'Z' => character - b'P' + 23,
        _ => return Err(Finding::Form),
    };
    Ok(u32::from(value))
}

fn siren_check(siren: &[u8; 9]) -> Outcome {
    let right = luhn(&siren[..8]);
    if right == u32::from(siren[8]) {
        return Ok(());
    }
    should_be("check digit of the SIREN", right.to_string(), siren[8].to_string())
}

/// The SIREN with 12 behind it, by 97.
fn numeric_key(siren: &[u8; 9]) -> u32 {
    (remainder(siren, 97) * 100 + 12) % 97
}

/// A key with a letter stands for a number p; the SIREN plus the quotient of p by 11 plus 1 has
/// the same remainder by 11 as p.
fn letter_key_check(first: u32, second: u32, siren: &[u8; 9]) -> Outcome {
    let key = if first < 10 { first * 24 + second - 10 } else { first * 34 + second - 100 };
    if (remainder(siren, 11) + 1 + key / 11) % 11 == key % 11 {
        return Ok(());
    }
    unclear(format!(
        "several keys with a letter fit a SIREN, so that the right one cannot be named (the key of \
         digits would be {:02})",
        numeric_key(siren)
    ))
}

/// Source: BMF paper, "Irland" (the old form, the new one, and the second letter since 2013).
fn ireland(body: &[u8]) -> Outcome {
    match *body {
        [a, b'A'..=b'Z' | b'+' | b'*', c, d, e, f, g, letter] => {
            irish_check([b'0', c, d, e, f, g, a], letter, b'W')
        }
        [a, b, c, d, e, f, g, letter] => irish_check([a, b, c, d, e, f, g], letter, b'W'),
        [a, b, c, d, e, f, g, letter, extra] => irish_check([a, b, c, d, e, f, g], letter, extra),
        _ => Err(Finding::Form),
    }
}

/// The check letter's place in W, A, B … V; the extra letter counts nine times its own place.
fn irish_check(number: [u8; 7], letter: u8, extra: u8) -> Outcome {
    const LETTERS: &[u8; 23] = b"WABCDEFGHIJKLMNOPQRSTUV";
    let digits = digits::<7>(&number)?;
    if !LETTERS.contains(&letter) || !LETTERS.contains(&extra) {
        return Err(Finding::Form);
    }
    let extra_place = if extra == b'W' { 0 } else { u32::from(extra - b'A') + 1 };
    let sum = weighted_sum(&digits, &[8, 7, 6, 5, 4, 3, 2]) + 9 * extra_place;
    check_letter(LETTERS[(sum % 23) as usize], letter)
}

/// Source: BMF paper, "Luxemburg".
fn luxembourg(body: &[u8]) -> Outcome {
    let digits = digits::<8>(body)?;
    check_digits(remainder(&digits[..6], 89), [digits[6], digits[7]])
}

/// Sources: Belastingdienst, "Btw-identificatienummer"; Wikipedia, "Btw-nummer (Nederland)".
/// Companies (and persons until 2019) have the 11-test of the citizen service number in their nine
/// digits; numbers of persons since 2020 pass mod 97-10 over the whole number with its letters.
fn netherlands(body: &[u8]) -> Outcome {
    let (number, suffix) = body.split_first_chunk::<9>().ok_or(Finding::Form)?;
    let nine = digits::<9>(number)?;
    let end = digits::<2>(suffix.strip_prefix(b"B").ok_or(Finding::Form)?)?;
    require(value(&nine) > 0, "has nine zeros before the B")?;
    require(two_digits(end) > 0, "ends with 00")?;
    let eleven_test = weighted_sum(&nine, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == u32::from(nine[8]);
    if eleven_test || mod_97(&[b"NL", body]) == 1 {
        return Ok(());
    }
    unclear(format!(
        "its nine digits fail the 11-test, and the end for mod 97 would be {:02}, so that the \
         wrong digit cannot be named",
        98 - mod_97(&[b"NL", number, b"B00"])
    ))
}
