//! The paths through a service: whole requests, from the bytes that come to those that go, with what
//! the writer of the store does for them; and steps of them.

use std::hint::black_box;

use smart_customer::customer::{CustomerId, Details};
use smart_customer::operation::{assess, token};

use super::client::Client;
use super::counter::{count, times};
use super::service::{PEOPLE, Service};
use super::{Outcome, plain};

/// Where the customers are.
const CUSTOMERS: &str = "/api/tse/v1/company/acme/customer";

/// How often a request is made in a row.
const RUNS: usize = 100;

/// Lists and searches in a row.
const LISTS: usize = 5;

/// Counts them all.
pub fn count_all(service: &mut Service) -> Outcome<()> {
    steps(service)?;
    let mut client = Client::open(service.address)?;
    reads(service, &mut client)?;
    lists(service, &mut client)?;
    creations(service, &mut client)?;
    bulk(service, &mut client)
}

/// What requests have done for them.
fn steps(service: &mut Service) -> Outcome<()> {
    let registry = service.registry();
    count("token admitted", 1_000, || {
        let bearer = registry.authenticate(token::hash(black_box(&service.token)));
        black_box(bearer.ok_or("the token is not good")?);
        Ok(())
    })?;
    let ids: Vec<CustomerId> = service.customers(PEOPLE)?.iter().map(|one| one.id).collect();
    let (store, mut turn) = (registry.store(), ids.iter().cycle());
    count("customer looked up in the store", PEOPLE, || {
        let id = *turn.next().ok_or("no id")?;
        let found = service.block_on(store.customer(&service.namespace, id))?;
        black_box(found.ok_or("a customer is not there")?);
        Ok(())
    })?;
    let newcomers = service.newcomers.take(RUNS)?;
    let newcomers: Vec<Details> =
        newcomers.iter().map(|body| plain::read(body)).collect::<Outcome<_>>()?;
    let (registry, mut turn) = (service.registry(), newcomers.iter().cycle());
    count("new customer understood among 1,000", RUNS, || {
        let details = turn.next().ok_or("no details")?;
        let understood = assess::assess(registry, &service.namespace, details, None);
        black_box(service.block_on(understood)?);
        Ok(())
    })
}

fn reads(service: &Service, client: &mut Client) -> Outcome<()> {
    let customers = service.customers(1)?;
    let id = customers.first().ok_or("there is no customer")?.id;
    let target = format!("{CUSTOMERS}/{id}");
    let get = request(service, "GET", &target, "");
    let length = client.ask(&get, 200)?;
    let etag = field(client.answer(length), "etag: ")?;
    count("GET one", RUNS, || client.ask_again(&get, 200, length).map(drop))?;
    let get = request(service, "GET", &target, &format!("If-None-Match: {etag}\r\n"));
    let length = client.ask(&get, 304)?;
    count("GET one, not modified", RUNS, || client.ask_again(&get, 304, length).map(drop))
}

fn lists(service: &Service, client: &mut Client) -> Outcome<()> {
    for (path, query) in [
        ("GET list of 1,000", ""),
        ("GET page of 20", "?limit=20"),
        ("GET search for a word, page of 20", "?q=giulia&limit=20"),
        ("GET search for two words, one mistyped", "?q=giulia+rosis&limit=20"),
    ] {
        let get = request(service, "GET", &format!("{CUSTOMERS}{query}"), "");
        let length = client.ask(&get, 200)?;
        count(path, LISTS, || client.ask_again(&get, 200, length).map(drop))?;
    }
    Ok(())
}

fn creations(service: &mut Service, client: &mut Client) -> Outcome<()> {
    let bodies = service.newcomers.take(times(RUNS))?;
    let posts: Vec<Vec<u8>> =
        bodies.iter().map(|body| post(service, "application/json", body)).collect();
    let mut turn = posts.iter();
    count("POST one", RUNS, || client.ask(turn.next().ok_or("too few bodies")?, 201).map(drop))
}

fn bulk(service: &mut Service, client: &mut Client) -> Outcome<()> {
    let mut bodies = Vec::new();
    for _ in 0..times(1) {
        let lines = service.newcomers.take(plain::LINES)?.join("\n");
        bodies.push(post(service, "application/x-ndjson", &lines));
    }
    let mut turn = bodies.iter();
    count("POST 1,000 lines of NDJSON", 1, || {
        client.ask(turn.next().ok_or("too few bodies")?, 200).map(drop)
    })
}

fn post(service: &Service, kind: &str, body: &str) -> Vec<u8> {
    let fields = format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
    let mut request = request(service, "POST", CUSTOMERS, &fields);
    request.extend_from_slice(body.as_bytes());
    request
}

/// A request up to its body.
fn request(service: &Service, method: &str, target: &str, fields: &str) -> Vec<u8> {
    let Service { address, token, .. } = service;
    format!(
        "{method} {target} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n{fields}\r\n"
    )
    .into_bytes()
}

/// The value of a field of an answer.
fn field(answer: &[u8], name: &str) -> Outcome<String> {
    let text = String::from_utf8_lossy(answer);
    let value = text.lines().find_map(|line| line.strip_prefix(name));
    Ok(value.ok_or_else(|| format!("an answer has no {name}"))?.to_owned())
}
