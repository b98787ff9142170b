//! What HTTP asks of every path: methods, media types, sizes, queries, targets.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod support;

use hyper::Method;
use support::{Answer, CUSTOMERS, JOHN, TestApp, ids, john_with};

fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).unwrap()
}

/// An example that has exactly `length` bytes, by white space at its end.
fn john_of(length: usize) -> String {
    format!("{JOHN}{}", " ".repeat(length - JOHN.len()))
}

#[tokio::test]
async fn a_known_path_with_another_method_is_405_and_names_those_it_has() {
    let app = TestApp::start().await;
    let customer = format!("{CUSTOMERS}/456");
    let cases: [(&str, &[&str], &[&str]); 6] = [
        (CUSTOMERS, &["GET", "HEAD", "POST"], &["PUT", "PATCH", "DELETE", "TRACE", "PURGE", "get"]),
        (&customer, &["GET", "HEAD", "DELETE"], &["POST", "TRACE", "PURGE", "delete"]),
        ("/healthz", &["GET", "HEAD"], &["POST", "PUT", "PATCH", "DELETE", "TRACE"]),
        ("/readyz", &["GET", "HEAD"], &["POST", "PUT", "PATCH", "DELETE", "TRACE"]),
        ("/metrics", &["GET", "HEAD"], &["POST", "PUT", "PATCH", "DELETE", "TRACE"]),
        ("/problems/forbidden", &["GET", "HEAD"], &["POST", "PUT", "DELETE", "TRACE"]),
    ];
    for (path, has, others) in cases {
        for other in others {
            let answer = app.request(method(other), path).send().await;
            answer.problem(405, "method-not-allowed");
            let allowed: Vec<&str> = answer.header("allow").split(", ").collect();
            assert!(has.iter().all(|method| allowed.contains(method)), "{path}: {allowed:?}");
            assert!(!allowed.contains(other), "{path}: {allowed:?}");
        }
    }
}

#[tokio::test]
async fn each_method_that_allow_names_is_there() {
    let app = TestApp::start().await;
    let customer = format!("{CUSTOMERS}/456");
    for path in [CUSTOMERS, &customer, "/healthz", "/readyz", "/metrics", "/problems/forbidden"] {
        let refused = app.request(Method::TRACE, path).send().await;
        for name in refused.header("allow").split(", ") {
            let answer = app.request(method(name), path).send().await;
            assert_ne!(answer.status, 405, "{name} {path}");
            assert!(!answer.headers.contains_key("allow"));
        }
    }
}

#[tokio::test]
async fn a_refused_method_changes_nothing() {
    let app = TestApp::start().await;
    let id = app.create_john(CUSTOMERS).await;
    app.delete(CUSTOMERS).await.problem(405, "method-not-allowed");
    let body = john_with("first-name", "Jane");
    app.post(&format!("{CUSTOMERS}/{id}"), body).await.problem(405, "method-not-allowed");
    assert_eq!(app.get(CUSTOMERS).await.json()[0]["first-name"], "John");
}

#[tokio::test]
async fn an_unknown_path_is_404_whatever_the_method() {
    let app = TestApp::start().await;
    for path in [
        "/api",
        "/api/",
        "/api/tse",
        "/api/tse/v1/company/acme",
        "/api/tse/v1/company/acme/",
        "/api/tse/v1/customer",
        "/healthz/",
        "/healthz/live",
        "/HEALTHZ",
        "/health",
        "/problems",
        "/problems/",
        "/problems/forbidden/",
        "/admin-token",
        "/..%2fadmin-token",
        "/../admin-token",
        "/.git/config",
        "/%00",
        "/%ff",
    ] {
        for name in ["GET", "POST", "DELETE", "TRACE"] {
            app.request(method(name), path).send().await.problem(404, "path-not-found");
        }
    }
}

#[tokio::test]
async fn a_target_in_absolute_form_is_the_same_path() {
    let app = TestApp::start().await;
    let request = "GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\
                   Connection: close\r\n\r\n";
    let answer = app.raw(request.as_bytes()).await;
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_client_that_takes_no_json_gets_406() {
    let app = TestApp::start().await;
    let path = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    for refusing in [
        "text/html",
        "application/xml, text/plain;q=0.5",
        "application/json;q=0",
        "application/json;q=0.0, */*;q=0.5",
        "*/*;q=0",
        "application/jsonp",
    ] {
        let ask = async |method: Method, path: &str| {
            app.request(method, path).header("accept", refusing).json(JOHN).send().await
        };
        // A list has other forms than JSON.
        if !refusing.contains("*/*;q=0.5") {
            ask(Method::GET, CUSTOMERS).await.problem(406, "not-acceptable");
        }
        ask(Method::GET, &path).await.problem(406, "not-acceptable");
        ask(Method::POST, CUSTOMERS).await.problem(406, "not-acceptable");
        assert_eq!(ask(Method::HEAD, &path).await.status, 406, "{refusing}");
    }
    assert_eq!(ids(&app.get(CUSTOMERS).await.json()).len(), 1);
}

#[tokio::test]
async fn a_client_that_takes_json_among_others_or_says_nothing_gets_json() {
    let app = TestApp::start().await;
    app.create_john(CUSTOMERS).await;
    for taking in [
        "*/*",
        "application/json",
        "APPLICATION/JSON",
        "application/*",
        "text/html, application/json;q=0.1",
        "text/html,application/xhtml+xml,*/*;q=0.8",
        "application/json; charset=utf-8",
    ] {
        let answer = app.request(Method::GET, CUSTOMERS).header("accept", taking).send().await;
        assert_eq!(answer.status, 200, "{taking}");
        assert_eq!(answer.header("content-type"), "application/json");
    }
    let two = app.request(Method::GET, CUSTOMERS).header("accept", "text/html");
    let two = two.header("accept", "application/json").send().await;
    assert_eq!(two.status, 200);
    assert_eq!(app.get(CUSTOMERS).await.header("content-type"), "application/json");
}

#[tokio::test]
async fn a_body_of_another_type_charset_or_coding_is_415() {
    let app = TestApp::start().await;
    for media in [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/xml",
        "application/json; charset=latin1",
        "application/json; charset=utf-16",
        "application/jsonp",
        "json",
    ] {
        let call = app.request(Method::POST, CUSTOMERS).header("content-type", media);
        call.body(JOHN).send().await.problem(415, "unsupported-media-type");
    }
    for coding in ["gzip", "br", "deflate, gzip"] {
        let call = app.request(Method::POST, CUSTOMERS).header("content-encoding", coding);
        call.json(JOHN).send().await.problem(415, "unsupported-media-type");
    }
    let twice = app.request(Method::POST, CUSTOMERS).header("content-type", "text/plain");
    twice.json(JOHN).send().await.problem(415, "unsupported-media-type");
    app.get(CUSTOMERS).await.problem(404, "customers-not-found");
}

#[tokio::test]
async fn json_may_name_its_charset_if_that_is_utf_8() {
    let app = TestApp::start().await;
    for media in [
        "application/json",
        "Application/JSON; Charset=UTF-8",
        "application/json;charset=\"utf-8\"",
    ] {
        let call = app.request(Method::POST, CUSTOMERS).header("content-type", media);
        assert_eq!(call.body(JOHN).send().await.status, 201, "{media}");
    }
}

#[tokio::test]
async fn a_body_may_have_64_kibibytes_and_not_one_byte_more() {
    let app = TestApp::start().await;
    assert_eq!(app.post(CUSTOMERS, john_of(64 * 1024)).await.status, 201);
    app.post(CUSTOMERS, john_of(64 * 1024 + 1)).await.problem(413, "content-too-large");
    assert_eq!(ids(&app.get(CUSTOMERS).await.json()).len(), 1);
}

#[tokio::test]
async fn a_body_of_unknown_length_has_the_same_limit() {
    let app = TestApp::start().await;
    for (length, status) in [(64 * 1024, "201"), (64 * 1024 + 1, "413")] {
        let token = &app.token;
        let half = length / 2;
        let body = john_of(length);
        let (first, second) = body.split_at(half);
        let request = format!(
            "POST {CUSTOMERS} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nConnection: close\r\n\
             Transfer-Encoding: chunked\r\n\r\n{half:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
            second.len()
        );
        let answer = app.raw(request.as_bytes()).await;
        let expected = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(expected.as_bytes()), "{}", String::from_utf8_lossy(&answer));
    }
    assert_eq!(ids(&app.get(CUSTOMERS).await.json()).len(), 1);
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_that_its_body_is_too_large() {
    let app = TestApp::start().await;
    let token = &app.token;
    let request = format!(
        "POST {CUSTOMERS} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 65537\r\nExpect: 100-continue\r\n\r\n"
    );
    let answer = app.raw(request.as_bytes()).await;
    assert!(answer.starts_with(b"HTTP/1.1 413 "), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn unknown_and_repeated_query_parameters_are_refused_on_every_operation() {
    let app = TestApp::start().await;
    let customer = format!("{CUSTOMERS}/{}", app.create_john(CUSTOMERS).await);
    let ask = async |method: Method, path: &str, query: &str| {
        app.request(method, &format!("{path}?{query}")).json(JOHN).send().await
    };
    let fields = |answer: &Answer| {
        let faults = answer.faults(400, "invalid-query-parameter");
        assert!(faults.iter().all(|(_, code)| code == "invalid-query-parameter"));
        faults.into_iter().map(|(field, _)| field).collect::<Vec<String>>()
    };
    for (method, path) in [
        (Method::GET, CUSTOMERS),
        (Method::POST, CUSTOMERS),
        (Method::GET, &*customer),
        (Method::DELETE, &*customer),
    ] {
        let answer = ask(method.clone(), path, "colour=red&size=1").await;
        assert_eq!(fields(&answer), ["colour", "size"], "{method} {path}");
    }
    for query in [
        "validate-only=true&validate-only=true",
        "validate-only=true&validate-only=false",
        "validate-only=true&validate%2Donly=true",
    ] {
        assert_eq!(fields(&ask(Method::POST, CUSTOMERS, query).await), ["validate-only"]);
    }
    for query in ["Validate-Only=true", "validate-only%00=true", "validate_only=true"] {
        assert_eq!(fields(&ask(Method::POST, CUSTOMERS, query).await).len(), 1, "{query}");
    }
    assert_eq!(ids(&app.get(CUSTOMERS).await.json()).len(), 1);
}

#[tokio::test]
async fn an_empty_query_is_no_query() {
    let app = TestApp::start().await;
    assert_eq!(app.post(&format!("{CUSTOMERS}?"), JOHN).await.status, 201);
    assert_eq!(app.get(&format!("{CUSTOMERS}?")).await.status, 200);
}
