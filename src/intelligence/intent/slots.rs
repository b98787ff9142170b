//! The values that a text gives: which customer it is about, and what is to be new of it.

use crate::customer::CustomerId;
use crate::customer::vat::VatNumber;

/// What a text says of a customer. Every value went through the domain's own parser.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// As it is written, NFC, trimmed.
    pub first_name: Option<String>,
    /// As it is written, NFC, trimmed.
    pub last_name: Option<String>,
    /// Normalised: the domain in lower case.
    pub email: Option<String>,
    /// Normalised: upper case, no separators.
    pub vat_number: Option<VatNumber>,
}

/// The values in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slots {
    /// The id of the customer that is meant.
    pub customer_id: Option<CustomerId>,
    /// What names the customer that is meant; of one to be created, its details.
    pub named: Details,
    /// What is to be new; only in an update.
    pub new: Details,
    /// What a listing searches for.
    pub q: Option<String>,
}

impl Slots {
    /// The values by the API's names: of a field, the new one where there is one, else the one that
    /// names the customer.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let (named, new) = (&self.named, &self.new);
        let vat_number = new.vat_number.as_ref().or(named.vat_number.as_ref());
        let id = self.customer_id.map(|id| id.to_string());
        let all = [
            ("customer-id", id),
            ("first-name", new.first_name.clone().or_else(|| named.first_name.clone())),
            ("last-name", new.last_name.clone().or_else(|| named.last_name.clone())),
            ("email", new.email.clone().or_else(|| named.email.clone())),
            ("vat-number", vat_number.map(|number| number.as_str().to_owned())),
            ("q", self.q.clone()),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}
