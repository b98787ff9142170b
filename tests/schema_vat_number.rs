//! The pattern of VAT numbers says of each country's numbers what the service says of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/schemas.rs"]
mod schemas;

use jsonschema::Validator;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::string::string_regex;
use schemas::{alternatives, component, random, takes};
use smart_customer::customer::vat::VatNumber;

/// One good number of every country with rules.
const EXAMPLES: &str = "ATU13585627 BE0428759497 BG175074752 CHE107787577IVA CY10259033P CZ25123891
    DE136695976 DK13585628 EE100931558 EL094259216 ESA13585625 FI20774740 FR83404833048 GB980780684
    GR094259216 HR33392005961 HU12892312 IE6433435F IS00621 IT00743110157 LT119511515 LU15027442
    LV40003521600 MT11679112 NL004495445B01 NO995525828MVA PL8567346215 PT501964843 RO18547290
    RS101134702 SE123456789701 SI50223054 SK2022749619 SM24165 TR4540536920 UA32855961 XI980780684";

/// Asserts that schema and service agree on a text in its stored form; whether they take it.
fn agreed(schema: &Validator, number: &str) -> bool {
    let parsed = VatNumber::parse(number);
    assert_eq!(takes(schema, number), parsed.is_ok(), "{number}: {parsed:?}");
    parsed.is_ok_and(|parsed| parsed.as_str() == number)
}

#[test]
fn every_number_made_from_the_pattern_is_one_for_the_service_and_the_other_way_round() {
    let schema = component("VatNumber");
    let forms = alternatives("VatNumber");
    assert!(forms.len() > 35, "{forms:?}");
    for form in forms {
        let numbers = random(300, &string_regex(&form).unwrap());
        let taken = numbers.iter().filter(|number| agreed(&schema, number)).count();
        // The few others are those that the pattern looks ahead for.
        assert!(taken > 250, "{form}: {taken}");
    }
}

#[test]
fn every_country_has_a_number_that_the_pattern_takes() {
    let schema = component("VatNumber");
    for number in EXAMPLES.split_whitespace() {
        assert!(agreed(&schema, number), "{number}");
    }
}

#[test]
fn schema_and_service_agree_on_numbers_with_a_slip() {
    let schema = component("VatNumber");
    let forms = alternatives("VatNumber");
    let numbers = forms.iter().flat_map(|form| random(500, &string_regex(form).unwrap()));
    let slips = random(500 * forms.len(), &(any::<Index>(), any::<Index>(), 0..3));
    for (mut number, (place, other, kind)) in numbers.zip(slips) {
        let place = place.index(number.len());
        let other = char::from(*other.get(b"0123456789019ABEGHIMOTUVWXZ+*"));
        match kind {
            0 => number.insert(place, other),
            1 => drop(number.remove(place)),
            _ => number.replace_range(place..=place, &other.to_string()),
        }
        agreed(&schema, &number);
    }
}

#[test]
fn schema_and_service_agree_on_digits_behind_any_prefix() {
    let schema = component("VatNumber");
    let prefixes: Vec<&str> = EXAMPLES.split_whitespace().map(|number| &number[..2]).collect();
    let prefix =
        prop_oneof![4 => proptest::sample::select(prefixes), 1 => Just("US"), 1 => Just("QQ")];
    for (prefix, digits) in random(20_000, &(prefix, "0{0,9}[0-9]{0,15}")) {
        agreed(&schema, &format!("{prefix}{digits}"));
    }
}

#[test]
fn a_date_of_birth_in_a_number_has_to_exist_in_both() {
    let schema = component("VatNumber");
    let romanian = (1..=9).map(|century| (format!("RO{century}"), "010010"));
    let czech = [("CZ", "001"), ("CZ", "0010"), ("SK", "0010")];
    let czech = czech.map(|(prefix, end)| (prefix.to_owned(), end));
    for (prefix, end) in romanian.chain(czech) {
        let numbers = dates().map(|date| format!("{prefix}{date}{end}"));
        let taken = numbers.filter(|number| agreed(&schema, number)).count();
        assert!((1000..dates().count()).contains(&taken), "{prefix}: {taken}");
    }
}

/// Six digits that may be a date: in years that were, were not or may have been leap years.
fn dates() -> impl Iterator<Item = String> {
    [0, 4, 20, 26, 53, 54, 80, 99].into_iter().flat_map(|year| {
        (0..100)
            .flat_map(move |month| (0..34).map(move |day| format!("{year:02}{month:02}{day:02}")))
    })
}
