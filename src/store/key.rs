//! The keys of every tree, drawn where they are built.
//!
//! ```text
//! namespace     product "/" version "/" company "/"          no "/" can occur inside a part
//!
//! customer      namespace id[16]                             primary
//! idempotency   namespace sha256(token, key)[32]             primary
//! token         sha256(token)[32]                            primary
//! model         namespace | "judged-by"                      primary
//! by_email      namespace canonical-email 0x00 id[16]        derived; value: marks of what may make
//!                                                            it another's duplicate, as in by_vat
//!                                                            and by_person (customer/likeness.rs)
//! by_vat        namespace vat-number 0x00 id[16]             derived
//! by_market     namespace market 0x00 id[16]                 derived; the market may be empty
//! by_category   namespace category 0x00 id[16]               derived
//! by_person     namespace person-key 0x00 id[16]             derived
//! by_duplicate  namespace other-id-as-text 0x00 id[16]       derived
//! by_name       namespace field word 0x00 id[16]             derived; field: "n" in a name, "e" in
//!                                                            the email only; value: the marks of
//!                                                            all its words (word_marks.rs)
//! word          namespace field word                         derived
//! event         namespace change-number[8, big endian]       derived, kept after a deletion
//! rollup        namespace "d" day[4, big endian, sign flipped]
//!               | namespace "a" age[4, big endian] | namespace "t"       derived
//! meta          "applied" | "last-id" | "digests" | "batch" | "format"
//! ```
//!
//! An id is the 16 bytes of a ULID, so customers of a company sort by their creation. Emails and
//! VAT numbers cannot contain 0x00 (the domain refuses control characters).

use super::{IdempotencyId, StoreError};
use crate::customer::{CustomerId, Namespace};

/// Length of an id at the end of a key.
const ID: usize = 16;

/// What stands before the day in the key of its counts, and before the age.
const DAY: &[u8] = b"d";
const AGE: &[u8] = b"a";

/// Flipped so that days before 1970 sort before those since.
const SIGN: u32 = 1 << 31;

/// The number of the last change that the trees hold.
pub const META_APPLIED: &[u8] = b"applied";
/// The highest customer id ever kept.
pub const META_LAST_ID: &[u8] = b"last-id";
/// What is in each tree, in short.
pub const META_DIGESTS: &[u8] = b"digests";
/// The number of the last write to the trees.
pub const META_BATCH: &[u8] = b"batch";
/// The layout of the trees.
pub const META_FORMAT: &[u8] = b"format";

/// The namespace that a key is of which holds nothing else.
pub fn namespace(key: &[u8]) -> Result<Namespace, StoreError> {
    let text = std::str::from_utf8(key).unwrap_or_default();
    let parts: Vec<&str> = text.split('/').collect();
    let namespace = match parts.as_slice() {
        [product, version, company, ""] => Namespace::new(product, version, company).ok(),
        _ => None,
    };
    namespace.ok_or_else(|| StoreError::Damaged("a stored key names no company".to_owned()))
}

/// The namespace of a key that begins with one, whatever else is in it.
pub fn owner(key: &[u8]) -> Result<Namespace, StoreError> {
    namespace(behind_slash(key, 3).and_then(|end| key.get(..end)).unwrap_or_default())
}

/// The place behind the slash with that number in a key; the first one is 1. A namespace ends behind the third.
pub fn behind_slash(key: &[u8], number: usize) -> Option<usize> {
    let slashes = key.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    slashes.map(|(place, _)| place + 1).nth(number.checked_sub(1)?)
}

/// Key of a customer.
pub fn customer(namespace: &Namespace, id: CustomerId) -> Vec<u8> {
    join(namespace.prefix().as_bytes(), &[&id.to_bytes()])
}

/// The id at the end of a key.
pub fn customer_id(key: &[u8]) -> Result<CustomerId, StoreError> {
    let (_, id) = split_id(key)?;
    Ok(id)
}

/// What stands before the id at the end of a key, and the id.
pub fn split_id(key: &[u8]) -> Result<(&[u8], CustomerId), StoreError> {
    match key.split_last_chunk::<ID>() {
        Some((rest, id)) => Ok((rest, CustomerId::from_bytes(*id))),
        None => Err(StoreError::Damaged("a stored key is too short".to_owned())),
    }
}

/// Key of what is kept under an idempotency key.
pub fn idempotency(namespace: &Namespace, id: IdempotencyId) -> Vec<u8> {
    join(namespace.prefix().as_bytes(), &[&id.0])
}

/// The hash that a token is kept under.
pub fn token_hash(key: &[u8]) -> Result<[u8; 32], StoreError> {
    key.try_into()
        .map_err(|_| StoreError::Damaged("a stored token key has a wrong length".to_owned()))
}

/// Key of an index row: everything that leads from `text` to the customer.
pub fn index(namespace: &[u8], text: &str, id: CustomerId) -> Vec<u8> {
    join(namespace, &[text.as_bytes(), &[0], &id.to_bytes()])
}

/// Key of a word; those of the rows that lead from it to customers begin with it and 0x00.
pub fn word(namespace: &[u8], in_name: bool, text: &str) -> Vec<u8> {
    let field: &[u8] = if in_name { b"n" } else { b"e" };
    join(namespace, &[field, text.as_bytes()])
}

/// Key of a row that leads from the word with the key `word` to a customer.
pub fn by_name(word: &[u8], id: CustomerId) -> Vec<u8> {
    join(word, &[&[0], &id.to_bytes()])
}

/// What the keys of all rows that lead from the word with the key `word` begin with.
pub fn postings(word: &[u8]) -> Vec<u8> {
    join(word, &[&[0]])
}

/// The key of the word from which a row of by_name leads to a customer.
pub fn word_of(by_name: &[u8]) -> Result<&[u8], StoreError> {
    let (head, _) = split_id(by_name)?;
    Ok(head.strip_suffix(&[0]).unwrap_or(head))
}

/// What every key of [`index`] rows for `text` begins with.
pub fn index_prefix(namespace: &Namespace, text: &str) -> Vec<u8> {
    index_prefix_in(namespace.prefix().as_bytes(), text)
}

/// The same, for a namespace as it stands in keys.
pub fn index_prefix_in(namespace: &[u8], text: &str) -> Vec<u8> {
    join(namespace, &[text.as_bytes(), &[0]])
}

/// What every key of [`index`] rows for a text that begins with `beginning` begins with.
pub fn index_beginning(namespace: &Namespace, beginning: &str) -> Vec<u8> {
    join(namespace.prefix().as_bytes(), &[beginning.as_bytes()])
}

/// All that readers of by_person look for that the key of a row there begins with: the whole text, and
/// how the last name sounds with and without the first letter of the first name.
pub fn person_beginnings(by_person: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (whole, _) = by_person.split_last_chunk::<ID>().unwrap_or((&[], &[0; ID]));
    let sound = behind_slash(whole, 4);
    let letter = sound.and_then(|sound| {
        let first = std::str::from_utf8(whole.get(sound..)?).ok()?;
        Some(sound + first.chars().next().filter(|letter| *letter != '\0')?.len_utf8())
    });
    [sound, letter, Some(whole.len())].into_iter().flatten().filter_map(|end| whole.get(..end))
}

/// Key of an event.
pub fn event(namespace: &[u8], number: u64) -> Vec<u8> {
    join(namespace, &[&number.to_be_bytes()])
}

/// The number at the end of an event's key.
pub fn event_number(key: &[u8]) -> Result<u64, StoreError> {
    match key.split_last_chunk() {
        Some((_, number)) => Ok(u64::from_be_bytes(*number)),
        None => Err(StoreError::Damaged("a stored event key is too short".to_owned())),
    }
}

/// Key of the counts of one day, counted from 1 January 1970.
pub fn rollup_day(namespace: &[u8], day: i32) -> Vec<u8> {
    let sortable = day.cast_unsigned() ^ SIGN;
    join(namespace, &[DAY, &sortable.to_be_bytes()])
}

/// What the keys of the counts of all days begin with.
pub fn rollup_days(namespace: &[u8]) -> Vec<u8> {
    join(namespace, &[DAY])
}

/// The day of a key of [`rollup_day`].
pub fn day_of(key: &[u8]) -> Result<i32, StoreError> {
    Ok((last_number(key)? ^ SIGN).cast_signed())
}

/// Key of the counts of those who went at one age, in days.
pub fn rollup_age(namespace: &[u8], age: u32) -> Vec<u8> {
    join(namespace, &[AGE, &age.to_be_bytes()])
}

/// What the keys of the counts of all ages begin with.
pub fn rollup_ages(namespace: &[u8]) -> Vec<u8> {
    join(namespace, &[AGE])
}

/// The age of a key of [`rollup_age`].
pub fn age_of(key: &[u8]) -> Result<u32, StoreError> {
    last_number(key)
}

fn last_number(key: &[u8]) -> Result<u32, StoreError> {
    match key.split_last_chunk() {
        Some((_, number)) => Ok(u32::from_be_bytes(*number)),
        None => Err(StoreError::Damaged("a stored key of counts is too short".to_owned())),
    }
}

/// Key of the counts of a company.
pub fn rollup_total(namespace: &[u8]) -> Vec<u8> {
    join(namespace, &[b"t"])
}

fn join(head: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let length = head.len() + parts.iter().map(|part| part.len()).sum::<usize>();
    // In the runs the number of its tree comes before it.
    let mut key = Vec::with_capacity(length + 1);
    key.extend_from_slice(head);
    for part in parts {
        key.extend_from_slice(part);
    }
    key
}
