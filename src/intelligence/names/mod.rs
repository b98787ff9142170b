//! What a name tells: whether anybody is called that, how it is written, which part is which.

pub mod nickname;

use crate::customer::assessment::Advisory;

/// What a clerk should look at in a first and a last name as they are kept.
pub fn advisories(_first: &str, _last: &str) -> Vec<Advisory> {
    Vec::new()
}
