//! Whose a domain is, by lists: suffixes kept for authorities and schools, the domains of towns
//! and universities, certified mail.
//!
//! The lists are in `data/domains/`; a domain belongs where it or a domain above it is listed.

use std::sync::LazyLock;

use foldhash::HashMap;

use super::clue::Clue;

const SUFFIXES: &str = include_str!("../../../data/domains/suffix.tsv");
const TOWNS: &str = include_str!("../../../data/domains/municipality.txt");
const UNIVERSITIES: &str = include_str!("../../../data/domains/education.txt");

/// What is listed, by its domain; what is listed of any country (`gov.xx`) by its first part.
static LISTED: LazyLock<HashMap<&str, Clue>> = LazyLock::new(|| {
    let mut listed = HashMap::default();
    listed.extend(lines(TOWNS).map(|domain| (domain, Clue::ListedAuthority)));
    listed.extend(lines(UNIVERSITIES).map(|domain| (domain, Clue::ListedUniversity)));
    // Last, as a line written by hand is the surest.
    listed.extend(lines(SUFFIXES).filter_map(suffix));
    listed
});

fn suffix(line: &'static str) -> Option<(&'static str, Clue)> {
    let (suffix, kind) = line.split_once('\t')?;
    let clue = match kind {
        "public" => Clue::AuthorityDomain,
        "education" => Clue::SchoolDomain,
        "certified" => Clue::CertifiedMailbox,
        "profession" => Clue::ProfessionMailbox,
        _ => return None,
    };
    Some((suffix.strip_suffix(".xx").unwrap_or(suffix), clue))
}

/// The lines of a list that are no comments.
pub(super) fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// Whose `domain` is by the nearest listed domain above it.
pub fn listed(domain: &str) -> Option<Clue> {
    let listed = &*LISTED;
    let mut rest = domain;
    loop {
        if let Some(clue) = listed.get(rest) {
            return Some(*clue);
        }
        match rest.split_once('.') {
            // A first part alone stands for any country, and for nothing else.
            Some((first, last)) if !last.contains('.') => {
                return (last.len() == 2)
                    .then(|| listed.get(first).copied())
                    .flatten()
                    .or_else(|| listed.get(last).copied());
            }
            Some((_, above)) => rest = above,
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_belongs_to_the_listed_one_above_it() {
        for (domain, clue) in [
            ("comune.firenze.toscana.it", Some(Clue::AuthorityDomain)),
            ("bmf.gv.at", Some(Clue::AuthorityDomain)),
            ("hmrc.gov.uk", Some(Clue::AuthorityDomain)),
            ("nasa.gov", Some(Clue::AuthorityDomain)),
            ("ox.ac.uk", Some(Clue::SchoolDomain)),
            ("studenti.polimi.it", Some(Clue::ListedUniversity)),
            ("mit.edu", Some(Clue::SchoolDomain)),
            ("posta.istruzione.it", Some(Clue::ListedUniversity)),
            ("legalmail.it", Some(Clue::CertifiedMailbox)),
            ("groningen.nl", Some(Clue::ListedAuthority)),
            ("gov.com", None),
            ("example.com", None),
            ("siemens.de", None),
        ] {
            assert_eq!(listed(domain), clue, "{domain}");
        }
    }

    #[test]
    fn every_line_of_the_suffixes_is_understood() {
        for line in lines(SUFFIXES) {
            assert!(suffix(line).is_some_and(|(suffix, _)| suffix.is_ascii()), "{line}");
        }
        assert!(lines(TOWNS).chain(lines(UNIVERSITIES)).all(|line| line.contains('.')));
    }
}
