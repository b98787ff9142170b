//! Validation: from a request's body to the details of a customer or all of its faults, as a whole
//! and field by field.

use std::hint::black_box;

use criterion::Criterion;
use smart_customer::api::draft_json;
use smart_customer::customer::vat::VatNumber;
use smart_customer::customer::{email, name};

const GOOD: &str = r#"{"first-name":"John","last-name":"Smith","email":"john.smith@example.com","vat-number":"IT00743110157"}"#;
const ALL_FAULTS: &str = r#"{"first-name":" ","last-name":7,"email":"john.smith@","vat-number":"X","e-mail":"a","email":"b"}"#;

/// A valid number of some countries, from the plainest rule to the longest.
const NUMBERS: [&str; 6] = [
    "DE136695976",
    "IT00743110157",
    "FR40303265045",
    "ESB58378431",
    "NL004495445B01",
    "GB980780684",
];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    bodies(&mut criterion);
    names(&mut criterion);
    emails(&mut criterion);
    vat_numbers(&mut criterion);
    criterion.final_summary();
}

fn bodies(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("validation/body");
    let unknown: String = (0..4000).map(|n| format!("\"field{n}\":{n},")).collect();
    let unknown = format!("{{{unknown}\"email\":1}}");
    for (name, body) in [("good", GOOD), ("all faults", ALL_FAULTS), ("4000 unknown", &unknown)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| draft_json::parse(black_box(body.as_bytes())).is_ok());
        });
    }
    group.finish();
}

fn names(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("validation/name");
    let long = "x".repeat(60_000);
    for (what, text) in [
        ("latin", "Smith"),
        ("spaced", "  Anna  Maria "),
        ("decomposed", "Jose\u{301} Nu\u{301}n\u{303}ez"),
        ("greek", "Παπαδόπουλος"),
        ("60 kB", &long),
    ] {
        group.bench_function(what, |bencher| {
            bencher.iter(|| name::normalise("last-name", black_box(text)).is_ok());
        });
    }
    group.finish();
}

fn emails(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("validation/email");
    let long = format!("{}@example.com", "a".repeat(60_000));
    for (what, text) in [
        ("plain", "john.smith@example.com"),
        ("deep domain", "john.smith+offers@mail.sales.emea.example.co.uk"),
        ("no domain", "john.smith@"),
        ("60 kB", &long),
    ] {
        group.bench_function(what, |bencher| {
            bencher.iter(|| email::normalise(black_box(text)).is_ok());
        });
    }
    group.finish();
}

fn vat_numbers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("validation/vat");
    for text in NUMBERS {
        group.bench_function(format!("{}, parsed", &text[..2]), |bencher| {
            bencher.iter(|| VatNumber::parse(black_box(text)).is_ok());
        });
        let number = VatNumber::from_stored(text.to_owned());
        group.bench_function(format!("{}, verdict", &text[..2]), |bencher| {
            bencher.iter(|| black_box(&number).verdict());
        });
    }
    let wrong = VatNumber::from_stored("IT12345678901".to_owned());
    group.bench_function("IT, wrong check digit", |bencher| {
        bencher.iter(|| black_box(&wrong).verdict());
    });
    group.finish();
}
