//! Seeded randomness for the durability tests: what was chosen in a failed run can be chosen again
//! (how threads interleave cannot).

#![allow(dead_code, reason = "each test binary uses a part of it")]

/// The environment variable that sets the seed.
pub const SEED: &str = "SMART_CUSTOMER_TEST_SEED";

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
pub struct Random(u64);

impl Random {
    /// Seeded from the environment or, where it says nothing, anew; prints the seed.
    pub fn seeded() -> Random {
        let given = std::env::var(SEED).ok();
        let seed = given.map_or_else(|| getrandom::u64().unwrap(), |text| text.parse().unwrap());
        println!("{SEED}={seed}");
        Random(seed)
    }

    /// Always the same.
    pub fn from(seed: u64) -> Random {
        Random(seed)
    }

    /// Another generator that depends on this one only by its seed.
    pub fn fork(&mut self) -> Random {
        Random(self.next())
    }

    /// 64 random bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number below `end`; 0 where `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end as u64).max(1)).unwrap()
    }

    /// True in `percent` of 100 cases.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`; `None` where there is none.
    pub fn pick<'c, T>(&mut self, choices: &'c [T]) -> Option<&'c T> {
        choices.get(self.below(choices.len()))
    }

    /// Puts `items` into another order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
