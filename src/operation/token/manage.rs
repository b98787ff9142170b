//! Managing tokens: making, listing and revoking them, and the admin token of a first start.

use std::sync::Arc;

use super::{generate, hash, principal};
use crate::customer::CustomerId;
use crate::customer::access::{Grant, Permissions, Principal, Scope, Token};
use crate::operation::{OperationError, Registry};
use crate::store::record::TokenRecord;
use crate::store::{StoreError, TokenHash};

/// A token just made, with the secret, which is nowhere else.
#[derive(Debug)]
pub struct NewToken {
    /// The token.
    pub token: Token,
    /// What its bearer sends.
    pub secret: String,
}

/// Makes a token. Once this returns without an error, it is on disk.
///
/// # Errors
/// There are no random bytes, or the store cannot keep it.
pub async fn create(registry: &Registry, grant: Grant) -> Result<NewToken, OperationError> {
    let no_random = |error| StoreError::Fault(format!("no random bytes: {error}"));
    let secret = generate().map_err(no_random)?;
    let record = registry.new_record(grant, false);
    registry.store.replace_tokens(Some((&hash(&secret), &record)), &[], registry.now()).await?;
    Ok(NewToken { token: record.token, secret })
}

/// A token as its bearer is shown it.
pub struct OwnToken {
    /// What an admin names it by; `None` where the admin chose the token at the start of the
    /// service: then it is kept nowhere.
    pub id: Option<CustomerId>,
    /// What it allows.
    pub grant: Grant,
}

/// The token that `principal` came with; `None` where it was revoked meanwhile.
pub fn own(registry: &Registry, principal: &Principal) -> Option<OwnToken> {
    if registry.is_chosen(&principal.token_hash) {
        return Some(OwnToken { id: None, grant: everything() });
    }
    let record = registry.store.token(&principal.token_hash)?;
    Some(OwnToken { id: Some(record.token.id), grant: record.token.grant.clone() })
}

/// Every token, oldest first.
pub fn list(registry: &Registry) -> Vec<Token> {
    let shown = |(hash, record): (TokenHash, Arc<TokenRecord>)| {
        let mut token = record.token.clone();
        token.last_used_at = token.last_used_at.max(registry.usages.last_used_at(&hash));
        token
    };
    let mut tokens: Vec<Token> = registry.store.tokens().into_iter().map(shown).collect();
    tokens.sort_by_key(|token| token.id);
    tokens
}

/// Revokes a token for good. Once this returns without an error, it is known no longer.
///
/// # Errors
/// [`OperationError::TokenNotFound`], or the store cannot do it.
pub async fn revoke(registry: &Registry, id: CustomerId) -> Result<(), OperationError> {
    match registry.store.revoke_token(id, registry.now()).await? {
        true => Ok(()),
        false => Err(OperationError::TokenNotFound),
    }
}

impl Registry {
    /// Whether `token`, found in the `admin-token` file, is to be believed: it is an admin's, or
    /// nothing was ever kept here, so that it cannot have been revoked.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn believes_admin_token(&self, token: &str) -> Result<bool, StoreError> {
        let hash = hash(token);
        match self.store.token(&hash) {
            Some(record) => Ok(principal(hash, &record).is_admin() && self.is_valid(&record)),
            None => Ok(!self.store.was_ever_used()?),
        }
    }

    /// Makes `token` the one admin token of this data directory, in place of an earlier one.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub async fn keep_admin_token(&self, token: &str) -> Result<(), StoreError> {
        let wanted = hash(token);
        let tokens = self.store.tokens();
        let is_known = tokens.iter().any(|(hash, _)| *hash == wanted);
        let earlier: Vec<TokenHash> = tokens
            .iter()
            .filter(|(hash, record)| record.from_first_start && *hash != wanted)
            .map(|(hash, _)| *hash)
            .collect();
        if is_known && earlier.is_empty() {
            return Ok(());
        }
        let record = self.new_record(everything(), true);
        let put = (!is_known).then_some((&wanted, &record));
        self.store.replace_tokens(put, &earlier, self.now()).await
    }

    fn new_record(&self, grant: Grant, from_first_start: bool) -> TokenRecord {
        let (id, created_at) = (self.next_id(), self.now());
        TokenRecord { token: Token { id, grant, created_at, last_used_at: None }, from_first_start }
    }
}

/// What the admin token of a first start allows.
fn everything() -> Grant {
    Grant {
        name: "admin".to_owned(),
        scope: Scope::EVERYTHING,
        permissions: Permissions::ALL,
        expires_at: None,
        requests_per_second: None,
    }
}
