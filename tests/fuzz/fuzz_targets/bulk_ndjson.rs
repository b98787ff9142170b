//! See `entries::bulk_ndjson`.
#![no_main]

#[path = "../entries.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::bulk_ndjson(bytes));
