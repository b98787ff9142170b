//! The OpenAPI document held to the service: what it says can be sent is taken, and what it says is
//! answered is answered.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "wire/app.rs"]
mod app;
#[path = "support/documented.rs"]
mod documented;
#[path = "support/openapi.rs"]
mod openapi;
mod support;
#[path = "support/tokens.rs"]
mod tokens;
mod wire;

use std::collections::BTreeSet;
use std::time::Duration;

use documented::{Request, assert_all, assert_documented, kind, sound_requests};
use openapi::{Document, object, text};
use smart_customer::api::catalogue::CATALOGUE;
use smart_customer::cli::serve::Parts;
use smart_customer::operation::token::Stopwatch;
use support::TestApp;
use tokens::{give, grant_with};

#[tokio::test]
async fn what_is_asked_for_as_documented_is_done_and_answered_as_documented() {
    let (app, document) = (TestApp::start().await, Document::new());
    for (row, request) in sound_requests(&app, &document).await {
        let answer = request.send(&app).await;
        assert!((200..300).contains(&answer.status), "{}: {answer:?}", row.purpose);
        assert_documented(&document, row, &answer);
    }
}

#[tokio::test]
async fn every_example_of_a_body_is_taken() {
    let (app, document) = (TestApp::start().await, Document::new());
    let mut sent = 0;
    for row in &CATALOGUE {
        let content = document.operation(row)["requestBody"]["content"].as_object();
        for (media, content) in content.into_iter().flatten() {
            for example in object(&content["examples"]).values() {
                let mut request = Request::sound(&app, &document, row).await;
                request.headers = vec![("Content-Type", media.clone())];
                let value = &example["value"];
                request.body = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let answer = request.send(&app).await;
                assert!((200..300).contains(&answer.status), "{media}: {answer:?}");
                assert_documented(&document, row, &answer);
                let lines = String::from_utf8_lossy(&answer.body).into_owned();
                assert!(!lines.contains("problem"), "{media}: {lines}");
                sent += 1;
            }
        }
    }
    assert_eq!(sent, 14);
}

#[tokio::test]
async fn the_other_answers_of_an_operation_are_as_documented() {
    let (app, document) = (TestApp::start().await, Document::new());
    let mut requests = sound_requests(&app, &document).await;
    let mut answers = BTreeSet::new();
    for (row, request) in &mut requests {
        let path = request.path.clone();
        match row.purpose {
            "customer_creation" => request.path += "?validate-only=true",
            "customer_detail" => request.header("If-None-Match", "*"),
            "customer_listing" => request.path += "?limit=1",
            _ => continue,
        }
        let answer = request.send(&app).await;
        assert_documented(&document, row, &answer);
        answers.insert(answer.status);
        request.path = path;
        request.header("Accept", "application/x-ndjson;q=0.5, text/csv, */*;q=0");
        let answer = request.send(&app).await;
        assert_documented(&document, row, &answer);
    }
    assert_eq!(answers, BTreeSet::from([200, 304]));
}

#[tokio::test]
async fn every_operation_asks_for_the_permission_that_it_names() {
    let (app, document) = (TestApp::start().await, Document::new());
    for permission in ["read", "write", "admin"] {
        let token = give(&app, grant_with("permissions", vec![permission])).await.secret;
        for (row, mut request) in sound_requests(&app, &document).await {
            request.token.clone_from(&token);
            let answer = request.send(&app).await;
            let needed = text(&document.operation(row)["security"][0]["bearer"][0]);
            assert_eq!(kind(&answer) != "forbidden", needed == permission, "{}", row.purpose);
            assert_documented(&document, row, &answer);
        }
    }
}

#[tokio::test]
async fn every_operation_counts_against_the_rate_limit() {
    let no_time_passes = |parts: &mut Parts| {
        parts.stopwatch = Stopwatch::new(|| Duration::ZERO);
    };
    let (app, document) = (TestApp::start_with(no_time_passes).await, Document::new());
    let mut requests = sound_requests(&app, &document).await;
    for (_, request) in &mut requests {
        request.token = give(&app, grant_with("requests-per-second", 1)).await.secret;
        let first = request.send(&app).await;
        assert_ne!(first.header("ratelimit"), "", "{first:?}");
    }
    assert_all(&app, &document, "too-many-requests", &requests).await;
}
