//! All tokens, in memory beside the tree that keeps them: every request needs one, and they are few.

use std::sync::{Arc, PoisonError, RwLock};

use foldhash::HashMap;
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::change::{Change, Commit, Condition, Primary};
use super::engine::Engine;
use super::record::{self, TokenRecord};
use super::trees::Tree;
use super::{Store, StoreError, key};
use crate::customer::CustomerId;

/// SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// Most uses that are noted in one commit.
const NOTED_AT_ONCE: usize = 1000;

/// The tokens by their hashes.
pub struct Tokens {
    known: RwLock<HashMap<TokenHash, Arc<TokenRecord>>>,
    /// Held while tokens change, so that memory follows the tree in the order of the commits.
    changing: Mutex<()>,
}

impl Store {
    /// The token whose SHA-256 is `hash`.
    pub fn token(&self, hash: &TokenHash) -> Option<Arc<TokenRecord>> {
        self.tokens.get(hash)
    }

    /// Every token, with its hash.
    pub fn tokens(&self) -> Vec<(TokenHash, Arc<TokenRecord>)> {
        self.tokens.all()
    }

    /// Keeps `put` (hash and record) and forgets the tokens in `remove`, in one step.
    ///
    /// # Errors
    /// It cannot be written; then nothing is changed.
    pub async fn replace_tokens(
        &self,
        put: Option<(&TokenHash, &TokenRecord)>,
        remove: &[TokenHash],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut changes: Vec<Change> = remove.iter().map(|hash| change(hash, None, at)).collect();
        if let Some((hash, token)) = put {
            changes.push(change(hash, Some(record::encode_token(token)?), at));
        }
        let commit = Commit { conditions: Vec::new(), changes };
        let store = self.clone();
        to_its_end(async move {
            let _turn = store.tokens.changing.lock().await;
            store.tokens.carry_out(&store.engine, commit).await
        })
        .await
    }

    /// Forgets the token `id`; `false` where there is none. Once this returns, it is unknown.
    ///
    /// # Errors
    /// It cannot be written; then the token is still known.
    pub async fn revoke_token(&self, id: CustomerId, at: Timestamp) -> Result<bool, StoreError> {
        let store = self.clone();
        to_its_end(async move { store.tokens.revoke(&store.engine, id, at).await }).await
    }

    /// Notes when tokens were last used. One that is revoked meanwhile stays revoked.
    ///
    /// # Errors
    /// It cannot be written; then some are noted and some are not.
    pub async fn note_uses(
        &self,
        uses: Vec<(TokenHash, Timestamp)>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let store = self.clone();
        to_its_end(async move {
            for uses in uses.chunks(NOTED_AT_ONCE) {
                store.tokens.note_uses(&store.engine, uses, at).await?;
            }
            Ok(())
        })
        .await
    }

    /// Whether anything was ever kept here, even if nothing is left of it.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn was_ever_used(&self) -> Result<bool, StoreError> {
        Ok(self.engine.trees()?.applied()? > 0)
    }
}

/// Runs `work` to its end also when the caller goes away: one that stopped between disk and memory
/// would leave a revoked token in memory.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::spawn(work).await.unwrap_or_else(|error| Err(StoreError::fault("tokens", error)))
}

fn change(hash: &TokenHash, value: Option<Vec<u8>>, at: Timestamp) -> Change {
    Change { tree: Primary::Token, key: hash.to_vec(), value, at }
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

    fn get(&self, hash: &TokenHash) -> Option<Arc<TokenRecord>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    fn all(&self) -> Vec<(TokenHash, Arc<TokenRecord>)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().map(|(hash, token)| (*hash, token.clone())).collect()
    }

    async fn revoke(
        &self,
        engine: &Engine,
        id: CustomerId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let _turn = self.changing.lock().await;
        let found = self.all().into_iter().find(|(_, record)| record.token.id == id);
        let Some((hash, _)) = found else {
            return Ok(false);
        };
        let commit = Commit { conditions: Vec::new(), changes: vec![change(&hash, None, at)] };
        self.carry_out(engine, commit).await.map(|()| true)
    }

    async fn note_uses(
        &self,
        engine: &Engine,
        uses: &[(TokenHash, Timestamp)],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let _turn = self.changing.lock().await;
        let mut commit = Commit::default();
        for (hash, used_at) in uses {
            // As it stands on disk: an earlier release wrote other bytes for the same token.
            let Some(current) = engine.get(Tree::Token, hash).await? else {
                continue;
            };
            let mut record = record::decode_token(&current)?;
            record.token.last_used_at = record.token.last_used_at.max(Some(*used_at));
            let unchanged = Condition::equals(Primary::Token, hash, current.to_vec());
            commit.conditions.push(unchanged);
            commit.changes.push(change(hash, Some(record::encode_token(&record)?), at));
        }
        self.carry_out(engine, commit).await
    }

    /// Carries out changes of tokens, on disk first. Whoever calls it holds `changing`.
    async fn carry_out(&self, engine: &Engine, commit: Commit) -> Result<(), StoreError> {
        let changes = commit.changes.clone();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreOptions;
    use crate::store::codec::{self, Kind};

    const HASH: TokenHash = [7; 32];

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    async fn store_with_a_token_of_version_1(dir: &std::path::Path) -> Store {
        let store = Store::open(StoreOptions::new(dir)).unwrap();
        let nothing = (None::<i64>, None::<u32>, 0_i64, false);
        let fields = ([7_u8; 16], "till-3", None::<&str>, None::<&str>, [true, true, false]);
        let bytes = codec::encode(Kind::Token, 1, &(fields, nothing)).unwrap();
        let now = at("2026-11-23T18:22:15Z");
        let changes = vec![change(&HASH, Some(bytes), now)];
        let commit = Commit { conditions: Vec::new(), changes };
        store.tokens.carry_out(&store.engine, commit).await.unwrap();
        store
    }

    #[tokio::test]
    async fn a_use_of_a_token_that_an_earlier_release_kept_is_noted() {
        let dir = tempfile::tempdir().unwrap();
        let store = store_with_a_token_of_version_1(dir.path()).await;
        assert_eq!(store.token(&HASH).unwrap().token.last_used_at, None);
        let hour = at("2026-11-24T07:00:00Z");
        store.note_uses(vec![(HASH, hour)], hour).await.unwrap();
        assert_eq!(store.token(&HASH).unwrap().token.last_used_at, Some(hour));
        store.close().await.unwrap();
        let store = Store::open(StoreOptions::new(dir.path())).unwrap();
        assert_eq!(store.token(&HASH).unwrap().token.last_used_at, Some(hour));
        store.close().await.unwrap();
    }

    #[tokio::test]
    async fn a_use_noted_after_the_revocation_brings_nothing_back() {
        let dir = tempfile::tempdir().unwrap();
        let store = store_with_a_token_of_version_1(dir.path()).await;
        let (id, hour) = (store.token(&HASH).unwrap().token.id, at("2026-11-24T07:00:00Z"));
        assert!(store.revoke_token(id, hour).await.unwrap());
        assert!(!store.revoke_token(id, hour).await.unwrap());
        store.note_uses(vec![(HASH, hour)], hour).await.unwrap();
        assert_eq!(store.token(&HASH), None);
        store.close().await.unwrap();
        let store = Store::open(StoreOptions::new(dir.path())).unwrap();
        assert_eq!(store.tokens(), []);
        store.close().await.unwrap();
    }
}
