//! Which domains a domain that is looked for in a list is below.

/// The domains above `domain`, from its own parent to the one below the top-level domain.
pub fn parents(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(parent(domain), |above| parent(above))
}

fn parent(domain: &str) -> Option<&str> {
    domain.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::parents;

    #[test]
    fn the_parents_of_a_domain_have_a_dot() {
        assert!(parents("a.b.c.it").eq(["b.c.it", "c.it"]));
        assert!(parents("acme.it").eq([""; 0]));
        assert!(parents("it").eq([""; 0]));
    }
}
