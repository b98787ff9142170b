//! See `entries::intent`.
#![no_main]

#[path = "../entries.rs"]
mod entries;

use smart_customer::intelligence::intent;

// Learning comes first: it takes longer than any input may.
libfuzzer_sys::fuzz_target!(
    init: {
        intent::trained();
    },
    |bytes: &[u8]| entries::intent(bytes)
);
