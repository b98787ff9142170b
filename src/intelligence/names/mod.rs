//! What a name tells: whether anybody is called that, how it is written, which part is which.

mod capitals;
mod casing;
mod company;
mod keyboard;
mod letters;
mod list;
mod model;
pub mod nickname;
mod order;
mod plausible;

use crate::customer::assessment::{Advisory, AdvisoryCode};
use crate::customer::name;

pub use list::Commonness;
use plausible::Doubt;

const FIRST: &str = "first-name";
const LAST: &str = "last-name";

/// What a clerk should look at in a first and a last name as they are kept.
pub fn advisories(first: &str, last: &str) -> Vec<Advisory> {
    let doubts = doubts(first, last);
    let mut advisories = Vec::new();
    for (field, name, other, doubt) in
        [(FIRST, first, last, doubts.0), (LAST, last, first, doubts.1)]
    {
        match doubt {
            Some(doubt) => advisories.push(implausible(field, doubt)),
            None => advisories.extend(casing(field, name, other)),
        }
    }
    if doubts == (None, None) && order::are_swapped(first, last) {
        advisories.push(swapped(first, last));
    }
    advisories
}

/// How common a word is as a first and as a last name, where it is known.
pub fn commonness(word: &str) -> Option<Commonness> {
    list::commonness(letters::Script::of(word)?, word)
}

/// Why each of the two is no name: what is certain of one makes the other doubtful sooner.
fn doubts(first: &str, last: &str) -> (Option<Doubt>, Option<Doubt>) {
    match (plausible::doubt(first), plausible::doubt(last)) {
        (Some(doubt), None) => (Some(doubt), plausible::doubt_beside_junk(last)),
        (None, Some(doubt)) => (plausible::doubt_beside_junk(first), Some(doubt)),
        doubts => doubts,
    }
}

fn implausible(field: &'static str, doubt: Doubt) -> Advisory {
    let why = match doubt {
        Doubt::Email => "holds an email address".to_owned(),
        Doubt::WebAddress => "holds the address of a web page".to_owned(),
        Doubt::Number => "holds a number".to_owned(),
        Doubt::Digit => "holds a digit".to_owned(),
        Doubt::Sign(sign) => format!("holds {sign}, which names do not have"),
        Doubt::NoLetter => "holds no letter".to_owned(),
        Doubt::Placeholder => "looks like a word that stands for no name".to_owned(),
        Doubt::Repetition => "looks like the same keys pressed again and again".to_owned(),
        Doubt::Walk => "looks like keys pressed in a row".to_owned(),
        Doubt::NoVowel => "has no vowel".to_owned(),
        Doubt::Random => "looks like keys pressed at random".to_owned(),
    };
    advisory(field, AdvisoryCode::NameImplausible, format!("{field} {why}"), None)
}

fn casing(field: &'static str, name: &str, other: &str) -> Option<Advisory> {
    let (casing, fixed) = casing::odd(name, other)?;
    // Letters of another case may combine otherwise, and take more room.
    let fixed = name::normalise(field, &fixed).ok().filter(|fixed| fixed != name)?;
    let message = format!("{field} {}: {fixed} was probably meant", casing.as_str());
    Some(advisory(field, AdvisoryCode::NameCasing, message, Some(fixed)))
}

fn swapped(first: &str, last: &str) -> Advisory {
    let message = format!(
        "first and last name seem swapped: {first} looks like a last name, {last} like a first name"
    );
    advisory(FIRST, AdvisoryCode::NamesSwapped, message, Some(last.to_owned()))
}

fn advisory(
    field: &'static str,
    code: AdvisoryCode,
    message: String,
    suggestion: Option<String>,
) -> Advisory {
    Advisory { field, code, message, suggestion }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(first: &str, last: &str) -> Vec<(&'static str, &'static str, Option<String>)> {
        let advisories = advisories(first, last).into_iter();
        advisories.map(|a| (a.field, a.code.as_str(), a.suggestion)).collect()
    }

    #[test]
    fn a_good_name_is_let_be() {
        for (first, last) in [("Mario", "Rossi"), ("Zoë", "van der Berg"), ("J.", "O'Brien")] {
            assert_eq!(said(first, last), []);
        }
    }

    #[test]
    fn each_field_has_its_advisory() {
        let fixed = Some("Rossi".to_owned());
        let expected =
            [("first-name", "name-implausible", None), ("last-name", "name-casing", fixed)];
        assert_eq!(said("test", "ROSSI"), expected);
    }

    #[test]
    fn a_name_that_is_none_has_no_advisory_on_its_casing() {
        let expected =
            [("first-name", "name-implausible", None), ("last-name", "name-implausible", None)];
        assert_eq!(said("ASDFGH", "qwerty"), expected);
    }

    #[test]
    fn swapped_names_are_shown_with_what_the_first_name_should_be() {
        let advisories = advisories("Rossi", "Mario");
        assert_eq!(advisories.len(), 1);
        assert_eq!(advisories[0].suggestion.as_deref(), Some("Mario"));
        assert_eq!(
            advisories[0].message,
            "first and last name seem swapped: Rossi looks like a last name, Mario like a first name"
        );
    }
}
