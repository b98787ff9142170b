//! Learning what duplicates look like from a company's own customers, and judging anew whom an
//! earlier release judged.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/many.rs"]
mod many;
mod support;

use jiff::Timestamp;
use serde_json::json;
use smart_customer::customer::{Assessment, Customer, CustomerId, Namespace};
use smart_customer::intelligence::duplicate::Model;
use smart_customer::operation::learn::learn_what_is_due;
use smart_customer::operation::{Registry, renew};
use smart_customer::store::{Store, StoreOptions};
use support::{CUSTOMERS, TestApp};

/// A customer unlike all others: the number is in each of its fields.
fn body(number: usize) -> String {
    let syllable =
        |number: usize| ["ba", "du", "fe", "gi", "lo", "ma", "ne", "ri", "so", "ta"][number % 10];
    let name: String = [1, 10, 100, 1000].map(|of| syllable(number / of)).concat();
    json!({
        "first-name": "Anna", "last-name": format!("Di{name}"),
        "email": format!("{name}@{name}{number}.it"), "vat-number": format!("IT{number:011}")
    })
    .to_string()
}

fn registry(app: &TestApp) -> &Registry {
    app.running().service().registry()
}

fn models(store: &Store) -> Vec<(Namespace, Model)> {
    store.models().unwrap()
}

#[tokio::test]
async fn a_company_with_enough_customers_gets_a_model_of_its_own_that_is_kept() {
    let mut app = TestApp::start().await;
    company_of(&app, 500).await;
    assert_eq!(learn_what_is_due(registry(&app)).await.unwrap(), 0);
    many::create_many(&app, 1, |_| body(500)).await;
    let kept = learn_until(&app, Vec::pop).await;
    assert_eq!(kept.0, many::acme());
    assert!(kept.1.customers >= 500, "{}", kept.1.customers);
    app.restart().await;
    assert_eq!(models(registry(&app).store()), [kept]);
}

/// Learns until `found` finds what it looks for among the models. That a company has grown is
/// noticed when one of its customers is created or deleted.
async fn learn_until<T>(
    app: &TestApp,
    found: impl Fn(&mut Vec<(Namespace, Model)>) -> Option<T>,
) -> T {
    // The service learns by itself, too: whoever comes first. It fails rather than wait for ever.
    for _ in 0..100_000 {
        learn_what_is_due(registry(app)).await.unwrap();
        if let Some(found) = found(&mut models(registry(app).store())) {
            return found;
        }
        tokio::task::yield_now().await;
    }
    panic!("nothing was learnt");
}

async fn company_of(app: &TestApp, count: usize) -> Vec<CustomerId> {
    let mut ids = many::create_many(app, count - 1, body).await;
    ids.extend(many::create_many(app, 1, |_| body(count)).await);
    ids
}

#[tokio::test]
async fn a_company_that_has_lost_its_customers_loses_what_was_learnt_of_them() {
    let app = TestApp::start().await;
    let ids = company_of(&app, 501).await;
    learn_until(&app, Vec::pop).await;
    for id in &ids[..300] {
        assert_eq!(app.delete(&format!("{CUSTOMERS}/{id}")).await.status, 204);
    }
    learn_until(&app, |models| models.is_empty().then_some(())).await;
}

#[tokio::test]
async fn what_was_learnt_holds_no_name() {
    let app = TestApp::start().await;
    company_of(&app, 501).await;
    let (_, model) = learn_until(&app, Vec::pop).await;
    let text = serde_json::to_string(&model).unwrap().to_lowercase();
    assert!(!text.contains("anna") && !text.contains("diba"), "{text}");
}

#[tokio::test]
async fn a_customer_that_nobody_judged_yet_is_shown_judged_and_kept_so_after_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let id = CustomerId::parse("01JD8Z3M6Q4X9T2V7B5N1C0KRE").unwrap();
    let at: Timestamp = "2026-11-23T18:22:15.123Z".parse().unwrap();
    let details = many::details(&body(1));
    let customer = Customer::new(id, details, Assessment::none(), at);
    let store = Store::open(StoreOptions::new(dir.path())).unwrap();
    store.create(&many::acme(), &customer, None).await.unwrap();
    store.close().await.unwrap();

    let app = TestApp::start_in(dir, |_| {}).await;
    let shown = app.get(&format!("{CUSTOMERS}/{id}")).await;
    let category = shown.json()["ai"]["category"].clone();
    assert_ne!(category, "unknown");
    // The service does it by itself; whoever comes second finds nothing to do.
    renew::renew_assessments(registry(&app)).await.unwrap();
    let found = app.get(&format!("{CUSTOMERS}?category={}", category.as_str().unwrap())).await;
    assert_eq!(found.json()[0], shown.json());
    let again = app.get(&format!("{CUSTOMERS}/{id}")).await;
    assert_eq!(again.header("etag"), shown.header("etag"));
    assert_eq!(registry(&app).store().check().unwrap().described, [""; 0]);
    assert_eq!(renew::renew_assessments(registry(&app)).await.unwrap(), 0);
}
