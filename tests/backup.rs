//! `GET /admin/backup` and what is made of it: everything, and nothing that was deleted; a file that
//! says by itself when it is not whole.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

#[path = "support/backup.rs"]
mod backup;
#[path = "support/faulty_disk.rs"]
mod faulty_disk;
#[path = "support/random.rs"]
mod random;
mod support;
#[path = "support/tokens.rs"]
mod tokens;

use std::io::ErrorKind;
use std::sync::Arc;

use backup::{Restored, acme, back_up, holds, open, somebody};
use faulty_disk::FaultyDisk;
use futures_util::future::try_join_all;
use hyper::Method;
use jiff::Timestamp;
use random::Random;
use smart_customer::cli::serve::Parts;
use smart_customer::operation::create::create;
use smart_customer::store::backup::verify;
use support::{CUSTOMERS, JOHN, TestApp, TestClock, john_with};
use tokens::{TOKENS, give, grant, grant_with};

const BACKUP: &str = "/admin/backup";

fn clock(parts: &mut Parts) {
    TestClock::at("2026-11-25T18:00:00Z").install(parts);
}

/// A service in which everything happened that can.
async fn used() -> TestApp {
    let app = TestApp::start_with(clock).await;
    for number in 0..20 {
        app.post(CUSTOMERS, john_with("email", format!("john.{number}@example.com"))).await;
    }
    app.create_john(&CUSTOMERS.replace("acme", "other")).await;
    let keyed = app.request(Method::POST, CUSTOMERS).header("idempotency-key", "a-key").json(JOHN);
    assert_eq!(keyed.send().await.status, 201);
    let gone = app.create_john(CUSTOMERS).await;
    assert_eq!(app.delete(&format!("{CUSTOMERS}/{gone}")).await.status, 204);
    let changed = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    let patch = app.request(Method::PATCH, &changed).json(r#"{"first-name":"Jack"}"#);
    assert_eq!(patch.send().await.status, 200);
    app
}

#[tokio::test]
async fn a_backup_is_a_file_with_a_name_that_nobody_keeps_on_the_way() {
    let app = TestApp::start_with(clock).await;
    app.create_john(CUSTOMERS).await;
    let answer = app.get(BACKUP).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    let name = "attachment; filename=\"smart-customer-2026-11-25.backup\"";
    assert_eq!(answer.header("content-disposition"), name);
    assert_eq!(answer.header("cache-control"), "no-store");
    let contents = verify(&*answer.body).unwrap();
    assert_eq!((contents.customers, contents.events, contents.tokens), (1, 1, 1));
    assert_eq!(contents.made_at, "2026-11-25T18:00:00Z".parse().unwrap());
    let head = app.head(BACKUP).await;
    assert_eq!((head.status, head.body.len()), (answer.status, 0));
    assert_eq!(head.header("content-disposition"), name);
    let wrong = app.post(BACKUP, "").await;
    wrong.problem(405, "method-not-allowed");
    assert_eq!(wrong.header("allow"), "GET, HEAD");
    app.get(&format!("{BACKUP}?a=1")).await.problem(400, "invalid-query-parameter");
    app.get(&format!("{BACKUP}/")).await.problem(404, "path-not-found");
    let json = app.request(Method::GET, BACKUP).header("accept", "application/json");
    json.send().await.problem(406, "not-acceptable");
}

#[tokio::test]
async fn only_an_admin_takes_backups() {
    let app = TestApp::start().await;
    app.anonymous(Method::GET, BACKUP).send().await.problem(401, "unauthorized");
    let mut scoped = grant();
    scoped["company"] = "acme".into();
    let no_admin = grant_with("permissions", vec!["read", "write"]);
    for grant in [no_admin, scoped.to_string()] {
        give(&app, grant).await.get(&app, BACKUP).await.problem(403, "forbidden");
    }
    let admin = give(&app, grant_with("permissions", vec!["admin"])).await;
    assert_eq!(admin.get(&app, BACKUP).await.status, 200);
}

#[tokio::test]
async fn what_is_restored_is_what_there_was() {
    let app = used().await;
    let reader = give(&app, grant_with("permissions", vec!["read"])).await;
    let restored = Restored::nothing();
    restored.take(&app.get(BACKUP).await.body).await.unwrap();
    let place = tempfile::tempdir().unwrap();
    std::fs::rename(restored.data_dir(), place.path()).unwrap();
    let mut twin = TestApp::start_in(place, clock).await;
    // The first start made an admin token of its own, and that of the source works all the same.
    assert_ne!(twin.token, app.token);
    assert_eq!(twin.get(TOKENS).await.json().as_array().unwrap().len(), 3);
    twin.token.clone_from(&app.token);
    let other = CUSTOMERS.replace("acme", "other");
    for path in [CUSTOMERS, &other, "/api/tse/v1/company/acme/insight"] {
        assert_eq!(app.get(path).await.body, twin.get(path).await.body, "{path}");
    }
    let list = reader.get(&twin, CUSTOMERS).await;
    assert_eq!(list.json().as_array().unwrap().len(), 22);
    let keyed = twin.request(Method::POST, CUSTOMERS).header("idempotency-key", "a-key").json(JOHN);
    assert_eq!(keyed.send().await.header("idempotency-replayed"), "true");
    let events = async |app: &TestApp| {
        let store = app.running().service().registry().store();
        store.events(&acme(), 0, usize::MAX).await.unwrap()
    };
    assert_eq!(events(&app).await, events(&twin).await);
    assert_eq!(events(&app).await.len(), 25);
    assert_eq!(twin.running().service().registry().store().check().unwrap().faults, 0);
    // New ids go on behind the old ones.
    twin.create_john(CUSTOMERS).await;
    twin.restart().await;
    assert_eq!(twin.running().service().registry().store().check().unwrap().faults, 0);
}

#[tokio::test]
async fn a_backup_that_was_cut_off_says_so_and_nothing_is_made_of_it() {
    let app = used().await;
    let backup = back_up(app.running().service().registry().store()).await;
    let places = (0..backup.len()).step_by(97).chain(backup.len() - 60..backup.len());
    for length in places {
        let restored = Restored::nothing();
        let refused = restored.take(&backup[..length]).await.unwrap_err().to_string();
        assert!(refused.contains("it was cut off"), "{length}: {refused}");
        assert!(!restored.data_dir().exists(), "{length}");
    }
}

#[tokio::test]
async fn a_backup_in_which_any_bit_was_altered_says_so_and_nothing_is_made_of_it() {
    let app = used().await;
    let backup = back_up(app.running().service().registry().store()).await;
    for place in (0..backup.len()).step_by(31).chain(0..60).chain(backup.len() - 60..backup.len()) {
        let mut altered = backup.clone();
        altered[place] ^= 1 << (place % 8);
        let restored = Restored::nothing();
        let refused = restored.take(&altered).await.unwrap_err().to_string();
        assert!(refused.contains("cannot be used: "), "{place}: {refused}");
        assert!(!restored.data_dir().exists(), "{place}");
    }
    let longer = [&*backup, b"\0"].concat();
    assert!(Restored::nothing().take(&longer).await.is_err());
    assert!(Restored::nothing().take(b"{\"type\":\"/problems/internal\"}").await.is_err());
}

#[tokio::test]
async fn a_directory_that_is_not_empty_is_left_as_it_is() {
    let app = TestApp::start().await;
    let backup = back_up(app.running().service().registry().store()).await;
    let restored = Restored::nothing();
    std::fs::create_dir(restored.data_dir()).unwrap();
    std::fs::write(restored.data_dir().join("letter"), "dear").unwrap();
    let refused = restored.take(&backup).await.unwrap_err().to_string();
    assert!(refused.contains("is not empty"), "{refused}");
    assert_eq!(std::fs::read_dir(restored.data_dir()).unwrap().count(), 1);
    std::fs::remove_file(restored.data_dir().join("letter")).unwrap();
    restored.take(&backup).await.unwrap();
    // Nor is a store replaced by another.
    assert!(restored.take(&backup).await.unwrap_err().to_string().contains("is not empty"));
}

#[tokio::test]
async fn what_was_deleted_is_in_no_backup() {
    let app = TestApp::start().await;
    app.post(CUSTOMERS, john_with("email", "still.here@example.com")).await;
    let gone = app.post(CUSTOMERS, john_with("email", "long.gone@example.com")).await.json();
    let gone = format!("{CUSTOMERS}/{}", gone["id"].as_str().unwrap());
    assert_eq!(app.delete(&gone).await.status, 204);
    assert!(holds(app.data_dir(), "long.gone@"));
    let restored = Restored::nothing();
    restored.take(&app.get(BACKUP).await.body).await.unwrap();
    assert!(holds(&restored.data_dir(), "still.here@"));
    assert!(!holds(&restored.data_dir(), "long.gone@"));
}

#[tokio::test]
async fn a_store_is_backed_up_also_when_its_disk_is_full_or_broken() {
    let disk = FaultyDisk::default();
    let app = TestApp::start_with(|parts| parts.store.disk = Arc::new(disk.clone())).await;
    app.create_john(CUSTOMERS).await;
    disk.state().room = Some(0);
    app.post(CUSTOMERS, JOHN).await.problem(507, "disk-full");
    assert_eq!(verify(&*app.get(BACKUP).await.body).unwrap().customers, 1);
    disk.state().room = None;
    disk.state().syncs_fail = true;
    app.post(CUSTOMERS, JOHN).await.problem(500, "internal");
    assert_eq!(verify(&*app.get(BACKUP).await.body).unwrap().customers, 1);
}

#[tokio::test]
async fn a_backup_that_cannot_be_brought_to_its_end_does_not_look_whole() {
    let dir = tempfile::tempdir().unwrap();
    let registry = open(dir.path()).await;
    let (acme, mut random) = (acme(), Random::seeded());
    for _ in 0..4 {
        // Together more than waits to be taken.
        let group = (0..500).map(|_| create(&registry, &acme, somebody(&mut random), None));
        try_join_all(group).await.unwrap();
    }
    let mut backup = registry.store().backup(registry.now()).await.unwrap();
    let mut bytes = backup.next_bytes().await.unwrap().unwrap();
    registry.store().close().await.unwrap();
    let error = loop {
        match backup.next_bytes().await {
            Ok(Some(piece)) => bytes.extend(piece),
            Ok(None) => panic!("{} bytes look like all of it", bytes.len()),
            Err(error) => break error,
        }
    };
    assert!(error.to_string().contains("closed"), "{error}");
    let fault = verify(&*bytes).unwrap_err();
    assert_eq!((fault.kind(), &*fault.to_string()), (ErrorKind::InvalidData, "it was cut off"));
}

#[tokio::test]
async fn a_third_backup_at_the_same_time_waits_until_another_ends() {
    let app = TestApp::start_with(clock).await;
    let store = app.running().service().registry().store().clone();
    let first = store.backup(Timestamp::UNIX_EPOCH).await.unwrap();
    let _second = store.backup(Timestamp::UNIX_EPOCH).await.unwrap();
    let third = tokio::spawn(async move { store.backup(Timestamp::UNIX_EPOCH).await.map(drop) });
    for _ in 0..5 {
        // Each goes through the writer, as the third would.
        app.create_john(CUSTOMERS).await;
    }
    assert!(!third.is_finished());
    drop(first);
    third.await.unwrap().unwrap();
}
