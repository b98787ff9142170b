//! Namespaces: whose customers a request speaks of. The same company under another product or
//! version is another set of customers.

use super::violation::{Code, Violation};

/// Longest product or company, in characters.
pub const MAX_PART: usize = 64;

/// One company of one version of one product, checked.
///
/// Kept as the text `product/version/company/`, which is at once the key prefix of everything the
/// company owns: `/` cannot occur inside a part, so `tse/v1/acme/` never begins a key of `acme2`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Namespace {
    prefix: String,
}

impl Namespace {
    /// Checks the three parts, already percent-decoded. All faults are reported together.
    ///
    /// Product and company: 1 to 64 of `A-Z a-z 0-9 . _ ~ -`, not `.` or `..`. Version: `v`,
    /// digits, optionally a dot and digits, as in `v1` or `v2.1`.
    pub fn new(product: &str, version: &str, company: &str) -> Result<Namespace, Vec<Violation>> {
        let faults: Vec<Violation> = [
            check_part("product", product),
            check_version(version),
            check_part("companyId", company),
        ]
        .into_iter()
        .flatten()
        .collect();
        if faults.is_empty() {
            let prefix = [product, "/", version, "/", company, "/"].concat();
            Ok(Namespace { prefix })
        } else {
            Err(faults)
        }
    }

    /// `product/version/company/`, the beginning of every key of this company.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The product.
    pub fn product(&self) -> &str {
        self.part(0)
    }

    /// The version of the product's interface.
    pub fn version(&self) -> &str {
        self.part(1)
    }

    /// The company.
    pub fn company(&self) -> &str {
        self.part(2)
    }

    fn part(&self, index: usize) -> &str {
        self.prefix.split('/').nth(index).unwrap_or_default()
    }
}

/// What a product or a company may be called, in words.
pub const PART_RULE: &str = "1 to 64 characters of A-Z a-z 0-9 . _ ~ - and not . or ..";

/// Whether a product or a company may be called `text`.
pub fn is_part(text: &str) -> bool {
    let fits = (1..=MAX_PART).contains(&text.len()) && text.bytes().all(is_unreserved);
    fits && text != "." && text != ".."
}

fn check_part(field: &'static str, text: &str) -> Option<Violation> {
    (!is_part(text)).then(|| {
        Violation::new(field, Code::InvalidPathParameter, format!("{field} is {PART_RULE}"))
    })
}

fn check_version(text: &str) -> Option<Violation> {
    (!is_version(text)).then(|| {
        let message = "version is v and digits, optionally a dot and digits, such as v1 or v2.1";
        Violation::new("version", Code::InvalidPathParameter, message)
    })
}

fn is_version(text: &str) -> bool {
    let Some(numbers) = text.strip_prefix('v') else {
        return false;
    };
    let (major, minor) = numbers.split_once('.').unwrap_or((numbers, "0"));
    text.len() <= MAX_PART && is_number(major) && is_number(minor)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The unreserved characters of RFC 3986, section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'-')
}

#[cfg(test)]
mod tests {
    use super::Namespace;

    #[test]
    fn all_faults_of_a_namespace_are_reported_together() {
        let faults = Namespace::new("", "1", "..").unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|fault| &*fault.field).collect();
        assert_eq!(fields, ["product", "version", "companyId"]);
    }

    #[test]
    fn versions_are_v_and_digits() {
        for good in ["v1", "v0", "v2.1", "v10.20"] {
            assert!(Namespace::new("p", good, "c").is_ok(), "{good}");
        }
        for bad in ["", "v", "V1", "1", "v1.", "v.1", "v1.2.3", "v1a", "v-1", "v١"] {
            assert!(Namespace::new("p", bad, "c").is_err(), "{bad}");
        }
    }

    #[test]
    fn the_parts_come_back_as_they_went_in() {
        let namespace = Namespace::new("tse", "v2.1", "acme~_.-").unwrap();
        assert_eq!(namespace.product(), "tse");
        assert_eq!(namespace.version(), "v2.1");
        assert_eq!(namespace.company(), "acme~_.-");
        assert_eq!(namespace.prefix(), "tse/v2.1/acme~_.-/");
    }
}
