//! Lists of data: one item a line, comments after `#`.

use std::collections::HashSet;

/// A set of words that are in the binary.
pub type Words = HashSet<&'static str>;

/// The lines of a data file that say something.
pub fn lines(data: &'static str) -> impl Iterator<Item = &'static str> {
    data.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The items of a data file of one column.
pub fn words(data: &'static str) -> Words {
    lines(data).collect()
}

/// The domains above `domain`, from its own parent to the one below the top-level domain.
pub fn parents(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(parent(domain), |above| parent(above))
}

fn parent(domain: &str) -> Option<&str> {
    domain.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::{lines, parents};

    #[test]
    fn comments_and_empty_lines_say_nothing() {
        assert!(lines("# a\n\nb\nc \n").eq(["b", "c"]));
    }

    #[test]
    fn the_parents_of_a_domain_have_a_dot() {
        assert!(parents("a.b.c.it").eq(["b.c.it", "c.it"]));
        assert!(parents("acme.it").eq([""; 0]));
        assert!(parents("it").eq([""; 0]));
    }
}
