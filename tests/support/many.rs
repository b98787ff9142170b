//! Many customers at once, past HTTP.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use futures_util::future::try_join_all;
use smart_customer::api::draft_json;
use smart_customer::customer::{CustomerId, Details, Namespace};
use smart_customer::operation::{Registry, create};

use crate::support::TestApp;

/// Creations at the same time.
const GROUP: usize = 512;

/// The namespace of acme's customers.
pub fn acme() -> Namespace {
    Namespace::new("tse", "v1", "acme").unwrap()
}

/// The details in a body.
pub fn details(body: &str) -> Details {
    draft_json::parse(body.as_bytes()).unwrap()
}

/// Creates a customer of acme for every number below `count`; their ids.
pub async fn create_many(
    app: &TestApp,
    count: usize,
    body: impl Fn(usize) -> String,
) -> Vec<CustomerId> {
    create_in(app.running().service().registry(), count, body).await
}

/// The same, in a registry.
pub async fn create_in(
    registry: &Registry,
    count: usize,
    body: impl Fn(usize) -> String,
) -> Vec<CustomerId> {
    let (namespace, mut ids) = (&acme(), Vec::new());
    for first in (0..count).step_by(GROUP) {
        let group = (first..count.min(first + GROUP))
            .map(|number| create::create(registry, namespace, details(&body(number)), None));
        let created = try_join_all(group).await.unwrap();
        ids.extend(created.iter().map(|created| created.customer.id));
    }
    ids
}
