//! The patterns of names, addresses and searches say of a text what the service says of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/schemas.rs"]
mod schemas;

use jsonschema::Validator;
use proptest::prelude::*;
use proptest::string::string_regex;
use schemas::{alternatives, component, random, takes, validator};
use smart_customer::api::parameter::Parameter;
use smart_customer::customer::{email, name, words};

/// Every character that a UTF-16 unit can be, and some of those behind.
fn characters() -> impl Iterator<Item = char> {
    ('\0'..='\u{FFFF}').chain(('\u{10000}'..='\u{DFFFF}').step_by(97))
}

fn is_name(text: &str) -> bool {
    name::normalise("first-name", text).is_ok()
}

fn is_address(text: &str) -> bool {
    email::normalise(text).is_ok()
}

#[test]
fn a_name_of_one_character_is_one_in_both_or_in_neither() {
    let schema = component("Name");
    for character in characters() {
        let text = character.to_string();
        assert_eq!(takes(&schema, &text), is_name(&text), "{text:?}");
        let text = format!("\u{301} {character}a");
        assert_eq!(takes(&schema, &text), is_name(&text), "{text:?}");
    }
}

#[test]
fn every_name_made_from_the_pattern_is_accepted() {
    let schema = component("Name");
    let names = string_regex(&alternatives("Name")[0]).unwrap();
    for text in random(1000, &names) {
        // Composing can make a text longer, too, so that the limit is not asked for here.
        if text.chars().count() < 50 {
            assert!(takes(&schema, &text) && is_name(&text), "{text:?}");
        }
    }
}

#[test]
fn schema_and_service_agree_on_names_of_odd_characters() {
    let schema = component("Name");
    let odd = "[ \t\n\0\u{7F}\u{85}\u{A0}\u{AD}\u{301}\u{200B}\u{202E}\u{2069}\u{3000}\u{3164}\u{FEFF}a]{0,4}";
    for text in random(5000, &odd) {
        assert_eq!(takes(&schema, &text), is_name(&text), "{text:?}");
    }
}

#[test]
fn a_name_has_a_hundred_characters_in_both() {
    let schema = component("Name");
    for (length, fits) in [(0, false), (1, true), (100, true), (101, false)] {
        let text = "ж".repeat(length);
        assert_eq!((takes(&schema, &text), is_name(&text)), (fits, fits), "{length}");
    }
}

#[test]
fn every_character_before_the_at_sign_is_one_in_both_or_in_neither() {
    let schema = component("EmailAddress");
    for character in characters() {
        let text = format!("a{character}b@example.com");
        assert_eq!(takes(&schema, &text), is_address(&text), "{text:?}");
    }
}

#[test]
fn every_character_of_a_domain_that_the_service_takes_is_in_the_pattern() {
    let schema = component("EmailAddress");
    for character in characters() {
        let text = format!("a@b{character}c.com");
        let (in_schema, in_service) = (takes(&schema, &text), is_address(&text));
        assert!(in_schema >= in_service, "{text:?}");
        assert!(!character.is_ascii() || in_schema == in_service, "{text:?}");
    }
}

#[test]
fn schema_and_service_agree_on_addresses_in_ascii() {
    let schema = component("EmailAddress");
    let parts = [
        "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]{1,66}@([A-Z0-9-]{1,5}\\.){0,3}[a-z0-9-]{1,3}",
        "[a-z.\"@<> ]{1,4}[a-z]@[a-z.\\[\\]@_-]{1,8}\\.[a-z0-9]{1,2}",
        "a@[a-z0-9]{61,66}\\.[0-9]{0,2}[a-z]{0,2}",
        "a@([a-z]{50}\\.){1,5}com",
    ];
    let mut taken = 0;
    for text in parts.iter().flat_map(|part| random(2000, part)) {
        // The service trims what is around an address.
        if text.trim() == text {
            assert_eq!(takes(&schema, &text), is_address(&text), "{text}");
            taken += usize::from(is_address(&text));
        }
    }
    assert!((500..7500).contains(&taken), "{taken}");
}

#[test]
fn addresses_that_are_rare_but_right_are_taken_by_both() {
    let schema = component("EmailAddress");
    for text in [
        "0/@a.ac",
        "!#$%&'*+-/=?^_`{|}~@example.com",
        "a@A.XN--11B4C3D",
        "o'brien+tag@mail.example.co.uk",
        "用户@例子.广告",
        "संपर्क@डाटामेल.भारत",
        "müller@bücher.example",
        "a@b.é",
    ] {
        assert!(takes(&schema, text) && is_address(text), "{text}");
    }
}

fn agree_on_search(schema: &Validator, text: &str) {
    assert_eq!(takes(schema, text), words::of_search(text).is_ok(), "{text:?}");
}

#[test]
fn schema_and_service_agree_on_searches() {
    let schema = validator(Parameter::Search.schema());
    for character in characters() {
        agree_on_search(&schema, &character.to_string());
    }
    let texts =
        prop_oneof!["[a-z0-9 ,.'é☃-]{0,24}", "([a-c] ?){0,12}", "([a-cé☃]{1,30}[ -]{1,2}){0,9}"];
    for text in random(5000, &texts) {
        agree_on_search(&schema, &text);
    }
}
