//! Which details of a customer a sentence speaks of, whether or not it gives a value for them: who
//! is asked for what is missing wants to be asked for that alone.

use crate::customer::words;

/// The words for each detail, folded, English and Italian.
const WORDS: [(&str, &[&str]); 4] = [
    ("first-name", &["firstname", "givenname", "forename", "nome"]),
    ("last-name", &["lastname", "familyname", "surname", "cognome"]),
    ("email", &["email", "mail", "posta", "pec"]),
    ("vat-number", &["vat", "taxnumber", "partitaiva", "piva", "iva"]),
];

/// Pairs of words that are written as one in [`WORDS`].
const PAIRS: [(&str, &str); 8] = [
    ("first", "name"),
    ("given", "name"),
    ("last", "name"),
    ("family", "name"),
    ("e", "mail"),
    ("tax", "number"),
    ("partita", "iva"),
    ("p", "iva"),
];

/// The details that `text` speaks of, by their names in JSON.
pub fn mentioned(text: &str) -> Vec<&'static str> {
    let words: Vec<String> = words::of_text(text).collect();
    let pairs = words.windows(2).filter_map(|pair| match pair {
        [one, other] if PAIRS.contains(&(one, other)) => Some(format!("{one}{other}")),
        _ => None,
    });
    let spoken: Vec<String> = pairs.chain(words.iter().cloned()).collect();
    let is_spoken = |known: &[&str]| known.iter().any(|known| spoken.iter().any(|it| it == known));
    WORDS.into_iter().filter(|(_, known)| is_spoken(known)).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::mentioned;

    #[test]
    fn a_detail_is_found_under_its_usual_names_in_both_languages() {
        for (text, expected) in [
            ("change John Smith's e-mail", &["email"][..]),
            ("his last name was misspelt", &["last-name"]),
            ("correggi la partita IVA di Rossi", &["vat-number"]),
            ("nome e cognome sono scambiati", &["first-name", "last-name"]),
            ("P.IVA e PEC da aggiornare", &["email", "vat-number"]),
            ("update Anna", &[]),
        ] {
            assert_eq!(mentioned(text), expected, "{text}");
        }
    }
}
