//! How much each clue is worth, and what all of them together say: a multinomial logistic model.
//!
//! Each clue adds to the score of every category; the scores become probabilities by softmax. The
//! weights are natural logarithms of odds: +2.3 for a category makes it ten times as likely as it
//! was against the others.

use super::clue::Clue;
use crate::customer::assessment::Category;

/// Scores, in the order of [`Category::ALL`].
type Scores = [f64; 6];

/// Scores are divided by it before they become probabilities; above 1 it makes them humbler. Fitted
/// to the training part of `data/eval/category/`.
const TEMPERATURE: f64 = 1.0;

/// By how much a clue lifts a probability if it is to be called a reason.
const LIFT_OF_A_REASON: f64 = 0.02;

/// What a mailbox alone has to say for a category before it is a reason for it.
const MIDDLING: f64 = 1.0 / 3.0;

/// The most likely category and its probability.
pub fn best(clues: &[Clue]) -> (Category, f64) {
    let probabilities = probabilities(clues);
    let all = Category::ALL.into_iter().zip(probabilities);
    all.max_by(|one, other| one.1.total_cmp(&other.1)).unwrap_or((Category::Unknown, 0.0))
}

/// The clues that speak for `category`, the strongest first; all where none does.
pub fn reasons(clues: &[Clue], category: Category) -> Vec<Clue> {
    let place = Category::ALL.iter().position(|other| *other == category).unwrap_or_default();
    let lifts = (0..clues.len()).map(|index| lift(clues, index, place));
    let mut reasons: Vec<(Clue, f64)> = clues.iter().copied().zip(lifts).collect();
    reasons.sort_by(|one, other| other.1.total_cmp(&one.1));
    let speaking = reasons.partition_point(|(_, lift)| *lift > LIFT_OF_A_REASON);
    reasons.truncate(if speaking > 0 { speaking } else { reasons.len() });
    reasons.into_iter().map(|(clue, _)| clue).collect()
}

/// By how much the clue at `index` lifts the probability of the category at `place`.
///
/// The first clue is the mailbox, from which all starts: it lifts what it would say alone.
fn lift(clues: &[Clue], index: usize, place: usize) -> f64 {
    let probability = |clues: &[Clue]| probabilities(clues).get(place).copied().unwrap_or_default();
    if index == 0 {
        return probability(clues.get(..1).unwrap_or_default()) - MIDDLING;
    }
    let mut others = clues.to_vec();
    others.remove(index);
    probability(clues) - probability(&others)
}

fn probabilities(clues: &[Clue]) -> Scores {
    let mut scores = [0.0; 6];
    for clue in clues {
        for (score, weight) in scores.iter_mut().zip(weights(*clue)) {
            *score += weight / TEMPERATURE;
        }
    }
    let highest = scores.into_iter().fold(f64::MIN, f64::max);
    let odds = scores.map(|score| (score - highest).exp());
    let sum: f64 = odds.iter().sum();
    odds.map(|odds| odds / sum)
}

/// What a clue adds to: corporate, freelance, public-sector, education, disposable, unknown.
///
/// The first five say where the rest starts from: the shares of each category among customers of
/// that kind of mailbox about whom nothing else is known.
#[rustfmt::skip]
fn weights(clue: Clue) -> Scores {
    match clue {
        Clue::OwnDomain            => [ 0.0, -2.0, -3.8, -4.3, -9.0, -4.0],
        Clue::FreeMailbox          => [-1.1,  0.0, -4.0, -4.0, -9.0, -1.5],
        Clue::CertifiedMailbox     => [ 0.0, -0.5, -2.5, -4.0, -9.0, -3.0],
        Clue::ProfessionMailbox    => [-3.0,  0.0, -5.0, -5.0, -9.0, -4.0],
        Clue::ThrowAwayMailbox     => [-4.5, -4.5, -7.0, -7.0,  0.0, -4.5],
        Clue::AuthorityDomain      => [-4.5, -6.0,  0.0, -4.0, -9.0, -6.0],
        Clue::ListedAuthority      => [-2.8, -4.5,  0.0, -4.5, -9.0, -5.0],
        Clue::SchoolDomain         => [-4.5, -5.5, -4.5,  0.0, -9.0, -6.0],
        Clue::ListedUniversity     => [-4.0, -5.5, -4.5,  0.0, -9.0, -6.0],
        Clue::AuthorityWord        => [ 0.0,  0.0,  6.5,  0.5,  0.0,  0.0],
        Clue::MaybeAuthorityWord   => [ 0.0, -0.5,  2.0,  0.5,  0.0,  0.5],
        Clue::SchoolWord           => [ 0.0,  0.0,  0.5,  7.0,  0.0,  0.0],
        Clue::MaybeSchoolWord      => [ 0.0,  0.0,  0.5,  2.5,  0.0,  0.3],
        Clue::FormInDomain         => [ 2.0, -0.7, -1.0, -1.0,  0.0,  0.0],
        Clue::TradeInDomain        => [ 1.0, -0.3, -1.0, -1.5,  0.0,  0.0],
        Clue::PracticeInDomain     => [ 0.0,  2.4, -1.0, -0.5,  0.0,  0.0],
        Clue::OrganisationDomain   => [-0.5,  0.0,  0.7,  0.7,  0.0,  1.5],
        Clue::PersonalDomain       => [ 0.0,  1.2, -0.5,  0.0,  0.0,  0.2],
        Clue::FullNameAsDomain     => [ 0.0,  5.0, -1.0, -1.0,  0.0,  0.0],
        Clue::FirstAtLastName      => [ 0.0,  3.6, -1.0, -1.0,  0.0,  0.0],
        Clue::LastNameAsDomain     => [ 0.0,  2.4, -1.0, -1.0,  0.0,  0.0],
        Clue::LastNameInDomain     => [ 0.0,  1.4, -1.0, -1.0,  0.0,  0.0],
        Clue::RoleAtOwnDomain      => [ 0.5,  0.0,  0.2,  0.2,  0.0,  0.0],
        Clue::EmployeeAddress      => [ 0.4, -0.6,  0.0,  0.0,  0.0,  0.0],
        Clue::AuthorityAddress     => [ 0.0, -1.0,  5.0,  1.0,  0.0,  0.0],
        Clue::SchoolAddress        => [ 0.0, -1.0,  0.5,  5.0,  0.0,  0.0],
        Clue::FormInAddress        => [ 3.0, -0.5,  0.0,  0.0,  0.0,  0.0],
        Clue::AuthorityName        => [ 0.0, -2.0,  6.0,  0.5,  0.0,  0.0],
        Clue::SchoolName           => [ 0.0, -2.0,  0.5,  6.0,  0.0,  0.0],
        Clue::FormInName           => [ 4.0, -0.5, -1.0, -1.0,  0.0,  0.0],
        Clue::TradeInName          => [ 1.5,  0.0, -1.0, -1.0,  0.0,  0.0],
        Clue::PracticeInName       => [ 0.0,  2.5, -1.0, -0.5,  0.0,  0.0],
        Clue::VatOfCompany         => [ 3.0, -0.8, -0.5, -0.5,  0.0, -0.5],
        Clue::VatLikelyOfCompany   => [ 1.7, -0.3, -0.2, -0.2,  0.0, -0.3],
        Clue::VatOfPerson          => [ 0.0,  4.0, -1.5, -1.5,  0.0, -0.5],
        Clue::VatLikelyOfPerson    => [ 0.0,  2.2, -0.8, -0.8,  0.0,  0.0],
        Clue::VatOfPublicBody      => [ 0.0, -2.0,  5.5,  4.0,  0.0,  0.0],
        Clue::VatOfBodyWithoutFirm => [ 0.0, -1.5,  2.0,  2.0,  0.0,  0.7],
        Clue::VatOfSchool          => [ 0.0, -2.0,  1.5,  5.0,  0.0,  0.0],
        Clue::VatOfAssociation     => [ 1.0, -2.0,  0.5,  0.8,  0.0,  1.5],
        Clue::VatOfNobody          => [ 0.0,  0.0, -0.5, -0.5,  0.5,  1.3],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_those_of_one_of_six() {
        for clues in [vec![], vec![Clue::OwnDomain], vec![Clue::FreeMailbox, Clue::VatOfPerson]] {
            let sum: f64 = probabilities(&clues).iter().sum();
            assert!((sum - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn reasons_are_what_speaks_for_the_answer() {
        let clues = [Clue::FreeMailbox, Clue::VatOfCompany];
        assert_eq!(reasons(&clues, Category::Corporate), [Clue::VatOfCompany]);
    }
}
