//! Whether a firm stands where a person's name should: its name follows other rules, so it is let
//! be.

/// Legal forms of companies, as they stand at the end or the start of a firm's name; folded, without
/// dots.
const FORMS: [&str; 40] = [
    "ab", "ag", "aps", "as", "bv", "bvba", "cv", "doo", "dd", "eood", "eurl", "gbr", "gmbh", "inc",
    "kft", "kg", "lda", "llc", "llp", "ltd", "nv", "ohg", "ood", "oü", "oy", "oyj", "plc", "sa",
    "sagl", "sarl", "sas", "sasu", "scrl", "sl", "snc", "spa", "srl", "sro", "uab", "ug",
];

/// Whether a name has the legal form of a firm as one of several words.
pub fn is_in(name: &str) -> bool {
    name.contains(' ') && name.split(' ').skip(1).any(is_form)
}

fn is_form(word: &str) -> bool {
    let plain: String = word.chars().filter(|c| c.is_alphabetic()).collect();
    // A form is written with dots, or in capitals; small letters can be a particle.
    let is_marked = word.contains('.') || plain.chars().skip(1).any(char::is_uppercase);
    let small = plain.to_lowercase();
    let is_plain = plain.len() > 2 && small != "spa" || is_marked;
    is_plain && FORMS.contains(&small.as_str())
}

#[cfg(test)]
mod tests {
    use super::is_in;

    #[test]
    fn a_firm_is_known_by_its_legal_form() {
        for firm in ["Rossi S.r.l.", "Rossi srl", "Müller GmbH", "FIAT S.p.A.", "Smith & Co. Ltd"]
        {
            assert!(is_in(firm), "{firm}");
        }
        for person in ["Rossi", "SA", "Sa Pereira", "Ag", "Maria Spa", "Inc"] {
            assert!(!is_in(person), "{person}");
        }
    }
}
