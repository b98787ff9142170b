//! `/metrics`: what Prometheus collects is well-formed, true, and bounded.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests, too; a panic is how a test fails"
)]

mod exposition;
mod support;

use exposition::Page;
use hyper::Method;
use support::{CUSTOMERS, JOHN, TestApp, customers_of, john_with};

async fn page(app: &TestApp) -> Page {
    let answer = app.get("/metrics").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    Page::parse(answer.text())
}

fn request(operation: &str, status: &str) -> String {
    format!("smart_customer_requests_total{{operation=\"{operation}\",status=\"{status}\"}}")
}

#[tokio::test]
async fn the_page_is_well_formed_from_the_first_request_on() {
    let app = TestApp::start().await;
    let first = page(&app).await;
    assert_eq!(first.value("smart_customer_ready"), Some(1.0));
    let version = env!("CARGO_PKG_VERSION");
    let build = first.series().find(|series| series.starts_with("smart_customer_build_info{"));
    assert!(build.unwrap().contains(&format!("version=\"{version}\"")), "{build:?}");
    assert_eq!(first.value(&request("metrics", "200")), None, "it is not answered yet");
    assert_eq!(page(&app).await.value(&request("metrics", "200")), Some(1.0));
}

#[tokio::test]
async fn what_happens_is_counted() {
    let app = TestApp::start().await;
    let before = page(&app).await;
    let id = app.create_john(CUSTOMERS).await;
    app.post(CUSTOMERS, john_with("email", "nonsense")).await;
    app.get(&format!("{CUSTOMERS}/{id}")).await;
    app.get(&format!("{CUSTOMERS}/456")).await;
    app.head("/nowhere").await;
    let lines = format!("{JOHN}\n{{}}\n{{}}\n");
    let bulk = app.request(Method::POST, CUSTOMERS).header("content-type", "application/x-ndjson");
    bulk.body(lines).send().await;
    let intent = CUSTOMERS.replace("customer", "intent");
    app.post(&intent, r#"{"text":"delete John Smith"}"#).await;
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"customer_detail",
        "arguments":{"product":"tse","version":"v1","companyId":"acme","customerId":"456"}}}"#;
    let tool = app.request(Method::POST, "/mcp").json(call);
    tool.header("accept", "application/json, text/event-stream").send().await;

    let page = page(&app).await;
    for (series, value) in [
        (request("customer_creation", "201"), 1.0),
        (request("customer_creation", "400"), 1.0),
        (request("customer_creation", "200"), 1.0),
        (request("customer_detail", "200"), 2.0),
        (request("customer_detail", "404"), 1.0),
        (request("intent_recognition", "200"), 1.0),
        (request("none", "404"), 1.0),
    ] {
        assert_eq!(page.value(&series), Some(value), "{series}");
    }
    for (series, value) in [
        ("refusals_total{reason=\"invalid-request\"}", 3.0),
        ("refusals_total{reason=\"customer-not-found\"}", 2.0),
        ("refusals_total{reason=\"path-not-found\"}", 1.0),
        ("refusals_total{reason=\"internal\"}", 0.0),
        ("request_duration_seconds_count{operation=\"customer_creation\"}", 3.0),
        ("advisories_total{code=\"vat-checksum\"}", 2.0),
        ("advisories_total{code=\"possible-duplicate\"}", 1.0),
        ("intents_total{purpose=\"customer_deletion\"}", 1.0),
        ("intents_total{purpose=\"unknown\"}", 0.0),
        ("customers", 2.0),
        ("connections_total", 10.0),
        ("connection_limit", 4096.0),
    ] {
        let series = format!("smart_customer_{series}");
        assert_eq!(page.value(&series), Some(value), "{series}");
    }
    let of = |page: &Page, series: &str| page.value(&format!("smart_customer_{series}")).unwrap();
    // Two writes, one after the other; others may come of the service itself.
    for series in ["group_requests_count", "group_requests_sum", "sync_duration_seconds_count"] {
        let series = format!("journal_{series}");
        assert!(of(&page, &series) >= of(&before, &series) + 2.0, "{series}");
    }
    let some = |series: &str| of(&page, series);
    assert!(some("open_connections") >= 1.0);
    assert!(some("journal_sync_duration_seconds_sum") > 0.0);
    assert!(some("disk_bytes{part=\"journal\"}") > 0.0 && some("disk_bytes{part=\"trees\"}") > 0.0);
}

#[tokio::test]
async fn there_is_no_more_of_it_however_many_companies_ids_and_paths_there_are() {
    let app = TestApp::start().await;
    let visit = async |company: &str| {
        let path = customers_of(company);
        let id = app.create_john(&path).await;
        app.get(&format!("{path}/{id}")).await;
        app.get(&format!("{path}/{company}")).await;
        app.get(&format!("/{company}")).await;
        app.request("X-ODD".parse().unwrap(), &path).send().await;
    };
    visit("first").await;
    let before: Vec<String> = page(&app).await.series().map(str::to_owned).collect();
    // Once more, as the page itself was not answered before.
    let series: Vec<String> = page(&app).await.series().map(str::to_owned).collect();
    assert!(before.len() < series.len());
    for number in 0..100 {
        visit(&format!("firm-{number}")).await;
    }
    let answer = app.get("/metrics").await;
    assert_eq!(Page::parse(answer.text()).series().collect::<Vec<_>>(), series);
    assert!(!answer.text().contains("firm") && !answer.text().contains("tse"));
}

#[tokio::test]
async fn it_wants_a_token_for_everything_that_may_read_or_manage() {
    let app = TestApp::start().await;
    app.anonymous(Method::GET, "/metrics").send().await.problem(401, "unauthorized");
    for (scope, permissions, status) in [
        (r#""product":"*","company":"*""#, r#""read""#, 200),
        (r#""product":"*","company":"*""#, r#""admin""#, 200),
        (r#""product":"*","company":"*""#, r#""write""#, 403),
        (r#""product":"tse","company":"*""#, r#""read","write","admin""#, 403),
        (r#""product":"*","company":"acme""#, r#""read""#, 403),
    ] {
        let wanted = format!(r#"{{"name":"scraper",{scope},"permissions":[{permissions}]}}"#);
        let made = app.post("/admin/token", wanted).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let bearer = format!("Bearer {}", made.json()["token"].as_str().unwrap());
        let call = app.anonymous(Method::GET, "/metrics").header("authorization", &bearer);
        let answer = call.send().await;
        assert_eq!(answer.status, status, "{scope} {permissions}");
        assert!(status == 200 || answer.text().contains("all products and companies"));
    }
    let head = app.head("/metrics").await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    let refused = app.post("/metrics", "{}").await;
    refused.problem(405, "method-not-allowed");
    assert_eq!(refused.header("allow"), "GET, HEAD");
}
