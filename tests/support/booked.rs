//! What a client asks of the service and writes down in the book about what was answered: each is `None`
//! where the connection broke before the answer came.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::sync::Mutex;

use hyper::Method;
use serde_json::Value;
use smart_customer::customer::{Customer, CustomerId, Details};

use super::child::{self, Client};
use super::ledger::{self, Attempt, Ledger};

/// Where the customers of a company are.
pub fn path(ledger: &Mutex<Ledger>) -> String {
    format!(
        "/api/{}customer",
        ledger.lock().unwrap().namespace.prefix().replacen("/v1/", "/v1/company/", 1)
    )
}

/// Every customer that the service shows of a company.
pub async fn list(client: &mut Client, ledger: &Mutex<Ledger>) -> Vec<Customer> {
    let answer = client.send(Method::GET, &path(ledger), None, Vec::new()).await.unwrap();
    if answer.status == 404 {
        return Vec::new();
    }
    assert_eq!(answer.status, 200);
    let listed: Vec<Value> = serde_json::from_slice(&answer.body).unwrap();
    listed.iter().map(child::customer).collect()
}

/// Reads a customer, which must be as it was answered unless something happens to it meanwhile.
pub async fn read(client: &mut Client, ledger: &Mutex<Ledger>, known: &Customer) -> Option<()> {
    let path = format!("{}/{}", path(ledger), known.id);
    let answer = client.send(Method::GET, &path, None, Vec::new()).await?;
    if ledger.lock().unwrap().is_still(known) {
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        let shown = child::customer(&serde_json::from_slice(&answer.body).unwrap());
        assert_eq!(shown, *known, "not the data that was answered");
    }
    Some(())
}

/// Asks for a page of customers, or searches for some.
pub async fn look(client: &mut Client, ledger: &Mutex<Ledger>, query: &str) -> Option<()> {
    let path = format!("{}?{query}", path(ledger));
    let answer = client.send(Method::GET, &path, None, Vec::new()).await?;
    assert!([200, 404].contains(&answer.status.as_u16()), "{}", answer.status);
    Some(())
}

/// Creates a customer, or repeats it.
pub async fn create(client: &mut Client, ledger: &Mutex<Ledger>, attempt: &Attempt) -> Option<()> {
    let key = attempt.key.as_ref().map(|(_, key)| key.as_str());
    let answer = client.send(Method::POST, &path(ledger), key, attempt.body()).await?;
    // Two repetitions at the same time: one of them is told to come again.
    if answer.status == 409 && attempt.made_before.is_some() {
        return Some(());
    }
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let customer = child::customer(&serde_json::from_slice(&answer.body).unwrap());
    ledger.lock().unwrap().created(attempt, &customer, answer.replayed);
    Some(())
}

/// Replaces the details of a customer.
pub async fn update(
    client: &mut Client,
    ledger: &Mutex<Ledger>,
    id: CustomerId,
    details: Details,
) -> Option<()> {
    let path = format!("{}/{id}", path(ledger));
    let body = ledger::body(&details);
    let answer = client.send(Method::PUT, &path, None, body).await?;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let customer = child::customer(&serde_json::from_slice(&answer.body).unwrap());
    ledger.lock().unwrap().updated(&customer);
    Some(())
}

/// Deletes a customer.
pub async fn delete(client: &mut Client, ledger: &Mutex<Ledger>, id: CustomerId) -> Option<()> {
    let path = format!("{}/{id}", path(ledger));
    let answer = client.send(Method::DELETE, &path, None, Vec::new()).await?;
    assert_eq!(answer.status, 204, "{:?}", answer.body);
    ledger.lock().unwrap().deleted(id);
    Some(())
}
