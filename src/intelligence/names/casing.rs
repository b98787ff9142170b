//! How a name is written: all in capitals, all in small letters, or with the caps lock on; and how
//! it was probably meant.

use super::capitals::{self, BEFORE_APOSTROPHE};
use super::{company, plausible};

/// Particles that are small wherever they stand: Dutch, German, Portuguese, French, Spanish, Arabic.
const ALWAYS_SMALL: [&str; 23] = [
    "van", "von", "vom", "zu", "zum", "zur", "der", "den", "ter", "ten", "te", "'t", "dos", "das",
    "do", "da", "du", "des", "af", "av", "bin", "ibn", "bint",
];

/// Particles that are small within a name and large at its start, where Italian, French, Flemish
/// and Spanish last names begin with them: De Luca, but Maria del Carmen.
const SMALL_WITHIN: [&str; 12] =
    ["de", "del", "la", "las", "los", "y", "e", "i", "und", "of", "the", "al"];

/// Other particles, large in a name that is put right but left as they are in one that is not.
const LARGE: [&str; 26] = [
    "di", "della", "dello", "delle", "dei", "degli", "dal", "dalla", "dallo", "lo", "le", "li",
    "el", "san", "ben", "ap", "ab", "mac", "mc", "op", "a", "à", "in", "ur", "ul", "as",
];

/// What may stand in small letters before an inner capital: deGrasse, d'Arc, vanDyke.
const SMALL_PREFIXES: [&str; 19] = [
    "de", "di", "da", "du", "del", "la", "le", "van", "von", "mac", "mc", "o", "d", "fitz", "ap",
    "al", "el", "ben", "ter",
];

/// What is odd about the case of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Casing {
    /// Capitals only.
    Capitals,
    /// Small letters only.
    Small,
    /// Small and capital letters where the other should be.
    Mixed,
}

impl Casing {
    /// What is odd, in words that follow the name of the field.
    pub fn as_str(self) -> &'static str {
        match self {
            Casing::Capitals => "is all in capitals",
            Casing::Small => "is all in small letters",
            Casing::Mixed => "has capitals where small letters should be",
        }
    }
}

/// What is odd about the case of a name and how it was probably meant; none where it can be as it
/// was meant. The other name of the customer helps to tell a Turkish I.
pub fn odd(name: &str, other: &str) -> Option<(Casing, String)> {
    let casing = casing(name)?;
    let fixed = fix(name, is_turkish(name) || is_turkish(other));
    (fixed != name).then_some((casing, fixed))
}

fn casing(name: &str) -> Option<Casing> {
    if company::is_in(name) {
        return None;
    }
    let is_alone = !name.chars().any(char::is_uppercase);
    let oddities = words(name).filter_map(|word| casing_of_word(word, is_alone));
    // Capitals are told first: small letters beside them are mostly particles.
    oddities.min_by_key(|casing| *casing as u8)
}

/// The words of a name; those with a hyphen are one, as in Min-jun or al-Masri.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(' ').filter(|word| !word.is_empty())
}

fn casing_of_word(word: &str, is_alone: bool) -> Option<Casing> {
    let small = word.chars().filter(|c| c.is_lowercase()).count();
    let large = word.chars().filter(|c| c.is_uppercase()).count();
    match (small, large) {
        (0, 0) => None,
        // Georgian has capitals, but sentences and names do not begin with them.
        _ if word.chars().any(|c| matches!(c, 'ა'..='ჿ')) => None,
        (0, _) => (large > 2 && !is_abbreviation(word)).then_some(Casing::Capitals),
        (_, 0) => (is_alone || !may_be_small(word)).then_some(Casing::Small),
        _ => word.split(['-', '‐']).any(is_mixed_up).then_some(Casing::Mixed),
    }
}

/// Roman numerals, and letters that each have a dot.
fn is_abbreviation(word: &str) -> bool {
    plausible::is_roman(word) || word.split('.').all(|part| part.chars().count() < 2)
}

fn may_be_small(word: &str) -> bool {
    let has_no_case = |c: char| c.is_alphabetic() && !c.is_lowercase();
    ALWAYS_SMALL.contains(&word)
        || SMALL_WITHIN.contains(&word)
        || LARGE.contains(&word)
        || BEFORE_APOSTROPHE.contains(&word.trim_end_matches(['\'', '’']))
        || word.chars().any(has_no_case)
}

/// Whether a word with both cases has them as the caps lock leaves them: `mARIO`, `MaRiO`.
fn is_mixed_up(word: &str) -> bool {
    let Some(inner) = word.char_indices().skip(1).find(|(_, c)| c.is_uppercase()) else {
        return false;
    };
    let starts_small = word.chars().next().is_some_and(char::is_lowercase);
    if starts_small {
        let prefix = word.get(..inner.0).unwrap_or_default();
        return !prefix.ends_with(['\'', '’']) && !SMALL_PREFIXES.contains(&prefix);
    }
    alternates(word)
}

/// Whether capitals and small letters take turns, one each, for five letters or more.
fn alternates(word: &str) -> bool {
    let cases: Vec<bool> = word.chars().map(char::is_uppercase).collect();
    cases.len() > 4 && cases.windows(2).all(|pair| pair[0] != pair[1])
}

/// Whether letters are written as in Turkish only.
fn is_turkish(name: &str) -> bool {
    name.contains(['İ', 'ı', 'Ğ', 'ğ'])
}

fn fix(name: &str, is_turkish: bool) -> String {
    let small = to_small(name, is_turkish);
    let mut fixed = String::with_capacity(name.len());
    let mut before = "";
    let words: Vec<&str> = small.split(' ').collect();
    for (place, (word, original)) in words.iter().zip(name.split(' ')).enumerate() {
        if place > 0 {
            fixed.push(' ');
        }
        let next = words.get(place + 1).copied();
        if keeps_its_case(original) {
            fixed.push_str(original);
        } else if is_small(word, before, next) {
            fixed.push_str(word);
        } else {
            capitals::set(word, is_turkish, &mut fixed);
        }
        before = word;
    }
    fixed
}

/// Whether a word in a name that is put right is right as it is: initials, numerals, McDonald.
fn keeps_its_case(word: &str) -> bool {
    let is_mixed = word.chars().any(char::is_lowercase) && word.chars().any(char::is_uppercase);
    is_mixed && !is_mixed_up(word) || plausible::is_roman(word) || is_dotted(word)
}

fn is_dotted(word: &str) -> bool {
    word.contains('.')
        && word.split('.').all(|part| part.chars().count() < 2)
        && word.chars().any(char::is_uppercase)
}

/// Whether a particle is small: by itself, or for what stands around it. The last word never is.
fn is_small(word: &str, before: &str, next: Option<&str>) -> bool {
    let Some(next) = next else {
        return false;
    };
    let de_la = word == "de" && matches!(next, "la" | "las" | "los");
    ALWAYS_SMALL.contains(&word) || de_la || !before.is_empty() && SMALL_WITHIN.contains(&word)
}

fn to_small(name: &str, is_turkish: bool) -> String {
    if is_turkish {
        return name.replace('I', "ı").replace('İ', "i").to_lowercase();
    }
    name.replace('İ', "i").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(name: &str) -> Option<String> {
        odd(name, "").map(|(_, fixed)| fixed)
    }

    #[test]
    fn names_all_in_one_case_are_put_right() {
        for (name, right) in [
            ("MARIO", "Mario"),
            ("mario", "Mario"),
            ("mARIO", "Mario"),
            ("MaRiO", "Mario"),
            ("anna maria", "Anna Maria"),
            ("Anna maria", "Anna Maria"),
            ("ROSSI Bianchi", "Rossi Bianchi"),
            ("mcdonald", "McDonald"),
            ("O'BRIEN", "O'Brien"),
            ("d’angelo", "D’Angelo"),
            ("dell'orto", "Dell'Orto"),
            ("NG'ANG'A", "Ng'ang'a"),
            ("L'HELGOUALC'H", "L'Helgoualc'h"),
            ("DE LUCA", "De Luca"),
            ("della valle", "Della Valle"),
            ("VAN DER BERG", "van der Berg"),
            ("van der berg", "van der Berg"),
            ("'T HART", "'t Hart"),
            ("VON STEIN", "von Stein"),
            ("DE LA CRUZ", "de la Cruz"),
            ("MARIA DEL CARMEN", "Maria del Carmen"),
            ("DA SILVA", "da Silva"),
            ("ORTEGA Y GASSET", "Ortega y Gasset"),
            ("JEAN-PIERRE", "Jean-Pierre"),
            ("ijsbrand", "IJsbrand"),
            ("İBRAHİM", "İbrahim"),
            ("YILDIZ İNCİ", "Yıldız İnci"),
            ("ΠΑΠΑΔΟΠΟΥΛΟΣ", "Παπαδοπουλος"),
            ("ΓΙΩΡΓΟΣ ΑΝΔΡΕΑΣ", "Γιωργος Ανδρεας"),
            ("ИВАНОВА", "Иванова"),
            ("JOHN SMITH III", "John Smith III"),
            ("JOHN F. SMITH", "John F. Smith"),
            ("ÉMILE", "Émile"),
            ("li", "Li"),
            ("van", "Van"),
        ] {
            assert_eq!(fixed(name).as_deref(), Some(right), "{name}");
        }
    }

    #[test]
    fn names_that_are_written_so_are_let_be() {
        for name in [
            "Mario",
            "McDonald",
            "MacLeod",
            "DiCaprio",
            "LeBron",
            "JoAnn",
            "O'Brien",
            "D'Angelo",
            "d'Angelo",
            "de la Cruz",
            "De Luca",
            "van der Berg",
            "von Stein",
            "J",
            "JP",
            "LI",
            "J.",
            "J.R.R.",
            "III",
            "Smith Jr",
            "Smith III",
            "Min-jun",
            "al-Masri",
            "Al-Masri",
            "deGrasse",
            "Ng'ang'a",
            "Guivarc'h",
            "'t Hart",
            "IJsbrand",
            "王",
            "محمد",
            "მარიამ",
            "ROSSI S.R.L.",
            "Ortega y Gasset",
            "Þórdís",
            "Kuʻulei",
            "Ó Murchú",
            "Nic Dhonncha",
            "FitzGerald",
        ] {
            assert_eq!(fixed(name), None, "{name}");
        }
    }

    #[test]
    fn the_other_name_tells_a_turkish_i() {
        let fixed = |name, other| odd(name, other).map(|(_, fixed)| fixed);
        assert_eq!(fixed("YILDIZ", "İBRAHİM").as_deref(), Some("Yıldız"));
        assert_eq!(fixed("YILDIZ", "ANNA").as_deref(), Some("Yildiz"));
        assert_eq!(fixed("ibrahim", "Çağlar").as_deref(), Some("İbrahim"));
    }

    #[test]
    fn what_is_put_right_is_let_be() {
        for name in ["MARIO", "van der berg", "DE LA CRUZ", "o'brien-smith", "NG'ANG'A", "ςς"] {
            let once = fix(name, false);
            assert_eq!(odd(&once, ""), None, "{name}: {once}");
        }
    }
}
