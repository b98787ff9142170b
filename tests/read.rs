//! Reading one customer: detail, unknown ids, conditional requests, `HEAD`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use hyper::Method;
use support::{Answer, CUSTOMERS, JOHN, TestApp, customers_of};

async fn conditional(app: &TestApp, path: &str, if_none_match: &[&str]) -> Answer {
    let call = app.request(Method::GET, path);
    if_none_match.iter().fold(call, |call, value| call.header("if-none-match", value)).send().await
}

#[tokio::test]
async fn a_customer_is_read_as_it_was_answered_at_its_creation() {
    let app = TestApp::start().await;
    let created = app.post(CUSTOMERS, JOHN).await;
    let found = app.get(created.header("location")).await;
    assert_eq!(found.status, 200);
    assert_eq!(found.header("content-type"), "application/json");
    assert_eq!(found.header("cache-control"), "private, max-age=300");
    assert_eq!(found.header("etag"), created.header("etag"));
    assert_eq!(found.body, created.body);
}

#[tokio::test]
async fn reading_twice_gives_the_same_bytes_and_the_same_etag() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    let (first, second) = (app.get(&path).await, app.get(&path).await);
    assert_eq!(first.body, second.body);
    assert_eq!(first.header("etag"), second.header("etag"));
}

#[tokio::test]
async fn an_id_in_lower_case_finds_its_customer() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let found = app.get(&format!("{CUSTOMERS}/{}", id.to_lowercase())).await;
    assert_eq!(found.status, 200);
    assert_eq!(found.json()["id"], id);
}

#[tokio::test]
async fn a_percent_encoded_id_is_the_same_id() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let encoded: String = id.bytes().map(|byte| format!("%{byte:02x}")).collect();
    assert_eq!(app.get(&format!("{CUSTOMERS}/{encoded}")).await.json()["id"], id);
}

#[tokio::test]
async fn any_text_that_is_no_id_is_a_customer_that_does_not_exist() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let long = "4".repeat(7_000);
    for odd in [
        "456",
        "0",
        "-1",
        "null",
        "%2F",
        "%00",
        "%ff",
        "%",
        "%zz",
        "%2e%2e",
        "..",
        ".",
        "a%2F..%2Fb",
        "%25",
        "%20",
        "+",
        "*",
        "'%20or%201=1--",
        "%F0%9F%98%80",
        "01JD8Z3M6Q4X9T2V7B5N1C0KRE",
        "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        "ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
        &format!("{id}%00"),
        &format!("{id}%20"),
        &format!("%20{id}"),
        &id[1..],
        &format!("{id}0"),
        &long,
    ] {
        let path = format!("{CUSTOMERS}/{odd}");
        app.get(&path).await.problem(404, "customer-not-found");
        app.delete(&path).await.problem(404, "customer-not-found");
        assert_eq!(app.head(&path).await.status, 404, "{odd}");
    }
    assert_eq!(app.get(&format!("{CUSTOMERS}/{id}")).await.status, 200);
}

#[tokio::test]
async fn an_id_of_10_kilobytes_is_beyond_what_a_path_may_have() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/{}", "4".repeat(10_000));
    app.get(&path).await.problem(414, "uri-too-long");
    assert_eq!(app.post(CUSTOMERS, JOHN).await.status, 201);
}

#[tokio::test]
async fn a_company_without_customers_has_no_customer_either() {
    let app = TestApp::start().await;
    let path = format!("{}/456", customers_of("nobody"));
    app.get(&path).await.problem(404, "customer-not-found");
}

#[tokio::test]
async fn a_client_that_has_the_current_state_gets_304() {
    let app = TestApp::start().await;
    let created = app.post(CUSTOMERS, JOHN).await;
    let (path, etag) = (created.header("location"), created.header("etag"));
    let weak = format!("W/{etag}");
    let list = format!("\"a\", {etag} ,W/\"b\"");
    let cases: [&[&str]; 6] =
        [&[etag], &[&weak], &[&list], &["*"], &["\"a\"", etag], &["\"a\",\"b\"", &weak]];
    for known in cases {
        let answer = conditional(&app, path, known).await;
        assert_eq!(answer.status, 304, "{known:?}");
        assert!(answer.body.is_empty());
        assert_eq!(answer.header("etag"), etag);
        assert_eq!(answer.header("cache-control"), "private, max-age=300");
    }
}

#[tokio::test]
async fn a_client_that_has_another_state_gets_the_customer() {
    let app = TestApp::start().await;
    let created = app.post(CUSTOMERS, JOHN).await;
    let (path, etag) = (created.header("location"), created.header("etag"));
    let bare = etag.trim_matches('"');
    let longer = format!("\"{bare}0\"");
    let cases: [&[&str]; 6] =
        [&["\"a\""], &["W/\"a\""], &[bare], &[&longer], &["\"*\""], &["\"a\"", "\"b\", \"c\""]];
    for other in cases {
        let answer = conditional(&app, path, other).await;
        assert_eq!(answer.status, 200, "{other:?}");
        assert_eq!(answer.body, created.body);
    }
}

#[tokio::test]
async fn a_condition_does_not_make_up_a_customer() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/456");
    conditional(&app, &path, &["*"]).await.problem(404, "customer-not-found");
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let customer = format!("{CUSTOMERS}/{id}");
    let (unknown, nobody) = (format!("{CUSTOMERS}/456"), customers_of("nobody"));
    for path in [
        &customer,
        &unknown,
        CUSTOMERS,
        &nobody,
        "/healthz",
        "/readyz",
        "/problems/unauthorized",
        "/problems/none",
        "/nowhere",
    ] {
        let (get, head) = (app.get(path).await, app.head(path).await);
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        let compared = |answer: &Answer| {
            let mut headers = answer.headers.clone();
            // Of the moment, and of the message instead of the thing (RFC 9110, section 9.3.2).
            for differing in ["date", "x-request-id", "transfer-encoding"] {
                headers.remove(differing);
            }
            headers
        };
        assert_eq!(compared(&head), compared(&get), "{path}");
    }
}

#[tokio::test]
async fn head_answers_a_condition_as_get_does() {
    let app = TestApp::start().await;
    let created = app.post(CUSTOMERS, JOHN).await;
    let call = app.request(Method::HEAD, created.header("location"));
    let answer = call.header("if-none-match", created.header("etag")).send().await;
    assert_eq!(answer.status, 304);
    assert_eq!(answer.header("etag"), created.header("etag"));
}

/// Who saw a state sees no earlier one from then on, and who was answered a change sees it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_while_a_customer_is_changed_never_sees_it_go_back() {
    const CHANGES: u64 = 100;
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    let change = async {
        for change in 1..=CHANGES {
            let body = format!("{{\"last-name\":\"{change}\"}}");
            let changed = app.request(Method::PATCH, &path).json(body).send().await;
            assert_eq!(changed.status, 200);
            assert_eq!(number_of(&app, &path).await, change);
        }
    };
    let read = async || {
        let mut last = 0;
        while last < CHANGES {
            let seen = number_of(&app, &path).await;
            assert!(seen >= last, "{seen} after {last}");
            last = seen;
        }
    };
    futures_util::join!(change, read(), read());
}

/// The number that a customer has for a last name; 0 where it has a name.
async fn number_of(app: &TestApp, path: &str) -> u64 {
    app.get(path).await.json()["last-name"].as_str().unwrap().parse().unwrap_or(0)
}

#[tokio::test]
async fn a_customer_that_was_read_before_is_gone_once_it_is_deleted_and_is_no_other_company_s() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    let path = format!("{CUSTOMERS}/{id}");
    assert_eq!(app.get(&path).await.status, 200);
    assert_eq!(app.get(&format!("{}/{id}", customers_of("acme2"))).await.status, 404);
    assert_eq!(app.get(&path).await.status, 200);
    assert_eq!(app.delete(&path).await.status, 204);
    assert_eq!(app.get(&path).await.status, 404);
}
