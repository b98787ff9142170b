//! Who may do what: every operation by every kind of token, against one small rule.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

#[path = "support/matrix.rs"]
mod matrix;
mod support;
#[path = "support/tokens.rs"]
mod tokens;

use matrix::{
    Asked, GRANT, NOBODY, SCOPES, bad_tokens, good_tokens, operations, rule, status, take_time,
};
use support::{CUSTOMERS, JOHN, TestApp, TestClock, customers_of};
use tokens::{TOKENS, give, grant_with};

#[tokio::test]
async fn every_operation_is_allowed_to_exactly_the_tokens_that_it_is_for() {
    let clock = TestClock::at("2026-11-23T18:00:00Z");
    let app = TestApp::start_with(|parts| take_time(&clock, parts)).await;
    app.create_john(CUSTOMERS).await;
    app.create_john(&CUSTOMERS.replace("v1", "v2")).await;
    let mut kinds = bad_tokens(&app, &clock).await;
    kinds.extend(good_tokens(&app).await);
    assert_eq!(kinds.len(), 7 + 7 * SCOPES.len());
    let asked: Vec<Asked> = operations("v1").chain(operations("v2")).collect();
    for kind in &kinds {
        for asked in &asked {
            let found = status(&app, asked, kind).await;
            let (method, path, good) = (asked.method, &asked.path, &kind.good);
            assert!(found < 500 && found != 429, "{method} {path} by {good:?}: {found}");
            let found = if [401, 403].contains(&found) { found } else { 0 };
            assert_eq!(found, rule(kind, asked), "{method} {path} by {good:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_says_nothing_about_what_exists() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let mut grant = tokens::grant();
    grant["company"] = "acme2".into();
    let token = give(&app, grant).await;
    let existing = [CUSTOMERS.to_owned(), format!("{CUSTOMERS}/{id}"), token.path()];
    let nobody = customers_of("nobody");
    let missing = [nobody.clone(), format!("{nobody}/{NOBODY}"), format!("{TOKENS}/{NOBODY}")];
    let missing_here = [CUSTOMERS.to_owned(), format!("{CUSTOMERS}/{NOBODY}"), missing[2].clone()];
    for missing in [missing, missing_here] {
        for (existing, missing) in existing.iter().zip(missing) {
            for method in ["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH"] {
                let ask = async |path: &str| {
                    let method = method.parse().unwrap();
                    let call = token.request(&app, method, path).header("x-request-id", "same");
                    let mut answer = call.json(JOHN).send().await;
                    answer.headers.remove("date");
                    (answer.status, answer.headers, answer.body)
                };
                let refused = ask(existing).await;
                assert!([403, 405].contains(&refused.0.as_u16()), "{method} {existing}");
                assert_eq!(refused, ask(&missing).await, "{method} {existing}");
            }
        }
    }
}

#[tokio::test]
async fn what_a_token_may_not_do_is_not_done() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    let reader = give(&app, grant_with("permissions", vec!["read", "admin"])).await;
    for (method, path) in
        [("POST", CUSTOMERS), ("DELETE", &*path), ("PUT", &path), ("PATCH", &path)]
    {
        let call = reader.request(&app, method.parse().unwrap(), path).json(JOHN);
        call.send().await.problem(403, "forbidden");
    }
    let list = reader.get(&app, CUSTOMERS).await.json();
    assert_eq!(list.as_array().unwrap().len(), 1);
    let writer = give(&app, grant_with("permissions", vec!["write"])).await;
    let made = writer.request(&app, "POST".parse().unwrap(), TOKENS).json(GRANT).send().await;
    made.problem(403, "forbidden");
    assert_eq!(app.get(TOKENS).await.json().as_array().unwrap().len(), 3);
}
