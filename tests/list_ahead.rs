//! Lists are read ahead of whoever writes them: nothing is left out by that, nobody waits for a list that
//! is not gone on with, and what is read is no more than two pages ahead.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "support/many.rs"]
mod many;
mod support;
mod wire;

use futures_util::future::join_all;
use many::{acme, create_many};
use smart_customer::customer::CustomerId;
use smart_customer::operation::Registry;
use smart_customer::operation::delete::delete;
use smart_customer::operation::list::{Pages, SearchText, Selection, list};
use support::{TestApp, john_with};
use wire::within;

/// More than some pages.
const MANY: usize = 2000;

/// Most customers in a page.
const PAGE: usize = 256;

async fn start() -> TestApp {
    let app = TestApp::start().await;
    // Every hundredth is looked for by its name.
    let name = |number: usize| if number.is_multiple_of(100) { "Ada" } else { "Bo" };
    create_many(&app, MANY, |number| john_with("first-name", name(number))).await;
    app
}

async fn pages(registry: &Registry, selection: &Selection) -> Pages {
    let listing = list(registry, &acme(), selection).await.unwrap();
    Pages::of(registry, acme(), listing.cursor)
}

async fn rest(mut pages: Pages) -> Vec<CustomerId> {
    let mut ids = Vec::new();
    while let Some(page) = within(pages.next()).await.unwrap() {
        assert!(page.customers.len() <= PAGE && (page.is_last || !page.customers.is_empty()));
        ids.extend(page.customers.iter().map(|customer| customer.id));
    }
    assert!(pages.next().await.unwrap().is_none(), "the end stays the end");
    ids
}

async fn one_by_one(registry: &Registry, selection: &Selection) -> Vec<CustomerId> {
    let mut cursor = list(registry, &acme(), selection).await.unwrap().cursor;
    let mut ids = Vec::new();
    while !cursor.has_ended() {
        let page = cursor.next_page(registry, &acme()).await.unwrap();
        ids.extend(page.iter().map(|customer| customer.id));
    }
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_ahead_is_what_is_read_page_by_page_also_by_many_at_once() {
    let app = start().await;
    let registry = app.running().service().registry();
    let search = Some(SearchText::parse("ada").unwrap());
    let market = Some("IT".to_owned());
    let selections = [
        (Selection::default(), MANY),
        (Selection { market: market.clone(), ..Selection::default() }, MANY),
        (Selection { market: Some("FR".to_owned()), ..Selection::default() }, 0),
        (Selection { search: search.clone(), ..Selection::default() }, MANY / 100),
        // Most of what the index leads to is not wanted.
        (Selection { search, market, limit: Some(7), ..Selection::default() }, 7),
    ];
    for (selection, count) in &selections {
        let all = one_by_one(registry, selection).await;
        assert_eq!(all.len(), *count, "{selection:?}");
        let at_once = (0..16).map(async |_| rest(pages(registry, selection).await).await);
        assert!(join_all(at_once).await.iter().all(|ids| *ids == all), "{selection:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_nobody_goes_on_with_is_two_pages_ahead_and_keeps_no_turn() {
    let app = start().await;
    let registry = app.running().service().registry();
    let all = Selection::default();
    let mut kept = Vec::new();
    for _ in 0..8 {
        let mut pages = pages(registry, &all).await;
        kept.push((within(pages.next()).await.unwrap().unwrap(), pages));
    }
    assert_eq!(rest(pages(registry, &all).await).await.len(), MANY);
    let before = one_by_one(registry, &all).await;
    // What was not read yet is seen as it is by then.
    let late = before[PAGE * 6];
    delete(registry, &acme(), late, &|_| true).await.unwrap();
    for (first, pages) in kept {
        let ids: Vec<CustomerId> = first.customers.iter().map(|customer| customer.id).collect();
        let ids = [ids, rest(pages).await].concat();
        assert_eq!(ids.len(), MANY - 1);
        assert!(!ids.contains(&late));
    }
}
