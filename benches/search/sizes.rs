//! How many customers a bench is to have, by its command line.

use super::Outcome;

/// The sizes that are given, else `usual`; `None` where nothing is to be measured (a build of
/// everything that runs the benches as tests).
pub fn wanted(usual: &[usize]) -> Outcome<Option<Vec<usize>>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let wanted = arguments.iter().any(|argument| argument == "--bench");
    arguments.retain(|argument| argument != "--bench");
    let sizes: Vec<usize> = arguments.iter().map(|size| size.parse()).collect::<Result<_, _>>()?;
    Ok(wanted.then_some(if sizes.is_empty() { usual.to_vec() } else { sizes }))
}
