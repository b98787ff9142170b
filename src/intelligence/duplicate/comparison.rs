//! How well two customers agree: the grades that the model weighs.

use super::frequency::hash;
use super::name::{Name, compare_first, compare_last};
use super::slips::are_within;
use super::{Agreement, FieldAgreement, Profile, mailbox};

/// Two customers, compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// How well they agree.
    pub agreement: Agreement,
    /// The [`hash`] of the first name they share; of one of the two where they share none.
    pub first_name: u64,
    /// The same of the last name.
    pub last_name: u64,
}

impl Comparison {
    /// Compares two customers; the order does not matter.
    pub fn of(a: &Profile, b: &Profile) -> Comparison {
        let (first_name, last_name) = compare_names(a, b);
        let agreement = Agreement {
            first_name,
            last_name,
            email: mailbox::compare(&a.addressed(), &b.addressed()),
            vat_number: compare_vat_numbers(&a.vat_number, &b.vat_number),
        };
        Comparison {
            agreement,
            first_name: shared(first_name, &a.first, &b.first),
            last_name: shared(last_name, &a.last, &b.last),
        }
    }
}

/// The hash of what two names share; of any of the two where they share nothing.
fn shared(agreement: FieldAgreement, a: &Name, b: &Name) -> u64 {
    let word = match agreement {
        FieldAgreement::Part => a.shared_word(b),
        _ => None,
    };
    hash(word.unwrap_or_else(|| a.joined.as_str().min(&b.joined)))
}

fn compare_names(a: &Profile, b: &Profile) -> (FieldAgreement, FieldAgreement) {
    let straight = (compare_first(&a.first, &b.first), compare_last(&a.last, &b.last));
    let differs =
        straight.0 == FieldAgreement::Different || straight.1 == FieldAgreement::Different;
    if differs && are_swapped(a, b) {
        return (FieldAgreement::Swapped, FieldAgreement::Swapped);
    }
    straight
}

/// Whether each one's first name is the other's last: one of them whole, or both in part.
fn are_swapped(a: &Profile, b: &Profile) -> bool {
    use FieldAgreement::{Different, Exact, Part};
    let there = compare_first(&a.first, &b.last);
    if there == Different {
        return false;
    }
    let back = compare_first(&a.last, &b.first);
    match (there, back) {
        (_, Different) => false,
        (there, back) => there == Exact || back == Exact || (there, back) == (Part, Part),
    }
}

/// Near is one wrong, missing or exchanged character, or the same number with another prefix.
fn compare_vat_numbers(a: &str, b: &str) -> FieldAgreement {
    if a == b {
        FieldAgreement::Exact
    } else if are_near(a, b) {
        FieldAgreement::Near
    } else {
        FieldAgreement::Different
    }
}

fn are_near(a: &str, b: &str) -> bool {
    let same_number = a.get(2..).is_some_and(|number| Some(number) == b.get(2..));
    same_number || are_within(a, b, 1)
}

#[cfg(test)]
mod tests {
    use super::FieldAgreement::{Different, Exact, Near, Swapped};
    use super::*;
    use crate::customer::Details;
    use crate::customer::vat::VatNumber;

    fn names(a: (&str, &str), b: (&str, &str)) -> (FieldAgreement, FieldAgreement) {
        let [a, b] = [a, b].map(|(first, last)| {
            Profile::of(&Details {
                first_name: first.into(),
                last_name: last.into(),
                email: "a@b.cd".into(),
                vat_number: VatNumber::from_stored("IT00743110157".to_owned()),
            })
        });
        let agreement = Comparison::of(&a, &b).agreement;
        (agreement.first_name, agreement.last_name)
    }

    #[test]
    fn first_and_last_name_may_have_changed_places() {
        let swapped = (Swapped, Swapped);
        assert_eq!(names(("Mario", "Rossi"), ("Rossi", "Mario")), swapped);
        assert_eq!(names(("Mario", "Rossi"), ("Rossi", "Maroi")), swapped);
        assert_eq!(names(("Mario", "Rossi-Bianchi"), ("ROSSI", "Mario")), swapped);
        assert_eq!(names(("Mario", "Rossi"), ("Rossi", "Luca")).0, Different);
        assert_eq!(names(("Martin", "Martin"), ("Martin", "Martin")), (Exact, Exact));
    }

    #[test]
    fn a_vat_number_is_near_with_one_slip_or_another_prefix() {
        for near in ["IT00743110175", "IT00743110158", "IT0074311015", "DE00743110157"] {
            assert_eq!(compare_vat_numbers("IT00743110157", near), Near, "{near}");
        }
        for other in ["IT00743110168", "DE00743110158", "IT75110134700", ""] {
            assert_eq!(compare_vat_numbers("IT00743110157", other), Different, "{other}");
        }
    }
}
