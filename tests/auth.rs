//! The admin token: who is let in, where it comes from, and when it stops.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use std::path::{Path, PathBuf};

use hyper::Method;
use support::{Answer, CUSTOMERS, JOHN, TestApp};

const CHOSEN: &str = "a-token-that-an-admin-chose";

async fn with(app: &TestApp, authorization: &[&str]) -> Answer {
    let call = app.anonymous(Method::GET, CUSTOMERS);
    authorization.iter().fold(call, |call, value| call.header("authorization", value)).send().await
}

fn assert_refused(answer: &Answer) {
    answer.problem(401, "unauthorized");
    assert!(answer.header("www-authenticate").starts_with("Bearer "), "{answer:?}");
}

fn token_file(app: &TestApp) -> PathBuf {
    app.data_dir().join("admin-token")
}

fn files_below(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_request_without_one_good_token_is_401() {
    let app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    let good = format!("Bearer {}", app.token);
    let bare = &app.token;
    let cases: [&[&str]; 18] = [
        &[],
        &[""],
        &["Bearer"],
        &["Bearer "],
        &[bare],
        &["Bearer unknown"],
        &["Bearer sc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
        &[&format!("Basic {bare}")],
        &[&format!("Token {bare}")],
        &[&format!("Bearer{bare}")],
        &[&format!("{good}x")],
        &[&good[..good.len() - 1]],
        &[&format!("{good} {bare}")],
        &[&format!("{good},{good}")],
        &[&format!("Bearer \"{bare}\"")],
        &[&good, &good],
        &[&good, "Bearer unknown"],
        &["Bearer é"],
    ];
    for authorization in cases {
        assert_refused(&with(&app, authorization).await);
    }
    assert_refused(&with(&app, &[&good.to_uppercase()]).await);
    assert_eq!(with(&app, &[&good]).await.status, 200);
}

#[tokio::test]
async fn every_operation_needs_a_token_and_does_nothing_without() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    for (method, path) in [
        (Method::POST, CUSTOMERS),
        (Method::GET, CUSTOMERS),
        (Method::GET, &path),
        (Method::DELETE, &path),
        (Method::GET, "/api/tse/1/company/acme/customer"),
    ] {
        assert_refused(&app.anonymous(method, path).json(JOHN).send().await);
    }
    assert_eq!(app.anonymous(Method::HEAD, &path).send().await.status, 401);
    assert_eq!(app.get(CUSTOMERS).await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_token_in_the_query_is_no_token() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}?access_token={}", app.token);
    assert_refused(&app.anonymous(Method::GET, &path).send().await);
}

#[tokio::test]
async fn the_scheme_may_be_written_in_any_case() {
    let app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        assert_eq!(with(&app, &[&format!("{scheme} {}", app.token)]).await.status, 200);
    }
}

#[tokio::test]
async fn a_first_start_makes_a_token_and_keeps_it_in_a_file() {
    let app = TestApp::start().await;
    assert!(app.token.starts_with("sc_") && app.token.len() > 40, "too guessable");
    assert_eq!(app.running().new_admin_token.as_ref(), Some(&app.token));
    let other = TestApp::start().await;
    assert_ne!(app.token, other.token);
    assert_refused(&with(&app, &[&format!("Bearer {}", other.token)]).await);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_token_file() {
    use std::os::unix::fs::PermissionsExt;
    let app = TestApp::start().await;
    let mode = std::fs::metadata(token_file(&app)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn the_token_is_the_same_after_a_restart() {
    let mut app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    app.restart().await;
    assert_eq!(app.running().new_admin_token, None);
    assert_eq!(std::fs::read_to_string(token_file(&app)).unwrap().trim(), app.token);
    assert_eq!(app.get(CUSTOMERS).await.status, 200);
}

#[tokio::test]
async fn after_its_file_was_deleted_a_restart_makes_a_new_token_and_the_old_one_stops() {
    let mut app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    std::fs::remove_file(token_file(&app)).unwrap();
    app.restart().await;
    let new = app.running().new_admin_token.clone().unwrap();
    assert_refused(&app.get(CUSTOMERS).await);
    assert_eq!(with(&app, &[&format!("Bearer {new}")]).await.status, 200);
    app.restart().await;
    assert_refused(&app.get(CUSTOMERS).await);
    assert_eq!(with(&app, &[&format!("Bearer {new}")]).await.status, 200);
}

#[tokio::test]
async fn a_token_written_into_the_file_is_the_token_from_the_next_start_on() {
    let mut app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    std::fs::write(token_file(&app), format!("{CHOSEN}\n")).unwrap();
    app.restart().await;
    assert_refused(&app.get(CUSTOMERS).await);
    assert_eq!(with(&app, &[&format!("Bearer {CHOSEN}")]).await.status, 200);
}

#[tokio::test]
async fn a_chosen_admin_token_works_and_no_token_file_is_made() {
    let mut app = TestApp::start_with(|parts| parts.admin_token = Some(CHOSEN.to_owned())).await;
    assert!(!token_file(&app).exists());
    assert_eq!(app.running().new_admin_token, None);
    app.token = CHOSEN.to_owned();
    let id = app.create_john(CUSTOMERS).await;
    assert_eq!(app.delete(&format!("{CUSTOMERS}/{id}")).await.status, 204);
    assert_refused(&with(&app, &["Bearer a-token-that-an-admin-chosf"]).await);
}

#[tokio::test]
async fn a_chosen_admin_token_stops_with_the_setting() {
    let mut app = TestApp::start_with(|parts| parts.admin_token = Some(CHOSEN.to_owned())).await;
    app.token = CHOSEN.to_owned();
    app.create_john(CUSTOMERS).await;
    app.restart().await;
    assert_refused(&app.get(CUSTOMERS).await);
    let new = app.running().new_admin_token.clone().unwrap();
    assert_eq!(with(&app, &[&format!("Bearer {new}")]).await.status, 200);
}

#[tokio::test]
async fn tokens_are_on_disk_as_hashes_only() {
    for chosen in [None, Some(CHOSEN.to_owned())] {
        let mut app = TestApp::start_with(|parts| parts.admin_token = chosen.clone()).await;
        app.token = chosen.unwrap_or(app.token);
        app.create_john(CUSTOMERS).await;
        let (kept_in, token) = (token_file(&app), app.token.clone());
        let dir = app.stop().await;
        for path in files_below(dir.path()).into_iter().filter(|path| *path != kept_in) {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(token.len()).any(|window| window == token.as_bytes());
            assert!(!found, "the token stands in {}", path.display());
        }
    }
}
