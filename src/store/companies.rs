//! Which companies there are: found by going from one to the next over whatever lies between, so
//! that it costs a look or two per company, however many customers they have.

use super::trees::{Tree, Trees};
use super::{Store, StoreError, counts, key};
use crate::customer::Namespace;
use crate::customer::access::Scope;

/// What the key of another product, version or company that begins like this one goes on with, at
/// the earliest: the character behind the `/` that ends each of them.
const BEHIND: &str = "0";

impl Store {
    /// Up to `limit` companies within `scope` that have ever had a customer, in the order of their
    /// keys, with how many customers each has.
    ///
    /// # Errors
    /// The state cannot be read.
    pub async fn companies(
        &self,
        scope: &Scope,
        limit: usize,
    ) -> Result<Vec<(Namespace, u64)>, StoreError> {
        let trees = self.engine.trees()?;
        self.engine.noticed(find(&trees, scope, limit))
    }
}

/// The same, for whoever is among the trees already.
pub(super) fn find(
    trees: &Trees,
    scope: &Scope,
    limit: usize,
) -> Result<Vec<(Namespace, u64)>, StoreError> {
    let mut companies = Vec::new();
    let mut from = scope.product.as_ref().map_or_else(String::new, |product| format!("{product}/"));
    while companies.len() < limit
        && let Some(key) = trees.seek(Tree::Rollup, from.as_bytes())?
    {
        let namespace = key::owner(&key)?;
        if scope.product.as_ref().is_some_and(|product| product != namespace.product()) {
            break;
        }
        if scope.covers(&namespace) {
            let total = counts::total(trees, namespace.prefix().as_bytes())?;
            companies.push((namespace.clone(), total.customers));
        }
        from = behind(scope, &namespace);
    }
    Ok(companies)
}

/// Where the next company within `scope` is, at the earliest, behind `namespace`.
fn behind(scope: &Scope, namespace: &Namespace) -> String {
    let (product, version) = (namespace.product(), namespace.version());
    let Some(company) = &scope.company else {
        return format!("{product}/{version}/{}{BEHIND}", namespace.company());
    };
    // One company only: it is in this version, or in the next.
    let wanted = format!("{product}/{version}/{company}/");
    if namespace.prefix() < wanted.as_str() {
        wanted
    } else {
        format!("{product}/{version}{BEHIND}")
    }
}

#[cfg(test)]
mod tests {
    use super::behind;
    use crate::customer::Namespace;
    use crate::customer::access::Scope;

    const TREE: [&str; 8] = [
        "crm/v1/acme/",
        "tse/v1/ac/",
        "tse/v1/acme-x/",
        "tse/v1/acme/",
        "tse/v1/acme2/",
        "tse/v1/zeta/",
        "tse/v10/acme/",
        "tse/v2/acme/",
    ];

    /// The companies that a search over sorted keys comes by.
    fn visited(company: Option<&str>) -> Vec<&'static str> {
        let scope = Scope { product: None, company: company.map(str::to_owned) };
        let (mut from, mut visited) = (String::new(), Vec::new());
        while let Some(found) = TREE.iter().find(|prefix| **prefix >= from.as_str()) {
            let parts: Vec<&str> = found.split('/').collect();
            from = behind(&scope, &Namespace::new(parts[0], parts[1], parts[2]).unwrap());
            visited.push(*found);
        }
        visited
    }

    #[test]
    fn the_keys_of_the_test_are_in_the_order_of_the_tree() {
        assert!(TREE.is_sorted());
    }

    #[test]
    fn no_company_is_passed_over() {
        assert_eq!(visited(None), TREE);
    }

    #[test]
    fn one_company_is_looked_for_in_each_version_without_going_through_its_neighbours() {
        let expected =
            ["crm/v1/acme/", "tse/v1/ac/", "tse/v1/acme/", "tse/v10/acme/", "tse/v2/acme/"];
        assert_eq!(visited(Some("acme")), expected);
    }
}
