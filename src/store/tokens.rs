//! All tokens, in memory beside the tree that keeps them: every request needs one, and they are few.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use super::StoreError;
use super::change::{Change, Commit, Primary};
use super::engine::Engine;
use super::key;
use super::record::{self, TokenRecord};

/// The tokens by their hashes.
pub struct Tokens {
    known: RwLock<HashMap<[u8; 32], Arc<TokenRecord>>>,
    /// Held while tokens change, so that memory follows the tree in the order of the commits.
    changing: Mutex<()>,
}

impl Tokens {
    /// Reads every token.
    pub fn load(engine: &Engine) -> Result<Tokens, StoreError> {
        let rows = engine.trees()?.scan(Primary::Token.tree(), b"", None, usize::MAX)?;
        let token = |value: &[u8]| record::decode_token(value).map(Arc::new);
        let known = rows.iter().map(|(key, value)| Ok((key::token_hash(key)?, token(value)?)));
        let known = RwLock::new(known.collect::<Result<_, StoreError>>()?);
        Ok(Tokens { known, changing: Mutex::new(()) })
    }

    /// The token whose SHA-256 is `hash`.
    pub fn get(&self, hash: &[u8; 32]) -> Option<Arc<TokenRecord>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    /// Every token, with its hash.
    pub fn all(&self) -> Vec<([u8; 32], Arc<TokenRecord>)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().map(|(hash, token)| (*hash, token.clone())).collect()
    }

    /// Carries out changes of tokens, on disk first. To be run to its end: a caller that gives up
    /// in between would leave a revoked token in memory.
    pub async fn change(&self, engine: &Engine, changes: Vec<Change>) -> Result<(), StoreError> {
        let _turn = self.changing.lock().await;
        let commit = Commit { conditions: Vec::new(), changes: changes.clone() };
        engine.commit(commit).await?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for change in &changes {
            let hash = key::token_hash(&change.key)?;
            match &change.value {
                Some(value) => known.insert(hash, Arc::new(record::decode_token(value)?)),
                None => known.remove(&hash),
            };
        }
        Ok(())
    }
}
