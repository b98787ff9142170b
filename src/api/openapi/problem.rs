//! Which problems an operation can give, and how the document shows them: one answer a status, with
//! an example of each kind. A status of one kind only is a component that operations share.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::header::{self, cache_control, references};
use super::response::KEPT_BY_NOBODY;
use super::{component, example};
use crate::api::catalogue::{CATALOGUE, OperationId};
use crate::api::problem::{Kind, Problem};
use crate::api::schema::reference;
use crate::customer::{Code, Violation};

/// Of every request.
const ALWAYS: &[Kind] = &[
    Kind::InvalidMessage,
    Kind::InvalidQueryParameter,
    Kind::Unauthorized,
    Kind::Forbidden,
    Kind::UriTooLong,
    Kind::TooManyRequests,
    Kind::HeadersTooLarge,
    Kind::Internal,
    Kind::Overloaded,
];

/// Of those whose path names a company.
const COMPANY: &[Kind] = &[Kind::InvalidPathParameter];

/// Of those with a body.
const BODY: &[Kind] = &[
    Kind::InvalidRequest,
    Kind::InvalidJson,
    Kind::RequestTimeout,
    Kind::ContentTooLarge,
    Kind::UnsupportedMediaType,
];

/// Of those that answer with something.
const FORM: &[Kind] = &[Kind::NotAcceptable];

/// Of those that read what is kept.
const READ: &[Kind] = &[Kind::Repairing, Kind::ShuttingDown];

/// Of those that change what is kept.
const WRITE: &[Kind] = &[Kind::ReadOnly, Kind::Repairing, Kind::ShuttingDown, Kind::DiskFull];

/// Of those on one customer.
const CUSTOMER: &[Kind] = &[Kind::CustomerNotFound];

/// Of those that change one customer.
const STATE: &[Kind] = &[Kind::PreconditionFailed];

/// Of those that can be sent again.
const AGAIN: &[Kind] = &[Kind::InvalidHeader, Kind::IdempotencyInFlight, Kind::IdempotencyReused];

/// Of those that read a header which can be at fault.
const HEADER: &[Kind] = &[Kind::InvalidHeader];

/// Of those that need customers to be there.
const CUSTOMERS: &[Kind] = &[Kind::CustomersNotFound];

/// Of those on one token.
const TOKEN: &[Kind] = &[Kind::TokenNotFound];

/// The kinds of problem that an operation can give, and no others. No operation gives those of
/// requests that lead to none: [`Kind::PathNotFound`] and [`Kind::MethodNotAllowed`].
fn kinds(id: OperationId) -> Vec<Kind> {
    let groups: &[&[Kind]] = match id {
        OperationId::CustomerCreation => &[ALWAYS, COMPANY, BODY, FORM, WRITE, AGAIN],
        OperationId::CustomerListing | OperationId::CompanyInsight => {
            &[ALWAYS, COMPANY, FORM, READ, CUSTOMERS]
        }
        OperationId::IntentRecognition => &[ALWAYS, COMPANY, BODY, FORM, READ],
        OperationId::CustomerDetail | OperationId::CustomerInsight => {
            &[ALWAYS, COMPANY, FORM, READ, CUSTOMER]
        }
        OperationId::CustomerDeletion => &[ALWAYS, COMPANY, WRITE, CUSTOMER, STATE],
        OperationId::CustomerReplacement | OperationId::CustomerUpdate => {
            &[ALWAYS, COMPANY, BODY, FORM, WRITE, CUSTOMER, STATE]
        }
        OperationId::CustomerChangeFeed => &[ALWAYS, COMPANY, FORM, READ, HEADER],
        OperationId::TokenCreation => &[ALWAYS, BODY, FORM, WRITE],
        OperationId::TokenListing => &[ALWAYS, FORM],
        OperationId::TokenRevocation => &[ALWAYS, WRITE, TOKEN],
        OperationId::Backup => &[ALWAYS, FORM, READ],
    };
    let is_given = |kind: &Kind| groups.iter().any(|group| group.contains(kind));
    Kind::ALL.into_iter().filter(is_given).collect()
}

/// The problems of an operation, by status.
pub fn responses(id: OperationId) -> Map<String, Value> {
    let answers = by_status(id).into_iter().map(|(status, kinds)| {
        let answer = match kinds.as_slice() {
            [kind] => component("responses", kind.text().name),
            kinds => answer(kinds),
        };
        (status.to_string(), answer)
    });
    answers.collect()
}

/// The answers that operations share.
pub fn response_components() -> Map<String, Value> {
    let statuses = CATALOGUE.iter().flat_map(|row| by_status(row.id).into_values());
    let single = statuses.filter_map(|kinds| match kinds.as_slice() {
        [kind] => Some((kind.text().name.to_owned(), answer(&[*kind]))),
        _ => None,
    });
    single.collect()
}

/// An example of each kind that an operation can give.
pub fn example_components() -> Map<String, Value> {
    let kinds = CATALOGUE.iter().flat_map(|row| kinds(row.id));
    kinds
        .map(|kind| {
            let text = kind.text();
            let example = json!({"summary": text.title, "value": to_json(&problem(kind))});
            (text.name.to_owned(), example)
        })
        .collect()
}

/// The example of a body with faulty fields.
pub fn invalid_request() -> Value {
    to_json(&problem(Kind::InvalidRequest))
}

fn by_status(id: OperationId) -> BTreeMap<u16, Vec<Kind>> {
    let mut statuses: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    for kind in kinds(id) {
        statuses.entry(kind.text().status).or_default().push(kind);
    }
    statuses
}

fn answer(kinds: &[Kind]) -> Value {
    let examples: Map<String, Value> = kinds
        .iter()
        .map(|kind| (kind.text().name.to_owned(), component("examples", kind.text().name)))
        .collect();
    json!({
        "description": description(kinds),
        "headers": headers(kinds),
        "content": {
            "application/problem+json": {"schema": reference("Problem"), "examples": examples}
        }
    })
}

fn description(kinds: &[Kind]) -> String {
    let line = |kind: &Kind| {
        let text = kind.text();
        format!("{} (`{}`). {}", text.title, text.name, text.explanation)
    };
    match kinds {
        [kind] => line(kind),
        kinds => kinds.iter().map(|kind| format!("- {}\n", line(kind))).collect(),
    }
}

fn headers(kinds: &[Kind]) -> Map<String, Value> {
    let some_is = |test: fn(Kind) -> bool| kinds.iter().any(|kind| test(*kind));
    let mut names = vec![header::REQUEST_ID, header::AI_METADATA];
    if some_is(|kind| !is_of_the_head(kind) && kind != Kind::Unauthorized) {
        names.extend(header::RATE_LIMITS);
    }
    if some_is(|kind| Problem::new(kind, "").retry_after().is_some()) {
        names.push(header::RETRY_AFTER);
    }
    if some_is(|kind| kind == Kind::Unauthorized) {
        names.push(header::WWW_AUTHENTICATE);
    }
    let mut headers = references(names);
    headers.insert(header::CACHE_CONTROL.to_owned(), cache_control(KEPT_BY_NOBODY));
    headers
}

/// Whether a request with this problem is refused for its head (or what follows it on the wire),
/// before anything looks at its token.
fn is_of_the_head(kind: Kind) -> bool {
    matches!(kind, Kind::InvalidMessage | Kind::UriTooLong | Kind::HeadersTooLarge)
}

fn to_json(problem: &Problem) -> Value {
    example::parsed(&problem.to_json(example::ID))
}

/// One problem of each kind: what may have happened.
fn problem(kind: Kind) -> Problem {
    let of_field = |field: &'static str, code: Code, message: &str| {
        Problem::of_fields(kind, vec![Violation::new(field, code, message)])
    };
    match kind {
        Kind::InvalidRequest => {
            let email = Violation::new("email", Code::InvalidEmail, "no domain after '@'");
            let number = Violation::new("vat-number", Code::Missing, "vat-number is required");
            Problem::of_fields(kind, vec![email, number])
        }
        Kind::InvalidPathParameter => {
            let message = "version is v and digits, such as v1 or v2.1";
            of_field("version", Code::InvalidPathParameter, message)
        }
        Kind::InvalidQueryParameter => {
            of_field("Limit", Code::InvalidQueryParameter, "unknown query parameter")
        }
        Kind::InvalidHeader => {
            of_field("Idempotency-Key", Code::InvalidHeader, "it is given more than once")
        }
        kind => Problem::new(kind, kind.text().explanation),
    }
}
