//! The inputs that are kept for fuzzing (`tests/fuzz/corpus`), put through the same functions as the
//! fuzzer does: what it found once does not come back, and no target rots.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "fuzz/entries.rs"]
mod entries;

use std::collections::BTreeSet;
use std::path::PathBuf;

type Target = fn(&[u8]);

/// Every target by its name.
const TARGETS: [(&str, Target); 9] = [
    ("path", entries::path),
    ("draft", entries::draft),
    ("query", entries::query),
    ("record", entries::record),
    ("journal", entries::journal),
    ("snapshot", entries::snapshot),
    ("bulk_csv", entries::bulk_csv),
    ("bulk_ndjson", entries::bulk_ndjson),
    ("intent", entries::intent),
];

fn dir(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fuzz", name].iter().collect()
}

fn names_in(dir: PathBuf) -> BTreeSet<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_input_that_is_kept_is_taken_as_promised() {
    for (target, call) in TARGETS {
        let inputs = names_in(dir("corpus").join(target));
        assert!(!inputs.is_empty(), "{target} has no input to begin with");
        for name in inputs {
            // Should it panic, this is the last line before.
            println!("{target}/{name}");
            call(&std::fs::read(dir("corpus").join(target).join(name)).unwrap());
        }
    }
}

#[test]
fn every_target_of_the_fuzzer_is_called_here() {
    let called: BTreeSet<String> = TARGETS.map(|(target, _)| target.to_owned()).into();
    assert_eq!(names_in(dir("corpus")), called);
    let files = called.iter().map(|target| format!("{target}.rs")).collect();
    assert_eq!(names_in(dir("fuzz_targets")), files);
    let manifest = std::fs::read_to_string(dir("Cargo.toml")).unwrap();
    for target in called {
        assert!(manifest.contains(&format!("name = \"{target}\"\n")), "{target}");
    }
}
