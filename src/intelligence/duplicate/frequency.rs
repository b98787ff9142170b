//! How common names are in a company: two customers called Rossi agree by chance where every
//! hundredth is called so, two called Casalodi hardly.

use foldhash::HashMap;
use serde::{Deserialize, Serialize};

use super::Profile;
use super::name::Name;

/// Most words of a field whose counts are kept.
const MOST: usize = 500;
/// As many customers as the shipped share of a word counts for.
const SHIPPED_WEIGHT: f64 = 200.0;

/// How common the first and the last names of a company's customers are. No name can be read from
/// it: it holds hashes of words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frequencies {
    first: Shares,
    last: Shares,
}

/// The shares of the words of one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Shares {
    /// Hash and share of each of the most common words, by hash.
    common: Vec<(u64, f64)>,
    /// The share of any other word.
    other: f64,
}

impl Frequencies {
    /// What is taken of a company that nothing is known of: each name is somewhat rare.
    pub fn shipped() -> Frequencies {
        let none = |other| Shares { common: Vec::new(), other };
        Frequencies { first: none(0.004), last: none(0.0008) }
    }

    /// Counts the names of a sample of a company's customers.
    pub fn of<'p>(sample: impl IntoIterator<Item = &'p Profile>) -> Frequencies {
        let (mut first, mut last) = (Counts::default(), Counts::default());
        for profile in sample {
            first.add(&profile.first);
            last.add(&profile.last);
        }
        let shipped = Frequencies::shipped();
        Frequencies {
            first: Shares::counted(&first, &shipped.first),
            last: Shares::counted(&last, &shipped.last),
        }
    }

    /// The share of customers with the first name of this [`hash`].
    pub fn first_name(&self, word: u64) -> f64 {
        self.first.of(word)
    }

    /// The share of customers with the last name of this [`hash`].
    pub fn last_name(&self, word: u64) -> f64 {
        self.last.of(word)
    }
}

impl Shares {
    fn of(&self, word: u64) -> f64 {
        let found = self.common.binary_search_by_key(&word, |(hash, _)| *hash);
        found.ok().and_then(|at| self.common.get(at)).map_or(self.other, |(_, share)| *share)
    }

    /// The shares in a sample, drawn towards the shipped ones as far as it is small.
    fn counted(counts: &Counts, shipped: &Shares) -> Shares {
        let total = f64::from(counts.names) + SHIPPED_WEIGHT;
        let mut words: Vec<(u64, f64)> =
            counts.words.iter().map(|(word, count)| (*word, f64::from(*count))).collect();
        words.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let rest = words.split_off(MOST.min(words.len()));
        // How many of the others a customer with one of the rare words meets with the same word.
        let meetings: f64 = rest.iter().map(|(_, count)| count * (count - 1.0)).sum();
        let customers: f64 = rest.iter().map(|(_, count)| count).sum();
        let other = (meetings / customers.max(1.0) + SHIPPED_WEIGHT * shipped.other) / total;
        for (word, count) in &mut words {
            *count = (*count - 1.0 + SHIPPED_WEIGHT * shipped.of(*word)) / total;
        }
        words.sort_unstable_by_key(|(word, _)| *word);
        Shares { common: words, other }
    }
}

/// How often each word and each whole name of a field was seen.
#[derive(Default)]
struct Counts {
    words: HashMap<u64, u32>,
    names: u32,
}

impl Counts {
    fn add(&mut self, name: &Name) {
        self.names = self.names.saturating_add(1);
        let whole = Some(&name.joined).filter(|joined| !name.words.contains(joined));
        for word in name.words.iter().chain(whole) {
            let count = self.words.entry(hash(word)).or_insert(0);
            *count = count.saturating_add(1);
        }
    }
}

/// The 64-bit FNV-1a hash (Fowler, Noll, Vo) of a folded word. It is stored, so it must never
/// change.
pub fn hash(word: &str) -> u64 {
    word.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::Details;
    use crate::customer::vat::VatNumber;

    fn named(first: &str, last: &str) -> Profile {
        Profile::of(&Details {
            first_name: first.into(),
            last_name: last.into(),
            email: "a@b.cd".into(),
            vat_number: VatNumber::from_stored("IT00743110157".to_owned()),
        })
    }

    #[test]
    fn a_hash_is_what_it_was_when_it_was_stored() {
        assert_eq!(hash(""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(hash("a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(hash("foobar"), 0x8594_4171_F739_67E8);
    }

    #[test]
    fn a_name_is_as_common_as_it_is_in_the_sample() {
        let mut sample = vec![named("Mario", "Rossi"); 3000];
        sample.extend((0..7000).map(|n| named("Anna Maria", &format!("Bianchi{n}"))));
        let frequencies = Frequencies::of(&sample);
        assert!((frequencies.last_name(hash("rossi")) - 0.3).abs() < 0.01);
        assert!((frequencies.first_name(hash("maria")) - 0.7).abs() < 0.02);
        assert!((frequencies.first_name(hash("annamaria")) - 0.7).abs() < 0.02);
        assert!(frequencies.last_name(hash("bianchi6999")) < 0.0002);
        assert!(frequencies.last_name(hash("verdi")) < 0.0002);
    }

    #[test]
    fn a_small_sample_moves_little() {
        let (few, shipped) = (Frequencies::of(&[named("Mario", "Rossi")]), Frequencies::shipped());
        let (few, shipped) = (few.last_name(hash("rossi")), shipped.last_name(hash("rossi")));
        assert!((few - shipped).abs() < 0.1 * shipped);
    }
}
