//! Customer ids: ULIDs (<https://github.com/ulid/spec>) given out by the service.

use std::fmt;

use ulid::Ulid;

/// The id of a customer: sorts by the time of creation, is never given out twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomerId(Ulid);

impl CustomerId {
    /// The one that sorts behind all others.
    pub const LAST: CustomerId = CustomerId(Ulid::from_bytes([u8::MAX; 16]));

    /// Reads the 26-character text form, in either case. `None` where the text is no ULID: it then
    /// names no customer. A first character above `7` would not fit into 128 bits.
    pub fn parse(text: &str) -> Option<CustomerId> {
        let first = *text.as_bytes().first()?;
        if first > b'7' {
            return None;
        }
        Ulid::from_string(text).ok().map(CustomerId)
    }

    /// The 16 bytes that sort as the text does.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_bytes()
    }

    /// The id behind 16 bytes of [`CustomerId::to_bytes`].
    pub fn from_bytes(bytes: [u8; 16]) -> CustomerId {
        CustomerId(Ulid::from_bytes(bytes))
    }

    /// When it was made, in milliseconds since 1970.
    pub fn milliseconds(self) -> u64 {
        self.0.timestamp_ms()
    }

    /// The id as a ULID, for the generator that continues after it.
    pub fn ulid(self) -> Ulid {
        self.0
    }
}

impl From<Ulid> for CustomerId {
    fn from(ulid: Ulid) -> CustomerId {
        CustomerId(ulid)
    }
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.array_to_str(&mut [0; ulid::ULID_LEN]))
    }
}

#[cfg(test)]
mod tests {
    use super::CustomerId;

    #[test]
    fn lower_case_is_the_same_id() {
        let upper = CustomerId::parse("01JD8Z3M6Q4X9T2V7B5N1C0KRE");
        assert!(upper.is_some());
        assert_eq!(upper, CustomerId::parse("01jd8z3m6q4x9t2v7b5n1c0kre"));
    }

    #[test]
    fn a_text_that_does_not_fit_into_128_bits_is_no_id() {
        assert!(CustomerId::parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ").is_some());
        assert!(CustomerId::parse("8ZZZZZZZZZZZZZZZZZZZZZZZZZ").is_none());
        assert!(CustomerId::parse("").is_none());
        assert!(CustomerId::parse("456").is_none());
        assert!(CustomerId::parse("é1JD8Z3M6Q4X9T2V7B5N1C0KR").is_none());
    }
}
