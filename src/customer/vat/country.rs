//! The ISO 3166-1 alpha-2 codes of countries, to tell a real country whose VAT rules are not known
//! here from two letters that are no country's.
//!
//! Source: ISO 3166-1, the 249 officially assigned codes, as published in the ISO Online Browsing
//! Platform (<https://www.iso.org/obp/ui/#search/code/>). Exceptionally reserved codes (`UK`, `EU`)
//! are not assigned and not in the list.

/// Whether the two letters are an assigned code.
pub(super) fn is_assigned(code: &str) -> bool {
    match code.as_bytes() {
        [first, second] => second_letters(*first).contains(second),
        _ => false,
    }
}

/// The second letters of the assigned codes that begin with a letter.
fn second_letters(first: u8) -> &'static [u8] {
    match first {
        b'A' => b"DEFGILMOQRSTUWXZ",
        b'B' => b"ABDEFGHIJLMNOQRSTVWYZ",
        b'C' => b"ACDFGHIKLMNORUVWXYZ",
        b'D' => b"EJKMOZ",
        b'E' => b"CEGHRST",
        b'F' => b"IJKMOR",
        b'G' => b"ABDEFGHILMNPQRSTUWY",
        b'H' => b"KMNRTU",
        b'I' => b"DELMNOQRST",
        b'J' => b"EMOP",
        b'K' => b"EGHIMNPRWYZ",
        b'L' => b"ABCIKRSTUVY",
        b'M' => b"ACDEFGHKLMNOPQRSTUVWXYZ",
        b'N' => b"ACEFGILOPRUZ",
        b'O' => b"M",
        b'P' => b"AEFGHKLMNRSTWY",
        b'Q' => b"A",
        b'R' => b"EOSUW",
        b'S' => b"ABCDEGHIJKLMNORSTVXYZ",
        b'T' => b"CDFGHJKLMNORTVWZ",
        b'U' => b"AGMSYZ",
        b'V' => b"ACEGINU",
        b'W' => b"FS",
        b'Y' => b"ET",
        b'Z' => b"AMW",
        _ => b"",
    }
}

#[cfg(test)]
mod tests {
    use super::is_assigned;

    #[test]
    fn there_are_249_assigned_codes() {
        let letters = || 'A'..='Z';
        let codes = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
        assert_eq!(codes.filter(|code| is_assigned(code)).count(), 249);
    }

    #[test]
    fn reserved_and_made_up_codes_are_not_assigned() {
        for code in ["UK", "EU", "EL", "XI", "ZZ", "it", "I", "ITA", ""] {
            assert!(!is_assigned(code), "{code}");
        }
    }
}
