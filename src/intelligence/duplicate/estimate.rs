//! Fits the model to a company's own customers, without labels: expectation-maximisation (Dempster,
//! Laird and Rubin, 1977).

use super::model::{Chances, Context, Expectation};
use super::{Comparison, FieldAgreement, Frequencies, Kind, Model};

/// Most rounds; by then hardly anything changes.
const ROUNDS: usize = 30;
/// As many customers as the shipped expected numbers count for.
const CUSTOMERS_BEFORE: f64 = 200.0;
/// As many agreements of first names as the shipped kinship counts for.
const AGREEMENTS_BEFORE: f64 = 5.0;
/// As many pairs as the shipped chances of one kind count for.
const PAIRS_BEFORE: f64 = 50.0;

/// Fits the shipped model to a company.
///
/// `pairs` are the candidates found for `looked_up` of its `customers`: a pair of which both were
/// looked up is there twice. All candidates of a customer must be there, or be left out alike.
pub fn estimate(
    pairs: &[Comparison],
    looked_up: u64,
    customers: u64,
    frequencies: Frequencies,
) -> Model {
    let shipped = Model::shipped();
    let mut model = Model { frequencies, customers, pairs: pairs.len() as u64, ..shipped.clone() };
    for _ in 0..ROUNDS {
        let counts = count(&model, pairs, customers);
        model.kinship = kinship(&model, pairs, &shipped);
        for kind in Kind::ALL {
            model.kinds[kind as usize] = refit(
                kind,
                &shipped.kinds[kind as usize],
                &counts[kind as usize],
                looked_up as f64,
            );
        }
    }
    model
}

/// How often each kind is seen, and each agreement in it.
fn count(model: &Model, pairs: &[Comparison], customers: u64) -> [Expectation; Kind::COUNT] {
    const NONE: Chances = [0.0; 12];
    let mut counts = Kind::ALL.map(|_| Expectation {
        partners: 0.0,
        first_name: NONE,
        last_name: NONE,
        email: NONE,
        vat_number: NONE,
    });
    for pair in pairs {
        let shares = model.shares(pair, Context::of(customers));
        for (count, share) in counts.iter_mut().zip(shares) {
            count.partners += share;
            count.first_name[pair.agreement.first_name as usize] += share;
            count.last_name[pair.agreement.last_name as usize] += share;
            count.email[pair.agreement.email as usize] += share;
            count.vat_number[pair.agreement.vat_number as usize] += share;
        }
    }
    counts
}

/// How many times as often as any two customers colleagues have the same first name. Last names
/// tell nothing of it, as relatives have the same ones.
fn kinship(model: &Model, pairs: &[Comparison], shipped: &Model) -> f64 {
    let (mut seen, mut expected) = (AGREEMENTS_BEFORE * shipped.kinship, AGREEMENTS_BEFORE);
    for pair in pairs {
        let share = model.shares(pair, Context::of(model.customers))[Kind::Colleague as usize];
        expected += share * model.frequencies.first_name(pair.first_name);
        if pair.agreement.first_name == FieldAgreement::Exact {
            seen += share;
        }
    }
    seen / expected
}

fn refit(kind: Kind, shipped: &Expectation, counts: &Expectation, looked_up: f64) -> Expectation {
    // Most strangers are never compared, so nothing of them can be counted.
    if kind == Kind::Stranger {
        return shipped.clone();
    }
    if matches!(kind, Kind::Namesake | Kind::Household) {
        let partners = (CUSTOMERS_BEFORE * shipped.partners + counts.partners)
            / (CUSTOMERS_BEFORE + looked_up);
        return Expectation { partners, ..shipped.clone() };
    }
    let keep = |by_chance: bool, counted, given: Chances| {
        if by_chance { given } else { blend(given, counted) }
    };
    Expectation {
        partners: (CUSTOMERS_BEFORE * shipped.partners + counts.partners)
            / (CUSTOMERS_BEFORE + looked_up),
        first_name: keep(kind.has_first_name_by_chance(), counts.first_name, shipped.first_name),
        last_name: keep(kind.has_last_name_by_chance(), counts.last_name, shipped.last_name),
        email: blend(shipped.email, counts.email),
        vat_number: blend(shipped.vat_number, counts.vat_number),
    }
}

fn blend(shipped: Chances, counted: Chances) -> Chances {
    let all = PAIRS_BEFORE + counted.iter().sum::<f64>();
    let mut blended = shipped;
    for (chance, count) in blended.iter_mut().zip(counted) {
        *chance = (PAIRS_BEFORE * *chance + count) / all;
    }
    blended
}
