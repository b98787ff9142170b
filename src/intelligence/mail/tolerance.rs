//! How much a domain may differ from a provider's and still be taken for a slip: the more mailboxes
//! the provider has and the longer its name, the more.

use super::provider::{Name, Provider, Reach};

/// What being little known adds to a price, where several providers may have been meant.
pub fn rarity(provider: &Provider) -> u32 {
    match provider.reach {
        Reach::Great => 0,
        Reach::Large => 4,
        Reach::Small => 6,
    }
}

/// The most that slips in a provider's label may cost: a domain farther away is somebody's own.
pub fn tolerance(provider: &Provider) -> u32 {
    // A brand is known under all its endings.
    let reach = if provider.name == Name::Brand { Reach::Great } else { provider.reach };
    let allowed = match (reach, provider.label.len()) {
        (_, 0..=2) => 0,
        (Reach::Great, 3) => 5,
        (Reach::Great, 4) => 8,
        (Reach::Great, 5..=6) => 12,
        (Reach::Great, _) => 16,
        (Reach::Large, 3) => 0,
        (Reach::Large, 4) => 5,
        (Reach::Large, 5) => 9,
        (Reach::Large, 6) => 11,
        (Reach::Large, 7..=8) => 12,
        (Reach::Large, _) => 16,
        (Reach::Small, 3..=4) => 0,
        (Reach::Small, 5) => 5,
        (Reach::Small, 6) => 6,
        (Reach::Small, 7..=8) => 8,
        (Reach::Small, _) => 9,
    };
    match (provider.name, provider.reach) {
        (Name::Word, Reach::Small) => 0,
        (Name::Word, _) => u32::saturating_sub(allowed, 2),
        _ => allowed,
    }
}

/// The same where the ending is not the provider's own either.
pub fn tolerance_elsewhere(provider: &Provider) -> u32 {
    let is_plain_to_see = provider.reach == Reach::Great && provider.label.len() > 4;
    if is_plain_to_see { tolerance(provider) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::super::provider::PROVIDERS;
    use super::{rarity, tolerance};

    #[test]
    fn more_is_tolerated_near_a_longer_name_and_a_larger_provider() {
        let of = |domain: &str| tolerance(&PROVIDERS[domain]);
        assert!(of("gmail.com") < of("hotmail.com"));
        assert!(of("gmx.de") < of("gmail.com"));
        assert!(of("comhem.se") < of("seznam.cz"));
        assert_eq!(of("me.com"), 0);
    }

    #[test]
    fn less_is_tolerated_near_a_word() {
        assert!(tolerance(&PROVIDERS["orange.fr"]) < tolerance(&PROVIDERS["libero.it"]));
        assert!(rarity(&PROVIDERS["orange.es"]) > rarity(&PROVIDERS["orange.fr"]));
    }
}
