//! The path matcher: which resource a path names, and which methods that resource has.
//!
//! What it assumes, each held by a test below:
//! - A path is matched as sent, segment by segment; nothing resolves `..` and nothing is decoded
//!   before it is split, so `%2F` never makes a new segment.
//! - The fixed segments are matched literally: `%61pi` is not `api`.
//! - A trailing slash, or an empty segment, is another path.
//! - The variable parts are decoded and checked after the match, by whoever reads them: a bad
//!   product is a bad request, not an unknown path.
//!
//! ```text
//! /api/{product}/{version}/company/{companyId}/customer
//! /api/{product}/{version}/company/{companyId}/customer/{customerId}
//! /api/{product}/{version}/company/{companyId}/customer/{customerId}/insight
//! /api/{product}/{version}/company/{companyId}/insight
//! /api/{product}/{version}/company/{companyId}/intent
//! /api/{product}/{version}/company/{companyId}/event
//! /admin/token
//! /admin/token/{tokenId}
//! /admin/backup
//! /mcp
//! /
//! /console/session
//! /console/history/{product}/{version}/{companyId}/{customerId}
//! /console/figures
//! /console/{file}
//! /openapi.json
//! /schemas/ai-metadata.json
//! /docs
//! /docs/{asset}
//! /llms.txt
//! /problems/{kind}
//! /healthz
//! /readyz
//! /metrics
//! ```

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::console::Question;
use super::document::Document;
use crate::customer::{CustomerId, Namespace, Violation};

/// The variable parts of a path that name a company, as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawNamespace<'p> {
    product: &'p str,
    version: &'p str,
    company: &'p str,
}

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource<'p> {
    /// The customers of a company.
    Customers(RawNamespace<'p>),
    /// One customer; the id as sent.
    Customer(RawNamespace<'p>, &'p str),
    /// What is understood of a customer; the id as sent.
    CustomerInsight(RawNamespace<'p>, &'p str),
    /// What is understood of a company.
    CompanyInsight(RawNamespace<'p>),
    /// What a sentence asks for.
    Intent(RawNamespace<'p>),
    /// The change feed of a company.
    Events(RawNamespace<'p>),
    /// The tokens.
    Tokens,
    /// One token; the id as sent.
    Token(&'p str),
    /// A backup of everything.
    Backup,
    /// The door for agents.
    Mcp,
    /// What the console asks beside the operations.
    Console(Question<'p>),
    /// What the service says of itself.
    Document(Document<'p>),
    /// Whether the process lives.
    Health,
    /// Whether it takes requests.
    Readiness,
    /// Figures, as Prometheus collects them.
    Metrics,
}

/// The resource that `path` names, if it names one. Never panics, whatever the path.
pub fn resolve(path: &str) -> Option<Resource<'_>> {
    let rest = path.strip_prefix('/')?;
    if let Some(rest) = rest.strip_prefix("api/") {
        return resolve_api(rest);
    }
    let (first, rest) = rest.split_once('/').unwrap_or((rest, ""));
    if let Some(document) = resolve_document(path) {
        return Some(Resource::Document(document));
    }
    match (first, rest) {
        ("admin", rest) => resolve_admin(rest),
        ("console", rest) => resolve_console(rest),
        ("mcp", "") if path == "/mcp" => Some(Resource::Mcp),
        ("healthz", "") if path == "/healthz" => Some(Resource::Health),
        ("readyz", "") if path == "/readyz" => Some(Resource::Readiness),
        ("metrics", "") if path == "/metrics" => Some(Resource::Metrics),
        _ => None,
    }
}

/// The documents.
fn resolve_document(path: &str) -> Option<Document<'_>> {
    match path {
        "/" => Some(Document::Index),
        "/openapi.json" => Some(Document::OpenApi),
        "/schemas/ai-metadata.json" => Some(Document::AiMetadataSchema),
        "/docs" => Some(Document::Reference),
        "/llms.txt" => Some(Document::Llms),
        path => {
            let (folder, name) = path.strip_prefix('/')?.split_once('/')?;
            match folder {
                _ if name.is_empty() || name.contains('/') => None,
                "docs" => Some(Document::ReferenceAsset(name)),
                "problems" => Some(Document::ProblemPage(name)),
                _ => None,
            }
        }
    }
}

/// Everything behind `/api/`.
fn resolve_api(rest: &str) -> Option<Resource<'_>> {
    let mut segments = rest.split('/');
    let product = segments.next()?;
    let version = segments.next()?;
    literal(segments.next(), "company")?;
    let company = segments.next()?;
    let namespace = RawNamespace { product, version, company };
    let (resource, id) = (segments.next()?, segments.next());
    match (resource, id, segments.next(), segments.next()) {
        ("customer", None, ..) => Some(Resource::Customers(namespace)),
        (_, Some(""), ..) => None,
        ("customer", Some(id), None, _) => Some(Resource::Customer(namespace, id)),
        ("customer", Some(id), Some("insight"), None) => {
            Some(Resource::CustomerInsight(namespace, id))
        }
        ("insight", None, ..) => Some(Resource::CompanyInsight(namespace)),
        ("intent", None, ..) => Some(Resource::Intent(namespace)),
        ("event", None, ..) => Some(Resource::Events(namespace)),
        _ => None,
    }
}

/// Everything behind `/admin/`.
fn resolve_admin(rest: &str) -> Option<Resource<'_>> {
    match rest.split_once('/') {
        None if rest == "token" => Some(Resource::Tokens),
        None if rest == "backup" => Some(Resource::Backup),
        Some(("token", id)) if !id.is_empty() && !id.contains('/') => Some(Resource::Token(id)),
        _ => None,
    }
}

/// Everything behind `/console/`: what is no question may be a file.
fn resolve_console(rest: &str) -> Option<Resource<'_>> {
    let parts: Vec<&str> = rest.split('/').collect();
    match *parts.as_slice() {
        _ if parts.contains(&"") => None,
        ["session"] => Some(Resource::Console(Question::Session)),
        ["figures"] => Some(Resource::Console(Question::Figures)),
        ["history", product, version, company, id] => {
            let namespace = RawNamespace { product, version, company };
            Some(Resource::Console(Question::History(namespace, id)))
        }
        _ => Some(Resource::Document(Document::ConsoleFile(rest))),
    }
}

fn literal(segment: Option<&str>, expected: &str) -> Option<()> {
    (segment == Some(expected)).then_some(())
}

impl RawNamespace<'_> {
    /// The namespace, decoded and checked.
    ///
    /// # Errors
    /// Every part that cannot be one.
    pub fn parse(&self) -> Result<Namespace, Vec<Violation>> {
        Namespace::new(&decode(self.product), &decode(self.version), &decode(self.company))
    }
}

/// The id in a path segment; `None` where it is none, so that it names no customer.
pub fn customer_id(segment: &str) -> Option<CustomerId> {
    CustomerId::parse(&decode(segment))
}

/// The text behind percent-encoding (RFC 3986, section 2.1). A segment that is no UTF-8 stays
/// encoded: the `%` in it then makes it an impossible name.
fn decode(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return Cow::Borrowed(segment);
    }
    percent_decode_str(segment).decode_utf8().unwrap_or(Cow::Borrowed(segment))
}

#[cfg(test)]
mod tests {
    use super::{Document, Resource, customer_id, resolve};

    fn company(path: &str) -> Option<String> {
        match resolve(path)? {
            Resource::Customers(namespace) | Resource::Customer(namespace, _) => {
                namespace.parse().ok().map(|namespace| namespace.prefix().to_owned())
            }
            _ => None,
        }
    }

    #[test]
    fn the_published_paths_are_found() {
        assert_eq!(company("/api/tse/v1/company/acme/customer").unwrap(), "tse/v1/acme/");
        let path = "/api/tse/v1/company/acme/customer/01JD8Z3M6Q4X9T2V7B5N1C0KRE";
        let Some(Resource::Customer(_, id)) = resolve(path) else { panic!() };
        assert!(customer_id(id).is_some());
        assert_eq!(resolve("/healthz"), Some(Resource::Health));
        assert_eq!(resolve("/readyz"), Some(Resource::Readiness));
        assert_eq!(resolve("/metrics"), Some(Resource::Metrics));
        let page = Resource::Document(Document::ProblemPage("forbidden"));
        assert_eq!(resolve("/problems/forbidden"), Some(page));
    }

    #[test]
    fn a_trailing_slash_or_an_empty_segment_is_another_path() {
        for path in [
            "",
            "//",
            "/api",
            "/api/",
            "/healthz/",
            "/metrics/",
            "/problems",
            "/problems/",
            "/problems/a/b",
            "/api/tse/v1/company/acme/customer/",
            "/api/tse/v1/company/acme/customer/1/",
            "//api/tse/v1/company/acme/customer",
            "/api/tse/v1/company/acme/customer/1/2",
            "/api/tse/v1//company/acme/customer",
            "/API/tse/v1/company/acme/customer",
            "*",
        ] {
            assert_eq!(resolve(path), None, "{path}");
        }
    }

    #[test]
    fn nothing_is_decoded_before_the_path_is_split() {
        assert_eq!(resolve("/%61pi/tse/v1/company/acme/customer"), None);
        assert_eq!(resolve("/api/tse/v1/company/acme%2Fcustomer"), None);
        assert!(resolve("/api/tse/v1/company/a%2Fb/customer").is_some());
        assert_eq!(company("/api/tse/v1/company/a%2Fb/customer"), None);
    }

    #[test]
    fn dots_are_names_like_any_other_and_refused_as_such() {
        for path in ["/api/../v1/company/a/customer", "/api/tse/v1/company/%2e%2e/customer"] {
            assert!(resolve(path).is_some());
            assert_eq!(company(path), None, "{path}");
        }
        assert_eq!(resolve("/api/tse/v1/company/a/customer/../customer"), None);
    }

    #[test]
    fn an_encoded_name_is_the_same_name() {
        assert_eq!(company("/api/t%73e/v1/company/acm%65/customer").unwrap(), "tse/v1/acme/");
    }

    #[test]
    fn an_odd_customer_id_is_no_customer() {
        for odd in ["456", "%2F", "%00", "%ff", "%", "%zz", "01JD8Z3M6Q4X9T2V7B5N1C0KR%00"] {
            assert_eq!(customer_id(odd), None, "{odd}");
        }
        assert!(customer_id("%301jd8z3m6q4x9t2v7b5n1c0kre").is_some());
    }
}
