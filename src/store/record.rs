//! What is stored, as frozen structs: one per kind and schema version, converted by hand at the
//! border of this room. A struct here never changes; a new version gets a new struct, and the old
//! one stays readable (`tests` hold golden bytes of each).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::assessment_record::{AssessmentV1, DuplicateV1, category_from, category_number};
use super::codec::{self, Kind};
use crate::customer::access::{Grant, Permissions, Scope, Token};
use crate::customer::assessment::PossibleDuplicate;
use crate::customer::vat::VatNumber;
use crate::customer::{Assessment, Customer, CustomerId, Details, Event, EventKind};

/// Its texts stay where they are: there are four of them in each of the many records that a list reads.
#[derive(Serialize, Deserialize)]
struct CustomerV1<'r> {
    first_name: &'r str,
    last_name: &'r str,
    email: &'r str,
    vat_number: &'r str,
    created_at: i64,
    updated_at: i64,
    revision: u32,
}

/// Version 1, and what is understood of the customer.
#[derive(Serialize, Deserialize)]
struct CustomerV2<'r> {
    #[serde(borrow)]
    v1: CustomerV1<'r>,
    assessment: AssessmentV1<'r>,
}

/// The bytes that keep `customer`; its id is in the key. One that nobody has judged yet has those
/// that it was read from.
pub fn encode_customer(customer: &Customer) -> Result<Vec<u8>, StoreError> {
    let details = &customer.details;
    let v1 = CustomerV1 {
        first_name: &details.first_name,
        last_name: &details.last_name,
        email: &details.email,
        vat_number: details.vat_number.as_str(),
        created_at: customer.created_at.as_millisecond(),
        updated_at: customer.updated_at.as_millisecond(),
        revision: customer.revision,
    };
    if customer.assessment == Assessment::none() {
        return codec::encode(Kind::Customer, 1, &v1);
    }
    let assessment = AssessmentV1::freeze(&customer.assessment)?;
    codec::encode(Kind::Customer, 2, &CustomerV2 { v1, assessment })
}

/// The customer `id` from its bytes.
///
/// # Errors
/// The bytes are damaged or of a later release; never a panic, whatever they are.
pub fn decode_customer(id: CustomerId, bytes: &[u8]) -> Result<Customer, StoreError> {
    let (v1, assessment) = match codec::open(Kind::Customer, bytes)? {
        (1, body) => (codec::decode_body(Kind::Customer, body)?, Assessment::none()),
        (2, body) => {
            let CustomerV2 { v1, assessment } = codec::decode_body(Kind::Customer, body)?;
            (v1, assessment.thaw()?)
        }
        (version, _) => return Err(codec::unknown_version(Kind::Customer, version)),
    };
    let v1: CustomerV1<'_> = v1;
    Ok(Customer {
        id,
        details: Details {
            first_name: v1.first_name.into(),
            last_name: v1.last_name.into(),
            email: v1.email.into(),
            vat_number: VatNumber::from_stored(v1.vat_number),
        },
        assessment,
        created_at: time(v1.created_at)?,
        updated_at: time(v1.updated_at)?,
        revision: v1.revision,
    })
}

/// A token as it is kept: everything but the secret itself, whose hash is the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// The token.
    pub token: Token,
    /// Made by `serve` on a first start and kept in the `admin-token` file.
    pub from_first_start: bool,
}

#[derive(Serialize, Deserialize)]
struct TokenV1 {
    id: [u8; 16],
    name: String,
    product: Option<String>,
    company: Option<String>,
    read: bool,
    write: bool,
    admin: bool,
    expires_at: Option<i64>,
    requests_per_second: Option<u32>,
    created_at: i64,
    from_first_start: bool,
}

/// Version 1, and the hour of the last use.
#[derive(Serialize, Deserialize)]
struct TokenV2 {
    v1: TokenV1,
    last_used_at: Option<i64>,
}

/// The bytes that keep a token.
pub fn encode_token(record: &TokenRecord) -> Result<Vec<u8>, StoreError> {
    let Token { id, grant, created_at, last_used_at } = &record.token;
    let v1 = TokenV1 {
        id: id.to_bytes(),
        name: grant.name.clone(),
        product: grant.scope.product.clone(),
        company: grant.scope.company.clone(),
        read: grant.permissions.read,
        write: grant.permissions.write,
        admin: grant.permissions.admin,
        expires_at: grant.expires_at.map(Timestamp::as_millisecond),
        requests_per_second: grant.requests_per_second,
        created_at: created_at.as_millisecond(),
        from_first_start: record.from_first_start,
    };
    let last_used_at = last_used_at.map(Timestamp::as_millisecond);
    codec::encode(Kind::Token, 2, &TokenV2 { v1, last_used_at })
}

/// A token from its bytes.
///
/// # Errors
/// The bytes are damaged or of a later release.
pub fn decode_token(bytes: &[u8]) -> Result<TokenRecord, StoreError> {
    let stored = match codec::open(Kind::Token, bytes)? {
        (1, body) => TokenV2 { v1: codec::decode_body(Kind::Token, body)?, last_used_at: None },
        (2, body) => codec::decode_body(Kind::Token, body)?,
        (version, _) => return Err(codec::unknown_version(Kind::Token, version)),
    };
    let TokenV2 { v1, last_used_at } = stored;
    let grant = Grant {
        name: v1.name,
        scope: Scope { product: v1.product, company: v1.company },
        permissions: Permissions { read: v1.read, write: v1.write, admin: v1.admin },
        expires_at: v1.expires_at.map(time).transpose()?,
        requests_per_second: v1.requests_per_second,
    };
    let token = Token {
        id: CustomerId::from_bytes(v1.id),
        grant,
        created_at: time(v1.created_at)?,
        last_used_at: last_used_at.map(time).transpose()?,
    };
    Ok(TokenRecord { token, from_first_start: v1.from_first_start })
}

/// What is kept under an idempotency key: enough to tell a repetition from another request and to
/// give the first answer again from the repeated body, and nothing of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// SHA-256 of the body.
    pub body_hash: [u8; 32],
    /// The customer that was made.
    pub customer: CustomerId,
    /// When it was made.
    pub at: Timestamp,
    /// Which customer it was probably the same as.
    pub duplicate: Option<PossibleDuplicate>,
}

#[derive(Serialize, Deserialize)]
struct IdempotencyV1 {
    body_hash: [u8; 32],
    customer: [u8; 16],
    at: i64,
}

/// Version 1, and the possible duplicate.
#[derive(Serialize, Deserialize)]
struct IdempotencyV2 {
    v1: IdempotencyV1,
    duplicate: DuplicateV1,
}

/// The bytes that keep `idempotency`.
pub fn encode_idempotency(idempotency: &IdempotencyRecord) -> Result<Vec<u8>, StoreError> {
    let v1 = IdempotencyV1 {
        body_hash: idempotency.body_hash,
        customer: idempotency.customer.to_bytes(),
        at: idempotency.at.as_millisecond(),
    };
    match &idempotency.duplicate {
        None => codec::encode(Kind::Idempotency, 1, &v1),
        Some(duplicate) => {
            let duplicate = DuplicateV1::freeze(duplicate)?;
            codec::encode(Kind::Idempotency, 2, &IdempotencyV2 { v1, duplicate })
        }
    }
}

/// An idempotency record from its bytes.
///
/// # Errors
/// The bytes are damaged or of a later release.
pub fn decode_idempotency(bytes: &[u8]) -> Result<IdempotencyRecord, StoreError> {
    let (v1, duplicate) = match codec::open(Kind::Idempotency, bytes)? {
        (1, body) => (codec::decode_body(Kind::Idempotency, body)?, None),
        (2, body) => {
            let IdempotencyV2 { v1, duplicate } = codec::decode_body(Kind::Idempotency, body)?;
            (v1, Some(duplicate.thaw()?))
        }
        (version, _) => return Err(codec::unknown_version(Kind::Idempotency, version)),
    };
    let v1: IdempotencyV1 = v1;
    Ok(IdempotencyRecord {
        body_hash: v1.body_hash,
        customer: CustomerId::from_bytes(v1.customer),
        at: time(v1.at)?,
        duplicate,
    })
}

#[derive(Serialize, Deserialize)]
struct EventV1 {
    kind: u8,
    customer: [u8; 16],
    market: Option<String>,
    at: i64,
}

/// Version 1, and the customer's category.
#[derive(Serialize, Deserialize)]
struct EventV2 {
    v1: EventV1,
    category: u8,
}

/// The bytes that keep `event`.
pub fn encode_event(event: &Event) -> Result<Vec<u8>, StoreError> {
    let v1 = EventV1 {
        kind: match event.kind {
            EventKind::Created => 1,
            EventKind::Updated => 2,
            EventKind::Deleted => 3,
        },
        customer: event.customer.to_bytes(),
        market: event.market.clone(),
        at: event.at.as_millisecond(),
    };
    match event.category {
        None => codec::encode(Kind::Event, 1, &v1),
        Some(category) => {
            codec::encode(Kind::Event, 2, &EventV2 { v1, category: category_number(category) })
        }
    }
}

/// An event from its bytes.
///
/// # Errors
/// The bytes are damaged or of a later release.
pub fn decode_event(bytes: &[u8]) -> Result<Event, StoreError> {
    let (v1, category) = match codec::open(Kind::Event, bytes)? {
        (1, body) => (codec::decode_body(Kind::Event, body)?, None),
        (2, body) => {
            let EventV2 { v1, category } = codec::decode_body(Kind::Event, body)?;
            (v1, Some(category_from(category)?))
        }
        (version, _) => return Err(codec::unknown_version(Kind::Event, version)),
    };
    let v1: EventV1 = v1;
    let kind = match v1.kind {
        1 => EventKind::Created,
        2 => EventKind::Updated,
        3 => EventKind::Deleted,
        other => return Err(StoreError::Damaged(format!("an event of unknown kind {other}"))),
    };
    Ok(Event {
        kind,
        customer: CustomerId::from_bytes(v1.customer),
        market: v1.market,
        category,
        at: time(v1.at)?,
    })
}

/// What happened to a company's customers on one day, and to those who were created on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollupDayV2 {
    /// Customers created.
    pub created: u64,
    /// Changes of customers.
    pub updated: u64,
    /// Customers deleted.
    pub deleted: u64,
    /// Of those created on this day, how many are still here in each category, by its number.
    pub here: BTreeMap<u8, u64>,
}

/// Who of a company's customers went at one age.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollupAgeV1 {
    /// How many in each category, by its number.
    pub gone: BTreeMap<u8, u64>,
}

/// What a company's customers are now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollupTotalV3 {
    /// How many there are. It comes first: most who ask for it need nothing else (counts.rs).
    pub customers: u64,
    /// How many in each market; those without one are under the empty text.
    pub by_market: BTreeMap<String, u64>,
    /// How many in each category, by its number.
    pub by_category: BTreeMap<u8, u64>,
    /// How many with each kind of advisory, by its number.
    pub by_advisory: BTreeMap<u8, u64>,
    /// Clusters of customers that are kept as possible duplicates of each other.
    pub clusters: u64,
    /// Customers in those clusters.
    pub in_clusters: u64,
}

fn time(milliseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(milliseconds)
        .map_err(|error| StoreError::damaged("a stored time is out of range", error))
}
