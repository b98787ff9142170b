//! Which customers are probably the same: Fellegi-Sunter record linkage.
#![allow(missing_docs)]

use crate::customer::Details;

pub const THRESHOLD: f64 = 0.5;

#[derive(Debug, Clone)]
pub struct Profile(Details);
impl Profile {
    pub fn of(details: &Details) -> Profile {
        Profile(details.clone())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldAgreement {
    Exact,
    Different,
}
impl FieldAgreement {
    pub const ALL: [FieldAgreement; 2] = [FieldAgreement::Exact, FieldAgreement::Different];
    pub fn as_str(self) -> &'static str {
        match self {
            FieldAgreement::Exact => "exact",
            FieldAgreement::Different => "different",
        }
    }
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    pub first_name: FieldAgreement,
    pub last_name: FieldAgreement,
    pub email: FieldAgreement,
    pub vat_number: FieldAgreement,
}
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duplicate {
    pub probability: f64,
    pub agreement: Agreement,
}
#[derive(Debug, Clone)]
pub struct Model;
impl Model {
    pub fn shipped() -> Model {
        Model
    }
    pub fn compare(&self, a: &Profile, b: &Profile, _customers: u64) -> Duplicate {
        let same = |x: bool| if x { FieldAgreement::Exact } else { FieldAgreement::Different };
        let agreement = Agreement {
            first_name: same(a.0.first_name == b.0.first_name),
            last_name: same(a.0.last_name == b.0.last_name),
            email: same(a.0.email == b.0.email),
            vat_number: same(a.0.vat_number == b.0.vat_number),
        };
        let n = [agreement.first_name, agreement.last_name, agreement.email, agreement.vat_number]
            .into_iter()
            .filter(|f| *f == FieldAgreement::Exact)
            .count();
        Duplicate { probability: [0.0, 0.01, 0.1, 0.9, 0.99][n], agreement }
    }
}
pub fn name_key_prefixes(details: &Details) -> Vec<String> {
    crate::customer::likeness::person_keys(details)
}
