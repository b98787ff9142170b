//! Whether the first name stands where the last name should, and the other way round: what is
//! nearly always one, in the place of the other.

use super::letters::Script;
use super::list::{self, Commonness};

/// How much likelier (in bits) each field must be the other kind of name, so that neither decides
/// alone: many a last name is rare as a first name.
const EACH: f64 = 2.0;

/// How much likelier (in bits) both fields together must be so; about one customer in a hundred
/// is entered the wrong way round.
const BOTH: f64 = 10.0;

/// What the letters of a name that no list has count for, in bits, where they tell at least as much,
/// as the endings of Lewandowski or Papadopoulos do; less is no evidence.
const BY_LETTERS: f64 = 5.0;

/// Words that tell of neither kind of name.
const PARTICLES: [&str; 34] = [
    "al", "ap", "bar", "ben", "bin", "da", "dal", "das", "de", "degli", "dei", "del", "della",
    "den", "der", "di", "do", "dos", "du", "e", "el", "la", "las", "le", "lo", "los", "mac", "mc",
    "o", "van", "von", "y", "zu", "abu",
];

/// Whether a first and a last name seem to stand in each other's place.
pub fn are_swapped(first: &str, last: &str) -> bool {
    let (Some(first), Some(last)) = (lastness(first), lastness(last)) else {
        return false;
    };
    first >= EACH && last <= -EACH && first - last >= BOTH
}

/// How much likelier, in bits, a field is a last name than a first name; negative for first names.
/// None where a word of it tells nothing.
fn lastness(name: &str) -> Option<f64> {
    let script = Script::of(name)?;
    let words = name.split(|c: char| c.is_whitespace() || c == '-');
    let words = words.filter(|word| !PARTICLES.contains(&word.to_lowercase().as_str()));
    let mut all = words.map(|word| lastness_of_word(script, word));
    let first = all.next()??;
    all.try_fold(first, |so_far, word| {
        // Words that contradict each other tell nothing: Rossi Anna stands in one field.
        let word = word?;
        (so_far * word > 0.0).then_some(if word.abs() < so_far.abs() { word } else { so_far })
    })
}

fn lastness_of_word(script: Script, word: &str) -> Option<f64> {
    // Initials, and names as short as Li or Wu, which are often both.
    if word.chars().filter(|c| c.is_alphabetic()).count() < 3 {
        return None;
    }
    match list::commonness(script, word) {
        Some(commonness) => Some(by_list(commonness)),
        None if script == Script::Latin => by_letters(word),
        None => None,
    }
}

fn by_list(commonness: Commonness) -> f64 {
    f64::from(commonness.last) - f64::from(commonness.first)
}

fn by_letters(word: &str) -> Option<f64> {
    let letters = Script::Latin.letters(word);
    let latin = list::latin();
    let nats = latin.last.log_probability(&letters) - latin.first.log_probability(&letters);
    let bits = nats / std::f64::consts::LN_2;
    (bits.abs() >= BY_LETTERS).then_some(BY_LETTERS.copysign(bits))
}

#[cfg(test)]
mod tests {
    use super::are_swapped;

    #[test]
    fn names_in_each_others_place_are_told() {
        for (first, last) in [
            ("Rossi", "Mario"),
            ("Müller", "Hans"),
            ("Kowalski", "Krzysztof"),
            ("ROSSI", "anna maria"),
            ("Иванов", "Сергей"),
        ] {
            assert!(are_swapped(first, last), "{first} {last}");
            assert!(!are_swapped(last, first), "{last} {first}");
        }
    }

    #[test]
    fn what_can_be_both_is_left() {
        for (first, last) in [
            ("Martin", "Thomas"),
            ("Thomas", "James"),
            ("Francesco", "De Francesco"),
            ("Rosa", "Francesco"),
            ("Wei", "Li"),
            ("Rossi Anna", "Maria"),
            ("J.", "Mario"),
            ("王", "伟"),
            ("", ""),
        ] {
            assert!(!are_swapped(first, last), "{first} {last}");
            assert!(!are_swapped(last, first), "{last} {first}");
        }
    }
}
