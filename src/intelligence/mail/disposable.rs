//! Services whose mailboxes are made to be thrown away.

use std::sync::LazyLock;

use super::parents::parents;
use crate::intelligence::lines::Lines;

static DISPOSABLE: LazyLock<Lines> =
    LazyLock::new(|| Lines::new(include_str!("../../../data/mail/disposable.txt")));

/// Whether the mailboxes of `domain`, or of one above it, are made to be thrown away.
pub fn is_disposable(domain: &str) -> bool {
    DISPOSABLE.contains(domain) || parents(domain).any(|parent| DISPOSABLE.contains(parent))
}

#[cfg(test)]
mod tests {
    use super::super::parents::parents;
    use super::super::provider;
    use super::{DISPOSABLE, is_disposable};

    #[test]
    fn subdomains_of_a_service_count() {
        assert!(is_disposable("mailinator.com"));
        assert!(is_disposable("a.b.mailinator.com"));
        assert!(!is_disposable("acme-mailinator.com"));
    }

    #[test]
    fn no_real_provider_is_thrown_away() {
        let wrong: Vec<_> = provider::known()
            .filter(|domain| {
                DISPOSABLE.contains(domain) || parents(domain).any(|p| DISPOSABLE.contains(p))
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
