//! The one table of countries: which rule a prefix has, and how to name and show that country's
//! numbers to people.

use super::finding::Outcome;
use super::{central, east, north, outside, south, west};

/// A country's row.
pub(super) struct Country {
    /// The two letters its numbers begin with.
    pub prefix: [u8; 2],
    /// Whose numbers they are, as in "German VAT numbers".
    pub adjective: &'static str,
    /// What they look like, after "are".
    pub form: &'static str,
    /// A number of the right structure with right check digits.
    pub example: &'static str,
    /// The rule, applied to what follows the prefix.
    pub check: fn(&[u8]) -> Outcome,
}

/// Every country with rules, sorted by prefix.
static COUNTRIES: [Country; 37] = [
    central::AT,
    west::BE,
    east::BG,
    outside::CH,
    south::CY,
    central::CZ,
    central::DE,
    north::DK,
    north::EE,
    south::EL,
    south::ES,
    north::FI,
    west::FR,
    outside::GB,
    south::GR,
    south::HR,
    central::HU,
    west::IE,
    outside::IS,
    south::IT,
    north::LT,
    west::LU,
    north::LV,
    south::MT,
    west::NL,
    outside::NO,
    central::PL,
    south::PT,
    east::RO,
    outside::RS,
    north::SE,
    central::SI,
    central::SK,
    outside::SM,
    outside::TR,
    outside::UA,
    outside::XI,
];

/// The row of a prefix.
pub(super) fn find(prefix: [u8; 2]) -> Option<&'static Country> {
    let place = COUNTRIES.binary_search_by_key(&prefix, |country| country.prefix).ok()?;
    COUNTRIES.get(place)
}

#[cfg(test)]
mod tests {
    use super::super::{VatNumber, Verdict};
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_every_prefix_is_found() {
        assert!(COUNTRIES.is_sorted_by_key(|country| country.prefix));
        for country in &COUNTRIES {
            assert!(find(country.prefix).is_some());
        }
    }

    #[test]
    fn every_example_shown_to_people_is_a_valid_number_of_its_country() {
        for country in &COUNTRIES {
            let number = VatNumber::parse(country.example).unwrap();
            assert_eq!(number.as_str(), country.example);
            assert_eq!(number.verdict(), Verdict::Valid, "{}", country.example);
            assert_eq!(number.as_str().as_bytes()[..2], country.prefix);
            assert!(country.form.as_bytes().starts_with(&country.prefix));
        }
    }
}
