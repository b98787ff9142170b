//! Listing a company's customers: all of them, oldest first, as a stream.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use support::{CUSTOMERS, JOHN, TestApp, TestClock, ids, john_with};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Creates `count` customers called `N0`, `N1`, … over a few connections at once.
async fn create_many(app: &TestApp, count: usize) {
    let next = AtomicUsize::new(0);
    let worker = async || {
        let (mut sender, connection) =
            http1::handshake::<_, Full<Bytes>>(TokioIo::new(app.connect().await)).await.unwrap();
        let connection = tokio::spawn(connection);
        while let Some(number) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < count) {
            create_one(app, &mut sender, number).await;
        }
        connection.abort();
    };
    join_all((0..32).map(|_| worker())).await;
}

async fn create_one(app: &TestApp, sender: &mut SendRequest<Full<Bytes>>, number: usize) {
    let body = john_with("first-name", format!("N{number}"));
    let request = Request::post(CUSTOMERS)
        .header("host", "localhost")
        .header("authorization", format!("Bearer {}", app.token))
        .header("content-type", "application/json");
    let response = sender.send_request(request.body(body.into()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 201);
    response.into_body().collect().await.unwrap();
}

#[tokio::test]
async fn a_company_without_customers_is_404() {
    let app = TestApp::start().await;
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn a_list_holds_each_customer_as_its_detail_does_oldest_first() {
    let app = TestApp::start().await;
    let mut created = Vec::new();
    for name in ["Carl", "Anna", "Bert"] {
        created.push(app.post(CUSTOMERS, john_with("first-name", name)).await.json());
    }
    let list = app.get(CUSTOMERS).await;
    assert_eq!(list.status, 200);
    assert_eq!(list.header("content-type"), "application/json");
    assert_eq!(list.header("cache-control"), "private, no-cache");
    assert_eq!(list.json().as_array().unwrap(), &created);
}

#[tokio::test]
async fn customers_stay_in_the_order_of_creation_when_the_clock_is_set_back() {
    let clock = TestClock::at("2026-11-23T12:00:00Z");
    let mut app = TestApp::start_with(|parts| clock.install(parts)).await;
    let mut created = vec![app.create_john(CUSTOMERS).await, app.create_john(CUSTOMERS).await];
    clock.advance(-3_600_000);
    created.push(app.create_john(CUSTOMERS).await);
    clock.advance(-3_600_000);
    app.restart_with(|parts| clock.install(parts)).await;
    created.push(app.create_john(CUSTOMERS).await);
    assert_eq!(ids(&app.get(CUSTOMERS).await.json()), created);
}

#[tokio::test]
async fn a_list_is_complete_at_every_length() {
    let app = TestApp::start().await;
    for count in 1..=20 {
        app.create_john(CUSTOMERS).await;
        assert_eq!(app.get(CUSTOMERS).await.json().as_array().unwrap().len(), count);
    }
    create_many(&app, 255 - 20).await;
    for count in 256..=258 {
        app.create_john(CUSTOMERS).await;
        assert_eq!(app.get(CUSTOMERS).await.json().as_array().unwrap().len(), count);
    }
}

#[tokio::test]
async fn several_thousand_customers_are_listed_completely_and_in_order() {
    const COUNT: usize = 3000;
    let mut app = TestApp::start().await;
    create_many(&app, COUNT).await;
    let list = app.get(CUSTOMERS).await;
    let (json, ids) = (list.json(), ids(&list.json()));
    assert!(ids.is_sorted_by(|a, b| a < b));
    let mut names: Vec<&str> =
        json.as_array().unwrap().iter().map(|c| c["first-name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), COUNT);
    app.restart().await;
    assert_eq!(app.get(CUSTOMERS).await.body, list.body);
}

#[tokio::test]
async fn a_list_is_sent_as_a_stream_that_goes_on_while_others_are_answered() {
    let app = TestApp::start().await;
    create_many(&app, 1000).await;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(app.connect().await)).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::get(CUSTOMERS)
        .header("host", "localhost")
        .header("authorization", format!("Bearer {}", app.token));
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    let response = sender.send_request(request).await.unwrap();
    assert!(!response.headers().contains_key("content-length"));
    let mut body = response.into_body();
    let mut list = body.frame().await.unwrap().unwrap().into_data().unwrap().to_vec();
    assert!(serde_json::from_slice::<serde_json::Value>(&list).is_err(), "all came at once");
    assert_eq!(app.post(CUSTOMERS, JOHN).await.status, 201);
    while let Some(frame) = body.frame().await {
        list.extend_from_slice(&frame.unwrap().into_data().unwrap());
    }
    connection.abort();
    let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
    assert!(list.as_array().unwrap().len() >= 1000);
}

#[tokio::test]
async fn a_client_that_goes_away_in_the_middle_of_a_list_harms_nobody() {
    let app = TestApp::start().await;
    create_many(&app, 1000).await;
    for _ in 0..10 {
        let mut stream = app.connect().await;
        let token = &app.token;
        let request =
            format!("GET {CUSTOMERS} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        assert!(stream.read(&mut [0; 16]).await.unwrap() > 0);
    }
    assert_eq!(app.get(CUSTOMERS).await.json().as_array().unwrap().len(), 1000);
}

#[tokio::test]
async fn a_list_over_http_1_0_ends_with_the_connection() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let token = &app.token;
    let request = format!("GET {CUSTOMERS} HTTP/1.0\r\nAuthorization: Bearer {token}\r\n\r\n");
    let answer = String::from_utf8(app.raw(request.as_bytes()).await).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.0 200 ") || head.starts_with("HTTP/1.1 200 "), "{head}");
    let list: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(ids(&list), [id]);
}

#[tokio::test]
async fn a_list_has_no_query_parameters_that_it_does_not_know() {
    let app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    for query in ["page=2", "Limit=1", "validate-only=true"] {
        let answer = app.request(Method::GET, &format!("{CUSTOMERS}?{query}")).send().await;
        let faults = answer.faults(400, "invalid-query-parameter");
        assert_eq!(faults[0].0, query.split_once('=').unwrap().0);
    }
}
