//! Tokens: what one is made of, and who a request comes from.

mod manage;
mod rate;
mod usage;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::Registry;
use crate::customer::access::{Permissions, Principal, Scope};
use crate::store::TokenHash;
use crate::store::record::TokenRecord;
pub use manage::{NewToken, OwnToken, create, list, own, revoke};
pub use rate::{Allowance, Stopwatch};
pub use usage::Usages;

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
pub fn hash(token: &str) -> TokenHash {
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

/// Whose token a request carried, and what is left of what it may do this second.
pub struct Bearer {
    /// Whose token.
    pub principal: Principal,
    /// For a token with a rate limit: what is left of it. The request is counted already.
    pub allowance: Option<Allowance>,
}

impl Registry {
    /// Lets the bearer of `token` do everything for as long as this registry lives.
    pub fn with_admin_token(mut self, token: &str) -> Registry {
        self.admin_token = Some(hash(token));
        self
    }

    /// Whose token it is that has this hash, and counts the request; `None` where the token is
    /// unknown, expired or revoked.
    pub fn authenticate(&self, token_hash: TokenHash) -> Option<Bearer> {
        if self.is_chosen(&token_hash) {
            let (scope, permissions) = (Scope::EVERYTHING, Permissions::ALL);
            let principal = Principal { token_hash, scope, permissions };
            return Some(Bearer { principal, allowance: None });
        }
        // Looked up by hash: how long that takes says nothing about the token.
        let record = self.store.token(&token_hash).filter(|record| self.is_valid(record))?;
        let limit = record.token.grant.requests_per_second;
        let allowance = self.usages.count(&token_hash, limit, self.now());
        Some(Bearer { principal: principal(token_hash, &record), allowance })
    }

    /// Whether the token that `principal` came with is still good: not revoked, not expired. For
    /// answers that go on for longer than a request.
    pub fn is_still_valid(&self, principal: &Principal) -> bool {
        let hash = &principal.token_hash;
        self.is_chosen(hash) || self.store.token(hash).is_some_and(|record| self.is_valid(&record))
    }

    fn is_chosen(&self, hash: &TokenHash) -> bool {
        self.admin_token.as_ref() == Some(hash)
    }

    /// A chosen admin token stands instead of the one of the first start, not beside it.
    fn is_valid(&self, record: &TokenRecord) -> bool {
        let is_replaced = self.admin_token.is_some() && record.from_first_start;
        !is_replaced && !record.token.grant.is_expired(self.now())
    }
}

fn principal(token_hash: TokenHash, record: &TokenRecord) -> Principal {
    let grant = &record.token.grant;
    Principal { token_hash, scope: grant.scope.clone(), permissions: grant.permissions }
}
