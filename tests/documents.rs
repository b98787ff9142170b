//! What the service says of itself: the OpenAPI document, the schema of its AI metadata, `llms.txt`
//! and the page where everything begins.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use hyper::Method;
use smart_customer::api::catalogue::CATALOGUE;
use smart_customer::api::openapi;
use support::{Answer, TestApp};

const DOCUMENTS: [&str; 5] =
    ["/", "/openapi.json", "/schemas/ai-metadata.json", "/docs", "/llms.txt"];

const STILL: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                     form-action 'none'; frame-ancestors 'none'";

async fn get_as(app: &TestApp, path: &str, accept: &str) -> Answer {
    app.anonymous(Method::GET, path).header("accept", accept).send().await
}

async fn get(app: &TestApp, path: &str) -> Answer {
    let answer = app.anonymous(Method::GET, path).send().await;
    assert_eq!(answer.status, 200, "{path}");
    answer
}

/// The parts of the `Link` header: address, relation and type.
fn links(header: &str) -> Vec<(String, String, String)> {
    let link = |text: &str| {
        let (address, parameters) = text.strip_prefix('<').unwrap().split_once('>').unwrap();
        let value = |name: &str| {
            let start = format!("{name}=\"");
            let (_, rest) = parameters.split_once(&start).unwrap();
            rest.split_once('"').unwrap().0.to_owned()
        };
        (address.to_owned(), value("rel"), value("type"))
    };
    header.split(", ").map(link).collect()
}

#[tokio::test]
async fn every_document_is_read_without_a_token_and_whatever_the_token() {
    let app = TestApp::start().await;
    for path in DOCUMENTS {
        let anonymous = get(&app, path).await;
        let wrong = app.anonymous(Method::GET, path).header("authorization", "Bearer wrong");
        assert_eq!(wrong.send().await.body, anonymous.body, "{path}");
        assert!(!anonymous.body.is_empty(), "{path}");
        assert!(!anonymous.headers.contains_key("x-ai-metadata"), "{path}");
    }
}

#[tokio::test]
async fn head_has_the_headers_of_a_document_and_no_body() {
    let app = TestApp::start().await;
    for path in DOCUMENTS {
        let head = app.anonymous(Method::HEAD, path).send().await;
        let get = get(&app, path).await;
        assert_eq!(head.status, 200, "{path}");
        assert!(head.body.is_empty(), "{path}");
        for name in ["content-type", "content-length", "etag", "cache-control", "vary", "link"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
}

#[tokio::test]
async fn a_document_can_only_be_read() {
    let app = TestApp::start().await;
    for path in DOCUMENTS {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
            let answer = app.anonymous(method, path).send().await;
            answer.problem(405, "method-not-allowed");
            assert_eq!(answer.header("allow"), "GET, HEAD", "{path}");
        }
    }
}

#[tokio::test]
async fn a_document_takes_no_query_parameter() {
    let app = TestApp::start().await;
    for path in DOCUMENTS {
        let answer = app.anonymous(Method::GET, &format!("{path}?colour=red")).send().await;
        let faults = answer.faults(400, "invalid-query-parameter");
        assert_eq!(faults, [("colour".to_owned(), "invalid-query-parameter".to_owned())]);
        get(&app, &format!("{path}?")).await;
    }
}

#[tokio::test]
async fn a_client_that_has_a_document_does_not_get_it_again() {
    let app = TestApp::start().await;
    for path in DOCUMENTS {
        let first = get(&app, path).await;
        let tag = first.header("etag");
        assert!(tag.starts_with('"') && tag.len() > 20, "{tag}");
        assert_eq!(first.header("cache-control"), "no-cache");
        for known in [tag, &format!("W/{tag}"), &format!("\"other\", {tag}"), "*"] {
            let call = app.anonymous(Method::GET, path).header("if-none-match", known);
            let again = call.send().await;
            assert_eq!(again.status, 304, "{path}: {known}");
            assert!(again.body.is_empty());
            for name in ["etag", "cache-control", "vary"] {
                assert_eq!(again.header(name), first.header(name), "{name} of {path}");
            }
        }
        let call = app.anonymous(Method::GET, path).header("if-none-match", "\"other\"");
        assert_eq!(call.send().await.body, first.body);
    }
}

#[tokio::test]
async fn a_document_and_its_tag_are_the_same_in_every_service() {
    let (one, other) = (TestApp::start().await, TestApp::start().await);
    for path in DOCUMENTS {
        let (one, other) = (get(&one, path).await, get(&other, path).await);
        assert_eq!((one.header("etag"), &one.body), (other.header("etag"), &other.body), "{path}");
    }
}

#[tokio::test]
async fn each_document_has_the_type_that_the_client_likes_best() {
    let app = TestApp::start().await;
    let (json, schema) = ("application/json", "application/schema+json");
    let registered = "application/vnd.oai.openapi+json;version=3.1";
    let (plain, markdown) = ("text/plain; charset=utf-8", "text/markdown; charset=utf-8");
    let html = "text/html; charset=utf-8";
    for (path, accept, expected) in [
        ("/openapi.json", "*/*", json),
        ("/openapi.json", json, json),
        ("/openapi.json", "application/vnd.oai.openapi+json", registered),
        ("/openapi.json", registered, registered),
        ("/openapi.json", "application/vnd.oai.openapi+json, application/json;q=0.9", registered),
        ("/schemas/ai-metadata.json", "*/*", schema),
        ("/schemas/ai-metadata.json", json, json),
        ("/llms.txt", "*/*", plain),
        ("/llms.txt", "text/html, */*;q=0.8", plain),
        ("/llms.txt", "text/markdown, text/html, */*", plain),
        ("/llms.txt", "text/markdown, text/html, */*;q=0.1", markdown),
        ("/llms.txt", "text/markdown", markdown),
        ("/docs", "*/*", html),
        ("/", "text/html,application/xhtml+xml,*/*;q=0.8", html),
    ] {
        let answer = get_as(&app, path, accept).await;
        assert_eq!(answer.status, 200, "{path} as {accept}");
        assert_eq!(answer.header("content-type"), expected, "{path} as {accept}");
        assert_eq!(answer.body, get(&app, path).await.body);
    }
    for path in ["/openapi.json", "/schemas/ai-metadata.json", "/llms.txt"] {
        assert_eq!(get(&app, path).await.header("vary"), "Accept", "{path}");
    }
    for path in DOCUMENTS {
        get_as(&app, path, "image/png").await.problem(406, "not-acceptable");
    }
}

#[tokio::test]
async fn the_openapi_document_and_its_schema_are_sent_whole_and_in_one_line() {
    let app = TestApp::start().await;
    for (path, expected) in [
        ("/openapi.json", openapi::document()),
        ("/schemas/ai-metadata.json", openapi::ai_metadata_schema()),
    ] {
        let sent = get(&app, path).await;
        assert_eq!(sent.json(), expected, "{path}");
        assert!(!sent.text().contains('\n'), "{path}");
    }
}

#[tokio::test]
async fn llms_txt_names_every_operation_with_its_method_path_and_use() {
    let app = TestApp::start().await;
    let text = get(&app, "/llms.txt").await.text().to_owned();
    for row in &CATALOGUE {
        let start = format!("- `{}` = `{} {}` ", row.purpose, row.method.as_str(), row.path);
        let entry = text.lines().find(|line| line.starts_with(&start)).unwrap_or_default();
        for said in [row.summary, row.use_when, row.avoid_when] {
            assert!(entry.contains(said), "{}: {entry:?}", row.purpose);
        }
    }
}

#[tokio::test]
async fn llms_txt_tells_tools_from_operations_over_http_only() {
    let app = TestApp::start().await;
    let text = get(&app, "/llms.txt").await.text().to_owned();
    let (before, others) = text.split_once("**Operations over HTTP only:**").unwrap();
    let (_, tools) = before.split_once("**Operations that are tools at /mcp").unwrap();
    for row in &CATALOGUE {
        let entry = format!("- `{}` = ", row.purpose);
        assert_eq!(tools.contains(&entry), row.is_tool(), "{}", row.purpose);
        assert_eq!(others.contains(&entry), !row.is_tool(), "{}", row.purpose);
    }
}

#[tokio::test]
async fn llms_txt_has_the_form_of_the_proposal_and_fits_into_a_context_window() {
    let app = TestApp::start().await;
    let text = get(&app, "/llms.txt").await.text().to_owned();
    assert!(text.len() < 8 * 1024, "{} bytes", text.len());
    // One title, then a summary, and below the one other heading there are only links.
    let title = format!("# smart-customer {}\n\n> ", env!("CARGO_PKG_VERSION"));
    assert!(text.starts_with(&title), "{text}");
    let headings: Vec<&str> = text.lines().skip(1).filter(|line| line.starts_with('#')).collect();
    assert_eq!(headings, ["## Documents"]);
    let (_, links) = text.split_once("## Documents\n\n").unwrap();
    for line in links.lines() {
        assert!(line.starts_with("- [") && line.contains("](./") && line.contains("): "), "{line}");
    }
}

#[tokio::test]
async fn llms_txt_tells_an_agent_what_it_must_know() {
    let app = TestApp::start().await;
    let text = get(&app, "/llms.txt").await.text().to_owned();
    for said in [
        "Authorization: Bearer",
        "`product`, `version`",
        "Look before you create",
        "are not errors",
        "all faults at once",
        "Idempotency-Key",
        "If-Match",
        "Delete only after a person has confirmed",
        "never an instruction",
    ] {
        assert!(text.contains(said), "{said}");
    }
}

#[tokio::test]
async fn every_link_of_llms_txt_leads_to_something() {
    let app = TestApp::start().await;
    let text = get(&app, "/llms.txt").await.text().to_owned();
    let targets: Vec<&str> =
        text.split("](.").skip(1).map(|rest| rest.split_once(')').unwrap().0).collect();
    for known in
        ["/openapi.json", "/docs", "/mcp", "/schemas/ai-metadata.json", "/problems/invalid-request"]
    {
        assert!(targets.contains(&known), "{known} in {targets:?}");
    }
    for target in targets {
        // To read /mcp is not allowed, which shows that it is there.
        let expected = if target == "/mcp" { 405 } else { 200 };
        let answer = app.anonymous(Method::GET, target).send().await;
        assert_eq!(answer.status, expected, "{target}");
    }
}

#[tokio::test]
async fn the_first_page_says_where_to_go_on_to_those_who_run_no_scripts() {
    let app = TestApp::start().await;
    let page = get(&app, "/").await;
    let (_, rest) = page.text().split_once("<noscript>").unwrap();
    let (noscript, _) = rest.split_once("</noscript>").unwrap();
    for address in ["docs", "openapi.json", "llms.txt", "readyz"] {
        assert!(noscript.contains(&format!("href=\"{address}\"")), "{address}");
        get(&app, &format!("/{address}")).await;
    }
}

#[tokio::test]
async fn the_links_of_the_first_page_lead_to_what_they_say_also_behind_a_prefix() {
    let app = TestApp::start().await;
    let page = get(&app, "/").await;
    let links = links(page.header("link"));
    let relations: Vec<&str> = links.iter().map(|(_, relation, _)| relation.as_str()).collect();
    assert_eq!(relations, ["service-desc", "service-doc", "describedby", "status"]);
    for (address, relation, media) in links {
        let path = address.strip_prefix('.').unwrap_or_else(|| panic!("{address} is not relative"));
        let target = get(&app, path).await;
        assert!(target.header("content-type").starts_with(&media), "{relation}: {media}");
    }
    assert_eq!(app.anonymous(Method::HEAD, "/").send().await.header("link"), page.header("link"));
}

#[tokio::test]
async fn a_page_without_scripts_may_load_nothing_but_our_styles_and_pictures() {
    let app = TestApp::start().await;
    for path in ["/problems/forbidden", "/openapi.json", "/llms.txt"] {
        let answer = get(&app, path).await;
        assert_eq!(answer.header("content-security-policy"), STILL, "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
}

#[tokio::test]
async fn what_the_pages_without_scripts_name_is_there() {
    let app = TestApp::start().await;
    let page = get(&app, "/problems/forbidden").await;
    for (name, media) in [("icon.svg", "image/svg+xml"), ("plain.css", "text/css")] {
        assert!(page.text().contains(&format!("href=\"../docs/{name}\"")), "{}", page.text());
        let file = get(&app, &format!("/docs/{name}")).await;
        assert!(file.header("content-type").starts_with(media), "{name}");
    }
}
