//! VAT numbers from outside the European Union: Iceland, Norway, San Marino, Serbia, Switzerland,
//! Turkey, Ukraine and the United Kingdom with Northern Ireland.

use super::check_digit::{complement_to_ten, mod_11_10, remainder, weighted_sum};
use super::finding::{
    Finding, Outcome, check_digit, check_digits, digits, require, should_be, two_digits,
};
use super::table::Country;

pub(super) const CH: Country = Country {
    prefix: *b"CH",
    adjective: "Swiss",
    form: "CHE and 9 digits, with MWST, TVA, IVA or TPV behind them or without",
    example: "CHE107787577IVA",
    check: switzerland,
};

pub(super) const GB: Country = Country {
    prefix: *b"GB",
    adjective: "British",
    form: "GB and 9 or 12 digits, GBGD and 3 digits to 499, or GBHA and 3 digits from 500",
    example: "GB980780684",
    check: united_kingdom,
};

pub(super) const IS: Country = Country {
    prefix: *b"IS",
    adjective: "Icelandic",
    form: "IS and 5 or 6 digits",
    example: "IS00621",
    check: iceland,
};

pub(super) const NO: Country = Country {
    prefix: *b"NO",
    adjective: "Norwegian",
    form: "NO and 9 digits, with MVA behind them or without",
    example: "NO995525828MVA",
    check: norway,
};

pub(super) const RS: Country = Country {
    prefix: *b"RS",
    adjective: "Serbian",
    form: "RS and 9 digits",
    example: "RS101134702",
    check: serbia,
};

pub(super) const SM: Country = Country {
    prefix: *b"SM",
    adjective: "San Marino's",
    form: "SM and 1 to 5 digits",
    example: "SM24165",
    check: san_marino,
};

pub(super) const TR: Country = Country {
    prefix: *b"TR",
    adjective: "Turkish",
    form: "TR and 10 digits, or the 11 of a person",
    example: "TR4540536920",
    check: turkey,
};

pub(super) const UA: Country = Country {
    prefix: *b"UA",
    adjective: "Ukrainian",
    form: "UA and 8, 10 or 12 digits",
    example: "UA32855961",
    check: ukraine,
};

pub(super) const XI: Country = Country {
    prefix: *b"XI",
    adjective: "Northern Irish",
    form: "XI and 9 or 12 digits, XIGD and 3 digits to 499, or XIHA and 3 digits from 500",
    example: "XI980780684",
    ..GB
};

/// Sources: Bundesgesetz über die Unternehmens-Identifikationsnummer (SR 431.03) and its ordinance
/// (SR 431.031); Wikipedia (German), "Unternehmens-Identifikationsnummer".
fn switzerland(body: &[u8]) -> Outcome {
    let body = body.strip_prefix(b"E").ok_or(Finding::Form)?;
    let (number, suffix) = body.split_first_chunk::<9>().ok_or(Finding::Form)?;
    if !matches!(suffix, b"" | b"MWST" | b"TVA" | b"IVA" | b"TPV") {
        return Err(Finding::Form);
    }
    let digits = digits::<9>(number)?;
    let rest = weighted_sum(&digits, &[5, 4, 3, 2, 7, 6, 5, 4]) % 11;
    check_digit((11 - rest) % 11, digits[8])
}

/// Sources: Wikipedia, "VAT identification number" (mod 97 and 97-55, GD and HA, branches); BMF
/// paper, "Großbritannien".
fn united_kingdom(body: &[u8]) -> Outcome {
    match body {
        [b'G', b'D', b'8', b'8', b'8', b'8', rest @ ..] => long_office(rest, true),
        [b'H', b'A', b'8', b'8', b'8', b'8', rest @ ..] => long_office(rest, false),
        [b'G', b'D', rest @ ..] => office(digits(rest)?, true),
        [b'H', b'A', rest @ ..] => office(digits(rest)?, false),
        _ if body.len() == 12 => trader(digits::<12>(body)?.first_chunk()),
        _ => trader(digits::<9>(body)?.first_chunk()),
    }
}

/// Government departments have 000 to 499, health authorities 500 to 999.
fn office(digits: [u8; 3], is_department: bool) -> Outcome {
    require(
        (digits[0] < 5) == is_department,
        "has a number of the other kind (GD has 000 to 499, HA 500 to 999)",
    )
}

/// The long form of an office's number: its three digits and their remainder by 97.
fn long_office(rest: &[u8], is_department: bool) -> Outcome {
    let [a, b, c, d, e] = digits::<5>(rest)?;
    office([a, b, c], is_department)?;
    check_digits(remainder(&[a, b, c], 97), [d, e])
}

/// Nine digits of a trader; the three more of a branch are not checked. The check digits make the
/// weighted sum divisible by 97, or with 55 or 42 added for the series that begins at 100.
fn trader(nine: Option<&[u8; 9]>) -> Outcome {
    let nine = nine.ok_or(Finding::Form)?;
    let [.., tens, ones] = *nine;
    let sum = weighted_sum(nine, &[8, 7, 6, 5, 4, 3, 2]);
    let all = sum + two_digits([tens, ones]);
    let is_of_new_series = nine[0] > 0;
    match all % 97 {
        0 => Ok(()),
        42 | 55 if is_of_new_series => Ok(()),
        _ => should_be(
            "check digits",
            trader_check_digits(sum, is_of_new_series),
            format!("{tens}{ones}"),
        ),
    }
}

/// The check digits that would be right, as a text.
fn trader_check_digits(sum: u32, is_of_new_series: bool) -> String {
    let first = (97 - sum % 97) % 97;
    if is_of_new_series {
        format!("{first:02}, {:02} or {:02}", (first + 42) % 97, (first + 55) % 97)
    } else {
        format!("{first:02}")
    }
}

/// Source: Skatturinn, "VSK-númer": a running number of five or six digits without a check digit.
fn iceland(body: &[u8]) -> Outcome {
    match body.len() {
        5 => digits::<5>(body).map(drop),
        _ => digits::<6>(body).map(drop),
    }
}

/// Source: Brønnøysundregistrene, "Organisasjonsnummeret" (mod 11); on invoices MVA stands behind
/// it (bokføringsforskriften § 5-1-2), elsewhere it may not.
fn norway(body: &[u8]) -> Outcome {
    let digits = digits::<9>(body.strip_suffix(b"MVA").unwrap_or(body))?;
    let rest = weighted_sum(&digits, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    check_digit((11 - rest) % 11, digits[8])
}

/// Source: Pravilnik o poreskom identifikacionom broju (Službeni glasnik RS 57/2003): ISO 7064 mod
/// 11,10; Wikipedia (Serbian), "Порески идентификациони број".
fn serbia(body: &[u8]) -> Outcome {
    let digits = digits::<9>(body)?;
    check_digit(mod_11_10(&digits[..8]), digits[8])
}

/// Source: Wikipedia, "VAT identification number" (codice operatore economico, up to five digits).
/// There is no check digit, and zeros in front do not count.
fn san_marino(body: &[u8]) -> Outcome {
    if !(1..=5).contains(&body.len()) || !body.iter().all(u8::is_ascii_digit) {
        return Err(Finding::Form);
    }
    require(body.iter().any(|&digit| digit != b'0'), "is all zeros")
}

/// Sources: Gelir İdaresi Başkanlığı, "Vergi kimlik numarası doğrulama" (ten digits); Wikipedia,
/// "Turkish Identification Number" (eleven). Since 2006 a person's identification number is the
/// tax number in Turkey, so that both are taken.
fn turkey(body: &[u8]) -> Outcome {
    match body.len() {
        11 => turkish_person(digits(body)?),
        _ => turkish_company(digits(body)?),
    }
}

/// Each digit plus its distance from the check digit, by 10, times two to the power of that
/// distance, by 9 (with 9 for a remainder of 0, unless the first step gave 0).
fn turkish_company(digits: [u8; 10]) -> Outcome {
    let sum: u32 = (1..=9)
        .zip(digits.iter().rev().skip(1))
        .map(|(distance, &digit)| {
            let shifted = (u32::from(digit) + distance) % 10;
            if shifted == 0 { 0 } else { ((shifted << distance) - 1) % 9 + 1 }
        })
        .sum();
    check_digit(complement_to_ten(sum), digits[9])
}

fn turkish_person(digits: [u8; 11]) -> Outcome {
    require(digits[0] != 0, "starts with 0")?;
    let tenth = complement_to_ten(weighted_sum(&digits, &[3, 1, 3, 1, 3, 1, 3, 1, 3]));
    let sum: u32 = digits.iter().take(9).copied().map(u32::from).sum();
    let eleventh = (sum + tenth) % 10;
    check_digits(tenth * 10 + eleventh, [digits[9], digits[10]])
}

/// Sources: Wikipedia (Ukrainian), "Код ЄДРПОУ" (8 digits, companies) and "РНОКПП" (10 digits,
/// persons); Податковий кодекс України and наказ Мінфіну 1130/2014 (12 digits, payers of VAT, whose
/// check digit has no published rule).
fn ukraine(body: &[u8]) -> Outcome {
    match body.len() {
        8 => ukrainian_company(digits(body)?),
        10 => ukrainian_person(digits(body)?),
        _ => digits::<12>(body).and(Err(Finding::Unchecked)),
    }
}

/// The weights are turned by one place for codes from 30000000 to 59999999, and raised by two when
/// the first remainder is 10.
fn ukrainian_company(digits: [u8; 8]) -> Outcome {
    let (first, second) = match digits[0] {
        3..=5 => ([7, 1, 2, 3, 4, 5, 6], [9, 3, 4, 5, 6, 7, 8]),
        _ => ([1, 2, 3, 4, 5, 6, 7], [3, 4, 5, 6, 7, 8, 9]),
    };
    let right = match weighted_sum(&digits, &first) % 11 {
        10 => weighted_sum(&digits, &second) % 11 % 10,
        rest => rest,
    };
    check_digit(right, digits[7])
}

/// The first weight of the rule is -1, which is 10 by 11.
fn ukrainian_person(digits: [u8; 10]) -> Outcome {
    let sum = weighted_sum(&digits, &[10, 5, 7, 9, 4, 6, 10, 5, 7]);
    check_digit(sum % 11 % 10, digits[9])
}
