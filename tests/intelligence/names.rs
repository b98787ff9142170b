//! How good the reading of names is: real names are let be whatever people they come from, what is
//! no name is told, and swapped names are found without crying wolf.

use std::collections::BTreeMap;

use smart_customer::customer::assessment::{Advisory, AdvisoryCode};
use smart_customer::intelligence::names;

use crate::report::Counts;

/// Culture, first name, last name: drawn by Faker, which nothing is learnt from.
const PEOPLE: &str = include_str!("../../data/eval/names/people.tsv");

/// People, f(irst) or l(ast), names: kept out of what is learnt.
const WRITTEN: &str = include_str!("../../data/eval/names/written.tsv");

/// What is no name, one in a line.
const JUNK: &str = include_str!("../../data/eval/names/junk.txt");

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

fn people() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    rows(PEOPLE).map(|row| (row[0], row[1], row[2]))
}

/// People and name, with whether it is a first name.
fn written() -> impl Iterator<Item = (&'static str, String, bool)> {
    rows(WRITTEN).flat_map(|row| {
        let spaced = |name: &str| name.replace('-', " ");
        row[2].split(' ').map(move |name| (row[0], spaced(name), row[1] == "f"))
    })
}

fn has(advisories: &[Advisory], code: AdvisoryCode) -> bool {
    advisories.iter().any(|advisory| advisory.code == code)
}

fn is_implausible(first: &str, last: &str) -> bool {
    has(&names::advisories(first, last), AdvisoryCode::NameImplausible)
}

fn is_implausible_alone(name: &str, is_first: bool) -> bool {
    if is_first { is_implausible(name, "Rossi") } else { is_implausible("Maria", name) }
}

/// Names of a culture, and those of them that are doubted.
type Doubted = (usize, Vec<String>);

/// Prints the share that is doubted of each culture and gives back the worst.
fn worst(cultures: &BTreeMap<&str, Doubted>) -> f64 {
    let mut worst: f64 = 0.0;
    for (culture, (all, doubted)) in cultures {
        let share = doubted.len() as f64 / *all as f64;
        println!("  {culture:10} {share:.4} of {all} {}", doubted.join(", "));
        worst = worst.max(share);
    }
    let (all, doubted) =
        cultures.values().fold((0, 0), |sum, culture| (sum.0 + culture.0, sum.1 + culture.1.len()));
    println!("  all {:.4} of {all}, worst {worst:.4}", doubted as f64 / all as f64);
    worst
}

#[test]
fn real_names_of_every_culture_are_doubted_in_at_most_one_of_fifty() {
    let mut cultures: BTreeMap<&str, Doubted> = BTreeMap::new();
    for (culture, first, last) in people() {
        let (all, doubted) = cultures.entry(culture).or_default();
        let advisories = names::advisories(first, last);
        for (field, name) in [("first-name", first), ("last-name", last)] {
            *all += 1;
            let is_doubt =
                |a: &Advisory| a.field == field && a.code == AdvisoryCode::NameImplausible;
            if advisories.iter().any(is_doubt) {
                doubted.push(name.to_owned());
            }
        }
    }
    println!("names by culture that are doubted:");
    assert!(cultures.len() >= 50);
    assert!(worst(&cultures) <= 0.02);
}

#[test]
fn real_names_that_no_list_has_are_doubted_in_at_most_one_of_fifty() {
    let mut peoples: BTreeMap<&str, Doubted> = BTreeMap::new();
    for (people, name, is_first) in written() {
        let (all, doubted) = peoples.entry(people).or_default();
        *all += 1;
        if is_implausible_alone(&name, is_first) {
            doubted.push(name);
        }
    }
    println!("written names by people that are doubted:");
    // A people has some dozens of them, so that one name can already be more than one of fifty.
    assert!(worst(&peoples) <= 0.05);
    let (all, doubted) =
        peoples.values().fold((0, 0), |sum, people| (sum.0 + people.0, sum.1 + people.1.len()));
    assert!(doubted * 100 <= all);
}

#[test]
fn what_is_no_name_is_told_in_at_least_nine_of_ten() {
    let junk: Vec<&str> = rows(JUNK).map(|row| row[0]).collect();
    let missed: Vec<&&str> = junk.iter().filter(|text| !is_implausible_alone(text, true)).collect();
    let recall = 1.0 - missed.len() as f64 / junk.len() as f64;
    println!("typed junk: recall {recall:.3} of {}, missed {missed:?}", junk.len());
    assert!(recall >= 0.9);
}

/// Numbers that are the same at every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn letters(&mut self, from: &str) -> String {
        let from: Vec<char> = from.chars().collect();
        (0..5 + self.below(6)).map(|_| from[self.below(from.len())]).collect()
    }
}

#[test]
fn letters_drawn_at_random_are_told_in_at_least_eight_of_ten() {
    for (script, letters, home) in [
        ("latin", "abcdefghijklmnopqrstuvwxyz", "asdfghjkl"),
        ("cyrillic", "абвгдежзийклмнопрстуфхцчшщъыьэюя", "фывапролджэ"),
        ("greek", "αβγδεζηθικλμνξοπρστυφχψω", "ασδφγηξκλ"),
    ] {
        for (kind, letters) in [("evenly", letters), ("home row", home)] {
            let mut dice = Dice(20_261_124);
            let drawn: Vec<String> = (0..500).map(|_| dice.letters(letters)).collect();
            let told = drawn.iter().filter(|word| is_implausible_alone(word, false)).count();
            println!("random letters, {script}, {kind}: recall {:.3}", told as f64 / 500.0);
            assert!(told >= 400, "{script}, {kind}");
        }
    }
}

#[test]
fn swapped_names_are_told_with_few_false_alarms() {
    let mut counts = Counts::default();
    let mut wrong = Vec::new();
    for (culture, first, last) in people() {
        let is_said = has(&names::advisories(first, last), AdvisoryCode::NamesSwapped);
        counts.add(is_said, false);
        counts.add(has(&names::advisories(last, first), AdvisoryCode::NamesSwapped), true);
        if is_said {
            wrong.push(format!("{culture}: {first} {last}"));
        }
    }
    println!("swapped names, half of all: {counts}");
    println!("  wrongly, of {} people: {}", people().count(), wrong.join(", "));
    assert!(counts.precision() >= 0.95);
    assert!(counts.recall() >= 0.4);
}

/// What a clerk's caps lock makes of a name that begins its words with capitals, by hand.
#[test]
fn names_in_one_case_get_back_the_case_they_had() {
    let mut counts = Counts::default();
    for (_, first, last) in people().filter(|person| is_plainly_cased(person.1)) {
        if first.chars().count() < 3 || !is_plainly_cased(last) {
            continue;
        }
        for shouted in [first.to_uppercase(), first.to_lowercase()] {
            let advisories = names::advisories(&shouted, last);
            let fixed = advisories.iter().find(|a| a.code == AdvisoryCode::NameCasing);
            let fixed = fixed.and_then(|advisory| advisory.suggestion.as_deref());
            counts.add(fixed.is_some(), true);
            counts.false_positives += u32::from(fixed.is_some_and(|fixed| fixed != first));
        }
        counts.add(has(&names::advisories(first, last), AdvisoryCode::NameCasing), false);
    }
    println!("casing put right: {counts}");
    assert!(counts.precision() >= 0.99 && counts.recall() >= 0.97);
}

fn is_plainly_cased(name: &str) -> bool {
    name.split([' ', '-']).all(|word| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase)
    })
}
