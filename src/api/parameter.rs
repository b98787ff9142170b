//! Parameters: what varies in the path, the query and the headers of an operation. Each is
//! described once, for the OpenAPI document and for the tools of agents.

use serde_json::{Value, json};

use super::schema;
use crate::customer::words::{MAX_SEARCH_CHARS, MAX_SEARCH_WORDS};

/// Most customers, or events, that a limited list may be asked for.
pub const MAX_LIMIT: usize = 1000;

/// The last id of an event that every reader of JSON keeps exactly (RFC 8259, section 6). The
/// service takes no larger one.
pub const MAX_EVENT: u64 = (1 << 53) - 1;

/// Where a parameter is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}

/// Who can send a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Clients of the HTTP interface and agents.
    Both,
    /// Clients of the HTTP interface only.
    Http,
    /// Agents only.
    Tool,
}

/// A parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// The product that a company's customers belong to.
    Product,
    /// The version of the product's interface.
    Version,
    /// The company.
    Company,
    /// The customer.
    Customer,
    /// The token, by its id.
    Token,
    /// Whether to check only.
    ValidateOnly,
    /// Whether the lines bring their history along.
    History,
    /// What a request is known by when it comes again.
    IdempotencyKey,
    /// The state that a customer must be in.
    IfMatch,
    /// The state that the client knows.
    IfNoneMatch,
    /// What to search for.
    Search,
    /// An exact address.
    Email,
    /// An exact VAT number.
    VatNumber,
    /// A category.
    Category,
    /// A market.
    Market,
    /// Most customers to answer with.
    Limit,
    /// The customer to go on after.
    AfterCustomer,
    /// The event to go on after.
    AfterEvent,
    /// The event to go on after, as browsers say it.
    LastEventId,
    /// Most events to answer with.
    EventLimit,
}

impl Parameter {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// Its name among a tool's arguments: that of the wire, headers in lower case.
    pub fn argument(self) -> &'static str {
        match self {
            Parameter::IdempotencyKey => "idempotency-key",
            Parameter::IfMatch => "if-match",
            other => other.name(),
        }
    }

    /// Where it is sent over HTTP.
    pub fn place(self) -> Place {
        self.row().1
    }

    /// Who can send it.
    pub fn door(self) -> Door {
        match self {
            Parameter::History | Parameter::IfNoneMatch | Parameter::LastEventId => Door::Http,
            Parameter::EventLimit => Door::Tool,
            _ => Door::Both,
        }
    }

    /// Whether it is a part of the path, without which there is no such path.
    pub fn is_in_path(self) -> bool {
        self.place() == Place::Path
    }

    /// What it means, in sentences.
    pub fn description(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> (&'static str, Place, &'static str) {
        use Place::{Header, Path, Query};
        match self {
            Parameter::Product => (
                "product",
                Path,
                "The product whose customers these are: a namespace that exists as soon as it is used.",
            ),
            Parameter::Version => (
                "version",
                Path,
                "The version of the product's interface: v and digits, such as v1 or v2.1. The same company under another version is another set of customers.",
            ),
            Parameter::Company => (
                "companyId",
                Path,
                "The company whose customers these are: a namespace that exists as soon as it is used.",
            ),
            Parameter::Customer => (
                "customerId",
                Path,
                "The customer's id, a ULID given out by the service. Any other text is a customer that does not exist.",
            ),
            Parameter::Token => (
                "tokenId",
                Path,
                "The token's id, a ULID given out by the service; not the token itself.",
            ),
            Parameter::ValidateOnly => {
                ("validate-only", Query, "Check and show what would be stored, and store nothing.")
            }
            Parameter::History => (
                "history",
                Query,
                "With many customers and the admin permission only: takes created-at and deleted-at from the lines. A line with deleted-at leaves only its two events behind.",
            ),
            Parameter::IdempotencyKey => (
                "Idempotency-Key",
                Header,
                "Makes it safe to send the same again: within 24 hours the same key with the same customer answers as the first time and stores nothing. With many customers it holds for each line.",
            ),
            Parameter::IfMatch => (
                "If-Match",
                Header,
                "The entity tag that the customer was read with, with its quotes: where it is no longer in that state, nothing is done and the answer is 412.",
            ),
            Parameter::IfNoneMatch => (
                "If-None-Match",
                Header,
                "The entity tag of the state that the client has: where it is still that, the answer is 304 without a body.",
            ),
            Parameter::Search => (
                "q",
                Query,
                "Words to search for in names and email: the beginning of any word, or a near spelling. One to eight words; best match first.",
            ),
            Parameter::Email => {
                ("email", Query, "Only customers with exactly this email address, in any case.")
            }
            Parameter::VatNumber => (
                "vat-number",
                Query,
                "Only customers with exactly this VAT number, however it is spaced.",
            ),
            Parameter::Category => {
                ("category", Query, "Only customers that are judged to be of this category.")
            }
            Parameter::Market => (
                "market",
                Query,
                "Only customers whose VAT number is of this country, by its ISO 3166 code.",
            ),
            Parameter::Limit => (
                "limit",
                Query,
                "At most so many customers. Over HTTP all are sent where it is not given.",
            ),
            Parameter::AfterCustomer => (
                "after",
                Query,
                "Only customers behind this id: the last one of the page before. With q there are none behind one that q does not find (any more).",
            ),
            Parameter::AfterEvent => (
                "after",
                Query,
                "Only events behind the one with this id; 0 begins with the first event ever. Without it there is only what happens from now on. An id ahead of the last event is refused: it is from another store.",
            ),
            Parameter::LastEventId => (
                "Last-Event-ID",
                Header,
                "The same as after, as browsers send it when they come back; it beats after.",
            ),
            Parameter::EventLimit => ("limit", Query, "At most so many events."),
        }
    }

    /// The schema of its values.
    pub fn schema(self) -> Value {
        match self {
            Parameter::Product | Parameter::Company => schema::namespace_part(),
            Parameter::Version => schema::version(),
            Parameter::Customer | Parameter::Token | Parameter::AfterCustomer => schema::id(),
            Parameter::ValidateOnly | Parameter::History => {
                json!({"type": "boolean", "default": false})
            }
            Parameter::IdempotencyKey => json!({
                "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$",
                "examples": ["order-2026-0815"]
            }),
            // Any text: one that is no tag of the customer's names no state, and is no error.
            Parameter::IfMatch | Parameter::IfNoneMatch => {
                json!({"type": "string", "examples": ["\"1-19a5c1f0e2b-1\""]})
            }
            Parameter::Search => json!({
                "type": "string", "minLength": 1, "maxLength": MAX_SEARCH_CHARS,
                "pattern": search_words(), "examples": ["smith"]
            }),
            Parameter::Email => schema::reference("EmailAddress"),
            Parameter::VatNumber => schema::reference("VatNumber"),
            Parameter::Category => schema::category("A category."),
            Parameter::Market => json!({
                "type": "string", "minLength": 2, "maxLength": 2, "pattern": "^[A-Za-z]{2}$",
                "examples": ["IT"]
            }),
            Parameter::Limit => json!({
                "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "examples": [100]
            }),
            Parameter::EventLimit => json!({
                "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 100
            }),
            Parameter::AfterEvent | Parameter::LastEventId => {
                json!({"type": "integer", "minimum": 0, "maximum": MAX_EVENT, "examples": [0]})
            }
        }
    }
}

/// From one to [`MAX_SEARCH_WORDS`] runs of ASCII letters, digits and anything beyond ASCII.
fn search_words() -> String {
    const BETWEEN: &str = r"\u0000-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u007F";
    let (between, word) = (format!("[{BETWEEN}]"), format!("[^{BETWEEN}]+"));
    let more = MAX_SEARCH_WORDS - 1;
    format!("^{between}*{word}(?:{between}+{word}){{0,{more}}}{between}*$")
}
