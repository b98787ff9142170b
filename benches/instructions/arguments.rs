//! What the command line asks for.

use super::Outcome;

/// What is to be done.
pub enum Wish {
    /// To go through the paths, under Valgrind.
    Count,
    /// To compare the counts with those that are recorded.
    Compare,
    /// To record them.
    Record,
    /// To tell where the instructions go, of the paths with this in their names.
    Profile(String),
}

/// The argument that the process gives itself.
pub const COUNT: &str = "--count";

/// What the arguments ask for.
pub fn wish() -> Outcome<Wish> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => Ok(Wish::Compare),
        [COUNT] => Ok(Wish::Count),
        ["--record"] => Ok(Wish::Record),
        ["--profile", part] => Ok(Wish::Profile((*part).to_owned())),
        _ => Err("give nothing, --record, or --profile with a part of a path's name".into()),
    }
}
