//! The scripts that the models know, and their letters as small numbers: without case and accents,
//! so that one table serves every spelling of a name.

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::customer::words::fold;

/// Longest word that is judged, in letters; what is behind does not change the verdict.
const MAX_LETTERS: usize = 40;

/// Cyrillic letters beyond а to я of the languages that write names with them; what decomposes
/// (й, ё, ї, ў, ѓ, ќ) is its base letter here.
const MORE_CYRILLIC: &str = "ђєѕіјљњћџґәғқңөұүһ";

/// A script that a model knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Latin, of every language.
    Latin,
    /// Cyrillic, of every language.
    Cyrillic,
    /// Modern Greek.
    Greek,
}

impl Script {
    /// The script of all letters of a word; none where it is not known or where there are two.
    pub fn of(word: &str) -> Option<Script> {
        let mut scripts = word.chars().filter(|c| c.is_alphabetic()).map(script_of);
        let script = scripts.next()??;
        scripts.all(|other| other == Some(script)).then_some(script)
    }

    /// How many letters there are, with the 0 that stands for the border of a word.
    pub fn size(self) -> usize {
        match self {
            Script::Latin => 27,
            Script::Cyrillic => 33 + MORE_CYRILLIC.chars().count(),
            Script::Greek => 26,
        }
    }

    /// The letters of a word of this script, from 1; what is none is left out.
    pub fn letters(self, word: &str) -> Vec<u8> {
        let mut letters = Vec::with_capacity(word.len());
        match self {
            Script::Latin => letters.extend(word.chars().flat_map(latin)),
            _ => letters.extend(base_letters(word).filter_map(|c| self.number(c))),
        }
        letters.truncate(MAX_LETTERS);
        letters
    }

    /// A word of this script without case and accents, as the lists have it.
    pub fn plain(self, word: &str) -> String {
        match self {
            Script::Latin => fold(word),
            _ => base_letters(word).collect(),
        }
    }

    fn number(self, letter: char) -> Option<u8> {
        let from = |first: char| u8::try_from(u32::from(letter) - u32::from(first) + 1).ok();
        match (self, letter) {
            (Script::Latin, 'a'..='z') => from('a'),
            (Script::Greek, 'α'..='ω') => from('α'),
            (Script::Cyrillic, 'а'..='я') => from('а'),
            (Script::Cyrillic, _) => {
                let place = MORE_CYRILLIC.chars().position(|more| more == letter)?;
                u8::try_from(place + 33).ok()
            }
            _ => None,
        }
    }
}

fn script_of(letter: char) -> Option<Script> {
    match letter {
        'a'..='z' | 'A'..='Z' | 'ª' | 'º' | 'À'..='ʯ' | 'ʰ'..='˿' | 'Ḁ'..='ỿ' => {
            Some(Script::Latin)
        }
        'Ͱ'..='Ͽ' | 'ἀ'..='῿' => Some(Script::Greek),
        'Ѐ'..='ԯ' => Some(Script::Cyrillic),
        _ => None,
    }
}

fn latin(character: char) -> impl Iterator<Item = u8> {
    let ascii = any_ascii_char(character).bytes();
    ascii.filter(u8::is_ascii_alphabetic).map(|byte| byte.to_ascii_lowercase() - b'a' + 1)
}

fn base_letters(word: &str) -> impl Iterator<Item = char> {
    word.chars().flat_map(char::to_lowercase).nfd().filter(|&c| !is_combining_mark(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_of_one_known_script_or_of_none() {
        assert_eq!(Script::of("Þórdís"), Some(Script::Latin));
        assert_eq!(Script::of("Kuʻulei"), Some(Script::Latin));
        assert_eq!(Script::of("Ивайло"), Some(Script::Cyrillic));
        assert_eq!(Script::of("Γιώργος"), Some(Script::Greek));
        for other in ["王", "محمد", "प्रिया", "Maриa", "-", ""] {
            assert_eq!(Script::of(other), None, "{other}");
        }
    }

    #[test]
    fn case_and_accents_do_not_change_letters() {
        for (script, a, b) in [
            (Script::Latin, "Müller", "MULLER"),
            (Script::Latin, "O’Brien", "obrien"),
            (Script::Cyrillic, "Йордан", "ИОРДАН"),
            (Script::Greek, "Μαρία", "ΜΑΡΙΑ"),
        ] {
            assert_eq!(script.letters(a), script.letters(b));
        }
    }

    #[test]
    fn every_letter_is_within_the_size_of_its_script() {
        for character in ('\0'..='\u{2FFF}').filter(|c| c.is_alphabetic()) {
            if let Some(script) = script_of(character) {
                let letters = script.letters(&character.to_string());
                assert!(letters.iter().all(|&l| (1..script.size()).contains(&l.into())));
            }
        }
    }
}
