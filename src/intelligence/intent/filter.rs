//! By what a listing is narrowed beside a search: a category ("all freelancers"), a market
//! ("i clienti tedeschi").

use std::sync::LazyLock;

use foldhash::HashMap;

use crate::customer::assessment::Category;
use crate::customer::words;

const LIST: &str = include_str!("../../../data/intent/filters.tsv");

/// Words in a phrase of the list, at most.
const LONGEST: usize = 3;

/// Words that turn the next ones into their opposite, which no filter can say.
const EXCLUDING: [&str; 12] = [
    "not",
    "non",
    "no",
    "without",
    "senza",
    "except",
    "tranne",
    "outside",
    "fuori",
    "eccetto",
    "excluding",
    "esclusi",
];

/// Words before a phrase among which one of [`EXCLUDING`] is looked for.
const LOOKED_BACK: usize = 3;

/// By what a listing is narrowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// To customers of one category.
    pub category: Option<Category>,
    /// To customers of one market, by its ISO 3166 code.
    pub market: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Category(Category),
    Market(&'static str),
}

static PHRASES: LazyLock<HashMap<&str, Meaning>> = LazyLock::new(|| {
    let rows = LIST.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| {
        let mut cells = row.split('\t');
        let (kind, value, phrase) = (cells.next()?, cells.next()?, cells.next()?);
        let meaning = match kind {
            "category" => Meaning::Category(Category::parse(value)?),
            _ => Meaning::Market(value),
        };
        Some((phrase, meaning))
    })
    .collect()
});

/// The filter that `text` speaks of. Where it speaks of two markets or of two categories, neither
/// is one; a word of the search `q` is none.
pub fn filter(text: &str, q: Option<&str>) -> Filter {
    let words: Vec<String> = words::of_text(text).collect();
    let searched: Vec<String> = q.into_iter().flat_map(words::of_text).collect();
    let mut found: Vec<Meaning> = Vec::new();
    for (place, length) in places(words.len()) {
        let Some(phrase) = words.get(place..place + length) else { continue };
        let before = words.get(place.saturating_sub(LOOKED_BACK)..place).unwrap_or_default();
        let is_excluded = before.iter().any(|word| EXCLUDING.contains(&word.as_str()));
        let is_searched = phrase.iter().any(|word| searched.contains(word));
        if let Some(meaning) = PHRASES.get(phrase.join(" ").as_str()) {
            if is_excluded {
                return Filter::default();
            }
            if !is_searched && !found.contains(meaning) {
                found.push(*meaning);
            }
        }
    }
    one_of_each(&found)
}

/// Where a phrase can begin among so many words, and how long it can be.
fn places(words: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..words).flat_map(|place| (1..=LONGEST).map(move |length| (place, length)))
}

fn one_of_each(found: &[Meaning]) -> Filter {
    let categories = found.iter().filter_map(|meaning| match meaning {
        Meaning::Category(category) => Some(*category),
        Meaning::Market(_) => None,
    });
    let markets = found.iter().filter_map(|meaning| match meaning {
        Meaning::Market(market) => Some(*market),
        Meaning::Category(_) => None,
    });
    Filter { category: only(categories), market: only(markets) }
}

fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next();
    if all.next().is_none() { first } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn market(text: &str) -> Option<&'static str> {
        filter(text, None).market
    }

    #[test]
    fn a_country_is_known_by_name_and_adjective_in_both_languages() {
        assert_eq!(market("show me all Italian customers"), Some("IT"));
        assert_eq!(market("elenco dei clienti tedeschi"), Some("DE"));
        assert_eq!(market("everybody from the Netherlands"), Some("NL"));
        assert_eq!(market("i clienti in Svizzera"), Some("CH"));
        assert_eq!(market("list all customers"), None);
    }

    #[test]
    fn a_category_is_known_by_its_words() {
        let category = |text| filter(text, None).category;
        assert_eq!(category("list all freelancers"), Some(Category::Freelance));
        assert_eq!(category("mostrami gli enti pubblici"), Some(Category::PublicSector));
        assert_eq!(category("le università"), Some(Category::Education));
    }

    #[test]
    fn what_no_filter_can_say_is_none() {
        assert_eq!(market("customers that are not Italian"), None);
        assert_eq!(market("French and German clients"), None);
        assert_eq!(filter("find everyone called French", Some("French")), Filter::default());
    }

    #[test]
    fn every_row_of_the_list_means_something() {
        let rows = LIST.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(PHRASES.len(), rows);
        assert!(PHRASES.keys().all(|phrase| words::of_text(phrase).eq(phrase.split(' '))));
    }
}
