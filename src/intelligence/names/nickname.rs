//! Short and pet forms of first names: that Bob may be Robert, and Beppe or Pino a Giuseppe.
//!
//! A form belongs to every name it is short for, within one language. Words are folded, as
//! [`fold`](crate::customer::words::fold) does it.

use std::sync::LazyLock;

use foldhash::HashMap;

/// One name in a line: language, name in full, forms parted by spaces.
const LINES: &str = include_str!("../../../data/names/nicknames.tsv");

/// A name in one language: in full, then its forms.
type Group = Vec<&'static str>;

/// The groups, and those that a word is in, by their places.
struct Nicknames {
    groups: Vec<Group>,
    of: HashMap<&'static str, Vec<usize>>,
}

static NICKNAMES: LazyLock<Nicknames> = LazyLock::new(|| {
    let groups: Vec<Group> = LINES.lines().filter_map(group).collect();
    let mut of: HashMap<&str, Vec<usize>> = HashMap::default();
    for (place, group) in groups.iter().enumerate() {
        group.iter().for_each(|word| of.entry(word).or_default().push(place));
    }
    Nicknames { groups, of }
});

fn group(line: &'static str) -> Option<Group> {
    let mut cells = line.split('\t').skip(1);
    let name = cells.next()?;
    Some(std::iter::once(name).chain(cells.next()?.split(' ')).collect())
}

fn places(word: &str) -> &'static [usize] {
    NICKNAMES.of.get(word).map_or(&[], Vec::as_slice)
}

fn groups_of(word: &str) -> impl Iterator<Item = &'static Group> {
    places(word).iter().filter_map(|&place| NICKNAMES.groups.get(place))
}

/// Whether two folded words can be the same person's first name: a name and a form of it, or two
/// forms of one name. A word is akin to itself.
pub fn akin(a: &str, b: &str) -> bool {
    a == b || places(a).iter().any(|place| places(b).contains(place))
}

/// All other words that a folded word is akin to, each once: few to a few dozen.
pub fn forms_of(word: &str) -> Vec<&'static str> {
    let mut forms: Vec<&str> = groups_of(word).flatten().copied().filter(|&f| f != word).collect();
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// The name in full that a folded word stands for, where there is only one; otherwise the word.
pub fn root_of(word: &str) -> &str {
    let mut roots = groups_of(word).filter_map(|group| group.first().copied());
    match roots.next() {
        Some(root) if roots.all(|other| other == root) => root,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::words::fold;

    #[test]
    fn forms_of_one_name_are_akin_both_ways() {
        let pairs = [
            ("bob", "robert"),
            ("peggy", "margaret"),
            ("bill", "will"),
            ("pippo", "filippo"),
            ("beppe", "pino"),
            ("sepp", "josef"),
            ("hans", "johannes"),
            ("pepe", "jose"),
            ("paco", "francisco"),
            ("kasia", "katarzyna"),
            ("sasha", "aleksandr"),
            ("giorgos", "georgios"),
            ("lasse", "lars"),
        ];
        for (a, b) in pairs {
            assert!(akin(a, b) && akin(b, a), "{a} {b}");
            assert!(forms_of(a).contains(&b) && forms_of(b).contains(&a), "{a} {b}");
        }
    }

    #[test]
    fn other_names_and_other_languages_are_not_akin() {
        for (a, b) in [
            ("giovanni", "john"),
            ("mario", "maria"),
            ("alexander", "alexandra"),
            ("anna", "robert"),
            ("paul", "peter"),
            ("nobody", "robert"),
        ] {
            assert!(!akin(a, b) && !akin(b, a), "{a} {b}");
        }
    }

    #[test]
    fn a_word_is_akin_to_itself() {
        assert!(akin("zzz", "zzz"));
        assert!(forms_of("zzz").is_empty());
    }

    #[test]
    fn a_root_is_given_only_where_there_is_one() {
        assert_eq!(root_of("kasia"), "katarzyna");
        assert_eq!(root_of("katarzyna"), "katarzyna");
        assert_eq!(root_of("alex"), "alex");
        assert_eq!(root_of("zzz"), "zzz");
    }

    #[test]
    fn every_word_of_the_list_is_folded_and_every_line_is_whole() {
        let lines: Vec<&str> = LINES.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.is_sorted());
        assert_eq!(lines.len(), NICKNAMES.groups.len());
        for word in NICKNAMES.groups.iter().flatten() {
            assert_eq!(fold(word), *word);
        }
    }
}
