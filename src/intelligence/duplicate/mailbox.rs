//! An email address as it is compared, and how well two of them agree.

use super::FieldAgreement;
use super::name::{Name, are_near, form};
use super::slips::{are_numbered_apart, are_within};
use crate::customer::likeness::canonical_email;
use crate::intelligence::mail::{DomainKind, is_certified, is_role, kind_of};

/// An address, prepared to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The whole address in lower case.
    address: String,
    /// The mailbox that it names: see [`canonical_email`].
    pub canonical: String,
    /// Where `canonical` has its `@`.
    at: usize,
    /// What is before the `@`, folded, without what a name has not.
    stem: String,
    /// Whether it belongs to a role and not to a person.
    is_role: bool,
    /// Whether the domain is one where strangers have mailboxes.
    is_providers: bool,
    /// Whether the stem is made of the customer's own name.
    is_of_own_name: bool,
}

impl Mailbox {
    /// Prepares the address of a customer with these names.
    pub fn of(email: &str, first: &Name, last: &Name) -> Mailbox {
        let canonical = canonical_email(email);
        let at = canonical.rfind('@').unwrap_or(canonical.len());
        let (local, domain) = (&canonical[..at], canonical.get(at + 1..).unwrap_or(""));
        let stem = stem(local);
        Mailbox {
            address: email.to_lowercase(),
            at,
            is_role: is_role(email.rsplit_once('@').map_or(email, |(local, _)| local)),
            is_providers: kind_of(domain) != DomainKind::Own || is_certified(domain),
            is_of_own_name: is_made_of(&stem, first, last),
            stem,
            canonical,
        }
    }

    /// Whether what is before the `@` tells more than the customer's name.
    fn is_distinctive(&self) -> bool {
        !self.is_of_own_name || self.local().ends_with(|c: char| c.is_ascii_digit())
    }

    fn local(&self) -> &str {
        self.canonical.get(..self.at).unwrap_or("")
    }

    fn domain(&self) -> &str {
        self.canonical.get(self.at + 1..).unwrap_or("")
    }
}

/// What of a local part can be of a name: its letters, up to digits at its end.
fn stem(local: &str) -> String {
    let stem = form(local);
    let end = stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if end == 0 { stem } else { stem[..end].to_owned() }
}

/// Whether a stem is made of a name: of the last name, alone or with first letters of the first
/// name on either side; or of the first name, alone or with first letters of the last.
fn is_made_of(stem: &str, first: &Name, last: &Name) -> bool {
    fn are_first_letters_of(name: &Name, part: &str) -> bool {
        name.joined.starts_with(part)
    }
    surnames(last).any(|surname| {
        let before = stem.strip_suffix(surname);
        let rest = before.or_else(|| stem.strip_prefix(surname));
        rest.is_some_and(|rest| are_first_letters_of(first, rest))
    }) || given_names(first)
        .any(|name| stem.strip_prefix(name).is_some_and(|rest| are_first_letters_of(last, rest)))
}

/// Whether a stem holds a whole first name and a whole last name.
fn holds_whole_name(stem: &str, first: &Name, last: &Name) -> bool {
    surnames(last).any(|surname| {
        given_names(first).any(|given| {
            stem.strip_suffix(surname) == Some(given) || stem.strip_prefix(surname) == Some(given)
        })
    })
}

fn surnames(last: &Name) -> impl Iterator<Item = &str> {
    last.words.iter().chain([&last.joined]).map(String::as_str).filter(|name| name.len() > 1)
}

fn given_names(first: &Name) -> impl Iterator<Item = &str> {
    [first.first.as_str(), first.joined.as_str()].into_iter().filter(|name| name.len() > 1)
}

/// A customer's address with the names that it may be made of.
pub struct Addressed<'p> {
    /// The address.
    pub mailbox: &'p Mailbox,
    /// The customer's first name.
    pub first: &'p Name,
    /// The customer's last name.
    pub last: &'p Name,
}

/// How well two addresses agree.
pub fn compare(a: &Addressed<'_>, b: &Addressed<'_>) -> FieldAgreement {
    let (mine, theirs) = (a.mailbox, b.mailbox);
    if mine.canonical == theirs.canonical {
        return match (mine.is_role, mine.address == theirs.address) {
            (true, _) => FieldAgreement::SharedMailbox,
            (false, true) => FieldAgreement::Exact,
            (false, false) => FieldAgreement::Variant,
        };
    }
    let personal = !mine.is_role && !theirs.is_role;
    if personal && are_a_slip_apart(mine, theirs) {
        return FieldAgreement::Near;
    }
    if spells_out(a, b) || spells_out(b, a) {
        FieldAgreement::SameName
    } else if personal && have_distinctive_local_part(mine, theirs) {
        FieldAgreement::SameLocalPart
    } else if mine.domain() == theirs.domain() && !mine.is_providers {
        FieldAgreement::SameDomain
    } else {
        FieldAgreement::Different
    }
}

/// Whether an address spells out the whole name of another customer, and is not just made of its
/// own customer's name: `mario.rossi@…` of M. Rossi.
fn spells_out(this: &Addressed<'_>, other: &Addressed<'_>) -> bool {
    let mailbox = this.mailbox;
    !mailbox.is_of_own_name && holds_whole_name(&mailbox.stem, other.first, other.last)
}

/// Whether two addresses are the same before the `@`, and no name explains it.
fn have_distinctive_local_part(a: &Mailbox, b: &Mailbox) -> bool {
    a.local() == b.local() && a.is_distinctive() && b.is_distinctive()
}

/// Whether one address is the other with a slip of the key: in the domain, or before the `@` where
/// it is no other name that explains the difference.
fn are_a_slip_apart(a: &Mailbox, b: &Mailbox) -> bool {
    if a.local() == b.local() {
        let are_two_providers = a.is_providers && b.is_providers;
        return !are_two_providers && are_within(a.domain(), b.domain(), 2);
    }
    let explained = a.is_of_own_name && b.is_of_own_name;
    a.domain() == b.domain()
        && !explained
        && are_near(a.local(), b.local())
        && !are_numbered_apart(a.local(), b.local())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How well the addresses of two customers with the same surname agree.
    fn emails(a: (&str, &str), b: (&str, &str)) -> FieldAgreement {
        let last = Name::of("Rossi");
        let [a, b] = [a, b].map(|(first, email)| {
            let first = Name::of(first);
            (Mailbox::of(email, &first, &last), first)
        });
        let addressed = |(mailbox, first)| Addressed { mailbox, first, last: &last };
        compare(&addressed((&a.0, &a.1)), &addressed((&b.0, &b.1)))
    }

    #[test]
    fn two_ways_to_write_one_mailbox_agree() {
        use FieldAgreement::{Exact, Near, SharedMailbox, Variant};
        let mario = ("Mario", "m.rossi72@gmail.com");
        assert_eq!(emails(mario, ("Mario", "M.Rossi72@gmail.com")), Exact);
        assert_eq!(emails(mario, ("Mario", "mrossi72+shop@googlemail.com")), Variant);
        assert_eq!(emails(mario, ("Mario", "m.rossi72@gmial.com")), Near);
        assert_eq!(emails(mario, ("Mario", "m.rosis72@gmail.com")), Near);
        assert_eq!(emails(("Mario", "info@acme.it"), ("Mario", "info@acme.it")), SharedMailbox);
    }

    #[test]
    fn addresses_that_follow_from_two_names_tell_nothing_more() {
        use FieldAgreement::{Different, SameDomain, SameLocalPart, SameName};
        let paolo = ("Paolo", "paolo.rossi@acme.it");
        assert_eq!(emails(paolo, ("Paola", "paola.rossi@acme.it")), SameDomain);
        assert_eq!(emails(paolo, ("Paolo", "paolo.rossi@libero.it")), Different);
        assert_eq!(emails(paolo, ("P.", "paolo.rossi@libero.it")), SameName);
        assert_eq!(emails(("Paolo", "x.wolf@acme.it"), ("P.", "x.wolf@libero.it")), SameLocalPart);
        assert_eq!(emails(("Paolo", "a@gmail.com"), ("Paolo", "b.c@gmail.com")), Different);
        assert_eq!(emails(("Paolo", "a@pec.it"), ("Paolo", "b.c@pec.it")), Different);
        assert_eq!(emails(("Paolo", "till1@acme.it"), ("Paolo", "till2@acme.it")), SameDomain);
    }

    #[test]
    fn a_local_part_is_known_to_be_made_of_a_name() {
        let (first, last) = (Name::of("Mario Luigi"), Name::of("De Rossi"));
        for local in
            ["rossi", "m.rossi", "mario.rossi72", "derossi_m", "rossimario", "mariod", "mlderossi"]
        {
            let expected = local != "mlderossi";
            assert_eq!(is_made_of(&stem(local), &first, &last), expected, "{local}");
        }
        for local in ["bianchi", "mario", "luca.rossi", "info"] {
            let expected = local == "mario";
            assert_eq!(is_made_of(&stem(local), &first, &last), expected, "{local}");
        }
    }
}
