//! Creating a customer: the answer, and the form in which the fields are stored.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use serde_json::json;
use support::{CUSTOMERS, JOHN, TestApp, john_with};

/// The stored value of `field` after the published example was created with another `given`.
async fn stored(app: &TestApp, field: &str, given: &str) -> String {
    let created = app.post(CUSTOMERS, john_with(field, given)).await;
    assert_eq!(created.status, 201, "{field} {given:?}: {}", created.text());
    let found = app.get(created.header("location")).await.json();
    assert_eq!(found, created.json());
    found[field].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn create_answers_201_with_location_etag_and_the_customer() {
    let app = TestApp::start().await;
    let created = app.post(CUSTOMERS, JOHN).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.header("content-type"), "application/json");
    let customer = created.json();
    let id = customer["id"].as_str().unwrap();
    assert_eq!(created.header("location"), format!("{CUSTOMERS}/{id}"));
    let etag = created.header("etag");
    assert!(etag.len() > 2 && etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    assert!(!created.headers.contains_key("idempotency-replayed"));
}

#[tokio::test]
async fn the_published_example_is_accepted_as_it_stands() {
    let app = TestApp::start().await;
    let mut customer = app.post(CUSTOMERS, JOHN).await.json();
    let fields = customer.as_object_mut().unwrap();
    for read_only in ["id", "created-at", "updated-at"] {
        fields.remove(read_only).unwrap();
    }
    let ai = fields.remove("ai").unwrap();
    assert_eq!(
        customer,
        json!({
            "first-name": "John",
            "last-name": "Smith",
            "email": "john.smith@example.com",
            "vat-number": "IT12345678901"
        })
    );
    assert_eq!(ai["market"], "IT");
}

#[tokio::test]
async fn create_with_a_wrong_check_digit_answers_201_with_an_advisory() {
    let app = TestApp::start().await;
    let customer = app.post(CUSTOMERS, JOHN).await.json();
    let advisory = json!({
        "field": "vat-number",
        "code": "vat-checksum",
        "message": "the check digit of IT12345678901 should be 3, not 1",
        "suggestion": null
    });
    let advisories = customer["ai"]["advisories"].as_array().unwrap();
    assert!(advisories.contains(&advisory), "{advisories:?}");
}

#[tokio::test]
async fn create_with_a_right_check_digit_has_no_advisory_on_the_vat_number() {
    let app = TestApp::start().await;
    let answer = app.post(CUSTOMERS, john_with("vat-number", "IT12345678903")).await;
    assert_eq!(answer.status, 201);
    let advisories = answer.json()["ai"]["advisories"].clone();
    let mut fields = advisories.as_array().unwrap().iter().map(|advisory| &advisory["field"]);
    assert!(fields.all(|field| field != "vat-number"), "{advisories}");
}

#[tokio::test]
async fn a_number_in_the_general_form_that_its_country_never_issues_gets_an_advisory() {
    let app = TestApp::start().await;
    for number in ["DE12345678901", "ZZ12345678901"] {
        let answer = app.post(CUSTOMERS, john_with("vat-number", number)).await;
        assert_eq!(answer.status, 201, "{number}");
        let customer = answer.json();
        let advisories = customer["ai"]["advisories"].as_array().unwrap();
        let structure = advisories.iter().find(|advisory| advisory["code"] == "vat-structure");
        assert_eq!(structure.unwrap()["field"], "vat-number");
    }
}

#[tokio::test]
async fn the_market_is_the_iso_country_of_the_vat_number() {
    let app = TestApp::start().await;
    for (number, market) in [
        ("IT12345678903", "IT"),
        ("EL123456783", "GR"),
        ("XI123456782", "GB"),
        ("GB123456782", "GB"),
        ("CHE123456788", "CH"),
        ("NO123456785", "NO"),
        ("US12345678901", "US"),
    ] {
        let answer = app.post(CUSTOMERS, john_with("vat-number", number)).await;
        assert_eq!(answer.status, 201, "{number}: {}", answer.text());
        assert_eq!(answer.json()["ai"]["market"], market, "{number}");
    }
}

#[tokio::test]
async fn ids_are_ulids_and_dates_are_utc_with_milliseconds() {
    let app = TestApp::start().await;
    let customer = app.post(CUSTOMERS, JOHN).await.json();
    let id = customer["id"].as_str().unwrap();
    assert_eq!(ulid::Ulid::from_string(id).unwrap().to_string(), id);
    let created = customer["created-at"].as_str().unwrap();
    assert_eq!(created.len(), "2026-11-23T18:22:15.123Z".len(), "{created}");
    assert!(created.ends_with('Z'), "{created}");
    created.parse::<jiff::Timestamp>().unwrap();
    assert_eq!(customer["updated-at"], customer["created-at"]);
}

#[tokio::test]
async fn the_etag_of_a_creation_is_the_one_that_get_sends() {
    let app = TestApp::start().await;
    let created = app.post(CUSTOMERS, JOHN).await;
    let found = app.get(created.header("location")).await;
    assert_eq!(found.header("etag"), created.header("etag"));
    assert_eq!(found.body, created.body);
}

#[tokio::test]
async fn the_same_customer_twice_is_two_customers_with_two_etags() {
    let app = TestApp::start().await;
    let (first, second) = (app.post(CUSTOMERS, JOHN).await, app.post(CUSTOMERS, JOHN).await);
    assert_eq!(second.status, 201);
    assert_ne!(first.header("location"), second.header("location"));
    assert_eq!(app.get(CUSTOMERS).await.json().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn names_are_stored_composed_trimmed_and_with_single_spaces() {
    let app = TestApp::start().await;
    for field in ["first-name", "last-name"] {
        for (given, expected) in [
            ("Jose\u{301}", "José"),
            ("  Anna \t\u{3000} Maria\u{A0}", "Anna Maria"),
            ("O'Brien-Smith, Jr.", "O'Brien-Smith, Jr."),
            ("明", "明"),
            ("Ναυσικά", "Ναυσικά"),
            ("محمد", "محمد"),
        ] {
            assert_eq!(stored(&app, field, given).await, expected);
        }
    }
}

#[tokio::test]
async fn a_name_has_up_to_100_characters_after_trimming() {
    let app = TestApp::start().await;
    for given in ["x".repeat(100), format!("  {} ", "é".repeat(100)), "e\u{301}".repeat(100)] {
        assert_eq!(stored(&app, "first-name", &given).await.chars().count(), 100);
    }
    assert_eq!(stored(&app, "last-name", "X").await, "X");
}

#[tokio::test]
async fn an_email_is_stored_trimmed_with_its_domain_in_lower_case() {
    let app = TestApp::start().await;
    let long = format!("{}@{}.{}.com", "l".repeat(64), "a".repeat(63), "b".repeat(60));
    for (given, expected) in [
        (" John.SMITH@Example.COM ", "John.SMITH@example.com"),
        ("o'brien+tag@mail.example.co.uk", "o'brien+tag@mail.example.co.uk"),
        ("用户@例子.广告", "用户@例子.广告"),
        ("a@BU\u{308}CHER.example", "a@bücher.example"),
        (&long, &long),
    ] {
        assert_eq!(stored(&app, "email", given).await, expected);
    }
}

#[tokio::test]
async fn an_email_of_254_bytes_is_accepted() {
    let app = TestApp::start().await;
    let (a, b, c) = ("a".repeat(63), "b".repeat(63), "c".repeat(57));
    let address = format!("{}@{a}.{b}.{c}.com", "l".repeat(64));
    assert_eq!(address.len(), 254);
    assert_eq!(stored(&app, "email", &address).await, address);
}

#[tokio::test]
async fn a_vat_number_is_stored_in_upper_case_without_separators() {
    let app = TestApp::start().await;
    for (given, expected) in [
        ("it 123.456-789/03", "IT12345678903"),
        (" IT12345678903 ", "IT12345678903"),
        ("de 136.695.976", "DE136695976"),
        ("NL 0044.95.445.B01", "NL004495445B01"),
        ("xi 123 4567 82", "XI123456782"),
        ("che-123.456.788 mwst", "CHE123456788MWST"),
    ] {
        assert_eq!(stored(&app, "vat-number", given).await, expected);
    }
}

#[tokio::test]
async fn read_only_fields_are_ignored_so_that_what_was_got_can_be_sent_back() {
    let app = TestApp::start().await;
    let first = app.post(CUSTOMERS, JOHN).await;
    let second = app.post(CUSTOMERS, first.body.clone()).await;
    assert_eq!(second.status, 201);
    let (first, second) = (first.json(), second.json());
    assert_ne!(first["id"], second["id"]);
    for field in ["first-name", "last-name", "email", "vat-number"] {
        assert_eq!(first[field], second[field]);
    }
    for (field, odd) in [("id", json!(7)), ("created-at", json!("then")), ("ai", json!([{}]))] {
        let answer = app.post(CUSTOMERS, john_with(field, odd.clone())).await;
        assert_eq!(answer.status, 201, "{field}");
        assert_ne!(answer.json()[field], odd);
    }
}

#[tokio::test]
async fn an_answered_customer_is_there_after_a_restart() {
    let mut app = TestApp::start().await;
    let created = app.post(CUSTOMERS, JOHN).await;
    app.restart().await;
    let found = app.get(created.header("location")).await;
    assert_eq!(found.status, 200);
    assert_eq!(found.body, created.body);
    assert_eq!(found.header("etag"), created.header("etag"));
}
