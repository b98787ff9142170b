//! Whether the domain is the person's own name, as people in business on their own like to have
//! it: `mario@rossi-mario.it`.

use super::clue::{Clue, Clues};
use super::word::add;
use crate::customer::Details;
use crate::customer::words::fold;

/// Shorter last names are parts of too many words.
const SHORTEST: usize = 4;

/// Adds what the name tells of the address `local` at a domain whose own part is `label`.
pub fn clues(details: &Details, local: &str, label: &str, clues: &mut Clues) {
    let first = spelt(&fold(details.first_name.split(' ').next().unwrap_or_default()));
    let last = spelt(&fold(&details.last_name.replace(' ', "")));
    if last.len() < 2 {
        return;
    }
    let label = if label.is_ascii() { spelt(label) } else { spelt(&fold(label)) };
    let local = spelt(local);
    let said = if is_full_name(&label, &first, &last) {
        Some(Clue::FullNameAsDomain)
    } else if label == last {
        let is_first = local == first || local.len() == 1 && first.starts_with(&local);
        Some(if is_first { Clue::FirstAtLastName } else { Clue::LastNameAsDomain })
    } else if last.len() >= SHORTEST && (label.starts_with(&last) || label.ends_with(&last)) {
        Some(Clue::LastNameInDomain)
    } else {
        (local.contains(&last) && last.len() >= SHORTEST).then_some(Clue::EmployeeAddress)
    };
    said.into_iter().for_each(|clue| add(clues, clue));
}

/// Letters and digits alone, with umlauts written as the fold of a name writes them.
fn spelt(text: &str) -> String {
    let mut spelt = String::with_capacity(text.len());
    for character in text.chars().filter(|c| c.is_alphanumeric()) {
        let lower = character.to_ascii_lowercase();
        // ä is folded to a, and written ae in addresses.
        if lower != 'e' || !spelt.ends_with(['a', 'o', 'u']) {
            spelt.push(lower);
        }
    }
    spelt
}

/// Whether `label` is first and last name in either order, or an initial and the last name.
fn is_full_name(label: &str, first: &str, last: &str) -> bool {
    let rest = label.strip_suffix(last).or_else(|| label.strip_prefix(last));
    match rest {
        Some(rest) if first.len() >= 2 => {
            rest == first || rest.len() == 1 && first.starts_with(rest)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::vat::VatNumber;

    fn of(first: &str, last: &str, local: &str, label: &str) -> Clues {
        let details = Details {
            first_name: first.into(),
            last_name: last.into(),
            email: format!("{local}@{label}.it").into(),
            vat_number: VatNumber::from_stored("IT12345678903".to_owned()),
        };
        let mut found = Clues::new();
        clues(&details, local, label, &mut found);
        found
    }

    #[test]
    fn a_domain_of_the_full_name_is_seen_however_it_is_written() {
        for label in ["mariorossi", "rossi-mario", "mario-rossi", "mrossi"] {
            assert_eq!(of("Mario", "Rossi", "info", label), [Clue::FullNameAsDomain], "{label}");
        }
        assert_eq!(of("Jörg", "Müller", "mail", "joerg-mueller"), [Clue::FullNameAsDomain]);
        assert_eq!(of("Jörg", "Müller", "mail", "jörg-müller"), [Clue::FullNameAsDomain]);
        assert_eq!(of("Anna", "De Luca", "info", "annadeluca"), [Clue::FullNameAsDomain]);
    }

    #[test]
    fn a_last_name_as_domain_is_told_from_one_with_more() {
        assert_eq!(of("Mario", "Rossi", "mario", "rossi"), [Clue::FirstAtLastName]);
        assert_eq!(of("Mario", "Rossi", "info", "rossi"), [Clue::LastNameAsDomain]);
        assert_eq!(of("Mario", "Rossi", "info", "rossisrl"), [Clue::LastNameInDomain]);
        assert_eq!(of("Mario", "Rossi", "m.rossi", "acme"), [Clue::EmployeeAddress]);
        assert_eq!(of("Mario", "Rossi", "info", "acme"), []);
    }
}
