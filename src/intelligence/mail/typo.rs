//! What a misspelt mail domain was probably meant to be.
//!
//! A domain that is known to be real is never questioned. Of the others, one is a slip where it has
//! a provider's name with its dots elsewhere or with something attached, or where it is near enough:
//! the farther a provider reaches and the longer its name, the more slips are allowed for, and a
//! word of a language is always somebody's own name.

use std::borrow::Cow;
use std::sync::LazyLock;

use foldhash::HashMap;

use super::distance;
use super::parents::parents;
use super::provider::{Name, PROVIDERS, Provider, Reach, is_known};
use super::tolerance::{rarity, tolerance, tolerance_elsewhere};
use crate::customer::words::fold;
use crate::intelligence::lines::Lines;

/// Longest domain that can be a slip for a provider's, in bytes.
const LONGEST: usize = 40;
/// Fewest letters of a domain that is recognised with its dots elsewhere.
const LETTERS_WITHOUT_DOTS: usize = 8;
/// Most bytes that are taken for something attached to a domain by mistake.
const ATTACHED: usize = 5;
/// Most that the slips in an ending may cost which no domain has.
const IN_THE_ENDING: u32 = 12;
/// Most that the slips before a country's ending may cost, as in `c.uk`.
const IN_THE_SECOND_LEVEL: u32 = 14;
/// Endings that exist, and are more often a slip for another one where a provider's name is before.
const SLIPS: [(&str, &str); 6] =
    [("cam", "com"), ("cm", "com"), ("co", "com"), ("om", "com"), ("et", "net"), ("ne", "net")];

/// What countries have below their top-level domain for everybody.
const SECOND_LEVEL: [&str; 6] = ["co", "com", "ne", "net", "or", "org"];

static TOP_LEVEL: LazyLock<Lines> =
    LazyLock::new(|| Lines::new(include_str!("../../../data/mail/top-level.txt")));

/// Words and names of people that are near a provider's label.
static WORDS: LazyLock<Lines> =
    LazyLock::new(|| Lines::new(include_str!("../../../data/mail/words.txt")));

/// The providers by one part of their domains, those that reach farthest first, and `.com` first.
type By<K> = HashMap<K, Vec<Provider>>;

static BY_SUFFIX: LazyLock<By<&'static str>> = LazyLock::new(|| by(|it| it.suffix));
static BY_LABEL: LazyLock<By<&'static str>> = LazyLock::new(|| by(|it| it.label));
static BY_LETTERS: LazyLock<By<String>> = LazyLock::new(|| by(|it| only_letters(it.domain)));

fn by<K: Eq + std::hash::Hash>(key: impl Fn(&Provider) -> K) -> By<K> {
    let mut providers: Vec<Provider> = PROVIDERS.values().copied().collect();
    providers.sort_by_key(|it| (std::cmp::Reverse(it.reach), it.suffix != "com", it.domain));
    let mut groups = By::default();
    for provider in providers {
        groups.entry(key(&provider)).or_default().push(provider);
    }
    groups
}

/// The provider's domain that was probably meant by `domain`, which is in lower case; `None` for a
/// domain that is real or near nothing.
pub fn likely_provider(domain: &str) -> Option<&'static str> {
    if domain.len() > LONGEST || is_known(domain) {
        return None;
    }
    if !domain.is_ascii() {
        return look_alike(domain);
    }
    let bare = without_www(domain);
    if bare.len() < domain.len() && PROVIDERS.contains_key(bare) {
        return Some(PROVIDERS.get(bare)?.domain);
    }
    let found = dots_elsewhere(bare).or_else(|| repeated(bare)).or_else(|| nearest(bare));
    found.or_else(|| attached(bare)).map(|provider| provider.domain)
}

/// A provider's name written with letters of another script or with accents.
fn look_alike(domain: &str) -> Option<&'static str> {
    let folded: Cow<'_, str> = domain.split('.').map(fold).collect::<Vec<_>>().join(".").into();
    PROVIDERS.get(folded.as_ref()).map(|provider| provider.domain)
}

fn without_www(domain: &str) -> &str {
    domain.strip_prefix("www").map_or(domain, |rest| rest.strip_prefix('.').unwrap_or(rest))
}

fn only_letters(domain: &str) -> String {
    domain.replace(['.', '-'], "")
}

/// `hot.mail.com`, `t.online.de`: the letters of a provider's domain, with dots elsewhere.
fn dots_elsewhere(domain: &str) -> Option<Provider> {
    let letters = only_letters(domain);
    let provider = *BY_LETTERS.get(&letters)?.first()?;
    // What is under a real domain belongs there, unless everybody has an address at the other one.
    let is_elsewhere = provider.reach == Reach::Great || !parents(domain).any(is_known);
    let is_long = letters.len() >= LETTERS_WITHOUT_DOTS || !exists(top_level(domain));
    (is_long && is_elsewhere).then_some(provider)
}

/// `libero.it.it`, `libero.itt`: a provider's domain with something behind it.
fn attached(domain: &str) -> Option<Provider> {
    (1..=ATTACHED).find_map(|length| {
        let (head, tail) = domain.split_at_checked(domain.len().checked_sub(length)?)?;
        let provider = *PROVIDERS.get(head)?;
        let is_slip = match tail.strip_prefix('.') {
            Some(ending) => top_level(head) == ending,
            None => !exists(top_level(domain)),
        };
        is_slip.then_some(provider)
    })
}

/// `gmailcom.com`: a provider's domain without its dot, and its ending once more.
fn repeated(domain: &str) -> Option<Provider> {
    let (label, suffix) = domain.split_once('.')?;
    let provider = *BY_LETTERS.get(label)?.first()?;
    let is_slip = label.len() >= LETTERS_WITHOUT_DOTS && provider.reach > Reach::Small;
    (is_slip && provider.suffix == suffix).then_some(provider)
}

fn nearest(domain: &str) -> Option<Provider> {
    let (label, suffix) = domain.split_once('.')?;
    if !exists(top_level(suffix)) {
        return with_a_wrong_ending(label, suffix);
    }
    if let Some(provider) = with_another_ending(label, suffix) {
        return Some(provider);
    }
    if WORDS.contains(label) {
        return None;
    }
    let meant = whole_ending(suffix);
    let tolerance = if meant.is_none() { tolerance } else { tolerance_elsewhere };
    let candidates = near(label, BY_SUFFIX.get(meant.unwrap_or(suffix))?, tolerance);
    cheapest(candidates.filter(|&(price, _)| meant.is_none() || price > 0))
}

/// `gmail.con`: a slip in an ending that does not exist, and maybe another in the name.
fn with_a_wrong_ending(label: &str, suffix: &str) -> Option<Provider> {
    let letters = distance::letters(suffix);
    let groups = BY_SUFFIX.iter().filter_map(|(meant, group)| {
        let lengths = (suffix.len(), meant.len());
        if distance::is_far((letters, distance::letters(meant)), lengths, IN_THE_ENDING) {
            return None;
        }
        let price = distance::between(&format!(".{suffix}"), &format!(".{meant}"), IN_THE_ENDING)?;
        Some((price, group))
    });
    cheapest(groups.flat_map(|(ending, group)| {
        near(label, group, tolerance).map(move |(price, provider)| (ending + price, provider))
    }))
}

/// Those of `group` whose labels are as near to `label` as is tolerated, with the price.
fn near(
    label: &str,
    group: &[Provider],
    tolerance: fn(&Provider) -> u32,
) -> impl Iterator<Item = (u32, Provider)> {
    let letters = distance::letters(label);
    group.iter().filter_map(move |provider| {
        let (limit, lengths) = (tolerance(provider), (label.len(), provider.label.len()));
        if distance::is_far((letters, provider.letters), lengths, limit) {
            return None;
        }
        Some((distance::between(label, provider.label, limit)?, *provider))
    })
}

/// `gmail.it`, `yahoo.co`, `yahoo.c.uk`: a provider's name, and an ending where it gives out no
/// mailboxes.
fn with_another_ending(label: &str, suffix: &str) -> Option<Provider> {
    let namesakes = BY_LABEL.get(label)?;
    let meant = whole_ending(suffix);
    let cut = namesakes.iter().find(|it| Some(it.suffix) == meant && tolerance(it) > 0);
    let found = cut.or_else(|| namesakes.iter().find(|it| is_second_level_slip(suffix, it.suffix)));
    if found.is_some() || !is_public(suffix) {
        return found.copied();
    }
    let mut brands = namesakes.iter().filter(|it| it.name == Name::Brand);
    let same_country = brands.clone().find(|it| top_level(it.suffix) == top_level(suffix));
    same_country.or_else(|| brands.next()).copied()
}

/// The ending that `suffix` is probably a part of.
fn whole_ending(suffix: &str) -> Option<&'static str> {
    SLIPS.iter().find(|(slip, _)| *slip == suffix).map(|(_, whole)| *whole)
}

fn is_second_level_slip(written: &str, meant: &str) -> bool {
    let halves = written.split_once('.').zip(meant.split_once('.'));
    halves.is_some_and(|((slip, top), (second, country))| {
        top == country && distance::between(slip, second, IN_THE_SECOND_LEVEL).is_some()
    })
}

fn cheapest(candidates: impl Iterator<Item = (u32, Provider)>) -> Option<Provider> {
    let rank = |(price, it): &(u32, Provider)| (price + rarity(it), it.suffix != "com", it.domain);
    candidates.min_by_key(rank).map(|(_, provider)| provider)
}

/// Whether anybody can register a domain right below `suffix`, as under `it` and `com.br`.
fn is_public(suffix: &str) -> bool {
    let halves = suffix.split_once('.');
    halves.is_none_or(|(second, top)| SECOND_LEVEL.contains(&second) && !top.contains('.'))
}

fn top_level(domain: &str) -> &str {
    domain.rsplit('.').next().unwrap_or(domain)
}

fn exists(top_level: &str) -> bool {
    TOP_LEVEL.contains(top_level) || top_level.starts_with("xn--")
}

#[cfg(test)]
mod tests {
    use super::super::provider::{PROVIDERS, known};
    use super::likely_provider;

    #[test]
    fn a_slip_is_led_back_to_the_provider() {
        for (slip, meant) in [
            ("gmial.com", "gmail.com"),
            ("gmail.con", "gmail.com"),
            ("gmail.cmo", "gmail.com"),
            ("gmail.co", "gmail.com"),
            ("gmail.it", "gmail.com"),
            ("gnail.com", "gmail.com"),
            ("gamil.con", "gmail.com"),
            ("gmail.comcom", "gmail.com"),
            ("gmailcom.com", "gmail.com"),
            ("www.gmail.com", "gmail.com"),
            ("wwwgmail.com", "gmail.com"),
            ("gmailc.om", "gmail.com"),
            ("hot.mail.com", "hotmail.com"),
            ("hotmai.it", "hotmail.it"),
            ("hotmail.itt", "hotmail.it"),
            ("hotmial.co.uk", "hotmail.co.uk"),
            ("yahoo.couk", "yahoo.co.uk"),
            ("yaho.fr", "yahoo.fr"),
            ("yahoo.com.it", "yahoo.it"),
            ("libero.ti", "libero.it"),
            ("lbero.it", "libero.it"),
            ("gmx.dee", "gmx.de"),
            ("gmxx.de", "gmx.de"),
            ("wandoo.fr", "wanadoo.fr"),
            ("t-onlin.de", "t-online.de"),
            ("tonline.de", "t-online.de"),
            ("outlok.it", "outlook.it"),
            ("gmаil.com", "gmail.com"),
        ] {
            assert_eq!(likely_provider(slip), Some(meant), "{slip}");
        }
    }

    #[test]
    fn what_is_known_to_be_real_is_never_questioned() {
        assert!(known().all(|domain| likely_provider(domain).is_none()));
        assert!(PROVIDERS.len() > 1_000);
    }

    #[test]
    fn what_is_near_nothing_is_left_alone() {
        for own in [
            "acme.it",
            "mail.acme.it",
            "mail.comune.milano.it",
            "ghotmail-consulting.it",
            "fastwebs.it",
            "fastweb.it",
            "liberi.it",
            "libro.it",
            "alicia.it",
            "orangeries.fr",
            "webb.de",
            "wb.de",
            "o3.pl",
            "tip.it",
            "sky.com.br",
            "in.wind.it",
            "grail.com",
            "www.acme.it",
            "outlook.acme.it",
            "outlook.com.acme.it",
            "例子.广告",
        ] {
            assert_eq!(likely_provider(own), None, "{own}");
        }
    }
}
