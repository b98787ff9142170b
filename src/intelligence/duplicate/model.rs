//! From how well two customers agree to how probably they are one.

use serde::{Deserialize, Serialize};

use super::{Agreement, Comparison, FieldAgreement, Frequencies, Kind, Profile};

/// The probability of each [`FieldAgreement`], by its number.
pub type Chances = [f64; FieldAgreement::COUNT];

/// What is expected of one kind of pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// How many partners of this kind a customer has; for [`Kind::Stranger`] as a share of the
    /// others.
    pub partners: f64,
    /// Of the first names. Where they agree by chance, what stands for the exact agreement is a
    /// factor on how common the name is.
    pub first_name: Chances,
    /// Of the last names, likewise.
    pub last_name: Chances,
    /// Of the emails.
    pub email: Chances,
    /// Of the VAT numbers.
    pub vat_number: Chances,
}

/// All that is known of how the customers of a company agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// What is expected of each kind, in the order of [`Kind::ALL`].
    pub kinds: [Expectation; Kind::COUNT],
    /// How common names are.
    pub frequencies: Frequencies,
    /// How many times as often as any two customers two of one firm have the same first name: in a
    /// company with customers in several countries, colleagues have the names of one.
    pub kinship: f64,
    /// How many customers the company had when it was estimated; 0 for the shipped model.
    pub customers: u64,
    /// How many pairs it was estimated from; 0 for the shipped model.
    pub pairs: u64,
}

/// Where two customers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// How many customers the company has: among more, more agree by chance.
    pub customers: u64,
}

impl Context {
    /// In a company of so many customers.
    pub fn of(customers: u64) -> Context {
        Context { customers }
    }
}

/// That two customers may be one, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duplicate {
    /// How probably they are one, 0 to 1.
    pub probability: f64,
    /// How well they agree.
    pub agreement: Agreement,
}

impl Model {
    /// Compares two customers of a company; the order does not matter.
    pub fn compare(&self, a: &Profile, b: &Profile, context: Context) -> Duplicate {
        let comparison = Comparison::of(a, b);
        Duplicate {
            probability: self.probability(&comparison, context),
            agreement: comparison.agreement,
        }
    }

    /// How probably two customers are one, 0 to 1.
    pub fn probability(&self, comparison: &Comparison, context: Context) -> f64 {
        let shares = self.shares(comparison, context);
        Kind::ALL
            .iter()
            .zip(shares)
            .filter(|(kind, _)| kind.is_duplicate())
            .map(|(_, share)| share)
            .sum::<f64>()
            .clamp(0.0, 1.0)
    }

    /// How probably a pair is of each kind, in the order of [`Kind::ALL`]; the sum is 1.
    pub fn shares(&self, comparison: &Comparison, context: Context) -> [f64; Kind::COUNT] {
        let common = (
            self.frequencies.first_name(comparison.first_name),
            self.frequencies.last_name(comparison.last_name),
        );
        let mut shares = Kind::ALL.map(|kind| self.expected(kind, comparison, common, context));
        let all: f64 = shares.iter().sum();
        // Every kind may be all but impossible, but no pair can be nothing.
        if all > 0.0 && all.is_finite() {
            shares.iter_mut().for_each(|share| *share /= all);
        } else {
            shares = [0.0; Kind::COUNT];
            shares[Kind::Stranger as usize] = 1.0;
        }
        shares
    }

    /// How many partners of a kind that agree with it just so a customer has.
    fn expected(
        &self,
        kind: Kind,
        comparison: &Comparison,
        (first_common, last_common): (f64, f64),
        context: Context,
    ) -> f64 {
        let expectation = &self.kinds[kind as usize];
        let Agreement { first_name, last_name, email, vat_number } = comparison.agreement;
        let others = context.customers.max(2) as f64 - 1.0;
        let partners = match kind {
            Kind::Stranger => others * expectation.partners,
            Kind::Namesake => {
                expectation.partners + others * self.kinship * first_common * last_common
            }
            _ => expectation.partners,
        };
        let first = if kind.has_first_name_by_chance() {
            by_chance(first_name, self.kinship * first_common, &expectation.first_name)
        } else {
            expectation.first_name[first_name as usize]
        };
        let last = if kind.has_last_name_by_chance() {
            by_chance(last_name, self.kinship * last_common, &expectation.last_name)
        } else {
            expectation.last_name[last_name as usize]
        };
        partners
            * first
            * last
            * expectation.email[email as usize]
            * expectation.vat_number[vat_number as usize]
    }
}

/// The chance that two names agree so where only chance makes them: whole or in part by how common
/// the name is.
fn by_chance(agreement: FieldAgreement, common: f64, chances: &Chances) -> f64 {
    let chance = chances[agreement as usize];
    match agreement {
        FieldAgreement::Exact | FieldAgreement::Part => chance * common.min(1.0),
        _ => chance,
    }
}
