//! What must hold for any input at all: nothing panics, normalising twice is normalising once, and
//! what is written is what is read.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use smart_customer::customer::access::{Grant, Permissions, Scope, Token};
use smart_customer::customer::assessment::{
    Advisory, AdvisoryCode, Category, Hundredths, PossibleDuplicate,
};
use smart_customer::customer::vat::VatNumber;
use smart_customer::customer::{
    Assessment, Customer, CustomerId, Details, Draft, Event, EventKind, Given, email, likeness,
    name,
};
use smart_customer::http::path::{self, Resource};
use smart_customer::intelligence;
use smart_customer::intelligence::duplicate::{Context, Lookups, Model, Profile};
use smart_customer::store::change::decode_changes;
use smart_customer::store::record::{self, IdempotencyRecord, TokenRecord};
use support::{CUSTOMERS, TestApp};

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Any text, most often made of characters with which text handling goes wrong.
fn text() -> impl Strategy<Value = String> {
    const ODD: &str = "\0\t\n \u{85}\u{A0}\u{AD}\u{200B}\u{200D}\u{202E}\u{2028}\u{3000}\u{FEFF}\
        \u{301}\u{308}\u{338}\u{323}\u{307}\u{345}e\u{E9}E\u{130}\u{131}iI\u{DF}\u{1E9E}\u{3A3}\u{3C3}\u{3C2}\
        \u{1100}\u{1161}\u{11A8}\u{AC00}\u{212B}\u{2126}\u{FB01}\u{1F600}\u{20BB7}@..-<>=,aZ09%/+*";
    let odd: Vec<char> = ODD.chars().collect();
    let odd = proptest::sample::select(odd);
    let character = prop_oneof![4 => odd, 1 => any::<char>(), 1 => proptest::char::range('a', 'z')];
    // Few different ones in a text, so that they meet and a refused one does not spoil every text.
    let text = |alphabet| vec(proptest::sample::select::<char>(alphabet), 0..24);
    vec(character, 1..6).prop_flat_map(text).prop_map(String::from_iter)
}

/// What looks like a path, with odd texts in its parts.
fn path() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        text(),
        "[a-z0-9%._~-]{0,12}",
        "(%[0-9a-fA-F]{2}){0,8}",
        "[0-9A-HJKMNP-TV-Za-z]{26}",
        Just("customer".to_owned()),
        Just("v1".to_owned()),
    ];
    let parts = vec(part, 4).prop_map(|parts| {
        let [product, version, company, id] = &parts[..] else { return String::new() };
        format!("/api/{product}/{version}/company/{company}/customer/{id}")
    });
    prop_oneof![2 => parts, 1 => text(), 1 => text().prop_map(|text| format!("/{text}"))]
}

fn time() -> impl Strategy<Value = Timestamp> {
    let (min, max) = (Timestamp::MIN.as_millisecond(), Timestamp::MAX.as_millisecond());
    prop_oneof![min..=max, 0..4_102_444_800_000_i64]
        .prop_map(|milliseconds| Timestamp::from_millisecond(milliseconds).unwrap())
}

fn id() -> impl Strategy<Value = CustomerId> {
    any::<[u8; 16]>().prop_map(CustomerId::from_bytes)
}

/// The four fields as a client may send them, valid though not always in their stored form.
fn draft() -> impl Strategy<Value = [String; 4]> {
    let name = || {
        let valid = |name: &String| name::normalise("first-name", name).is_ok();
        prop_oneof![text(), "\\PC{1,40}"].prop_filter("a valid name", valid)
    };
    let email = prop_oneof![
        "[A-Za-z0-9]{1,20}([.+_-][a-z0-9]{1,9}){0,2}@[A-Za-z0-9]{1,12}(\\.[a-z]{2,9}){1,2}",
        "[а-яα-ω]{1,9}@[а-я]{1,9}\\.[а-я]{2,5}",
    ];
    let email = email.prop_filter("a valid address", |address| email::normalise(address).is_ok());
    (name(), name(), email, "[A-Za-z]{2}[ .-]?[0-9]{5}[ /]?[0-9]{6}").prop_map(<[String; 4]>::from)
}

fn details(fields: &[String; 4]) -> Details {
    let [first_name, last_name, email, vat_number] = fields.clone().map(Given::Text);
    Draft { first_name, last_name, email, vat_number }.check().unwrap()
}

fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

fn field() -> impl Strategy<Value = &'static str> {
    one_of(&["first-name", "last-name", "email", "vat-number"])
}

fn advisory() -> impl Strategy<Value = Advisory> {
    let code = one_of(&AdvisoryCode::ALL)
        .prop_filter("made from the duplicate", |code| *code != AdvisoryCode::PossibleDuplicate);
    (field(), code, text(), proptest::option::of(text())).prop_map(
        |(field, code, message, suggestion)| Advisory { field, code, message, suggestion },
    )
}

fn duplicate() -> impl Strategy<Value = PossibleDuplicate> {
    (id(), hundredths(), field()).prop_map(|(id, probability, field)| PossibleDuplicate {
        id,
        probability,
        field,
    })
}

fn hundredths() -> impl Strategy<Value = Hundredths> {
    (0u8..=100).prop_map(Hundredths::from_percent)
}

fn assessment() -> impl Strategy<Value = Assessment> {
    let judged = (
        any::<u32>(),
        (one_of(&Category::ALL), hundredths()),
        hundredths(),
        proptest::collection::vec(advisory(), 0..4),
        proptest::option::of(duplicate()),
    );
    let judged = judged.prop_map(|(version, category, quality, advisories, duplicate)| {
        Assessment::new(version, category, quality, advisories).with_duplicate(duplicate)
    });
    prop_oneof![1 => Just(Assessment::none()), 9 => judged]
}

fn customer() -> impl Strategy<Value = Customer> {
    (id(), draft(), assessment(), time(), time(), any::<u32>()).prop_map(
        |(id, fields, assessment, at, updated_at, revision)| Customer {
            updated_at,
            revision,
            ..Customer::new(id, details(&fields), assessment, at)
        },
    )
}

fn token() -> impl Strategy<Value = TokenRecord> {
    let name = || proptest::option::of("[a-z]{1,9}");
    let permissions =
        any::<[bool; 3]>().prop_map(|[read, write, admin]| Permissions { read, write, admin });
    let scope = (name(), name()).prop_map(|(product, company)| Scope { product, company });
    let optional_time = || proptest::option::of(time());
    let limits = (optional_time(), proptest::option::of(any::<u32>()), optional_time());
    (id(), text(), scope, permissions, limits, time(), any::<bool>()).prop_map(
        |(id, name, scope, permissions, limits, created_at, from_first_start)| {
            let (expires_at, requests_per_second, last_used_at) = limits;
            let grant = Grant { name, scope, permissions, expires_at, requests_per_second };
            let token = Token { id, grant, created_at, last_used_at };
            TokenRecord { token, from_first_start }
        },
    )
}

fn event() -> impl Strategy<Value = Event> {
    let kind =
        prop_oneof![Just(EventKind::Created), Just(EventKind::Updated), Just(EventKind::Deleted)];
    let category = proptest::option::of(one_of(&Category::ALL));
    (kind, id(), proptest::option::of("[A-Z]{2}"), category, time()).prop_map(
        |(kind, customer, market, category, at)| Event { kind, customer, market, category, at },
    )
}

fn idempotency() -> impl Strategy<Value = IdempotencyRecord> {
    let duplicate = proptest::option::of(duplicate());
    (any::<[u8; 32]>(), id(), time(), duplicate).prop_map(|(body_hash, customer, at, duplicate)| {
        IdempotencyRecord { body_hash, customer, at, duplicate }
    })
}

/// The encoding of a record of any kind.
fn encoding() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        customer().prop_map(|customer| record::encode_customer(&customer).unwrap()),
        token().prop_map(|token| record::encode_token(&token).unwrap()),
        event().prop_map(|event| record::encode_event(&event).unwrap()),
        idempotency().prop_map(|record| record::encode_idempotency(&record).unwrap()),
    ]
}

/// Gives `bytes` the checksum of a sound record, so that decoding goes on behind it.
fn seal(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() >= 6 {
        let checksum = crc32c::crc32c_append(crc32c::crc32c(&bytes[..2]), &bytes[6..]);
        bytes[2..6].copy_from_slice(&checksum.to_le_bytes());
    }
    bytes
}

/// Whatever these bytes are taken for, reading them ends, with a value or an error.
fn decode_as_everything(bytes: &[u8]) {
    let _ = record::decode_customer(CustomerId::from_bytes([0; 16]), bytes);
    let _ = record::decode_token(bytes);
    let _ = record::decode_idempotency(bytes);
    let _ = record::decode_event(bytes);
    let _ = decode_changes(bytes);
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn no_path_makes_the_matcher_panic(path in path()) {
        match path::resolve(&path) {
            Some(Resource::Customers(namespace)) => drop(namespace.parse()),
            Some(Resource::Customer(namespace, id)) => {
                let _ = namespace.parse();
                let _ = path::customer_id(id);
            }
            _ => {}
        }
        let _ = path::customer_id(&path);
    }

    #[test]
    fn every_customer_is_judged_and_explained_and_suggestions_are_customers_themselves(
        fields in draft(),
    ) {
        let details = details(&fields);
        let assessment = intelligence::assess(&details);
        prop_assert_eq!(&assessment, &intelligence::assess(&details));
        let explanation = intelligence::explain(&details);
        prop_assert!(!explanation.category.is_empty());
        prop_assert!(explanation.quality.iter().all(|lowering| (0.0..=1.0).contains(&lowering.by)));
        for advisory in assessment.advisories() {
            prop_assert!(!advisory.message.is_empty());
            let Some(suggestion) = &advisory.suggestion else { continue };
            let accepted = match advisory.field {
                "email" => email::normalise(suggestion).is_ok_and(|kept| kept == *suggestion),
                field => name::normalise(field, suggestion).is_ok_and(|kept| kept == *suggestion),
            };
            prop_assert!(accepted, "{:?}", advisory);
        }
    }

    #[test]
    fn a_customer_is_found_as_its_own_duplicate_by_every_key(fields in draft()) {
        let details = details(&fields);
        let lookups = Lookups::of(&details);
        let likeness::Keys { persons, marks, .. } = likeness::Keys::of(&details);
        let is_found = |key: &String| lookups.beginnings.iter().any(|begin| key.starts_with(begin));
        prop_assert!(persons.iter().any(|key| lookups.keys.persons.contains(key)));
        prop_assert!(persons.iter().all(is_found));
        prop_assert!(persons.iter().all(|key| !key.contains('\0') && lookups.first_names_may_agree(key)));
        prop_assert_eq!(lookups.in_common(&marks), 4);
        prop_assert!(lookups.names_may_agree(&marks) && lookups.all_else_may_agree(&marks));
        let profile = Profile::of(&details);
        let duplicate = Model::shipped().compare(&profile, &profile, Context::of(1000));
        prop_assert!((0.0..=1.0).contains(&duplicate.probability));
    }

    #[test]
    fn a_namespace_that_is_accepted_has_three_plain_parts(path in path()) {
        if let Some(Resource::Customer(raw, _)) = path::resolve(&path)
            && let Ok(namespace) = raw.parse()
        {
            let parts = [namespace.product(), namespace.version(), namespace.company()];
            prop_assert_eq!(format!("{}/", parts.join("/")), namespace.prefix());
            let plain = |c: char| c.is_ascii_alphanumeric() || "._~-".contains(c);
            prop_assert!(parts.iter().all(|part| !part.is_empty() && part.chars().all(plain)));
        }
    }

    #[test]
    fn an_id_is_read_from_its_text_in_either_case(id in id()) {
        let text = id.to_string();
        prop_assert_eq!(CustomerId::parse(&text), Some(id));
        prop_assert_eq!(path::customer_id(&text.to_lowercase()), Some(id));
    }

    #[test]
    fn a_normalised_name_stays_as_it_is(text in prop_oneof![text(), ".{0,120}"]) {
        if let Ok(once) = name::normalise("first-name", &text) {
            prop_assert_eq!(name::normalise("first-name", &once).unwrap(), once);
        }
    }

    #[test]
    fn a_normalised_email_stays_as_it_is(
        local in prop_oneof![text(), "[a-z.]{1,9}", "[^\\s@]{1,6}"],
        domain in prop_oneof![text(), "[A-Za-z-]{1,9}\\.[A-Z]{2,4}", "[\\w\u{300}-\u{36F}]{1,8}\\.\\w{2,4}"],
    ) {
        if let Ok(once) = email::normalise(&format!("{local}@{domain}")) {
            prop_assert_eq!(email::normalise(&once).unwrap(), once);
        }
    }

    #[test]
    fn a_normalised_vat_number_stays_as_it_is(
        text in prop_oneof![text(), "[A-Za-z]{2}[0-9A-Z ./-]{2,20}", "[a-z]{2}[0-9 ]{11,16}"],
    ) {
        if let Ok(once) = VatNumber::parse(&text) {
            prop_assert_eq!(VatNumber::parse(once.as_str()).unwrap(), once);
        }
    }

    #[test]
    fn no_bytes_make_a_decoder_panic(bytes in vec(any::<u8>(), 0..200)) {
        decode_as_everything(&bytes);
    }

    #[test]
    fn no_bytes_behind_a_sound_head_make_a_decoder_panic(
        kind in 0..9_u8,
        version in 1..4_u8,
        body in vec(prop_oneof![any::<u8>(), 0xF9..=0xFF_u8, 0..4_u8], 0..64),
    ) {
        decode_as_everything(&seal([&[kind, version, 0, 0, 0, 0], &body[..]].concat()));
    }

    #[test]
    fn no_damaged_record_makes_a_decoder_panic(
        mut bytes in encoding(),
        places in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        length in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if is_cut {
            bytes.truncate(length.index(bytes.len()));
        }
        decode_as_everything(&bytes);
        decode_as_everything(&seal(bytes));
    }

    #[test]
    fn a_changed_byte_in_a_stored_customer_is_noticed(
        customer in customer(),
        place in any::<prop::sample::Index>(),
        flip in 1..=255_u8,
    ) {
        let mut bytes = record::encode_customer(&customer).unwrap();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        prop_assert!(record::decode_customer(customer.id, &bytes).is_err());
    }

    #[test]
    fn a_customer_comes_back_from_its_record_as_it_was(customer in customer()) {
        let bytes = record::encode_customer(&customer).unwrap();
        prop_assert_eq!(record::decode_customer(customer.id, &bytes).unwrap(), customer);
    }

    #[test]
    fn the_other_records_come_back_as_they_were(
        token in token(),
        event in event(),
        idempotency in idempotency(),
    ) {
        let bytes = record::encode_token(&token).unwrap();
        prop_assert_eq!(record::decode_token(&bytes).unwrap(), token);
        let bytes = record::encode_event(&event).unwrap();
        prop_assert_eq!(record::decode_event(&bytes).unwrap(), event);
        let bytes = record::encode_idempotency(&idempotency).unwrap();
        prop_assert_eq!(record::decode_idempotency(&bytes).unwrap(), idempotency);
    }
}

/// Creates a customer with `fields` and reads it back; whatever differs panics.
async fn post_and_get(app: &TestApp, fields: &[String; 4]) {
    let [first_name, last_name, email, vat_number] = fields;
    let body = serde_json::json!({
        "first-name": first_name, "last-name": last_name, "email": email, "vat-number": vat_number
    });
    let created = app.post(CUSTOMERS, body.to_string()).await;
    assert_eq!(created.status, 201, "{}", created.text());
    let found = app.get(created.header("location")).await;
    assert_eq!(found.body, created.body);
    let (found, expected) = (found.json(), details(fields));
    assert_eq!(found["first-name"], expected.first_name.as_str());
    assert_eq!(found["last-name"], expected.last_name.as_str());
    assert_eq!(found["email"], expected.email.as_str());
    assert_eq!(found["vat-number"], expected.vat_number.as_str());
}

#[test]
fn a_customer_comes_back_from_the_service_as_it_was_sent() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let app = runtime.block_on(TestApp::start());
    let outcome = TestRunner::new(cases(48)).run(&draft(), |fields| {
        runtime.block_on(post_and_get(&app, &fields));
        Ok(())
    });
    outcome.unwrap();
    runtime.block_on(app.stop());
}
