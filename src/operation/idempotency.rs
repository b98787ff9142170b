//! Idempotency keys: the same request twice makes one customer.
//! (IETF draft-ietf-httpapi-idempotency-key-header.)

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::customer::Namespace;
use crate::store::{IdempotencyId, Store, StoreError};

/// How long a key is remembered.
pub const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// Longest key, in characters.
pub const MAX_KEY: usize = 255;

/// A key as a client sent it, with whose it is and what it was sent with.
#[derive(Debug, Clone, Copy)]
pub struct IdempotencyKey {
    /// The key and the token it came with, hashed: another token's key is another key.
    pub id: IdempotencyId,
    /// SHA-256 of the body.
    pub body_hash: [u8; 32],
}

impl IdempotencyKey {
    /// The key `text` of the bearer of `token_hash`, sent with `body`.
    ///
    /// `None` where the text is not 1 to 255 visible ASCII characters.
    pub fn new(text: &[u8], token_hash: &[u8; 32], body: &[u8]) -> Option<IdempotencyKey> {
        let key = Sha256::new().chain_update(token_hash).chain_update(text);
        is_key(text).then(|| IdempotencyKey {
            id: IdempotencyId(key.finalize().into()),
            body_hash: Sha256::digest(body).into(),
        })
    }
}

/// A key that was sent with a bulk request: it holds for each line by itself.
#[derive(Clone)]
pub struct BulkKey(Sha256);

impl BulkKey {
    /// The key `text` of the bearer of `token_hash`; `None` as for [`IdempotencyKey::new`].
    pub fn new(text: &[u8], token_hash: &[u8; 32]) -> Option<BulkKey> {
        // The zero byte, which no key contains, parts it from the line's number.
        let key = Sha256::new().chain_update(token_hash).chain_update(text).chain_update([0]);
        is_key(text).then_some(BulkKey(key))
    }

    /// The key of the line `number`, which was sent as `line`.
    pub fn line(&self, number: u64, line: &[u8]) -> IdempotencyKey {
        let key = self.0.clone().chain_update(number.to_be_bytes());
        IdempotencyKey {
            id: IdempotencyId(key.finalize().into()),
            body_hash: Sha256::digest(line).into(),
        }
    }
}

/// Whether `text` can be a key: 1 to 255 visible ASCII characters.
pub fn is_key(text: &[u8]) -> bool {
    (1..=MAX_KEY).contains(&text.len()) && text.iter().all(u8::is_ascii_graphic)
}

/// Whether a record made at `made` is still remembered at `now`.
pub fn is_remembered(made: Timestamp, now: Timestamp) -> bool {
    now.duration_since(made) < REMEMBERED
}

/// Forgets the keys that are no longer remembered at `now`; returns how many.
pub async fn forget_expired(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    match now.checked_sub(REMEMBERED) {
        Ok(horizon) => store.expire_idempotency(horizon).await,
        Err(_) => Ok(0),
    }
}

/// The keys of the requests that are being worked on.
#[derive(Default)]
pub struct InFlight(Mutex<HashSet<(String, IdempotencyId)>>);

impl InFlight {
    /// Takes a key for as long as the guard lives; `None` where it is taken.
    pub fn enter(&self, namespace: &Namespace, id: IdempotencyId) -> Option<InFlightGuard<'_>> {
        let entry = (namespace.prefix().to_owned(), id);
        let entered = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.clone());
        // Not made before it is known whose the key is: a guard that is dropped gives it back.
        entered.then(|| InFlightGuard { keys: self, entry })
    }
}

/// Gives the key back when the request is done, also when its client went away.
pub struct InFlightGuard<'k> {
    keys: &'k InFlight,
    entry: (String, IdempotencyId),
}

impl Drop for InFlightGuard<'_> {
    fn drop(&mut self) {
        self.keys.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.entry);
    }
}
