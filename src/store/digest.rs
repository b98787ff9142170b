//! What is in a tree, in short: how many rows, and the sum of a hash of each. It is carried along with
//! every change, and a walk over the tree has to come to the same. So a row that the engine lost,
//! brought back or altered is noticed, whichever it is.

use super::trees::TREES;

/// Bytes of one digest.
const SIZE: usize = 16;

/// What is in one tree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest {
    rows: u64,
    sum: u64,
}

impl Digest {
    /// One row more.
    pub fn add(&mut self, key: &[u8], value: &[u8]) {
        self.rows = self.rows.wrapping_add(1);
        self.sum = self.sum.wrapping_add(hash(key, value));
    }

    /// One row less.
    pub fn remove(&mut self, key: &[u8], value: &[u8]) {
        self.rows = self.rows.wrapping_sub(1);
        self.sum = self.sum.wrapping_sub(hash(key, value));
    }

    /// How many rows there are.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// What was added and removed elsewhere is added and removed here.
    fn combine(&mut self, other: Digest) {
        self.rows = self.rows.wrapping_add(other.rows);
        self.sum = self.sum.wrapping_add(other.sum);
    }
}

/// A checksum spread over 64 bits (the finaliser of MurmurHash3), so that sums of them do not cancel
/// each other out.
fn hash(key: &[u8], value: &[u8]) -> u64 {
    let length = u32::try_from(key.len()).unwrap_or(u32::MAX);
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&length.to_le_bytes()), key);
    let mut hash = u64::from(crc32c::crc32c_append(checksum, value)) + 1;
    for factor in [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53] {
        hash = (hash ^ (hash >> 33)).wrapping_mul(factor);
    }
    hash ^ (hash >> 33)
}

/// What is in all trees, in their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digests([Digest; TREES]);

impl Digests {
    /// That of the tree with this place in their order.
    pub fn of(&self, place: usize) -> Digest {
        self.0.get(place).copied().unwrap_or_default()
    }

    /// The same, to be changed.
    pub fn of_mut(&mut self, place: usize) -> Option<&mut Digest> {
        self.0.get_mut(place)
    }

    /// What was added and removed elsewhere is added and removed here.
    pub fn combine(&mut self, other: &Digests) {
        self.0.iter_mut().zip(other.0).for_each(|(digest, other)| digest.combine(other));
    }

    /// As it is stored.
    pub fn to_bytes(self) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|digest| [digest.rows.to_be_bytes(), digest.sum.to_be_bytes()])
            .flatten()
            .collect()
    }

    /// As it was stored; `None` where it has another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Digests> {
        let mut digests = Digests::default();
        if bytes.len() != TREES * SIZE {
            return None;
        }
        for (digest, bytes) in digests.0.iter_mut().zip(bytes.chunks_exact(SIZE)) {
            let (rows, sum) = bytes.split_first_chunk()?;
            digest.rows = u64::from_be_bytes(*rows);
            digest.sum = u64::from_be_bytes(sum.try_into().ok()?);
        }
        Some(digests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn digest(rows: &[(Vec<u8>, Vec<u8>)]) -> Digest {
        let mut digest = Digest::default();
        rows.iter().for_each(|(key, value)| digest.add(key, value));
        digest
    }

    proptest! {
        #[test]
        fn what_is_removed_is_as_if_it_had_never_been(
            rows in prop::collection::vec(any::<(Vec<u8>, Vec<u8>)>(), 0..20),
            (key, value) in any::<(Vec<u8>, Vec<u8>)>(),
        ) {
            let before = digest(&rows);
            let mut after = before;
            after.add(&key, &value);
            prop_assert_ne!(after, before);
            after.remove(&key, &value);
            prop_assert_eq!(after, before);
        }

        #[test]
        fn a_row_that_is_another_is_noticed(
            rows in prop::collection::vec(any::<(Vec<u8>, Vec<u8>)>(), 1..20),
            place in any::<prop::sample::Index>(),
            other in any::<(Vec<u8>, Vec<u8>)>(),
        ) {
            let mut altered = rows.clone();
            *place.get_mut(&mut altered) = other;
            prop_assume!(*place.get(&altered) != *place.get(&rows));
            prop_assert_ne!(digest(&altered), digest(&rows));
        }
    }

    #[test]
    fn digests_come_back_from_their_bytes() {
        let mut digests = Digests::default();
        for place in 0..TREES {
            digests.of_mut(place).unwrap().add(&[place as u8], b"value");
        }
        assert_eq!(Digests::from_bytes(&digests.to_bytes()), Some(digests));
        assert_eq!(Digests::from_bytes(&digests.to_bytes()[1..]), None);
    }
}
