//! The domains that are known to be real: the providers that a slip may have been meant for, small
//! free-mail domains, and domains of others that are near a provider's.

use std::sync::LazyLock;

use foldhash::HashMap;

use super::distance::letters;
use crate::intelligence::lines::{Lines, lines};

/// How many have a mailbox there: the more they are, the likelier a near miss is a slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Few.
    Small,
    /// Many of a country's people.
    Large,
    /// Tens of millions, or most people of a country.
    Great,
}

/// What a provider's name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// Nobody else's, under any ending: `hotmail`.
    Brand,
    /// Neither a brand nor a word: `interia`.
    Plain,
    /// A word of a language, near which others have names of their own: `orange`.
    Word,
    /// Any of these, of a provider of certified mail.
    Certified,
}

/// A provider of mailboxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// Its domain.
    pub domain: &'static str,
    /// The domain's first label.
    pub label: &'static str,
    /// What follows the first label, without the dot.
    pub suffix: &'static str,
    /// How many know it.
    pub reach: Reach,
    /// What its name is.
    pub name: Name,
    /// The letters of the label: see [`letters`].
    pub letters: u64,
}

/// Every provider that a slip may have been meant for, by domain.
pub static PROVIDERS: LazyLock<HashMap<&'static str, Provider>> = LazyLock::new(|| {
    lines(include_str!("../../../data/mail/providers.tsv"))
        .filter_map(parse)
        .map(|provider| (provider.domain, provider))
        .collect()
});

static FREE_MAIL: LazyLock<Lines> =
    LazyLock::new(|| Lines::new(include_str!("../../../data/mail/freemail.txt")));

static NEIGHBOURS: LazyLock<Lines> =
    LazyLock::new(|| Lines::new(include_str!("../../../data/mail/neighbours.txt")));

fn parse(line: &'static str) -> Option<Provider> {
    let mut cells = line.split('\t');
    let (domain, reach, kind) = (cells.next()?, cells.next()?, cells.next()?);
    let (label, suffix) = domain.split_once('.')?;
    let reach = match reach {
        "great" => Reach::Great,
        "large" => Reach::Large,
        _ => Reach::Small,
    };
    let name = match kind {
        "brand" => Name::Brand,
        "word" => Name::Word,
        "certified" => Name::Certified,
        _ => Name::Plain,
    };
    Some(Provider { domain, label, suffix, reach, name, letters: letters(label) })
}

/// Whether `domain` is known to be real.
pub fn is_known(domain: &str) -> bool {
    PROVIDERS.contains_key(domain) || FREE_MAIL.contains(domain) || NEIGHBOURS.contains(domain)
}

/// Whether `domain` is that of a provider of certified mail, where many firms have their mailboxes.
pub fn is_certified(domain: &str) -> bool {
    PROVIDERS.get(domain).is_some_and(|provider| provider.name == Name::Certified)
}

/// Whether anybody can have a mailbox at `domain`.
pub fn is_free_mail(domain: &str) -> bool {
    match PROVIDERS.get(domain) {
        Some(provider) => provider.name != Name::Certified,
        None => FREE_MAIL.contains(domain),
    }
}

/// Every domain that is known to be real.
#[cfg(test)]
pub fn known() -> impl Iterator<Item = &'static str> {
    PROVIDERS.keys().copied().chain(FREE_MAIL.words()).chain(NEIGHBOURS.words())
}

#[cfg(test)]
mod tests {
    use super::{FREE_MAIL, Name, PROVIDERS, Reach, is_free_mail, lines};

    #[test]
    fn every_line_is_read() {
        let data = include_str!("../../../data/mail/providers.tsv");
        assert_eq!(lines(data).count(), PROVIDERS.len());
        for line in lines(data) {
            let cells: Vec<_> = line.split('\t').collect();
            assert_eq!(cells.len(), 3, "{line}");
            assert!(["great", "large", "small"].contains(&cells[1]), "{line}");
            assert!(["brand", "plain", "word", "certified"].contains(&cells[2]), "{line}");
        }
        assert!(PROVIDERS.keys().all(|domain| !FREE_MAIL.contains(domain)));
    }

    #[test]
    fn certified_mail_is_not_for_the_public() {
        assert!(is_free_mail("libero.it") && is_free_mail("mail2rome.com"));
        assert!(!is_free_mail("legalmail.it") && !is_free_mail("acme.it"));
    }

    #[test]
    fn a_provider_is_known_as_far_as_it_reaches() {
        assert_eq!(PROVIDERS["gmail.com"].reach, Reach::Great);
        assert_eq!(PROVIDERS["hotmail.it"].name, Name::Brand);
        assert!(Reach::Small < Reach::Large && Reach::Large < Reach::Great);
    }
}
