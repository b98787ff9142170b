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

/// Makes a token; what its bearer sends.
async fn make_token(app: &TestApp, product: &str, permission: &str) -> String {
    let body = format!(
        r#"{{"name": "n", "product": "{product}", "company": "*", "permissions": ["{permission}"]}}"#
    );
    app.post("/admin/token", body).await.json()["token"].as_str().unwrap().to_owned()
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

/// Starts the service again; it must make a new admin token, print it and keep it in the file, and
/// refuse the one that was in the file.
async fn restart_makes_a_new_token(app: &mut TestApp) {
    let old = std::fs::read_to_string(token_file(app)).unwrap();
    app.restart().await;
    let new = app.running().new_admin_token.clone().unwrap();
    assert_eq!(std::fs::read_to_string(token_file(app)).unwrap().trim(), new);
    assert_refused(&with(app, &[&format!("Bearer {}", old.trim())]).await);
    app.token = new;
    assert_eq!(app.get(CUSTOMERS).await.status, 200);
}

#[tokio::test]
async fn a_token_put_into_the_file_before_the_first_start_is_the_admin_token() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("admin-token"), format!("{CHOSEN}\n")).unwrap();
    let mut app = TestApp::start_in(dir, |_| {}).await;
    assert_eq!((app.running().new_admin_token.as_ref(), &*app.token), (None, CHOSEN));
    app.create_john(CUSTOMERS).await;
    app.restart().await;
    assert_eq!(app.get(CUSTOMERS).await.status, 200);
    assert_eq!(app.get("/admin/token").await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_token_put_into_the_file_later_may_be_a_revoked_one_and_is_replaced() {
    let mut app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    let first = app.token.clone();
    std::fs::write(token_file(&app), CHOSEN).unwrap();
    restart_makes_a_new_token(&mut app).await;
    assert_refused(&with(&app, &[&format!("Bearer {first}")]).await);
}

#[tokio::test]
async fn a_revoked_admin_token_stays_revoked_also_when_its_file_comes_back() {
    let mut app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    let first = app.token.clone();
    let id = app.get("/admin/token").await.json()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(app.delete(&format!("/admin/token/{id}")).await.status, 204);
    assert_refused(&app.get(CUSTOMERS).await);
    restart_makes_a_new_token(&mut app).await;
    // As if the start had been cut off before it wrote the file.
    std::fs::write(token_file(&app), first).unwrap();
    restart_makes_a_new_token(&mut app).await;
    assert_eq!(app.get("/admin/token").await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_revoked_admin_token_stays_revoked_in_a_directory_without_customers() {
    let mut app = TestApp::start().await;
    let id = app.get("/admin/token").await.json()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(app.delete(&format!("/admin/token/{id}")).await.status, 204);
    let first = app.token.clone();
    app.restart().await;
    assert_ne!(app.running().new_admin_token, None);
    assert_refused(&with(&app, &[&format!("Bearer {first}")]).await);
}

#[tokio::test]
async fn a_damaged_token_file_is_replaced_and_a_damaged_lock_no_hindrance() {
    let mut app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    let whole = std::fs::read(token_file(&app)).unwrap();
    for damaged in [&b""[..], &[0; 40], &[0xff; 40], &whole[..9], b"sc_ with a space in it"] {
        std::fs::write(token_file(&app), damaged).unwrap();
        std::fs::write(app.data_dir().join("lock"), damaged).unwrap();
        app.restart().await;
        let new = app.running().new_admin_token.clone().unwrap();
        assert_eq!(std::fs::read_to_string(token_file(&app)).unwrap().trim(), new);
        assert_refused(&app.get(CUSTOMERS).await);
        app.token = new;
        assert_eq!(app.get(CUSTOMERS).await.status, 200);
    }
}

#[tokio::test]
async fn a_token_in_the_file_that_is_no_admin_of_everything_is_replaced() {
    let mut app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    for (product, permission) in [("*", "read"), ("tse", "admin")] {
        let clerk = make_token(&app, product, permission).await;
        std::fs::write(token_file(&app), &clerk).unwrap();
        app.restart().await;
        app.token = app.running().new_admin_token.clone().unwrap();
        assert_ne!(with(&app, &[&format!("Bearer {clerk}")]).await.status, 401);
    }
    assert_eq!(app.get("/admin/token").await.json().as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn an_admin_token_made_over_http_can_take_the_place_of_the_first_one() {
    let mut app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    let own = make_token(&app, "*", "admin").await;
    std::fs::write(token_file(&app), &own).unwrap();
    app.restart().await;
    assert_refused(&app.get("/admin/token").await);
    assert_eq!(app.running().new_admin_token, None);
    app.token = own;
    assert_eq!(app.get("/admin/token").await.json()[0]["name"], "n");
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
async fn a_chosen_admin_token_stands_in_the_place_of_the_kept_one_for_as_long_as_it_is_set() {
    let mut app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    app.restart_with(|parts| parts.admin_token = Some(CHOSEN.to_owned())).await;
    assert_refused(&app.get(CUSTOMERS).await);
    assert_eq!(with(&app, &[&format!("Bearer {CHOSEN}")]).await.status, 200);
    app.restart().await;
    assert_eq!(app.get(CUSTOMERS).await.status, 200);
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
        let clerk = make_token(&app, "*", "read").await;
        assert_eq!(with(&app, &[&format!("Bearer {clerk}")]).await.status, 200);
        let (kept_in, admin) = (token_file(&app), app.token.clone());
        let dir = app.stop().await;
        for path in files_below(dir.path()).into_iter().filter(|path| *path != kept_in) {
            let bytes = std::fs::read(&path).unwrap();
            for token in [&admin, &clerk] {
                let found = bytes.windows(token.len()).any(|window| window == token.as_bytes());
                assert!(!found, "a token stands in {}", path.display());
            }
        }
        assert!(!files_below(dir.path()).is_empty());
    }
}
