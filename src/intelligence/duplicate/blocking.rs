//! Which customers are worth comparing: those with a name that sounds alike, beside those with the
//! same VAT number or mailbox.

use super::name::{Name, form};
use crate::customer::Details;
use crate::intelligence::names::nickname::root_of;

/// Most letters of a surname that a key keeps.
const MOST_LETTERS: usize = 6;

/// The keys that a customer is kept under: one for each of its last names, two at most.
///
/// A key is how the last name sounds, a slash, and the first name: `rks/mario`. It is ASCII.
pub fn name_keys(details: &Details) -> Vec<String> {
    let (first, last) = (Name::of(&details.first_name), Name::of(&details.last_name));
    let first = ascii(root_of(&first.first_typed));
    sounds(&last).into_iter().map(|sound| format!("{sound}/{first}")).collect()
}

/// The beginnings of the keys of customers worth comparing with this one.
pub fn name_key_prefixes(details: &Details) -> Vec<String> {
    let (first, last) = (Name::of(&details.first_name), Name::of(&details.last_name));
    let mut prefixes = Vec::with_capacity(3);
    for (surname, given) in [(&last, &first), (&first, &last)] {
        for sound in sounds(surname) {
            for word in [given.first_typed.as_str(), root_of(&given.first_typed)] {
                let prefix = format!("{sound}/{}", ascii(word).get(..1).unwrap_or(""));
                if !prefixes.contains(&prefix) {
                    prefixes.push(prefix);
                }
            }
        }
    }
    prefixes
}

/// How the last names sound: of a double name, its first and its last.
fn sounds(last: &Name) -> Vec<String> {
    let mut words = last.telling();
    let first = words.next().unwrap_or("");
    let mut sounds = vec![sound(first)];
    if let Some(second) = words.last().map(sound).filter(|second| *second != sounds[0]) {
        sounds.push(second);
    }
    sounds
}

/// How a word sounds, roughly: its consonants by where they are spoken, in the manner of Soundex
/// (Russell, 1918), and whether it begins with a vowel. Slips in vowels, doubled letters and most
/// other ways to write the same name make no other sound.
fn sound(word: &str) -> String {
    let mut sound = String::with_capacity(MOST_LETTERS);
    let mut before = ' ';
    for (at, letter) in word.chars().enumerate() {
        let spoken = spoken(letter, at == 0);
        if spoken != before && spoken != ' ' && sound.len() < MOST_LETTERS {
            sound.push(spoken);
        }
        before = spoken;
    }
    if sound.is_empty() { ascii(word) } else { sound }
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

/// A word that is ASCII already, or its hash: what has no transliteration is compared whole.
fn ascii(word: &str) -> String {
    if word.is_ascii() && !word.is_empty() {
        return word.chars().take(32).collect();
    }
    format!("{:x}", super::frequency::hash(&form(word)))
}
