//! The paths that need no service: what is done with a request's path and body, with records, and
//! what is understood of a customer and of a sentence.

use std::hint::black_box;

use jiff::Timestamp;
use smart_customer::api::bulk::{NdjsonRecords, Reading};
use smart_customer::api::{draft_json, shape};
use smart_customer::customer::{Customer, CustomerId, Details};
use smart_customer::http::path::{Resource, customer_id, resolve};
use smart_customer::intelligence::{self, intent};
use smart_customer::store::record::{decode_customer, encode_customer};

use super::Outcome;
use super::counter::count;
use super::texts::{Bodies, SENTENCES};

const CUSTOMER: &str = "/api/tse/v1/company/acme/customer/01JD8Z3M6Q4X9T2V7B5N1C0KRE";

/// How many people are taken in turn, where it depends on who it is.
const PEOPLE: usize = 100;

/// How many lines a bulk body has.
pub const LINES: usize = 1_000;

/// Has made what is made with the first use, and takes long.
pub fn prepare() -> Outcome<()> {
    intelligence::prepare();
    black_box(intent::trained());
    Ok(())
}

/// Counts them all.
pub fn count_all() -> Outcome<()> {
    count("path of a customer matched and checked", 1_000, || match_path(CUSTOMER))?;
    let bodies = Bodies::new().take(PEOPLE)?;
    let details: Vec<Details> = bodies.iter().map(|body| read(body)).collect::<Outcome<_>>()?;
    let mut turn = bodies.iter().cycle();
    count("body read and checked", PEOPLE, || {
        let body = turn.next().ok_or("no body")?;
        read(black_box(body)).map(drop)
    })?;
    let mut turn = details.iter().cycle();
    count("customer understood by itself", PEOPLE, || {
        let details = turn.next().ok_or("no details")?;
        black_box(intelligence::assess(details));
        Ok(())
    })?;
    forms(details)?;
    sentences()?;
    lines()
}

/// Everything that is read from a path until an operation can be called.
fn match_path(path: &str) -> Outcome<()> {
    match resolve(black_box(path)) {
        Some(Resource::Customer(namespace, id)) => {
            black_box(namespace.parse().map_err(|_| "a bad namespace")?);
            black_box(customer_id(id).ok_or("a bad id")?);
            Ok(())
        }
        _ => Err("a customer's path is not known".into()),
    }
}

/// The customer in a body.
pub fn read(body: &str) -> Outcome<Details> {
    draft_json::parse(body.as_bytes()).map_err(|fault| format!("{body}: {fault:?}").into())
}

/// A customer as stored and as answered.
fn forms(details: Vec<Details>) -> Outcome<()> {
    let id = CustomerId::parse("01JD8Z3M6Q4X9T2V7B5N1C0KRE").ok_or("no id")?;
    let at: Timestamp = "2024-11-22T10:15:30.123Z".parse()?;
    let customers: Vec<Customer> = details
        .into_iter()
        .map(|details| {
            let assessment = intelligence::assess(&details);
            Customer::new(id, details, assessment, at)
        })
        .collect();
    let mut turn = customers.iter().cycle();
    count("customer's record encoded", PEOPLE, || {
        black_box(encode_customer(turn.next().ok_or("no customer")?)?);
        Ok(())
    })?;
    let records: Vec<Vec<u8>> = customers.iter().map(encode_customer).collect::<Result<_, _>>()?;
    let mut turn = records.iter().cycle();
    count("customer's record decoded", PEOPLE, || {
        black_box(decode_customer(id, turn.next().ok_or("no record")?)?);
        Ok(())
    })?;
    let (mut turn, mut out) = (customers.iter().cycle(), Vec::with_capacity(1024));
    count("customer as JSON, with its state tag", PEOPLE, || {
        let customer = turn.next().ok_or("no customer")?;
        out.clear();
        shape::write_customer(customer, &mut out)?;
        black_box(intelligence::state_tag(customer).to_string());
        Ok(())
    })
}

fn sentences() -> Outcome<()> {
    let mut turn = SENTENCES.iter().cycle();
    count("sentence recognised", SENTENCES.len() * 10, || {
        black_box(intent::trained().recognise(turn.next().ok_or("no sentence")?));
        Ok(())
    })
}

fn lines() -> Outcome<()> {
    let body = Bodies::new().take(LINES)?.join("\n");
    count("1,000 lines of NDJSON read and checked", 1, || {
        let (mut records, mut out) = (NdjsonRecords::new(Reading { history_until: None }), vec![]);
        records.feed(body.as_bytes(), &mut out);
        records.finish(&mut out);
        let are_good = out.len() == LINES && out.iter().all(|record| record.customer.is_ok());
        if are_good { Ok(()) } else { Err("a good line is refused".into()) }
    })
}
