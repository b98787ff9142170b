//! What is sent: bodies of people with names as common as in life, and sentences.

use smart_customer::customer::vat::{VatNumber, Verdict};

use super::Outcome;
use super::people::People;

/// Sentences of people, short and long.
pub const SENTENCES: [&str; 6] = [
    "list",
    "how many customers do we have?",
    "cancella mario rossi",
    "register John Smith, john.smith@example.com, VAT IT12345678903",
    "cambia l'indirizzo email di Maria Grazia De Luca in mg.deluca@example.it per favore",
    "hi, yesterday a lady from Hamburg called about her order, she has moved and would like us to \
     forget her altogether, her name was Schmidt I think, could you see to that?",
];

/// Bodies, always the same ones, no two alike.
pub struct Bodies {
    people: People,
    number: u64,
}

impl Bodies {
    /// From the first one on.
    pub fn new() -> Bodies {
        Bodies { people: People::new(), number: 0 }
    }

    /// The next one.
    pub fn next(&mut self) -> Outcome<String> {
        let (person, vat_number) = (self.people.person(), vat_number(self.number)?);
        self.number += 1;
        Ok(format!(
            "{{\"first-name\":\"{}\",\"last-name\":\"{}\",\"email\":\"{}\",\
             \"vat-number\":\"{vat_number}\"}}",
            person.first, person.last, person.email
        ))
    }

    /// The next `count` of them.
    pub fn take(&mut self, count: usize) -> Outcome<Vec<String>> {
        (0..count).map(|_| self.next()).collect()
    }
}

/// An Italian VAT number that is right, and nobody else's below a million.
fn vat_number(number: u64) -> Outcome<String> {
    // Spread, so that neighbours in time are no neighbours in an index.
    let firm = (number * 736_879 + 1) % 1_000_000;
    let candidates = (0..10).map(|digit| format!("IT{firm:07}015{digit}"));
    let is_right = |text: &String| {
        VatNumber::parse(text).is_ok_and(|number| number.verdict() == Verdict::Valid)
    };
    candidates.into_iter().find(is_right).ok_or_else(|| "no check digit is right".into())
}
