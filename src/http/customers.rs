//! The operations on customers, as HTTP: what is read from the request, and what is answered.

use std::sync::Arc;

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, LOCATION};

use super::answer::{self, Answer};
use super::problem::{Kind, Problem};
use super::query::Query;
use super::{Service, list, negotiate, path};
use crate::api::draft_json::{self, DraftError};
use crate::api::shape;
use crate::customer::access::Principal;
use crate::customer::{Customer, CustomerId, Details, Namespace};
use crate::intelligence;
use crate::operation::create::Created;
use crate::operation::idempotency::IdempotencyKey;
use crate::operation::{OperationError, create, delete, read};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What the handlers read of a request, once the pipeline has checked the rest.
pub struct Call<'r> {
    /// The service.
    pub service: &'r Arc<Service>,
    /// Who asks.
    pub principal: &'r Principal,
    /// Whose customers.
    pub namespace: Namespace,
    /// The request's headers.
    pub headers: &'r HeaderMap,
    /// The request's query string.
    pub query: Option<&'r str>,
}

/// `POST …/customer`
pub async fn create(call: Call<'_>, body: Bytes) -> Result<Answer, Problem> {
    negotiate::accept_json(call.headers)?;
    let validate_only = Query::parse(call.query, &["validate-only"])?.flag("validate-only")?;
    let key = idempotency_key(&call, &body)?;
    let details = draft_json::parse(&body).map_err(invalid_body)?;
    if validate_only {
        return validated(&details);
    }
    let created = create::create(&call.service.registry, &call.namespace, details, key).await?;
    answer_created(&call.namespace, &created)
}

fn invalid_body(error: DraftError) -> Problem {
    match error {
        DraftError::NotAnObject(detail) => Problem::new(Kind::InvalidJson, detail),
        DraftError::Violations(faults) => Problem::of_fields(Kind::InvalidRequest, faults),
    }
}

fn validated(details: &Details) -> Result<Answer, Problem> {
    let mut json = Vec::new();
    shape::write_details(details, &mut json).map_err(unwritable)?;
    Ok(answer::transient_json(StatusCode::OK, json))
}

fn answer_created(namespace: &Namespace, created: &Created) -> Result<Answer, Problem> {
    let customer = &created.customer;
    let mut answer = answer::one(StatusCode::CREATED, &tag(customer)?, to_json(customer)?);
    let id = customer.id;
    let (product, version) = (namespace.product(), namespace.version());
    let location =
        format!("/api/{product}/{version}/company/{}/customer/{id}", namespace.company());
    answer.headers_mut().insert(LOCATION, header_value(&location)?);
    if created.replayed {
        answer.headers_mut().insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(answer)
}

fn idempotency_key(call: &Call<'_>, body: &[u8]) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = call.headers.get_all(IDEMPOTENCY_KEY).iter();
    let key = match (values.next(), values.next()) {
        (None, _) => return Ok(None),
        (Some(text), None) => {
            IdempotencyKey::new(text.as_bytes(), &call.principal.token_hash, body)
        }
        _ => None,
    };
    let message = "Idempotency-Key is one value of 1 to 255 visible ASCII characters";
    key.map(Some).ok_or_else(|| Problem::of_header("Idempotency-Key", message))
}

/// `GET …/customer`
pub async fn list(call: Call<'_>) -> Result<Answer, Problem> {
    negotiate::accept_json(call.headers)?;
    Query::parse(call.query, &[])?;
    let first = read::first_page(&call.service.registry, &call.namespace).await?;
    Ok(answer::many(list::stream(call.service.clone(), call.namespace, first)))
}

/// `GET …/customer/{customerId}`
pub async fn detail(call: Call<'_>, id: &str) -> Result<Answer, Problem> {
    negotiate::accept_json(call.headers)?;
    Query::parse(call.query, &[])?;
    let id = known_id(id)?;
    let customer = read::customer(&call.service.registry, &call.namespace, id).await?;
    let tag = tag(&customer)?;
    if is_known_to_client(call.headers, &tag) {
        return Ok(answer::not_modified(&tag));
    }
    Ok(answer::one(StatusCode::OK, &tag, to_json(&customer)?))
}

/// `DELETE …/customer/{customerId}`
pub async fn delete(call: Call<'_>, id: &str) -> Result<Answer, Problem> {
    Query::parse(call.query, &[])?;
    delete::delete(&call.service.registry, &call.namespace, known_id(id)?).await?;
    Ok(answer::no_content())
}

/// A text that is no id is simply a customer that does not exist.
fn known_id(segment: &str) -> Result<CustomerId, Problem> {
    path::customer_id(segment).ok_or_else(|| OperationError::CustomerNotFound.into())
}

fn to_json(customer: &Customer) -> Result<Vec<u8>, Problem> {
    let mut json = Vec::with_capacity(512);
    shape::write_customer(customer, &mut json).map_err(unwritable)?;
    Ok(json)
}

fn unwritable(error: serde_json::Error) -> Problem {
    Problem::internal(format!("an answer cannot be written: {error}"))
}

/// The customer's strong entity tag (RFC 9110, section 8.8.3).
fn tag(customer: &Customer) -> Result<HeaderValue, Problem> {
    header_value(&format!("\"{}\"", intelligence::state_tag(customer)))
}

fn header_value(text: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(text).map_err(|error| Problem::internal(error.to_string()))
}

/// Whether `If-None-Match` names the tag, compared weakly, or any tag
/// (RFC 9110, sections 8.8.3.2 and 13.1.2).
fn is_known_to_client(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .flat_map(|value| value.as_bytes().split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii)
        .any(|known| known == b"*" || known.strip_prefix(b"W/").unwrap_or(known) == tag.as_bytes())
}
