//! What an address says by itself: a provider's name with a slip in it, a mailbox made to be thrown
//! away, the mailbox of a function. What is known of mail domains is in `data/mail/`.

mod disposable;
mod distance;
mod parents;
mod provider;
mod role;
mod tolerance;
mod typo;

use crate::customer::assessment::{Advisory, AdvisoryCode};

pub use provider::is_certified;
pub use role::is_role;
pub use typo::likely_provider;

/// Who gives out the mailboxes of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DomainKind {
    /// A provider of mailboxes for the public, internet access providers included; not those of
    /// certified mail.
    FreeMail,
    /// A service whose mailboxes are made to be thrown away.
    Disposable,
    /// Anybody else: in most cases the domain of a firm or a body, for its own people.
    Own,
}

/// Who gives out the mailboxes of `domain`, which is in lower case.
pub fn kind_of(domain: &str) -> DomainKind {
    if provider::is_free_mail(domain) {
        DomainKind::FreeMail
    } else if disposable::is_disposable(domain) {
        DomainKind::Disposable
    } else {
        DomainKind::Own
    }
}

/// What a clerk should know of `email`, a valid address whose domain is in lower case: at most one
/// advisory of each code.
pub fn advisories(email: &str) -> Vec<Advisory> {
    let Some((local, domain)) = email.rsplit_once('@') else { return Vec::new() };
    let about_domain = disposable_advisory(domain).or_else(|| typo_advisory(local, domain));
    about_domain.into_iter().chain(role_advisory(local)).collect()
}

fn disposable_advisory(domain: &str) -> Option<Advisory> {
    (kind_of(domain) == DomainKind::Disposable).then(|| Advisory {
        field: "email",
        code: AdvisoryCode::EmailDisposable,
        message: format!("{domain} gives out mailboxes that are made to be thrown away"),
        suggestion: None,
    })
}

fn typo_advisory(local: &str, domain: &str) -> Option<Advisory> {
    likely_provider(domain).map(|meant| Advisory {
        field: "email",
        code: AdvisoryCode::EmailDomainTypo,
        message: format!("{domain} is probably a slip for {meant}"),
        suggestion: Some(format!("{local}@{meant}")),
    })
}

fn role_advisory(local: &str) -> Option<Advisory> {
    is_role(local).then(|| Advisory {
        field: "email",
        code: AdvisoryCode::EmailRole,
        message: format!("{local}@ is the mailbox of a function, not of a person"),
        suggestion: None,
    })
}

#[cfg(test)]
mod tests {
    use super::{DomainKind, advisories, kind_of};
    use crate::customer::assessment::AdvisoryCode;

    fn codes(email: &str) -> Vec<AdvisoryCode> {
        advisories(email).into_iter().map(|advisory| advisory.code).collect()
    }

    #[test]
    fn a_slip_is_told_with_the_whole_address_that_was_meant() {
        let advisories = advisories("Anna.Rossi@gmial.com");
        assert_eq!(advisories.len(), 1);
        assert_eq!(advisories[0].field, "email");
        assert_eq!(advisories[0].code, AdvisoryCode::EmailDomainTypo);
        assert_eq!(advisories[0].message, "gmial.com is probably a slip for gmail.com");
        assert_eq!(advisories[0].suggestion.as_deref(), Some("Anna.Rossi@gmail.com"));
    }

    #[test]
    fn each_advisory_stands_for_itself() {
        assert_eq!(codes("anna@mailinator.com"), [AdvisoryCode::EmailDisposable]);
        assert_eq!(codes("info@acme.it"), [AdvisoryCode::EmailRole]);
        let both = [AdvisoryCode::EmailDomainTypo, AdvisoryCode::EmailRole];
        assert_eq!(codes("info@gmial.com"), both);
        assert!(codes("anna.rossi@acme.it").is_empty());
    }

    #[test]
    fn a_domain_is_of_the_kind_of_whoever_gives_out_its_mailboxes() {
        for (domain, kind) in [
            ("gmail.com", DomainKind::FreeMail),
            ("libero.it", DomainKind::FreeMail),
            ("mailinator.com", DomainKind::Disposable),
            ("x.mailinator.com", DomainKind::Disposable),
            ("legalmail.it", DomainKind::Own),
            ("acme.it", DomainKind::Own),
            ("", DomainKind::Own),
        ] {
            assert_eq!(kind_of(domain), kind, "{domain}");
        }
    }

    #[test]
    fn any_text_is_looked_at_without_a_panic() {
        for odd in ["", "@", "a@", "@b", "ü@ü.ü", "用户@例子.广告", "a@.", "a@...", "a@-.-"]
        {
            advisories(odd);
        }
        advisories(&format!("{}@{}.com", "x".repeat(64), "gmail.".repeat(40)));
    }
}
