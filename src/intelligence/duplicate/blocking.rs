//! Which customers are worth comparing by their names, beside those with the same VAT number or
//! mailbox: where to look for them among the keys of [`likeness::person_keys`].

use super::name::are_near;
use crate::customer::{Details, likeness};
use crate::intelligence::names::nickname::{akin, forms_of};

/// Most other forms of a first name that are looked for.
const MOST_FORMS: usize = 6;

/// Where to look for customers by their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameLookups {
    /// Whole keys, the most telling first: the customer's own, with the names swapped, and with
    /// other forms of the first name.
    pub whole: Vec<String>,
    /// What the keys begin with of customers with another first name with the same first letter,
    /// of which some are worth comparing.
    pub beginnings: Vec<String>,
    first: String,
}

impl NameLookups {
    /// Those of a customer.
    pub fn of(details: &Details) -> NameLookups {
        let first = first_word(&details.first_name);
        let sounds = likeness::sounds(&details.last_name);
        let with_first =
            |first: &str| sounds.iter().map(|sound| likeness::person_key(sound, first)).collect();
        let mut whole: Vec<String> = with_first(&first);
        let last = first_word(&details.last_name);
        let swapped = likeness::sounds(&details.first_name);
        whole.extend(swapped.iter().map(|sound| likeness::person_key(sound, &last)));
        for form in forms_of(&first).into_iter().take(MOST_FORMS) {
            whole.extend(with_first(form));
        }
        let letter: String = first.chars().take(1).collect();
        NameLookups { whole, beginnings: with_first(&letter), first }
    }

    /// Whether a customer found under a key that begins like these is worth comparing.
    pub fn is_worth_comparing(&self, key: &str) -> bool {
        let (first, other) = (self.first.as_str(), likeness::first_name_of(key));
        first.starts_with(other)
            || other.starts_with(first)
            || are_near(first, other)
            || akin(first, other)
    }
}

fn first_word(name: &str) -> String {
    likeness::name_words(name).into_iter().next().unwrap_or_default()
}
