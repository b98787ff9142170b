//! What is stored, as frozen structs: one per kind and schema version, converted by hand at the
//! border of this room. A struct here never changes; a new version gets a new struct, and the old
//! one stays readable (`tests` hold golden bytes of each).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::codec::{self, Kind};
use crate::customer::access::{Permissions, Scope};
use crate::customer::vat::VatNumber;
use crate::customer::{Customer, CustomerId, Details};

#[derive(Serialize, Deserialize)]
struct CustomerV1 {
    first_name: String,
    last_name: String,
    email: String,
    vat_number: String,
    created_at: i64,
    updated_at: i64,
    revision: u32,
}

/// The bytes that keep `customer`; its id is in the key.
pub fn encode_customer(customer: &Customer) -> Result<Vec<u8>, StoreError> {
    let details = &customer.details;
    let record = CustomerV1 {
        first_name: details.first_name.clone(),
        last_name: details.last_name.clone(),
        email: details.email.clone(),
        vat_number: details.vat_number.as_str().to_owned(),
        created_at: customer.created_at.as_millisecond(),
        updated_at: customer.updated_at.as_millisecond(),
        revision: customer.revision,
    };
    codec::encode(Kind::Customer, 1, &record)
}

/// The customer `id` from its bytes.
///
/// # Errors
/// The bytes are damaged or of a later release; never a panic, whatever they are.
pub fn decode_customer(id: CustomerId, bytes: &[u8]) -> Result<Customer, StoreError> {
    let record: CustomerV1 = codec::decode_v1(Kind::Customer, bytes)?;
    Ok(Customer {
        id,
        details: Details {
            first_name: record.first_name,
            last_name: record.last_name,
            email: record.email,
            vat_number: VatNumber::from_stored(record.vat_number),
        },
        created_at: time(record.created_at)?,
        updated_at: time(record.updated_at)?,
        revision: record.revision,
    })
}

/// A token as it is kept: everything but the token itself, whose hash is the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// What an admin names the token by (a ULID).
    pub id: CustomerId,
    /// What it is for, in the words of whoever made it.
    pub name: String,
    /// Where it is good.
    pub scope: Scope,
    /// What it allows.
    pub permissions: Permissions,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// How many requests a second it may make, if limited.
    pub requests_per_second: Option<u32>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Made by `serve` on its first start and kept in the `admin-token` file.
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

/// The bytes that keep `token`.
pub fn encode_token(token: &TokenRecord) -> Result<Vec<u8>, StoreError> {
    let record = TokenV1 {
        id: token.id.to_bytes(),
        name: token.name.clone(),
        product: token.scope.product.clone(),
        company: token.scope.company.clone(),
        read: token.permissions.read,
        write: token.permissions.write,
        admin: token.permissions.admin,
        expires_at: token.expires_at.map(Timestamp::as_millisecond),
        requests_per_second: token.requests_per_second,
        created_at: token.created_at.as_millisecond(),
        from_first_start: token.from_first_start,
    };
    codec::encode(Kind::Token, 1, &record)
}

/// A token from its bytes.
///
/// # Errors
/// The bytes are damaged or of a later release.
pub fn decode_token(bytes: &[u8]) -> Result<TokenRecord, StoreError> {
    let record: TokenV1 = codec::decode_v1(Kind::Token, bytes)?;
    Ok(TokenRecord {
        id: CustomerId::from_bytes(record.id),
        name: record.name,
        scope: Scope { product: record.product, company: record.company },
        permissions: Permissions { read: record.read, write: record.write, admin: record.admin },
        expires_at: record.expires_at.map(time).transpose()?,
        requests_per_second: record.requests_per_second,
        created_at: time(record.created_at)?,
        from_first_start: record.from_first_start,
    })
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
}

#[derive(Serialize, Deserialize)]
struct IdempotencyV1 {
    body_hash: [u8; 32],
    customer: [u8; 16],
    at: i64,
}

/// The bytes that keep `idempotency`.
pub fn encode_idempotency(idempotency: &IdempotencyRecord) -> Result<Vec<u8>, StoreError> {
    let record = IdempotencyV1 {
        body_hash: idempotency.body_hash,
        customer: idempotency.customer.to_bytes(),
        at: idempotency.at.as_millisecond(),
    };
    codec::encode(Kind::Idempotency, 1, &record)
}

/// An idempotency record from its bytes.
///
/// # Errors
/// The bytes are damaged or of a later release.
pub fn decode_idempotency(bytes: &[u8]) -> Result<IdempotencyRecord, StoreError> {
    let record: IdempotencyV1 = codec::decode_v1(Kind::Idempotency, bytes)?;
    Ok(IdempotencyRecord {
        body_hash: record.body_hash,
        customer: CustomerId::from_bytes(record.customer),
        at: time(record.at)?,
    })
}

/// What happened to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// It was created.
    Created,
    /// It was changed.
    Updated,
    /// It was deleted.
    Deleted,
}

/// An event: what happened to which customer when. No personal data, so it outlives the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// What happened.
    pub kind: EventKind,
    /// To whom.
    pub customer: CustomerId,
    /// The customer's market, if known.
    pub market: Option<String>,
    /// When.
    pub at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct EventV1 {
    kind: u8,
    customer: [u8; 16],
    market: Option<String>,
    at: i64,
}

/// The bytes that keep `event`.
pub fn encode_event(event: &EventRecord) -> Result<Vec<u8>, StoreError> {
    let record = EventV1 {
        kind: match event.kind {
            EventKind::Created => 1,
            EventKind::Updated => 2,
            EventKind::Deleted => 3,
        },
        customer: event.customer.to_bytes(),
        market: event.market.clone(),
        at: event.at.as_millisecond(),
    };
    codec::encode(Kind::Event, 1, &record)
}

/// An event from its bytes.
///
/// # Errors
/// The bytes are damaged or of a later release.
pub fn decode_event(bytes: &[u8]) -> Result<EventRecord, StoreError> {
    let record: EventV1 = codec::decode_v1(Kind::Event, bytes)?;
    let kind = match record.kind {
        1 => EventKind::Created,
        2 => EventKind::Updated,
        3 => EventKind::Deleted,
        other => return Err(StoreError::Fault(format!("an event of unknown kind {other}"))),
    };
    Ok(EventRecord {
        kind,
        customer: CustomerId::from_bytes(record.customer),
        market: record.market,
        at: time(record.at)?,
    })
}

/// What happened to a company's customers on one day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollupDayV1 {
    /// Customers created.
    pub created: u64,
    /// Changes of customers.
    pub updated: u64,
    /// Customers deleted.
    pub deleted: u64,
}

/// What a company's customers are now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollupTotalV1 {
    /// How many there are.
    pub customers: u64,
    /// How many in each market; those without one are under the empty text.
    pub by_market: std::collections::BTreeMap<String, u64>,
}

fn time(milliseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(milliseconds)
        .map_err(|error| StoreError::fault("a stored time is out of range", error))
}
