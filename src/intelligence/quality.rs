//! How likely it is that a record is genuine and complete, and what lowers that.
//!
//! A logistic model over the advisories and a few facts: each takes away from the logarithm of the
//! odds that the record is genuine. The weights are fitted to the training part of
//! `data/eval/category/` and judged on another part.

use crate::customer::Details;
use crate::customer::assessment::{Advisory, AdvisoryCode};
use crate::customer::vat::Verdict;
use crate::customer::words::fold;

/// The log-odds of a record about which there is nothing to say: 22 in 23 are genuine.
const PLAIN: f64 = 3.1;

/// Something that makes a record less likely to be genuine and complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Lowering {
    /// What it is, for programs: the code of an advisory or one of this file's own.
    pub code: &'static str,
    /// By how much the quality would be higher without it, in 0..1.
    pub by: f64,
    /// What it is, for a clerk.
    pub message: String,
}

/// A fact that no advisory tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fact {
    /// The address holds the person's name.
    NameInAddress,
    /// A name of one letter.
    OneLetterName,
    /// First and last name are the same.
    SameNames,
    /// All digits of the VAT number are the same.
    VatOfOneDigit,
    /// Nobody checked the VAT number, as the rules of its country are not known.
    VatNotChecked,
}

impl Fact {
    const ALL: [Fact; 5] = [
        Fact::NameInAddress,
        Fact::OneLetterName,
        Fact::SameNames,
        Fact::VatOfOneDigit,
        Fact::VatNotChecked,
    ];

    fn weight(self) -> f64 {
        match self {
            Fact::NameInAddress => 0.5,
            Fact::OneLetterName => -1.2,
            Fact::SameNames => -2.5,
            Fact::VatOfOneDigit => -2.0,
            Fact::VatNotChecked => -0.4,
        }
    }

    fn holds(self, details: &Details) -> bool {
        match self {
            Fact::NameInAddress => name_is_in_address(details),
            Fact::OneLetterName => has_one_letter_name(details),
            Fact::SameNames => details.first_name == details.last_name,
            Fact::VatOfOneDigit => has_one_digit(details.vat_number.as_str()),
            Fact::VatNotChecked => details.vat_number.verdict() == Verdict::NotChecked,
        }
    }

    /// Its code and message, if it is one that lowers.
    fn lowering(self, details: &Details) -> Option<(&'static str, String)> {
        match self {
            Fact::NameInAddress => None,
            Fact::OneLetterName => Some(("one-letter-name", "a name is one letter only".into())),
            Fact::SameNames => {
                Some(("same-names", format!("first and last name are both {}", details.last_name)))
            }
            Fact::VatOfOneDigit => Some((
                "vat-of-one-digit",
                format!("{} is one digit over and over", details.vat_number.as_str()),
            )),
            Fact::VatNotChecked => Some((
                "vat-not-checked",
                format!("no rules are known to check {}", details.vat_number.as_str()),
            )),
        }
    }
}

/// What an advisory adds to the log-odds.
fn weight(code: AdvisoryCode) -> f64 {
    match code {
        AdvisoryCode::VatChecksum => -3.28,
        AdvisoryCode::VatStructure => -4.3,
        AdvisoryCode::EmailDomainTypo => -1.6,
        AdvisoryCode::EmailDisposable => -4.2,
        AdvisoryCode::EmailRole => -0.15,
        AdvisoryCode::NameImplausible => -2.8,
        AdvisoryCode::NameCasing => -0.4,
        AdvisoryCode::NamesSwapped => -0.5,
        // Twice the same is not false.
        AdvisoryCode::PossibleDuplicate => 0.0,
    }
}

/// How likely it is that the record of `details` is genuine and complete, in 0..1.
pub fn quality(details: &Details, advisories: &[Advisory]) -> f64 {
    probability(score(details, advisories))
}

/// What makes it less likely, the worst first.
pub fn lowered_by(details: &Details, advisories: &[Advisory]) -> Vec<Lowering> {
    let score = score(details, advisories);
    let by = |weight: f64| probability(score - weight) - probability(score);
    let of_advisory = |advisory: &Advisory| Lowering {
        code: advisory.code.as_str(),
        by: by(weight(advisory.code)),
        message: advisory.message.clone(),
    };
    let of_fact = |fact: Fact| {
        let (code, message) = fact.lowering(details)?;
        Some(Lowering { code, by: by(fact.weight()), message })
    };
    let counted = advisories.iter().filter(|advisory| weight(advisory.code) < 0.0);
    let mut lowerings: Vec<Lowering> = counted.map(of_advisory).collect();
    lowerings.extend(facts(details).filter_map(of_fact));
    lowerings.sort_by(|one, other| other.by.total_cmp(&one.by));
    lowerings
}

fn score(details: &Details, advisories: &[Advisory]) -> f64 {
    let of_advisories: f64 = advisories.iter().map(|advisory| weight(advisory.code)).sum();
    let of_facts: f64 = facts(details).map(Fact::weight).sum();
    PLAIN + of_advisories + of_facts
}

fn facts(details: &Details) -> impl Iterator<Item = Fact> {
    Fact::ALL.into_iter().filter(|fact| fact.holds(details))
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Whether a name, folded, is in the address; names of one or two letters are in too many.
fn name_is_in_address(details: &Details) -> bool {
    let address = details.email.to_ascii_lowercase();
    [&details.last_name, &details.first_name].into_iter().any(|name| {
        let words = name.split([' ', '-']).map(fold);
        words.filter(|word| word.len() >= 3).any(|word| address.contains(&word))
    })
}

fn has_one_letter_name(details: &Details) -> bool {
    let is_short = |name: &str| {
        let mut letters = name.chars().filter(|c| c.is_alphanumeric());
        // One character of a script that writes words with it is a name: 李.
        letters.next().is_none_or(|first| first < '\u{1100}') && letters.next().is_none()
    };
    is_short(&details.first_name) || is_short(&details.last_name)
}

fn has_one_digit(number: &str) -> bool {
    let mut digits = number.bytes().filter(u8::is_ascii_digit);
    digits.next().is_some_and(|first| digits.all(|digit| digit == first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::vat::VatNumber;

    fn details(first: &str, last: &str, email: &str, vat: &str) -> Details {
        Details {
            first_name: first.into(),
            last_name: last.into(),
            email: email.into(),
            vat_number: VatNumber::parse(vat).unwrap(),
        }
    }

    fn advisory(code: AdvisoryCode) -> Advisory {
        Advisory { field: "email", code, message: "why".to_owned(), suggestion: None }
    }

    #[test]
    fn a_clean_record_is_genuine_and_the_published_example_is_doubtful() {
        let clean = details("John", "Smith", "john.smith@example.com", "IT12345678903");
        assert!(quality(&clean, &[]) > 0.95);
        let example = details("John", "Smith", "john.smith@example.com", "IT12345678901");
        let doubtful = quality(&example, &[advisory(AdvisoryCode::VatChecksum)]);
        assert!((doubtful - 0.58).abs() < 0.02, "{doubtful}");
    }

    #[test]
    fn no_advisory_raises_the_quality() {
        let record = details("Ann", "Li", "x@acme.example.org", "IT12345678903");
        for code in AdvisoryCode::ALL {
            assert!(quality(&record, &[advisory(code)]) <= quality(&record, &[]), "{code:?}");
        }
    }

    #[test]
    fn what_lowers_is_told_worst_first() {
        let record = details("A", "A", "x@acme.example.org", "US12345678901");
        let told = lowered_by(&record, &[advisory(AdvisoryCode::EmailDisposable)]);
        let codes: Vec<&str> = told.iter().map(|lowering| lowering.code).collect();
        let expected = ["email-disposable", "same-names", "one-letter-name", "vat-not-checked"];
        assert_eq!(codes, expected);
        assert!(told.iter().all(|lowering| lowering.by > 0.0));
    }

    #[test]
    fn one_character_can_be_a_whole_name() {
        assert!(!has_one_letter_name(&details("明", "李", "li@example.cn", "IT12345678903")));
        assert!(has_one_letter_name(&details("X", "Li", "li@example.cn", "IT12345678903")));
    }
}
