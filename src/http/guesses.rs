//! Tokens that are guessed: from an address that sent many wrong tokens, no further token is looked
//! at for a while, right or wrong. What was right from there before goes on: so nobody behind the
//! same proxy loses a service that he has.
//!
//! What is kept is bounded: hashes of right tokens, and how much of its patience an address has used
//! up. Addresses of IPv6 are taken by their first 64 bits, as one client has all of the rest.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};
use std::time::Duration;

use crate::operation::token::Stopwatch;

/// Wrong tokens that may come from an address at once.
const BURST: u32 = 100;

/// After so long one more may come.
const INTERVAL: Duration = Duration::from_millis(100);

/// Addresses of which something is kept, at most.
const MOST_ADDRESSES: usize = 4096;

/// Right tokens that are remembered for an address, at most.
const MOST_TOKENS: usize = 256;

/// What is known of the tokens that came from each address.
pub struct Guesses {
    stopwatch: Stopwatch,
    addresses: RwLock<HashMap<IpAddr, Address>>,
}

#[derive(Default)]
struct Address {
    /// When all of its wrong tokens are forgiven (the generic cell rate algorithm).
    forgiven_at: Duration,
    right: VecDeque<[u8; 32]>,
}

/// What becomes of a token that came from an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was right there before.
    Known,
    /// It is to be looked at.
    New,
    /// It is not to be looked at: too many wrong ones came from there.
    Refused,
}

impl Guesses {
    /// Nothing came yet; time is taken by `stopwatch`.
    pub fn new(stopwatch: Stopwatch) -> Guesses {
        Guesses { stopwatch, addresses: RwLock::default() }
    }

    /// What becomes of a token that came from `address`.
    pub fn standing(&self, address: IpAddr, token: &[u8; 32]) -> Standing {
        let addresses = self.addresses.read().unwrap_or_else(PoisonError::into_inner);
        match addresses.get(&prefix(address)) {
            None => Standing::New,
            Some(address) if address.right.contains(token) => Standing::Known,
            Some(address) if address.has_used_up(self.stopwatch.elapsed()) => Standing::Refused,
            Some(_) => Standing::New,
        }
    }

    /// Takes note of a wrong token.
    pub fn was_wrong(&self, address: IpAddr) {
        let now = self.stopwatch.elapsed();
        let mut addresses = self.entry(address, now);
        let address = addresses.entry(prefix(address)).or_default();
        // No further than a burst, so that whoever insists does not wait for longer.
        address.forgiven_at = (address.forgiven_at.max(now) + INTERVAL).min(now + BURST * INTERVAL);
    }

    /// Takes note of a right token.
    pub fn was_right(&self, address: IpAddr, token: &[u8; 32]) {
        let mut addresses = self.entry(address, self.stopwatch.elapsed());
        let right = &mut addresses.entry(prefix(address)).or_default().right;
        if right.contains(token) {
            return;
        }
        if right.len() >= MOST_TOKENS {
            right.pop_front();
        }
        right.push_back(*token);
    }

    /// The addresses, with room for `address`.
    fn entry(
        &self,
        address: IpAddr,
        now: Duration,
    ) -> RwLockWriteGuard<'_, HashMap<IpAddr, Address>> {
        let mut addresses = self.addresses.write().unwrap_or_else(PoisonError::into_inner);
        if addresses.len() >= MOST_ADDRESSES && !addresses.contains_key(&prefix(address)) {
            // What was right is found right again as long as nothing wrong comes.
            addresses.retain(|_, address| address.forgiven_at > now);
            if addresses.len() >= MOST_ADDRESSES
                && let Some(any) = addresses.keys().next().copied()
            {
                addresses.remove(&any);
            }
        }
        addresses
    }
}

impl Address {
    fn has_used_up(&self, now: Duration) -> bool {
        self.forgiven_at.saturating_sub(now) > (BURST - 1) * INTERVAL
    }
}

/// What stands for one client.
fn prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    const RIGHT: [u8; 32] = [1; 32];
    const OTHER: [u8; 32] = [2; 32];

    /// Guesses by a time in milliseconds that goes only when it is told to.
    fn guesses() -> (Guesses, Arc<AtomicU64>) {
        let time = Arc::new(AtomicU64::new(0));
        let shown = time.clone();
        let elapsed = move || Duration::from_millis(shown.load(Ordering::Relaxed));
        (Guesses::new(Stopwatch::new(elapsed)), time)
    }

    fn v4(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    #[test]
    fn an_address_that_sent_many_wrong_tokens_is_refused_for_a_while_and_no_other() {
        let (guesses, time) = guesses();
        for _ in 0..BURST {
            assert_eq!(guesses.standing(v4(1), &OTHER), Standing::New);
            guesses.was_wrong(v4(1));
        }
        assert_eq!(guesses.standing(v4(1), &OTHER), Standing::Refused);
        assert_eq!(guesses.standing(v4(2), &OTHER), Standing::New);
        for _ in 0..1000 {
            guesses.was_wrong(v4(1));
        }
        time.store(100, Ordering::Relaxed);
        assert_eq!(guesses.standing(v4(1), &OTHER), Standing::New, "no longer than before");
        guesses.was_wrong(v4(1));
        assert_eq!(guesses.standing(v4(1), &OTHER), Standing::Refused);
    }

    #[test]
    fn a_token_that_was_right_from_an_address_goes_on_there_only() {
        let (guesses, _time) = guesses();
        guesses.was_right(v4(1), &RIGHT);
        for address in [v4(1), v4(2)] {
            (0..BURST).for_each(|_| guesses.was_wrong(address));
        }
        assert_eq!(guesses.standing(v4(1), &RIGHT), Standing::Known);
        assert_eq!(guesses.standing(v4(2), &RIGHT), Standing::Refused);
    }

    #[test]
    fn what_is_kept_is_bounded_however_many_addresses_and_tokens_come() {
        let (guesses, time) = guesses();
        for number in 0..3 * MOST_ADDRESSES as u32 {
            guesses.was_wrong(v4(number));
        }
        assert_eq!(guesses.addresses.read().unwrap().len(), MOST_ADDRESSES);
        time.store(100, Ordering::Relaxed);
        for number in 0..2 * MOST_TOKENS as u32 {
            let mut token = [0; 32];
            token[..4].copy_from_slice(&number.to_be_bytes());
            guesses.was_right(v4(u32::MAX), &token);
        }
        let addresses = guesses.addresses.read().unwrap();
        assert_eq!(addresses.len(), 1, "what is forgiven is forgotten when there is no room");
        assert_eq!(addresses[&v4(u32::MAX)].right.len(), MOST_TOKENS);
    }

    #[test]
    fn one_client_has_one_address_however_it_is_written() {
        let parse = |text: &str| prefix(text.parse().unwrap());
        assert_eq!(parse("::ffff:10.0.0.1"), parse("10.0.0.1"));
        assert_eq!(parse("2001:db8:1:2::1"), parse("2001:db8:1:2:ffff::9"));
        assert_ne!(parse("2001:db8:1:2::1"), parse("2001:db8:1:3::1"));
    }
}
