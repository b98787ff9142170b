//! Keys under which customers who may be the same person stand together, however their names and
//! addresses are written. They are stored, so they must never change without the layout of the
//! trees.

use super::Details;

/// An address without what does not change where its mail goes, or seldom does: case, a `+tag`,
/// and dots in the local part.
pub fn canonical_email(email: &str) -> String {
    let email = email.to_lowercase();
    let Some((local, domain)) = email.rsplit_once('@') else {
        return email;
    };
    let local = local.split_once('+').map_or(local, |(name, _)| name);
    let name: String = local.chars().filter(|&character| character != '.').collect();
    format!("{name}@{domain}")
}

/// What leads to a customer by its names.
pub fn person_keys(details: &Details) -> Vec<String> {
    crate::intelligence::duplicate::name_keys(details)
}
