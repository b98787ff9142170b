//! Examples, made by those who write the real answers, so that they stay what is really answered.
//!
//! Nothing of it can fail. Where it did all the same, the example would be a null or lack a
//! customer, which the tests of the document refuse.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::api::company_json::Company;
use crate::api::customer_csv::CsvWriter;
use crate::api::insight_json::Insight;
use crate::api::intent_json::Intent;
use crate::api::{draft_json, event_json, shape, token_json};
use crate::customer::access::Token;
use crate::customer::assessment::{AdvisoryCode, Category};
use crate::customer::figures::{self, DayFigures, Figures};
use crate::customer::{Customer, CustomerId, Details, Event, EventKind, Namespace};
use crate::intelligence;
use crate::intelligence::duplicate::{Context, Model, Profile};
use crate::intelligence::intent::{self, Filter, Purpose, Recognition, Slots};
use crate::intelligence::outlook::{Course, Retention, Series};

/// The customer of the published example.
pub const ID: &str = "01JD8Z3M6Q4X9T2V7B5N1C0KRE";

/// Another customer.
const OTHER: &str = "01JD8Z3M6Q4X9T2V7B5N1C0KRF";

/// A token that nobody ever gets, in the form that they have.
const SECRET: &str = "sc_EXAMPLE-EXAMPLE-EXAMPLE-EXAMPLE-EXAMPLE-EXA";

/// When everything happens.
const TIME: &str = "2026-11-23T18:22:15.123Z";

/// The published example.
pub fn john() -> Value {
    json!({"first-name": "John", "last-name": "Smith", "email": "john.smith@example.com", "vat-number": "IT12345678901"})
}

/// Another customer.
pub fn maria() -> Value {
    json!({"first-name": "Maria", "last-name": "Rossi", "email": "maria.rossi@example.it", "vat-number": "IT00743110157"})
}

/// What is sent to make a token.
pub fn new_token() -> Value {
    json!({"name": "till-3", "product": "tse", "company": "acme", "permissions": ["read", "write"], "expires-at": "2027-01-01T00:00:00Z", "requests-per-second": 50})
}

/// Several values as lines of JSON.
pub fn lines(values: &[Value]) -> Value {
    values.iter().map(|value| format!("{value}\n")).collect::<String>().into()
}

/// Two customers as a client sends them in CSV.
pub fn sent_csv() -> Value {
    let fields = ["first-name", "last-name", "email", "vat-number"];
    let mut csv = fields.join(",") + "\r\n";
    for customer in [john(), maria()] {
        csv +=
            &(fields.map(|field| customer[field].as_str().unwrap_or_default()).join(",") + "\r\n");
    }
    csv.into()
}

/// The customer of the published example, as it is answered.
pub fn customer() -> Value {
    customers().into_iter().next().unwrap_or_default()
}

/// Two customers, as they are answered.
pub fn customers() -> Vec<Value> {
    kept().iter().map(|customer| written(|out| shape::write_customer(customer, out))).collect()
}

/// The same in CSV.
pub fn csv() -> Value {
    let (mut writer, mut csv) = (CsvWriter::default(), Vec::new());
    writer.write_header(&mut csv);
    for customer in kept() {
        writer.write_customer(&customer, &mut csv);
    }
    String::from_utf8(csv).unwrap_or_default().into()
}

/// The customer of the published example, as it would be kept.
pub fn checked() -> Value {
    let write = |john: Details| {
        let assessment = intelligence::assess(&john);
        written(|out| shape::write_details(&john, &assessment, out))
    };
    details(&john()).map_or(Value::Null, write)
}

/// What is understood of the customer of the published example, who may be there twice.
pub fn insight() -> Value {
    let Some(john) = kept().into_iter().next() else { return Value::Null };
    let profile = Profile::of(&john.details);
    let duplicate = Model::shipped().compare(&profile, &profile, Context::of(1000));
    let twin = CustomerId::parse(OTHER).map(|twin| (twin, &duplicate));
    let explanation = intelligence::explain(&john.details);
    let duplicates = twin.into_iter().collect();
    let insight =
        Insight { customer: &john, explanation: &explanation, duplicates, retention: Some(0.97) };
    insight.to_value().unwrap_or_default()
}

/// The published example of a sentence.
pub fn sentence() -> Value {
    json!({"text": "register John Smith, john.smith@example.com, VAT IT12345678903"})
}

/// What it asks for.
pub fn intent() -> Value {
    let named = details(
        &json!({"first-name": "John", "last-name": "Smith", "email": "john.smith@example.com", "vat-number": "IT12345678903"}),
    );
    let Some((named, namespace)) = named.zip(Namespace::new("tse", "v1", "acme").ok()) else {
        return Value::Null;
    };
    let named = intent::Details {
        first_name: Some(named.first_name.into()),
        last_name: Some(named.last_name.into()),
        email: Some(named.email.into()),
        vat_number: Some(named.vat_number),
    };
    let recognition = Recognition {
        purpose: Purpose::CustomerCreation,
        confidence: 0.98,
        alternatives: vec![(Purpose::CustomerUpdate, 0.01)],
        slots: Slots { named, ..Slots::default() },
    };
    let (recognition, namespace, filter) = (&recognition, &namespace, &Filter::default());
    let intent =
        Intent { namespace, recognition, missing: &[], target: None, candidates: &[], filter };
    intent.to_value().unwrap_or_default()
}

/// A company in figures: one that grows by some customers a day, and loses some.
pub fn company() -> Value {
    let Ok(as_of) = TIME.parse::<Timestamp>() else { return Value::Null };
    let today = figures::day(as_of);
    let mut figures = Figures { customers: 360, clusters: 2, in_clusters: 5, ..Figures::default() };
    for back in 0..8 {
        let weekday = [2, 4, 3, 5, 4, 3, 0][back % 7];
        let here = BTreeMap::from([(Category::Corporate, weekday)]);
        let day = DayFigures { created: weekday + 1, deleted: 1, here };
        figures.days.insert(today - i32::try_from(back).unwrap_or(0), day);
        figures.gone.insert(u32::try_from(back).unwrap_or(0), [(Category::Corporate, 1)].into());
    }
    figures.by_category = BTreeMap::from([(Category::Corporate, 360)]);
    figures.by_market = BTreeMap::from([("IT".to_owned(), 360)]);
    figures.by_advisory = BTreeMap::from([(AdvisoryCode::VatChecksum, 9)]);
    let series = Series::of(&figures, today);
    let (course, retention) = (Course::of(&series), Retention::of(&figures, today));
    let company = Company {
        as_of,
        figures: &figures,
        series: &series,
        course: &course,
        retention: &retention,
    };
    company.to_value().unwrap_or_default()
}

/// The beginning of a change feed.
pub fn feed() -> Value {
    let mut feed = b"retry: 2000\nid: 1203\n\n".to_vec();
    for (number, customer) in (1204..).zip(kept()) {
        let (kind, market) = (EventKind::Created, Some("IT".to_owned()));
        let category = Some(customer.assessment.category);
        let event =
            Event { kind, customer: customer.id, market, category, at: customer.created_at };
        // Into a `Vec`, which takes every byte.
        let _ = event_json::write_event(number, &event, &mut feed);
    }
    String::from_utf8(feed).unwrap_or_default().into()
}

/// A token just made.
pub fn made_token() -> Value {
    let written = token().and_then(|token| token_json::write_new(&token, SECRET).ok());
    parsed(&written.unwrap_or_default())
}

/// A list of tokens.
pub fn tokens() -> Value {
    let written = token().and_then(|token| token_json::write_list(&[token]).ok());
    parsed(&written.unwrap_or_default())
}

fn token() -> Option<Token> {
    let created_at: Timestamp = TIME.parse().ok()?;
    let grant = token_json::parse(new_token().to_string().as_bytes(), created_at).ok()?;
    Some(Token { id: CustomerId::parse(ID)?, grant, created_at, last_used_at: None })
}

fn kept() -> Vec<Customer> {
    let keep = |(id, sent): (&str, Value)| {
        let (id, details) = (CustomerId::parse(id)?, details(&sent)?);
        let assessment = intelligence::assess(&details);
        Some(Customer::new(id, details, assessment, TIME.parse().ok()?))
    };
    [(ID, john()), (OTHER, maria())].into_iter().filter_map(keep).collect()
}

fn details(sent: &Value) -> Option<Details> {
    draft_json::parse(sent.to_string().as_bytes()).ok()
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> serde_json::Result<()>) -> Value {
    let mut json = Vec::new();
    write(&mut json).map_or(Value::Null, |()| parsed(&json))
}

/// The JSON that was written.
pub fn parsed(json: &[u8]) -> Value {
    serde_json::from_slice(json).unwrap_or_default()
}
