//! `Idempotency-Key`: the same request twice makes one customer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use futures_util::future::join_all;
use hyper::Method;
use support::{Answer, CUSTOMERS, JOHN, TestApp, TestClock, customers_of, ids, john_with};

const DAY: i64 = 24 * 60 * 60 * 1000;

async fn create(app: &TestApp, path: &str, key: &str, body: &str) -> Answer {
    let call = app.request(Method::POST, path).header("idempotency-key", key);
    call.json(body.to_owned()).send().await
}

fn is_replay(answer: &Answer) -> bool {
    assert_eq!(answer.status, 201, "{}", answer.text());
    match answer.headers.get("idempotency-replayed") {
        Some(value) => value == "true",
        None => false,
    }
}

fn assert_same(first: &Answer, again: &Answer) {
    assert!(!is_replay(first) && is_replay(again));
    assert_eq!(again.body, first.body);
    for header in ["etag", "location", "content-type"] {
        assert_eq!(again.header(header), first.header(header), "{header}");
    }
}

async fn count(app: &TestApp, path: &str) -> usize {
    ids(&app.get(path).await.json()).len()
}

#[tokio::test]
async fn the_same_request_again_gets_the_first_answer_and_stores_nothing() {
    let app = TestApp::start().await;
    let first = create(&app, CUSTOMERS, "key-1", JOHN).await;
    for _ in 0..3 {
        assert_same(&first, &create(&app, CUSTOMERS, "key-1", JOHN).await);
    }
    assert_eq!(count(&app, CUSTOMERS).await, 1);
}

#[tokio::test]
async fn the_first_answer_is_given_again_after_the_customer_was_deleted() {
    let app = TestApp::start().await;
    let first = create(&app, CUSTOMERS, "key-1", JOHN).await;
    assert_eq!(app.delete(first.header("location")).await.status, 204);
    assert_same(&first, &create(&app, CUSTOMERS, "key-1", JOHN).await);
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn the_first_answer_is_given_again_after_a_restart() {
    let mut app = TestApp::start().await;
    let first = create(&app, CUSTOMERS, "key-1", JOHN).await;
    app.restart().await;
    assert_same(&first, &create(&app, CUSTOMERS, "key-1", JOHN).await);
    assert_eq!(count(&app, CUSTOMERS).await, 1);
    let other = create(&app, CUSTOMERS, "key-1", &john_with("first-name", "Jane")).await;
    other.problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn the_same_key_with_another_body_is_422_and_stores_nothing() {
    let app = TestApp::start().await;
    create(&app, CUSTOMERS, "key-1", JOHN).await;
    let other = create(&app, CUSTOMERS, "key-1", &john_with("first-name", "Jane")).await;
    other.problem(422, "idempotency-key-reused");
    assert_eq!(count(&app, CUSTOMERS).await, 1);
}

#[tokio::test]
async fn another_key_is_another_request() {
    let app = TestApp::start().await;
    for key in ["key-1", "key-2", "KEY-1"] {
        assert!(!is_replay(&create(&app, CUSTOMERS, key, JOHN).await), "{key}");
    }
    assert_eq!(count(&app, CUSTOMERS).await, 3);
}

#[tokio::test]
async fn a_request_without_a_key_is_never_a_replay() {
    let app = TestApp::start().await;
    create(&app, CUSTOMERS, "key-1", JOHN).await;
    assert!(!is_replay(&app.post(CUSTOMERS, JOHN).await));
    assert_eq!(count(&app, CUSTOMERS).await, 2);
}

#[tokio::test]
async fn the_same_key_in_another_namespace_is_independent() {
    let app = TestApp::start().await;
    create(&app, CUSTOMERS, "key-1", JOHN).await;
    let jane = john_with("first-name", "Jane");
    for other in [
        &customers_of("acme2"),
        "/api/tse/v2/company/acme/customer",
        "/api/crm/v1/company/acme/customer",
    ] {
        assert!(!is_replay(&create(&app, other, "key-1", &jane).await), "{other}");
        assert_eq!(count(&app, other).await, 1);
    }
}

#[tokio::test]
async fn the_same_key_from_another_token_is_independent() {
    let mut app = TestApp::start().await;
    let first = create(&app, CUSTOMERS, "key-1", JOHN).await;
    let own = std::mem::replace(&mut app.token, "another-admin-token".to_owned());
    let chosen = app.token.clone();
    app.restart_with(|parts| parts.admin_token = Some(chosen)).await;
    let other = create(&app, CUSTOMERS, "key-1", &john_with("first-name", "Jane")).await;
    assert!(!is_replay(&other));
    assert_eq!(count(&app, CUSTOMERS).await, 2);
    app.token = own;
    app.restart().await;
    assert_same(&first, &create(&app, CUSTOMERS, "key-1", JOHN).await);
}

#[tokio::test]
async fn a_refused_request_does_not_use_the_key_up() {
    let app = TestApp::start().await;
    let bad = create(&app, CUSTOMERS, "key-1", &john_with("email", "x")).await;
    bad.problem(400, "invalid-request");
    create(&app, CUSTOMERS, "key-1", "{").await.problem(400, "invalid-json");
    let query = format!("{CUSTOMERS}?colour=red");
    create(&app, &query, "key-1", JOHN).await.problem(400, "invalid-query-parameter");
    let form = app.request(Method::POST, CUSTOMERS).header("idempotency-key", "key-1");
    let form = form.header("content-type", "application/x-www-form-urlencoded").body("a=b");
    form.send().await.problem(415, "unsupported-media-type");
    assert!(!is_replay(&create(&app, CUSTOMERS, "key-1", JOHN).await));
    let bad = create(&app, CUSTOMERS, "key-1", &john_with("email", "x")).await;
    assert!(bad.status == 400 || bad.status == 422, "{}", bad.status);
    assert!(is_replay(&create(&app, CUSTOMERS, "key-1", JOHN).await));
}

#[tokio::test]
async fn a_key_is_1_to_255_visible_ascii_characters() {
    let app = TestApp::start().await;
    let visible: String = ('!'..='~').collect();
    for good in ["k", &"k".repeat(255), &visible, "a,b", "\"quoted\""] {
        assert!(!is_replay(&create(&app, CUSTOMERS, good, JOHN).await), "{good}");
        assert!(is_replay(&create(&app, CUSTOMERS, good, JOHN).await), "{good}");
    }
    let company = customers_of("refused");
    for bad in ["", " ", &"k".repeat(256), "a b", "a\tb", "é", "ключ", "k\u{A0}"] {
        let faults = create(&app, &company, bad, JOHN).await.faults(400, "invalid-header");
        let expected = ("Idempotency-Key".to_owned(), "invalid-header".to_owned());
        assert_eq!(faults, [expected], "{bad:?}");
    }
    app.get(&company).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn two_keys_in_one_request_are_refused() {
    let app = TestApp::start().await;
    for second in ["key-1", "key-2"] {
        let call = app.request(Method::POST, CUSTOMERS).header("idempotency-key", "key-1");
        let answer = call.header("idempotency-key", second).json(JOHN).send().await;
        answer.problem(400, "invalid-header");
    }
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn a_key_is_remembered_for_24_hours_and_free_again_after() {
    let clock = TestClock::at("2026-11-23T18:22:15.123Z");
    let app = TestApp::start_with(|parts| clock.install(parts)).await;
    let first = create(&app, CUSTOMERS, "key-1", JOHN).await;
    assert_eq!(first.json()["created-at"], "2026-11-23T18:22:15.123Z");
    clock.advance(DAY - 1);
    assert_same(&first, &create(&app, CUSTOMERS, "key-1", JOHN).await);
    let jane = john_with("first-name", "Jane");
    create(&app, CUSTOMERS, "key-1", &jane).await.problem(422, "idempotency-key-reused");
    clock.advance(1);
    let second = create(&app, CUSTOMERS, "key-1", &jane).await;
    assert_same(&second, &create(&app, CUSTOMERS, "key-1", &jane).await);
    assert_eq!(second.json()["created-at"], "2026-11-24T18:22:15.123Z");
    assert_ne!(second.header("location"), first.header("location"));
    assert_eq!(count(&app, CUSTOMERS).await, 2);
}

#[tokio::test]
async fn a_restart_forgets_expired_keys_and_no_others() {
    let clock = TestClock::at("2026-11-23T18:22:15.123Z");
    let mut app = TestApp::start_with(|parts| clock.install(parts)).await;
    let early = create(&app, CUSTOMERS, "early", JOHN).await;
    clock.advance(DAY / 2);
    let late = create(&app, CUSTOMERS, "late", JOHN).await;
    clock.advance(DAY / 2);
    app.restart_with(|parts| clock.install(parts)).await;
    assert_same(&late, &create(&app, CUSTOMERS, "late", JOHN).await);
    let again = create(&app, CUSTOMERS, "early", JOHN).await;
    assert!(!is_replay(&again));
    assert_ne!(again.header("location"), early.header("location"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_requests_at_once_with_one_key_make_one_customer() {
    let app = TestApp::start().await;
    let answers = join_all((0..100).map(|_| create(&app, CUSTOMERS, "key-1", JOHN))).await;
    let (created, refused): (Vec<&Answer>, Vec<&Answer>) =
        answers.iter().partition(|answer| answer.status == 201);
    for answer in refused {
        answer.problem(409, "idempotency-in-flight");
    }
    let (replays, firsts): (Vec<&Answer>, Vec<&Answer>) =
        created.into_iter().partition(|answer| is_replay(answer));
    assert_eq!(firsts.len(), 1);
    for replay in replays {
        assert_same(firsts[0], replay);
    }
    assert_eq!(count(&app, CUSTOMERS).await, 1);
    assert_same(firsts[0], &create(&app, CUSTOMERS, "key-1", JOHN).await);
}
