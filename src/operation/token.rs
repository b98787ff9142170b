//! Tokens: who a request comes from, and the admin token of a first start.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::Registry;
use crate::customer::access::{Permissions, Principal, Scope};
use crate::store::StoreError;
use crate::store::record::TokenRecord;

/// What every token that the service makes begins with, so that a leaked one can be recognised.
const PREFIX: &str = "sc_";

/// Fewest characters of a token that an admin chose.
pub const MIN_CHOSEN: usize = 16;

/// A new token: 32 random bytes.
///
/// # Errors
/// The operating system gives no random bytes.
pub fn generate() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)))
}

/// What is kept of a token.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// Why a token that an admin chose cannot be one.
pub fn check_chosen(token: &str) -> Result<(), String> {
    if token.len() >= MIN_CHOSEN && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(format!("the admin token must be at least {MIN_CHOSEN} visible ASCII characters"))
    }
}

impl Registry {
    /// Lets the bearer of `token` do everything for as long as this registry lives.
    pub fn with_admin_token(mut self, token: &str) -> Registry {
        self.admin_token = Some(hash(token));
        self
    }

    /// Whose token this is; `None` where it is unknown, expired or revoked.
    pub fn authenticate(&self, token: &str) -> Option<Principal> {
        let token_hash = hash(token);
        if self.admin_token == Some(token_hash) {
            let (scope, permissions) = (Scope::EVERYTHING, Permissions::ALL);
            return Some(Principal { token_hash, scope, permissions });
        }
        // Looked up by hash: how long that takes says nothing about the token.
        let found = self.store.token(&token_hash)?;
        let is_valid = !is_expired(&found, self.now()) && !self.is_replaced(&found);
        is_valid.then(|| Principal {
            token_hash,
            scope: found.scope.clone(),
            permissions: found.permissions,
        })
    }

    /// Makes `token` the one admin token of this data directory, in place of an earlier one.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub async fn keep_admin_token(&self, token: &str) -> Result<(), StoreError> {
        let wanted = hash(token);
        let tokens = self.store.tokens();
        let known = tokens.iter().any(|(hash, _)| *hash == wanted);
        let earlier: Vec<[u8; 32]> = tokens
            .iter()
            .filter(|(hash, token)| token.from_first_start && *hash != wanted)
            .map(|(hash, _)| *hash)
            .collect();
        if known && earlier.is_empty() {
            return Ok(());
        }
        let record = self.admin_record();
        let put = (!known).then_some((&wanted, &record));
        self.store.replace_tokens(put, &earlier, self.now()).await
    }

    /// A chosen admin token stands instead of the one of the first start, not beside it.
    fn is_replaced(&self, token: &TokenRecord) -> bool {
        self.admin_token.is_some() && token.from_first_start
    }

    fn admin_record(&self) -> TokenRecord {
        TokenRecord {
            id: self.next_id(),
            name: "admin".to_owned(),
            scope: Scope::EVERYTHING,
            permissions: Permissions::ALL,
            expires_at: None,
            requests_per_second: None,
            created_at: self.now(),
            from_first_start: true,
        }
    }
}

fn is_expired(token: &TokenRecord, now: Timestamp) -> bool {
    token.expires_at.is_some_and(|end| end <= now)
}
