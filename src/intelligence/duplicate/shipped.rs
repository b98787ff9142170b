//! The model of a company that nothing is known of yet.
//!
//! The numbers were counted in labelled, made-up customers (`data/eval/duplicates/train-*.tsv`) and
//! rounded. What is not seen there, as it is too rare, is set low by hand: in no kind of pair is an
//! agreement impossible that can happen by mistake, so that other fields can outweigh it.

use super::FieldAgreement::{self, *};
use super::model::{Chances, Expectation, Model};
use super::{Frequencies, Kind};

impl Model {
    /// The model of a company that nothing is known of yet.
    pub fn shipped() -> Model {
        Model {
            kinds: Kind::ALL.map(expectation),
            frequencies: Frequencies::shipped(),
            // Between 1, as in a company of one country, and the number of countries.
            kinship: 2.0,
            customers: 0,
            pairs: 0,
        }
    }
}

fn expectation(kind: Kind) -> Expectation {
    Expectation {
        partners: partners(kind),
        first_name: chances(first_name(kind)),
        last_name: chances(last_name(kind)),
        email: chances(email(kind)),
        vat_number: chances(vat_number(kind)),
    }
}

fn chances(given: &[(FieldAgreement, f64)]) -> Chances {
    let mut chances = [0.0; FieldAgreement::COUNT];
    for (agreement, chance) in given {
        chances[*agreement as usize] = *chance;
    }
    chances
}

/// How many partners of each kind a customer has. Duplicates are taken to be as frequent as in a
/// register that nobody has looked after; with many customers this is the first to be corrected.
fn partners(kind: Kind) -> f64 {
    match kind {
        Kind::Same => 0.2,
        Kind::Colleague => 5.0,
        Kind::Relative => 0.2,
        Kind::Household => 0.03,
        Kind::Mailbox => 0.25,
        Kind::Namesake => 0.05,
        Kind::Stranger => 1.0,
    }
}

/// One person's name is entered with slips, and so is a namesake's.
fn first_name(kind: Kind) -> &'static [(FieldAgreement, f64)] {
    match kind {
        Kind::Same | Kind::Namesake => &[
            (Exact, 0.75),
            (Nickname, 0.02),
            (Near, 0.06),
            (Initial, 0.06),
            (Part, 0.05),
            (Swapped, 0.05),
            (Different, 0.01),
        ],
        // By chance: exact and part are factors on how common the name is.
        _ => &[
            (Exact, 1.0),
            (Nickname, 0.001),
            (Near, 0.005),
            (Initial, 0.008),
            (Part, 0.2),
            (Swapped, 1e-6),
            (Different, 0.98),
        ],
    }
}

/// Where the names are swapped, the chance of it stands with the first name.
fn last_name(kind: Kind) -> &'static [(FieldAgreement, f64)] {
    match kind {
        Kind::Same | Kind::Namesake => {
            &[(Exact, 0.78), (Near, 0.08), (Part, 0.07), (Different, 0.02)]
        }
        Kind::Relative | Kind::Household => {
            &[(Exact, 0.96), (Near, 0.01), (Part, 0.01), (Different, 0.02)]
        }
        _ => &[(Exact, 1.0), (Near, 0.001), (Part, 0.2), (Different, 0.98)],
    }
}

/// Who shares a domain with colleagues has an own one; private mailboxes are different.
fn email(kind: Kind) -> &'static [(FieldAgreement, f64)] {
    match kind {
        Kind::Same => &[
            (Exact, 0.45),
            (Variant, 0.04),
            (Near, 0.08),
            (SameLocalPart, 0.02),
            (SameName, 0.03),
            (SameDomain, 0.05),
            (SharedMailbox, 0.04),
            (Different, 0.29),
        ],
        Kind::Colleague => &[
            (Exact, 1e-4),
            (Variant, 1e-5),
            (Near, 1e-4),
            (SameLocalPart, 1e-4),
            (SameName, 1e-4),
            (SameDomain, 0.55),
            (SharedMailbox, 0.02),
            (Different, 0.43),
        ],
        Kind::Relative => &[
            (Exact, 1e-3),
            (Variant, 1e-4),
            (Near, 1e-3),
            (SameLocalPart, 1e-3),
            (SameName, 1e-3),
            (SameDomain, 0.55),
            (SharedMailbox, 0.02),
            (Different, 0.42),
        ],
        Kind::Household => &[(Exact, 0.98), (Variant, 0.01), (Near, 0.01)],
        Kind::Mailbox => &[(Exact, 0.4), (Variant, 0.01), (Near, 0.001), (SharedMailbox, 0.59)],
        Kind::Namesake => &[
            (Near, 1e-4),
            (Variant, 5e-3),
            (SameLocalPart, 0.01),
            (SameName, 0.05),
            (SameDomain, 1e-3),
            (SharedMailbox, 1e-4),
            (Different, 0.93),
        ],
        Kind::Stranger => &[
            (Exact, 1e-6),
            (Variant, 1e-7),
            (Near, 1e-5),
            (SameLocalPart, 1e-4),
            (SameName, 1e-4),
            (SameDomain, 1e-3),
            (SharedMailbox, 1e-6),
            (Different, 1.0),
        ],
    }
}

/// Within a firm the number is the same but for slips; without, only by mistake.
fn vat_number(kind: Kind) -> &'static [(FieldAgreement, f64)] {
    match kind {
        Kind::Same => &[(Exact, 0.8), (Near, 0.12), (Different, 0.08)],
        Kind::Mailbox => &[(Exact, 0.01), (Near, 0.001), (Different, 0.99)],
        Kind::Colleague | Kind::Relative => &[(Exact, 0.99), (Near, 0.01)],
        Kind::Household => &[(Exact, 0.25), (Near, 0.01), (Different, 0.74)],
        Kind::Namesake | Kind::Stranger => &[(Exact, 1e-6), (Near, 1e-6), (Different, 1.0)],
    }
}
