//! The only place that knows bincode: how a record becomes bytes and back.
//!
//! ```text
//! record   kind u8 | version u8 | crc32c u32 LE of everything else | bincode (standard, serde)
//! ```
//!
//! Decoding never trusts a length (bincode without a limit would abort the process), checks the
//! checksum first, and refuses trailing bytes.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::StoreError;

/// Largest encoding of one record or journal frame body, in bytes: the bound for the decoder.
pub const MAX_ENCODED: usize = 16 * 1024 * 1024;

const HEADER: usize = 6;

/// What a record is, in its first byte. Numbers are never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// A customer.
    Customer = 1,
    /// A token.
    Token = 2,
    /// What is kept under an idempotency key.
    Idempotency = 3,
    /// An event of the change feed.
    Event = 4,
    /// Counts of a company and day.
    RollupDay = 5,
    /// Counts of a company.
    RollupTotal = 6,
    /// The changes of a journal frame.
    Changes = 7,
    /// What was learnt of a company.
    Model = 8,
    /// Counts of a company and age.
    RollupAge = 9,
}

/// `value` as a record of `kind` and `version`.
pub fn encode<T: Serialize>(kind: Kind, version: u8, value: &T) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::with_capacity(160);
    bytes.extend_from_slice(&[kind as u8, version, 0, 0, 0, 0]);
    bincode::serde::encode_into_std_write(value, &mut bytes, bincode::config::standard())
        .map_err(|error| StoreError::fault("a record cannot be encoded", error))?;
    let checksum = checksum(&bytes);
    if let Some(field) = bytes.get_mut(2..HEADER) {
        field.copy_from_slice(&checksum.to_le_bytes());
    }
    Ok(bytes)
}

/// Which kind of counts stands there, by its first byte.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    let kinds = [Kind::RollupDay, Kind::RollupTotal, Kind::RollupAge];
    kinds.into_iter().find(|kind| bytes.first() == Some(&(*kind as u8)))
}

/// The kind's version and body, once the checksum holds.
pub fn open(kind: Kind, bytes: &[u8]) -> Result<(u8, &[u8]), StoreError> {
    let [found, version, c0, c1, c2, c3, body @ ..] = bytes else {
        return Err(damaged(kind, "too short"));
    };
    if *found != kind as u8 {
        return Err(damaged(kind, "another kind of record stands there"));
    }
    if u32::from_le_bytes([*c0, *c1, *c2, *c3]) != checksum(bytes) {
        return Err(damaged(kind, "the checksum does not hold"));
    }
    Ok((*version, body))
}

/// The value in a body, all of which it must use. It may borrow its texts there.
pub fn decode_body<'b, T: Deserialize<'b>>(kind: Kind, body: &'b [u8]) -> Result<T, StoreError> {
    let (value, used) = decode_start(kind, body)?;
    if used == body.len() { Ok(value) } else { Err(damaged(kind, "bytes are left over")) }
}

/// The value that a body begins with, and how many bytes of it that takes.
fn decode_start<'b, T: Deserialize<'b>>(
    kind: Kind,
    body: &'b [u8],
) -> Result<(T, usize), StoreError> {
    let config = bincode::config::standard().with_limit::<MAX_ENCODED>();
    bincode::serde::borrow_decode_from_slice(body, config)
        .map_err(|error| damaged(kind, &error.to_string()))
}

/// The value of a record of which `version` is the only one that can stand there.
pub fn decode_only<'b, T: Deserialize<'b>>(
    kind: Kind,
    version: u8,
    bytes: &'b [u8],
) -> Result<T, StoreError> {
    decode_body(kind, body_of(kind, version, bytes)?)
}

/// The first field of the same, without reading the others.
pub fn decode_first<T: DeserializeOwned>(
    kind: Kind,
    version: u8,
    bytes: &[u8],
) -> Result<T, StoreError> {
    Ok(decode_start(kind, body_of(kind, version, bytes)?)?.0)
}

fn body_of(kind: Kind, version: u8, bytes: &[u8]) -> Result<&[u8], StoreError> {
    match open(kind, bytes)? {
        (found, body) if found == version => Ok(body),
        (found, _) => Err(unknown_version(kind, found)),
    }
}

/// The error for a version that this program does not know: written by a later one.
pub fn unknown_version(kind: Kind, version: u8) -> StoreError {
    StoreError::Fault(format!(
        "a stored {kind:?} record cannot be read: version {version} is not known, a later release wrote it"
    ))
}

fn damaged(kind: Kind, what: &str) -> StoreError {
    StoreError::Damaged(format!("a stored {kind:?} record cannot be read: {what}"))
}

fn checksum(bytes: &[u8]) -> u32 {
    let head = crc32c::crc32c(bytes.get(..2).unwrap_or_default());
    crc32c::crc32c_append(head, bytes.get(HEADER..).unwrap_or_default())
}
