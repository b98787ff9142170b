//! Keys under which customers who may be the same person stand together, however their names and
//! addresses are written. They are stored, so nothing here may change without the layout of the
//! trees; and nothing here depends on a list, which grows.

use super::Details;
use super::words::{fold, mark};

/// Small words of surnames, which two people share by chance; in order.
const PARTICLES: [&str; 30] = [
    "af", "al", "av", "da", "das", "de", "degli", "dei", "del", "dell", "della", "delle", "dello",
    "den", "der", "di", "do", "dos", "du", "el", "la", "las", "le", "los", "ten", "ter", "van",
    "vom", "von", "zu",
];

/// Most letters of the sound of a name.
const MOST_SOUNDS: usize = 6;

/// Most bytes of the first name in a key.
const MOST_FIRST: usize = 32;

/// The mailbox that an address names, as most providers read it: in lower case, without a `+tag`
/// and without dots before the `@`. Two addresses of the same mailbox are a reason to compare two
/// customers, no proof.
pub fn canonical_email(email: &str) -> String {
    let lower = email.to_lowercase();
    let Some((local, domain)) = lower.rsplit_once('@') else { return lower };
    let untagged = match local.split_once('+') {
        Some((name, _)) if !name.is_empty() => name,
        _ => local,
    };
    let domain = if domain == "googlemail.com" { "gmail.com" } else { domain };
    let mut canonical = String::with_capacity(untagged.len() + "@".len() + domain.len());
    canonical.extend(untagged.split('.'));
    canonical.push('@');
    canonical.push_str(domain);
    canonical
}

/// The words of a name, folded: `De Luca-Rossi` is `de`, `luca`, `rossi`, and `O'Brien` one word.
pub fn name_words(name: &str) -> Vec<String> {
    let parts = name.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation() && c != '\'');
    parts.map(fold).filter(|word| !word.is_empty()).collect()
}

/// Whether a folded word of a surname is one that people share by chance, such as `de`.
pub fn is_particle(word: &str) -> bool {
    PARTICLES.binary_search(&word).is_ok()
}

/// A folded word with `ae`, `oe`, `ue` and `aa` as one letter, for that is how `ä`, `ö`, `ü` and
/// `å` are written where a keyboard has none.
pub fn without_digraphs(mut word: String) -> String {
    let mut before = ' ';
    word.retain(|letter| {
        let is_second = matches!((before, letter), ('a' | 'o' | 'u', 'e') | ('a', 'a'));
        before = if is_second { ' ' } else { letter };
        !is_second
    });
    word
}

/// What leads to a customer, worked out once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Its mailbox: see [`canonical_email`].
    pub email: String,
    /// How its last name sounds: see [`sounds`].
    pub sounds: Vec<String>,
    /// The first word of its first name, folded; empty where there is none.
    pub first: String,
    /// What leads to it by its names: how its last name sounds, a slash, and its first name, as in
    /// `rs/mario`. A double name has a key for its first and one for its last word.
    pub persons: Vec<String>,
    /// The marks of all that.
    pub marks: Marks,
}

impl Keys {
    /// Those of a customer.
    pub fn of(details: &Details) -> Keys {
        let email = canonical_email(&details.email);
        let sounds = sounds(&details.last_name);
        let first = first_word(&details.first_name);
        Keys {
            persons: sounds.iter().map(|sound| person_key(sound, &first)).collect(),
            marks: Marks::of(&email, &sounds, &first, details),
            email,
            sounds,
            first,
        }
    }
}

/// The first word of a name, folded; empty where there is none.
pub fn first_word(name: &str) -> String {
    name_words(name).into_iter().next().unwrap_or_default()
}

/// The key of a customer whose last name has that sound and whose first name begins with the
/// folded word `first`.
pub fn person_key(sound: &str, first: &str) -> String {
    format!("{sound}/{}", plain(first))
}

/// Marks (see [`mark`]) of what leads to a customer: with the marks that stand beside an index row it
/// is seen who need not be read. Two different things may have the same mark, so a mark that
/// agrees proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// How the last name sounds: its first and its last word.
    pub last: [u16; 2],
    /// The first word of the first name.
    pub first: u16,
    /// What is before the `@` of the mailbox.
    pub local: u16,
    /// The characters of the VAT number behind its prefix, in order: so that exchanged ones
    /// make no other mark.
    pub number: u16,
}

impl Marks {
    fn of(email: &str, sounds: &[String], first: &str, details: &Details) -> Marks {
        let sound = |at: usize| sounds.get(at).or(sounds.first()).map_or(0, |sound| mark(sound));
        let local = email.rsplit_once('@').map_or("", |(local, _)| local);
        let mut number: Vec<char> = details.vat_number.as_str().chars().skip(2).collect();
        number.sort_unstable();
        Marks {
            last: [sound(0), sound(1)],
            first: mark(first),
            local: mark(local),
            number: mark(&number.iter().collect::<String>()),
        }
    }

    /// As they are stored.
    pub fn to_bytes(self) -> Vec<u8> {
        let Marks { last: [one, other], first, local, number } = self;
        [one, other, first, local, number].iter().flat_map(|mark| mark.to_be_bytes()).collect()
    }

    /// The marks behind stored bytes; `None` where these are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Marks> {
        let (marks, []) = bytes.as_chunks::<2>() else { return None };
        let [one, other, first, local, number] = *<&[[u8; 2]; 5]>::try_from(marks).ok()?;
        let mark = u16::from_be_bytes;
        Some(Marks {
            last: [mark(one), mark(other)],
            first: mark(first),
            local: mark(local),
            number: mark(number),
        })
    }
}

/// The first name in a key of [`Keys::persons`].
pub fn first_name_of(key: &str) -> &str {
    key.split_once('/').map_or("", |(_, first)| first)
}

/// How a last name sounds: of a double name, its first and its last word. Never empty.
pub fn sounds(last_name: &str) -> Vec<String> {
    let words: Vec<String> = name_words(last_name).into_iter().map(without_digraphs).collect();
    let telling: Vec<&String> = words.iter().filter(|word| !is_particle(word)).collect();
    let telling = if telling.is_empty() { words.iter().collect() } else { telling };
    let mut sounds: Vec<String> = Vec::with_capacity(2);
    for word in [telling.first(), telling.last()].into_iter().flatten() {
        let sound = sound(word);
        if !sounds.contains(&sound) {
            sounds.push(sound);
        }
    }
    if sounds.is_empty() {
        sounds.push(String::new());
    }
    sounds
}

/// How a word sounds, roughly: its consonants by where they are spoken, in the manner of Soundex
/// (Russell, 1918), and whether it begins with a vowel. Slips in vowels, doubled letters and most
/// other ways to write the same name make no other sound.
fn sound(word: &str) -> String {
    let mut sound = String::with_capacity(MOST_SOUNDS);
    let mut before = ' ';
    for (at, letter) in word.chars().enumerate() {
        let spoken = spoken(letter, at == 0);
        if spoken != before && spoken != ' ' && sound.len() < MOST_SOUNDS {
            sound.push(spoken);
        }
        before = spoken;
    }
    if sound.is_empty() { plain(word).to_owned() } else { sound }
}

fn spoken(letter: char, is_first: bool) -> char {
    match letter {
        'b' | 'p' => 'p',
        'd' | 't' => 't',
        'f' | 'v' | 'w' => 'f',
        'c' | 'g' | 'k' | 'q' | 'x' => 'k',
        's' | 'z' => 's',
        'l' | 'r' => letter,
        'm' | 'n' => 'n',
        '0'..='9' => letter,
        _ if is_first && letter.is_ascii_alphabetic() => 'a',
        _ => ' ',
    }
}

/// A word as it stands in a key. A folded word is ASCII but for what has no transliteration.
fn plain(word: &str) -> &str {
    word.get(..word.floor_char_boundary(MOST_FIRST)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::vat::VatNumber;

    fn keys(first: &str, last: &str) -> Vec<String> {
        let details = Details {
            first_name: first.into(),
            last_name: last.into(),
            email: "a@b.cd".into(),
            vat_number: VatNumber::from_stored("IT00743110157".to_owned()),
        };
        Keys::of(&details).persons
    }

    #[test]
    fn keys_are_what_they_were_when_they_were_stored() {
        assert_eq!(keys("Mario", "Rossi"), ["rs/mario"]);
        assert_eq!(keys("Anna Maria", "Müller-Lüdenscheidt"), ["nlr/anna", "ltnskt/anna"]);
        assert_eq!(keys("José", "de la Cruz"), ["krs/jose"]);
        assert_eq!(keys("Ольга", "Иванова"), ["afnf/olga"]);
        assert_eq!(keys("Conan", "O'Brien"), ["aprn/conan"]);
        assert_eq!(keys("Bo", "De"), ["t/bo"]);
        assert_eq!(keys("-", "."), ["/"]);
    }

    #[test]
    fn what_is_easily_written_otherwise_makes_no_other_key() {
        for last in ["Müller", "Mueller", "MULLER", "Muler", "Moeller"] {
            assert_eq!(keys("Jürgen", last)[0].split('/').next(), Some("nlr"), "{last}");
        }
        assert_eq!(keys("M.", "D'Angelo"), keys("m", "Dangelo"));
    }

    #[test]
    fn marks_come_back_from_their_bytes_and_from_no_others() {
        let marks = Marks { last: [1, 2], first: 3, local: 4, number: 0xABCD };
        assert_eq!(marks.to_bytes(), [0, 1, 0, 2, 0, 3, 0, 4, 0xAB, 0xCD]);
        assert_eq!(Marks::from_bytes(&marks.to_bytes()), Some(marks));
        assert_eq!(Marks::from_bytes(&[0; 9]), None);
        assert_eq!(Marks::from_bytes(&[0; 12]), None);
    }

    #[test]
    fn the_particles_are_in_order() {
        assert!(PARTICLES.is_sorted());
    }

    #[test]
    fn tags_dots_and_case_name_no_other_mailbox() {
        for email in ["Mario.Rossi@gmail.com", "mariorossi+x@googlemail.com"] {
            assert_eq!(canonical_email(email), "mariorossi@gmail.com");
        }
        assert_eq!(canonical_email("+x@b.cd"), "+x@b.cd");
    }
}
