//! What people are told of a wrong number. All texts are here, so that they read alike and so that
//! one place decides how much of a caller's text is echoed: at most [`LONGEST_ECHO`] characters,
//! and none that could move the cursor or turn the direction of writing.

use super::finding::WrongCheck;
use super::table::Country;

/// How many characters of a caller's text a message repeats.
const LONGEST_ECHO: usize = 40;

/// How many characters the longest country form has (`CHE123456788MWST`).
const LONGEST_NUMBER: usize = 16;

pub(super) fn blank() -> String {
    "a VAT number must not be blank; it starts with the country's two letters, such as IT"
        .to_owned()
}

pub(super) fn too_long(bytes: usize) -> String {
    format!(
        "a VAT number has at most {LONGEST_NUMBER} letters and digits; this text has {bytes} bytes"
    )
}

/// `position` counts characters from 1.
pub(super) fn bad_character(character: char, position: usize) -> String {
    format!(
        "the character {} at position {position} cannot be in a VAT number, which is made of \
         the letters A to Z and digits",
        named(character)
    )
}

pub(super) fn no_prefix(number: &str) -> String {
    format!(
        "a VAT number starts with the country's two letters, such as IT; {} does not",
        echo(number)
    )
}

pub(super) fn no_such_country(number: &str) -> String {
    let prefix: String = number.chars().take(2).collect();
    format!(
        "{} is not the prefix of any country; a VAT number starts with the country's two letters, \
         such as IT",
        echo(&prefix)
    )
}

pub(super) fn rules_unknown(number: &str) -> String {
    let prefix: String = number.chars().take(2).collect();
    format!(
        "the form of VAT numbers of {prefix} is not known here, so that only the general form \
         {prefix} and 11 digits is accepted; {} is {}",
        echo(number),
        runs(number)
    )
}

/// Length or kind of characters are not the country's.
pub(super) fn wrong_form(country: &Country, number: &str) -> String {
    format!("{}; {}", form(country), difference(country, number))
}

/// A part has a value that is never issued.
pub(super) fn wrong_part(country: &Country, number: &str, why: &str) -> String {
    format!("{}; {} {why}", form(country), echo(number))
}

pub(super) fn wrong_check(number: &str, check: &WrongCheck) -> String {
    let number = echo(number);
    match check {
        WrongCheck::ShouldBe { part, right, found } => {
            format!("the {part} of {number} should be {right}, not {found}")
        }
        WrongCheck::NeverIssued => format!(
            "no check digit is right for {number}, because the digits before it are never issued"
        ),
        WrongCheck::Unclear(why) => format!("the check digits of {number} are wrong; {why}"),
    }
}

fn form(country: &Country) -> String {
    let Country { adjective, form, example, .. } = country;
    format!("{adjective} VAT numbers are {form}, such as {example}")
}

/// How a number differs from the country's form: in length if all the form asks for is digits,
/// otherwise by showing what it is made of.
fn difference(country: &Country, number: &str) -> String {
    let shown = echo(number);
    let body = number.get(2..).unwrap_or_default();
    let only_digits = asks_only_for_digits(country);
    match body.char_indices().find(|(_, c)| !c.is_ascii_digit()) {
        None if only_digits => format!("{shown} has {}", body.len()),
        Some((index, character)) if only_digits && body.len() <= LONGEST_NUMBER => {
            format!("position {} of {shown} is {}, not a digit", index + 3, named(character))
        }
        _ => format!("{shown} is {}", runs(number)),
    }
}

/// Whether the form reads like "DE and 9 digits".
fn asks_only_for_digits(country: &Country) -> bool {
    let form = country.form.get(2..).unwrap_or_default();
    form.starts_with(" and ") && form.ends_with(" digits")
}

/// What a number is made of, such as `NL, 9 digits, C and 2 digits`.
fn runs(number: &str) -> String {
    if number.len() > LONGEST_ECHO {
        return format!("{} characters", number.chars().count());
    }
    let (prefix, body) = number.split_at_checked(2).unwrap_or((number, ""));
    let mut parts = vec![echo(prefix)];
    for run in body.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
        parts.push(run_name(run));
    }
    match parts.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => format!("{prefix} and nothing else"),
    }
}

/// The name of a run of digits or of anything else.
fn run_name(run: &[u8]) -> String {
    match run {
        [b'0'..=b'9'] => "1 digit".to_owned(),
        [b'0'..=b'9', ..] => format!("{} digits", run.len()),
        _ => echo(&String::from_utf8_lossy(run)),
    }
}

/// A caller's text in a form that is safe and short enough to repeat.
fn echo(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST_ECHO).map(visible).collect();
    if text.chars().nth(LONGEST_ECHO).is_some() {
        shown.push('…');
    }
    shown
}

/// The character, or a question mark for one that is not plainly visible everywhere.
fn visible(character: char) -> char {
    if character.is_ascii_graphic() { character } else { '?' }
}

/// A character by itself if it is plainly visible, and by its number unless it is ASCII.
fn named(character: char) -> String {
    let number = u32::from(character);
    if character.is_ascii_graphic() {
        character.to_string()
    } else if character.is_lowercase() || character.is_uppercase() {
        format!("{character} (U+{number:04X})")
    } else {
        format!("U+{number:04X}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_40_characters_are_echoed() {
        assert_eq!(echo(&"9".repeat(41)).chars().count(), LONGEST_ECHO + 1);
        assert_eq!(echo(&"9".repeat(40)), "9".repeat(40));
    }

    #[test]
    fn control_and_bidi_characters_are_named_by_number_only() {
        assert_eq!(named('\u{202e}'), "U+202E");
        assert_eq!(named('\u{1b}'), "U+001B");
        assert_eq!(named('é'), "é (U+00E9)");
        assert_eq!(echo("a\u{202e}b"), "a?b");
    }
}
