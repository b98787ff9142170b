//! Fits the model to a company's own customers, without labels: expectation-maximisation (Dempster,
//! Laird and Rubin, 1977).

use super::model::{Chances, Context, Expectation};
use super::{Agreement, Comparison, FieldAgreement, Frequencies, Kind, Model};

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
        let seen = Seen::by(&model, pairs);
        model.kinship = (AGREEMENTS_BEFORE * shipped.kinship + seen.same_first_name)
            / (AGREEMENTS_BEFORE + seen.first_name_shares);
        for kind in Kind::ALL {
            let (given, counts) = (&shipped.kinds[kind as usize], &seen.kinds[kind as usize]);
            model.kinds[kind as usize] = refit(kind, given, counts, looked_up);
        }
    }
    model
}

/// What a model sees in the pairs of a company.
struct Seen {
    /// How many pairs of each kind there are, and how often each agreement in them.
    kinds: [Expectation; Kind::COUNT],
    /// How many pairs of colleagues have the same first name. Last names tell nothing of who comes
    /// from the same country, as relatives have the same ones, too.
    same_first_name: f64,
    /// How many pairs of colleagues would have it if they were any two customers.
    first_name_shares: f64,
}

impl Seen {
    fn by(model: &Model, pairs: &[Comparison]) -> Seen {
        let mut seen = Seen {
            kinds: Kind::ALL.map(|_| Expectation::NONE),
            same_first_name: 0.0,
            first_name_shares: 0.0,
        };
        for pair in pairs {
            let shares = model.shares(pair, Context::of(model.customers));
            seen.add(pair, &shares);
            let is_colleague = shares[Kind::Colleague as usize];
            seen.first_name_shares += is_colleague * model.frequencies.first_name(pair.first_name);
        }
        seen
    }

    fn add(&mut self, pair: &Comparison, shares: &[f64; Kind::COUNT]) {
        let Agreement { first_name, last_name, email, vat_number } = pair.agreement;
        for (count, share) in self.kinds.iter_mut().zip(shares) {
            count.partners += share;
            count.first_name[first_name as usize] += share;
            count.last_name[last_name as usize] += share;
            count.email[email as usize] += share;
            count.vat_number[vat_number as usize] += share;
        }
        if first_name == FieldAgreement::Exact {
            self.same_first_name += shares[Kind::Colleague as usize];
        }
    }
}

/// What is expected of a kind after what was seen: the mean of both, the shipped values weighing
/// as much as [`CUSTOMERS_BEFORE`] and [`PAIRS_BEFORE`] say.
fn refit(kind: Kind, shipped: &Expectation, seen: &Expectation, looked_up: u64) -> Expectation {
    // Most strangers are never compared, so nothing of them can be counted.
    if kind == Kind::Stranger {
        return shipped.clone();
    }
    let fit = |is_fitted: bool, shipped: Chances, seen: Chances| {
        if is_fitted { mean(shipped, seen) } else { shipped }
    };
    let (by_chance, fitted) = (kind.is_by_chance(), kind.has_chances_of_a_company());
    Expectation {
        partners: (CUSTOMERS_BEFORE * shipped.partners + seen.partners)
            / (CUSTOMERS_BEFORE + looked_up as f64),
        first_name: fit(fitted && !by_chance.first_name, shipped.first_name, seen.first_name),
        last_name: fit(fitted && !by_chance.last_name, shipped.last_name, seen.last_name),
        email: fit(fitted, shipped.email, seen.email),
        vat_number: fit(fitted, shipped.vat_number, seen.vat_number),
    }
}

fn mean(shipped: Chances, seen: Chances) -> Chances {
    let all = PAIRS_BEFORE + seen.iter().sum::<f64>();
    let mut mean = shipped;
    for (chance, seen) in mean.iter_mut().zip(seen) {
        *chance = (PAIRS_BEFORE * *chance + seen) / all;
    }
    mean
}

#[cfg(test)]
mod tests {
    use super::FieldAgreement::{Different, Exact, SameDomain};
    use super::*;

    fn pair(first_name: FieldAgreement, last_name: FieldAgreement) -> Comparison {
        let agreement = Agreement { first_name, last_name, email: SameDomain, vat_number: Exact };
        Comparison { agreement, first_name: 1, last_name: 2 }
    }

    fn fitted(pairs: &[Comparison], customers: u64) -> Model {
        estimate(pairs, customers, customers, Frequencies::shipped())
    }

    #[test]
    fn a_few_customers_move_little() {
        let (model, shipped) = (fitted(&[pair(Exact, Exact); 2], 2), Model::shipped());
        for (fitted, shipped) in model.kinds.iter().zip(&shipped.kinds) {
            assert!((fitted.partners - shipped.partners).abs() <= 0.05 * shipped.partners);
        }
    }

    #[test]
    fn colleagues_are_expected_where_there_are_many() {
        let many = fitted(&[pair(Different, Different); 20_000], 1000);
        let none = fitted(&[], 1000);
        let colleagues = |model: &Model| model.kinds[Kind::Colleague as usize].partners;
        assert!(colleagues(&many) > 15.0 && colleagues(&none) < 1.0);
    }

    #[test]
    fn duplicates_are_less_expected_where_there_are_none() {
        let model = fitted(&[pair(Different, Different); 5000], 2000);
        let duplicates = |model: &Model| model.kinds[Kind::Same as usize].partners;
        assert!(duplicates(&model) < 0.2 * duplicates(&Model::shipped()));
    }

    #[test]
    fn what_is_expected_of_a_kind_stays_a_distribution() {
        let mut pairs = vec![pair(Exact, Exact); 500];
        pairs.extend([pair(Different, Exact); 200]);
        let same = &fitted(&pairs, 800).kinds[Kind::Same as usize];
        for chances in [same.first_name, same.email, same.vat_number] {
            assert!((chances.iter().sum::<f64>() - 1.0).abs() < 0.01, "{chances:?}");
        }
    }
}
