//! Values that can be told by their form: addresses, ids of customers.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::token::Kind;
use crate::customer::{CustomerId, email};

/// An address among other text, or 26 letters and digits that may be an id.
///
/// Beyond ASCII everything may be in an address but what sets text apart: the domain's parser judges.
const PATTERN: &str = concat!(
    r#"(?<email>[^\x00- "(),:;<=>?@\[\\\]|\u00A0\u2000-\u206F\u3000-\u303F«»&][^\x00- "(),:;<=>?@\[\\\]|\u00A0\u2000-\u206F\u3000-\u303F«»&]*"#,
    r"@(?:[0-9A-Za-z\u00C0-\u1FFF\u3040-\uFFEF-]+\.)+[0-9A-Za-z\u00C0-\u1FFF\u3040-\uFFEF-]{2,})",
    r"|(?<id>[0-7][0-9A-TV-Za-tv-z]{25})",
);

/// Always there, as the tests show.
static VALUES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(PATTERN).ok());

/// How long an id is, in bytes.
const ID_LENGTH: usize = 26;

/// Where values are in a text, and which.
pub fn values(text: &str) -> impl Iterator<Item = (Range<usize>, Kind)> {
    let searched = if may_hold_any(text) { text } else { "" };
    let found = VALUES.iter().flat_map(|values| values.captures_iter(searched));
    found.filter_map(|captures| match captures.name("email") {
        Some(found) => address(found.range(), found.as_str()),
        None => captures.name("id").and_then(|found| id(text, found.range())),
    })
}

/// Whether there is an `@` or a run as long as an id: most texts have neither, and are not searched.
fn may_hold_any(text: &str) -> bool {
    let mut runs = text.split(|c: char| !c.is_ascii_alphanumeric());
    text.contains('@') || runs.any(|run| run.len() >= ID_LENGTH)
}

fn address(range: Range<usize>, written: &str) -> Option<(Range<usize>, Kind)> {
    let bare = written.trim_start_matches(['\'', '`', '*', '_', '.', '{', '/', '-', '+', '’', '‘']);
    let start = range.end - bare.len();
    let address = email::normalise(bare).ok()?;
    Some((start..range.end, Kind::Email(address)))
}

fn id(text: &str, range: Range<usize>) -> Option<(Range<usize>, Kind)> {
    let before = text.get(..range.start)?.chars().next_back();
    let behind = text.get(range.end..)?.chars().next();
    if before.into_iter().chain(behind).any(char::is_alphanumeric) {
        return None;
    }
    let id = CustomerId::parse(text.get(range.clone())?)?;
    Some((range, Kind::Id(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let value = |kind| match kind {
            Kind::Email(email) => email,
            Kind::Id(id) => id.to_string(),
            kind => format!("{kind:?}"),
        };
        values(text).map(|(_, kind)| value(kind)).collect()
    }

    #[test]
    fn addresses_are_found_whatever_stands_around_them() {
        for text in [
            "mario.rossi@Libero.IT",
            "<mario.rossi@libero.it>",
            "mailto:mario.rossi@libero.it.",
            "(mario.rossi@libero.it);",
            "'mario.rossi@libero.it'",
            "email=mario.rossi@libero.it&x=1",
            "{\"email\":\"mario.rossi@libero.it\"}",
            "è mario.rossi@libero.it, grazie",
        ] {
            assert_eq!(found(text), ["mario.rossi@libero.it"], "{text}");
        }
        assert_eq!(found("用户@例子.广告 e müller@bücher.example").len(), 2);
    }

    #[test]
    fn an_id_is_found_in_either_case_and_only_by_itself() {
        let id = ["01JD8Z3M6Q4X9T2V7B5N1C0KRE"];
        assert_eq!(found("open 01jd8z3m6q4x9t2v7b5n1c0kre."), id);
        assert!(found("x01JD8Z3M6Q4X9T2V7B5N1C0KRE").is_empty());
        assert!(found("01JD8Z3M6Q4X9T2V7B5N1C0KRE9").is_empty());
    }

    #[test]
    fn what_is_none_is_not_found() {
        for text in ["@acme.it", "a @ b", "", "anna@", "me@home"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
