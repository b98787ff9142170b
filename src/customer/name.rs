//! First and last names, in any script: normalised, never judged. Whether a name is plausible is
//! a question for the intelligence, not for the door.

use std::ops::RangeInclusive;

use unicode_normalization::UnicodeNormalization;

use super::violation::{Code, Violation};

/// Longest name, in characters (Unicode scalar values) after normalisation.
pub const MAX_CHARS: usize = 100;

/// Control characters that are no white space, and bidirectional overrides, which would make text
/// around the name read differently (Unicode Standard Annex 9, section 2; Unicode Technical Report
/// 36, section 2.5).
pub const FORBIDDEN: [RangeInclusive<char>; 6] = [
    '\0'..='\u{8}',
    '\u{E}'..='\u{1F}',
    '\u{7F}'..='\u{84}',
    '\u{86}'..='\u{9F}',
    '\u{202A}'..='\u{202E}',
    '\u{2066}'..='\u{2069}',
];

/// White space (Unicode's `White_Space`).
pub const WHITE_SPACE: [RangeInclusive<char>; 10] = [
    '\u{9}'..='\u{D}',
    ' '..=' ',
    '\u{85}'..='\u{85}',
    '\u{A0}'..='\u{A0}',
    '\u{1680}'..='\u{1680}',
    '\u{2000}'..='\u{200A}',
    '\u{2028}'..='\u{2029}',
    '\u{202F}'..='\u{202F}',
    '\u{205F}'..='\u{205F}',
    '\u{3000}'..='\u{3000}',
];

/// What else draws nothing by itself: format characters, fillers, and the marks that are put on
/// letters of several scripts. Few and plain ranges, as they are published in a pattern; the vowel
/// signs of single scripts, which are drawn also without a letter, are not among them.
pub const INVISIBLE: [RangeInclusive<char>; 20] = [
    '\u{AD}'..='\u{AD}',
    '\u{300}'..='\u{36F}',
    '\u{483}'..='\u{489}',
    '\u{591}'..='\u{5BD}',
    '\u{61C}'..='\u{61C}',
    '\u{64B}'..='\u{65F}',
    '\u{115F}'..='\u{1160}',
    '\u{180B}'..='\u{180F}',
    '\u{1AB0}'..='\u{1AFF}',
    '\u{1DC0}'..='\u{1DFF}',
    '\u{200B}'..='\u{200F}',
    '\u{2060}'..='\u{2065}',
    '\u{206A}'..='\u{206F}',
    '\u{20D0}'..='\u{20FF}',
    '\u{3099}'..='\u{309A}',
    '\u{3164}'..='\u{3164}',
    '\u{FE00}'..='\u{FE0F}',
    '\u{FE20}'..='\u{FE2F}',
    '\u{FEFF}'..='\u{FEFF}',
    '\u{FFA0}'..='\u{FFA0}',
];

/// The stored form of a name: Unicode NFC, trimmed, inner runs of white space folded to one space.
///
/// Refused: blank, longer than [`MAX_CHARS`], or with a character of [`FORBIDDEN`].
pub fn normalise(field: &'static str, text: &str) -> Result<String, Violation> {
    // Composing can shorten a text to a third at most, so a longer one needs no normalising to be
    // refused: it bounds the work that a huge field causes.
    if let Some(violation) = too_long(field, text, 4 * MAX_CHARS) {
        return Err(violation);
    }
    if let Some(character) = text.chars().find(|&c| is_forbidden(c)) {
        let message = format!(
            "{field} must not contain the control character U+{:04X}",
            u32::from(character)
        );
        return Err(Violation::new(field, Code::ForbiddenCharacter, message));
    }
    let name = fold_white_space(&text.nfc().collect::<String>());
    if name.chars().all(is_invisible) {
        return Err(Violation::new(field, Code::Blank, format!("{field} must not be blank")));
    }
    too_long(field, &name, MAX_CHARS).map_or(Ok(name), Err)
}

fn too_long(field: &'static str, text: &str, limit: usize) -> Option<Violation> {
    let text = text.trim();
    (text.chars().nth(limit).is_some()).then(|| {
        let message =
            format!("{field} has {} characters, {MAX_CHARS} are allowed", text.chars().count());
        Violation::new(field, Code::TooLong, message)
    })
}

fn fold_white_space(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

fn is_forbidden(character: char) -> bool {
    is_in(&FORBIDDEN, character)
}

fn is_invisible(character: char) -> bool {
    is_in(&WHITE_SPACE, character) || is_in(&INVISIBLE, character)
}

fn is_in(ranges: &[RangeInclusive<char>], character: char) -> bool {
    ranges.iter().any(|range| range.contains(&character))
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::{FORBIDDEN, MAX_CHARS, WHITE_SPACE, is_in, is_invisible, normalise};
    use crate::customer::Code;

    fn code(text: &str) -> Code {
        normalise("last-name", text).unwrap_err().code
    }

    #[test]
    fn names_of_any_script_are_kept_in_nfc() {
        for name in
            ["Müller", "Ōe", "李", "Иванова", "Παπαδόπουλος", "O'Brien-Šmíd", "محمد", "प्रिया"]
        {
            assert_eq!(normalise("first-name", name).unwrap(), name);
        }
        assert_eq!(normalise("first-name", "Jose\u{301}").unwrap(), "José");
    }

    #[test]
    fn white_space_is_trimmed_and_folded() {
        let folded = normalise("first-name", " \u{3000}Anna \t\n Maria\u{A0}").unwrap();
        assert_eq!(folded, "Anna Maria");
    }

    #[test]
    fn blank_and_invisible_names_are_refused() {
        for blank in ["", "  ", "\u{200B}", "\u{FEFF} \u{200D}", "\u{301}", "\u{3164}"] {
            assert_eq!(code(blank), Code::Blank, "{blank:?}");
        }
    }

    #[test]
    fn control_and_override_characters_are_refused() {
        for bad in ["a\0b", "a\u{1B}[0m", "a\u{7F}", "a\u{202E}b", "a\u{2066}b"] {
            assert_eq!(code(bad), Code::ForbiddenCharacter, "{bad:?}");
        }
    }

    #[test]
    fn the_limit_counts_composed_characters() {
        assert!(normalise("last-name", &"é".repeat(MAX_CHARS)).is_ok());
        assert!(normalise("last-name", &"e\u{301}".repeat(MAX_CHARS)).is_ok());
        assert_eq!(code(&"e\u{301}".repeat(MAX_CHARS + 1)), Code::TooLong);
        assert_eq!(code(&"x".repeat(60_000)), Code::TooLong);
    }

    #[test]
    fn the_tables_of_characters_agree_with_unicode() {
        for character in '\0'..=char::MAX {
            let is_control = character.is_control() && !character.is_whitespace();
            assert_eq!(is_in(&WHITE_SPACE, character), character.is_whitespace(), "{character:?}");
            assert!(is_in(&FORBIDDEN, character) || !is_control, "{character:?}");
            // What is checked as it is sent holds for what is kept, too.
            let composed = std::iter::once(character).nfc().all(is_invisible);
            assert_eq!(is_invisible(character), composed, "{character:?}");
        }
    }
}
