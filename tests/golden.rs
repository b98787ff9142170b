//! The stored form of each record, byte by byte: what one release wrote, every later one must
//! read, so a changed format has to show up here as a changed line.
//!
//! ```text
//! kind | version | crc32c of the rest, little endian | fields
//! text: length, UTF-8        number: one byte up to 250, else fb + u16, fc + u32, fd + u64 (little
//! endian); signed ones zigzag        option: 00 or 01 and the value        array: bytes alone
//! ```

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

use jiff::Timestamp;
use smart_customer::customer::access::{Grant, Permissions, Scope, Token};
use smart_customer::customer::assessment::{
    Advisory, AdvisoryCode, Category, Hundredths, PossibleDuplicate,
};
use smart_customer::customer::vat::VatNumber;
use smart_customer::customer::{Assessment, Customer, CustomerId, Details, Event, EventKind};
use smart_customer::store::change::{Change, Primary, decode_changes};
use smart_customer::store::record::{self, IdempotencyRecord, TokenRecord};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.split_whitespace().collect();
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn assert_bytes(encoded: &[u8], golden: &str) {
    assert_eq!(hex(encoded), hex(&bytes(golden)));
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn id() -> CustomerId {
    CustomerId::parse("01JD8Z3M6Q4X9T2V7B5N1C0KRE").unwrap()
}

fn customer(assessment: Assessment) -> Customer {
    Customer {
        id: id(),
        details: Details {
            first_name: "José".into(),
            last_name: "Smith".into(),
            email: "john.smith@example.com".into(),
            vat_number: VatNumber::parse("IT12345678901").unwrap(),
        },
        assessment,
        created_at: at("2026-11-23T18:22:15.123Z"),
        updated_at: at("2026-11-24T00:00:00Z"),
        revision: 300,
    }
}

const CUSTOMER_1: &str =
    "01 01 0537b874 054a6f73c3a9 05536d697468 166a6f686e2e736d697468406578616d706c652e636f6d
    0d49543132333435363738393031 fda6e8491344030000 fd0058b41544030000 fb2c01";

#[test]
fn a_customer_of_version_1() {
    let customer = customer(Assessment::none());
    assert_bytes(&record::encode_customer(&customer).unwrap(), CUSTOMER_1);
    assert_eq!(record::decode_customer(id(), &bytes(CUSTOMER_1)).unwrap(), customer);
}

fn duplicate() -> PossibleDuplicate {
    PossibleDuplicate { id: id(), probability: Hundredths::of(0.93), field: "email" }
}

fn assessment() -> Assessment {
    let advisory = |field, code, suggestion: Option<&str>| Advisory {
        field,
        code,
        message: "m".to_owned(),
        suggestion: suggestion.map(str::to_owned),
    };
    let advisories = vec![
        advisory("vat-number", AdvisoryCode::VatChecksum, None),
        advisory("email", AdvisoryCode::EmailDomainTypo, Some("a@b.cd")),
    ];
    let (category, quality) = ((Category::Corporate, Hundredths::of(0.91)), Hundredths::of(0.58));
    Assessment::new(2, category, quality, advisories).with_duplicate(Some(duplicate()))
}

const CUSTOMER_2: &str =
    "0102f675e276054a6f73c3a905536d697468166a6f686e2e736d697468406578616d706c652e636f6d0d4954
    3132333435363738393031fda6e8491344030000fd0058b41544030000fb2c0102015b3a020301016d000203
    016d01066140622e636401019351f1d0d72753a16ceb2d42c04f0e5d02";

#[test]
fn a_customer_of_version_2() {
    let customer = customer(assessment());
    assert_bytes(&record::encode_customer(&customer).unwrap(), CUSTOMER_2);
    assert_eq!(record::decode_customer(id(), &bytes(CUSTOMER_2)).unwrap(), customer);
}

/// Every category, kind of advisory and field, as they are numbered in records.
const NUMBERED: &str = "0101000008000100000102000002030000030400000005000001060000020700000308000000\n\
    0102000008000100000102000002030000030400000005000001060000020700000308000000\n\
    0103000008000100000102000002030000030400000005000001060000020700000308000000\n\
    0104000008000100000102000002030000030400000005000001060000020700000308000000\n\
    0105000008000100000102000002030000030400000005000001060000020700000308000000\n\
    0100000008000100000102000002030000030400000005000001060000020700000308000000";

#[test]
fn categories_advisories_and_fields_keep_their_numbers() {
    let fields = ["first-name", "last-name", "email", "vat-number"];
    let codes = AdvisoryCode::ALL.into_iter().filter(|&it| it != AdvisoryCode::PossibleDuplicate);
    let advisories = codes.zip(fields.into_iter().cycle()).map(|(code, field)| Advisory {
        field,
        code,
        message: String::new(),
        suggestion: None,
    });
    let advisories: Vec<Advisory> = advisories.collect();
    let records = Category::ALL.map(|category| {
        let (nothing, advisories) = (Hundredths::default(), advisories.clone());
        let assessment = Assessment::new(1, (category, nothing), nothing, advisories);
        hex(&record::encode_customer(&customer(assessment)).unwrap()[76..])
    });
    assert_eq!(records.join("\n"), NUMBERED);
}

fn token(last_used_at: Option<Timestamp>) -> TokenRecord {
    let grant = Grant {
        name: "till-3".to_owned(),
        scope: Scope { product: Some("tse".to_owned()), company: None },
        permissions: Permissions { read: true, write: true, admin: false },
        expires_at: Some(at("2027-01-01T00:00:00Z")),
        requests_per_second: Some(50),
    };
    let created_at = at("2026-11-23T18:22:15.123Z");
    let token = Token { id: id(), grant, created_at, last_used_at };
    TokenRecord { token, from_first_start: false }
}

const TOKEN_1: &str =
    "02 01 4af712b9 019351f1d0d72753a16ceb2d42c04f0e 0674696c6c2d33 0103747365 00 01 01 00
    01fd00a8179d45030000 0132 fda6e8491344030000 00";

#[test]
fn a_token_of_version_1() {
    assert_eq!(record::decode_token(&bytes(TOKEN_1)).unwrap(), token(None));
}

const TOKEN_2: &str =
    "02 02 f925bc5c 019351f1d0d72753a16ceb2d42c04f0e 0674696c6c2d33 0103747365 00 01 01 00
    01fd00a8179d45030000 0132 fda6e8491344030000 00 01fd0063b51844030000";

const UNUSED_TOKEN_2: &str =
    "02 02 db646edf 019351f1d0d72753a16ceb2d42c04f0e 0674696c6c2d33 0103747365 00 01 01 00
    01fd00a8179d45030000 0132 fda6e8491344030000 00 00";

#[test]
fn a_token_of_version_2() {
    let used = token(Some(at("2026-11-24T07:00:00Z")));
    for (token, golden) in [(used, TOKEN_2), (token(None), UNUSED_TOKEN_2)] {
        assert_bytes(&record::encode_token(&token).unwrap(), golden);
        assert_eq!(record::decode_token(&bytes(golden)).unwrap(), token);
    }
}

fn idempotency(duplicate: Option<PossibleDuplicate>) -> IdempotencyRecord {
    IdempotencyRecord {
        body_hash: std::array::from_fn(|at| at as u8),
        customer: id(),
        at: at("2026-11-23T18:22:15.123Z"),
        duplicate,
    }
}

const IDEMPOTENCY_1: &str =
    "03 01 b775859b 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
    019351f1d0d72753a16ceb2d42c04f0e fda6e8491344030000";

#[test]
fn an_idempotency_record_of_version_1() {
    let idempotency = idempotency(None);
    assert_bytes(&record::encode_idempotency(&idempotency).unwrap(), IDEMPOTENCY_1);
    assert_eq!(record::decode_idempotency(&bytes(IDEMPOTENCY_1)).unwrap(), idempotency);
}

const IDEMPOTENCY_2: &str =
    "0302443e26aa000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f019351f1d0d7
    2753a16ceb2d42c04f0efda6e8491344030000019351f1d0d72753a16ceb2d42c04f0e5d02";

#[test]
fn an_idempotency_record_of_version_2() {
    let idempotency = idempotency(Some(duplicate()));
    assert_bytes(&record::encode_idempotency(&idempotency).unwrap(), IDEMPOTENCY_2);
    assert_eq!(record::decode_idempotency(&bytes(IDEMPOTENCY_2)).unwrap(), idempotency);
}

fn event(kind: EventKind, market: Option<&str>) -> Event {
    let market = market.map(str::to_owned);
    let at = at("2026-11-23T18:22:15.123Z");
    Event { kind, customer: id(), market, category: None, at }
}

const CREATED_1: &str =
    "04 01 11d714e5 01 019351f1d0d72753a16ceb2d42c04f0e 01024954 fda6e8491344030000";
const UPDATED_1: &str =
    "04 01 0a14d9db 02 019351f1d0d72753a16ceb2d42c04f0e 01024954 fda6e8491344030000";
const DELETED_1: &str = "04 01 3325c6bf 03 019351f1d0d72753a16ceb2d42c04f0e 00 fda6e8491344030000";

#[test]
fn an_event_of_each_kind_of_version_1() {
    for (event, golden) in [
        (event(EventKind::Created, Some("IT")), CREATED_1),
        (event(EventKind::Updated, Some("IT")), UPDATED_1),
        (event(EventKind::Deleted, None), DELETED_1),
    ] {
        assert_bytes(&record::encode_event(&event).unwrap(), golden);
        assert_eq!(record::decode_event(&bytes(golden)).unwrap(), event);
    }
}

const CREATED_2: &str =
    "0402438116e501019351f1d0d72753a16ceb2d42c04f0e01024954fda6e849134403000003";

#[test]
fn an_event_of_version_2() {
    let category = Some(Category::PublicSector);
    let event = Event { category, ..event(EventKind::Created, Some("IT")) };
    assert_bytes(&record::encode_event(&event).unwrap(), CREATED_2);
    assert_eq!(record::decode_event(&bytes(CREATED_2)).unwrap(), event);
}

/// A frame that sets a customer's row, removes an idempotency record's and sets a token's.
const CHANGES_1: &str =
    "07 01 c38bb7ef 03 01 0161 01026263 fda6e8491344030000 02 00 00 fda6e8491344030000 03
    0164 0100 fda6e8491344030000";

#[test]
fn changes_of_version_1() {
    let at = at("2026-11-23T18:22:15.123Z");
    let change = |tree, key: &[u8], value: Option<&[u8]>| Change {
        tree,
        key: key.to_vec(),
        value: value.map(<[u8]>::to_vec),
        at,
    };
    let expected = [
        change(Primary::Customer, b"a", Some(b"bc")),
        change(Primary::Idempotency, b"", None),
        change(Primary::Token, b"d", Some(b"")),
    ];
    assert_eq!(decode_changes(&bytes(CHANGES_1)).unwrap(), expected);
}

#[test]
fn a_record_of_another_kind_or_a_later_version_is_refused_by_name() {
    let error = record::decode_token(&bytes(CUSTOMER_1)).unwrap_err().to_string();
    assert!(error.contains("another kind"), "{error}");
    let mut later = bytes(CUSTOMER_1);
    later[1] = 3;
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&later[..2]), &later[6..]);
    later[2..6].copy_from_slice(&checksum.to_le_bytes());
    let error = record::decode_customer(id(), &later).unwrap_err().to_string();
    assert!(error.contains("version 3"), "{error}");
}
