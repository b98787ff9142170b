//! How well sentences are understood that authors wrote of whom nothing is learnt: what they ask
//! for, with which values, and how far the stated confidence can be believed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, io};

use smart_customer::customer::vat::VatNumber;
use smart_customer::customer::{CustomerId, email, name};
use smart_customer::intelligence::intent::{
    Intents, Purpose, Recognition, Slots, Utterance, utterances,
};

use crate::report::{Calibration, Counts};

static INTENTS: LazyLock<Intents> = LazyLock::new(Intents::train);

/// Slot and value.
type Value = (String, String);

/// What came of a file of utterances.
#[derive(Default)]
struct Outcome {
    confusion: [[u32; 7]; 7],
    slots: BTreeMap<String, Counts>,
    calibration: Calibration,
}

impl Outcome {
    fn add(&mut self, utterance: &Utterance, recognition: &Recognition) {
        let (is, said) = (utterance.purpose, recognition.purpose);
        self.confusion[is.place()][said.place()] += 1;
        self.calibration.add(recognition.confidence, is == said);
        let (labelled, read) = (labelled(utterance), read(&recognition.slots));
        for (slot, value) in labelled.union(&read) {
            let both = (slot.clone(), value.clone());
            let counts = self.slots.entry(slot.clone()).or_default();
            counts.add(read.contains(&both), labelled.contains(&both));
        }
    }

    fn of_purpose(&self, purpose: Purpose) -> Counts {
        let mut counts = Counts::default();
        for (is, row) in self.confusion.iter().enumerate() {
            for (said, count) in row.iter().enumerate() {
                let hit = (said == purpose.place(), is == purpose.place());
                (0..*count).for_each(|_| counts.add(hit.0, hit.1));
            }
        }
        counts
    }

    fn accuracy(&self) -> f64 {
        let right: u32 = (0..7).map(|place| self.confusion[place][place]).sum();
        f64::from(right) / f64::from(self.confusion.iter().flatten().sum::<u32>())
    }

    fn macro_f1(&self) -> f64 {
        Purpose::ALL.into_iter().map(|purpose| self.of_purpose(purpose).f1()).sum::<f64>() / 7.0
    }

    fn all_slots(&self) -> Counts {
        let mut all = Counts::default();
        for counts in self.slots.values() {
            all.true_positives += counts.true_positives;
            all.false_positives += counts.false_positives;
            all.false_negatives += counts.false_negatives;
        }
        all
    }

    fn print(&self, file: &str) {
        println!("{file}: accuracy {:.3}, macro F1 {:.3}", self.accuracy(), self.macro_f1());
        for purpose in Purpose::ALL {
            let (row, counts) = (self.confusion[purpose.place()], self.of_purpose(purpose));
            println!("  {:18} {row:3?}  {counts}", purpose.as_str());
        }
        for (slot, counts) in &self.slots {
            println!("  {slot:18} {counts}");
        }
        println!("  {:18} {}", "all slots", self.all_slots());
        println!("{}", self.calibration);
    }
}

/// The values of an utterance as parameters: of each slot the last one, a new one before others.
fn labelled(utterance: &Utterance) -> BTreeSet<Value> {
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    let marks = utterance.marks.iter();
    let (new, named): (Vec<_>, Vec<_>) = marks.partition(|mark| mark.slot.starts_with("new-"));
    for mark in named.into_iter().chain(new) {
        let slot = mark.slot.strip_prefix("new-").unwrap_or(&mark.slot);
        values.insert(slot.to_owned(), as_kept(slot, &mark.value));
    }
    values.into_iter().collect()
}

/// A value as the domain keeps it.
fn as_kept(slot: &str, value: &str) -> String {
    let kept = match slot {
        "email" => email::normalise(value).ok(),
        "vat-number" => VatNumber::parse(value).ok().map(VatNumber::into_string),
        "customer-id" => CustomerId::parse(value).map(|id| id.to_string()),
        _ => name::normalise("first-name", value).ok(),
    };
    kept.unwrap_or_else(|| value.to_owned())
}

fn read(slots: &Slots) -> BTreeSet<Value> {
    slots.parameters().into_iter().map(|(slot, value)| (slot.to_owned(), value)).collect()
}

fn files() -> io::Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/eval/intent");
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files: Vec<PathBuf> = entries.collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|ext| ext == "tsv"));
    files.sort();
    Ok(files)
}

fn outcome(path: &Path) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    for utterance in utterances(&fs::read_to_string(path)?) {
        outcome.add(&utterance, &INTENTS.recognise(&utterance.text));
    }
    Ok(outcome)
}

#[test]
fn sentences_by_other_authors_are_understood() {
    for path in files().unwrap() {
        let outcome = outcome(&path).unwrap();
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        outcome.print(&file);
        let unknown = outcome.of_purpose(Purpose::Unknown);
        assert!(outcome.accuracy() >= 0.80, "{file}: accuracy");
        assert!(outcome.macro_f1() >= 0.80, "{file}: macro F1");
        assert!(unknown.precision() >= 0.80 && unknown.recall() >= 0.80, "{file}: {unknown}");
        assert!(outcome.all_slots().f1() >= 0.85, "{file}: {}", outcome.all_slots());
        assert!(outcome.calibration.expected_error() <= 0.08, "{file}: {}", outcome.calibration);
    }
}

fn asks(text: &str) -> Purpose {
    INTENTS.recognise(text).purpose
}

fn values(text: &str) -> Vec<(&'static str, String)> {
    INTENTS.recognise(text).slots.parameters()
}

#[test]
fn the_published_example_is_understood() {
    let text = "register John Smith, john.smith@example.com, VAT IT12345678903";
    let recognition = INTENTS.recognise(text);
    assert_eq!(recognition.purpose, Purpose::CustomerCreation);
    let expected = [
        ("first-name", "John"),
        ("last-name", "Smith"),
        ("email", "john.smith@example.com"),
        ("vat-number", "IT12345678903"),
    ];
    let expected = expected.map(|(slot, value)| (slot, value.to_owned()));
    assert_eq!(recognition.slots.parameters(), expected);
}

#[test]
fn a_question_how_to_do_a_thing_asks_for_the_thing() {
    for (text, purpose) in [
        ("how do I add a client?", Purpose::CustomerCreation),
        ("come si cancella un cliente?", Purpose::CustomerDeletion),
        ("how can I change the email of a customer?", Purpose::CustomerUpdate),
    ] {
        assert_eq!(asks(text), purpose, "{text}");
    }
}

#[test]
fn a_negation_beside_a_wish_asks_for_the_wish() {
    let text = "don't delete Anna Bianchi, just change her email to anna@nuova.it";
    let recognition = INTENTS.recognise(text);
    assert_eq!(recognition.purpose, Purpose::CustomerUpdate);
    let (named, new) = (&recognition.slots.named, &recognition.slots.new);
    assert_eq!((named.first_name.as_deref(), named.email.as_deref()), (Some("Anna"), None));
    assert_eq!(new.email.as_deref(), Some("anna@nuova.it"));
}

#[test]
fn a_plain_dont_and_what_is_of_no_customer_ask_for_nothing() {
    for text in [
        "don't delete anyone",
        "send the invoice to mario.rossi@libero.it",
        "quanto costa la spedizione?",
        "hello",
        "",
        "????",
    ] {
        let recognition = INTENTS.recognise(text);
        assert_eq!(recognition.purpose, Purpose::Unknown, "{text}");
        assert_eq!(recognition.slots, Slots::default(), "{text}");
    }
}

#[test]
fn a_dictated_address_is_read() {
    let said = "aggiungi Mario Rossi, mario punto rossi chiocciola libero punto it";
    assert!(values(said).contains(&("email", "mario.rossi@libero.it".to_owned())));
}

#[test]
fn a_vat_number_without_its_country_is_italian() {
    let said = "registra Anna Verdi, partita iva 123 456 789 03";
    assert!(values(said).contains(&("vat-number", "IT12345678903".to_owned())));
}

#[test]
fn the_last_name_may_come_first() {
    let expected = [("first-name", "Mario".to_owned()), ("last-name", "Rossi".to_owned())];
    assert_eq!(values("elimina il cliente Rossi Mario"), expected);
}

#[test]
fn of_an_update_the_new_value_is_told_from_the_old() {
    let recognition = INTENTS.recognise("replace old@acme.it with new@acme.it, same customer");
    assert_eq!(recognition.purpose, Purpose::CustomerUpdate);
    assert_eq!(recognition.slots.named.email.as_deref(), Some("old@acme.it"));
    assert_eq!(recognition.slots.new.email.as_deref(), Some("new@acme.it"));
}

#[test]
fn a_customer_is_named_by_its_id_in_either_case() {
    let id = ("customer-id", "01JD8Z3M6Q4X9T2V7B5N1C0KRE".to_owned());
    assert_eq!(values("delete customer 01jd8z3m6q4x9t2v7b5n1c0kre"), [id]);
}

#[test]
fn a_listing_has_what_it_searches_for() {
    assert_eq!(values("show me everyone called Rossi"), [("q", "Rossi".to_owned())]);
    assert_eq!(values("elenco di tutti i clienti"), []);
}

#[test]
fn probabilities_are_of_all_purposes_the_likeliest_first() {
    for text in ["add a customer", "", "Anna", "quanti clienti abbiamo?"] {
        let recognition = INTENTS.recognise(text);
        let others = &recognition.alternatives;
        assert_eq!(others.len(), 6);
        assert!(others.is_sorted_by(|one, other| one.1 >= other.1));
        let is_stated = recognition.confidence >= others[0].1;
        assert!(is_stated || recognition.purpose == Purpose::Unknown, "{text}");
        let sum: f64 = recognition.confidence + others.iter().map(|other| other.1).sum::<f64>();
        assert!((sum - 1.0).abs() < 1e-5, "{text}: {sum}");
    }
}

#[test]
fn what_is_learnt_is_the_same_each_time() {
    let again = Intents::train();
    for path in files().unwrap() {
        for utterance in utterances(&fs::read_to_string(path).unwrap()).take(50) {
            let text = &utterance.text;
            assert_eq!(INTENTS.recognise(text), again.recognise(text), "{text}");
        }
    }
}

mod any_text {
    use super::*;
    use proptest::prelude::*;

    /// What a text is made of that is hard to read.
    const PIECES: [&str; 24] = [
        "a@b.it",
        "@",
        " at ",
        " punto ",
        "dot",
        "chiocciola",
        "IT",
        "0123",
        "4567890",
        "zero",
        "'",
        "’s",
        "01JD8Z3M6Q4X9T2V7B5N1C0KRE",
        "\u{301}",
        "王",
        "😅",
        "-",
        ".",
        "rossi",
        "Mario",
        "\n",
        "non",
        "+39",
        "é",
    ];

    proptest! {
        #[test]
        fn is_recognised_as_something(text in "\\PC{0,400}") {
            let recognition = INTENTS.recognise(&text);
            prop_assert!((0.0..=1.0).contains(&recognition.confidence));
        }

        #[test]
        fn of_hard_pieces_has_values_that_the_domain_takes(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60),
            is_spaced in any::<bool>(),
        ) {
            let text = pieces.join(if is_spaced { " " } else { "" });
            for (slot, value) in INTENTS.recognise(&text).slots.parameters() {
                prop_assert_eq!(as_kept(slot, &value), value);
            }
        }
    }

    #[test]
    fn of_some_kilobytes_is_read() {
        for piece in PIECES {
            INTENTS.recognise(&piece.repeat(2000));
            INTENTS.recognise(&[piece, " "].concat().repeat(1000));
        }
    }
}
