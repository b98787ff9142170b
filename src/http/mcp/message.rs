//! What must hold for a message before anybody looks at what it says: it is JSON, and no object in
//! it has the same key twice. Of two values rmcp would take the last one without a word.

use std::collections::HashSet;
use std::fmt;

use rmcp::model::ErrorData;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Longest part of a key that is shown, in characters.
const SHOWN: usize = 64;

/// Makes sure that `body` is JSON with each key once.
///
/// # Errors
/// What JSON-RPC says of it (section 5.1), with where it is.
pub fn check(body: &[u8]) -> Result<(), ErrorData> {
    match serde_json::from_slice::<Unambiguous>(body) {
        Ok(_) => Ok(()),
        Err(error) if error.is_data() => Err(ErrorData::invalid_request(error.to_string(), None)),
        Err(error) => {
            Err(ErrorData::parse_error(format!("the body is not valid JSON: {error}"), None))
        }
    }
}

/// A value that was read to its end and is not kept.
struct Unambiguous;

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Unambiguous, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Unambiguous;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Unambiguous, A::Error> {
        while seq.next_element::<Unambiguous>()?.is_some() {}
        Ok(Unambiguous)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unambiguous, A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            map.next_value::<Unambiguous>()?;
            if let Some(key) = seen.replace(key) {
                let shown: String = key.chars().take(SHOWN).filter(|c| !c.is_control()).collect();
                return Err(A::Error::custom(format!("'{shown}' is given more than once")));
            }
        }
        Ok(Unambiguous)
    }
}

#[cfg(test)]
mod tests {
    use rmcp::model::ErrorCode;

    use super::check;

    #[test]
    fn a_key_stands_once_in_its_object() {
        assert!(check(br#"{"a":[{"b":1},{"b":-2.5}],"c":{"b":null,"d":"e"}}"#).is_ok());
        for twice in
            [r#"{"a":1,"a":1}"#, r#"{"x":[{"a":true,"b":0,"a":2}]}"#, r#"{"a":1,"\u0061":2}"#]
        {
            let fault = check(twice.as_bytes()).unwrap_err();
            assert_eq!(fault.code, ErrorCode::INVALID_REQUEST, "{twice}");
            assert!(fault.message.contains("'a' is given more than once"), "{}", fault.message);
        }
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        for body in [&b""[..], b"{", b"{'a':1}", b"\xff", b"{} {}", b"\"\xff\""] {
            let fault = check(body).unwrap_err();
            assert_eq!(fault.code, ErrorCode::PARSE_ERROR);
            assert!(fault.message.contains("column"), "{}", fault.message);
        }
    }
}
