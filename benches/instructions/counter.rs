//! Goes through a path again and again between two marks that Valgrind knows.

use std::hint::black_box;

use super::Outcome;

/// How often each path is counted: the median is taken, so that what a thread in the background did
/// now and then is left out.
pub const WINDOWS: usize = 3;

/// How often `work` is done that is counted `runs` times in a row.
pub const fn times(runs: usize) -> usize {
    1 + WINDOWS * runs
}

/// Names of functions, for Valgrind: where counting begins and where it ends.
pub const MARKS: [&str; 2] = ["*instructions_count_from_here*", "*instructions_count_up_to_here*"];

/// Counts `work`, done `runs` times in a row, and says so: the order of what is said is that of
/// Valgrind's files.
pub fn count(path: &str, runs: usize, mut work: impl FnMut() -> Outcome<()>) -> Outcome<()> {
    // What is made with the first use is no part of the path.
    work()?;
    for _ in 0..WINDOWS {
        instructions_count_from_here();
        for _ in 0..runs {
            work()?;
        }
        instructions_count_up_to_here();
        println!("{runs}\t{path}");
    }
    Ok(())
}

// Two different bodies: else the compiler would make one function of both.
#[inline(never)]
fn instructions_count_from_here() {
    black_box(1);
}

#[inline(never)]
fn instructions_count_up_to_here() {
    black_box(2);
}
