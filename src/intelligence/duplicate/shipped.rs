//! The model of a company that nothing is known of yet.

use super::FieldAgreement::{self, *};
use super::model::{Chances, Expectation, Model};
use super::{Frequencies, Kind};

impl Model {
    /// The model of a company that nothing is known of yet.
    pub fn shipped() -> Model {
        Model {
            kinds: Kind::ALL.map(expectation),
            frequencies: Frequencies::shipped(),
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

fn partners(kind: Kind) -> f64 {
    match kind {
        Kind::Same => 0.2,
        Kind::Moved => 0.02,
        Kind::Colleague => 0.5,
        Kind::Relative => 0.05,
        Kind::Household => 0.02,
        Kind::Mailbox => 0.05,
        Kind::Namesake => 0.005,
        Kind::Stranger => 1.0,
    }
}

fn first_name(kind: Kind) -> &'static [(FieldAgreement, f64)] {
    match kind {
        Kind::Same | Kind::Moved => &[
            (Exact, 0.7),
            (Nickname, 0.06),
            (Near, 0.08),
            (Initial, 0.06),
            (Part, 0.04),
            (Swapped, 0.04),
            (Different, 0.02),
        ],
        Kind::Namesake => {
            &[(Exact, 0.9), (Nickname, 0.02), (Near, 0.02), (Initial, 0.04), (Part, 0.02)]
        }
        _ => &[
            (Exact, 1.0),
            (Nickname, 0.001),
            (Near, 0.004),
            (Initial, 0.004),
            (Part, 0.004),
            (Swapped, 0.0001),
            (Different, 0.98),
        ],
    }
}

fn last_name(kind: Kind) -> &'static [(FieldAgreement, f64)] {
    match kind {
        Kind::Same | Kind::Moved => {
            &[(Exact, 0.78), (Near, 0.08), (Part, 0.05), (Swapped, 1.0), (Different, 0.03)]
        }
        Kind::Namesake => &[(Exact, 0.97), (Near, 0.02), (Part, 0.01)],
        Kind::Relative | Kind::Household => {
            &[(Exact, 0.86), (Near, 0.06), (Part, 0.06), (Swapped, 0.02), (Different, 0.02)]
        }
        _ => &[(Exact, 1.0), (Near, 0.002), (Part, 0.003), (Swapped, 0.01), (Different, 0.98)],
    }
}

fn email(kind: Kind) -> &'static [(FieldAgreement, f64)] {
    match kind {
        Kind::Same => &[
            (Exact, 0.5),
            (Variant, 0.06),
            (Near, 0.1),
            (SameLocalPart, 0.03),
            (SameName, 0.15),
            (SameDomain, 0.05),
            (SharedMailbox, 0.05),
            (Different, 0.06),
        ],
        Kind::Moved => &[
            (Exact, 0.3),
            (Variant, 0.03),
            (Near, 0.03),
            (SameLocalPart, 0.04),
            (SameName, 0.4),
            (SameDomain, 0.01),
            (SharedMailbox, 0.01),
            (Different, 0.18),
        ],
        Kind::Colleague => &[
            (Exact, 0.002),
            (Variant, 0.0005),
            (Near, 0.001),
            (SameLocalPart, 0.0005),
            (SameName, 0.002),
            (SameDomain, 0.5),
            (SharedMailbox, 0.15),
            (Different, 0.34),
        ],
        Kind::Relative => &[
            (Exact, 0.002),
            (Variant, 0.0005),
            (Near, 0.002),
            (SameLocalPart, 0.001),
            (SameName, 0.1),
            (SameDomain, 0.4),
            (SharedMailbox, 0.15),
            (Different, 0.34),
        ],
        Kind::Household => &[(Exact, 0.95), (Variant, 0.02), (Near, 0.02)],
        Kind::Mailbox => &[(Exact, 0.1), (Variant, 0.01), (Near, 0.001), (SharedMailbox, 0.89)],
        Kind::Namesake => &[
            (Near, 0.001),
            (SameLocalPart, 0.02),
            (SameName, 0.6),
            (SameDomain, 0.001),
            (SharedMailbox, 0.0001),
            (Different, 0.37),
        ],
        Kind::Stranger => &[
            (Exact, 1e-6),
            (Variant, 1e-7),
            (Near, 1e-5),
            (SameLocalPart, 1e-4),
            (SameName, 0.0003),
            (SameDomain, 1e-4),
            (SharedMailbox, 1e-6),
            (Different, 1.0),
        ],
    }
}

fn vat_number(kind: Kind) -> &'static [(FieldAgreement, f64)] {
    match kind {
        Kind::Same => &[(Exact, 0.85), (Near, 0.15)],
        Kind::Moved | Kind::Mailbox => &[(Exact, 0.02), (Near, 0.001), (Different, 0.98)],
        Kind::Colleague | Kind::Relative => &[(Exact, 0.93), (Near, 0.07)],
        Kind::Household => &[(Exact, 0.4), (Near, 0.02), (Different, 0.58)],
        Kind::Namesake | Kind::Stranger => &[(Exact, 1e-6), (Near, 1e-5), (Different, 1.0)],
    }
}
