//! A customer, prepared once to be compared with many.

use super::mailbox::{Addressed, Mailbox};
use super::name::Name;
use crate::customer::Details;

/// A customer's fields in the forms that are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The first name.
    pub(super) first: Name,
    /// The last name.
    pub(super) last: Name,
    /// The email.
    pub(super) mailbox: Mailbox,
    /// The VAT number in its stored form.
    pub(super) vat_number: String,
}

impl Profile {
    /// Prepares a customer.
    pub fn of(details: &Details) -> Profile {
        let (first, last) = (Name::of(&details.first_name), Name::of(&details.last_name));
        Profile {
            mailbox: Mailbox::of(&details.email, &first, &last),
            vat_number: details.vat_number.as_str().to_owned(),
            first,
            last,
        }
    }

    pub(super) fn addressed(&self) -> Addressed<'_> {
        Addressed { mailbox: &self.mailbox, first: &self.first, last: &self.last }
    }
}
