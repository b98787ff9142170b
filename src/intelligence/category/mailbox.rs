//! What the address tells: whose mailbox it is, whose domain, and the words in both.

use super::clue::{Clue, Clues};
use super::word::{Kind, add};
use super::{own_name, suffix, word};
use crate::customer::Details;

/// Parts of a domain before the country that are no names: `acme.co.uk`.
const SECOND_LEVEL: [&str; 11] =
    ["co", "com", "net", "org", "or", "ltd", "plc", "me", "nom", "info", "web"];

/// Adds what the address of `details` tells.
pub fn clues(details: &Details, clues: &mut Clues) {
    let Some((local, domain)) = details.email.rsplit_once('@') else { return };
    if stand_in::is_disposable(domain) {
        clues.push(Clue::ThrowAwayMailbox);
        return;
    }
    if stand_in::is_free_mail(domain) {
        clues.push(Clue::FreeMailbox);
        word::clues_of_local(local, clues);
        return;
    }
    match suffix::listed(domain) {
        Some(listed @ (Clue::CertifiedMailbox | Clue::ProfessionMailbox)) => {
            clues.push(listed);
            word::clues_of_local(local, clues);
        }
        Some(listed) => clues.push(listed),
        None => of_own_domain(details, local, domain, clues),
    }
}

/// Adds what a domain tells that is on no list.
fn of_own_domain(details: &Details, local: &str, domain: &str, clues: &mut Clues) {
    clues.push(Clue::OwnDomain);
    let mut labels = domain.rsplit('.');
    let top = labels.next().unwrap_or_default();
    of_top_level(top, clues);
    let second = labels.clone().next().filter(|label| SECOND_LEVEL.contains(label));
    let own = labels.clone().find(|label| !SECOND_LEVEL.contains(label)).unwrap_or_default();
    of_second_level(second.unwrap_or_default(), clues);
    word::of_labels(labels.filter(|label| !SECOND_LEVEL.contains(label)), |kind| {
        add_word(kind, clues);
    });
    if clues.contains(&Clue::SchoolWord) && clues.contains(&Clue::TradeInDomain) {
        clues.retain(|clue| *clue != Clue::TradeInDomain);
    }
    own_name::clues(details, local, own, clues);
    if stand_in::is_role(local) {
        add(clues, Clue::RoleAtOwnDomain);
    }
}

/// Adds what the last part of a domain tells.
fn of_top_level(top: &str, clues: &mut Clues) {
    let clue = match top {
        "org" | "ngo" | "foundation" | "cat" | "coop" => Clue::OrganisationDomain,
        "me" | "name" | "dev" | "pro" | "blog" | "photography" | "design" => Clue::PersonalDomain,
        "gmbh" | "ltd" | "llc" | "inc" | "company" | "srl" | "sarl" | "group" => Clue::FormInDomain,
        "school" | "university" | "college" => Clue::SchoolWord,
        "academy" | "education" | "institute" => Clue::MaybeSchoolWord,
        _ => return,
    };
    add(clues, clue);
}

/// Adds what the part before the country tells.
fn of_second_level(second: &str, clues: &mut Clues) {
    let clue = match second {
        "org" | "or" => Clue::OrganisationDomain,
        "me" | "nom" => Clue::PersonalDomain,
        "ltd" | "plc" => Clue::FormInDomain,
        _ => return,
    };
    add(clues, clue);
}

fn add_word(kind: Kind, clues: &mut Clues) {
    let clue = match kind {
        Kind::Authority => Clue::AuthorityWord,
        Kind::MaybeAuthority => Clue::MaybeAuthorityWord,
        Kind::School => Clue::SchoolWord,
        Kind::MaybeSchool => Clue::MaybeSchoolWord,
        Kind::Form => Clue::FormInDomain,
        Kind::Trade | Kind::NotSchool => Clue::TradeInDomain,
        Kind::Practice => Clue::PracticeInDomain,
    };
    add(clues, clue);
}

mod stand_in {
    pub fn is_disposable(domain: &str) -> bool {
        [
            "mailinator.com",
            "yopmail.com",
            "guerrillamail.com",
            "10minutemail.com",
            "trashmail.com",
            "tempmail.com",
            "temp-mail.org",
            "sharklasers.com",
        ]
        .contains(&domain)
    }
    pub fn is_free_mail(domain: &str) -> bool {
        [
            "gmail.com",
            "hotmail.com",
            "outlook.com",
            "yahoo.com",
            "libero.it",
            "gmx.de",
            "web.de",
            "orange.fr",
            "wanadoo.fr",
            "free.fr",
            "icloud.com",
            "seznam.cz",
            "wp.pl",
            "o2.pl",
            "virgilio.it",
            "tiscali.it",
            "t-online.de",
            "hotmail.it",
            "yahoo.it",
            "alice.it",
            "sapo.pt",
            "abv.bg",
            "telenet.be",
            "ziggo.nl",
            "bluewin.ch",
            "gmx.at",
            "laposte.net",
            "hotmail.fr",
            "yahoo.fr",
            "yahoo.es",
            "hotmail.es",
            "live.com",
            "outlook.it",
            "proton.me",
            "protonmail.com",
            "interia.pl",
            "onet.pl",
            "centrum.cz",
            "freemail.hu",
            "citromail.hu",
            "inbox.lv",
            "hotmail.co.uk",
            "btinternet.com",
            "yahoo.co.uk",
            "outlook.fr",
            "telia.com",
            "mail.dk",
            "online.no",
            "eircom.net",
        ]
        .contains(&domain)
    }
    pub fn is_role(local: &str) -> bool {
        [
            "info",
            "office",
            "sales",
            "contact",
            "kontakt",
            "amministrazione",
            "buchhaltung",
            "admin",
            "accounts",
            "hello",
            "facturacion",
            "contabilita",
            "fatture",
            "commerciale",
            "post",
            "mail",
            "billing",
            "support",
        ]
        .contains(&local)
    }
}
