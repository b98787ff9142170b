//! What a VAT number tells of its holder: a firm, a natural person, a public body.
//!
//! Several countries write the kind of payer into the number: as a letter (Spain), as a range
//! (Portugal, France, Sweden), as a length (Bulgaria, Czechia) or by the check that holds (the
//! Netherlands). Each rule names its source. Where a number says nothing (Germany, Austria,
//! Poland, …) there is no rule.

use super::clue::{Clue, Clues};
use super::word::add;
use crate::customer::vat::{VatNumber, Verdict};

/// Adds what the number tells.
pub fn clues(number: &VatNumber, clues: &mut Clues) {
    let verdict = number.verdict();
    let clue = match verdict {
        Verdict::WrongStructure { .. } => Some(Clue::VatOfNobody),
        _ => number.as_str().split_at_checked(2).and_then(|(country, body)| {
            of_form(country, body)
                .or_else(|| (verdict == Verdict::Valid).then(|| of_valid(country, body)).flatten())
        }),
    };
    clue.into_iter().for_each(|clue| add(clues, clue));
}

/// Rules that hold for the form of a number, whatever its check digit.
fn of_form(country: &str, body: &str) -> Option<Clue> {
    match country {
        "ES" => spain(body),
        "PT" => portugal(body),
        "BG" => by_length(body, 9, Clue::VatLikelyOfCompany, 10, Clue::VatOfPerson),
        "CZ" => czechia(body),
        "SK" => slovakia(body),
        "RO" => (body.len() == 13).then_some(Clue::VatOfPerson),
        "LV" => latvia(body),
        "LT" => by_length(body, 9, Clue::VatLikelyOfCompany, 12, Clue::VatLikelyOfPerson),
        "SE" => sweden(body),
        "EL" | "GR" => greece(body),
        "CY" => cyprus(body),
        "IE" => ireland(body),
        "GB" | "XI" => britain(body),
        "TR" => by_length(body, 10, Clue::VatLikelyOfCompany, 11, Clue::VatOfPerson),
        "UA" => ukraine(body),
        _ => None,
    }
}

/// Rules that would take many invented numbers for a body's, so that only right ones are asked.
fn of_valid(country: &str, body: &str) -> Option<Clue> {
    match country {
        "FR" => france(body),
        "HU" => body.starts_with("15").then_some(Clue::VatOfPublicBody),
        "IT" => italy(body),
        "NL" => netherlands(body),
        _ => None,
    }
}

fn by_length(body: &str, one: usize, clue: Clue, other: usize, its_clue: Clue) -> Option<Clue> {
    match body.len() {
        length if length == one => Some(clue),
        length if length == other => Some(its_clue),
        _ => None,
    }
}

/// Source: Orden EHA/451/2008, art. 2 (letters of bodies); Real Decreto 1065/2007, art. 19 to 22
/// (natural persons: digits, K, L, M and X, Y, Z).
fn spain(body: &str) -> Option<Clue> {
    match body.bytes().next()? {
        b'0'..=b'9' | b'K' | b'L' | b'M' | b'X' | b'Y' | b'Z' => Some(Clue::VatOfPerson),
        b'A' | b'B' | b'C' | b'D' | b'F' | b'N' | b'U' | b'W' => Some(Clue::VatOfCompany),
        b'E' | b'J' | b'V' => Some(Clue::VatLikelyOfCompany),
        b'P' | b'Q' | b'S' => Some(Clue::VatOfPublicBody),
        b'G' | b'H' | b'R' => Some(Clue::VatOfAssociation),
        _ => None,
    }
}

/// Source: Wikipedia (Portuguese), "Número de identificação fiscal": the first digits by kind of
/// payer, after the Registo Nacional de Pessoas Coletivas.
fn portugal(body: &str) -> Option<Clue> {
    match body.as_bytes() {
        [b'1'..=b'3', ..] | [b'4', b'5', ..] | [b'8', ..] => Some(Clue::VatOfPerson),
        [b'5', ..] => Some(Clue::VatOfCompany),
        [b'6', ..] => Some(Clue::VatOfPublicBody),
        [b'9', b'0' | b'1', ..] => Some(Clue::VatOfAssociation),
        [b'7' | b'9', ..] => Some(Clue::VatLikelyOfCompany),
        _ => None,
    }
}

/// Source: zákon č. 280/2009 Sb. (daňový řád), § 130: a firm's number is its eight-digit IČO, a
/// natural person's the birth number of 9 or 10 digits; 9 digits with 6 in front are given out by
/// the tax office to persons without one.
fn czechia(body: &str) -> Option<Clue> {
    match body.len() {
        8 => Some(Clue::VatOfCompany),
        9 | 10 => Some(Clue::VatOfPerson),
        _ => None,
    }
}

/// Source: BMF paper (see `customer::vat`), "Slowakei", and the numbers in VIES: a first digit 2 is
/// a legal person's, 1 a natural person's; others are birth numbers or foreigners'.
fn slovakia(body: &str) -> Option<Clue> {
    match body.bytes().next()? {
        b'2' => Some(Clue::VatLikelyOfCompany),
        b'1' => Some(Clue::VatLikelyOfPerson),
        _ => None,
    }
}

/// Source: BMF paper, "Lettland": legal persons begin with 4 to 9, personal codes with 0 to 3.
fn latvia(body: &str) -> Option<Clue> {
    match body.bytes().next()? {
        b'4'..=b'9' => Some(Clue::VatOfCompany),
        b'0'..=b'3' => Some(Clue::VatOfPerson),
        _ => None,
    }
}

/// Source: lag (1974:174) om identitetsbeteckning för juridiska personer: the first digit is the
/// kind of body, the third at least 2; below, it is the month of a personal number.
fn sweden(body: &str) -> Option<Clue> {
    match body.as_bytes() {
        [_, _, b'0' | b'1', ..] => Some(Clue::VatOfPerson),
        [b'2', ..] => Some(Clue::VatOfPublicBody),
        [b'8', ..] => Some(Clue::VatOfAssociation),
        [b'5' | b'6' | b'7' | b'9', ..] => Some(Clue::VatOfCompany),
        _ => None,
    }
}

/// Source: Wikipedia (Greek), "Αριθμός φορολογικού μητρώου": legal persons begin with 7 to 9 or,
/// older, with 09, among them public bodies with 090; natural persons with 0 to 4.
fn greece(body: &str) -> Option<Clue> {
    match body.as_bytes() {
        [b'0', b'9', b'0', ..] => Some(Clue::VatOfPublicBody),
        [b'0', b'9', ..] | [b'7'..=b'9', ..] => Some(Clue::VatLikelyOfCompany),
        [b'0'..=b'4', _, _, _, _, _, _, _, _] => Some(Clue::VatLikelyOfPerson),
        _ => None,
    }
}

/// Source: European Commission, TIN on Europa, "Cyprus": numbers of natural persons begin with 0
/// or 9, those of others with other digits.
fn cyprus(body: &str) -> Option<Clue> {
    match body.bytes().next()? {
        b'0' | b'9' => Some(Clue::VatLikelyOfPerson),
        _ => Some(Clue::VatLikelyOfCompany),
    }
}

/// Source: Revenue Commissioners, Tax and Duty Manual 37-00-04B: in numbers of two letters the
/// second is H for others than individuals, A, B or W for individuals.
fn ireland(body: &str) -> Option<Clue> {
    match body.as_bytes() {
        [_, _, _, _, _, _, _, _, b'H'] => Some(Clue::VatOfCompany),
        [_, _, _, _, _, _, _, _, b'A' | b'B' | b'W'] => Some(Clue::VatLikelyOfPerson),
        _ => None,
    }
}

/// Source: European Commission, VIES FAQ: GD are government departments, HA health authorities.
fn britain(body: &str) -> Option<Clue> {
    (body.starts_with("GD") || body.starts_with("HA")).then_some(Clue::VatOfPublicBody)
}

/// Source: Податковий кодекс України, art. 183, and the register of VAT payers: natural persons
/// have their ten-digit RNOKPP, others twelve digits (or, as here accepted, the EDRPOU of eight).
fn ukraine(body: &str) -> Option<Clue> {
    match body.len() {
        10 => Some(Clue::VatOfPerson),
        8 | 12 => Some(Clue::VatLikelyOfCompany),
        _ => None,
    }
}

/// Source: Insee, "Numéro SIREN": 1 and 2 in front are kept for public bodies. The forms within
/// (21 and the commune's department and number, 19 and a department for schools, …) are those of
/// the Répertoire Sirene; asking for them leaves out invented numbers.
fn france(body: &str) -> Option<Clue> {
    match body.as_bytes().get(2..)? {
        [b'1', b'9', ..] => Some(Clue::VatOfSchool),
        [b'2', b'1'..=b'3', _, _, b'0', ..] | [b'2', b'4'..=b'7', ..] | [b'2', b'0', b'0', ..] => {
            Some(Clue::VatOfPublicBody)
        }
        [b'1', b'1' | b'2' | b'3' | b'8', b'0', ..] => Some(Clue::VatOfPublicBody),
        _ => None,
    }
}

/// Source: D.M. 23 dicembre 1976, "Sistemi di codificazione dei soggetti da iscrivere all'anagrafe
/// tributaria": 8 and 9 in front are numbers of others than natural persons and firms; digits 8 to
/// 10 are the office (001 to 100, 120, 121, 888, 999), which an invented number seldom has.
fn italy(body: &str) -> Option<Clue> {
    let office = body.get(7..10)?.parse::<u16>().ok()?;
    let is_office = matches!(office, 1..=100 | 120 | 121 | 888 | 999);
    (is_office && body.starts_with(['8', '9'])).then_some(Clue::VatOfBodyWithoutFirm)
}

/// Source: Belastingdienst, "Btw-identificatienummer": since 2020 that of a sole trader is made
/// without the old number, so that only the check over the whole (mod 97) holds; others still hold
/// the old check (mod 11), too.
fn netherlands(body: &str) -> Option<Clue> {
    let digits = body.as_bytes().get(..9)?;
    let sum: u32 = digits.iter().zip((2..=9).rev()).map(|(d, w)| u32::from(d - b'0') * w).sum();
    let last = u32::from(digits.last()? - b'0');
    Some(if sum % 11 == last { Clue::VatLikelyOfCompany } else { Clue::VatOfPerson })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(number: &str) -> Option<Clue> {
        let mut found = Clues::new();
        clues(&VatNumber::parse(number).unwrap(), &mut found);
        found.pop()
    }

    #[test]
    fn numbers_of_real_firms_are_firms() {
        for number in ["ESA28015865", "ESB84818442", "PT501964843", "CZ45274649", "LV40003032949"] {
            assert_eq!(of(number), Some(Clue::VatOfCompany), "{number}");
        }
        for number in ["SE556012579001", "SE556036079301"] {
            assert_eq!(of(number), Some(Clue::VatOfCompany), "{number}");
        }
        for number in ["BG175074752", "EL094259216", "SK2020273893", "NL004495445B01"] {
            assert_eq!(of(number), Some(Clue::VatLikelyOfCompany), "{number}");
        }
    }

    #[test]
    fn numbers_of_natural_persons_are_persons() {
        for number in
            ["ES12345678Z", "ESX1234567L", "CZ7103192745", "BG7523169263", "TR10000000146"]
        {
            assert_eq!(of(number), Some(Clue::VatOfPerson), "{number}");
        }
    }

    #[test]
    fn numbers_of_public_bodies_are_public() {
        // Ayuntamiento de Madrid, Universidad Complutense, Lisboa, Paris, Stockholm.
        for number in ["ESP2807900B", "ESQ2818014I", "SE212000014201", "GBGD001"] {
            assert_eq!(of(number), Some(Clue::VatOfPublicBody), "{number}");
        }
    }

    #[test]
    fn numbers_that_say_nothing_give_no_clue() {
        for number in
            ["IT00743110157", "DE136695976", "ATU13585627", "PL5260250995", "IT12345678901"]
        {
            assert_eq!(of(number), None, "{number}");
        }
        assert_eq!(of("ZZ12345678901"), Some(Clue::VatOfNobody));
    }
}
