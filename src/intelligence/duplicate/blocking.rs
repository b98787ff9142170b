//! Which customers are worth comparing: those with the same VAT number, mailbox, or a name that
//! sounds alike. Where many have that in common, those who have something else in common as well.

use super::name::are_near;
use crate::customer::Details;
use crate::customer::likeness::{self, Keys, Marks};
use crate::customer::words::mark;
use crate::intelligence::names::nickname::{akin, forms_of};

/// Most other forms of a first name that are looked for.
const MOST_FORMS: usize = 4;

/// What to look for among the keys of [`likeness`], for one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookups {
    /// The customer's own keys. Those of its names are looked for where too many begin alike.
    pub keys: Keys,
    /// What keys of [`Keys::persons`] begin with of customers with a first name with the
    /// same first letter. Among them are those with the same one, and of the others some are worth
    /// comparing.
    pub beginnings: Vec<String>,
    /// Whole keys with the names swapped, and with forms of the first name that begin with another
    /// letter.
    pub others: Vec<String>,
    /// Marks of how a last name may sound, and of first names, of the same person.
    lasts: Vec<u16>,
    firsts: Vec<u16>,
}

impl Lookups {
    /// Those of a customer.
    pub fn of(details: &Details) -> Lookups {
        let keys = Keys::of(details);
        let (first, last) = (keys.first.as_str(), likeness::first_word(&details.last_name));
        let swapped = likeness::sounds(&details.first_name);
        let forms = forms_of(first);
        let with = |sounds: &[String], first: &str| -> Vec<String> {
            sounds.iter().map(|sound| likeness::person_key(sound, first)).collect()
        };
        let letter = first.get(..first.ceil_char_boundary(1)).unwrap_or_default();
        let begin_otherwise = forms.iter().filter(|form| !form.starts_with(letter));
        let mut others = with(&swapped, &last);
        others.extend(begin_otherwise.take(MOST_FORMS).flat_map(|form| with(&keys.sounds, form)));
        Lookups {
            beginnings: with(&keys.sounds, letter),
            others,
            lasts: keys.sounds.iter().chain(&swapped).map(|sound| mark(sound)).collect(),
            firsts: [first, &last].iter().chain(&forms).map(|form| mark(form)).collect(),
            keys,
        }
    }

    /// Whether one of many with the same VAT number or mailbox may be the same by its names.
    pub fn names_may_agree(&self, other: &Marks) -> bool {
        other.last.iter().any(|last| self.lasts.contains(last))
            || self.firsts.contains(&other.first)
    }

    /// Whether one of many with a name that sounds alike may be the same by what else is known.
    pub fn all_else_may_agree(&self, other: &Marks) -> bool {
        self.keys.marks.local == other.local || self.keys.marks.number == other.number
    }

    /// How much a customer has in common with this one, by the marks: names, mailbox, number.
    pub fn in_common(&self, other: &Marks) -> usize {
        [
            other.last.iter().any(|last| self.lasts.contains(last)),
            self.firsts.contains(&other.first),
            self.keys.marks.local == other.local,
            self.keys.marks.number == other.number,
        ]
        .into_iter()
        .filter(|agrees| *agrees)
        .count()
    }

    /// Whether the first name in a key that begins like these is so much like the customer's that
    /// both are worth comparing.
    pub fn first_names_may_agree(&self, key: &str) -> bool {
        let (first, other) = (self.keys.first.as_str(), likeness::first_name_of(key));
        first == other
            || is_initial(first, other)
            || is_initial(other, first)
            || are_near(first, other)
            || akin(first, other)
    }
}

/// Whether a word is an initial or a beginning of another.
fn is_initial(short: &str, long: &str) -> bool {
    !short.is_empty() && long.starts_with(short)
}
