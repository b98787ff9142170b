//! How tokens are used: the rate limit and the hour of the last use of each, in memory. The hours
//! are written to the store in the background, so that no request waits for it.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::HashMap;
use jiff::Timestamp;

use super::Registry;
use super::rate::{Allowance, Limiter, Stopwatch};
use crate::store::{StoreError, TokenHash};

const HOUR: i64 = 3600;

/// The use of one token.
struct Usage {
    limiter: Option<Limiter>,
    /// The last hour in which it was used, counted from 1 January 1970.
    hour: AtomicI64,
}

/// The tokens that were used since the start.
#[derive(Default)]
pub struct Usages {
    used: RwLock<HashMap<TokenHash, Arc<Usage>>>,
    stopwatch: Stopwatch,
}

impl Usages {
    /// Nothing was used yet; rates are taken by `stopwatch`.
    pub fn by(stopwatch: Stopwatch) -> Usages {
        Usages { used: RwLock::default(), stopwatch }
    }

    /// What rates are taken by.
    pub fn stopwatch(&self) -> Stopwatch {
        self.stopwatch.clone()
    }

    /// Counts a request at `now` with a token that may make `per_second`; what is left of it.
    pub fn count(
        &self,
        hash: &TokenHash,
        per_second: Option<u32>,
        now: Timestamp,
    ) -> Option<Allowance> {
        let usage = self.get(hash).unwrap_or_else(|| self.begin(hash, per_second));
        let hour = now.as_second().div_euclid(HOUR);
        // Looked at first: all processors can do that at once.
        if usage.hour.load(Ordering::Relaxed) < hour {
            usage.hour.fetch_max(hour, Ordering::Relaxed);
        }
        usage.limiter.as_ref().map(Limiter::count)
    }

    /// The hour of the last use since the start.
    pub fn last_used_at(&self, hash: &TokenHash) -> Option<Timestamp> {
        self.get(hash)?.last_used_at()
    }

    fn get(&self, hash: &TokenHash) -> Option<Arc<Usage>> {
        self.used.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    fn begin(&self, hash: &TokenHash, per_second: Option<u32>) -> Arc<Usage> {
        let limiter = per_second.and_then(NonZeroU32::new);
        let limiter = limiter.map(|limit| Limiter::new(limit, self.stopwatch.clone()));
        let usage = Usage { limiter, hour: AtomicI64::new(i64::MIN) };
        let mut used = self.used.write().unwrap_or_else(PoisonError::into_inner);
        used.entry(*hash).or_insert_with(|| Arc::new(usage)).clone()
    }

    fn all(&self) -> Vec<(TokenHash, Timestamp)> {
        let used = self.used.read().unwrap_or_else(PoisonError::into_inner);
        used.iter().filter_map(|(hash, usage)| Some((*hash, usage.last_used_at()?))).collect()
    }

    fn forget_unless(&self, is_known: impl Fn(&TokenHash) -> bool) {
        let mut used = self.used.write().unwrap_or_else(PoisonError::into_inner);
        used.retain(|hash, _| is_known(hash));
    }
}

impl Usage {
    fn last_used_at(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.hour.load(Ordering::Relaxed).checked_mul(HOUR)?).ok()
    }
}

impl Registry {
    /// Writes down the hours of last use that the store does not have yet, and forgets the use of
    /// tokens that were revoked. To be called now and then, and at the end.
    ///
    /// # Errors
    /// The store cannot write them; they stay to be written.
    pub async fn keep_last_uses(&self) -> Result<(), StoreError> {
        let is_news = |(hash, at): &(TokenHash, Timestamp)| {
            self.store.token(hash).is_some_and(|record| record.token.last_used_at < Some(*at))
        };
        let news: Vec<_> = self.usages.all().into_iter().filter(is_news).collect();
        if !news.is_empty() {
            self.store.note_uses(news, self.now()).await?;
        }
        self.usages.forget_unless(|hash| self.store.token(hash).is_some());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_use_of_a_token_that_is_no_longer_known_takes_no_memory() {
        let usages = Usages::by(Stopwatch::new(|| Duration::ZERO));
        let now: Timestamp = "2026-11-23T18:22:15Z".parse().unwrap();
        for number in 0..100 {
            usages.count(&[number; 32], Some(5), now);
        }
        usages.forget_unless(|hash| hash[0] < 2);
        assert_eq!(usages.used.read().unwrap().len(), 2);
        let left = usages.count(&[1; 32], Some(5), now).unwrap();
        assert_eq!(left.remaining, 3, "the limiter of another token began anew");
    }
}
