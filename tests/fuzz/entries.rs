//! What fuzzing calls, one function per target: bytes of a stranger go through a public door of the
//! library, and what comes out has to keep what the door promises. That nothing panics, takes memory
//! without a bound or does not end is asked of each.
//!
//! `tests/fuzz_corpus.rs` calls the same functions with the inputs that are checked in, so that each
//! finding stays a test that needs no fuzzer.

#![allow(dead_code, reason = "each target is one of these functions")]

use std::fmt::Debug;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use smart_customer::api::bulk::{CsvRecords, NdjsonRecords, Reading, Record, Records};
use smart_customer::api::draft_json;
use smart_customer::customer::{CustomerId, Details, Namespace};
use smart_customer::http::path::{self as matcher, Resource};
use smart_customer::http::selection;
use smart_customer::intelligence;
use smart_customer::store::{StoreError, backup, inspection, record as records};

/// The path matcher: what it finds in a path is a part of that path, and a company that it names is
/// kept apart from every other.
pub fn path(bytes: &[u8]) {
    let Ok(path) = std::str::from_utf8(bytes) else { return };
    let Some(resource) = matcher::resolve(path) else { return };
    assert!(path.starts_with('/'));
    let (namespace, id) = match resource {
        Resource::Customers(of) | Resource::CompanyInsight(of) => (Some(of), ""),
        Resource::Intent(of) | Resource::Events(of) => (Some(of), ""),
        Resource::Customer(of, id) | Resource::CustomerInsight(of, id) => (Some(of), id),
        Resource::Token(id) => (None, id),
        _ => return,
    };
    assert!(!id.contains('/'));
    if let Some(id) = matcher::customer_id(id) {
        assert_eq!(CustomerId::parse(&id.to_string()), Some(id));
    }
    if let Some(Ok(namespace)) = namespace.map(|of| of.parse()) {
        assert_eq!(namespace.prefix().matches('/').count(), 3, "{namespace:?}");
    }
}

/// A JSON body: what was read from it is normal already, so that reading it again changes nothing.
pub fn draft(bytes: &[u8]) {
    let _ = draft_json::parse_change(bytes);
    let _ = draft_json::parse_with_history(bytes, Timestamp::UNIX_EPOCH);
    let Ok(details) = draft_json::parse(bytes) else { return };
    assert_eq!(draft_json::parse(&json(&details)).as_ref(), Ok(&details));
    intelligence::assess(&details);
}

fn json(details: &Details) -> Vec<u8> {
    let body = serde_json::json!({
        "first-name": details.first_name.as_str(),
        "last-name": details.last_name.as_str(),
        "email": details.email.as_str(),
        "vat-number": details.vat_number.as_str(),
    });
    body.to_string().into_bytes()
}

/// A query string: the link to the next page asks for the same, behind the customer it names.
pub fn query(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(mut selected) = selection::parse(Some(text)) else { return };
    let Ok(namespace) = Namespace::new("tse", "v1", "acme") else { return };
    let last = CustomerId::from_bytes([1; 16]);
    let link = selection::next_link(&namespace, &selected, last);
    let query =
        link.split_once('?').and_then(|(_, rest)| rest.split_once('>')).map(|(query, _)| query);
    selected.after = Some(last);
    assert_eq!(selection::parse(query).ok(), Some(selected), "{link}");
}

/// The decoder of stored records, as the bytes are and with a checksum that holds: what it takes is
/// written, and from then on read and written the same.
pub fn record(bytes: &[u8]) {
    decode(bytes);
    if let [kind, version, body @ ..] = bytes {
        let checksum = crc32c::crc32c_append(crc32c::crc32c(&[*kind, *version]), body);
        decode(&[&[*kind, *version], &checksum.to_le_bytes()[..], body].concat());
    }
}

fn decode(bytes: &[u8]) {
    let id = CustomerId::from_bytes([1; 16]);
    let read = |bytes: &[u8]| records::decode_customer(id, bytes);
    reads_what_it_writes(bytes, read, records::encode_customer);
    reads_what_it_writes(bytes, records::decode_token, records::encode_token);
    reads_what_it_writes(bytes, records::decode_idempotency, records::encode_idempotency);
    reads_what_it_writes(bytes, records::decode_event, records::encode_event);
}

fn reads_what_it_writes<R: PartialEq + Debug>(
    bytes: &[u8],
    read: impl Fn(&[u8]) -> Result<R, StoreError>,
    write: impl Fn(&R) -> Result<Vec<u8>, StoreError>,
) {
    let Ok(record) = read(bytes) else { return };
    let Ok(written) = write(&record) else { return };
    let again = read(&written);
    assert!(again.is_ok(), "{record:?} is written as what cannot be read: {again:?}");
    assert_eq!(again.and_then(|again| write(&again)), Ok(written));
}

/// The reader of a journal file: the bytes as a file, as its only frame, and as the changes in a frame
/// whose checksums hold.
pub fn journal(bytes: &[u8]) {
    look_at_journal(bytes);
    look_at_journal(&journal_of(bytes));
    // The kind and version of changes.
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&[7, 1]), bytes);
    let changes = [&[7, 1], &checksum.to_le_bytes()[..], bytes].concat();
    look_at_journal(&journal_of(&changes));
}

fn look_at_journal(bytes: &[u8]) {
    let report = inspection::inspect_journal_file(bytes, 1);
    assert!(report.unfinished <= bytes.len() as u64);
}

/// A journal file with one frame of one change.
fn journal_of(body: &[u8]) -> Vec<u8> {
    let mut head = u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
    let rest = [&1_u64.to_le_bytes()[..], &1_u32.to_le_bytes(), body].concat();
    head.extend(crc32c::crc32c_append(crc32c::crc32c(&head), &rest).to_le_bytes());
    [b"SCJRNL\x01\x00", &head[..], &rest].concat()
}

/// The reader of snapshots and backups: the bytes as a file, as one block that was packed, and as the
/// rows of one.
pub fn snapshot(bytes: &[u8]) {
    let _ = backup::verify(bytes);
    let claimed = bytes.first_chunk().map_or(0, |length| u32::from_le_bytes(*length));
    let _ = backup::verify(&snapshot_of(claimed, bytes.get(4..).unwrap_or_default())[..]);
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    if let Ok(found) = backup::verify(&snapshot_of(length, &lz4_flex::block::compress(bytes))[..]) {
        assert!(found.customers + found.events + found.tokens <= found.rows);
    }
}

/// A snapshot with one block, said to have `length` bytes when it is unpacked, and an end that says
/// that there is one row.
fn snapshot_of(length: u32, packed: &[u8]) -> Vec<u8> {
    let mut file = b"SCSNAP\x01\x00".to_vec();
    file.extend([0; 16]);
    file.extend(crc32c::crc32c(&file).to_le_bytes());
    let packed_length = u32::try_from(packed.len()).unwrap_or(u32::MAX);
    let head = [length.to_le_bytes(), packed_length.to_le_bytes()].concat();
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&head), packed);
    file.extend([&head[..], &checksum.to_le_bytes(), packed].concat());
    file.extend([0; 8]);
    file.extend(1_u64.to_le_bytes());
    file.extend(Sha256::digest(&file));
    file
}

/// A bulk body in CSV, cut where its first byte says: the records are the same however it is cut.
pub fn bulk_csv(bytes: &[u8]) {
    bulk(bytes, |reading| Records::Csv(CsvRecords::new(reading)));
}

/// A bulk body in NDJSON, cut where its first byte says: the records are the same however it is cut.
pub fn bulk_ndjson(bytes: &[u8]) {
    bulk(bytes, |reading| Records::Ndjson(NdjsonRecords::new(reading)));
}

/// The first byte also says whether there is a history in it, by its highest bit.
fn bulk(bytes: &[u8], new: impl Fn(Reading) -> Records) {
    let Some((&how, body)) = bytes.split_first() else { return };
    let reading = Reading { history_until: (how > 127).then_some(Timestamp::UNIX_EPOCH) };
    let whole = read(new(reading), [body].into_iter());
    let pieces = read(new(reading), body.chunks(usize::from(how & 127).max(1)));
    assert_eq!(whole, pieces);
}

/// The records in the pieces of a body; `None` where its header is faulty.
fn read<'b>(mut records: Records, pieces: impl Iterator<Item = &'b [u8]>) -> Option<Vec<Record>> {
    let mut out = Vec::new();
    for piece in pieces {
        records.feed(piece, &mut out).ok()?;
    }
    records.finish(&mut out).ok()?;
    Some(out)
}

/// A text whose intent is recognised: the probabilities are some.
pub fn intent(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let recognised = intelligence::intent::trained().recognise(text);
    let others = recognised.alternatives.iter().map(|(_, probability)| *probability);
    let sum: f64 = others.sum::<f64>() + recognised.confidence;
    assert!((sum - 1.0).abs() < 1e-6, "{recognised:?}");
}
