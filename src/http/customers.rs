//! The operations on customers, as HTTP: what is read from the request, and what is answered.

use std::sync::Arc;

use hyper::StatusCode;
use hyper::body::{Bytes, Incoming};
use hyper::header::{HeaderMap, HeaderName, HeaderValue, LINK, LOCATION};

use super::answer::{self, Answer};
use super::call::Call;
use super::list::{self, Form};
use super::negotiate::CreationForm;
use super::problem::{Kind, Problem};
use super::query::Query;
use super::shown::Shown;
use super::{Service, body, bulk, negotiate, path, precondition, selection};
use crate::api::address;
use crate::api::draft_json;
use crate::api::insight_json::Insight;
use crate::api::shape;
use crate::api::strict_json::BodyError;
use crate::customer::{Code, Customer, CustomerId, Details, Namespace, Violation};
use crate::operation::create::Created;
use crate::operation::idempotency::IdempotencyKey;
use crate::operation::insight::CustomerInsight;
use crate::operation::list::list as list_customers;
use crate::operation::{OperationError, assess, change, create, delete, insight, read};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// What an idempotency key is, in words.
pub const KEY_RULE: &str = "Idempotency-Key is one value of 1 to 255 visible ASCII characters";

const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// `POST …/customer`
pub async fn create(call: Call<'_>, body: Incoming) -> Result<Answer, Problem> {
    let body = match negotiate::creation_form(call.headers)? {
        CreationForm::One => {
            negotiate::accept_json(call.headers)?;
            read_body(&call, body).await?
        }
        CreationForm::Many(form) => return bulk::create(call, form, body).await,
    };
    let query = Query::parse(call.query, &["validate-only", "history"])?;
    let validate_only = query.flag("validate-only")?;
    if query.flag("history")? {
        return Err(history_of_one());
    }
    let key = idempotency_key(&call, &body)?;
    let details = draft_json::parse(&body).map_err(invalid_body)?;
    if validate_only {
        return validated(&call, &details).await;
    }
    let created = create::create(&call.service.registry, &call.namespace, details, key).await?;
    answer_created(&call.namespace, &created)
}

fn history_of_one() -> Problem {
    let message = "a history comes with many customers only: send them as application/x-ndjson or \
                   text/csv";
    let fault = Violation::new("history", Code::InvalidQueryParameter, message);
    Problem::of_fields(Kind::InvalidQueryParameter, vec![fault])
}

/// The body of a request, within the limits.
pub async fn read_body(call: &Call<'_>, body: Incoming) -> Result<Bytes, Problem> {
    let limits = &call.service.limits;
    body::read(call.headers, body, limits.body_bytes, limits.body).await
}

/// What the client is told of a body that does not hold what is wanted.
pub fn invalid_body(error: BodyError) -> Problem {
    match error {
        BodyError::NotAnObject(detail) => Problem::new(Kind::InvalidJson, detail),
        BodyError::Violations(faults) => Problem::of_fields(Kind::InvalidRequest, faults),
    }
}

async fn validated(call: &Call<'_>, details: &Details) -> Result<Answer, Problem> {
    let (registry, namespace) = (&call.service.registry, &call.namespace);
    let assessment = assess::assess(registry, namespace, details, None).await?;
    let mut json = Vec::new();
    shape::write_details(details, &assessment, &mut json).map_err(unwritable)?;
    Ok(answer::transient_json(StatusCode::OK, json))
}

fn answer_created(namespace: &Namespace, created: &Created) -> Result<Answer, Problem> {
    let customer = &created.customer;
    let mut answer = answer::one(StatusCode::CREATED, &tag(customer)?, to_json(customer)?.into());
    let location = address::customer(namespace, customer.id);
    answer.headers_mut().insert(LOCATION, header_value(&location)?);
    if created.replayed {
        answer.headers_mut().insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(answer)
}

fn idempotency_key(call: &Call<'_>, body: &[u8]) -> Result<Option<IdempotencyKey>, Problem> {
    let hash = &call.principal.token_hash;
    one_key(call.headers, |text| IdempotencyKey::new(text, hash, body))
}

/// What `read` makes of the request's one Idempotency-Key; `None` where there is none.
pub fn one_key<K>(
    headers: &HeaderMap,
    read: impl FnOnce(&[u8]) -> Option<K>,
) -> Result<Option<K>, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let key = match (values.next(), values.next()) {
        (None, _) => return Ok(None),
        (Some(text), None) => read(text.as_bytes()),
        _ => None,
    };
    key.map(Some).ok_or_else(|| Problem::of_header("Idempotency-Key", KEY_RULE))
}

/// `GET …/customer`
pub async fn list(call: Call<'_>) -> Result<Answer, Problem> {
    let form = negotiate::accept(call.headers, &Form::OFFERED)?;
    let selection = selection::parse(call.query)?;
    let listing = list_customers(&call.service.registry, &call.namespace, &selection).await?;
    let next = listing.next.map(|last| selection::next_link(&call.namespace, &selection, last));
    let body = list::stream(call.service, call.namespace, listing.cursor, form);
    let mut answer = answer::many(form.content_type(), body);
    if let Some(next) = next {
        answer.headers_mut().insert(LINK, header_value(&next)?);
    }
    Ok(answer)
}

/// `GET …/customer/{customerId}`
pub async fn detail(call: Call<'_>) -> Result<Answer, Problem> {
    negotiate::accept_json(call.headers)?;
    Query::parse(call.query, &[])?;
    let shown = show(call.service, &call.namespace, known_id(call.id)?).await?;
    if precondition::is_known_to_client(call.headers, &shown.tag) {
        return Ok(answer::not_modified(&shown.tag));
    }
    Ok(answer::one(StatusCode::OK, &shown.tag, shown.json.clone()))
}

/// The customer as it is shown, as it was the last time where it did not change.
async fn show(
    service: &Service,
    namespace: &Namespace,
    id: CustomerId,
) -> Result<Arc<Shown>, Problem> {
    let stamp = service.registry.store().stamp(id);
    if let Some(shown) = stamp.and_then(|stamp| service.shown.find(namespace, id, stamp)) {
        return Ok(shown);
    }
    let customer = read::customer(&service.registry, namespace, id).await?;
    let (tag, json) = (tag(&customer)?, to_json(&customer)?.into());
    let shown = Arc::new(Shown { tag, json, namespace: namespace.clone(), stamp });
    service.shown.keep(id, shown.clone());
    Ok(shown)
}

/// `GET …/customer/{customerId}/insight`
pub async fn insight(call: Call<'_>) -> Result<Answer, Problem> {
    negotiate::accept_json(call.headers)?;
    Query::parse(call.query, &[])?;
    let id = known_id(call.id)?;
    let insight = insight::customer(&call.service.registry, &call.namespace, id).await?;
    let mut json = Vec::new();
    insight_json(&insight).write(&mut json).map_err(unwritable)?;
    Ok(answer::current_json(json))
}

/// An insight as it is answered.
pub fn insight_json(insight: &CustomerInsight) -> Insight<'_> {
    Insight {
        customer: &insight.customer,
        explanation: &insight.explanation,
        duplicates: insight.duplicates.iter().map(|one| (one.id, &one.duplicate)).collect(),
        retention: insight.retention,
    }
}

/// `PUT …/customer/{customerId}`
pub async fn replace(call: Call<'_>, body: Incoming) -> Result<Answer, Problem> {
    negotiate::content_is_json(call.headers)?;
    negotiate::accept_json(call.headers)?;
    Query::parse(call.query, &[])?;
    let body = read_body(&call, body).await?;
    let details = draft_json::parse(&body).map_err(invalid_body)?;
    change(&call, |_| details.clone()).await
}

/// `PATCH …/customer/{customerId}`
pub async fn update(call: Call<'_>, body: Incoming) -> Result<Answer, Problem> {
    negotiate::content_is_merge_patch(call.headers)?;
    negotiate::accept_json(call.headers)?;
    Query::parse(call.query, &[])?;
    let body = read_body(&call, body).await?;
    let changes = draft_json::parse_change(&body).map_err(invalid_body)?;
    change(&call, |details| changes.apply(details)).await
}

async fn change(call: &Call<'_>, change: impl Fn(&Details) -> Details) -> Result<Answer, Problem> {
    let (registry, namespace, id) = (&call.service.registry, &call.namespace, known_id(call.id)?);
    let may_change = |customer: &Customer| precondition::may_change(call.headers, customer);
    let customer = change::change(registry, namespace, id, &may_change, change).await?;
    Ok(answer::one(StatusCode::OK, &tag(&customer)?, to_json(&customer)?.into()))
}

/// `DELETE …/customer/{customerId}`
pub async fn delete(call: Call<'_>) -> Result<Answer, Problem> {
    Query::parse(call.query, &[])?;
    let (registry, id) = (&call.service.registry, known_id(call.id)?);
    let may_change = |customer: &Customer| precondition::may_change(call.headers, customer);
    delete::delete(registry, &call.namespace, id, &may_change).await?;
    Ok(answer::no_content())
}

/// A text that is no id is simply a customer that does not exist.
pub fn known_id(segment: &str) -> Result<CustomerId, Problem> {
    path::customer_id(segment).ok_or_else(|| OperationError::CustomerNotFound.into())
}

fn to_json(customer: &Customer) -> Result<Vec<u8>, Problem> {
    let mut json = Vec::with_capacity(512);
    shape::write_customer(customer, &mut json).map_err(unwritable)?;
    Ok(json)
}

/// The problem of an answer that cannot be written.
pub fn unwritable(error: serde_json::Error) -> Problem {
    Problem::internal(format!("an answer cannot be written: {error}"))
}

fn tag(customer: &Customer) -> Result<HeaderValue, Problem> {
    let tag = HeaderValue::try_from(precondition::tag(customer));
    tag.map_err(|error| Problem::internal(error.to_string()))
}

fn header_value(text: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(text).map_err(|error| Problem::internal(error.to_string()))
}
