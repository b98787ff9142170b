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
    /// Of the first names. Where they agree by chance, what stands for exact and for partial
    /// agreement is a factor on how common the name is.
    pub first_name: Chances,
    /// Of the last names, likewise.
    pub last_name: Chances,
    /// Of the emails.
    pub email: Chances,
    /// Of the VAT numbers.
    pub vat_number: Chances,
}

impl Expectation {
    /// Nothing at all.
    pub(super) const NONE: Expectation = Expectation {
        partners: 0.0,
        first_name: [0.0; FieldAgreement::COUNT],
        last_name: [0.0; FieldAgreement::COUNT],
        email: [0.0; FieldAgreement::COUNT],
        vat_number: [0.0; FieldAgreement::COUNT],
    };
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
        let duplicates = Kind::ALL.iter().zip(shares).filter(|(kind, _)| kind.is_duplicate());
        duplicates.map(|(_, share)| share).sum::<f64>().clamp(0.0, 1.0)
    }

    /// How probably a pair is of each kind, in the order of [`Kind::ALL`]; the sum is 1.
    pub fn shares(&self, comparison: &Comparison, context: Context) -> [f64; Kind::COUNT] {
        let common = Common {
            first_name: self.frequencies.first_name(comparison.first_name),
            last_name: self.frequencies.last_name(comparison.last_name),
        };
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
    fn expected(&self, kind: Kind, pair: &Comparison, common: Common, context: Context) -> f64 {
        let expectation = &self.kinds[kind as usize];
        let Agreement { first_name, last_name, email, vat_number } = pair.agreement;
        let by_chance = kind.is_by_chance();
        let first_share = if by_chance.first_name { self.kinship * common.first_name } else { 1.0 };
        let last_share = if by_chance.last_name { self.kinship * common.last_name } else { 1.0 };
        // Names that are swapped are so both: the chance of it counts once.
        let last_chance = match last_name {
            FieldAgreement::Swapped => 1.0,
            _ => chance(last_name, &expectation.last_name, last_share),
        };
        self.partners(kind, common, context)
            * chance(first_name, &expectation.first_name, first_share)
            * last_chance
            * expectation.email[email as usize]
            * expectation.vat_number[vat_number as usize]
    }

    /// How many partners of a kind a customer has.
    fn partners(&self, kind: Kind, common: Common, context: Context) -> f64 {
        let partners = self.kinds[kind as usize].partners;
        let others = context.customers.max(2) as f64 - 1.0;
        match kind {
            Kind::Stranger => partners * others,
            // Two of one country have both names in common as often as each is common there, and
            // one in `kinship` others is of the same country.
            Kind::Namesake => {
                partners + others * self.kinship * common.first_name * common.last_name
            }
            _ => partners,
        }
    }
}

/// How common the names of a pair are.
#[derive(Clone, Copy)]
struct Common {
    first_name: f64,
    last_name: f64,
}

/// The chance that two names agree so, where those that share the name have `share` of it.
fn chance(agreement: FieldAgreement, chances: &Chances, share: f64) -> f64 {
    let chance = chances[agreement as usize];
    match agreement {
        FieldAgreement::Exact | FieldAgreement::Part => chance * share.min(1.0),
        _ => chance,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::Details;
    use crate::customer::vat::VatNumber;
    use crate::intelligence::duplicate::THRESHOLD;

    const MARIO: [&str; 4] = ["Mario", "Rossi", "mario.rossi@acme.it", "IT00743110157"];

    fn profile([first, last, email, vat_number]: [&str; 4]) -> Profile {
        Profile::of(&Details {
            first_name: first.into(),
            last_name: last.into(),
            email: email.into(),
            vat_number: VatNumber::from_stored(vat_number.to_owned()),
        })
    }

    fn probability(a: [&str; 4], b: [&str; 4], customers: u64) -> f64 {
        let context = Context::of(customers);
        Model::shipped().compare(&profile(a), &profile(b), context).probability
    }

    fn are_one(a: [&str; 4], b: [&str; 4]) -> bool {
        probability(a, b, 1000) >= THRESHOLD
    }

    #[test]
    fn one_person_entered_twice_is_found() {
        assert!(probability(MARIO, MARIO, 1_000_000) > 0.99);
        assert!(are_one(MARIO, ["MARIO", "Rosso", "mariorossi@acme.it", "IT00743110175"]));
        assert!(are_one(MARIO, ["Rossi", "Mario", "mario.rossi+shop@acme.it", "IT00743110157"]));
        assert!(are_one(MARIO, ["M.", "Rossi", "mario.rossi@acme.it", "IT00743110157"]));
        assert!(are_one(MARIO, ["Mario", "Rossi", "mario.rossi@acme.it", "IT12345678903"]));
    }

    #[test]
    fn two_people_of_one_firm_are_two() {
        assert!(!are_one(MARIO, ["Luca", "Bianchi", "l.bianchi@acme.it", MARIO[3]]));
        assert!(!are_one(MARIO, ["Mario", "Bianchi", "m.bianchi@acme.it", MARIO[3]]));
        assert!(!are_one(MARIO, ["Luca", "Rossi", "luca.rossi@acme.it", MARIO[3]]));
    }

    #[test]
    fn a_shared_mailbox_proves_nothing() {
        let shared = ["Mario", "Rossi", "info@acme.it", "IT00743110157"];
        assert!(!are_one(shared, ["Luca", "Rossi", "info@acme.it", "IT00743110157"]));
        let accountant = ["Mario", "Rossi", "verdi@studioverdi.it", "IT00743110157"];
        assert!(!are_one(accountant, ["Luca", "Bianchi", "verdi@studioverdi.it", "IT12345678903"]));
        let family = ["Mario", "Rossi", "casa.rossi@libero.it", "IT00743110157"];
        assert!(!are_one(family, ["Luca", "Rossi", "casa.rossi@libero.it", "IT12345678903"]));
    }

    #[test]
    fn the_more_customers_the_less_a_name_proves() {
        let namesake = ["Mario", "Rossi", "rossi72@libero.it", "IT12345678903"];
        let [few, more, many] = [100, 10_000, 1_000_000].map(|n| probability(MARIO, namesake, n));
        assert!(few > more && more > many && few < THRESHOLD, "{few} {more} {many}");
    }

    #[test]
    fn the_more_common_a_name_the_less_it_proves() {
        let colleague = ["Mario", "Rossi", "vendite@acme.it", "IT00743110157"];
        let of_others = (0..300).map(|_| profile(["Mario", "Rossi", "a@b.it", "IT12345678903"]));
        let others: Vec<Profile> = of_others.collect();
        let common = Model { frequencies: Frequencies::of(&others), ..Model::shipped() };
        let (a, b, context) = (profile(MARIO), profile(colleague), Context::of(1000));
        let common = common.compare(&a, &b, context).probability;
        assert!(common < Model::shipped().compare(&a, &b, context).probability);
    }
}
