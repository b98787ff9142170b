//! What every answer carries: a request id, AI metadata, and for a problem a page behind its type.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use hyper::Method;
use support::{Answer, CUSTOMERS, JOHN, TestApp, customers_of};

/// An answer of each kind that a client can cause.
async fn one_of_each_kind(app: &TestApp) -> Vec<Answer> {
    let customer = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    let keyed =
        |body| app.request(Method::POST, CUSTOMERS).header("idempotency-key", "k").json(body);
    let as_html = app.request(Method::GET, CUSTOMERS).header("accept", "text/html");
    let form = app.request(Method::POST, CUSTOMERS).header("content-type", "text/plain");
    vec![
        app.post(CUSTOMERS, JOHN).await,
        app.get(CUSTOMERS).await,
        app.get(&customer).await,
        app.head(&customer).await,
        app.request(Method::GET, &customer).header("if-none-match", "*").send().await,
        app.delete(&customer).await,
        app.get(&customer).await,
        app.get(&customers_of("nobody")).await,
        app.post(CUSTOMERS, "{").await,
        app.post(CUSTOMERS, "{}").await,
        app.get("/api/tse/1/company/acme/customer").await,
        app.get(&format!("{CUSTOMERS}?colour=red")).await,
        app.anonymous(Method::GET, CUSTOMERS).send().await,
        app.get("/nowhere").await,
        app.delete(CUSTOMERS).await,
        as_html.send().await,
        form.body("x").send().await,
        keyed(JOHN).send().await,
        keyed("{\"first-name\":\"Jane\",\"last-name\":\"S\",\"email\":\"j@e.com\",\"vat-number\":\"IT12345678903\"}").send().await,
        app.request(Method::POST, CUSTOMERS).header("idempotency-key", "é").json(JOHN).send().await,
        app.post(CUSTOMERS, vec![b' '; 65_537]).await,
        app.get(&format!("/{}", "a".repeat(10_000))).await,
        app.request(Method::GET, CUSTOMERS).header("x-large", &"a".repeat(20_000)).send().await,
        app.get("/healthz").await,
        app.get("/readyz").await,
        app.get("/problems/forbidden").await,
    ]
}

#[tokio::test]
async fn every_answer_carries_a_request_id_of_its_own() {
    let app = TestApp::start().await;
    let answers = one_of_each_kind(&app).await;
    let mut seen = std::collections::HashSet::new();
    for answer in &answers {
        let id = answer.header("x-request-id");
        assert!(!id.is_empty(), "{answer:?}");
        assert!(seen.insert(id.to_owned()), "{id} came twice");
    }
}

#[tokio::test]
async fn every_problem_has_a_page_behind_its_type() {
    let app = TestApp::start().await;
    let mut kinds = std::collections::BTreeSet::new();
    for answer in one_of_each_kind(&app).await {
        if answer.header("content-type") == "application/problem+json" {
            let problem = answer.json();
            let text = |name: &str| problem[name].as_str().unwrap().to_owned();
            let name = text("type").strip_prefix("/problems/").unwrap().to_owned();
            answer.problem(answer.status.as_u16(), &name);
            assert!(!text("detail").is_empty(), "{problem}");
            kinds.insert((text("type"), text("title"), answer.status.as_u16()));
        }
    }
    assert_eq!(kinds.len(), 16, "{kinds:?}");
    for (path, title, status) in kinds {
        let page = app.anonymous(Method::GET, &path).send().await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        assert!(page.text().contains(&title) && page.text().contains(&status.to_string()));
    }
}

#[tokio::test]
async fn an_unknown_kind_of_problem_has_no_page() {
    let app = TestApp::start().await;
    for name in ["none", "Forbidden", "forbidden%00", "forbidden%2F", "..", "%3Cscript%3E"] {
        let page = app.anonymous(Method::GET, &format!("/problems/{name}")).send().await;
        page.problem(404, "path-not-found");
        assert!(!page.text().contains("script"), "{}", page.text());
    }
}

#[tokio::test]
async fn no_problem_is_kept_by_a_cache() {
    let app = TestApp::start().await;
    for answer in one_of_each_kind(&app).await {
        if answer.status.is_client_error() {
            assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_sane_request_id_is_sent_back_also_with_an_error() {
    let app = TestApp::start().await;
    for own in ["a", "01JD8Z3M6Q4X9T2V7B5N1C0KRE", "trace-1_2.3~4", &"x".repeat(64)] {
        for path in [CUSTOMERS, "/healthz", "/nowhere"] {
            let call = app.request(Method::GET, path).header("x-request-id", own);
            let answer = call.send().await;
            assert_eq!(answer.header("x-request-id"), own, "{path}");
            if answer.status == 404 {
                assert_eq!(answer.json()["request-id"], own);
            }
        }
    }
}

#[tokio::test]
async fn a_request_id_that_is_not_sane_is_replaced() {
    let app = TestApp::start().await;
    for odd in ["", "a b", &"x".repeat(1000), "é", "<script>", "a\tb", "a\"b", "a;b", "a\\b", "{}"]
    {
        let call = app.request(Method::GET, "/nowhere").header("x-request-id", odd);
        let answer = call.send().await;
        let id = answer.header("x-request-id");
        assert!(!id.is_empty() && id != odd, "{odd:?} -> {id:?}");
        answer.problem(404, "path-not-found");
    }
}

#[tokio::test]
async fn each_operation_tells_its_ai_metadata() {
    let app = TestApp::start().await;
    let created = app.post(CUSTOMERS, JOHN).await;
    let path = created.header("location").to_owned();
    let validated = app.post(&format!("{CUSTOMERS}?validate-only=true"), JOHN).await;
    let unchanged = app.request(Method::GET, &path).header("if-none-match", "*").send().await;
    for (answer, purpose, intent) in [
        (created, "customer_creation", "create"),
        (validated, "customer_creation", "create"),
        (app.get(CUSTOMERS).await, "customer_listing", "retrieve"),
        (app.head(CUSTOMERS).await, "customer_listing", "retrieve"),
        (app.get(&path).await, "customer_detail", "retrieve"),
        (app.head(&path).await, "customer_detail", "retrieve"),
        (unchanged, "customer_detail", "retrieve"),
        (app.delete(&path).await, "customer_deletion", "delete"),
    ] {
        assert!(answer.status.as_u16() < 400);
        let expected = format!("purpose={purpose}, entity=Customer, intent={intent}");
        assert_eq!(answer.header("x-ai-metadata"), expected);
    }
}

#[tokio::test]
async fn an_error_of_an_operation_tells_its_ai_metadata_too() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/456");
    let anonymous = async |method: Method, path: &str| app.anonymous(method, path).send().await;
    for (answer, status, purpose) in [
        (app.post(CUSTOMERS, "{").await, 400, "customer_creation"),
        (app.get(CUSTOMERS).await, 404, "customer_listing"),
        (app.get(&path).await, 404, "customer_detail"),
        (app.delete(&path).await, 404, "customer_deletion"),
        (app.get("/api/tse/1/company/acme/customer").await, 400, "customer_listing"),
        (anonymous(Method::POST, CUSTOMERS).await, 401, "customer_creation"),
        (anonymous(Method::DELETE, &path).await, 401, "customer_deletion"),
        (app.get(&format!("{CUSTOMERS}?q={}", "x".repeat(9000))).await, 414, "customer_listing"),
    ] {
        assert_eq!(answer.status, status);
        let metadata = answer.header("x-ai-metadata");
        assert!(metadata.starts_with(&format!("purpose={purpose}, ")), "{metadata}");
    }
}

#[tokio::test]
async fn health_and_readiness_need_no_token() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz"] {
        for method in [Method::GET, Method::HEAD] {
            let answer = app.anonymous(method, path).send().await;
            assert_eq!(answer.status, 200, "{path}");
            assert!(answer.header("content-type").starts_with("text/plain"));
            assert!(!answer.headers.contains_key("x-ai-metadata"));
        }
    }
}
