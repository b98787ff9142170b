//! How well duplicates are found among customers that were made by other hands than the model was
//! tuned on (`data/eval/duplicates/`), beside what Splink finds in the same data.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use smart_customer::customer::Details;
use smart_customer::customer::vat::VatNumber;
use smart_customer::intelligence::duplicate::{
    Comparison, Context, Frequencies, Model, Profile, THRESHOLD, canonical_email, estimate,
    name_key_prefixes, name_keys,
};

use crate::report::{Calibration, Counts};

/// The customers of one company, and which of them are one person.
struct Company {
    persons: Vec<String>,
    customers: Vec<Details>,
    profiles: Vec<Profile>,
}

impl Company {
    fn read(name: &str) -> Company {
        let path = format!("{}/data/eval/duplicates/{name}.tsv", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let mut company = Company { persons: vec![], customers: vec![], profiles: vec![] };
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            // Also those that the service would refuse, as the others are judged on all.
            let details = Details {
                first_name: fields[2].to_owned(),
                last_name: fields[3].to_owned(),
                email: fields[4].to_owned(),
                vat_number: VatNumber::from_stored(fields[5].to_owned()),
            };
            company.persons.push(fields[1].to_owned());
            company.profiles.push(Profile::of(&details));
            company.customers.push(details);
        }
        company
    }

    /// The pairs that are worth comparing, each once, by the keys that the store looks up.
    fn candidates(&self) -> BTreeSet<(usize, usize)> {
        let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, details) in self.customers.iter().enumerate() {
            let keys = name_keys(details).into_iter().chain(exact_keys(details));
            keys.for_each(|key| by_key.entry(key).or_default().push(at));
        }
        let mut pairs = BTreeSet::new();
        for (at, details) in self.customers.iter().enumerate() {
            let prefixes = name_key_prefixes(details).into_iter().chain(exact_keys(details));
            for prefix in prefixes {
                let found =
                    by_key.range(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix));
                for other in found.flat_map(|(_, others)| others).filter(|other| **other != at) {
                    pairs.insert((at.min(*other), at.max(*other)));
                }
            }
        }
        pairs
    }

    fn are_one(&self, (a, b): (usize, usize)) -> bool {
        self.persons[a] == self.persons[b]
    }

    /// How many pairs are one person.
    fn true_pairs(&self) -> usize {
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        self.persons.iter().for_each(|person| *sizes.entry(person).or_default() += 1);
        sizes.values().map(|size| size * (size - 1) / 2).sum()
    }
}

fn exact_keys(details: &Details) -> [String; 2] {
    [
        format!("\u{1}vat {}", details.vat_number.as_str()),
        format!("\u{1}email {}", canonical_email(&details.email)),
    ]
}

/// What a model says of each candidate pair, and whether it is right.
struct Judged {
    /// Probability and truth of each pair, the most probable first.
    pairs: Vec<(f64, bool)>,
    true_pairs: usize,
}

impl Judged {
    fn at(&self, threshold: f64) -> Counts {
        let mut counts = Counts::default();
        self.pairs
            .iter()
            .for_each(|(probability, truth)| counts.add(*probability >= threshold, *truth));
        let found = self.pairs.iter().filter(|(_, truth)| *truth).count();
        counts.false_negatives += (self.true_pairs - found) as u32;
        counts
    }

    /// The best F1 that a threshold reaches, and the threshold.
    fn best(&self) -> (f64, f64) {
        let (mut right, mut best) = (0, (0.0, 1.0));
        for (at, (probability, truth)) in self.pairs.iter().enumerate() {
            right += usize::from(*truth);
            let is_last = self.pairs.get(at + 1).is_none_or(|next| next.0 < *probability);
            let f1 = 2.0 * right as f64 / (at + 1 + self.true_pairs) as f64;
            if is_last && f1 > best.0 {
                best = (f1, *probability);
            }
        }
        best
    }

    fn calibration(&self, from: f64) -> Calibration {
        let mut calibration = Calibration::default();
        let pairs = self.pairs.iter().filter(|(probability, _)| *probability >= from);
        pairs.for_each(|(probability, truth)| calibration.add(*probability, *truth));
        calibration
    }

    fn print(&self, title: &str) {
        let (f1, threshold) = self.best();
        println!(
            "  {title}: best F1 {f1:.3} at {threshold:.2}; at 0.5 {}; calibration error {:.3}, from 0.05 on {:.3}",
            self.at(THRESHOLD),
            self.calibration(0.0).expected_error(),
            self.calibration(0.05).expected_error()
        );
    }
}

fn judge(company: &Company, candidates: &BTreeSet<(usize, usize)>, model: &Model) -> Judged {
    let context = Context::of(company.customers.len() as u64);
    let mut pairs: Vec<(f64, bool)> = candidates
        .iter()
        .map(|&(a, b)| {
            let duplicate = model.compare(&company.profiles[a], &company.profiles[b], context);
            (duplicate.probability, company.are_one((a, b)))
        })
        .collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    Judged { pairs, true_pairs: company.true_pairs() }
}

fn estimated(company: &Company, candidates: &BTreeSet<(usize, usize)>) -> Model {
    let pairs: Vec<Comparison> = candidates
        .iter()
        .map(|&(a, b)| Comparison::of(&company.profiles[a], &company.profiles[b]))
        .flat_map(|comparison| [comparison; 2])
        .collect();
    let customers = company.customers.len() as u64;
    estimate(&pairs, customers, customers, Frequencies::of(&company.profiles))
}

fn report(name: &str) {
    let company = Company::read(name);
    let candidates = company.candidates();
    let found = candidates.iter().filter(|pair| company.are_one(**pair)).count();
    println!(
        "{name}: {} customers, {} pairs are one person, {} candidates hold {found} of them",
        company.customers.len(),
        company.true_pairs(),
        candidates.len()
    );
    judge(&company, &candidates, &Model::shipped()).print("shipped  ");
    let model = estimated(&company, &candidates);
    judge(&company, &candidates, &model).print("estimated");
    if std::env::var("DUMP").is_ok() {
        dump(name, &company, &candidates, &model);
    }
}

fn dump(name: &str, company: &Company, candidates: &BTreeSet<(usize, usize)>, model: &Model) {
    use std::fmt::Write;
    let mut out = String::new();
    let shipped = Model::shipped();
    let f = Frequencies::of(&company.profiles);
    let context = Context::of(company.customers.len() as u64);
    for &(a, b) in candidates {
        let c = Comparison::of(&company.profiles[a], &company.profiles[b]);
        let g = c.agreement;
        let s = model.shares(&c, context);
        writeln!(
            out,
            "{}\t{:.4}\t{:.4}\t{}\t{}\t{}\t{}\t{:.6}\t{:.6}\t{:?}\t{:?}\t{:?}",
            u8::from(company.are_one((a, b))),
            shipped.probability(&c, context),
            model.probability(&c, context),
            g.first_name.as_str(),
            g.last_name.as_str(),
            g.email.as_str(),
            g.vat_number.as_str(),
            f.first_name(c.first_name),
            f.last_name(c.last_name),
            s.map(|x| (x * 100.0).round()),
            {
                let d = &company.customers[a];
                (&d.first_name, &d.last_name, &d.email, d.vat_number.as_str())
            },
            {
                let d = &company.customers[b];
                (&d.first_name, &d.last_name, &d.email, d.vat_number.as_str())
            }
        )
        .unwrap();
    }
    // missed
    let n = company.customers.len();
    for a in 0..n {
        for b in a + 1..n {
            if company.are_one((a, b)) && !candidates.contains(&(a, b)) {
                let d = &company.customers[a];
                let e = &company.customers[b];
                writeln!(
                    out,
                    "MISSED\t{:?}\t{:?}",
                    (&d.first_name, &d.last_name, &d.email, d.vat_number.as_str()),
                    (&e.first_name, &e.last_name, &e.email, e.vat_number.as_str())
                )
                .unwrap();
            }
        }
    }
    let mut m = String::new();
    println!(
        "   kinship {:.2} partners {:.3?}",
        model.kinship,
        model.kinds.each_ref().map(|k| k.partners)
    );
    for (k, e) in smart_customer::intelligence::duplicate::Kind::ALL.iter().zip(&model.kinds) {
        writeln!(
            m,
            "{k:?} {:.4}\n  f {:.4?}\n  l {:.4?}\n  e {:.4?}\n  v {:.4?}",
            e.partners, e.first_name, e.last_name, e.email, e.vat_number
        )
        .unwrap();
    }
    fs::write(format!("/tmp/link-{name}.model"), m).unwrap();
    fs::write(format!("/tmp/link-{name}.tsv"), out).unwrap();
}

#[test]
fn train() {
    if std::env::var("TESTS").is_ok() {
        for t in ["test-a", "test-b", "test-c", "test-d"] {
            report(t);
        }
    }
    report("train-a");
    report("train-b");
}
