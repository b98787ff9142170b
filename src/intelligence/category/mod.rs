//! What kind of customer it is, how sure that is, and why.
//!
//! Each thing known of a customer is a [`clue::Clue`] that speaks for or against each category;
//! the clues are added up ([`model`]) and give the probability of each. Where a clue comes from:
//! [`mailbox`] (whose mailbox, whose domain), [`payer`] (what the VAT number says of its holder),
//! [`own_name`] (the person's name as the domain), [`word`] (words that stand for a kind).

mod clue;
mod mailbox;
mod model;
mod own_name;
mod payer;
mod suffix;
mod word;

use crate::customer::Details;
use crate::customer::assessment::Category;
use clue::{Clue, Clues};

/// What kind of customer it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Classification {
    /// The most likely category.
    pub category: Category,
    /// How likely it is, in 0..1: of the answers given with 0.9, nine in ten are right.
    pub confidence: f64,
    /// What speaks for it, the strongest first; never empty.
    pub reasons: Vec<Reason>,
}

/// One thing that speaks for a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What kind of thing, for programs: kebab-case, one of a few dozen.
    pub code: &'static str,
    /// The same for a clerk.
    pub message: String,
}

/// What kind of customer `details` are of, and why.
pub fn classify(details: &Details) -> Classification {
    let clues = clues(details);
    let (category, confidence) = model::best(&clues);
    let reason = |clue: Clue| Reason { code: clue.code(), message: clue.message(details) };
    let reasons = model::reasons(&clues, category).into_iter().map(reason).collect();
    Classification { category, confidence, reasons }
}

/// The same without the reasons, for whoever needs it often.
pub fn category_of(details: &Details) -> (Category, f64) {
    model::best(&clues(details))
}

/// All that is known of a customer.
fn clues(details: &Details) -> Clues {
    let mut clues = Clues::new();
    mailbox::clues(details, &mut clues);
    payer::clues(&details.vat_number, &mut clues);
    word::clues_of_name(&details.first_name, &mut clues);
    word::clues_of_name(&details.last_name, &mut clues);
    clues
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::vat::VatNumber;

    fn of(first: &str, last: &str, email: &str, vat: &str) -> Classification {
        classify(&Details {
            first_name: first.into(),
            last_name: last.into(),
            email: email.into(),
            vat_number: VatNumber::parse(vat).unwrap(),
        })
    }

    #[test]
    fn the_published_example_is_a_firm_with_nine_tenths() {
        let answer = of("John", "Smith", "john.smith@example.com", "IT12345678901");
        assert_eq!(answer.category, Category::Corporate);
        assert!((answer.confidence - 0.91).abs() < 0.02, "{}", answer.confidence);
    }

    #[test]
    fn the_plain_cases_are_told() {
        for (email, vat, category) in [
            ("x9@mailinator.com", "DE136695976", Category::Disposable),
            ("anna.rossi@comune.milano.it", "IT01199250158", Category::PublicSector),
            ("anna.rossi@unibo.it", "IT01131710376", Category::Education),
            ("anna.rossi@gmail.com", "ES12345678Z", Category::Freelance),
            ("anna.rossi@gmail.com", "ESB84818442", Category::Corporate),
            ("anna@annarossi.it", "IT00743110157", Category::Freelance),
            ("info@acme.de", "DE136695976", Category::Corporate),
        ] {
            let answer = of("Anna", "Rossi", email, vat);
            assert_eq!(answer.category, category, "{email} {vat}: {answer:?}");
            assert!(answer.confidence > 0.7 && !answer.reasons.is_empty(), "{answer:?}");
        }
    }

    #[test]
    fn the_cheap_answer_is_the_same() {
        let answer = of("Ada", "Byron", "ada@byron.me.uk", "GB980780684");
        let details = Details {
            first_name: "Ada".into(),
            last_name: "Byron".into(),
            email: "ada@byron.me.uk".into(),
            vat_number: VatNumber::parse("GB980780684").unwrap(),
        };
        assert_eq!(category_of(&details), (answer.category, answer.confidence));
    }

    #[test]
    fn odd_records_have_an_answer_too() {
        let long = "x".repeat(100);
        for (first, last, email, vat) in [
            ("李", "明", "李明@例え.jp", "JP12345678901"),
            (".", "-", "a@b.cd", "ZZ00000000000"),
            (long.as_str(), "محمد", "+@-.--.xn--p1ai", "ES12345678Z"),
            ("\u{1F600}", "Ⅷ", "ß@straße.de", "IT99999999999"),
        ] {
            let answer = of(first, last, email, vat);
            assert!(answer.confidence > 0.0 && answer.confidence <= 1.0, "{answer:?}");
            assert!(answer.reasons.iter().all(|reason| !reason.message.is_empty()));
        }
    }

    #[test]
    fn who_is_named_in_the_address_counts_more_than_the_private_mailbox() {
        for email in
            ["rossisrl@gmail.com", "officina.rossi.snc@libero.it", "rossi-spa@legalmail.it"]
        {
            let answer = of("Anna", "Rossi", email, "IT00743110157");
            assert_eq!(answer.category, Category::Corporate, "{email} {answer:?}");
        }
        let answer = of("Anna", "Rossi", "comunedirocca@libero.it", "IT00743110157");
        assert_eq!(answer.category, Category::PublicSector, "{answer:?}");
    }
}
