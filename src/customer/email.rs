//! Email addresses: an RFC 5321 mailbox with a dotted domain, internationalised included.
//!
//! The grammar comes from the `email_address` crate; this file adds what it leaves out (quoted
//! local parts, domains no host can have, the length of a whole address) and letters it refuses
//! (combining marks of Indic scripts, allowed by RFC 6531 and RFC 5892).

use std::borrow::Cow;

use email_address::{EmailAddress, Options};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::violation::{Code, Violation};

/// Longest address in bytes: RFC 5321, section 4.5.3.1.3, less the angle brackets (erratum 1690).
pub const MAX_BYTES: usize = 254;
/// Longest local part in bytes: RFC 5321, section 4.5.3.1.1.
pub const MAX_LOCAL_BYTES: usize = 64;
/// Longest domain label: RFC 1035, section 2.3.4; counted in characters, as a label of another
/// script has fewer bytes on the wire than in UTF-8.
const MAX_LABEL_CHARS: usize = 63;

/// The stored form of an address: NFC, trimmed, domain in lower case, local part as given.
///
/// The violation says what is wrong, and suggests the address that is meant where the text only
/// wraps it (`John <john@example.com>`) or has a slip of the key in it (`john@example,com`).
pub fn normalise(text: &str) -> Result<String, Violation> {
    check(text).map_err(|message| {
        Violation::new("email", Code::InvalidEmail, message).suggesting(suggestion(text))
    })
}

fn check(text: &str) -> Result<String, String> {
    let text = text.trim();
    // NFC never makes a text three times shorter: a longer one is refused without the work.
    if text.len() > 3 * MAX_BYTES {
        return Err(too_long(text.len()));
    }
    let address = nfc(text);
    let (local, domain) = split(&address)?;
    check_local(local)?;
    let domain = check_domain(domain)?;
    let whole = format!("{local}@{domain}");
    if whole.len() > MAX_BYTES {
        return Err(too_long(whole.len()));
    }
    check_grammar(&whole)?;
    Ok(whole)
}

fn too_long(bytes: usize) -> String {
    format!("an address has at most {MAX_BYTES} bytes, this one has {bytes}")
}

fn split(address: &str) -> Result<(&str, &str), String> {
    if address.is_empty() {
        return Err("email must not be blank".to_owned());
    }
    if address.contains(['<', '>']) {
        return Err("the address alone is wanted, without a display name or angle brackets".into());
    }
    let Some((local, domain)) = address.rsplit_once('@') else {
        return Err("no '@': an address is name@domain".to_owned());
    };
    if local.is_empty() {
        return Err("no name before '@'".to_owned());
    }
    if domain.is_empty() {
        return Err("no domain after '@'".to_owned());
    }
    Ok((local, domain))
}

fn check_local(local: &str) -> Result<(), String> {
    if local.len() > MAX_LOCAL_BYTES {
        let bytes = local.len();
        return Err(format!("at most {MAX_LOCAL_BYTES} bytes before '@', there are {bytes}"));
    }
    if local.starts_with('"') {
        return Err("a quoted name before '@' is not accepted".to_owned());
    }
    if local.contains('@') {
        return Err("more than one '@'".to_owned());
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err("a dot before '@' stands between two other characters".to_owned());
    }
    match local.chars().find(|&c| !is_local_char(c)) {
        Some(character) => Err(format!("{} is not allowed before '@'", show(character))),
        None => Ok(()),
    }
}

/// `atext` of RFC 5322, section 3.2.3, a dot, or a visible character beyond ASCII (RFC 6531).
fn is_local_char(character: char) -> bool {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' => true,
        _ if character.is_ascii() => "!#$%&'*+-/=?^_`{|}~".contains(character),
        _ => is_visible(character),
    }
}

fn is_visible(character: char) -> bool {
    let draws_nothing = matches!(character,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFF}' | '\u{E000}'..='\u{F8FF}'
        | '\u{E0000}'..='\u{10FFFF}');
    !(draws_nothing || character.is_control() || character.is_whitespace())
}

/// The domain in lower case, if a mail host can have that name.
fn check_domain(domain: &str) -> Result<String, String> {
    if domain.starts_with('[') {
        return Err("a domain name is wanted after '@', not an address literal".to_owned());
    }
    let domain = nfc(&domain.to_lowercase()).into_owned();
    if domain.ends_with('.') {
        return Err("the domain must not end with a dot".to_owned());
    }
    if !domain.contains('.') {
        return Err("no dot in the domain: a full one such as example.com is wanted".to_owned());
    }
    domain.split('.').try_for_each(check_label)?;
    check_top_level(domain.rsplit('.').next().unwrap_or_default())?;
    Ok(domain)
}

/// Letters, digits and inner hyphens: RFC 1123, section 2.1; other scripts as in RFC 5892.
fn check_label(label: &str) -> Result<(), String> {
    if label.is_empty() {
        return Err("two dots in a row, or one at the start, in the domain".to_owned());
    }
    if label.chars().count() > MAX_LABEL_CHARS {
        return Err(format!("a part of the domain is longer than {MAX_LABEL_CHARS} characters"));
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err("a part of the domain begins or ends with a hyphen".to_owned());
    }
    if label.starts_with(is_combining_mark) {
        return Err("a part of the domain begins with a combining mark".to_owned());
    }
    match label.chars().find(|&c| !is_label_char(c)) {
        Some(character) => Err(format!("{} is not allowed in a domain", show(character))),
        None => Ok(()),
    }
}

fn is_label_char(character: char) -> bool {
    match character {
        'a'..='z' | '0'..='9' | '-' => true,
        _ if character.is_ascii() => false,
        _ => character.is_alphanumeric() || is_combining_mark(character),
    }
}

/// No top-level domain has one ASCII letter, and none begins with a digit (RFC 3696, section 2:
/// "not all-numeric"; those delegated are letters or `xn--`).
fn check_top_level(label: &str) -> Result<(), String> {
    if label.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("the domain ends in a number: a name such as example.com is wanted".to_owned());
    }
    if label.len() < 2 {
        return Err(format!("'.{label}' is no top-level domain"));
    }
    Ok(())
}

/// The composed form of a text. ASCII is composed as it is: most addresses are.
fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// The crate's own grammar, over a skeleton in which each accepted character beyond ASCII is an
/// `a`: it counts bytes where the standards count characters, and knows no combining marks.
fn check_grammar(address: &str) -> Result<(), String> {
    let skeleton: String = address.chars().map(|c| if c.is_ascii() { c } else { 'a' }).collect();
    let options =
        Options::default().with_required_tld().without_domain_literal().without_display_text();
    EmailAddress::parse_with_options(&skeleton, options)
        .map(drop)
        .map_err(|error| format!("not an address: {error}"))
}

/// A character as it can be shown in a message: invisible ones by their number.
fn show(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        _ if is_visible(character) => format!("'{character}'"),
        _ => format!("U+{:04X}", u32::from(character)),
    }
}

/// The address that is meant, where mending one common slip makes it a good one.
fn suggestion(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > 2 * MAX_BYTES {
        return None;
    }
    let inside = text.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    let candidates = [
        inside.map(|(address, _)| address.to_owned()),
        text.strip_prefix("mailto:").map(str::to_owned),
        text.strip_suffix(['.', ',', ';']).map(str::to_owned),
        Some(text.replace(',', ".")),
        Some(text.replace("..", ".")),
        Some(text.split_whitespace().collect()),
        Some(text.replace("(at)", "@").replace("[at]", "@")),
    ];
    candidates.into_iter().flatten().find_map(|candidate| check(&candidate).ok())
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn addresses_in_use_are_accepted() {
        for good in [
            "john.smith@example.com",
            "o'brien+tag@mail.example.co.uk",
            "a_b-c!#$%&'*+-/=?^_`{|}~@example.com",
            "x@1and1.com",
            "用户@例子.广告",
            "संपर्क@डाटामेल.भारत",
            "müller@bücher.example",
            "a@xn--bcher-kva.example",
        ] {
            assert_eq!(normalise(good).unwrap(), good);
        }
    }

    #[test]
    fn the_domain_is_lowered_and_the_local_part_kept() {
        assert_eq!(normalise(" John.Smith@EXAMPLE.Com ").unwrap(), "John.Smith@example.com");
        assert_eq!(normalise("a@BU\u{308}CHER.example").unwrap(), "a@bücher.example");
    }

    #[test]
    fn what_no_mail_host_takes_is_refused() {
        for bad in [
            "",
            "  ",
            "john",
            "@example.com",
            "john@",
            "john@localhost",
            "a@b.c",
            "a@1.2.3.4",
            "a@[127.0.0.1]",
            "a@b!c.com",
            "a@b_c.com",
            "a@-b.com",
            "a@b-.com",
            "a@b..com",
            "a@.com",
            "a@b.com.",
            ".a@b.com",
            "a.@b.com",
            "a..b@c.com",
            "\"a b\"@c.com",
            "a b@c.com",
            "John <john@example.com>",
            "a@b@c.com",
            "a\0@b.com",
            "a\u{202E}@b.com",
            "a@b.com\r\nx: y",
            "a@exa\u{200B}mple.com",
            "a@☃.com",
            "(c)a@b.com",
            "a,b@c.com",
            "a@b.123",
        ] {
            assert!(normalise(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn lengths_are_those_of_rfc_5321() {
        let domain = format!("{}.com", ["d"; 57].join("."));
        let local = "l".repeat(64);
        assert!(normalise(&format!("{local}@{domain}")).is_ok());
        assert!(normalise(&format!("l{local}@{domain}")).is_err());
        let long = format!("{local}@{}.{}.{}.com", "a".repeat(63), "b".repeat(63), "c".repeat(57));
        assert_eq!(long.len(), 254);
        assert!(normalise(&long).is_ok());
        assert!(normalise(&long.replacen('c', "cc", 1)).is_err());
        assert!(normalise(&"x".repeat(1_000_000)).is_err());
    }

    #[test]
    fn a_slip_of_the_key_gets_a_suggestion() {
        for (slip, meant) in [
            ("John Smith <john@example.com>", "john@example.com"),
            ("john@example,com", "john@example.com"),
            ("john@example.com.", "john@example.com"),
            ("john@ example.com", "john@example.com"),
            ("mailto:john@example.com", "john@example.com"),
        ] {
            assert_eq!(normalise(slip).unwrap_err().suggestion.as_deref(), Some(meant), "{slip}");
        }
    }

    #[test]
    fn the_message_names_what_is_wrong() {
        assert_eq!(normalise("john@").unwrap_err().message, "no domain after '@'");
        assert_eq!(
            normalise("a b@c.com").unwrap_err().message,
            "a space is not allowed before '@'"
        );
    }
}
